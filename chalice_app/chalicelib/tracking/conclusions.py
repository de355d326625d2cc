"""What is concluded about the events of a message from all that the message remembers."""

from collections.abc import Collection, Iterator

from chalicelib.messages.model import Message
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.facts import readings
from chalicelib.tracking.machines import READERS, RULES, reading_of, reasons_of
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.transactional.model import TransactionalMessage

AnyMessage = Message | TransactionalMessage


def conclude(events: Collection[TrackedEvent], message: AnyMessage | None) -> Iterator[ClassifiedEvent]:
    """Return events of one message with what is concluded about them.

    Args:
        events: opens and clicks are judged together with those that the message remembers, other kinds not at all.
        message: None where it is not there any more; then what these events show has to do.
    """
    known = {} if message is None else {one.fingerprint: one for one in readings(message.facts)}
    for event in events:
        if event.kind in READERS:
            # Beyond what a message remembers, an event is judged among those that it does remember.
            known.setdefault(event.fingerprint, reading_of(event))
    reasons = reasons_of(known.values(), None if message is None else message.facts.delivered_at)
    revision = 0 if message is None else message.revision
    for event in events:
        if event.kind in READERS:
            found = reasons[event.fingerprint]
            yield ClassifiedEvent(event, machine=bool(found), reasons=found, rules=RULES, revision=revision)
        else:
            yield ClassifiedEvent(event, rules=RULES, revision=revision)


def unsettled(message: AnyMessage, events: Collection[TrackedEvent]) -> bool:
    """Tell whether these events change what holds of earlier opens and clicks of their message.

    The answer is the same when they are applied again, so nothing is forgotten by a worker that dies in between.
    """
    new = {event.fingerprint for event in events}
    known = readings(message.facts)
    earlier = [one for one in known if one.fingerprint not in new]
    if not earlier:
        return False
    if any(event.kind is EventKind.DELIVERY for event in events):
        return True
    before, now = reasons_of(earlier, message.facts.delivered_at), reasons_of(known, message.facts.delivered_at)
    return any(reasons != now[fingerprint] for fingerprint, reasons in before.items())
