from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.analytics.retention import first_kept

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("now", "months", "first"),
    [
        (datetime(2026, 11, 26, 12, tzinfo=UTC), 3, datetime(2026, 8, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), 1, datetime(2025, 12, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), 25, datetime(2024, 11, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), 12, datetime(2025, 12, 1, tzinfo=UTC)),
    ],
)
def test_whole_months_before_the_present_one_are_kept(now: datetime, months: int, first: datetime) -> None:
    assert first_kept(now, months) == first


@given(now=MOMENTS, months=st.integers(1, 120))
def test_what_is_kept_begins_so_many_months_before_this_one(now: datetime, months: int) -> None:
    first = first_kept(now, months)
    assert (now.year - first.year) * 12 + now.month - first.month == months
    assert (first.day, first.hour, first.minute) == (1, 0, 0)
