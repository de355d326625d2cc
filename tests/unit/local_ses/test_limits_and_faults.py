"""The account's limits and the faults that a test switches on."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from local.ses.errors import ServiceError
from local.ses.faults import Faults
from local.ses.limits import SendLimits

NOW = 1_700_000_000.0


def accepted(limits: SendLimits, count: int, *, now: float, rate: float) -> int:
    """Return how many of so many sends of one recipient were accepted."""
    total = 0
    for _ in range(count):
        with suppress(ServiceError):
            limits.take(1, rate=rate, now=now)
            total += 1
    return total


def test_a_second_takes_as_many_as_the_rate_and_the_next_moment_what_time_gave_back() -> None:
    limits = SendLimits(max_24_hour_send=-1)
    assert accepted(limits, 20, now=NOW, rate=14) == 14
    assert accepted(limits, 20, now=NOW + 0.5, rate=14) == 7
    assert accepted(limits, 20, now=NOW + 60, rate=14) == 14


def test_every_recipient_counts_and_one_mail_larger_than_the_rate_goes_out_alone() -> None:
    limits = SendLimits(max_24_hour_send=-1)
    limits.take(50, rate=10, now=NOW)
    assert accepted(limits, 1, now=NOW + 1, rate=10) == 0
    assert accepted(limits, 1, now=NOW + 4.2, rate=10) == 1


def test_a_rate_of_zero_stops_sending_after_the_token_at_hand() -> None:
    limits = SendLimits(max_24_hour_send=-1)
    assert accepted(limits, 5, now=NOW, rate=0) == 1
    with pytest.raises(ServiceError, match="Maximum sending rate exceeded") as caught:
        limits.take(1, rate=0, now=NOW)
    assert (caught.value.code, caught.value.status) == ("TooManyRequestsException", 429)


def test_the_daily_quota_counts_what_was_sent_before_the_start_and_forgets_after_a_day() -> None:
    limits = SendLimits(max_24_hour_send=10, sent=[(int(NOW // 60) - 5, 8)])
    limits.take(2, rate=100, now=NOW)
    with pytest.raises(ServiceError, match="Daily message quota exceeded") as caught:
        limits.take(1, rate=100, now=NOW)
    assert caught.value.code == "LimitExceededException"
    assert limits.sent_last_24_hours(NOW) == 10
    limits.take(1, rate=100, now=NOW + 86_500)
    assert limits.sent_last_24_hours(NOW + 86_500) == 1


def test_a_refused_mail_counts_nowhere() -> None:
    limits = SendLimits(max_24_hour_send=100)
    accepted(limits, 50, now=NOW, rate=1)
    assert limits.sent_last_24_hours(NOW) == 1


def test_counters_are_used_up_exactly_by_many_threads() -> None:
    faults = Faults()
    faults.set({"throttle": 100})
    with ThreadPoolExecutor(8) as pool:
        used = sum(pool.map(lambda _: faults.take("throttle"), range(400)))
    assert (used, faults.plan.throttle) == (100, 0)


def test_a_new_plan_replaces_the_old_one() -> None:
    faults = Faults()
    faults.set({"throttle": 3, "unverified": ["Example.COM"]})
    faults.set({"latency_ms": 5})
    assert faults.as_document() == {
        "rate_limit": None,
        "latency_ms": 5,
        "fail_before": 0,
        "fail_after": 0,
        "throttle": 0,
        "pause_account": False,
        "unverified": [],
    }


@pytest.mark.parametrize(
    "document",
    [
        {"unknown": 1},
        {"throttle": -1},
        {"throttle": True},
        {"rate_limit": "5"},
        {"pause_account": "no"},
        {"unverified": "x"},
    ],
)
def test_a_malformed_plan_is_refused_and_changes_nothing(document: dict[str, Any]) -> None:
    faults = Faults()
    faults.set({"throttle": 3})
    with pytest.raises(ValueError, match=r" is |unknown"):
        faults.set(document)
    assert faults.plan.throttle == 3
