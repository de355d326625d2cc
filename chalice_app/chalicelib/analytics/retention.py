"""How long statistics are kept: whole months, by the month that a message was made in."""

from datetime import UTC, datetime
from typing import Protocol

_MONTHS = 12


class Retained(Protocol):
    """Statistics, as far as old ones are removed."""

    def remove_made_before(self, start: datetime) -> None:
        """Remove messages that were made before the start of a month (UTC), with all of their events."""
        ...


def first_kept(now: datetime, months: int) -> datetime:
    """Return the start of the first month that is kept: so many whole months before the present one."""
    counted = now.astimezone(UTC).year * _MONTHS + now.astimezone(UTC).month - 1 - months
    return datetime(counted // _MONTHS, counted % _MONTHS + 1, 1, tzinfo=UTC)
