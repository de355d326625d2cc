"""The lines of a file as blocks of rows: plain rows at once, the odd ones among them by the CSV reader."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.recipients.layout import Layout
from chalicelib.recipients.odd_rows import OddRow, OddRows
from chalicelib.recipients.plain_rows import PlainParser, PlainRows, no_plain_rows


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that start on consecutive lines.

    Attributes:
        line: number of the first line.
        rows: by line; where no row starts or none can be accepted, its address is empty.
        odd: rows that the CSV reader read, by position; those that can be accepted are among ``rows`` too.
    """

    line: int
    rows: PlainRows
    odd: Mapping[int, OddRow]


class FileBlocks:
    """The blocks of a file, from its first row on.

    Args:
        text: the file in whole lines.
        first_line: number of the first of them.
        max_characters: longest line of a part file.
    """

    def __init__(
        self, text: Iterator[str], *, first_line: int, delimiter: str, layout: Layout, max_characters: int
    ) -> None:
        self._text = text
        self._parser = PlainParser(delimiter, layout, max_characters=max_characters)
        self._odd_rows = OddRows(self._lines(), delimiter, layout, max_characters=max_characters)
        self._line = self._first = first_line
        self._block = ""
        self._block_lines: Sequence[str] = ()
        self._line_end = ""
        self._rows = no_plain_rows(0)

    def __iter__(self) -> Iterator[Block]:
        """Give the blocks.

        Raises:
            UnreadableFileError: a quotation mark is never closed.
        """
        while self._load():
            yield self._merged()

    def _merged(self) -> Block:
        """Take what is left of the current block; an odd row may reach over lines that look plain, and beyond it."""
        line = self._line
        rows = self._rows.from_line(line - self._first) if line > self._first else self._rows
        end = line + len(rows.written)
        odd: dict[int, OddRow] = {}
        if "" in rows.written:
            columns = _Columns(*map(list, rows.columns))
            position = columns.next_odd(0)
            while position is not None:
                self._line = line + position
                odd[position] = row = self._odd_rows.read(self._line)
                columns.put(position, row)
                position = columns.next_odd(position + row.lines)
            rows = PlainRows(*columns)
        self._line = max(self._line, end)
        return Block(line, rows, odd)

    def _load(self) -> bool:
        """Go on to the next block when this one is used up; tell whether a line is left."""
        while self._line == self._first + len(self._rows.written):
            text = next(self._text, None)
            if text is None:
                return False
            self._first = self._line
            self._block = text
            self._block_lines = ()
            self._rows = (self._parser.read(text) if text else None) or no_plain_rows(len(self._lines_of_block()))
        return True

    def _lines(self) -> Iterator[str]:
        """Give lines one by one, from the current one on."""
        while self._load():
            self._line += 1
            yield self._lines_of_block()[self._line - 1 - self._first] + self._line_end

    def _lines_of_block(self) -> Sequence[str]:
        """Return the lines of the block, less `_line_end`."""
        if not self._block_lines:
            self._line_end = "" if "\r" in self._block else "\n"
            if self._line_end:  # takes a fifth of the time
                self._block_lines = self._block.removesuffix("\n").split("\n")
            else:
                self._block_lines = list(io.StringIO(self._block, newline=""))
        return self._block_lines


class _Columns(NamedTuple):
    """The columns of `PlainRows` while odd rows are entered."""

    written: list[str]
    canonical: list[str]
    locals: list[str]
    domains: list[str]
    time_zones: list[str]
    part_lines: list[str]

    def next_odd(self, start: int) -> int | None:
        """Return the position of the next line that is no plain row."""
        try:
            return self.written.index("", start)
        except ValueError:
            return None

    def put(self, position: int, row: OddRow) -> None:
        """Enter an odd row, and blank the lines that it reaches over."""
        if row.lines > 1:
            covered = slice(position, position + row.lines)
            for column in self[:-1]:
                column[covered] = [""] * len(column[covered])
        if self.time_zones:
            self.time_zones[position] = ""  # the odd row's own flags tell of its zone
        self.locals[position], _, self.domains[position] = row.canonical.rpartition("@")
        if row.canonical:
            self.written[position] = row.raw
            self.canonical[position] = row.canonical
            self.part_lines[position] = row.part_line
