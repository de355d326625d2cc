"""What is needed to send a message, and what SES may answer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.kernel.errors import TemporarilyUnavailableError


class Directive(StrEnum):
    """What a worker does with the messages of a campaign in its present state."""

    SEND = "send"
    SKIP = "skip"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class SendOrder:
    """What every message of a campaign has in common.

    Attributes:
        subject, html, text: Jinja2 sources.
        headers: names and Jinja2 sources of the template's own headers.
        sender: the From header, ``Name <address>`` with the name encoded where needed.
        topic: what a recipient unsubscribes from; None: from all campaigns.
        rate_limit: messages per second that the campaign sends at most; None: what the account allows.
        resend_before: messages that were held as unknown by then are sent again; None: no such message is.
    """

    campaign_id: str
    sender: str
    subject: str
    html: str
    text: str
    reply_to: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    topic: str | None = None
    rate_limit: float | None = None
    resend_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A message as it is handed to SES, before SES adds its own headers.

    Attributes:
        html, text: one of them may be empty; the mail has no such part then.
        html_pieces, text_pieces: the same as the template made them, piece by piece; empty where that is not known.
        headers: additional headers, such as List-Unsubscribe.
        tags: SES message tags; they come back in each event.
    """

    sender: str
    recipient: str
    subject: str
    html: str
    text: str
    reply_to: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    html_pieces: tuple[str, ...] = field(default=(), compare=False, repr=False)
    text_pieces: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Mails that one call of SES carries.

    Attributes:
        places: which of the given mails, by their places.
        prepared: what the transport made of them already, to be given back with exactly these.
    """

    places: tuple[int, ...]
    prepared: object = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """SES took the message."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """SES took nothing because of a rate; the same message may be handed over again.

    Attributes:
        wait_seconds: SES will take nothing sooner, so nobody tries; 0: it may take the message in a moment.
    """

    reason: str
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """SES will never take this message."""

    reason: str


@dataclass(frozen=True, slots=True)
class AccountStopped:
    """SES takes no mail from this account or sender now; the campaign halts."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The request was written and its answer lost: SES may have taken the message or not."""

    reason: str


Answer = Accepted | Throttled | Refused | AccountStopped | Unanswered


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's right to send one group of a part.

    Attributes:
        owner: the invocation that holds it.
        lease_until: the owner begins no send after this moment; a later worker may only settle, never send.
        closed: every message of the group has a recorded outcome.
        begun: places in the group, from 0, of the messages that the owner may have handed over without having recorded
            an outcome; it begins a send only after the message stands here in the store. All others of the group that
            have no outcome were not sent.
    """

    campaign_id: str
    part: int
    group: int
    owner: str
    lease_until: datetime
    closed: bool = False
    begun: frozenset[int] = frozenset()


class ClaimLostError(Exception):
    """Another worker took the group over; stop at once and send nothing more of it."""


@dataclass(frozen=True, slots=True)
class PermitRequest:
    """Messages of one campaign that are ready to be sent.

    Attributes:
        domains: the recipient's domain of each message, in the order in which they should go.
        most: permits that can be used now; fewer than there are messages where a limit may hold some back.
        rate_limit: messages per second that the campaign sends at most; None: what the account allows.
        patience: seconds by which the permit may be used later than others; for so long the rate is left unused, so it
            is for a single message that came too late before.
    """

    campaign_id: str
    domains: tuple[str, ...]
    most: int
    rate_limit: float | None = None
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to begin one send between two moments, and not outside of them.

    Where campaigns hand several mails over in one call, several permits have the same moment.

    Attributes:
        place: the message of the request that it is for, counted from 0.
        moment: seconds since the epoch.
        expires: seconds since the epoch.
    """

    place: int
    moment: float
    expires: float


@dataclass(frozen=True, slots=True)
class Quota:
    """What SES allows this account now.

    Attributes:
        per_second: MaxSendRate.
        sending_enabled: False while SES has paused the account.
        max_24_hours: mails in any 24 hours (Max24HourSend); None: any number.
        sent_24_hours: mails of the last 24 hours, whoever sent them (SentLast24Hours).
    """

    per_second: float
    sending_enabled: bool = True
    max_24_hours: float | None = None
    sent_24_hours: float = 0.0


class PermitsUnavailableError(TemporarilyUnavailableError):
    """There are no permits now.

    Attributes:
        wait_seconds: when to ask again.
    """

    def __init__(self, detail: str, *, wait_seconds: float) -> None:
        super().__init__(detail)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class PartProgress:
    """How far a worker came with its part.

    Attributes:
        cursor: the group to go on with; equal to the number of groups at the end.
        done: nothing is left for a worker to do in this part.
        wait_seconds: how long the workflow waits before it calls again.
        halted: why SES takes no more mail from this account, if that is so.
    """

    cursor: int
    done: bool
    wait_seconds: int = 0
    halted: str | None = None
