"""Pages of a list: what every listing returns and how its cursor is written."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.kernel.errors import FieldError, InvalidInputError

Item_co = TypeVar("Item_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item_co]):
    """One page of a list.

    Attributes:
        items: the page's items, in the list's order.
        next_cursor: hand it back to get the next page; None at the end.
    """

    items: Sequence[Item_co]
    next_cursor: str | None = None


def encode_cursor(position: Any) -> str:
    """Write a position (any JSON value) as an opaque, URL-safe cursor."""
    text = json.dumps(position, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> Any:
    """Read a cursor back.

    Raises:
        InvalidInputError: it was not made by `encode_cursor`.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        raise unknown_cursor() from None


def unknown_cursor() -> InvalidInputError:
    """Return the refusal of a cursor that no list of the platform handed out."""
    return InvalidInputError(
        "The cursor is not one that this list handed out.",
        errors=(FieldError("/cursor", "Pass the value of `next` from the page before, unchanged."),),
    )
