"""Unsubscribing by the link in a mail and taking it back, with a crash at every point."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.messages.model import Message, MessageNotFoundError, key_of
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.tracking.model import Subscription
from chalicelib.tracking.subscriptions import SubscriptionService
from tests.fakes.tracking import CrashError, CrashingSuppressions, CrashPlan, FakeTrackedMessages, FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGE = Message("cmp_01k9xq8z0v5w3r7t2y4n6m8p0s", 0, 7, "Anna@Example.org", NOON)
KEY = key_of(MESSAGE.message_id)
CAMPAIGNS = Subscription(MESSAGE.message_id)
NEWS = Subscription(MESSAGE.message_id, "news")
ADDRESS = "anna@example.org"


class World:
    """A service over fakes."""

    def __init__(self, *messages: Message) -> None:
        self.plan = CrashPlan()
        self.messages = FakeTrackedMessages(*messages, plan=self.plan)
        self.suppressions = CrashingSuppressions(self.plan)
        self.clock = FixedClock(NOON + timedelta(hours=1))
        self.service = SubscriptionService(messages=self.messages, suppressions=self.suppressions, clock=self.clock)

    @property
    def end(self) -> tuple[object, ...]:
        """Everything stored."""
        return dict(self.messages.items), dict(self.suppressions.items)

    def suppress(self, scope: SuppressionScope, reason: SuppressionReason) -> Suppression:
        return self.suppressions.put(Suppression(ADDRESS, scope, reason, "test", NOON))


@pytest.fixture
def world() -> World:
    return World(MESSAGE)


@pytest.mark.parametrize(("subscription", "scope"), [(CAMPAIGNS, "campaigns"), (NEWS, "topic:news")])
def test_unsubscribing_suppresses_what_the_mail_was_about_and_marks_the_message(
    world: World, subscription: Subscription, scope: str
) -> None:
    assert not world.service.unsubscribed(subscription)
    world.service.unsubscribe(subscription)
    assert world.service.unsubscribed(subscription)
    assert world.suppressions.get(ADDRESS) == [
        Suppression(
            ADDRESS,
            SuppressionScope(scope),
            SuppressionReason.UNSUBSCRIBE,
            MESSAGE.message_id,
            world.clock.time,
        )
    ]
    assert world.messages.items[KEY].facts.unsubscribed_at == world.clock.time


def test_unsubscribing_again_changes_nothing(world: World) -> None:
    world.service.unsubscribe(CAMPAIGNS)
    before = world.end
    world.clock.time += timedelta(days=1)
    world.service.unsubscribe(CAMPAIGNS)
    assert world.end == before


def test_looking_changes_nothing(world: World) -> None:
    before = world.end
    world.service.unsubscribed(NEWS)
    assert world.end == before


def test_an_unsubscription_can_be_taken_back_and_made_again(world: World) -> None:
    for _ in range(3):
        world.clock.time += timedelta(days=1)
        world.service.unsubscribe(NEWS)
        assert [one.since for one in world.suppressions.get(ADDRESS)] == [world.clock.time]
        for _ in range(2):
            world.service.resubscribe(NEWS)
            assert not world.service.unsubscribed(NEWS)
    assert world.suppressions.items == {}
    assert world.messages.items[KEY].facts.unsubscribed_at == NOON + timedelta(days=1, hours=1)


def test_taking_it_back_lifts_no_other_reason_and_no_other_scope(world: World) -> None:
    kept = [
        world.suppress(SuppressionScope.ALL, SuppressionReason.COMPLAINT),
        world.suppress(SuppressionScope.ALL, SuppressionReason.BOUNCE),
        world.suppress(SuppressionScope.CAMPAIGNS, SuppressionReason.UNSUBSCRIBE),
        world.suppress(NEWS.scope, SuppressionReason.MANUAL),
    ]
    world.service.unsubscribe(NEWS)
    world.service.resubscribe(NEWS)
    assert world.suppressions.get(ADDRESS) == kept


@pytest.mark.parametrize("reason", [one for one in SuppressionReason if one is not SuppressionReason.UNSUBSCRIBE])
def test_only_the_recipients_own_wish_is_told(world: World, reason: SuppressionReason) -> None:
    world.suppress(SuppressionScope.CAMPAIGNS, reason)
    world.suppress(SuppressionScope.ALL, reason)
    assert not world.service.unsubscribed(CAMPAIGNS)


@pytest.mark.parametrize("point", range(4))
def test_unsubscribing_survives_a_crash(world: World, point: int) -> None:
    undisturbed = World(MESSAGE)
    undisturbed.service.unsubscribe(CAMPAIGNS)
    world.plan.remaining = point
    with pytest.raises(CrashError):
        world.service.unsubscribe(CAMPAIGNS)
    world.service.unsubscribe(CAMPAIGNS)
    assert world.end == undisturbed.end


def test_the_suppression_is_written_before_anything_else(world: World) -> None:
    world.plan.remaining = 2
    with pytest.raises(CrashError):
        world.service.unsubscribe(CAMPAIGNS)
    assert world.service.unsubscribed(CAMPAIGNS)
    assert world.messages.items[KEY].facts.unsubscribed_at is None


@pytest.mark.parametrize("message_id", [MESSAGE.message_id, "nonsense"])
def test_nobody_is_unsubscribed_by_an_unknown_message(message_id: str) -> None:
    unknown = replace(NEWS, message_id=message_id)
    service = World().service
    for call in (service.unsubscribed, service.unsubscribe, service.resubscribe):
        with pytest.raises(MessageNotFoundError):
            call(unknown)
