"""From a delivery stream's object to facts: single events that fail are handed over, and nothing is held in memory."""

import gzip
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, BinaryIO

import pytest

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import MessageStatus, key_of
from chalicelib.tracking import streamed
from chalicelib.tracking.archive import STREAMED, hour_prefix
from chalicelib.tracking.ingestion import Ingested, Ingestion, apply_records
from chalicelib.tracking.service import TrackingService
from chalicelib.tracking.streamed import StreamedIngestion
from tests.fakes.transactional import FakeTransactionalMessages
from tests.unit.tracking.test_ingestion import MESSAGES, NOON, World, body

KEY = f"{hour_prefix(NOON)}ses-events-1-2026-03-01-12-00-00-a{STREAMED}"


class Watched(io.BytesIO):
    """Tells how much was read at once."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.largest = max(self.largest, len(content))
        return content


class Streamed(World):
    """The same world, whose events come in objects.

    Attributes:
        handed_over: what the queue of events was given.
        refuses: whether that queue takes nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.handed_over: list[str] = []
        self.refuses = False
        self.content = Watched()
        self.service = TrackingService(
            messages=self.messages,
            transactional=FakeTransactionalMessages(),
            suppressions=self.suppressions,
            events=self.events,
        )
        self.streamed = StreamedIngestion(objects=self, tracking=self.service, queue=self)

    def open(self, key: str, version: str | None) -> BinaryIO:
        assert version == "v1"
        self.content = Watched(self.archive.objects[key])
        return self.content

    def send(self, bodies: Sequence[str]) -> None:
        if self.refuses:
            raise TemporarilyUnavailableError("busy")
        self.handed_over += bodies

    def apply(self, *bodies: str, between: str = "\n") -> Ingested:
        self.archive.objects[KEY] = gzip.compress("".join(text + between for text in bodies).encode())
        return self.streamed.apply(KEY, "v1", deadline=self)


@pytest.mark.parametrize("between", ["\n", "", "\n\n", " "])
def test_the_events_of_an_object_become_facts_whatever_stands_between_them(between: str) -> None:
    world = Streamed()
    done = world.apply(body("send", 0), body("delivery", 0), body("bounce", 1), body("complaint", 2), between=between)
    assert done == Ingested(records=4, events=4)
    assert world.statuses[:3] == [MessageStatus.DELIVERED, MessageStatus.BOUNCED, MessageStatus.COMPLAINED]
    assert world.messages.items[key_of(MESSAGES[0].message_id)].revision == 1, "events of one message are one change"
    assert len(world.suppressions.items) == 2
    assert world.handed_over == []
    assert list(world.archive.objects) == [KEY], "it is in the archive already"
    assert world.content.closed


def test_an_object_that_comes_again_changes_nothing() -> None:
    world = Streamed()
    events = (body("send", 0), body("open", 0), body("click", 0), body("bounce", 1))
    world.apply(*events)
    before = (dict(world.messages.items), dict(world.events.items), dict(world.suppressions.items))
    assert world.apply(*events).failed == frozenset()
    assert (world.messages.items, world.events.items, world.suppressions.items) == before


def test_single_events_that_fail_are_handed_over_and_the_others_applied() -> None:
    world = Streamed()
    world.messages.broken[key_of(MESSAGES[1].message_id)] = TemporarilyUnavailableError("busy")
    fine, broken, unknown = body("delivery", 0), body("bounce", 1), body("send", 2, eventType="Teleport")
    done = world.apply(fine, broken, "no JSON", unknown, body("delivery", 2))
    assert (done.records, done.events, done.unknown) == (5, 3, 1)
    assert sorted(done.failed) == [f"{KEY}#1"]
    assert sorted(done.malformed) == [f"{KEY}#2"]
    assert [text if text == "no JSON" else json.loads(text) for text in world.handed_over] == [
        json.loads(broken),
        "no JSON",
    ]
    assert [world.statuses[seq] for seq in (0, 2)] == [MessageStatus.DELIVERED, MessageStatus.DELIVERED]
    world.messages.broken.clear()
    world.ingest(*world.handed_over)
    assert world.statuses[1] is MessageStatus.BOUNCED


def test_what_there_is_no_time_for_is_handed_over_untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "_GROUP", 2)
    world = Streamed()
    left = iter([100.0, 59.0, 58.0])
    monkeypatch.setattr(world, "remaining_seconds", lambda: next(left))
    events = [body("delivery", seq) for seq in range(4)] + [body("send", 0)]
    done = world.apply(*events)
    assert (done.records, done.events, len(done.failed)) == (5, 2, 3)
    assert world.handed_over == events[2:]
    assert world.statuses == [MessageStatus.DELIVERED] * 2 + [MessageStatus.PENDING] * 2


def test_what_the_queue_does_not_take_brings_the_object_back_and_nothing_is_lost() -> None:
    world = Streamed()
    world.messages.broken[key_of(MESSAGES[1].message_id)] = TemporarilyUnavailableError("busy")
    world.refuses = True
    with pytest.raises(TemporarilyUnavailableError):
        world.apply(body("delivery", 0), body("delivery", 1))
    world.refuses = False
    world.messages.broken.clear()
    assert world.apply(body("delivery", 0), body("delivery", 1)).failed == frozenset()
    assert world.statuses[:2] == [MessageStatus.DELIVERED] * 2


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"x" * 100)[:-9]])
def test_a_damaged_object_is_an_error_not_an_empty_one(content: bytes) -> None:
    world = Streamed()
    world.archive.objects[KEY] = content
    with pytest.raises((OSError, EOFError)):
        world.streamed.apply(KEY, "v1", deadline=world)


def test_a_large_object_is_read_and_applied_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def counted(tracking: TrackingService, records: Sequence[Any], *, suppress: bool) -> Ingested:
        sizes.append(len(records))
        return apply_records(tracking, records, suppress=suppress)

    monkeypatch.setattr(streamed, "apply_records", counted)
    world = Streamed()
    done = world.apply(*(body("delivery", number % 4) for number in range(1_050)))
    assert (done.records, done.events) == (1_050, 1_050)
    assert sizes == [200] * 5 + [50]
    assert world.content.largest <= 128 * 1024


def test_a_replay_reads_objects_of_both_ways() -> None:
    world = Streamed()
    world.apply(body("send", 0), body("bounce", 1), "no JSON")
    world.clock.time += timedelta(minutes=5)
    world.ingest(body("delivery", 0), body("open", 0))
    rebuilt = Streamed()
    rebuilt.archive = world.archive
    replay = Ingestion(archive=world.archive, tracking=rebuilt.service, clock=rebuilt.clock)
    done = replay.replay(hour_prefix(NOON), None, suppress=True, deadline=rebuilt)
    assert (done.counted.records, done.counted.events) == (5, 4)
    assert sorted(done.counted.malformed) == [f"{KEY}#2"]
    facts = [message.facts for message in rebuilt.messages.items.values()]
    assert facts == [message.facts for message in world.messages.items.values()]
    assert rebuilt.events.items == world.events.items
    assert rebuilt.suppressions.items == world.suppressions.items
