"""Intervals of the wall clock: clock changes, odd offsets, bounds."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.analytics.model import Period
from chalicelib.analytics.timeline import MAX_POINTS, Interval, TooManyPointsError, bounds_of, comfortable_interval

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
)


def of_days(first: date, last: date, zone: str) -> list[datetime]:
    place = ZoneInfo(zone)
    start = datetime(first.year, first.month, first.day, 12, tzinfo=place)
    end = datetime(last.year, last.month, last.day, 12, tzinfo=place)
    return bounds_of(Period(start.astimezone(UTC), end.astimezone(UTC)), Interval.DAY, place)


def hours(bounds: list[datetime]) -> list[float]:
    return [(end - start) / timedelta(hours=1) for start, end in pairwise(bounds)]


def test_the_days_in_which_clocks_change_have_23_and_25_hours() -> None:
    assert hours(of_days(date(2026, 3, 28), date(2026, 3, 30), "Europe/Berlin")) == [24, 23, 24]
    assert hours(of_days(date(2026, 10, 24), date(2026, 10, 26), "Europe/Berlin")) == [24, 25, 24]
    assert hours(of_days(date(2026, 4, 4), date(2026, 4, 6), "Australia/Lord_Howe")) == [24, 24.5, 24]


def test_a_day_whose_midnight_is_skipped_begins_when_the_clocks_change() -> None:
    bounds = of_days(date(2018, 11, 3), date(2018, 11, 4), "America/Sao_Paulo")
    assert hours(bounds) == [24, 23]
    assert bounds[1].astimezone(ZoneInfo("America/Sao_Paulo")).isoformat() == "2018-11-04T01:00:00-02:00"


def test_a_day_that_never_was_has_no_interval() -> None:
    bounds = of_days(date(2011, 12, 29), date(2011, 12, 31), "Pacific/Apia")
    days = [bound.astimezone(ZoneInfo("Pacific/Apia")).date().isoformat() for bound in bounds]
    assert days == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_hours_are_aligned_to_the_clock_on_the_wall() -> None:
    start = datetime(2026, 3, 1, 12, 10, tzinfo=UTC)
    period = Period(start, start + timedelta(hours=1))
    bounds = bounds_of(period, Interval.HOUR, ZoneInfo("Asia/Kolkata"))
    assert bounds == [
        start.replace(minute=30) - timedelta(hours=1),
        start.replace(minute=30),
        start.replace(hour=13, minute=30),
    ]


@given(
    start=st.integers(631_152_000, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    minutes=st.integers(1, 60 * 24 * 40),
    interval=st.sampled_from(Interval),
    zone=st.sampled_from(ZONES),
)
def test_intervals_cover_the_period_without_a_gap(start: datetime, minutes: int, interval: Interval, zone: str) -> None:
    period = Period(start, start + timedelta(minutes=minutes))
    try:
        bounds = bounds_of(period, interval, ZoneInfo(zone))
    except TooManyPointsError:
        assert timedelta(minutes=minutes) / interval.length > MAX_POINTS - 1
        return
    assert len(bounds) - 1 <= MAX_POINTS
    assert bounds[0] <= period.start < bounds[1]
    assert bounds[-2] < period.end <= bounds[-1]
    lengths = {end - earlier for earlier, end in pairwise(bounds)}
    if interval is Interval.DAY:
        assert all(timedelta(hours=22) <= length <= timedelta(hours=26) for length in lengths)
        assert {bound.microsecond for bound in bounds} == {0}
    else:
        assert lengths == {interval.length}


@pytest.mark.parametrize(
    ("length", "interval"),
    [
        (timedelta(minutes=1), Interval.MINUTE),
        (timedelta(minutes=201), Interval.FIVE_MINUTES),
        (timedelta(days=2), Interval.HOUR),
        (timedelta(days=30), Interval.DAY),
        (timedelta(days=1000), Interval.DAY),
    ],
)
def test_without_a_wish_the_interval_fits_the_period(length: timedelta, interval: Interval) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    assert comfortable_interval(Period(start, start + length)) is interval
