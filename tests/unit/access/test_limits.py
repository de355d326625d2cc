"""The requests of a key and the failures of a source are limited, at little cost to those who keep within."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.limits import FAILURES_PER_MINUTE, FailureLimit, RequestLimit
from chalicelib.access.model import TooManyRequestsError
from tests.fakes.access import FakeCallerUse
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def use() -> FakeCallerUse:
    return FakeCallerUse()


def _admitted(limit: RequestLimit, count: int, key: str = "key_1") -> int:
    admitted = 0
    for _ in range(count):
        try:
            limit.admit(key)
        except TooManyRequestsError:
            continue
        admitted += 1
    return admitted


def test_most_requests_ask_nobody(clock: FixedClock, use: FakeCallerUse) -> None:
    limit = RequestLimit(use=use, clock=clock, per_second=50)
    assert _admitted(limit, 100) == 100
    assert use.takings == 10


def test_a_key_gets_its_burst_and_then_its_rate(clock: FixedClock, use: FakeCallerUse) -> None:
    limit = RequestLimit(use=use, clock=clock, per_second=50)
    assert _admitted(limit, 500) == 100
    assert _admitted(limit, 5, "key_2") == 5
    clock.time = NOON + timedelta(seconds=1)
    assert _admitted(limit, 500) == 50


def test_processes_count_together(clock: FixedClock, use: FakeCallerUse) -> None:
    limits = [RequestLimit(use=use, clock=clock, per_second=50) for _ in range(4)]
    assert sum(_admitted(limit, 500) for limit in limits) == 100


@pytest.mark.parametrize("per_second", [1, 2, 3, 7])
def test_a_small_limit_is_kept_too(clock: FixedClock, use: FakeCallerUse, per_second: int) -> None:
    limit = RequestLimit(use=use, clock=clock, per_second=per_second)
    first = _admitted(limit, 500)
    assert per_second <= first <= 2 * per_second
    admitted = 0
    for second in range(1, 121):
        clock.time = NOON + timedelta(seconds=second)
        admitted += _admitted(limit, 20)
    assert admitted == pytest.approx(120 * per_second, rel=0.15)


def test_who_is_refused_learns_when_to_come_again(clock: FixedClock, use: FakeCallerUse) -> None:
    limit = RequestLimit(use=use, clock=clock, per_second=50)
    _admitted(limit, 100)
    with pytest.raises(TooManyRequestsError) as refusal:
        limit.admit("key_1")
    assert refusal.value.retry_seconds == 1


def test_a_pause_saves_up_no_permits(clock: FixedClock, use: FakeCallerUse) -> None:
    limit = RequestLimit(use=use, clock=clock, per_second=50)
    limit.admit("key_1")
    clock.time = NOON + timedelta(hours=1)
    assert _admitted(limit, 500) == 100


def test_nobody_is_turned_away_when_the_limit_cannot_be_asked(clock: FixedClock, use: FakeCallerUse) -> None:
    use.busy = True
    assert _admitted(RequestLimit(use=use, clock=clock, per_second=50), 500) == 500
    assert FailureLimit(use, clock).failed("192.0.2.7") is False


def test_the_last_use_of_keys_is_told(clock: FixedClock, use: FakeCallerUse) -> None:
    limit = RequestLimit(use=use, clock=clock, per_second=50)
    limit.admit("key_1")
    assert limit.last_used("key_1", "key_2") == {"key_1": NOON}


def test_a_source_of_failures_is_refused_until_one_would_be_let_through(clock: FixedClock, use: FakeCallerUse) -> None:
    failures = FailureLimit(use, clock)
    assert [failures.failed("192.0.2.7") for _ in range(FAILURES_PER_MINUTE + 1)] == [
        *[False] * FAILURES_PER_MINUTE,
        True,
    ]
    assert failures.refuses("192.0.2.7")
    assert not failures.refuses("192.0.2.8")
    clock.time = NOON + timedelta(seconds=3)
    assert not failures.refuses("192.0.2.7")
    assert failures.failed("192.0.2.7") is False
    assert failures.failed("192.0.2.7") is True


def test_a_process_learns_of_a_source_with_its_next_failure(clock: FixedClock, use: FakeCallerUse) -> None:
    one, other = FailureLimit(use, clock), FailureLimit(use, clock)
    for _ in range(FAILURES_PER_MINUTE):
        one.failed("192.0.2.7")
    assert not other.refuses("192.0.2.7")
    assert other.failed("192.0.2.7")
    assert other.refuses("192.0.2.7")
