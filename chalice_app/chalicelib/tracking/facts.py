"""What an event adds to the facts of its message.

Each rule takes the minimum, the maximum or the union of what is known and what is new. These are commutative,
associative and idempotent, so events in any order and any number of times lead to the same facts.
"""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from chalicelib.messages.model import Facts, Message
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.transactional.model import TransactionalMessage

Tracked = TypeVar("Tracked", Message, TransactionalMessage)

SEEN_LIMIT = 500
"""Opens, and clicks, that are told apart on one message.

`Facts.opens` and `Facts.clicks` are exact up to here and then stand still, so that whoever loads a pixel in a loop
cannot grow the item (17 bytes each) to DynamoDB's limit. First times stay exact, and so do counts made from events.
"""

_TIME_OF = {
    EventKind.SEND: "accepted_at",
    EventKind.DELIVERY: "delivered_at",
    EventKind.DELIVERY_DELAY: "delayed_at",
    EventKind.BOUNCE: "bounced_at",
    EventKind.COMPLAINT: "complained_at",
    EventKind.REJECT: "rejected_at",
    EventKind.RENDERING_FAILURE: "rejected_at",
    EventKind.OPEN: "first_opened_at",
    EventKind.CLICK: "first_clicked_at",
}
"""The fact that an event of a kind establishes; a change of a contact list's subscription establishes none."""

_MARKS = {EventKind.OPEN: "o", EventKind.CLICK: "c"}

_BOUNCE_STRENGTH = {"Permanent": 3, "Transient": 2, "Undetermined": 1}


def apply(message: Tracked, event: TrackedEvent) -> Tracked:
    """Return the message with what the event tells; the same message if it tells nothing new.

    Every event proves that SES accepted the message, not later than the event's own time. The first provider id stays:
    a message is sent at most once, so there is only one.
    """
    names = {"accepted_at", _TIME_OF.get(event.kind, "accepted_at")}
    changed = message.with_facts(**{name: _earliest(getattr(message.facts, name), event.at) for name in names})
    facts = changed.facts
    if event.kind is EventKind.BOUNCE:
        facts = _with_bounce(facts, event)
    elif event.kind in _MARKS:
        facts = _with_seen(facts, event)
    changed = replace(changed, facts=facts, provider_id=message.provider_id or event.provider_id)
    return message if changed == message else changed


def _earliest(known: datetime | None, new: datetime) -> datetime:
    return new if known is None else min(known, new)


def _with_bounce(facts: Facts, event: TrackedEvent) -> Facts:
    """Keep the strongest kind of bounce; among equally strong ones the alphabet decides, so that order does not."""
    kinds = [(facts.bounce_type or "", facts.bounce_subtype or "")]
    kinds.append((event.bounce_type or "Undetermined", event.bounce_subtype or "Undetermined"))
    strongest = max(kinds, key=lambda kind: (_BOUNCE_STRENGTH.get(kind[0], 0), kind))
    return replace(facts, bounce_type=strongest[0], bounce_subtype=strongest[1])


def _with_seen(facts: Facts, event: TrackedEvent) -> Facts:
    """Count distinct opens and clicks.

    Past the limit the smallest fingerprints are kept: which ones these are depends on the set of events only.
    """
    mark = _MARKS[event.kind]
    others = {entry for entry in facts.seen if not entry.startswith(mark)}
    own = {entry for entry in facts.seen if entry.startswith(mark)} | {mark + event.fingerprint}
    kept = sorted(own)[:SEEN_LIMIT]
    changed = replace(facts, seen=frozenset(others.union(kept)))
    if event.kind is EventKind.OPEN:
        return replace(changed, opens=len(kept))
    return replace(changed, clicks=len(kept))
