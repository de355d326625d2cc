from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.ids import made_at, new_id, time_digits

MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_an_identifier_tells_when_it_was_made(moment: datetime) -> None:
    name = new_id("cmp", moment)
    for text in (name, f"{name}-00001-00002"):
        made = made_at(text)
        assert made is not None
        assert abs(made - moment) <= timedelta(milliseconds=1)


@given(MOMENTS, MOMENTS)
def test_time_digits_sort_as_identifiers_do(first: datetime, second: datetime) -> None:
    assert new_id("cmp", first)[4:14] == time_digits(first)
    if second - first > timedelta(milliseconds=1):
        assert time_digits(first) < time_digits(second)


@pytest.mark.parametrize("year", [1, 203, 1295, 1969, 1970])
def test_what_was_before_1970_comes_first(year: int) -> None:
    assert time_digits(datetime(year, 1, 1, tzinfo=UTC)) == "0" * 10


@pytest.mark.parametrize("text", ["", "cmp_1", "m1", f"cmp_{'u' * 26}", f"cmp_{'z' * 26}", "0" * 26])
def test_other_texts_tell_nothing(text: str) -> None:
    assert made_at(text) is None
