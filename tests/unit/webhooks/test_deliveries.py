"""When a delivery is tried again, and when it is not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.webhooks.deliveries import (
    DELAYS,
    JITTER,
    KEPT,
    LONGEST_RETRY_AFTER,
    MOST_ATTEMPTS_KEPT,
    Answer,
    AttemptError,
    Delivery,
    DeliveryState,
    asked_again,
    attempted,
    delivery_id,
    delivery_of,
    read_event,
)
from tests.unit.webhooks.stage import DOWN, NOON, envelope, event

NEW = delivery_of(event(), "whk_1", NOON)
SECOND = timedelta(seconds=1)
outcomes = st.one_of(
    st.sampled_from(AttemptError),
    st.builds(
        Answer, st.integers(100, 599), st.text(max_size=3), st.none() | st.timedeltas(SECOND, timedelta(days=400))
    ),
)
chances = st.floats(0, 1)


def _after(delivery: Delivery, outcome: Answer | AttemptError, chance: float = 0.5) -> Delivery:
    at = delivery.due_at or NOON
    return attempted(delivery, outcome, at=at, took=timedelta(milliseconds=20), chance=chance)


def test_eleven_attempts_are_made_within_about_a_day() -> None:
    delivery, pauses = NEW, []
    while delivery.state is DeliveryState.WAITING:
        before, delivery = delivery.due_at, _after(delivery, DOWN)
        if before and delivery.due_at:
            pauses.append(delivery.due_at - before)
    assert delivery.state is DeliveryState.FAILED
    assert len(delivery.attempts) == delivery.tries == len(DELAYS) + 1 == 11
    assert [round(pause.total_seconds()) for pause in pauses] == [
        5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 25_200, 36_000,
    ]  # fmt: skip
    assert timedelta(hours=24) < sum(DELAYS, timedelta()) < timedelta(hours=25)
    assert sum(DELAYS, timedelta()) * (1 + JITTER) < KEPT


@pytest.mark.parametrize(("chance", "factor"), [(0.0, 0.8), (0.5, 1.0), (1.0, 1.2)])
def test_a_pause_is_up_to_a_fifth_shorter_or_longer_by_chance(chance: float, factor: float) -> None:
    after = _after(NEW, AttemptError.TIMEOUT, chance)
    assert after.due_at == NOON + timedelta(milliseconds=20) + DELAYS[0] * factor


@pytest.mark.parametrize(
    ("asked", "waited"),
    [(2 * SECOND, DELAYS[0]), (timedelta(minutes=10), timedelta(minutes=10)), (KEPT, LONGEST_RETRY_AFTER)],
)
def test_an_endpoint_may_ask_for_a_longer_pause_within_limits(asked: timedelta, waited: timedelta) -> None:
    after = _after(NEW, Answer(429, retry_after=asked))
    assert after.due_at == NOON + timedelta(milliseconds=20) + waited


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_taken(status: int) -> None:
    after = _after(NEW, Answer(status))
    assert (after.state, after.due_at) == (DeliveryState.DELIVERED, None)
    assert after.delivered_at == NOON + timedelta(milliseconds=20)


@pytest.mark.parametrize("status", [100, 199, 300, 301, 307, 400, 401, 404, 429, 500, 503])
def test_nothing_else_is_and_no_redirection_is_followed(status: int) -> None:
    assert _after(NEW, Answer(status)).state is DeliveryState.WAITING


def test_410_ends_a_delivery_at_once() -> None:
    after = _after(NEW, Answer(410))
    assert (after.state, after.due_at, after.tries) == (DeliveryState.FAILED, None, 1)


@given(st.lists(st.tuples(outcomes, chances, st.booleans()), max_size=40))
def test_whatever_happens_it_waits_exactly_while_it_is_due_and_keeps_its_body(
    life: list[tuple[Answer | AttemptError, float, bool]],
) -> None:
    delivery = NEW
    for outcome, chance, asked in life:
        if asked:
            delivery = asked_again(delivery, NOON)
            assert delivery.tries == 0
        before = delivery
        delivery = _after(delivery, outcome, chance)
        assert (delivery.due_at is not None) == (delivery.state is DeliveryState.WAITING)
        assert (delivery.body, delivery.event_id) == (NEW.body, NEW.event_id)
        assert delivery.tries <= len(DELAYS) + 1
        assert len(delivery.attempts) <= MOST_ATTEMPTS_KEPT
        if before.state is not DeliveryState.WAITING:
            assert delivery.state is before.state  # an answer that comes late undoes nothing
        if delivery.due_at and before.due_at:
            assert delivery.due_at > before.due_at


def test_who_asks_again_gets_as_many_attempts_as_at_first() -> None:
    failed = replace(NEW, state=DeliveryState.FAILED, tries=11, due_at=None)
    again = asked_again(failed, NOON)
    assert (again.state, again.tries, again.due_at) == (DeliveryState.WAITING, 0, NOON)
    assert again.delivery_id == failed.delivery_id


def test_an_event_always_has_the_same_delivery_and_they_sort_by_time() -> None:
    assert delivery_id(event(1)) == delivery_id(event(1)) != delivery_id(event(2))
    later = event(0, at=NOON + timedelta(milliseconds=1))
    assert delivery_id(event(7)) < delivery_id(later)


def test_the_body_tells_type_time_and_data() -> None:
    read = event(3, "Campaign State Changed")
    assert read.body() == (
        '{"type":"campaign.state_changed","timestamp":"2026-03-01T12:00:00.000Z","data":{"event_id":"'
        f"{3:064x}"
        '","schema_version":1,"occurred_at":"2026-03-01T12:00:00.000Z","message_id":"m"}}'
    )


@pytest.mark.parametrize("broken", [{}, {"detail": []}, {"detail": {}, "detail-type": "x"}, {"detail": None}])
def test_what_is_no_event_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_event(broken)
    bad_time = envelope()
    bad_time["detail"]["occurred_at"] = "noon"
    with pytest.raises(ValueError, match="noon"):
        read_event(bad_time)
