"""Pages of an index: bounded in what one request reads, with cursors that belong to their list and its filter."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel.pages import decode_cursor, encode_cursor, unknown_cursor
from chalicelib.store.mapping import mapped_errors

MOST_EXAMINED = 1_000
"""Items that one request reads at most; a page may be short though more follow."""

_AT_ONCE = 250
_SPARE = 10
_OUTSIDE = "ValidationException"

Key = Mapping[str, Mapping[str, str]]
"""A position in an index as DynamoDB writes it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list reads.

    Attributes:
        index: a PynamoDB index, or a model to read its table.
        hash_key: value of the index's hash key.
        names: attributes that make up a position in the index: its keys and the table's.
        wanted: what tells this list from others of the index; a cursor of one is refused by the others.
        only: PynamoDB condition that its items fulfil.
        between: PynamoDB condition on the index's range key.
        forward: in ascending order of the range key.
    """

    index: Any
    hash_key: str
    names: frozenset[str]
    wanted: object
    only: Any = None
    between: Any = None
    forward: bool = False


def read_page(listing: Listing, *, limit: int, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Read a page; return its items as DynamoDB writes them, and the next cursor.

    Raises:
        InvalidInputError: the cursor was not made by this list.
    """
    mark = hashlib.sha256(repr(listing.wanted).encode()).hexdigest()[:16]
    start = _position(cursor, mark, listing.names)
    found: list[dict[str, Any]] = []
    following: Key | None = start
    # Most lists leave few items out, so the first query looks at few more than are shown; a sparse one goes on in bulk.
    examined, size = 0, limit if listing.only is None else min(limit + _SPARE, _AT_ONCE)
    with read_on(start):
        while True:
            page = next(
                listing.index.query(
                    listing.hash_key,
                    listing.between,
                    filter_condition=listing.only,
                    scan_index_forward=listing.forward,
                    page_size=size,
                    last_evaluated_key=following,
                ).page_iter
            )
            found += page["Items"]
            examined, following = examined + page["ScannedCount"], page.get("LastEvaluatedKey")
            if following is None or len(found) >= limit or examined >= MOST_EXAMINED:
                break
            size = _AT_ONCE if listing.only is not None else limit
    if len(found) > limit:
        found = found[:limit]
        following = {name: found[-1][name] for name in listing.names}
    return found, encode_cursor({"at": following, "of": mark}) if following else None


@contextmanager
def read_on(start: Key | None) -> Iterator[None]:
    """Read behind the position of a cursor, None at the beginning.

    Raises:
        InvalidInputError: DynamoDB says that the position is outside of what is read; the cursor is another list's.
        TemporarilyUnavailableError: DynamoDB is busy.
    """
    with mapped_errors():
        try:
            yield
        except PynamoDBException as error:
            if start is not None and error.cause_response_code == _OUTSIDE:
                raise unknown_cursor() from error
            raise


def all_of(conditions: Iterable[Any]) -> Any:
    """Return the condition that all of these are met; None without any."""
    joined = None
    for condition in conditions:
        joined = condition if joined is None else joined & condition
    return joined


def folded(text: str) -> str:
    """Return the form in which a text is searched for whatever its case."""
    return text.casefold()


def _position(cursor: str | None, mark: str, names: frozenset[str]) -> Key | None:
    if cursor is None:
        return None
    position = decode_cursor(cursor)
    if not isinstance(position, dict) or position.get("of") != mark or not _is_key(position.get("at"), names):
        raise unknown_cursor()
    key: Key = position["at"]
    return key


def _is_key(start: Any, names: frozenset[str]) -> bool:
    """Tell whether this is a key of the index: exactly its attributes, each with a type and a value."""
    return (
        isinstance(start, dict)
        and set(start) == names
        and all(
            isinstance(part, dict)
            and len(part) == 1
            and all(kind in {"S", "N"} and isinstance(value, str) for kind, value in part.items())
            for part in start.values()
        )
    )
