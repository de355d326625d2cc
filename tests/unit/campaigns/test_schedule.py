"""Wall-clock times become instants, also where a clock change skips or repeats them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.model import ClockChange
from chalicelib.campaigns.schedule import clock_change, instant
from chalicelib.kernel.errors import InvalidInputError

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
YEARS = (datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2037-01-01"))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "wall_clock", "expected"),
    [
        ("Europe/Berlin", "2026-01-15T09:00", "2026-01-15T08:00"),
        ("Europe/Berlin", "2026-07-15T09:00", "2026-07-15T07:00"),
        ("America/New_York", "2026-07-15T09:00", "2026-07-15T13:00"),
        ("Australia/Lord_Howe", "2026-01-15T09:00", "2026-01-14T22:00"),
        ("Australia/Lord_Howe", "2026-07-15T09:00", "2026-07-14T22:30"),
        ("UTC", "2026-07-15T09:00", "2026-07-15T09:00"),
    ],
)
def test_a_wall_clock_time_is_resolved_in_its_zone(zone: str, wall_clock: str, expected: str) -> None:
    assert instant(local(wall_clock), zone) == local(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "skipped", "expected"),
    [
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T02:59:59.999999", "2026-03-29T01:00"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),
    ],
)
def test_a_skipped_time_is_the_first_instant_after_the_gap(zone: str, skipped: str, expected: str) -> None:
    assert instant(local(skipped), zone) == local(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "repeated", "expected"),
    [
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),
    ],
)
def test_a_time_that_occurs_twice_is_the_first(zone: str, repeated: str, expected: str) -> None:
    for fold in (0, 1):
        assert instant(local(repeated).replace(fold=fold), zone) == local(expected).replace(tzinfo=UTC)


def test_a_time_with_its_own_offset_is_an_instant_already() -> None:
    moment = local("2026-03-29T02:30+05:00")
    assert instant(moment, "Europe/Berlin") == moment
    assert instant(moment, "Europe/Berlin").tzinfo is UTC


@given(moment=st.datetimes(*YEARS), zone=st.sampled_from(ZONES))
def test_a_wall_clock_time_comes_back_or_moves_to_the_end_of_its_gap(moment: datetime, zone: str) -> None:
    resolved = instant(moment, zone)
    back = resolved.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back != moment:
        before = (resolved - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert before < moment < back


@given(moment=st.datetimes(*YEARS, timezones=st.just(UTC)), zone=st.sampled_from(ZONES))
def test_an_instant_shown_in_a_zone_is_resolved_to_itself_or_its_earlier_double(moment: datetime, zone: str) -> None:
    shown = moment.astimezone(ZoneInfo(zone))
    resolved = instant(shown.replace(tzinfo=None), zone)
    assert resolved == moment if not shown.fold else resolved < moment


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe", "Europe/Berlin\x00", "/etc/localtime"])
def test_an_unknown_zone_is_refused_with_a_pointer(zone: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        instant(local("2026-01-15T09:00"), zone)
    assert refusal.value.errors[0].pointer == "/time_zone"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("9999-12-31T23:30", "America/New_York"),
        ("0001-01-01T00:30", "Europe/Berlin"),
        ("9999-12-31T23:30-05:00", "UTC"),
    ],
)
def test_a_time_outside_the_calendar_is_refused_with_a_pointer(text: str, zone: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        instant(local(text), zone)
    assert refusal.value.errors[0].pointer == "/at"


@pytest.mark.parametrize(
    ("zone", "wall_clock", "expected"),
    [
        ("Europe/Berlin", "2026-03-29T01:59:59", None),
        ("Europe/Berlin", "2026-03-29T02:30", ClockChange.SKIPPED),
        ("Europe/Berlin", "2026-03-29T03:00", None),
        ("Europe/Berlin", "2026-10-25T01:59:59", None),
        ("Europe/Berlin", "2026-10-25T02:00", ClockChange.REPEATED),
        ("Europe/Berlin", "2026-10-25T03:00", None),
        ("Australia/Lord_Howe", "2026-10-04T02:15", ClockChange.SKIPPED),
        ("Australia/Lord_Howe", "2026-04-05T01:45", ClockChange.REPEATED),
        ("Europe/Berlin", "2026-03-29T02:30+05:00", None),
        ("UTC", "2026-03-29T02:30", None),
    ],
)
def test_a_skipped_and_a_repeated_time_are_told_apart(zone: str, wall_clock: str, expected: ClockChange | None) -> None:
    assert clock_change(local(wall_clock), zone) is expected


@given(moment=st.datetimes(*YEARS), zone=st.sampled_from(ZONES))
def test_only_a_skipped_time_is_not_shown_again_as_it_was_given(moment: datetime, zone: str) -> None:
    back = instant(moment, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert (back != moment) == (clock_change(moment, zone) is ClockChange.SKIPPED)
