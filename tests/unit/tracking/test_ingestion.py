"""From the queue to facts: archived first, exact about what failed, and the same again from the archive."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.kernel.errors import ConfigurationError, TemporarilyUnavailableError
from chalicelib.messages.model import Message, MessageKey, MessageStatus, key_of
from chalicelib.tracking.archive import Received, hour_prefix
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.ingestion import Ingested, Ingestion
from chalicelib.tracking.service import TrackingService
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.tracking import FakeEventSink, FakeTrackedMessages, FixedClock
from tests.fakes.transactional import FakeTransactionalMessages

SAMPLES = Path(__file__).parents[2] / "events"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
MESSAGES = [Message(CAMPAIGN, 0, seq, f"r{seq}@example.org", NOON) for seq in range(4)]


def body(name: str, seq: int, **changes: Any) -> str:
    document = json.loads((SAMPLES / f"{name}.json").read_text()) | changes
    document["mail"]["tags"] |= {"message_id": [MESSAGES[seq].message_id], "campaign_id": [CAMPAIGN]}
    return json.dumps(document)


@dataclass
class FakeArchive:
    """The `RawEvents` port."""

    objects: dict[str, bytes] = field(default_factory=dict)
    broken: bool = False

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        assert content_type == "application/x-ndjson+gzip"
        if self.broken:
            raise OSError("S3 does not answer")
        self.objects[key] = body

    def keys(self, prefix: str, after: str | None) -> Iterator[str]:
        return (key for key in sorted(self.objects) if key.startswith(prefix) and key > (after or ""))

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        assert version is None
        return self.objects[key][: max_bytes + 1]


class PickyMessages(FakeTrackedMessages):
    """Cannot change some messages."""

    def __init__(self, *messages: Message) -> None:
        super().__init__(*messages)
        self.broken: dict[MessageKey, Exception] = {}

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        if error := self.broken.get(key_of(message.message_id)):
            raise error
        return super().change(message, step)


class PickyEvents(FakeEventSink):
    """Refuses the events of some messages."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: dict[str, Exception] = {}
        self.calls = 0

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        self.calls += 1
        for classified in events:
            if error := self.refused.get(classified.event.message_id):
                raise error
        super().record_events(events)


class World:
    """An ingestion over fakes."""

    def __init__(self) -> None:
        self.archive = FakeArchive()
        self.messages = PickyMessages(*MESSAGES)
        self.events = PickyEvents()
        self.suppressions = FakeSuppressions()
        self.clock = FixedClock(NOON)
        self.seconds = 900.0
        self.ingestion = Ingestion(
            archive=self.archive,
            tracking=TrackingService(
                messages=self.messages,
                transactional=FakeTransactionalMessages(),
                suppressions=self.suppressions,
                events=self.events,
            ),
            clock=self.clock,
        )

    def ingest(self, *bodies: str) -> Ingested:
        return self.ingestion.ingest([Received.of(f"record-{number}", text) for number, text in enumerate(bodies)])

    def remaining_seconds(self) -> float:
        return self.seconds

    @property
    def statuses(self) -> list[MessageStatus]:
        return [message.status for message in self.messages.items.values()]


def test_a_batch_is_one_object_and_each_message_one_change() -> None:
    world = World()
    done = world.ingest(body("send", 0), body("delivery", 0), body("bounce", 1), body("send", 0))
    assert done == Ingested(records=4, events=4)
    assert world.statuses[:2] == [MessageStatus.DELIVERED, MessageStatus.BOUNCED]
    assert world.messages.items[key_of(MESSAGES[0].message_id)].revision == 1
    assert world.events.calls == 1
    (key,) = world.archive.objects
    assert key.startswith(hour_prefix(NOON))


def test_nothing_is_applied_that_could_not_be_archived() -> None:
    world = World()
    world.archive.broken = True
    with pytest.raises(OSError, match="does not answer"):
        world.ingest(body("bounce", 0))
    assert world.statuses[0] is MessageStatus.PENDING
    assert not world.suppressions.items


def test_exactly_the_records_that_failed_come_back() -> None:
    world = World()
    world.messages.broken[key_of(MESSAGES[1].message_id)] = TemporarilyUnavailableError("busy")
    world.events.refused[MESSAGES[3].message_id] = ValueError("field of another type")
    done = world.ingest(
        body("send", 0),
        body("send", 1),
        "no JSON",
        body("delivery", 2),
        body("delivery", 3),
        body("delivery", 1),
        body("send", 2, eventType="Teleport"),
        body("delivery", 0),
    )
    assert sorted(done.failed) == ["record-1", "record-4", "record-5"]
    assert sorted(done.malformed) == ["record-2"]
    assert (done.records, done.unknown, done.foreign) == (8, 1, 0)
    assert [world.statuses[seq] for seq in (0, 2)] == [MessageStatus.DELIVERED, MessageStatus.DELIVERED]
    assert {message_id for message_id, _ in world.events.items} == {MESSAGES[0].message_id, MESSAGES[2].message_id}


def test_while_analytics_does_not_answer_facts_are_kept_and_every_record_comes_back() -> None:
    world = World()
    world.events.refused[MESSAGES[1].message_id] = TemporarilyUnavailableError("down")
    done = world.ingest(body("delivery", 0), body("bounce", 1))
    assert sorted(done.failed) == ["record-0", "record-1"]
    assert world.events.calls == 1, "nobody waits for it again and again"
    assert world.statuses[:2] == [MessageStatus.DELIVERED, MessageStatus.BOUNCED]
    assert len(world.suppressions.items) == 1


@pytest.mark.parametrize("place", ["messages", "events"])
def test_a_wrong_configuration_is_no_fault_of_a_record(place: str) -> None:
    world = World()
    error = ConfigurationError("no table")
    if place == "messages":
        world.messages.broken[key_of(MESSAGES[0].message_id)] = error
    else:
        world.events.refused[MESSAGES[0].message_id] = error
    with pytest.raises(ConfigurationError):
        world.ingest(body("delivery", 0))


def test_mail_of_others_is_counted_and_kept() -> None:
    world = World()
    test_send = json.loads(body("delivery", 0))
    test_send["mail"]["tags"] = {"purpose": ["test"]}
    assert world.ingest(json.dumps(test_send)) == Ingested(records=1, foreign=1)
    assert len(world.archive.objects) == 1


def test_the_archive_gives_the_same_facts_again() -> None:
    world = World()
    world.ingest(body("send", 0), body("bounce", 1), body("open", 2), "no JSON", body("send", 1, eventType="Teleport"))
    world.clock.time += timedelta(minutes=5)
    world.ingest(body("click", 2), body("delivery", 0), body("complaint", 3))
    rebuilt = World()
    rebuilt.archive = world.archive
    rebuilt.ingestion = Ingestion(archive=world.archive, tracking=rebuilt.ingestion._tracking, clock=rebuilt.clock)
    for _ in range(2):
        done = rebuilt.ingestion.replay(hour_prefix(NOON), None, suppress=True, deadline=rebuilt)
        assert done.after is None
        assert (done.counted.records, done.counted.events, done.counted.unknown) == (8, 6, 1)
        assert (len(done.counted.malformed), done.counted.failed) == (1, frozenset())
    facts = [message.facts for message in rebuilt.messages.items.values()]
    assert facts == [message.facts for message in world.messages.items.values()]
    assert rebuilt.events.items == world.events.items
    assert rebuilt.suppressions.items == world.suppressions.items
    assert len(world.archive.objects) == 2


def test_a_replay_suppresses_nobody_unless_it_is_asked_to() -> None:
    world = World()
    world.ingest(body("bounce", 0))
    world.suppressions.items.clear()
    world.ingestion.replay(hour_prefix(NOON), None, suppress=False, deadline=world)
    assert not world.suppressions.items
    world.ingestion.replay(hour_prefix(NOON), None, suppress=True, deadline=world)
    assert len(world.suppressions.items) == 1


def test_a_replay_goes_on_where_its_time_ended() -> None:
    world = World()
    for minute in range(3):
        world.clock.time = NOON + timedelta(minutes=minute)
        world.ingest(body("delivery", minute))
    world.seconds = 1.0
    after, turns = None, []
    while True:
        done = world.ingestion.replay(hour_prefix(NOON), after, suppress=False, deadline=world)
        turns.append(done.counted.records)
        after = done.after
        if after is None:
            break
    assert turns == [1, 1, 1, 0]


def test_nothing_received_is_nothing_archived() -> None:
    world = World()
    assert world.ingest() == Ingested()
    assert not world.archive.objects
