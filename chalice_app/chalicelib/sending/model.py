"""What is needed to send a message, and what SES may answer."""

from dataclasses import dataclass
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
        sender: the From header, ``Name <address>`` with the name encoded where needed.
    """

    campaign_id: str
    sender: str
    subject: str
    html: str
    text: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A message as it is handed to SES, before SES adds its own headers.

    Attributes:
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


@dataclass(frozen=True, slots=True)
class Accepted:
    """SES took the message."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """SES took nothing because of a rate; the same message may be handed over again."""

    reason: str


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
    """

    campaign_id: str
    part: int
    group: int
    owner: str
    lease_until: datetime
    closed: bool = False


class ClaimLostError(Exception):
    """Another worker took the group over; stop at once and send nothing more of it."""


@dataclass(frozen=True, slots=True)
class Permits:
    """A run of send permits: the n-th may be used from ``start + n * interval`` on (seconds since the epoch)."""

    start: float
    interval: float
    count: int


@dataclass(frozen=True, slots=True)
class Quota:
    """What SES allows this account now.

    Attributes:
        per_second: MaxSendRate.
        sending_enabled: False while SES has paused the account.
    """

    per_second: float
    sending_enabled: bool = True


class PermitsUnavailableError(TemporarilyUnavailableError):
    """Too many workers asked for permits at once; ask again."""


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
