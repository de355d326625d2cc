"""Campaigns and their messages."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import (
    analytics_store,
    campaign_store,
    clock,
    message_store,
    recipient_bucket,
    settings,
    suppression_list,
)
from chalicelib.bootstrap.files import recipients, templates

if TYPE_CHECKING:
    from chalicelib.adapters.documents import BucketDocuments
    from chalicelib.adapters.scheduler import CampaignScheduler
    from chalicelib.adapters.workflows import StepFunctions
    from chalicelib.campaigns.control import CampaignControl
    from chalicelib.campaigns.drafts import CampaignDrafts
    from chalicelib.campaigns.execution import CampaignExecution
    from chalicelib.campaigns.orders import CampaignOrders
    from chalicelib.campaigns.planning import CampaignPlanning
    from chalicelib.campaigns.reputation import ReputationGuard
    from chalicelib.campaigns.service import CampaignService
    from chalicelib.messages.creation import MessageCreation
    from chalicelib.messages.service import MessageService
    from chalicelib.sending.settlement import SettlementService
    from chalicelib.suppressions.service import SuppressionService


@cache
def suppressions() -> "SuppressionService":
    """Return the service of suppressions."""
    from chalicelib.suppressions.service import SuppressionService

    return SuppressionService(suppressions=suppression_list(), clock=clock())


@cache
def messages() -> "MessageService":
    """Return the service of messages, as the API reads them."""
    from chalicelib.messages.service import MessageService

    return MessageService(messages=message_store(), index=analytics_store())


@cache
def message_creation() -> "MessageCreation":
    """Return what makes a campaign's messages."""
    from chalicelib.messages.creation import MessageCreation
    from chalicelib.recipients.parts import PartReader

    return MessageCreation(
        messages=message_store(),
        parts=PartReader(recipient_bucket()),
        tallies=campaign_store(),
        slices=_slices(),
        clock=clock(),
    )


@cache
def _slices() -> "BucketDocuments":
    from chalicelib.adapters.documents import BucketDocuments

    return BucketDocuments(settings().recipient_bucket)


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
    from chalicelib.bootstrap.checking import preflights
    from chalicelib.campaigns.service import CampaignService

    return CampaignService(
        campaigns=campaign_store(),
        templates=templates(),
        files=recipients(),
        preflights=preflights(),
        workflows=StepFunctions(
            create_messages_arn=settings().create_messages_arn, send_campaign_arn=settings().send_campaign_arn
        ),
        scheduler=_scheduler(),
        clock=clock(),
    )


@cache
def campaign_drafts() -> "CampaignDrafts":
    """Return what makes and edits drafts, and archives campaigns."""
    from chalicelib.campaigns.drafts import CampaignDrafts

    return CampaignDrafts(campaigns=campaign_store(), templates=templates(), files=recipients(), clock=clock())


@cache
def campaign_orders() -> "CampaignOrders":
    """Return what a sender may know of campaigns."""
    from chalicelib.campaigns.orders import CampaignOrders

    return CampaignOrders(campaigns=campaign_store(), templates=templates())


@cache
def campaign_control() -> "CampaignControl":
    """Return what the API does with campaigns under way."""
    from chalicelib.adapters.workflows import StepFunctions
    from chalicelib.campaigns.control import CampaignControl

    return CampaignControl(
        campaigns=campaign_store(),
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
        campaigns=campaign_store(),
        slices=_slices(),
        workflows=StepFunctions(send_campaign_arn=settings().send_campaign_arn),
        scheduler=_scheduler(),
        clock=clock(),
    )


@cache
def campaign_execution() -> "CampaignExecution":
    """Return the campaign's side of its workflows."""
    from chalicelib.campaigns.execution import CampaignExecution

    return CampaignExecution(campaigns=campaign_store(), clock=clock())


@cache
def reputation_guard() -> "ReputationGuard":
    """Return what halts a campaign whose mail is not wanted."""
    from chalicelib.campaigns.reputation import ReputationGuard, read_limits

    return ReputationGuard(
        campaigns=campaign_store(),
        messages=message_store(),
        limits=read_limits(settings().reputation_limits),
        clock=clock(),
    )


@cache
def settlement() -> "SettlementService":
    """Return what closes a campaign's account."""
    from chalicelib.sending.settlement import SettlementService

    return SettlementService(
        accounts=campaign_store(),
        messages=message_store(),
        clock=clock(),
        settle_seconds=settings().settle_seconds,
    )


@cache
def watching() -> "StepFunctions":
    """Return what starts watching a campaign."""
    from chalicelib.adapters.workflows import StepFunctions

    return StepFunctions(watch_campaign_arn=settings().watch_campaign_arn)
