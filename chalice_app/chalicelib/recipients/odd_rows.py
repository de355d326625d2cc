"""Takes rows one by one, by the CSV reader: those that `plain_rows` does not know."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.recipients import flags
from chalicelib.recipients.addresses import Address, InvalidAddressError, parse_address
from chalicelib.recipients.layout import Layout
from chalicelib.recipients.model import RejectedRow, RowFlag, RowReason, UnreadableFileError
from chalicelib.recipients.parts import part_line

_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


class OddRow(NamedTuple):
    """A row.

    Attributes:
        lines: how many lines it takes in the file.
        canonical: its address, for comparison; empty when it is rejected or blank.
        part_line: its line in a part file, as `parts.pack` takes it.
        raw: its address cell as it was written.
        flags: (flag, detail, value it is about), less those that `block_flags` finds.
    """

    lines: int
    rejected: RejectedRow | None = None
    canonical: str = ""
    part_line: str = ""
    raw: str = ""
    flags: Sequence[tuple[RowFlag, str, str]] = ()

    @property
    def blank(self) -> bool:
        """Whether it has no cell with anything in it."""
        return not self.canonical and self.rejected is None


class OddRows:
    """Reads rows from lines.

    Args:
        lines: text with line ends; only as many are taken as a row has.
        max_characters: longest line of a part file.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, layout: Layout, *, max_characters: int) -> None:
        self._ended = False
        self._reader = csv.reader(self._until_end(lines), delimiter=delimiter, strict=True)
        self._layout = layout
        self._max_characters = max_characters

    def read(self, line: int) -> OddRow:
        """Read the row that starts on the given line.

        Raises:
            UnreadableFileError: a quotation mark is never closed.
        """
        before = self._reader.line_num
        try:
            cells = next(self._reader)
        except csv.Error as error:
            lines = self._reader.line_num - before
            if self._ended or lines > 1:
                raise _unclosed(line) from None
            return self._rejected(line, lines, RowReason.BAD_QUOTES, _bad_quotes(error), "")
        lines = self._reader.line_num - before
        text = "".join(cells)
        if not text.strip():
            return OddRow(lines)
        width, index = len(self._layout.names), self._layout.address_index
        raw = cells[index] if index < len(cells) else ""
        if not text.isprintable():
            if "\0" in text:
                return self._rejected(line, lines, RowReason.NUL_CHARACTER, "The row holds a NUL character.", raw)
            if _HALF_CHARACTERS.search(text):
                detail = "The row holds bytes that are no text in the file's encoding."
                return self._rejected(line, lines, RowReason.BROKEN_ENCODING, detail, raw)
        if len(cells) > width and any(map(str.strip, cells[width:])):
            detail = (
                f"The row has {len(cells)} cells and the header {width}; a value with a delimiter in it needs "
                "quotation marks, and a column with values needs a name."
            )
            return self._rejected(line, lines, RowReason.TOO_MANY_CELLS, detail, raw)
        return self._taken(line, lines, cells, raw)

    def _taken(self, line: int, lines: int, cells: list[str], raw: str) -> OddRow:
        if not raw.strip():
            return self._rejected(line, lines, RowReason.NO_ADDRESS, "The row has no address.", "")
        try:
            address = parse_address(raw)
        except InvalidAddressError as error:
            return self._rejected(line, lines, error.reason, str(error), raw)
        width = len(self._layout.names)
        found = self._flags(cells, raw, address)
        values = cells if len(cells) == width else [*cells[:width], *[""] * (width - len(cells))]
        values[self._layout.address_index] = address.value
        if address.given is not None:
            values.append(address.given)
        written = part_line(values)
        if len(written) > self._max_characters:
            detail = f"The row's fields take more than {self._max_characters:,} characters."
            return self._rejected(line, lines, RowReason.ROW_TOO_LARGE, detail, raw)
        return OddRow(lines, None, address.canonical, written, raw, found)

    def _flags(self, cells: Sequence[str], raw: str, address: Address) -> Sequence[tuple[RowFlag, str, str]]:
        found: list[tuple[RowFlag, str, str]] = []
        width = len(self._layout.names)
        if address.repaired:
            found.append((RowFlag.REPAIRED, f"The address was read as {address.value}.", raw))
        if len(cells) < width:
            found.append((RowFlag.SHORT_ROW, f"The row has {len(cells)} cells and the header {width}.", raw))
        zone_index = self._layout.timezone_index
        if zone_index is not None and zone_index < len(cells) and flags.is_unknown_time_zone(cells[zone_index]):
            found.append((RowFlag.UNKNOWN_TIME_ZONE, flags.TIME_ZONE_DETAIL, cells[zone_index]))
        return found

    @staticmethod
    def _rejected(line: int, lines: int, reason: RowReason, detail: str, value: str) -> OddRow:
        return OddRow(lines, RejectedRow(line, reason, detail, _HALF_CHARACTERS.sub("\ufffd", value)))

    def _until_end(self, lines: Iterator[str]) -> Iterator[str]:
        yield from lines
        self._ended = True


def _unclosed(line: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"The row that starts on line {line} cannot be read: a quotation mark is not closed. Write quotation marks "
        'inside a cell twice ("") and put one at each end of the cell.'
    )


def _bad_quotes(error: csv.Error) -> str:
    how = "write quotation marks inside a cell twice and put one at each end"
    return f"The row cannot be split into cells ({error}): {how}."
