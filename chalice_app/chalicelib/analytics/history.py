"""Pages of an address's messages, and where each ends, as a cursor."""

from collections.abc import Sequence
from datetime import UTC, datetime

from chalicelib.analytics.model import MessageDocument
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor

_LATEST_MILLIS = 253_402_300_799_999  # the end of the year 9999


def page_of(found: Sequence[MessageDocument], limit: int) -> Page[MessageDocument]:
    """Return the first ``limit`` messages as a page; one more among those found tells that another page follows."""
    page = list(found[:limit])
    return Page(page, cursor_of(page[-1]) if len(found) > limit else None)


def cursor_of(document: MessageDocument) -> str:
    """Return the cursor of the page that follows a message."""
    return encode_cursor([millis(document.created_at), document.message_id])


def position_of(cursor: str | None) -> tuple[int, str] | None:
    """Return the creation time (milliseconds since 1970) and the id of the message that a page follows.

    Raises:
        InvalidInputError: the list handed out no such cursor.
    """
    match decode_cursor(cursor):
        case None if cursor is None:
            return None
        case [int() as created, str() as message_id] if 0 <= created <= _LATEST_MILLIS:
            return created, message_id
        case _:
            raise unknown_cursor()


def millis(moment: datetime) -> int:
    """Return milliseconds since 1970, exactly."""
    return int(moment.astimezone(UTC).timestamp() * 1000 + 0.5)


def moment_of(milliseconds: float) -> datetime:
    """Return the moment so many milliseconds after 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
