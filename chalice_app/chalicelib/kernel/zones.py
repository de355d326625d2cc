"""Time zones that callers and recipients name."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.kernel.errors import FieldError, InvalidInputError

_LOOK_AHEAD = timedelta(days=3_653)
_STEP = timedelta(days=14)
"""Shorter than any summer time, and than its break in the month of Ramadan."""


def zone_of(name: str, pointer: str) -> ZoneInfo:
    """Return an IANA time zone.

    Args:
        name: such as ``Europe/Berlin``.
        pointer: JSON pointer to where the caller named it.

    Raises:
        InvalidInputError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInputError(
            f"There is no time zone {name!r}.",
            errors=(FieldError(pointer, "Give an IANA name such as Europe/Berlin or UTC."),),
        ) from None


@lru_cache(maxsize=1024)
def transitions(name: str, since: datetime) -> tuple[tuple[datetime, timedelta], ...]:
    """Return a zone's offset from UTC at a moment, and at each clock change of the ten years after it.

    Zones for which they are equal show the same time all those years.

    Args:
        name: of a zone that exists.
        since: with its offset.
    """
    place = ZoneInfo(name)
    offset = _offset(since, place)
    found = [(since, offset)]
    moment = since
    while moment < since + _LOOK_AHEAD:
        following = moment + _STEP
        after = _offset(following, place)
        if after != offset:
            found.append((_change_between(moment, following, place), after))
        moment, offset = following, after
    return tuple(found)


def _change_between(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """Return the second in which the offset changes; it does so once between the two."""
    old = _offset(before, place)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if _offset(middle, place) == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _offset(moment: datetime, place: ZoneInfo) -> timedelta:
    return moment.astimezone(place).utcoffset() or timedelta()
