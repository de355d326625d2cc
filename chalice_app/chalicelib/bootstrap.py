"""The only composition root: makes each service once a process, with just the SDKs that it uses.

Imports stand inside the functions so that a Lambda loads what its own entry point needs and nothing else.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.access.service import AccessService
    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.adapters.s3 import Bucket
    from chalicelib.adapters.s3_multipart import BucketMultipartUploads
    from chalicelib.adapters.scheduler import CampaignScheduler
    from chalicelib.adapters.ses import SesTransport
    from chalicelib.adapters.workflows import StepFunctions
    from chalicelib.analytics.ports import AnalyticsStore
    from chalicelib.analytics.service import AnalyticsService
    from chalicelib.campaigns.control import CampaignControl
    from chalicelib.campaigns.execution import CampaignExecution
    from chalicelib.campaigns.planning import CampaignPlanning
    from chalicelib.campaigns.ports import CampaignRepository
    from chalicelib.campaigns.reputation import ReputationGuard
    from chalicelib.campaigns.service import CampaignService
    from chalicelib.messages.creation import MessageCreation
    from chalicelib.messages.ports import MessageRepository
    from chalicelib.messages.service import MessageService
    from chalicelib.preflight.completion import PreflightCompletion
    from chalicelib.preflight.parts import PartCheck
    from chalicelib.preflight.ports import PreflightRepository, PreflightResults
    from chalicelib.preflight.proofs import ProofSender
    from chalicelib.preflight.service import PreflightService
    from chalicelib.recipients.importing import RecipientImport
    from chalicelib.recipients.ports import RecipientFileRepository
    from chalicelib.recipients.removal import RecipientRemoval
    from chalicelib.recipients.service import RecipientService
    from chalicelib.recipients.uploading import RecipientUploads
    from chalicelib.sending.group import Render
    from chalicelib.sending.model import SendOrder
    from chalicelib.sending.ports import Governor
    from chalicelib.sending.service import SendingService
    from chalicelib.sending.settlement import SettlementService
    from chalicelib.suppressions.ports import SuppressionRepository
    from chalicelib.suppressions.service import SuppressionService
    from chalicelib.templates.ports import StyleInliner
    from chalicelib.templates.service import TemplateService
    from chalicelib.tracking.service import TrackingService
    from chalicelib.tracking.subscriptions import SubscriptionService
    from chalicelib.tracking.tokens import TokenSigner
    from chalicelib.transactional.compose import Composer
    from chalicelib.transactional.ports import TransactionalMessages
    from chalicelib.transactional.service import TransactionalArchive, TransactionalSending

COMPILED_TEMPLATES = 4
"""Compiled templates that a worker keeps; large ones take some 20 MB each."""

SEND_THREADS = 8
"""Messages that a worker hands to SES at once."""

WRITE_THREADS = 8
"""Part files that an import writes at once."""


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
def style_inliner() -> "StyleInliner":
    """Return what writes style sheets into the elements of a template."""
    from chalicelib.adapters.css import CssInline

    return CssInline()


@cache
def templates() -> "TemplateService":
    """Return the service of templates."""
    from chalicelib.store.templates import DynamoTemplates
    from chalicelib.templates.service import TemplateService

    _bound("templates")
    return TemplateService(templates=DynamoTemplates(), objects=_template_bucket(), clock=clock())


@cache
def _multipart_uploads() -> "BucketMultipartUploads":
    from chalicelib.adapters.s3_multipart import BucketMultipartUploads

    return BucketMultipartUploads(settings().recipient_bucket)


@cache
def _recipient_files() -> "RecipientFileRepository":
    from chalicelib.store.recipient_files import DynamoRecipientFiles

    _bound("recipient_files")
    return DynamoRecipientFiles()


@cache
def recipients() -> "RecipientService":
    """Return the service of recipient files."""
    from chalicelib.adapters.workflows import RecipientStepFunctions
    from chalicelib.recipients.service import RecipientService

    return RecipientService(
        files=_recipient_files(),
        objects=_recipient_bucket(),
        multiparts=_multipart_uploads(),
        workflows=RecipientStepFunctions(
            import_recipients_arn=settings().import_recipients_arn,
            remove_recipients_arn=settings().remove_recipients_arn,
        ),
        clock=clock(),
    )


@cache
def recipient_uploads() -> "RecipientUploads":
    """Return what takes the uploads of recipient files."""
    from chalicelib.recipients.uploading import RecipientUploads

    return RecipientUploads(
        files=_recipient_files(), objects=_recipient_bucket(), multiparts=_multipart_uploads(), clock=clock()
    )


@cache
def _write_threads() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(WRITE_THREADS, thread_name_prefix="write")


def recipient_import(context: "InvocationContext") -> "RecipientImport":
    """Return the work of ``import_recipients`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.recipients.importing import RecipientImport

    return RecipientImport(
        files=_recipient_files(),
        objects=_recipient_bucket(),
        clock=clock(),
        deadline=LambdaPace(context),
        pool=_write_threads(),
        at_once=WRITE_THREADS,
    )


def recipient_removal(context: "InvocationContext") -> "RecipientRemoval":
    """Return the work of ``remove_recipients`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.recipients.removal import RecipientRemoval

    return RecipientRemoval(
        files=_recipient_files(),
        objects=_recipient_bucket(),
        multiparts=_multipart_uploads(),
        deadline=LambdaPace(context),
    )


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
def _scheduler() -> "CampaignScheduler":
    from chalicelib.adapters.scheduler import CampaignScheduler

    return CampaignScheduler(
        group=settings().schedule_group,
        target_arn=settings().send_campaign_arn,
        role_arn=settings().schedule_role_arn,
        dead_letter_arn=settings().schedule_dead_letter_arn,
    )


@cache
def campaigns() -> "CampaignService":
    """Return the service of campaigns up to their start, as the API drives it."""
    from chalicelib.adapters.workflows import StepFunctions
    from chalicelib.campaigns.service import CampaignService

    return CampaignService(
        campaigns=_campaign_store(),
        templates=templates(),
        files=recipients(),
        workflows=StepFunctions(create_messages_arn=settings().create_messages_arn),
        scheduler=_scheduler(),
        clock=clock(),
    )


@cache
def campaign_control() -> "CampaignControl":
    """Return what the API does with campaigns under way."""
    from chalicelib.adapters.workflows import StepFunctions
    from chalicelib.campaigns.control import CampaignControl

    return CampaignControl(
        campaigns=_campaign_store(),
        workflows=StepFunctions(send_campaign_arn=settings().send_campaign_arn),
        scheduler=_scheduler(),
        clock=clock(),
    )


@cache
def campaign_planning() -> "CampaignPlanning":
    """Return the end of ``create_messages``."""
    from chalicelib.adapters.workflows import StepFunctions
    from chalicelib.campaigns.planning import CampaignPlanning

    return CampaignPlanning(
        campaigns=_campaign_store(),
        workflows=StepFunctions(send_campaign_arn=settings().send_campaign_arn),
        scheduler=_scheduler(),
        clock=clock(),
    )


@cache
def campaign_execution() -> "CampaignExecution":
    """Return the campaign's side of its workflows."""
    from chalicelib.campaigns.execution import CampaignExecution

    return CampaignExecution(campaigns=_campaign_store(), clock=clock())


@cache
def reputation_guard() -> "ReputationGuard":
    """Return what halts a campaign whose mail is not wanted."""
    from chalicelib.campaigns.reputation import ReputationGuard, read_limits

    return ReputationGuard(
        campaigns=_campaign_store(),
        messages=message_store(),
        limits=read_limits(settings().reputation_limits),
        clock=clock(),
    )


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
    from chalicelib.sending.governor import SendGovernor
    from chalicelib.sending.limits import read_limits
    from chalicelib.store.rate import DynamoRateLedger

    _bound("rate")
    return SendGovernor(
        ledger=DynamoRateLedger(),
        quota=_transport().quota,
        limits=read_limits(settings().send_limits),
        clock=clock(),
    )


def workers(rate_limit: float | None, most: int) -> int:
    """Return how many workers a campaign with this limit needs, ``most`` at most."""
    from chalicelib.sending.limits import read_limits
    from chalicelib.sending.workers import workers_needed

    return workers_needed(_transport().quota(), read_limits(settings().send_limits), rate_limit, most)


@cache
def watching() -> "StepFunctions":
    """Return what starts watching a campaign."""
    from chalicelib.adapters.workflows import StepFunctions

    return StepFunctions(watch_campaign_arn=settings().watch_campaign_arn)


@cache
def _send_threads() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(SEND_THREADS, thread_name_prefix="send")


@cache
def _prepare_render() -> "Callable[[SendOrder], Render]":
    from chalicelib.sending.compose import composer
    from chalicelib.templates.rendering import RenderError, compile_content

    # Keyed by the sources themselves: a version's never change, so each is compiled once a worker.
    compile_once = lru_cache(maxsize=COMPILED_TEMPLATES)(compile_content)
    return composer(compile_once, RenderError, _unsubscribe_links())


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


def _harmless_link() -> str:
    """Return what stands for the unsubscribe link in mails that are no message: its page knows no such token."""
    return f"{settings().public_base_url}/u/not-a-message"


@cache
def _render_without_message() -> "Callable[[SendOrder], Render]":
    from chalicelib.preflight.unlinked import FixedLink
    from chalicelib.sending.compose import composer
    from chalicelib.templates.rendering import RenderError, compile_content

    compile_once = lru_cache(maxsize=COMPILED_TEMPLATES)(compile_content)
    return composer(compile_once, RenderError, FixedLink(_harmless_link()))


@cache
def _preflight_store() -> "PreflightRepository":
    from chalicelib.store.preflights import DynamoPreflights

    _bound("campaigns")
    return DynamoPreflights()


@cache
def _preflight_results() -> "PreflightResults":
    from chalicelib.adapters.preflight_results import BucketPreflightResults

    return BucketPreflightResults(settings().recipient_bucket)


@cache
def preflights() -> "PreflightService":
    """Return the service of pre-flights, as the API drives it."""
    from chalicelib.adapters.workflows import PreflightStepFunctions
    from chalicelib.preflight.service import PreflightService

    return PreflightService(
        preflights=_preflight_store(),
        results=_preflight_results(),
        campaigns=campaign_execution(),
        templates=templates(),
        files=_recipient_files(),
        workflows=PreflightStepFunctions(check_campaign_arn=settings().check_campaign_arn),
        clock=clock(),
    )


def preflight_part_check(context: "InvocationContext") -> "PartCheck":
    """Return the work of ``check_preflight_part`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.campaigns.orders import CampaignOrders
    from chalicelib.preflight.parts import PartCheck
    from chalicelib.recipients.parts import PartReader

    return PartCheck(
        preflights=_preflight_store(),
        results=_preflight_results(),
        campaigns=campaign_execution(),
        templates=templates(),
        files=_recipient_files(),
        parts=PartReader(_recipient_bucket()),
        suppressions=suppression_list(),
        orders=CampaignOrders(campaigns=_campaign_store(), templates=templates()),
        renderer=_render_without_message(),
        unsubscribe_link=_harmless_link(),
        pace=LambdaPace(context),
        clock=clock(),
    )


@cache
def preflight_completion() -> "PreflightCompletion":
    """Return the end of ``check_campaign``."""
    from chalicelib.adapters.ses_identities import SesIdentities
    from chalicelib.campaigns.orders import CampaignOrders
    from chalicelib.preflight.completion import PreflightCompletion
    from chalicelib.sending.limits import read_limits

    return PreflightCompletion(
        preflights=_preflight_store(),
        results=_preflight_results(),
        campaigns=campaign_execution(),
        templates=templates(),
        files=_recipient_files(),
        orders=CampaignOrders(campaigns=_campaign_store(), templates=templates()),
        identities=SesIdentities(),
        quota=_transport().quota,
        limits=read_limits(settings().send_limits),
        clock=clock(),
    )


def fail_preflight(campaign_id: str, run: int, reason: str) -> None:
    """Record why a run came to nothing; this needs no more than the record."""
    from chalicelib.preflight.records import PreflightRecords

    PreflightRecords(_preflight_store()).fail(campaign_id, run, reason, clock().now())


def proofs(context: "InvocationContext") -> "ProofSender":
    """Return what sends test mails for one request."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.campaigns.orders import CampaignOrders
    from chalicelib.preflight.proofs import ProofSender
    from chalicelib.recipients.parts import PartReader

    return ProofSender(
        campaigns=campaign_execution(),
        files=_recipient_files(),
        parts=PartReader(_recipient_bucket()),
        suppressions=suppression_list(),
        orders=CampaignOrders(campaigns=_campaign_store(), templates=templates()),
        renderer=_render_without_message(),
        governor=_governor(),
        mailer=_transport(),
        pace=LambdaPace(context),
        clock=clock(),
        pool=_send_threads(),
    )


@cache
def _transactional_store() -> "TransactionalMessages":
    from chalicelib.store.transactional import DynamoTransactionalMessages

    _bound("transactional")
    return DynamoTransactionalMessages()


@cache
def transactional() -> "TransactionalArchive":
    """Return the transactional messages, as the API shows them."""
    from chalicelib.transactional.service import TransactionalArchive

    return TransactionalArchive(messages=_transactional_store(), clock=clock())


@cache
def _composer() -> "Composer":
    from chalicelib.transactional.compose import Composer

    return Composer(templates())


@cache
def _transactional_transport() -> "SesTransport":
    from chalicelib.adapters.ses import SesTransport
    from chalicelib.transactional.sender import SES_SECONDS

    return SesTransport(settings().configuration_set, connections=1, answer_seconds=SES_SECONDS)


def transactional_sending(context: "InvocationContext") -> "TransactionalSending":
    """Return what sends transactional messages, for one request."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.store.transactional import DynamoIdempotencyKeys
    from chalicelib.transactional.sender import MessageSender
    from chalicelib.transactional.service import TransactionalSending

    messages, keys = _transactional_store(), DynamoIdempotencyKeys()
    return TransactionalSending(
        messages=messages,
        keys=keys,
        composer=_composer(),
        suppressions=suppression_list(),
        sender=MessageSender(
            messages=messages,
            keys=keys,
            governor=_governor(),
            transport=_transactional_transport(),
            pace=LambdaPace(context),
            clock=clock(),
        ),
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
    """Return what applies SES's events."""
    from chalicelib.tracking.service import TrackingService

    return TrackingService(
        messages=message_store(),
        transactional=_transactional_store(),
        suppressions=suppression_list(),
        events=analytics_store(),
    )


@cache
def subscriptions() -> "SubscriptionService":
    """Return what the unsubscribe page changes."""
    from chalicelib.tracking.subscriptions import SubscriptionService

    return SubscriptionService(messages=message_store(), suppressions=suppression_list(), clock=clock())
