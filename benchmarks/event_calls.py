"""What a message's events ask of DynamoDB: messages that SES took, their events applied, every call counted.

Events of one message are never in one batch, which is the dearest case, unless a delivery stream gathers them: with
``--gathered`` they are together when they fall into the same seconds. It prints one JSON object.
"""

import argparse
import json
import os
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby, zip_longest

from benchmarks.counting import counted_calls
from benchmarks.volume import life
from chalicelib.kernel.ids import new_id
from chalicelib.messages.model import Message
from chalicelib.sending.outcomes import accepted
from chalicelib.settings import Settings
from chalicelib.store.messages import DynamoMessages
from chalicelib.store.suppressions import DynamoSuppressions
from chalicelib.store.tables import TABLES, bind
from chalicelib.store.transactional import DynamoTransactionalMessages
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import TrackedEvent
from chalicelib.tracking.service import TrackingService
from chalicelib.tracking.ses_events import normalise

_PART = 1_000
_WAY = timedelta(milliseconds=20)
"""SES takes a mail so long after it was handed over."""


class _Sink:
    """The index, which DynamoDB has no part in."""

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        """Keep nothing."""

    def recorded_events(self, wanted: Mapping[str, Collection[str] | None]) -> list[ClassifiedEvent]:
        """Find nothing."""
        del wanted
        return []


def main() -> None:
    """Count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--gathered", type=int, help="seconds for which a delivery stream gathers events")
    options = parser.parse_args()
    for name in TABLES:
        bind(name, Settings(os.environ))
    store = DynamoMessages()
    now = datetime.now(UTC)
    campaign, chance = new_id("cmp", now), random.Random(7)  # noqa: S311 - an order, no secret
    made = [
        Message(campaign, number // _PART, number % _PART, f"p{number}@example.org", now)
        for number in range(options.messages)
    ]
    store.put_all(made)
    stored = [found for part in range(made[-1].part + 1) for found in store.read_group(campaign, part, 0, _PART)]
    store.change_all([(one, lambda m: accepted(m, now, f"provider-{m.message_id}")) for one in stored])
    lives = [list(life(one.message_id, campaign, now + _WAY, chance)) for one in made]
    coming = [list(_batches(texts, options.gathered, chance)) for texts in lives]
    service = TrackingService(
        messages=store,
        transactional=DynamoTransactionalMessages(),
        suppressions=DynamoSuppressions(),
        events=_Sink(),
    )
    events = 0
    with counted_calls() as calls:
        for batch in zip_longest(*coming, fillvalue=()):
            events += service.apply([event for together in batch for event in together]).events
    print(json.dumps({"calls": calls, "events": events}))


def _batches(texts: Sequence[str], gathered: int | None, chance: random.Random) -> Iterator[list[TrackedEvent]]:
    """Yield the events of a message that come together, in the order of time."""
    events = sorted((event for text in texts for event in normalise(json.loads(text))), key=lambda event: event.at)
    if gathered is None:
        yield from ([event] for event in events)
        return
    began = chance.uniform(0, gathered)  # when in a message's life an object of the stream is closed
    for _, together in groupby(events, lambda event: int((event.at.timestamp() + began) // gathered)):
        yield list(together)


if __name__ == "__main__":
    main()
