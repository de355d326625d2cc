"""What a million messages cost above SES's own price, by a worker's counted calls and what else each message brings.

Prices of us-east-1 (November 2026). Sizes are those of the benchmark's messages, below 1 KB each.
"""

from collections.abc import Iterator, Mapping

_MILLION = 1_000_000
_WRITE, _READ = 0.625e-6, 0.125e-6
"""Dollars for a write unit of DynamoDB (1 KB) and a read unit (4 KB, consistent)."""

_GROUP_READS = 8
"""Read units of 50 messages of some 600 bytes."""

_KEYS = 2
"""Suppressions that are looked up for each message: of the address in two scopes, a read unit each."""

_EVENTS = 3.5
"""Events of SES a message, as docs/decisions/0028 and 0030 count them."""

_EVENT_WRITE, _SNS, _SQS, _ARCHIVE = 1.0, 0.50e-6, 3 * 0.40e-6 / 10, 0.35 / _MILLION
"""Write units an event at most; dollars of a notification, of SQS for a record, and of the archive for a message."""

_GB_SECOND, _MEMORY = 0.0000166667, 1.0
_WORKER_PER_SECOND = 40.0
"""A worker of 1 GB sends so many a second (`chalicelib.sending.workers`)."""

_TRANSITION, _PART = 25e-6, 1_000
"""Dollars for a transition of a Standard workflow; recipients of a part, which takes some 8 of them in all."""

_TRANSITIONS = 8
_INDEXING_SECONDS, _INDEXING_MEMORY = 0.002, 0.5
"""Lambda seconds a message of stream and event functions together, by their batches."""


def cost_of_a_million(calls: Mapping[str, int], messages: int) -> Iterator[tuple[str, float]]:
    """Yield what is paid for and its dollars, the sum last.

    Args:
        calls: of the worker, by operation.
        messages: that it sent with them.
    """

    def each(*operations: str) -> float:
        return sum(calls.get(name, 0) for name in operations) / messages

    parts = {
        "messages made: one write each": _WRITE,
        "answers recorded: one write each": _WRITE,
        "claims and permits, by counted calls": each("PutItem", "UpdateItem", "DeleteItem") * _WRITE,
        "groups read, by counted calls": (each("Query") * _GROUP_READS + each("GetItem")) * _READ,
        "suppressions looked up": _KEYS * _READ,
        "events: notifications, queue, archive": _EVENTS * (_SNS + _SQS) + _ARCHIVE,
        "events applied: one write each at most": _EVENTS * _EVENT_WRITE * _WRITE,
        "workers": _MEMORY * _GB_SECOND / _WORKER_PER_SECOND,
        "functions of streams and events": _INDEXING_SECONDS * _INDEXING_MEMORY * _GB_SECOND,
        "workflows": _TRANSITIONS * _TRANSITION / _PART,
    }
    for name, dollars in parts.items():
        yield name, dollars * _MILLION
    yield "sum", sum(parts.values()) * _MILLION
