"""Visits: everything is delivered, whoever dies where; who is slow holds only itself back."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.webhooks.deliveries import Answer, AttemptError, DeliveryState
from chalicelib.webhooks.delivering import AT_ONCE, TURN, USER_AGENT
from chalicelib.webhooks.model import DISABLED_AFTER, DisabledReason, WebhookState
from chalicelib.webhooks.planning import Planned
from tests.fakes.sending import Fuse, WorkerKilledError
from tests.unit.webhooks.stage import DOWN, HOOK, NOON, OTHER, Stage, event

POINTS = 70
"""More than the longest of these visits passes."""


def test_each_endpoint_gets_each_event_that_it_chose_once_however_often_it_comes() -> None:
    stage = Stage()
    everything, bounces = stage.hook(), stage.hook(OTHER, ["message.bounced", "webhook.disabled"])
    first = {"a": event(1), "b": event(2, "Campaign State Changed")}
    assert stage.plan(first).deliveries == 3
    assert stage.plan({"c": event(1)}).deliveries == 0
    stage.run()
    stage.plan(first)
    stage.run()
    assert stage.states(everything) == [DeliveryState.DELIVERED] * 2
    assert stage.states(bounces) == [DeliveryState.DELIVERED]
    assert Counter(stage.heard) == {event(1).event_id: 2, event(2).event_id: 1}


def test_only_the_records_whose_deliveries_or_wake_ups_failed_come_back() -> None:
    stage = Stage()
    stage.hook(events=["message.bounced"])
    two = {"a": event(1), "b": event(2, "Message Complained")}
    stage.wake_ups.refuse = [TemporarilyUnavailableError("busy")]
    assert stage.plan(two) == Planned(1, frozenset({"a"}))
    stage.deliveries.refuse = [TemporarilyUnavailableError("busy")]
    assert stage.plan({"c": event(3), "d": event(4)}) == Planned(1, frozenset({"c"}))
    assert stage.plan({**two, "c": event(3)}) == Planned(1, frozenset())
    stage.run()
    assert set(stage.heard) == {event(number).event_id for number in (1, 3, 4)}


def test_a_request_says_what_it_is() -> None:
    stage = Stage()
    stage.hook()
    stage.plan({"r": event(1)})
    stage.run()
    (posted,) = stage.poster.posted
    assert posted.body == event(1).body().encode()
    assert posted.headers["content-type"] == "application/json"
    assert posted.headers["user-agent"] == USER_AGENT
    assert posted.headers["webhook-id"] == event(1).event_id
    assert posted.headers["webhook-timestamp"] == str(int(NOON.timestamp()))


def test_what_fails_is_tried_again_when_it_is_due_and_the_log_shows_each_attempt() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.poster.script[HOOK] = [DOWN, AttemptError.TIMEOUT, Answer(302), Answer(200, "thanks")]
    stage.plan({"r": event(1)})
    stage.run()
    (delivery,) = stage.of(webhook_id)
    assert [(one.status, one.error, one.answer) for one in delivery.attempts] == [
        (503, None, "down"),
        (None, AttemptError.TIMEOUT, ""),
        (302, None, ""),
        (200, None, "thanks"),
    ]
    waits = [round((posted.at - NOON).total_seconds()) for posted in stage.poster.posted]
    assert waits == [0, 5, 35, 155]
    assert len(set(stage.heard)) == 1
    health = stage.service.get(webhook_id).health
    assert (health.failing_since, health.delivered_at) == (None, stage.poster.posted[-1].at)


def test_an_endpoint_that_stays_down_is_left_alone_after_a_day() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.poster.script[HOOK] = [DOWN] * 99
    stage.plan({"r": event(1)})
    stage.run()
    assert stage.states(webhook_id) == [DeliveryState.FAILED]
    assert len(stage.heard) == 11
    assert stage.wake_ups.queue == []
    assert stage.service.get(webhook_id).health.failing_since == NOON


def test_a_delivery_that_is_due_later_than_the_queue_can_wait_is_looked_at_in_between() -> None:
    stage = Stage()
    stage.hook()
    stage.poster.script[HOOK] = [DOWN] * 7
    stage.plan({"r": event(1)})
    before = stage.workers
    stage.run()
    assert len(stage.heard) == 8
    hours = sum((5, 30, 120, 600, 1_800, 3_600, 7_200)) / 900
    assert stage.workers - before < 8 + hours + 8  # no wake-up makes two


def test_410_disables_the_endpoint_at_once() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.poster.script[HOOK] = [Answer(410)]
    stage.plan({str(number): event(number) for number in range(3)})
    stage.run()
    webhook = stage.service.get(webhook_id)
    assert (webhook.state, webhook.disabled_reason) == (WebhookState.DISABLED, DisabledReason.GONE)
    assert Counter(stage.states(webhook_id))[DeliveryState.FAILED] == 1
    stage.plan({"later": event(9)})
    assert len(stage.of(webhook_id)) == 3


def test_after_410_no_more_requests_are_begun() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.poster.script[HOOK] = [Answer(410)]
    stage.plan({str(number): event(number) for number in range(20)})
    stage.run()
    assert len(stage.heard) == AT_ONCE
    assert Counter(stage.states(webhook_id))[DeliveryState.WAITING] == 20 - AT_ONCE


def test_many_wake_ups_leave_one_for_what_waits() -> None:
    stage = Stage()
    stage.hook()
    stage.poster.script[HOOK] = [DOWN] * 999
    for number in range(12):
        stage.plan({"r": event(number)})
    stage.run(timedelta(hours=1))
    assert len(stage.wake_ups.queue) <= 2


def test_an_endpoint_that_takes_nothing_for_days_is_disabled_and_one_success_is_enough_to_prevent_it() -> None:
    for recovers in (False, True):
        stage = Stage()
        webhook_id = stage.hook()
        for day in range(DISABLED_AFTER.days + 1):
            stage.clock.time = NOON + timedelta(days=day)
            stage.poster.script[HOOK] = [] if recovers and day == 3 else [DOWN] * 50
            stage.plan({"r": event(day)})
            stage.run(timedelta(days=day, seconds=1))
            webhook = stage.service.get(webhook_id)
            if day < DISABLED_AFTER.days or recovers:
                assert webhook.state is WebhookState.ENABLED, day
        expected = None if recovers else DisabledReason.FAILING
        assert stage.service.get(webhook_id).disabled_reason is expected


def test_who_changes_an_endpoint_during_a_visit_is_heard_before_it_is_disabled() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.poster.script[HOOK] = [Answer(410)]
    stage.poster.during = lambda: stage.service.change(webhook_id, None, {"url": OTHER})
    stage.plan({"a": event(1), "b": event(2)})
    assert stage.visit(webhook_id).disabled is None
    stage.run()
    webhook = stage.service.get(webhook_id)
    assert (webhook.state, webhook.url) == (WebhookState.ENABLED, OTHER)
    assert Counter(stage.states(webhook_id)) == {DeliveryState.FAILED: 1, DeliveryState.DELIVERED: 1}


def test_a_wake_up_during_a_visit_is_turned_away_and_what_it_brought_is_delivered_all_the_same() -> None:
    stage = Stage()
    webhook_id = stage.hook()

    def meanwhile() -> None:
        stage.plan({"b": event(2)})
        (_, woken) = stage.wake_ups.queue.pop()
        assert stage.visit(woken).taken == 0

    stage.poster.during = meanwhile
    stage.plan({"a": event(1)})
    stage.wake_ups.queue.clear()
    assert stage.visit(webhook_id).taken == 2
    assert stage.wake_ups.queue == []
    assert stage.states(webhook_id) == [DeliveryState.DELIVERED] * 2


def test_a_visit_ends_in_time_and_the_next_one_goes_on() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.poster.seconds = 6
    stage.plan({str(number): event(number) for number in range(20)})
    stage.wake_ups.queue.clear()
    began = stage.clock.time
    stage.visit(webhook_id)
    assert stage.clock.time - began < TURN
    assert len(stage.heard) < 20
    stage.run()
    assert sorted(stage.heard) == sorted(event(number).event_id for number in range(20))


def test_an_endpoint_that_was_deleted_gets_nothing_and_its_wake_up_is_done() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.plan({"r": event(1)})
    stage.service.delete(webhook_id, None)
    stage.run()
    assert stage.heard == []


def _scenario(stage: Stage, blows_at: int, script: list[Answer | AttemptError]) -> str:
    """Plan and deliver three events, dying once on the way."""
    webhook_id = stage.hook()
    stage.poster.script[HOOK] = list(script)
    stage.fuse.rearm(blows_at)
    stage.plan_surely({"a": event(1), "b": event(2)})
    stage.run(timedelta(hours=1))
    stage.plan_surely({"c": event(3)})
    stage.run()
    return webhook_id


def _everything_was_delivered(stage: Stage, webhook_id: str) -> None:
    assert stage.states(webhook_id) == [DeliveryState.DELIVERED] * 3
    assert set(stage.heard) == {event(number).event_id for number in (1, 2, 3)}
    assert stage.wake_ups.queue == []
    assert stage.webhooks.visitors == {}


@pytest.mark.parametrize("script", [[], [DOWN], [AttemptError.TIMEOUT, DOWN]], ids=["taken", "once", "twice"])
def test_wherever_planner_or_worker_die_every_event_is_delivered_under_its_own_id(
    script: list[Answer | AttemptError],
) -> None:
    whole = Stage()
    _everything_was_delivered(whole, _scenario(whole, -1, script))
    points = whole.fuse.passed
    assert 40 < points < 300
    repeated = 0
    for blows_at in range(points):
        stage = Stage(Fuse())
        webhook_id = _scenario(stage, blows_at, script)
        _everything_was_delivered(stage, webhook_id)
        repeated += len(stage.heard) > len(whole.heard)
    assert repeated  # between delivery and record: it comes again, as it is promised


def test_a_worker_killed_between_delivery_and_record_is_followed_by_one_who_repeats_the_id() -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.plan({"r": event(1)})
    stage.wake_ups.queue.clear()
    at = next(number for number in range(POINTS) if _dies_after_posting(number))
    stage.fuse.rearm(at)
    with pytest.raises(WorkerKilledError):
        stage.visit(webhook_id)
    assert stage.heard == [event(1).event_id]
    assert stage.states(webhook_id) == [DeliveryState.WAITING]
    assert stage.visit(webhook_id).taken == 0  # it is still the dead one's turn
    stage.clock.time += TURN
    assert stage.visit(webhook_id).taken == 1
    assert stage.heard == [event(1).event_id] * 2
    first, second = stage.poster.posted
    assert first.body == second.body
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


def _dies_after_posting(number: int) -> bool:
    stage = Stage()
    webhook_id = stage.hook()
    stage.plan({"r": event(1)})
    stage.fuse.rearm(number)
    try:
        stage.visit(webhook_id)
    except WorkerKilledError:
        return bool(stage.heard)
    return False


answers = st.sampled_from([Answer(200), DOWN, Answer(429, retry_after=timedelta(seconds=40)), AttemptError.CONNECTION])


@settings(max_examples=60)
@given(st.lists(answers, max_size=20), st.lists(st.integers(0, 400), max_size=6), st.integers(1, 9))
def test_any_answers_and_any_deaths_leave_nothing_undelivered(
    script: list[Answer | AttemptError], deaths: list[int], events: int
) -> None:
    stage = Stage()
    webhook_id = stage.hook()
    stage.poster.script[HOOK] = list(script)
    for number in range(events):
        stage.fuse.rearm(deaths.pop() if deaths else -1)
        stage.plan_surely({"r": event(number)})
        stage.run(timedelta(minutes=number))
    stage.fuse.rearm()
    stage.run()
    states = Counter(stage.states(webhook_id))
    assert states[DeliveryState.WAITING] == 0
    assert states[DeliveryState.DELIVERED] + states[DeliveryState.FAILED] == events
    assert stage.wake_ups.queue == []
