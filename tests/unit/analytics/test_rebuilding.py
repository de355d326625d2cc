"""Statistics that are built anew: filled from store, statistics in force and archive, compared, put in force."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.analytics.comparing import (
    KNOWN_AFTER_SECONDS,
    LEAST_SECONDS,
    Compared,
    RebuildComparison,
    RebuildDiffersError,
)
from chalicelib.analytics.model import document_of
from chalicelib.analytics.rebuilding import Lane, Position, Progress, RebuildService, Stage
from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.kernel.errors import ConflictError
from chalicelib.kernel.ids import new_id
from chalicelib.messages.model import Message, MessageKey
from chalicelib.tracking import facts
from chalicelib.tracking.archive import Received, key_of, packed
from chalicelib.tracking.conclusions import conclude
from chalicelib.tracking.ses_events import normalise
from chalicelib.transactional.model import TransactionalMessage
from infra import asl
from tests.fakes.campaigns import FakeCampaigns
from tests.fakes.rebuilding import FakeRebuild, RebuildableAnalytics
from tests.fakes.tracking import FixedClock
from tests.fakes.transactional import FakeTransactionalMessages
from tests.unit.analytics.test_reconciliation import FakeStore

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
OLD = new_id("cmp", FIRST - timedelta(seconds=1))
CAMPAIGNS = sorted(new_id("cmp", FIRST + timedelta(days=day)) for day in (1, 20, 40))
SENDER = Sender("news@shop.example")
PARTS = 3
ROUNDS = 60


class Store(FakeStore):
    """The store of campaigns' messages."""

    def get(self, key: MessageKey) -> Message | None:
        return next(iter(self.read_group(key.campaign_id, key.part, key.seq, 1)), None)


class Archive:
    """The `RawEvents` port."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, at: datetime, *documents: Any) -> None:
        place = len(self.objects)
        records = [Received.of(f"{place}-{number}", json.dumps(one)) for number, one in enumerate(documents)]
        self.objects[key_of(records, at)] = packed(records, at)

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        raise NotImplementedError(key, body, content_type)

    def keys(self, prefix: str, after: str | None) -> Any:
        return iter(sorted(key for key in self.objects if key.startswith(prefix) and key > (after or "")))

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        assert version is None
        assert max_bytes > len(self.objects[key])
        return self.objects[key]


class World:
    """Three campaigns that are kept, one that is too old, some transactional messages, and all of their statistics."""

    def __init__(self) -> None:
        self.statistics = RebuildableAnalytics()
        self.store, self.transactional, self.archive = Store(), FakeTransactionalMessages(), Archive()
        self.seconds_left, self.slept = 900.0, list[float]()
        campaigns = FakeCampaigns()
        for campaign_id in [OLD, *CAMPAIGNS]:
            campaigns.add(
                Campaign(campaign_id, "News", CampaignState.FINISHED, "tpl", 1, "file", SENDER, NOW, parts=PARTS)
            )
            for part in range(PARTS):
                for seq in range(2):
                    self.happened(Message(campaign_id, part, seq, f"r{seq}@a.example", NOW, revision=1))
        for number in range(5):
            message = TransactionalMessage(
                new_id("txn", NOW - timedelta(days=number)), f"t{number}@a.example", "s@a.example", NOW, "key"
            )
            added = self.transactional.add(message, NOW)
            self.statistics.index_messages([document_of(added)])
        shared: dict[str, Any] = {
            "statistics": self.statistics,
            "campaigns": campaigns,
            "first": FIRST,
            "deadline": self,
            "sleep": self.slept.append,
        }
        self.service = RebuildService(
            messages=self.store,
            transactional=self.transactional,
            archive=self.archive,
            clock=FixedClock(NOW),
            **shared,
        )
        self.comparison = RebuildComparison(**shared)

    def remaining_seconds(self) -> float:
        return self.seconds_left

    def happened(self, message: Message, *, kept: bool = True) -> None:
        """Let a message be delivered and opened: stored, archived and, unless it is lost, kept in the statistics."""
        documents = [_ses("Delivery", message, 3), _ses("Open", message, 60 + message.seq)]
        self.archive.put(NOW - timedelta(hours=message.part), *documents, {"eventType": "Later", "mail": {}}, None)
        events = [event for document in documents for event in normalise(document)]
        after = replace(facts.apply(message, *events), revision=message.revision + 1)
        self.store.put(after)
        if kept:
            self.statistics.index_messages([document_of(after)])
            self.statistics.record_events(list(conclude(events, after)))

    def fill(self, name: str, lanes: int = 1) -> list[Progress]:
        return [
            step
            for work in (self.service.fill, self.service.complete)
            for lane in range(lanes)
            for step in self._to_the_end(work, name, Lane(lane, lanes))
        ]

    def verify(self, name: str, lanes: int = 1) -> list[Progress]:
        return [
            step for lane in range(lanes) for step in self._to_the_end(self.service.verify, name, Lane(lane, lanes))
        ]

    def compare(self, name: str) -> Compared:
        return self.comparison.compare(name, None)

    @staticmethod
    def _to_the_end(work: Any, name: str, lane: Lane) -> list[Progress]:
        steps = [work(name, lane, Position())]
        for _ in range(ROUNDS):
            position = steps[-1].position
            if position is None:
                return steps
            steps.append(work(name, lane, Position(**asdict(position))))
        raise AssertionError("The lane does not end.")


def _ses(kind: str, message: Message, seconds: float) -> dict[str, Any]:
    at = (NOW + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    detail: dict[str, Any] = {"timestamp": at}
    detail |= {"recipients": [message.address]} if kind == "Delivery" else {"userAgent": "Mozilla/5.0 (X11) Firefox"}
    return {
        "eventType": kind,
        "mail": {
            "timestamp": at,
            "messageId": f"provider-{message.message_id}",
            "destination": [message.address],
            "tags": {"message_id": [message.message_id], "campaign_id": [message.campaign_id]},
        },
        kind.lower(): detail,
    }


@pytest.fixture
def world() -> World:
    return World()


def _kept(statistics: RebuildableAnalytics | FakeRebuild) -> tuple[dict[str, Any], dict[Any, Any]]:
    documents = {name: one for name, one in statistics.documents.items() if not name.startswith(OLD)}
    events = {key: one for key, one in statistics.events.items() if not key[0].startswith(OLD)}
    return documents, events


@pytest.mark.parametrize("lanes", [1, 2, 5])
@pytest.mark.parametrize("seconds_left", [900.0, 1.0])
def test_what_is_built_is_what_is_in_force_but_for_what_is_too_old(
    world: World, lanes: int, seconds_left: float
) -> None:
    world.seconds_left = seconds_left
    name = world.statistics.begin_rebuild()
    filled = world.fill(name, lanes)
    verified = world.verify(name, lanes)
    assert _kept(world.statistics.rebuild(name)) == _kept(world.statistics)
    assert not [one for one in world.statistics.rebuild(name).documents if one.startswith(OLD)]
    for steps in (filled, verified):
        assert sum(one.messages for one in steps) == len(CAMPAIGNS) * PARTS * 2 + 5
        assert (sum(one.mended for one in steps), sum(one.events for one in steps)) == (0, 0)
    assert world.slept == []
    stages = {one.position.stage for one in filled if one.position}
    assert (Stage.CAMPAIGNS in stages) == (Stage.TRANSACTIONAL_EVENTS in stages) == (seconds_left < LEAST_SECONDS)
    assert world.comparison.compare(name, CAMPAIGNS[0]).after == (None if seconds_left > 1 else CAMPAIGNS[1])


def test_statistics_that_were_lost_come_back_from_store_and_archive(world: World) -> None:
    before = _kept(world.statistics)
    world.statistics.documents.clear()
    world.statistics.events.clear()
    name = world.statistics.begin_rebuild()
    filled = world.fill(name)
    assert sum(one.events for one in filled) == len(CAMPAIGNS) * PARTS * 2 * 2
    assert _kept(world.statistics.rebuild(name)) == before
    assert world.fill(name)[-1].events == 0, "nothing is missing any more"


def test_what_happens_meanwhile_is_in_both_whatever_comes_first(world: World) -> None:
    name = world.statistics.begin_rebuild()
    late = Message(CAMPAIGNS[0], 0, 0, "r0@a.example", NOW, revision=7)
    world.happened(late)
    world.fill(name)
    world.happened(replace(late, part=2, seq=1))
    world.verify(name)
    assert _kept(world.statistics.rebuild(name)) == _kept(world.statistics)
    assert world.compare(name) == Compared(len(CAMPAIGNS) + 1, [], None)


def test_a_document_that_differs_is_given_time_and_then_written_again(world: World) -> None:
    name = world.statistics.begin_rebuild()
    world.fill(name)
    built = world.statistics.rebuild(name).documents
    first, second, third, *_ = built
    del built[first]
    built[second] = replace(built[second], version=0)
    built[third] = replace(built[third], opens=77)
    assert sum(one.mended for one in world.verify(name)) == 3
    assert len(world.slept) == 1
    assert _kept(world.statistics.rebuild(name)) == _kept(world.statistics)


def test_a_document_that_cannot_be_kept_ends_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    name = world.statistics.begin_rebuild()
    world.fill(name)
    world.statistics.rebuild(name).documents.popitem()
    monkeypatch.setattr(FakeRebuild, "restore_messages", lambda _self, _documents: None)
    with pytest.raises(RebuildDiffersError, match="1 messages cannot be kept"):
        world.verify(name)


def test_events_that_are_in_force_and_not_built_end_it(world: World) -> None:
    name = world.statistics.begin_rebuild()
    world.fill(name)
    world.statistics.rebuild(name).events.popitem()
    with pytest.raises(RebuildDiffersError, match=r"events are missing: \{'open': 1\}"):
        world.compare(name)
    assert len(world.slept) == 3


def test_totals_in_force_that_are_wrong_are_told_and_end_nothing(world: World) -> None:
    name = world.statistics.begin_rebuild()
    world.fill(name)
    wrong = next(one for one in world.statistics.documents if one.startswith(CAMPAIGNS[1]))
    del world.statistics.documents[wrong]
    assert world.compare(name) == Compared(len(CAMPAIGNS) + 1, [CAMPAIGNS[1]], None)


def test_conclusions_of_older_rules_are_drawn_again_from_the_archive(world: World) -> None:
    key, kept = next((key, one) for key, one in world.statistics.events.items() if key[0].startswith(CAMPAIGNS[0]))
    world.statistics.events[key] = replace(kept, rules=0, reasons=("of old",))
    name = world.statistics.begin_rebuild()
    assert sum(one.events for one in world.fill(name)) == 1
    assert world.statistics.rebuild(name).events[key] == kept


def test_after_giving_up_nothing_is_filled_any_more(world: World) -> None:
    name = world.statistics.begin_rebuild()
    before = _kept(world.statistics)
    world.statistics.write_only_what_is_read()
    for work in (world.fill, world.verify, world.compare):
        with pytest.raises(ConflictError):
            work(name)
    assert _kept(world.statistics) == before


def test_an_event_whose_message_is_gone_is_kept_all_the_same(world: World) -> None:
    gone = Message(CAMPAIGNS[0], 0, 0, "r0@a.example", NOW, revision=1)
    orphans = [Message(CAMPAIGNS[0], PARTS + 1, 0, "x@a.example", NOW), gone]
    world.archive.put(NOW, *[_ses("Open", message, 99) for message in orphans])
    world.archive.put(NOW, _ses("Open", replace(gone, campaign_id=OLD), 99))
    name = world.statistics.begin_rebuild()
    assert sum(one.events for one in world.fill(name)) == 2


def test_the_workflow_waits_until_every_writer_knows() -> None:
    states = asl.load("rebuild_statistics")["States"].values()
    assert {state["Seconds"] for state in states if state["Type"] == "Wait"} == {KNOWN_AFTER_SECONDS}
