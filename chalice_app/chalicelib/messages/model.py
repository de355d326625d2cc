"""A message, the facts known about it, and the status that follows from them.

A status is never set: it is derived from facts that only ever appear (`status_of`), so events may come in any order
and any number of times and still lead to the same state.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Final

from chalicelib.kernel.addresses import address_hash
from chalicelib.kernel.errors import NotFoundError

GROUP_SIZE = 50
"""Messages that a worker claims with one conditional write."""

MOST_PLACES = 100_000
"""Places of a part, and parts of a campaign, that a message id can tell apart: a group of so many is the whole part."""


class MessageStatus(StrEnum):
    """What is known of a message, the strongest fact first in `status_of`."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"


class SkipReason(StrEnum):
    """Why a planned message was not sent on purpose."""

    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    RENDER_FAILED = "render_failed"


class MessageNotFoundError(NotFoundError):
    """There is no such message."""

    problem = "message-not-found"


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened to a message; a fact once known is never taken back, but for what a person is thought to have done.

    An earlier time replaces a later one, but for the three about lost answers: after a message was released its answer
    may be lost again.

    Attributes:
        unknown_since: a send began and its answer was lost; SES's own events settle it.
        held_at: no event settled it in time, so it is held for a person to decide; it is never sent again by itself.
        released_at: a person decided to send it again although SES may have taken it.
        bounce_type: SES's ``Permanent``, ``Transient`` or ``Undetermined``.
        opens, clicks: all of them, whoever did it.
        human_opens, human_clicks: those of them that a person did, by the rules of `chalicelib.tracking.machines`; an
            event that comes later may show that it was a machine.
        seen: the opens and clicks applied, as `chalicelib.tracking.machines.Reading` writes them, so that one delivered
            twice counts once.
    """

    accepted_at: datetime | None = None
    delivered_at: datetime | None = None
    delayed_at: datetime | None = None
    bounced_at: datetime | None = None
    bounce_type: str | None = None
    bounce_subtype: str | None = None
    complained_at: datetime | None = None
    rejected_at: datetime | None = None
    failed_at: datetime | None = None
    skipped_at: datetime | None = None
    unknown_since: datetime | None = None
    held_at: datetime | None = None
    released_at: datetime | None = None
    unsubscribed_at: datetime | None = None
    first_opened_at: datetime | None = None
    first_clicked_at: datetime | None = None
    first_human_opened_at: datetime | None = None
    first_human_clicked_at: datetime | None = None
    opens: int = 0
    clicks: int = 0
    human_opens: int = 0
    human_clicks: int = 0
    reason: str | None = None
    seen: frozenset[str] = frozenset()

    def known_with(self, **changes: object) -> "Facts":
        """Return these facts with some replaced; a worker does it for every message, so not field by field."""
        return Facts(**{**dict(zip(_FACTS, _values_of(self), strict=True)), **changes})


_FACTS = tuple(one.name for one in fields(Facts))
_values_of = attrgetter(*_FACTS)


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail to one recipient of a campaign.

    Attributes:
        part: the part of the recipient file that the recipient stands in, from 0.
        seq: the message's place in the part, from 0; where the part has `slices`, some places are empty.
        provider_id: SES's message id, once known.
        revision: counts the changes of this record; also the version of its analytics document.
    """

    campaign_id: str
    part: int
    seq: int
    address: str
    created_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    provider_id: str | None = None
    facts: Facts = field(default_factory=Facts)
    revision: int = 0

    @property
    def message_id(self) -> str:
        """The id under which the API and SES's tags know the message; it encodes its key."""
        return f"{self.campaign_id}-{self.part:05d}-{self.seq:05d}"

    @property
    def status(self) -> MessageStatus:
        """What follows from the facts."""
        return status_of(self.facts)

    def with_facts(self, **changes: object) -> "Message":
        """Return the message with some facts replaced."""
        return replace(self, facts=self.facts.known_with(**changes))


HARD_BOUNCE: Final = "Permanent"
"""SES's bounce type after which an address is not mailed again; every other one is a soft bounce."""


def has_bounced(facts: Facts) -> bool:
    """Tell whether the message came back.

    A hard bounce counts even after a delivery: servers answer later, too. A soft one does not: after a delivery it is
    an out-of-office reply or a server behind the one that took the message
    (https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types).
    """
    return facts.bounced_at is not None and (facts.bounce_type == HARD_BOUNCE or facts.delivered_at is None)


_RANK: tuple[tuple[str, MessageStatus], ...] = (
    ("rejected_at", MessageStatus.REJECTED),
    ("delivered_at", MessageStatus.DELIVERED),
    ("accepted_at", MessageStatus.ACCEPTED),
    ("failed_at", MessageStatus.FAILED),
    ("skipped_at", MessageStatus.SKIPPED),
)
"""Facts below a complaint and a bounce, from the strongest down: the first one known decides the status."""


def status_of(facts: Facts) -> MessageStatus:
    """Derive a message's status from its facts."""
    if facts.complained_at is not None:
        return MessageStatus.COMPLAINED
    if has_bounced(facts):
        return MessageStatus.BOUNCED
    for name, status in _RANK:
        if getattr(facts, name) is not None:
            return status
    lost, released = facts.unknown_since, facts.released_at
    # An answer may be lost in the millisecond of the release, but nothing is released in that of the loss.
    return MessageStatus.UNKNOWN if lost and (released is None or lost >= released) else MessageStatus.PENDING


def is_held(facts: Facts) -> bool:
    """Tell whether the message is held as unknown for a person to decide."""
    held, released = facts.held_at, facts.released_at
    return status_of(facts) is MessageStatus.UNKNOWN and held is not None and (released is None or held > released)


_MESSAGE_ID = re.compile(r"(?P<campaign>[a-z]+_[0-9a-z]{26})-(?P<part>\d{5})-(?P<seq>\d{5})")


@dataclass(frozen=True, slots=True)
class MessageKey:
    """The place of a message in the store."""

    campaign_id: str
    part: int
    seq: int


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages of a campaign are wanted; None: any.

    Attributes:
        reason: why it failed or was skipped, word for word.
        address_hash: `recipients.addresses.mailbox_hash` of an address.
        address_prefix: what the address begins with, as the recipient file has it.
    """

    status: MessageStatus | None = None
    reason: str | None = None
    address_hash: str | None = None
    address_prefix: str | None = None

    @property
    def is_for_the_index(self) -> bool:
        """Tell whether few messages can be meant, which only an index finds among a million."""
        return self.reason is not None or self.address_hash is not None

    def takes(self, message: Message) -> bool:
        """Tell whether a message is wanted."""
        return (
            self.status in {None, message.status}
            and self.reason in {None, message.facts.reason}
            and self.address_hash in {None, address_hash(message.address)}
            and message.address.startswith(self.address_prefix or "")
        )


def key_of(message_id: str) -> MessageKey:
    """Read a message's key out of its id.

    Raises:
        MessageNotFoundError: the text is no message id.
    """
    match = _MESSAGE_ID.fullmatch(message_id)
    if not match:
        raise MessageNotFoundError(f"There is no message {message_id!r}.")
    return MessageKey(match["campaign"], int(match["part"]), int(match["seq"]))


@dataclass(frozen=True, slots=True)
class Tally:
    """The account of a part or of a campaign: ``planned == pending + accepted + failed + skipped + unknown``.

    ``accepted`` counts what SES took, whatever became of it later; ``unknown`` those not settled yet and ``held``
    those of them that wait for a person.
    """

    planned: int = 0
    pending: int = 0
    accepted: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    held: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Add two accounts."""
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def __rmul__(self, times: int) -> "Tally":
        """Return the account of so many like it."""
        return Tally(*(times * getattr(self, name) for name in self.__slots__))

    @property
    def balanced(self) -> bool:
        """Tell whether every planned message is accounted for and none waits."""
        return self.pending == 0 and self.planned == self.accepted + self.failed + self.skipped + self.unknown


_COUNTED_AS = {
    MessageStatus.PENDING: "pending",
    MessageStatus.ACCEPTED: "accepted",
    MessageStatus.DELIVERED: "accepted",
    MessageStatus.BOUNCED: "accepted",
    MessageStatus.COMPLAINED: "accepted",
    MessageStatus.REJECTED: "accepted",
    MessageStatus.FAILED: "failed",
    MessageStatus.SKIPPED: "skipped",
    MessageStatus.UNKNOWN: "unknown",
}


def tally_one(facts: Facts) -> Tally:
    """Return the account of one message."""
    return tally_of(status_of(facts), held=is_held(facts))


def tally_of(status: MessageStatus, *, held: bool = False) -> Tally:
    """Return the account of one message of this status."""
    return Tally(planned=1, held=int(held), **{_COUNTED_AS[status]: 1})
