"""When a campaign ends, and what it costs."""

from datetime import date, timedelta

import pytest

from chalicelib.preflight.forecast import cost, forecast
from chalicelib.sending.limits import SendLimits, WarmUp
from chalicelib.sending.model import Quota
from tests.unit.preflight.stage import NOON

NONE = SendLimits()


@pytest.mark.parametrize(
    ("planned", "quota", "limits", "rate_limit", "seconds", "days"),
    [
        (1_000, Quota(10.0), NONE, None, 100, 1),
        (1_000, Quota(10.0), SendLimits(reserve_percent=50), None, 200, 1),
        (1_000, Quota(10.0), NONE, 2.0, 500, 1),
        (1_000, Quota(10.0), NONE, 50.0, 100, 1),
        (0, Quota(10.0), NONE, None, 0, 1),
        (1_000, Quota(10.0, max_24_hours=1_500, sent_24_hours=500), NONE, None, 100, 1),
        (1_000, Quota(10.0, max_24_hours=1_000, sent_24_hours=500), NONE, None, 86_400 + 50, 2),
        (2_600, Quota(10.0, max_24_hours=1_000), NONE, None, 2 * 86_400 + 60, 3),
        (1_000, Quota(10.0, max_24_hours=1_000), SendLimits(reserve_percent=20), None, 86_400 + 25, 2),
        (864_010, Quota(10.0), NONE, None, 86_400 + 1, 2),
    ],
)
def test_rate_quota_and_limits_say_how_long_it_takes(
    planned: int, quota: Quota, limits: SendLimits, rate_limit: float | None, seconds: int, days: int
) -> None:
    ahead = forecast(planned, quota, limits, rate_limit, starts_at=NOON, now=NOON)
    assert ahead is not None
    assert (ahead.seconds, ahead.days) == (seconds, days)
    assert ahead.ends_at - ahead.starts_at == timedelta(seconds=seconds)


def test_a_warm_up_plan_spreads_it_over_days() -> None:
    plan = SendLimits(warm_up=WarmUp(date(2026, 3, 1), (100, 200)))
    ahead = forecast(1_000, Quota(10.0), plan, None, starts_at=NOON, now=NOON)
    assert ahead is not None
    assert (ahead.days, ahead.seconds) == (3, 2 * 86_400 + 70)


def test_what_was_sent_today_counts_for_a_start_within_a_day_only() -> None:
    quota = Quota(10.0, max_24_hours=1_000, sent_24_hours=1_000)
    later = forecast(1_000, quota, NONE, None, starts_at=NOON + timedelta(days=2), now=NOON)
    assert later is not None
    assert later.days == 1
    today = forecast(1_000, quota, NONE, None, starts_at=NOON, now=NOON)
    assert today is not None
    assert today.days == 2


@pytest.mark.parametrize("quota", [Quota(0.0), Quota(10.0, max_24_hours=0), Quota(10.0, max_24_hours=10)])
def test_what_takes_longer_than_a_year_never_ends(quota: Quota) -> None:
    assert forecast(1_000_000, quota, NONE, None, starts_at=NOON, now=NOON) is None


def test_the_cost_is_that_of_ses_and_of_the_platform() -> None:
    assert cost(1_000_000) == {"currency": "USD", "ses": "100.00", "platform": "6.00", "total": "106.00"}
    assert cost(0)["total"] == "0.00"
