"""Pages of a list, and how a cursor is written."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from message_centre.wrapper_api.centre.kernel.errors import FieldError, InvalidInputError

Item_co = TypeVar("Item_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item_co]):
    """One page: its items, and where the next one begins (any JSON value; None at the end)."""

    items: Sequence[Item_co]
    next_position: Any = None


def encode_cursor(position: Any) -> str | None:
    """Write a position (any JSON value but null) as an opaque text that fits into an address."""
    if position is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> Any:
    """Read a cursor back.

    Raises:
        InvalidInputError: it was not made by `encode_cursor`.
    """
    if cursor is None:
        return None
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        raise _foreign_cursor() from None


def position_texts(position: object, *patterns: str) -> tuple[str, ...] | None:
    """Return the texts that a position consists of; None at the beginning of a list.

    Args:
        position: as `decode_cursor` read it, so anything that somebody may have written.
        patterns: what each text must match as a whole.

    Raises:
        InvalidInputError: the position is another one.
    """
    if position is None:
        return None
    if not isinstance(position, list) or len(position) != len(patterns):
        raise _foreign_cursor()
    for text, pattern in zip(position, patterns, strict=True):
        if not isinstance(text, str) or not re.fullmatch(pattern, text, re.ASCII):
            raise _foreign_cursor()
    return tuple(position)


def _foreign_cursor() -> InvalidInputError:
    return InvalidInputError(
        "The cursor is not one that this list handed out.",
        errors=(FieldError("/cursor", "Pass the value of `next` from the page before, unchanged."),),
    )
