"""Statistics built anew while others write and read: the fake, SQLite and a real OpenSearch."""

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.analytics.comparing import Compared, RebuildComparison
from chalicelib.analytics.model import document_of
from chalicelib.analytics.ports import AnalyticsStore
from chalicelib.analytics.rebuilding import Lane, Position, RebuildService
from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.kernel.ids import new_id
from chalicelib.messages.model import Message
from chalicelib.tracking import facts
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.conclusions import conclude
from chalicelib.tracking.model import EventKind, TrackedEvent
from tests.fakes.campaigns import FakeCampaigns
from tests.fakes.tracking import FixedClock
from tests.fakes.transactional import FakeTransactionalMessages
from tests.unit.analytics.test_rebuilding import Archive, Store

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
CAMPAIGN = new_id("cmp", NOW - timedelta(days=30))
PARTS, PLACES = 3, 40
LANES = 2


class World:
    """A campaign whose messages are delivered, opened and clicked while its statistics are built anew."""

    def __init__(self, statistics: AnalyticsStore) -> None:
        self.statistics = statistics
        self.messages, self.archive = Store(), Archive()
        self.transactional = FakeTransactionalMessages()
        campaigns = FakeCampaigns()
        sender = Sender("news@shop.example")
        campaigns.add(Campaign(CAMPAIGN, "News", CampaignState.SENDING, "tpl", 1, "file", sender, NOW, parts=PARTS))
        shared: dict[str, Any] = {
            "statistics": statistics,
            "campaigns": campaigns,
            "first": NOW - timedelta(days=90),
            "deadline": self,
            "sleep": lambda _seconds: None,
        }
        self.service = RebuildService(
            messages=self.messages,
            transactional=self.transactional,
            archive=self.archive,
            clock=FixedClock(NOW),
            **shared,
        )
        self.comparison = RebuildComparison(**shared)
        new = [
            Message(CAMPAIGN, part, seq, f"r{seq}@a{part}.example", NOW, revision=1)
            for part in range(PARTS)
            for seq in range(PLACES)
        ]
        self.messages.put(*new)
        statistics.index_messages([document_of(message) for message in new])

    def remaining_seconds(self) -> float:
        return 900.0

    def happened(self, chance: random.Random) -> None:
        """Let something happen to a message: stored, then told to the statistics, as tracking and the stream do."""
        seq, part = chance.randrange(PLACES), chance.randrange(PARTS)
        kind = chance.choice([EventKind.DELIVERY, EventKind.OPEN, EventKind.CLICK])
        (message,) = self.messages.read_group(CAMPAIGN, part, seq, 1)
        event = TrackedEvent(
            kind=kind,
            message_id=message.message_id,
            campaign_id=CAMPAIGN,
            provider_id=f"provider-{message.message_id}",
            recipient=message.address,
            at=NOW + timedelta(seconds=chance.randrange(100_000)),
            link=f"https://a.example/{chance.randrange(5)}" if kind is EventKind.CLICK else None,
        )
        after = replace(facts.apply(message, event), revision=message.revision + 1)
        self.messages.put(after)
        self.statistics.record_events(list(conclude([event], after)))
        self.statistics.index_messages([document_of(after)])

    def work(self, name: str) -> int:
        mended = 0
        for work in (self.service.fill, self.service.complete, self.service.verify):
            for lane in range(LANES):
                done = work(name, Lane(lane, LANES), Position())
                assert done.position is None
                mended += done.mended
        return mended


def _read_on(store: AnalyticsStore, after: str | None) -> tuple[list[ClassifiedEvent], str]:
    found = store.changes(CAMPAIGN, after=after, kinds=None, limit=10_000)
    return list(found.events), found.cursor


def _until(stop: threading.Event, act: Callable[[], object], failures: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            while not stop.is_set():
                act()
        except TemporarilyUnavailableError as error:
            failures.append(error)
        except BaseException as error:
            failures.append(error)
            raise

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.timeout(300)
def test_statistics_are_built_anew_while_mail_is_delivered_and_read_and_nobody_sees_a_gap(
    store: AnalyticsStore,
) -> None:
    world, chance = World(store), random.Random(7)  # noqa: S311 - an order, no secret
    for _ in range(60):
        world.happened(chance)
    followed, cursor = _read_on(store, None)
    stop, failures = threading.Event(), list[BaseException]()
    planned: list[int] = []
    threads = [
        _until(stop, lambda: world.happened(chance), failures),
        _until(stop, lambda: planned.append(store.campaign_totals(CAMPAIGN).planned), failures),
    ]
    try:
        name = store.begin_rebuild()
        world.work(name)
        store.switch_to(name)
        store.write_only_what_is_read()
        store.remove_unused()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert set(planned) == {PARTS * PLACES}, "searches always see every message once"
    kept = [one for part in range(PARTS) for one in store.part_documents(CAMPAIGN, part)]
    assert {one.message_id: one for one in kept} == {
        message_id: document_of(message) for message_id, message in world.messages.messages.items()
    }
    totals = store.campaign_totals(CAMPAIGN)
    counted = store.events_by_kind(CAMPAIGN)
    assert (totals.opens, totals.clicks) == (counted["open"], counted["click"])
    assert sum(link.clicks for link in store.links(CAMPAIGN, limit=10)) == totals.clicks
    later, _ = _read_on(store, cursor)
    met = [(one.event.message_id, one.event.fingerprint) for one in [*followed, *later]]
    assert len(set(met)) == sum(counted.values()), "who follows the events by a cursor misses none"
    assert len(met) == len(set(met)), "and meets none again because of the rebuild"


def test_numbers_of_a_campaign_at_rest_are_the_same_in_both(store: AnalyticsStore) -> None:
    world, chance = World(store), random.Random(8)  # noqa: S311 - as above
    for _ in range(40):
        world.happened(chance)
    name = store.begin_rebuild()
    assert world.work(name) == 0
    assert world.comparison.compare(name, None) == Compared(2, [], None)
    before = (store.campaign_totals(CAMPAIGN), store.links(CAMPAIGN, limit=9), store.domains(CAMPAIGN, limit=9))
    store.switch_to(name)
    assert before == (
        store.campaign_totals(CAMPAIGN),
        store.links(CAMPAIGN, limit=9),
        store.domains(CAMPAIGN, limit=9),
    )


def test_giving_up_leaves_everything_as_it_was(store: AnalyticsStore) -> None:
    world, chance = World(store), random.Random(9)  # noqa: S311 - as above
    world.happened(chance)
    name = store.begin_rebuild()
    assert store.begin_rebuild() == name, "a second execution goes on with what was begun"
    world.service.fill(name, Lane(), Position())
    before = store.campaign_totals(CAMPAIGN)
    for _ in range(2):
        store.write_only_what_is_read()
        store.remove_unused()
    assert store.campaign_totals(CAMPAIGN) == before
    world.happened(chance)
    assert sum(store.events_by_kind(CAMPAIGN).values()) == 2


def test_events_that_only_the_archive_has_come_back(store: AnalyticsStore) -> None:
    world = World(store)
    at = "2026-11-26T12:00:03.000Z"
    (message,) = world.messages.read_group(CAMPAIGN, 1, 3, 1)
    mail = {
        "timestamp": at,
        "messageId": "provider",
        "destination": [message.address],
        "tags": {"message_id": [message.message_id], "campaign_id": [CAMPAIGN]},
    }
    reader = {"timestamp": at, "userAgent": "", "link": "https://a.example/"}
    world.archive.put(NOW, {"eventType": "Click", "mail": mail, "click": reader})
    name = store.begin_rebuild()
    world.service.fill(name, Lane(), Position())
    assert [world.service.complete(name, Lane(), Position()).events for _ in range(2)] == [1, 0]
    store.switch_to(name)
    (event,) = store.message_events(message.message_id)
    assert (event.event.link, event.machine) == ("https://a.example/", True)
    assert [link.messages for link in store.links(CAMPAIGN, limit=5)] == [1]
