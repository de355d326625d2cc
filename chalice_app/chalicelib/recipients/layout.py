"""The columns of a file: which one holds the addresses, and under which name templates read the others."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.recipients.headers import is_locale_header, is_time_zone_header
from chalicelib.recipients.model import UnreadableFileError

RESERVED_NAMES = frozenset(
    {
        *("email", "unsubscribe_url"),  # every message has these
        *("loop", "self", "super", "caller", "varargs", "kwargs"),  # Jinja2 gives these a meaning of its own
        *("and", "else", "false", "for", "if", "in", "is", "none", "not", "or", "true"),
    }
)
"""Names that a column cannot have in templates."""

MAX_COLUMNS = 200
"""Columns that a file may have."""

MAX_HEADER_CHARACTERS = 200
"""Longest header that is shown whole; with `MAX_COLUMNS` of them a file's record fits into DynamoDB's 400 KB."""

MAX_FIELD_NAME_CHARACTERS = 64
"""Longest name of a field."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file.

    Attributes:
        address_index: position of the address column, from 0.
        address_column: its header as written; ``column 2`` in a file without header.
        names: name of each column in templates, by position.
        columns: header as written -> name; a header that is empty or occurs again is shown with its position.
        timezone_index: position of the column of time zones.
    """

    address_index: int
    address_column: str
    names: tuple[str, ...]
    columns: Mapping[str, str]
    timezone_index: int | None = None


def clean_headers(cells: Sequence[str]) -> list[str]:
    """Trim headers, and drop the empty ones behind the last that is not."""
    headers = [_UNSTORABLE.sub("\ufffd", cell).strip() for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    return headers


def layout_of(headers: Sequence[str], address_index: int) -> Layout:
    """Name the columns of a file by its headers.

    Raises:
        UnreadableFileError: there are too many columns.
    """
    _refuse_many_columns(len(headers))
    timezone_index = _first(is_time_zone_header, headers, address_index)
    special = {
        _first(is_locale_header, headers, address_index): "locale",
        timezone_index: "timezone",
        address_index: "email",
    }
    columns = columns_of(headers, special)
    address_column = next(shown for shown, name in columns.items() if name == "email")
    return Layout(address_index, address_column, tuple(columns.values()), columns, timezone_index)


def columns_of(headers: Sequence[str], special: Mapping[int | None, str]) -> dict[str, str]:
    """Return each header as it is shown -> the name under which templates read its column.

    Args:
        headers: of the columns, in their order.
        special: names by position that do not follow from the header.
    """
    columns: dict[str, str] = {}
    for position, header in enumerate(headers):
        name = special.get(position) or _unique(field_name(header, position), columns.values())
        columns[_shown(header, position, columns)] = name
    return columns


def layout_without_header(width: int, address_index: int) -> Layout:
    """Name the columns of a file by their positions.

    Raises:
        UnreadableFileError: there are too many columns.
    """
    _refuse_many_columns(width)
    names = ["email" if position == address_index else f"column_{position + 1}" for position in range(width)]
    columns = {f"column {position}": name for position, name in enumerate(names, start=1)}
    return Layout(address_index, f"column {address_index + 1}", tuple(names), columns)


def field_name(header: str, position: int) -> str:
    """Return the name under which templates read a column: lower case, letters, digits and underscores."""
    letters = [c if ("a" + c).isidentifier() else "_" for c in unicodedata.normalize("NFKC", header).lower()]
    name = re.sub(r"__+", "_", "".join(letters)).strip("_")[:MAX_FIELD_NAME_CHARACTERS].rstrip("_")
    if not name:
        return f"column_{position + 1}"
    return name if name.isidentifier() else f"_{name}"


def _refuse_many_columns(count: int) -> None:
    if count > MAX_COLUMNS:
        raise UnreadableFileError(f"The file has {count:,} columns; at most {MAX_COLUMNS} can be taken.")


def _first(means: Callable[[str], bool], headers: Sequence[str], address_index: int) -> int | None:
    return next((i for i, header in enumerate(headers) if i != address_index and means(header)), None)


def _unique(name: str, taken: Collection[str]) -> str:
    candidate, number = name, 1
    while candidate in taken or candidate in RESERVED_NAMES:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _shown(header: str, position: int, taken: Mapping[str, str]) -> str:
    shown = header if len(header) <= MAX_HEADER_CHARACTERS else f"{header[:MAX_HEADER_CHARACTERS]}…"
    while not shown or shown in taken:
        shown = f"{shown} (column {position + 1})".strip()
    return shown
