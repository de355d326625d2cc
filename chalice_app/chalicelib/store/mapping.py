"""Conversions between the platform's values and DynamoDB's, conditional saves, and pages of an index."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException
from pynamodb.models import Model

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.pages import decode_cursor, encode_cursor, unknown_cursor

_REFUSED = "ConditionalCheckFailedException"
BUSY = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError"}
)
"""Codes of calls that may be made again later."""


def written(moment: datetime | None) -> str | None:
    """Write a time as it is stored, or None."""
    return None if moment is None else rfc3339(moment)


def read(text: str | None) -> datetime | None:
    """Read a stored time, or None."""
    return None if text is None else from_rfc3339(text)


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn DynamoDB's busy answers into `TemporarilyUnavailableError`; anything else is a fault and passes."""
    try:
        yield
    except PynamoDBException as error:
        if error.cause_response_code in BUSY:
            raise TemporarilyUnavailableError("The store is busy; try again.") from error
        raise
    except ClientError as error:  # of a call that needs no model
        if error.response["Error"].get("Code", "") in BUSY:
            raise TemporarilyUnavailableError("The store is busy; try again.") from error
        raise


def is_refused(error: PynamoDBException) -> bool:
    """Tell whether a conditional write found its condition unmet."""
    return error.cause_response_code == _REFUSED


def save_revision(item: Model, expected: int) -> None:
    """Store an item in place of the one at the expected revision; 0 means that there is none yet.

    Raises:
        StaleRevisionError: the stored one has another revision.
    """
    model: Any = type(item)
    condition = model.revision.does_not_exist() if expected == 0 else model.revision == expected
    with mapped_errors():
        try:
            item.save(condition=condition)
        except PynamoDBException as error:
            if is_refused(error):
                raise StaleRevisionError("Somebody else changed it in between; read it again.") from error
            raise


def listed_page(
    model: Any, value: str, *, limit: int, cursor: str | None, only: Any = None
) -> tuple[list[Any], str | None]:
    """Read a page of the ``listed`` index, newest first; return items and the next cursor.

    Args:
        model: the table's model.
        value: what its items carry as ``listed``.
        limit: most items of the page.
        cursor: where the page before ended.
        only: PynamoDB condition that the page's items fulfil; the index is read on until there are enough of them.

    Raises:
        InvalidInputError: the cursor was not made by this list.
    """
    start = decode_cursor(cursor)
    if start is not None and not _is_key(start, _index_key(model)):
        raise unknown_cursor()
    with mapped_errors():
        results = model.listed_index.query(
            value,
            filter_condition=only,
            scan_index_forward=False,
            limit=limit,
            page_size=limit if only is None else None,
            last_evaluated_key=start,
        )
        items = list(results)
    return items, encode_cursor(results.last_evaluated_key) if results.last_evaluated_key else None


def _index_key(model: Any) -> set[str]:
    names = {attribute.attr_name for attribute in model.get_attributes().values() if _is_key_attribute(attribute)}
    return names | {"listed", "listed_at"}


def _is_key_attribute(attribute: Any) -> bool:
    return bool(attribute.is_hash_key or attribute.is_range_key)


def _is_key(start: Any, names: set[str]) -> bool:
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
