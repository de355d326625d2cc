"""A campaign and its state machine."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.kernel.errors import ConflictError, DomainError, NotFoundError
from chalicelib.kernel.states import TransitionTable
from chalicelib.messages.model import Tally

ID_PREFIX = "cmp"
"""What the ids of campaigns begin with."""


class CampaignState(StrEnum):
    """Where a campaign is in its life."""

    DRAFT = "draft"
    PREPARING = "preparing"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHING = "finishing"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    HALTED = "halted"
    FAILED = "failed"


_CANCEL = "somebody cancelled it; what was not sent is skipped"
_FAIL = "a workflow met an error that no retry mends; the reason says which"

TRANSITIONS = TransitionTable(
    "campaign",
    {
        CampaignState.DRAFT: {
            CampaignState.PREPARING: "it was scheduled, or is to be sent now",
            CampaignState.CANCELLED: _CANCEL,
        },
        CampaignState.PREPARING: {
            CampaignState.SCHEDULED: "every message exists",
            CampaignState.CANCELLED: _CANCEL,
            CampaignState.FAILED: _FAIL,
        },
        CampaignState.SCHEDULED: {
            CampaignState.SENDING: "its time came and one execution claimed it",
            CampaignState.CANCELLED: _CANCEL,
            CampaignState.HALTED: "its time came and it could not be started",
            CampaignState.FAILED: _FAIL,
        },
        CampaignState.SENDING: {
            CampaignState.PAUSED: "somebody paused it",
            CampaignState.FINISHING: "every part was worked through; lost answers are being settled",
            CampaignState.CANCELLED: _CANCEL,
            CampaignState.HALTED: "SES does not take mail from this account now, or the reputation guard stopped it",
            CampaignState.FAILED: _FAIL,
        },
        CampaignState.PAUSED: {
            CampaignState.SENDING: "somebody resumed it",
            CampaignState.CANCELLED: _CANCEL,
        },
        CampaignState.HALTED: {
            CampaignState.SENDING: "somebody resumed it",
            CampaignState.CANCELLED: _CANCEL,
        },
        CampaignState.FINISHING: {
            CampaignState.FINISHED: "its account balances and nothing is unsettled",
            CampaignState.HALTED: "its account does not balance; the reason says by how much",
        },
        CampaignState.FINISHED: {
            CampaignState.SENDING: "somebody wants to have sent again what is held as unknown",
        },
        CampaignState.CANCELLED: {},
        CampaignState.FAILED: {},
    },
)


class CampaignNotFoundError(NotFoundError):
    """There is no such campaign."""

    problem = "campaign-not-found"


class CampaignNotReadyError(ConflictError):
    """The campaign cannot be scheduled: its template and its recipient file do not fit each other."""

    problem = "campaign-not-ready"


class CampaignNotSettledError(ConflictError):
    """What is unknown may still be settled by SES's events, or will be; nothing of it is sent again yet."""

    problem = "campaign-not-settled"


class WavesFixedError(ConflictError):
    """How the messages are divided into waves was settled when they were made; the time asked for needs another way."""

    problem = "waves-fixed"


class NothingHeldError(ConflictError):
    """The campaign holds no message as unknown."""

    problem = "nothing-held"


class ScheduleInPastError(DomainError):
    """The time asked for has passed, or is too near to be met."""

    problem = "schedule-in-past"


class ClockChange(StrEnum):
    """What a clock change did to the wall-clock time that somebody asked for."""

    SKIPPED = "skipped"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the mail is from: ``Name <address>``."""

    address: str
    name: str = ""


OVER = frozenset({CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.FAILED})
"""States in which nothing of a campaign is left to be done, so that it may be archived."""

LEAST_CANARY = 20
"""Recipients of the smallest canary: the outcomes of fewer say nothing."""


@dataclass(frozen=True, slots=True)
class Canary:
    """Who is mailed before the others, and how long what becomes of it is waited for.

    Attributes:
        recipients: about so many; or
        share: such a share of all, above 0 and up to 1.
        wait_minutes: from the last of its mails to the verdict.
    """

    recipients: int | None = None
    share: float | None = None
    wait_minutes: int = 30

    @property
    def wait(self) -> timedelta:
        """How long its outcomes are waited for."""
        return timedelta(minutes=self.wait_minutes)

    def size(self, planned: int) -> int:
        """Return how many of ``planned`` recipients it takes: all of them where they are few."""
        wanted = self.recipients if self.recipients is not None else round((self.share or 0.0) * planned)
        return min(max(wanted, LEAST_CANARY), planned)


@dataclass(frozen=True, slots=True)
class Wave:
    """What is sent together.

    Attributes:
        recipients: how many messages.
        at: when it is due (UTC); None: as soon as the one before it allows.
        number: of the list of its slices.
        zone: a zone whose clocks decide when it is due; empty: those of the zone in which the time was given; None: no
            clock does.
    """

    recipients: int
    at: datetime | None = None
    number: int = 0
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """One mailing.

    Attributes:
        topic: what its mail is about; who unsubscribes from it leaves this topic instead of all campaigns.
        rate_limit: messages per second at most; None: what the account allows.
        send_at: when sending starts (UTC); None while a draft, and for "send now".
        time_zone: the IANA zone in which the time was given, kept for showing it.
        clock_change: what a clock change in that zone did to the time given.
        local_time: wall-clock time at which each recipient gets the mail in the own zone; None: all at ``send_at``.
        canary: who is mailed before the others; None: nobody is.
        waves: what is sent one after the other, known when every message exists; empty: all at once.
        wave: the one that is sent or waited for; ``len(waves)`` when all were worked through.
        canary_ends_at: when the canary's outcomes are judged; None before it is sent.
        canary_judged_at: when they were, or when somebody had the campaign go on without.
        execution: the one execution of ``send_campaign`` that claimed it; None until the one that somebody resumed it
            with has done so.
        planned: messages made by ``create_messages``; None until they are counted.
        tally: the account when sending ended.
        resumed_at: when somebody last had it go on; the reputation guard judges what was accepted since.
        resend_before: messages that were held as unknown by then may be sent again.
        reason: why it stands as it does: failed, halted, paused or cancelled.
        changed_by: name of the API key that paused, resumed or cancelled it last; None when the platform halted it.
        archived_at: since when it is kept out of sight; None: it is not.
        revision: counts the changes of this record, for optimistic locking and as ETag.
    """

    campaign_id: str
    name: str
    state: CampaignState
    template_id: str
    template_version: int
    file_id: str
    sender: Sender
    created_at: datetime
    reply_to: str | None = None
    topic: str | None = None
    rate_limit: float | None = None
    parts: int = 0
    send_at: datetime | None = None
    time_zone: str = "UTC"
    clock_change: ClockChange | None = None
    local_time: datetime | None = None
    canary: Canary | None = None
    waves: tuple[Wave, ...] = ()
    wave: int = 0
    canary_ends_at: datetime | None = None
    canary_judged_at: datetime | None = None
    execution: str | None = None
    planned: int | None = None
    tally: Tally = field(default_factory=Tally)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    resumed_at: datetime | None = None
    resend_before: datetime | None = None
    reason: str | None = None
    changed_by: str | None = None
    archived_at: datetime | None = None
    revision: int = 0

    @property
    def divided(self) -> bool:
        """Tell whether it is sent in waves."""
        return self.local_time is not None or self.canary is not None

    @property
    def unaccounted(self) -> bool:
        """Tell whether messages were to be made and their account does not balance yet."""
        return bool(self.planned) and not (self.tally.planned and self.tally.balanced)


@dataclass(frozen=True, slots=True)
class Draft:
    """What of a campaign can be edited until it is scheduled.

    Attributes:
        template_version: None: the template's current one.
    """

    name: str
    template_id: str
    template_version: int | None
    file_id: str
    sender: Sender
    reply_to: str | None = None
    topic: str | None = None
    rate_limit: float | None = None
    canary: Canary | None = None


def draft_of(campaign: Campaign) -> Draft:
    """Return what of a campaign can be edited."""
    return Draft(
        campaign.name,
        campaign.template_id,
        campaign.template_version,
        campaign.file_id,
        campaign.sender,
        campaign.reply_to,
        campaign.topic,
        campaign.rate_limit,
        campaign.canary,
    )


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Which campaigns a list holds, and in what order. None leaves a value open.

    Attributes:
        states: in any of them; empty: in whatever state.
        archived: only those that are, or only those that are not.
        name: text that the name holds, whatever the case.
        created_from, created_to: when it was made, the end not included.
        send_from, send_to: when sending starts; a campaign that is sent at once has no such time.
        by_send_time: in the order of ``send_at``, those without it left out; otherwise in that of their making.
        descending: the latest first.
    """

    states: frozenset[CampaignState] = frozenset()
    template_id: str | None = None
    file_id: str | None = None
    topic: str | None = None
    name: str | None = None
    archived: bool | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    send_from: datetime | None = None
    send_to: datetime | None = None
    by_send_time: bool = False
    descending: bool = True


ALL_CAMPAIGNS = CampaignFilter()
"""Every campaign, the newest first."""
