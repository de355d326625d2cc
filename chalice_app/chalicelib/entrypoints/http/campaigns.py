"""``/v1/campaigns`` and a campaign's messages."""

from http import HTTPStatus

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.campaigns.model import (
    Campaign,
    CampaignNotFoundError,
    CampaignNotSettledError,
    CampaignState,
    ClockChange,
    NothingHeldError,
    ScheduleInPastError,
    WavesFixedError,
)
from chalicelib.entrypoints.http.api import Answer, Api, PageDocument, Time, answer, page_of, shown_time
from chalicelib.entrypoints.http.campaign_schemas import CampaignListQuery
from chalicelib.entrypoints.http.messages import CampaignMessageDocument, message_document
from chalicelib.entrypoints.http.refusals import CONTENT, STATE
from chalicelib.entrypoints.http.schemas import (
    MessageListQuery,
    ResendUnknown,
    ScheduleCampaign,
    SendNow,
    StopCampaign,
)
from chalicelib.messages.model import MessageFilter, Tally
from chalicelib.preflight.model import PreflightBlockedError, PreflightNeededError
from chalicelib.recipients.addresses import mailbox_hash

campaigns = Api(__name__)


class SentFrom(TypedDict):
    """Who the mail is from."""

    address: str
    name: str


class CanaryShown(TypedDict):
    """Who is mailed before the others.

    Attributes:
        ends_at: when its outcomes are judged; null before it was sent.
        judged_at: when they were, or when somebody had the campaign go on without.
    """

    recipients: int | None
    share: float | None
    wait_minutes: int
    ends_at: Time | None
    judged_at: Time | None


class WaveShown(TypedDict):
    """What of a campaign is sent together.

    Attributes:
        at: when it is due; null: as soon as the one before it allows.
        done: the campaign has gone on to the next one.
    """

    at: Time | None
    recipients: int
    done: bool


class CampaignDocument(TypedDict):
    """A campaign.

    Attributes:
        reason: why it stands as it does.
        changed_by: name of the API key that paused, resumed or cancelled it last.
        archived_at: since when it is archived; null: it is not.
        clock_change: what a clock change did to the time asked for.
        recipient_local: each recipient gets it at the time asked for in the own zone.
        waves: what is sent one after the other; empty where it is sent as a whole.
        planned: its messages; null until they are counted.
        account: what became of them, when sending ended.
    """

    campaign_id: str
    name: str
    state: CampaignState
    reason: str | None
    changed_by: str | None
    archived_at: Time | None
    template_id: str
    template_version: int
    file_id: str
    sender: SentFrom
    reply_to: str | None
    topic: str | None
    rate_limit: float | None
    send_at: Time | None
    time_zone: str
    clock_change: ClockChange | None
    recipient_local: bool
    canary: CanaryShown | None
    waves: list[WaveShown]
    planned: int | None
    account: Tally
    created_at: Time | None
    started_at: Time | None
    resumed_at: Time | None
    finished_at: Time | None


@campaigns.operation("GET", "/v1/campaigns", scope=Scope.READ)
def list_campaigns(query: CampaignListQuery) -> Answer[PageDocument[CampaignDocument]]:
    """List campaigns, by default the newest first and those that are not archived."""
    return page_of(bootstrap.campaigns().list(query.wanted, limit=query.limit, cursor=query.cursor), campaign_document)


@campaigns.operation("GET", "/v1/campaigns/{campaign_id}", scope=Scope.READ, refuses=(CampaignNotFoundError,))
def get_campaign(campaign_id: str) -> Answer[CampaignDocument]:
    """Show a campaign."""
    return shown(bootstrap.campaigns().get(campaign_id))


@campaigns.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/schedule",
    scope=Scope.SEND,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        CampaignNotFoundError,
        *CONTENT,
        *STATE,
        ScheduleInPastError,
        WavesFixedError,
        PreflightNeededError,
        PreflightBlockedError,
    ),
)
def schedule_campaign(campaign_id: str, request: ScheduleCampaign, revision: int | None) -> Answer[CampaignDocument]:
    """Make the messages now and send at a time to come; until it starts, change the time."""
    scheduled = bootstrap.campaigns().schedule(
        campaign_id, request.at, request.time_zone, revision=revision, recipient_local=request.recipient_local
    )
    return shown(scheduled)


@campaigns.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/send",
    scope=Scope.SEND,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        CampaignNotFoundError,
        *CONTENT,
        *STATE,
        PreflightNeededError,
        PreflightBlockedError,
    ),
)
def send_campaign(campaign_id: str, _request: SendNow, revision: int | None) -> Answer[CampaignDocument]:
    """Make the messages and send as soon as they exist."""
    return shown(bootstrap.campaigns().send_now(campaign_id, revision=revision))


@campaigns.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/cancel",
    scope=Scope.SEND,
    status=HTTPStatus.ACCEPTED,
    refuses=(CampaignNotFoundError, *STATE),
)
def cancel_campaign(campaign_id: str, request: StopCampaign, revision: int | None) -> Answer[CampaignDocument]:
    """Stop a campaign for good; whatever was not sent becomes skipped."""
    cancelled = bootstrap.campaign_control().cancel(
        campaign_id, reason=request.reason, by=campaigns.principal.name, revision=revision
    )
    return shown(cancelled)


@campaigns.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/pause",
    scope=Scope.SEND,
    status=HTTPStatus.ACCEPTED,
    refuses=(CampaignNotFoundError, *STATE),
)
def pause_campaign(campaign_id: str, request: StopCampaign, revision: int | None) -> Answer[CampaignDocument]:
    """Stop sending until somebody resumes the campaign."""
    paused = bootstrap.campaign_control().pause(
        campaign_id, reason=request.reason, by=campaigns.principal.name, revision=revision
    )
    return shown(paused)


@campaigns.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/resume",
    scope=Scope.SEND,
    status=HTTPStatus.ACCEPTED,
    refuses=(CampaignNotFoundError, *STATE),
)
def resume_campaign(campaign_id: str, _request: SendNow, revision: int | None) -> Answer[CampaignDocument]:
    """Send the rest of a paused or halted campaign."""
    resumed = bootstrap.campaign_control().resume(campaign_id, by=campaigns.principal.name, revision=revision)
    return shown(resumed)


@campaigns.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/resend-unknown",
    scope=Scope.SEND,
    status=HTTPStatus.ACCEPTED,
    refuses=(CampaignNotFoundError, *STATE, CampaignNotSettledError, NothingHeldError),
)
def resend_unknown_messages(
    campaign_id: str, _request: ResendUnknown, revision: int | None
) -> Answer[CampaignDocument]:
    """Send again what a finished campaign holds as unknown, though SES may have taken it."""
    resending = bootstrap.campaign_control().resend_unknown(campaign_id, by=campaigns.principal.name, revision=revision)
    return shown(resending)


@campaigns.operation("GET", "/v1/campaigns/{campaign_id}/messages", scope=Scope.READ, refuses=(CampaignNotFoundError,))
def list_campaign_messages(campaign_id: str, query: MessageListQuery) -> Answer[PageDocument[CampaignMessageDocument]]:
    """List messages in the order of the recipient file; a page may be short though ``next`` says that more follow."""
    campaign = bootstrap.campaigns().get(campaign_id)
    wanted = MessageFilter(
        query.status, query.reason, query.address and mailbox_hash(query.address), query.address_prefix
    )
    page = bootstrap.messages().list(
        campaign_id, parts=campaign.parts, wanted=wanted, limit=query.limit, cursor=query.cursor
    )
    return page_of(page, message_document)


def shown(campaign: Campaign) -> Answer[CampaignDocument]:
    """Answer a campaign with its revision."""
    return answer(campaign_document(campaign), revision=campaign.revision)


def campaign_document(campaign: Campaign) -> CampaignDocument:
    """Show a campaign."""
    return {
        "campaign_id": campaign.campaign_id,
        "name": campaign.name,
        "state": campaign.state,
        "reason": campaign.reason,
        "changed_by": campaign.changed_by,
        "archived_at": shown_time(campaign.archived_at),
        "template_id": campaign.template_id,
        "template_version": campaign.template_version,
        "file_id": campaign.file_id,
        "sender": {"address": campaign.sender.address, "name": campaign.sender.name},
        "reply_to": campaign.reply_to,
        "topic": campaign.topic,
        "rate_limit": campaign.rate_limit,
        "send_at": shown_time(campaign.send_at),
        "time_zone": campaign.time_zone,
        "clock_change": campaign.clock_change,
        "recipient_local": campaign.local_time is not None,
        "canary": _canary_document(campaign),
        "waves": _wave_documents(campaign),
        "planned": campaign.planned,
        "account": campaign.tally,
        "created_at": shown_time(campaign.created_at),
        "started_at": shown_time(campaign.started_at),
        "resumed_at": shown_time(campaign.resumed_at),
        "finished_at": shown_time(campaign.finished_at),
    }


def _canary_document(campaign: Campaign) -> CanaryShown | None:
    canary = campaign.canary
    if canary is None:
        return None
    return {
        "recipients": canary.recipients,
        "share": canary.share,
        "wait_minutes": canary.wait_minutes,
        "ends_at": shown_time(campaign.canary_ends_at),
        "judged_at": shown_time(campaign.canary_judged_at),
    }


def _wave_documents(campaign: Campaign) -> list[WaveShown]:
    """Show as one wave what is due at the same moment, though each clock has a list of its own."""
    waves: list[WaveShown] = []
    for number, wave in enumerate(campaign.waves):
        at, done = shown_time(wave.at), number < campaign.wave
        if waves and wave.at is not None and waves[-1]["at"] == at:
            waves[-1] = {"at": at, "recipients": waves[-1]["recipients"] + wave.recipients, "done": done}
        else:
            waves.append({"at": at, "recipients": wave.recipients, "done": done})
    return waves
