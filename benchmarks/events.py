"""What an event costs besides the database: reading, telling duplicates and applying it, against `json.loads` alone."""

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks.volume import shuffled_with_duplicates, synthesise
from chalicelib.messages.model import Message, key_of
from chalicelib.tracking import facts
from chalicelib.tracking.ses_events import normalise

_START = datetime(2026, 11, 3, 9, tzinfo=UTC)
_TARGET = 10


def main() -> None:
    """Print the times and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.events", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="different events; a fifth of them come twice")
    parser.add_argument("--turns", type=int, default=5, help="the median of so many turns is shown")
    arguments = parser.parse_args()
    events = shuffled_with_duplicates(synthesise(arguments.events))
    bare, parsed, applied = [], [], []
    for _ in range(arguments.turns):  # in turns, so that what else the machine does meets all alike
        bare.append(_processor_seconds(lambda: _read(events, json.loads)))
        parsed.append(_processor_seconds(lambda: _read(events, lambda text: normalise(json.loads(text)))))
        applied.append(_processor_seconds(lambda: _apply(events)))
    least = statistics.median(bare)
    print(f"{len(events):,} events of {sum(map(len, events)) / len(events):.0f} bytes, processor time of each:")
    for name, turns in (("json.loads", bare), ("+ normalise", parsed), ("+ de-duplicate and apply", applied)):
        seconds = statistics.median(turns)
        print(f"  {name:<28} {seconds / len(events) * 1e6:6.1f} us   {seconds / least:5.1f} x")
    print(f"  target                       at most {_TARGET} x")


def _processor_seconds(task: Callable[[], object]) -> float:
    began = time.process_time()
    task()
    return time.process_time() - began


def _read(events: list[str], read: Callable[[str], object]) -> None:
    for text in events:  # nothing is kept, so that the collection of garbage does not count for the bare reading
        read(text)


def _apply(events: list[str]) -> dict[str, Message]:
    """Read all events and apply them to their messages."""
    groups = defaultdict(list)
    for text in events:
        for event in normalise(json.loads(text)):
            groups[event.message_id].append(event)
    messages = {}
    for message_id, group in groups.items():
        key = key_of(message_id)
        message = Message(key.campaign_id, key.part, key.seq, group[0].recipient, _START)
        messages[message_id] = facts.apply(message, *group)
    return messages


if __name__ == "__main__":
    main()
