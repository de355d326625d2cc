"""The only composition root: makes each service once a process, with just the SDKs that it uses.

Imports stand inside the functions so that a Lambda loads what its own entry point needs and nothing else.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.access.service import AccessService
    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.adapters.s3 import Bucket
    from chalicelib.adapters.ses import SesTransport
    from chalicelib.analytics.ports import AnalyticsStore
    from chalicelib.analytics.service import AnalyticsService
    from chalicelib.campaigns.execution import CampaignExecution
    from chalicelib.campaigns.planning import CampaignPlanning
    from chalicelib.campaigns.ports import CampaignRepository
    from chalicelib.campaigns.service import CampaignService
    from chalicelib.messages.creation import MessageCreation
    from chalicelib.messages.ports import MessageRepository
    from chalicelib.messages.service import MessageService
    from chalicelib.recipients.service import RecipientService
    from chalicelib.sending.group import Render
    from chalicelib.sending.model import SendOrder
    from chalicelib.sending.ports import Governor
    from chalicelib.sending.service import SendingService
    from chalicelib.sending.settlement import SettlementService
    from chalicelib.suppressions.ports import SuppressionRepository
    from chalicelib.suppressions.service import SuppressionService
    from chalicelib.templates.service import TemplateService
    from chalicelib.tracking.service import TrackingService
    from chalicelib.tracking.tokens import TokenSigner

SEND_THREADS = 8
"""Messages that a worker hands to SES at once."""


@cache
def settings() -> Settings:
    """Return the function's settings."""
    return Settings()


@cache
def clock() -> SystemClock:
    """Return the clock."""
    return SystemClock()


def _bound(table: str) -> None:
    from chalicelib.store.tables import bind

    bind(table, settings())


@cache
def access() -> "AccessService":
    """Return the service of API keys."""
    from chalicelib.access.service import AccessService
    from chalicelib.store.api_keys import DynamoApiKeys

    _bound("api_keys")
    return AccessService(keys=DynamoApiKeys(), clock=clock())


@cache
def _template_bucket() -> "Bucket":
    from chalicelib.adapters.s3 import Bucket

    return Bucket(settings().template_bucket)


@cache
def _recipient_bucket() -> "Bucket":
    from chalicelib.adapters.s3 import Bucket

    return Bucket(settings().recipient_bucket)


@cache
def templates() -> "TemplateService":
    """Return the service of templates."""
    from chalicelib.store.templates import DynamoTemplates
    from chalicelib.templates.service import TemplateService

    _bound("templates")
    return TemplateService(templates=DynamoTemplates(), objects=_template_bucket(), clock=clock())


@cache
def recipients() -> "RecipientService":
    """Return the service of recipient files."""
    from chalicelib.recipients.service import RecipientService
    from chalicelib.store.recipient_files import DynamoRecipientFiles

    _bound("recipient_files")
    return RecipientService(files=DynamoRecipientFiles(), objects=_recipient_bucket(), clock=clock())


@cache
def suppression_list() -> "SuppressionRepository":
    """Return the store of suppressions."""
    from chalicelib.store.suppressions import DynamoSuppressions

    _bound("suppressions")
    return DynamoSuppressions()


@cache
def suppressions() -> "SuppressionService":
    """Return the service of suppressions."""
    from chalicelib.suppressions.service import SuppressionService

    return SuppressionService(suppressions=suppression_list(), clock=clock())


@cache
def _campaign_store() -> "CampaignRepository":
    from chalicelib.store.campaigns import DynamoCampaigns

    _bound("campaigns")
    return DynamoCampaigns()


@cache
def message_store() -> "MessageRepository":
    """Return the store of messages."""
    from chalicelib.store.messages import DynamoMessages

    _bound("messages")
    return DynamoMessages()


@cache
def messages() -> "MessageService":
    """Return the service of messages, as the API reads them."""
    from chalicelib.messages.service import MessageService

    return MessageService(messages=message_store())


@cache
def message_creation() -> "MessageCreation":
    """Return what makes a campaign's messages."""
    from chalicelib.messages.creation import MessageCreation
    from chalicelib.recipients.parts import PartReader

    return MessageCreation(
        messages=message_store(), parts=PartReader(_recipient_bucket()), tallies=_campaign_store(), clock=clock()
    )


@cache
def campaigns() -> "CampaignService":
    """Return the service of campaigns, as the API drives it."""
    from chalicelib.adapters.scheduler import CampaignScheduler
    from chalicelib.adapters.workflows import StepFunctions
    from chalicelib.campaigns.service import CampaignService

    return CampaignService(
        campaigns=_campaign_store(),
        templates=templates(),
        files=recipients(),
        workflows=StepFunctions(
            create_messages_arn=settings().create_messages_arn, send_campaign_arn=settings().send_campaign_arn
        ),
        scheduler=CampaignScheduler(group=settings().schedule_group),
        clock=clock(),
    )


@cache
def campaign_planning() -> "CampaignPlanning":
    """Return the end of ``create_messages``."""
    from chalicelib.adapters.scheduler import CampaignScheduler
    from chalicelib.adapters.workflows import StepFunctions
    from chalicelib.campaigns.planning import CampaignPlanning

    return CampaignPlanning(
        campaigns=_campaign_store(),
        workflows=StepFunctions(send_campaign_arn=settings().send_campaign_arn),
        scheduler=CampaignScheduler(
            group=settings().schedule_group,
            target_arn=settings().send_campaign_arn,
            role_arn=settings().schedule_role_arn,
            dead_letter_arn=settings().schedule_dead_letter_arn,
        ),
        clock=clock(),
    )


@cache
def campaign_execution() -> "CampaignExecution":
    """Return the campaign's side of its workflows."""
    from chalicelib.campaigns.execution import CampaignExecution

    return CampaignExecution(campaigns=_campaign_store(), clock=clock())


@cache
def settlement() -> "SettlementService":
    """Return what closes a campaign's account."""
    from chalicelib.sending.settlement import SettlementService

    return SettlementService(
        accounts=_campaign_store(),
        messages=message_store(),
        clock=clock(),
        settle_seconds=settings().settle_seconds,
    )


@cache
def token_signer() -> "TokenSigner":
    """Return what reads unsubscribe tokens."""
    from chalicelib.adapters.token_key import TokenKey
    from chalicelib.tracking.tokens import TokenSigner

    return TokenSigner(TokenKey(settings().token_key_id).derive)


@cache
def _unsubscribe_links() -> "TokenSigner":
    from chalicelib.adapters.token_key import TokenKey
    from chalicelib.tracking.tokens import TokenSigner

    return TokenSigner(TokenKey(settings().token_key_id).derive, settings().public_base_url)


@cache
def _transport() -> "SesTransport":
    from chalicelib.adapters.ses import SesTransport

    return SesTransport(settings().configuration_set, connections=SEND_THREADS)


@cache
def _governor() -> "Governor":
    from chalicelib.store.rate import DynamoGovernor

    _bound("rate")
    return DynamoGovernor(_transport().quota)


@cache
def _send_threads() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(SEND_THREADS, thread_name_prefix="send")


@cache
def _prepare_render() -> "Callable[[SendOrder], Render]":
    from chalicelib.sending.compose import composer
    from chalicelib.templates.rendering import RenderError, compile_content

    return composer(compile_content, RenderError, _unsubscribe_links())


def sending(context: "InvocationContext") -> "SendingService":
    """Return the work of ``send_part`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.campaigns.orders import CampaignOrders
    from chalicelib.sending.group import GroupSender
    from chalicelib.sending.service import SendingService
    from chalicelib.store.claims import DynamoClaims

    _bound("claims")
    pace = LambdaPace(context)
    return SendingService(
        orders=CampaignOrders(campaigns=_campaign_store(), templates=templates()),
        messages=message_store(),
        claims=DynamoClaims(),
        sender=GroupSender(
            messages=message_store(),
            claims=DynamoClaims(),
            suppressions=suppression_list(),
            governor=_governor(),
            transport=_transport(),
            pace=pace,
            clock=clock(),
            pool=_send_threads(),
            at_once=SEND_THREADS,
        ),
        renderer=_prepare_render(),
        pace=pace,
        clock=clock(),
    )


@cache
def analytics_store() -> "AnalyticsStore":
    """Return the adapter that the analytics URL names.

    Raises:
        ConfigurationError: the URL names none.
    """
    url = settings().analytics_url
    if url.startswith("sqlite:"):
        from chalicelib.adapters.sqlite_analytics import SqliteAnalytics

        return SqliteAnalytics.from_url(url)
    if url.startswith("https:"):
        from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics, connect

        return OpenSearchAnalytics(connect(url))
    raise ConfigurationError(f"ANALYTICS_URL must begin with sqlite: or https:, not {url.partition(':')[0]}:")


@cache
def analytics() -> "AnalyticsService":
    """Return the service of statistics."""
    from chalicelib.analytics.service import AnalyticsService

    return AnalyticsService(store=analytics_store())


@cache
def tracking() -> "TrackingService":
    """Return what applies SES's events and unsubscriptions."""
    from chalicelib.tracking.service import TrackingService

    return TrackingService(
        messages=message_store(), suppressions=suppression_list(), events=analytics_store(), clock=clock()
    )
