"""Applying events, with a crash at every point."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.messages.model import Message, MessageStatus, key_of
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.tracking.service import Applied, TrackingService
from tests.fakes.tracking import (
    CrashError,
    CrashingSuppressions,
    CrashPlan,
    FakeEventSink,
    FakeTrackedMessages,
)
from tests.fakes.transactional import FakeTransactionalMessages

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGE = Message("cmp_01k9xq8z0v5w3r7t2y4n6m8p0s", 0, 7, "Anna@Example.org", NOON)
KEY = key_of(MESSAGE.message_id)


class World:
    """A service over fakes."""

    def __init__(self, *messages: Message) -> None:
        self.plan = CrashPlan()
        self.messages = FakeTrackedMessages(*messages, plan=self.plan)
        self.suppressions = CrashingSuppressions(self.plan)
        self.events = FakeEventSink(self.plan)
        self.service = TrackingService(
            messages=self.messages,
            transactional=FakeTransactionalMessages(),
            suppressions=self.suppressions,
            events=self.events,
        )

    @property
    def end(self) -> tuple[object, ...]:
        """Everything stored, but for the revisions: writing a fact twice may count as two changes."""
        messages = {key: replace(message, revision=0) for key, message in self.messages.items.items()}
        return messages, self.suppressions.items, self.events.items


def event(kind: EventKind, seconds: int = 0, *, bounce: str | None = None, message: Message = MESSAGE) -> TrackedEvent:
    return TrackedEvent(
        kind=kind,
        message_id=message.message_id,
        campaign_id=message.campaign_id,
        provider_id="provider-1",
        recipient="forwarded@elsewhere.example",
        at=NOON + timedelta(seconds=seconds),
        bounce_type=bounce,
        bounce_subtype="General" if bounce else None,
    )


def test_an_event_changes_its_message_and_is_kept() -> None:
    world = World(MESSAGE)
    assert world.service.apply([event(EventKind.DELIVERY, 3)]) == Applied(events=1, orphans=0)
    assert world.messages.items[KEY].status is MessageStatus.DELIVERED
    assert len(world.events.items) == 1
    assert world.suppressions.items == {}


def test_events_of_one_message_are_one_change() -> None:
    world = World(MESSAGE)
    world.service.apply([event(EventKind.SEND), event(EventKind.DELIVERY, 1), event(EventKind.OPEN, 2)])
    assert world.messages.items[KEY].revision == 1
    assert len(world.events.items) == 3


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (event(EventKind.BOUNCE, 4, bounce="Permanent"), SuppressionReason.BOUNCE),
        (event(EventKind.COMPLAINT, 4), SuppressionReason.COMPLAINT),
    ],
)
def test_hard_bounces_and_complaints_suppress_the_address_that_was_mailed(
    cause: TrackedEvent, reason: SuppressionReason
) -> None:
    world = World(MESSAGE)
    world.service.apply([cause])
    assert list(world.suppressions.items.values()) == [
        Suppression("anna@example.org", SuppressionScope.ALL, reason, MESSAGE.message_id, cause.at)
    ]


def test_a_complaint_is_kept_beside_a_bounce_of_the_same_address() -> None:
    world = World(MESSAGE)
    world.service.apply([event(EventKind.BOUNCE, 4, bounce="Permanent"), event(EventKind.COMPLAINT, 9)])
    kept = world.suppressions.get("anna@example.org")
    assert [(one.scope, one.reason) for one in kept] == [
        (SuppressionScope.ALL, SuppressionReason.COMPLAINT),
        (SuppressionScope.ALL, SuppressionReason.BOUNCE),
    ]


@pytest.mark.parametrize("bounce", ["Transient", "Undetermined"])
def test_soft_bounces_suppress_nothing(bounce: str) -> None:
    world = World(MESSAGE)
    world.service.apply([event(EventKind.BOUNCE, bounce=bounce)])
    assert world.suppressions.items == {}
    assert world.messages.items[KEY].status is MessageStatus.BOUNCED


@pytest.mark.parametrize("message_id", [MESSAGE.message_id, "no-message-id"])
def test_an_event_without_its_message_still_suppresses_and_is_kept(
    message_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    bounce = replace(event(EventKind.BOUNCE, bounce="Permanent"), message_id=message_id)
    with caplog.at_level(logging.WARNING):
        assert world.service.apply([bounce]) == Applied(events=1, orphans=1)
    assert [kept.address for kept in world.suppressions.items.values()] == ["forwarded@elsewhere.example"]
    assert len(world.events.items) == 1
    assert "forwarded" not in caplog.text


def test_a_crash_at_any_point_and_a_second_delivery_give_the_same_end() -> None:
    other = replace(MESSAGE, seq=8, address="bo@example.org")
    events = [
        event(EventKind.BOUNCE, 4, bounce="Permanent"),
        event(EventKind.SEND),
        event(EventKind.COMPLAINT, 9, message=other),
        event(EventKind.OPEN, 5, message=other),
    ]
    undisturbed = World(MESSAGE, other)
    undisturbed.service.apply(events)
    crashes = 0
    for point in range(50):
        world = World(MESSAGE, other)
        world.plan.remaining = point
        try:
            world.service.apply(events)
        except CrashError:
            crashes += 1
            world.service.apply(events)
        assert world.end == undisturbed.end
    assert crashes == 10  # before and after each of two suppressions, two changes, one recording
