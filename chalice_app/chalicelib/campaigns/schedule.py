"""Local times become instants here; the scheduler only ever sees UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.campaigns.model import ClockChange
from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.kernel.zones import zone_of


def instant(local: datetime, zone: str) -> datetime:
    """Resolve a wall-clock time in an IANA zone to UTC.

    A time that a clock change skips becomes the first valid instant after the gap; one that occurs twice means the
    first. A time that carries its own offset already is an instant; the zone is then only for showing it.

    Raises:
        InvalidInputError: there is no such zone, or the time lies outside the calendar.
    """
    place = zone_of(zone, "/time_zone")
    try:
        return _resolved(local, place)
    except OverflowError:
        raise InvalidInputError(
            f"{local.isoformat()} lies outside the calendar.",
            errors=(FieldError("/at", "Give a time in the years 2 to 9998."),),
        ) from None


def clock_change(local: datetime, zone: str) -> ClockChange | None:
    """Tell whether a clock change skips or repeats a wall-clock time that `instant` has resolved."""
    if local.tzinfo is not None:
        return None
    place = ZoneInfo(zone)
    first, second = (local.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return None
    # Resolved by the rules of both sides of the change, a repeated time lies on the earlier side first.
    return ClockChange.REPEATED if first < second else ClockChange.SKIPPED


def _resolved(local: datetime, place: ZoneInfo) -> datetime:
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    moment = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None) == local:
        return moment
    return _end_of_gap(local, place)


def _end_of_gap(local: datetime, place: ZoneInfo) -> datetime:
    """Find the first instant after the clock change that skips a wall-clock time."""
    # In a gap the two folds stand on both sides of the change: fold 1 uses the later offset, so it lies before it.
    before = local.replace(tzinfo=place, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    old_offset = before.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(place).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
