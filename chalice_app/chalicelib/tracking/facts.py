"""What an event adds to the facts of its message.

Each rule takes the minimum, the maximum or the union of what is known and what is new. These are commutative,
associative and idempotent, so events in any order and any number of times lead to the same facts. What people did
follows from the union of opens and clicks and from the first delivery alone, so it depends on no order either.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.messages.model import Facts, Message
from chalicelib.tracking.machines import READERS, Reading, reading_from, reading_of, reasons_of
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.transactional.model import TransactionalMessage

Tracked = TypeVar("Tracked", Message, TransactionalMessage)

SEEN_LIMIT = 500
"""Opens, and clicks, that are told apart on one message.

`Facts.opens` and `Facts.clicks` are exact up to here and then stand still, so that whoever loads a pixel in a loop
cannot grow the item (some 45 bytes each) to DynamoDB's limit. The earliest are kept, so first times stay exact, and so
do counts made from events.
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

_COUNTS = {EventKind.OPEN: "opens", EventKind.CLICK: "clicks"}

_BOUNCE_STRENGTH = {"Permanent": 3, "Transient": 2, "Undetermined": 1}


def apply(message: Tracked, *events: TrackedEvent) -> Tracked:
    """Return the message with what events tell; the same message if they tell nothing new.

    Every event proves that SES accepted the message, not later than the event's own time. The first provider id stays:
    a message is sent at most once, so there is only one.
    """
    facts = message.facts
    changes: dict[str, Any] = {}
    for event in events:
        for name in {"accepted_at", _TIME_OF.get(event.kind, "accepted_at")}:
            known = changes.get(name, getattr(facts, name))
            if known is None or event.at < known:
                changes[name] = event.at
    changed = replace(facts, **changes) if changes else facts
    for event in events:
        if event.kind is EventKind.BOUNCE:
            changed = _with_bounce(changed, event)
        elif event.kind in READERS:
            changed = _with_seen(changed, reading_of(event))
    if changed.seen is not facts.seen or changed.delivered_at != facts.delivered_at:
        changed = _with_people(changed)
    provider_id = message.provider_id or events[0].provider_id
    if changed == facts and provider_id == message.provider_id:
        return message
    return replace(message, facts=changed, provider_id=provider_id)


def _with_bounce(facts: Facts, event: TrackedEvent) -> Facts:
    """Keep the strongest kind of bounce; among equally strong ones the alphabet decides, so that order does not."""
    kinds = [(facts.bounce_type or "", facts.bounce_subtype or "")]
    kinds.append((event.bounce_type or "Undetermined", event.bounce_subtype or "Undetermined"))
    strongest = max(kinds, key=lambda kind: (_BOUNCE_STRENGTH.get(kind[0], 0), kind))
    return replace(facts, bounce_type=strongest[0], bounce_subtype=strongest[1])


def readings(facts: Facts) -> list[Reading]:
    """Return the opens and clicks that a message remembers."""
    return [reading_from(text) for text in facts.seen]


def remembered(facts: Facts) -> frozenset[str] | None:
    """Return the fingerprints of every open and click of a message; None where there may be more than it remembers."""
    if facts.opens >= SEEN_LIMIT or facts.clicks >= SEEN_LIMIT:
        return None
    return frozenset(reading.fingerprint for reading in readings(facts))


def _with_seen(facts: Facts, reading: Reading) -> Facts:
    """Remember an open or a click; what newer rules found in it takes the place of what older ones did.

    Past the limit the earliest are kept: which ones these are depends on the set of events only.
    """
    known = readings(facts)
    same = [one for one in known if (one.kind, one.fingerprint) == (reading.kind, reading.fingerprint)]
    if any(one.rules >= reading.rules for one in same):
        return facts
    texts = sorted(one.text for one in [reading, *known] if one.kind is reading.kind and one not in same)[:SEEN_LIMIT]
    others = (one.text for one in known if one.kind is not reading.kind)
    counted = {_COUNTS[reading.kind]: len(texts)}
    return replace(facts, seen=frozenset([*others, *texts]), **counted)  # type: ignore[arg-type]  # two counters


def _with_people(facts: Facts) -> Facts:
    """Conclude what people did from everything that is known."""
    known = readings(facts)
    reasons = reasons_of(known, facts.delivered_at)
    moments: dict[EventKind, list[datetime]] = {kind: [] for kind in READERS}
    for reading in known:
        if not reasons[reading.fingerprint]:
            moments[reading.kind].append(reading.moment)
    opens, clicks = moments[EventKind.OPEN], moments[EventKind.CLICK]
    return replace(
        facts,
        human_opens=len(opens),
        human_clicks=len(clicks),
        first_human_opened_at=min(opens, default=None),
        first_human_clicked_at=min(clicks, default=None),
    )
