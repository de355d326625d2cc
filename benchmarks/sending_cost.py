"""What a million messages cost above SES's own price, by a worker's counted calls and what else each message brings.

Prices of us-east-1 (November 2026). Sizes are those of the benchmark's messages, below 1 KB each.
"""

from collections.abc import Iterator, Mapping

from benchmarks.counting import GLANCE

_MILLION = 1_000_000
WRITE, READ = 0.625e-6, 0.125e-6
"""Dollars for a write unit of DynamoDB (1 KB) and a read unit (4 KB, consistent)."""

_GROUP_READS = 8
"""Read units of 50 messages of some 600 bytes."""

_KEYS = 2
"""Suppressions that are looked up for each message: of the address in two scopes, a read unit each."""

_SNS, _SQS = 0.50e-6, 1.2 * 0.40e-6
"""Dollars of a notification, and of SQS for a record: SNS hands each over by a request of its own, if SQS charges those
as it does others; ten are received, and deleted, by one."""

_ARCHIVE = 0.1e-6
"""Dollars an event: a put of $5 a million holds 50 of them, the mean of 0028."""

FIREHOSE_SECONDS = 15
"""For which a delivery stream gathers events (`eventBufferSeconds`)."""

_FIREHOSE_GB, _FIREHOSE_RECORD = 0.029, 5.0 / 1024 / 1024
"""Dollars of a GB that is put into a delivery stream, and GB of a record: each counts as a multiple of 5 KB, and an
event has one or two."""

_A_MONTH, _OBJECTS_AT_ONCE = 10_000_000, 4
"""Mails a month of an account, spread over all its hours, and objects that the stream fills at the same time. Objects
are closed by time, so they are as many for a hundred mails an hour as for a hundred thousand. Into how many Firehose
spreads records is not documented."""

_OBJECT = 5e-6 + 0.4e-6 + 3 * 0.40e-6 + 0.2e-6
"""Dollars of an object: put, got, announced (sent by S3, received, deleted), and an invocation."""

_GB_SECOND, _MEMORY = 0.0000133334, 1.0  # arm64, the default of `architecture`
_WORKER_PER_SECOND = 40.0
"""A worker of 1 GB sends so many a second (`chalicelib.sending.workers`)."""

_TRANSITION, _PART = 25e-6, 1_000
"""Dollars for a transition of a Standard workflow; recipients of a part, which takes some 8 of them in all."""

_TRANSITIONS = 8
_INDEXING_SECONDS, _INDEXING_MEMORY = 3.25 * 0.0025 + 5 * 0.0007, 0.5
"""Lambda seconds a message of event and stream functions together, assumed from what they wait for.

An event takes some 2.5 ms, for its batch is read and written by calls of 10 ms with 25 messages each, and becomes an
object; a record of a stream takes 0.7 ms, its share of a bulk request of OpenSearch and of an entry of EventBridge."""


def cost_of_a_million(
    calls: Mapping[str, int],
    messages: int,
    *,
    event_calls: Mapping[str, int],
    events: int,
    tracked: int,
    gathered: bool = False,
) -> Iterator[tuple[str, float]]:
    """Yield what is paid for and its dollars, the sum last.

    Args:
        calls: of the worker, by operation.
        messages: that it sent with them.
        event_calls: of what applied events (`benchmarks.event_calls`).
        events: that were applied with them.
        tracked: messages whose events those were.
        gathered: whether events come by a delivery stream, not by notifications.
    """
    each_events = events / tracked

    def each(*operations: str) -> float:
        return sum(calls.get(name, 0) for name in operations) / messages

    parts = {
        "messages made: one write each": WRITE,
        "answers recorded: one write each": WRITE,
        "claims and permits, by counted calls": each("PutItem", "UpdateItem", "DeleteItem") * WRITE,
        "groups read, by counted calls": (each("Query") * _GROUP_READS + each("GetItem")) * READ,
        "suppressions looked up": _KEYS * READ,
        **(_by_stream(each_events) if gathered else _by_notifications(each_events)),
        "events applied, by counted calls": _applied(event_calls, tracked),
        "workers": _MEMORY * _GB_SECOND / _WORKER_PER_SECOND,
        "functions of streams and events": _INDEXING_SECONDS * _INDEXING_MEMORY * _GB_SECOND,
        "workflows": _TRANSITIONS * _TRANSITION / _PART,
    }
    for name, dollars in parts.items():
        yield name, dollars * _MILLION
    yield "sum", sum(parts.values()) * _MILLION


def _by_notifications(events: float) -> dict[str, float]:
    """Return the dollars of the way of a message's events by a topic and a queue."""
    return {
        f"events, {events:.2f} a message: notifications": events * _SNS,
        "events: queue": events * _SQS,
        "events: archive": events * _ARCHIVE,
    }


def _by_stream(events: float) -> dict[str, float]:
    """Return the dollars of the way of a message's events by a delivery stream, its objects being the archive."""
    objects = _OBJECTS_AT_ONCE * 30 * 86_400 / FIREHOSE_SECONDS / _A_MONTH
    return {
        f"events, {events:.2f} a message: delivery stream": events * _FIREHOSE_RECORD * _FIREHOSE_GB,
        "events: objects": min(objects, events) * _OBJECT,
    }


def _applied(calls: Mapping[str, int], messages: int) -> float:
    """Return the dollars a message of applying its events: items below 1 KB, where they are read below 4 KB."""
    writes = calls.get("PutItem", 0) + calls.get("UpdateItem", 0)
    return (writes * WRITE + calls.get("GetItem", 0) * READ + calls.get(GLANCE, 0) * READ / 2) / messages
