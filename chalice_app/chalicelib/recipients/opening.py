"""Understands the opening of a file: the delimiter, whether there is a header, and what the columns hold."""

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.recipients.addresses import InvalidAddressError, parse_address
from chalicelib.recipients.headers import is_address_header, simplified
from chalicelib.recipients.layout import (
    MAX_COLUMNS,
    Layout,
    clean_headers,
    columns_of,
    layout_of,
    layout_without_header,
)
from chalicelib.recipients.model import NoAddressColumnError, RowReason, UnreadableFileError
from chalicelib.recipients.reading import MAX_LINE_CHARACTERS, count_lines

DELIMITERS = (",", ";", "\t", "|")
"""Characters that may stand between cells; in doubt the first."""

SAMPLE_LINES = 100
"""Lines at the start that show how a file is built."""

_SAMPLE_CHARACTERS = 262_144  # enough, where lines are long
_SHOWN_CHARACTERS = 60
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?(?:[^\S\r\n]|[,;|])*(?=[\r\n]|\Z)', re.IGNORECASE)
_BLANK = r'(?:[\s{0}]++|"[^\S\r\n]*+"(?=[\s{0}]|\Z))*+'

# A cell may be as long as a line, which is more than the module's 131,072.
csv.field_size_limit(MAX_LINE_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file is built.

    Attributes:
        delimiter: what stands between cells.
        header: whether the first row names the columns.
        first_line: number, from 1, of the line at which `rest` begins.
        rest: text that was taken from the blocks and follows the header; in whole lines, as the blocks.
    """

    delimiter: str
    header: bool
    layout: Layout
    first_line: int
    rest: str


def read_opening(blocks: Iterator[str], *, wanted_column: str | None = None) -> Opening:
    """Understand the opening of a file.

    Args:
        blocks: the file's text in whole lines; what is taken of it and not understood comes back as `Opening.rest`.
        wanted_column: the caller's choice of the address column: a header, or a position from 1.

    Raises:
        UnreadableFileError: it is empty or has a header only, or the first row is broken.
        NoAddressColumnError: no column holds addresses, or not the wanted one.
    """
    text = _Text(blocks)
    text.skip_blank_lines("".join(DELIMITERS))
    stated = text.skip_separator_line()
    if not text.ahead:
        raise UnreadableFileError("The file is empty: its first line must name the columns, one of them email.")
    sample = text.sample()
    delimiter = stated or max(DELIMITERS, key=lambda delimiter: _merit(sample, delimiter, wanted_column))
    cells, end = text.first_row(delimiter)
    rows = [cells, *_rows(sample, delimiter)[1:]]
    header, index = _address_column(rows, wanted_column)
    if index is None:
        raise _no_address_column(cells, delimiter, wanted_column, header=header)
    if not header:
        width = max(_width(rows), index + 1)
        return Opening(delimiter, header, layout_without_header(width, index), text.line, text.ahead)
    headers = clean_headers(cells)
    layout = layout_of([*headers, *[""] * (index + 1 - len(headers))], index)
    text.drop(end)
    text.skip_blank_lines(delimiter)
    if not text.ahead:
        raise UnreadableFileError("The file has a header but no rows.")
    return Opening(delimiter, header, layout, text.line, text.ahead)


class _Text:
    """Text from a line of the file on, of which more is taken from the blocks as it is needed."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
        self.ahead = ""
        self.line = 1

    def drop(self, end: int) -> None:
        self.line += count_lines(self.ahead[:end])
        self.ahead = self.ahead[end:]

    def skip_blank_lines(self, delimiters: str) -> None:
        """Drop lines that hold nothing but white space, delimiters and empty quotation marks."""
        blank = re.compile(_BLANK.format(re.escape(delimiters)))
        while self.ahead or self._more():
            found = blank.match(self.ahead)
            end = found.end() if found else 0
            if end < len(self.ahead):
                # Back to the start of the line that is not blank.
                self.drop(max(self.ahead.rfind("\n", 0, end), self.ahead.rfind("\r", 0, end)) + 1)
                return
            self.drop(end)

    def skip_separator_line(self) -> str | None:
        """Drop the line by which Excel is told the delimiter, and blank lines behind it; return the delimiter."""
        found = _SEPARATOR_LINE.match(self.ahead)
        if not found:
            return None
        self.drop(found.end())
        self.skip_blank_lines("".join(DELIMITERS))
        return found[1]

    def sample(self) -> Sequence[str]:
        """Return the first lines, without dropping them."""
        while count_lines(self.ahead) < SAMPLE_LINES and len(self.ahead) < _SAMPLE_CHARACTERS and self._more():
            pass
        return list(itertools.islice(io.StringIO(self.ahead, newline=""), SAMPLE_LINES))

    def first_row(self, delimiter: str) -> tuple[list[str], int]:
        """Split the first row into cells, without dropping it; return them and its length in characters."""
        taken = 0

        def lines() -> Iterator[str]:
            nonlocal taken
            while taken < len(self.ahead) or self._more():
                for line in io.StringIO(self.ahead[taken:], newline=""):
                    if taken > MAX_LINE_CHARACTERS:
                        raise csv.Error("it is too long")
                    taken += len(line)
                    yield line

        try:
            return next(csv.reader(lines(), delimiter=delimiter, strict=True)), taken
        except csv.Error as error:
            raise UnreadableFileError(
                f"The row that starts on line {self.line} cannot be read ({error}). Most often a quotation mark is not"
                ' closed: write quotation marks inside a cell twice ("") and put one at each end of the cell.'
            ) from None

    def _more(self) -> bool:
        block = next(self._blocks, "")
        self.ahead += block
        return block != ""


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Split the sample into rows that are not blank, however broken they are."""
    rows: list[list[str]] = []
    # Where a cell is too long, the rows before it tell enough.
    with suppress(csv.Error):
        rows.extend(row for row in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, row)))
    return rows


def _merit(sample: Sequence[str], delimiter: str, wanted: str | None) -> tuple[bool, bool, int]:
    """Judge a delimiter: is there an address column, do most rows have the header's width, how wide is it."""
    rows = _rows(sample, delimiter)
    if not rows:
        return False, False, 0
    _, index = _address_column(rows, wanted)
    width = len(rows[0])
    has_addresses = index is not None and (wanted is None or any(_holds_address(row, index) for row in rows))
    return has_addresses, 2 * sum(len(row) == width for row in rows) > len(rows), width


def _address_column(rows: Sequence[Sequence[str]], wanted: str | None) -> tuple[bool, int | None]:
    """Return whether the first row is a header, and the position of the address column if there is one."""
    headers = clean_headers(rows[0])
    listed = [i for i, header in enumerate(headers) if is_address_header(header)]
    first_address = next((i for i, cell in enumerate(rows[0]) if _is_address(cell)), None)
    header = bool(listed) or first_address is None
    if wanted is not None:
        named = _named(headers, wanted)
        return header or named is not None, _position(rows, wanted) if named is None else named
    if len(listed) > 1:
        # The first that holds addresses, or just the first.
        listed.sort(key=lambda i: not any(_holds_address(row, i) for row in rows[1:]))
    return header, listed[0] if listed else first_address


def _named(headers: Sequence[str], wanted: str) -> int | None:
    """Return the position of the column that the caller named; one that is spelled just so comes first."""
    if wanted.strip() in headers:
        return headers.index(wanted.strip())
    name = simplified(wanted)
    return next((i for i, header in enumerate(headers) if name and simplified(header) == name), None)


def _position(rows: Sequence[Sequence[str]], wanted: str) -> int | None:
    number = wanted.strip()
    return int(number) - 1 if re.fullmatch("[1-9][0-9]{0,2}", number) and int(number) <= len(rows[0]) else None


def _holds_address(row: Sequence[str], index: int) -> bool:
    return index < len(row) and _is_address(row[index])


def _is_address(cell: str) -> bool:
    if "@" not in cell and "\uff20" not in cell:
        return False
    try:
        parse_address(cell)
    except InvalidAddressError as error:
        return error.reason is RowReason.UNSUPPORTED_ADDRESS
    return True


def _width(rows: Sequence[Sequence[str]]) -> int:
    """Return the width of a file without header: that of its first row, less columns at its end that are all empty."""
    return max(i for row in rows for i, cell in enumerate(row[: len(rows[0])], start=1) if cell.strip())


def _no_address_column(
    cells: Sequence[str], delimiter: str, wanted: str | None, *, header: bool
) -> UnreadableFileError:
    if not header:
        return UnreadableFileError(
            f"No column is headed {wanted!r}: the first line holds an address where the header should be. Give the "
            f"address column by its position, from 1 to {len(cells)}, or put a line with the names of the columns "
            "before it."
        )
    headers = clean_headers(cells)
    shown = ", ".join(f"{header[:_SHOWN_CHARACTERS]!r}" for header in headers[:MAX_COLUMNS])
    more = ", ..." if len(headers) > MAX_COLUMNS else ""
    sought = "email (or e-mail, mail, correo, ...)" if wanted is None else repr(wanted)
    message = f"No column is headed {sought}. The headers are: {shown}{more}."
    return NoAddressColumnError(message, delimiter, columns_of(headers[:MAX_COLUMNS], {}))
