"""A campaign's events in the order in which they were kept, and a point in that order as a cursor.

The order is that of keeping, not of happening: an event that arrives hours late stands at the end, so who reads on from
a cursor meets it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.kernel.pages import decode_cursor, encode_cursor
from chalicelib.tracking.classified import ClassifiedEvent

Point = tuple[int, str]
"""How far somebody has read: a number that never falls from event to event, and what tells equal ones apart."""

START: Point = (0, "")

_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Changes:
    """Some events behind a point.

    Attributes:
        events: in the order in which they were kept.
        cursor: the point behind them; the one that was asked for when there are none.
        more: whether others may follow at once.
    """

    events: Sequence[ClassifiedEvent]
    cursor: str
    more: bool


def changes_of(found: Sequence[tuple[Point, ClassifiedEvent]], after: Point, limit: int) -> Changes:
    """Return what was found behind a point; a full page may have others behind it."""
    point = found[-1][0] if found else after
    return Changes([event for _, event in found], encode_cursor(list(point)), more=len(found) == limit)


def point_of(cursor: str | None) -> Point:
    """Return the point that a cursor stands for; without one, the beginning.

    Raises:
        InvalidInputError: no answer held this cursor.
    """
    if cursor is None:
        return START
    refusal = InvalidInputError(
        "The cursor is not one that was handed out here.",
        errors=(FieldError("/after", "Pass `cursor` of the answer before, unchanged."),),
    )
    try:
        point = decode_cursor(cursor)
    except InvalidInputError:
        raise refusal from None
    match point:
        case [int() as number, str() as rest] if 0 <= number < _LARGEST:
            return number, rest
        case _:
            raise refusal
