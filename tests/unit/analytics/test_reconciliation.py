"""The comparison of statistics with the message store: what it finds, what it mends, what it leaves alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.analytics.model import document_of
from chalicelib.analytics.reconciliation import (
    CATCH_UP_SECONDS,
    DUE_ON_DAYS,
    Drift,
    Reconciliation,
    ReconciliationService,
    due_campaigns,
)
from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.kernel.errors import NotFoundError
from chalicelib.messages.model import Message
from tests.fakes.analytics import FakeAnalytics
from tests.fakes.campaigns import FakeCampaigns

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN_ID = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
CAMPAIGN = Campaign(
    CAMPAIGN_ID, "News", CampaignState.FINISHED, "tpl", 1, "file", Sender("a@b.example"), NOON, parts=3, started_at=NOON
)


class FakeStore:
    """The message store, as far as it is compared."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}

    def put(self, *messages: Message) -> None:
        self.messages |= {message.message_id: message for message in messages}

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> list[Message]:
        return sorted(
            (
                message
                for message in self.messages.values()
                if (message.campaign_id, message.part) == (campaign_id, part) and first <= message.seq < first + count
            ),
            key=lambda message: message.seq,
        )


class World:
    """A campaign in the store and in analytics, at first alike."""

    def __init__(self) -> None:
        self.store, self.index = FakeStore(), FakeAnalytics()
        self.slept: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.seconds_left = 900.0
        campaigns = FakeCampaigns()
        campaigns.add(CAMPAIGN)
        for part in range(CAMPAIGN.parts):
            for seq in range(2):
                self.changed(message(part, seq))
        self.service = ReconciliationService(
            campaigns=campaigns, messages=self.store, index=self.index, deadline=self, sleep=self._sleep
        )

    def changed(self, one: Message) -> None:
        """Store a message and let the stream bring it to analytics."""
        self.store.put(one)
        self.index.index_messages([document_of(one)])

    def remaining_seconds(self) -> float:
        return self.seconds_left

    @property
    def alike(self) -> bool:
        return self.index.documents == {name: document_of(one) for name, one in self.store.messages.items()}

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.meanwhile()


def message(part: int, seq: int, revision: int = 2) -> Message:
    return Message(CAMPAIGN_ID, part, seq, f"r{part}.{seq}@example.org", NOON, revision=revision)


@pytest.fixture
def world() -> World:
    return World()


def test_what_is_alike_is_left_alone_at_once(world: World) -> None:
    assert world.service.reconcile(CAMPAIGN_ID) == Reconciliation(6, Drift(), None)
    assert world.slept == []


def test_each_kind_of_difference_is_counted_and_mended(world: World) -> None:
    first, second, third, fourth, _, _ = world.index.documents.values()
    del world.index.documents[first.message_id]
    world.index.documents[second.message_id] = replace(second, version=1)
    world.index.documents[third.message_id] = replace(third, status="delivered")
    stray = replace(fourth, message_id=f"{CAMPAIGN_ID}-00002-00009")
    world.index.index_messages([stray])
    found = world.service.reconcile(CAMPAIGN_ID)
    assert found == Reconciliation(6, Drift(missing=1, stale=1, altered=1, stray=1), None)
    assert found.drift.total == 4
    assert world.slept == [CATCH_UP_SECONDS]
    assert world.alike
    assert world.service.reconcile(CAMPAIGN_ID).drift == Drift()


def test_what_the_stream_brings_in_time_is_no_difference(world: World) -> None:
    late = message(0, 0, revision=3)
    world.store.put(late)
    world.meanwhile = lambda: world.index.index_messages([document_of(late)])
    assert world.service.reconcile(CAMPAIGN_ID).drift == Drift()
    assert world.alike


def test_a_message_that_keeps_changing_is_no_difference(world: World) -> None:
    world.store.put(message(0, 0, revision=3))

    def _two_more() -> None:
        world.changed(message(0, 0, revision=4))
        world.store.put(message(0, 0, revision=5))

    world.meanwhile = _two_more
    assert world.service.reconcile(CAMPAIGN_ID).drift == Drift()


def test_a_stale_document_is_replaced_by_what_the_store_holds_by_then(world: World) -> None:
    del world.index.documents[message(0, 0).message_id]
    world.meanwhile = lambda: world.store.put(message(0, 0, revision=7))
    assert world.service.reconcile(CAMPAIGN_ID).drift == Drift(missing=1)
    assert world.alike


def test_a_document_ahead_of_the_store_is_counted_and_left_alone(world: World) -> None:
    ahead = replace(document_of(message(1, 1)), version=9)
    world.index.index_messages([ahead])
    assert world.service.reconcile(CAMPAIGN_ID).drift == Drift(ahead=1)
    assert world.index.documents[ahead.message_id] == ahead


def test_without_time_it_says_where_to_go_on() -> None:
    world = World()
    world.seconds_left = 10
    many = replace(CAMPAIGN, parts=120)
    campaigns = FakeCampaigns()
    campaigns.add(many)
    service = ReconciliationService(campaigns=campaigns, messages=world.store, index=world.index, deadline=world)
    assert [service.reconcile(CAMPAIGN_ID, first=first).next_part for first in (0, 50, 100)] == [50, 100, None]


def test_an_unknown_campaign_is_an_error(world: World) -> None:
    with pytest.raises(NotFoundError, match="cmp_none"):
        world.service.reconcile("cmp_none")


@given(st.data())
def test_whatever_happened_to_the_documents_all_is_alike_afterwards(data: st.DataObject) -> None:
    world = World()
    for name, document in list(world.index.documents.items()):
        done = data.draw(st.sampled_from(["nothing", "deleted", "older", "altered"]))
        if done == "deleted":
            del world.index.documents[name]
        elif done == "older":
            world.index.documents[name] = replace(document, version=0, opens=data.draw(st.integers(0, 3)))
        elif done == "altered":
            world.index.documents[name] = replace(document, opens=data.draw(st.integers(1, 3)))
    world.service.reconcile(CAMPAIGN_ID)
    assert world.alike


def test_a_campaign_is_due_on_some_days_after_its_start() -> None:
    campaigns = FakeCampaigns()
    for days in range(70):
        started = NOON - timedelta(days=days)
        campaigns.add(replace(CAMPAIGN, campaign_id=f"cmp_{days}", created_at=started, started_at=started))
    campaigns.add(replace(CAMPAIGN, campaign_id="cmp_draft", started_at=None))
    found = due_campaigns(campaigns, NOON + timedelta(hours=11))
    assert set(found) == {f"cmp_{days}" for days in DUE_ON_DAYS}
