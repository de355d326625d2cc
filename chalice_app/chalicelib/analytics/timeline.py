"""The intervals of a time line: of equal length by the clock on the wall, in the zone that the caller names."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.analytics.model import Period
from chalicelib.kernel.errors import DomainError, FieldError, InvalidInputError

MAX_POINTS = 1_500
"""Points of one answer: a day of minutes, or four years of days."""

_COMFORTABLE_POINTS = 200
"""When nobody asks for an interval, the finest one is taken that makes no more points than this."""


_FIRST_YEAR, _LAST_YEAR = 1980, 9000


class Interval(StrEnum):
    """The lengths of a time line's intervals."""

    MINUTE = "minute"
    FIVE_MINUTES = "5m"
    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        """The length; a day in which the clocks change is an hour shorter or longer."""
        return _LENGTHS[self]


_LENGTHS = {
    Interval.MINUTE: timedelta(minutes=1),
    Interval.FIVE_MINUTES: timedelta(minutes=5),
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: timedelta(days=1),
}


LONGEST = Interval.DAY.length * (MAX_POINTS - 1)
"""The longest period that always fits into an answer: it may touch one day more than it is long."""


class TooManyPointsError(DomainError):
    """The period holds more intervals than one answer does."""

    problem = "too-many-points"


def period_of(start: datetime, end: datetime) -> Period:
    """Return the period between two moments.

    Raises:
        InvalidInputError: it ends before it begins, or at once, or lies outside the calendar.
    """
    for name, moment in (("from", start), ("to", end)):
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise InvalidInputError(
                f"{moment.isoformat()} lies outside the calendar.",
                errors=(FieldError(f"/{name}", f"Give a time in the years {_FIRST_YEAR} to {_LAST_YEAR}."),),
            )
    if end <= start:
        raise InvalidInputError(
            "The period must end after it begins.", errors=(FieldError("/to", "Pass a later time than `from`."),)
        )
    return Period(start.astimezone(UTC), end.astimezone(UTC))


def bounds_of(period: Period, interval: Interval, zone: ZoneInfo) -> list[datetime]:
    """Return where the intervals that the period touches begin, and where the last one ends, in UTC.

    Days begin at local midnight, or at the first moment of the day where the clocks skip midnight, so one in which they
    change has 23 or 25 hours. Shorter intervals are aligned to the wall clock and all last equally long.

    Raises:
        TooManyPointsError: there are more than `MAX_POINTS`.
    """
    expected = (period.end - period.start) / interval.length
    if expected > MAX_POINTS + 2:  # the exact number is only known once they are counted out
        raise _too_many(interval, int(expected))
    starts = _days(period, zone) if interval is Interval.DAY else _steps(period, interval.length, zone)
    bounds = list(starts)
    if len(bounds) - 1 > MAX_POINTS:
        raise _too_many(interval, len(bounds) - 1)
    return bounds


def comfortable_interval(period: Period) -> Interval:
    """Return the finest interval of which the period holds not too many to look at."""
    for interval in Interval:
        if (period.end - period.start) / interval.length <= _COMFORTABLE_POINTS:
            return interval
    return Interval.DAY


def _steps(period: Period, length: timedelta, zone: ZoneInfo) -> Iterator[datetime]:
    """Step in UTC from the wall clock's last full interval; offsets of part of an hour keep their minutes."""
    local = period.start.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    start = period.start - (local.replace(tzinfo=None) - midnight) % length
    while start < period.end:
        yield start
        start += length
    yield start


def _days(period: Period, zone: ZoneInfo) -> Iterator[datetime]:
    day = period.start.astimezone(zone).date()
    before = None
    while True:
        # Where the clocks skip midnight, this reads it with the offset before the change: as the moment of the change.
        # Where midnight comes twice, the first one counts.
        start = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        if start != before:  # a zone that crosses the date line skips a whole day
            yield start
        if start >= period.end:
            return
        before = start
        day += timedelta(days=1)


def _too_many(interval: Interval, points: int) -> TooManyPointsError:
    return TooManyPointsError(
        f"The period holds {points:,} intervals ({interval}); an answer holds {MAX_POINTS:,}.",
        errors=(FieldError("/interval", "Choose a longer interval, or a shorter period by `from` and `to`."),),
    )
