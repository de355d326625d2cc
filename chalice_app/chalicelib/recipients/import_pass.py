"""The one pass over a recipient file: decode, split into rows, validate, de-duplicate, cut into parts.

The pass touches nothing outside: it reads a stream and gives parts and rejected rows as it goes. The same bytes give
the same parts. Memory stays flat but for the accepted addresses, kept to recognise duplicates exactly: about 106 bytes
each (measured with 28 characters an address; a 16-byte digest in its place would take 100 and half as much time again).
A file of `MAX_FILE_BYTES` with 50 bytes a row has 4.2 million addresses and needs about 450 MB.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chalicelib.recipients.addresses import InvalidAddressError, is_canonical, parse_address
from chalicelib.recipients.layout import Layout, read_header
from chalicelib.recipients.model import RECIPIENTS_PER_PART, RowAccount, RowReason, UnreadableFileError
from chalicelib.recipients.parts import LineWriter
from chalicelib.recipients.reading import find_delimiter, read_lines, read_rows

MAX_RECIPIENT_CHARACTERS = 32_768
"""Longest line of a part file: a recipient with all fields must fit into its message's record (DynamoDB: 400 KB)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part file.

    Attributes:
        number: from 0.
        body: JSON Lines.
    """

    number: int
    recipients: int
    body: bytes


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not accepted.

    Attributes:
        line: where it starts in the file, from 1.
        value: the cell that decided, as it was written.
    """

    line: int
    reason: RowReason
    detail: str
    value: str


class ImportPass:
    """Reads one file once: `run` gives what it finds; the attributes are complete when it has ended.

    Attributes:
        delimiter: what stands between the cells; None while the header is unread.
        layout: the columns; None while the header is unread.
        parts: number of parts given so far.
    """

    def __init__(self, stream: BinaryIO, *, per_part: int = RECIPIENTS_PER_PART) -> None:
        self._lines = read_lines(stream)
        self._per_part = per_part
        self._taken = 0
        self._blank = 0
        self._accepted = 0
        self._repaired = 0
        self._rejected: Counter[RowReason] = Counter()
        self.parts = 0
        self.delimiter: str | None = None
        self.layout: Layout | None = None

    @property
    def account(self) -> RowAccount:
        """What became of the rows seen so far."""
        invalid = {reason.value: n for reason, n in sorted(self._rejected.items()) if reason is not RowReason.DUPLICATE}
        return RowAccount(
            rows=self._taken - self._blank,
            accepted=self._accepted,
            duplicates=self._rejected[RowReason.DUPLICATE],
            invalid=sum(invalid.values()),
            repaired=self._repaired,
            invalid_reasons=invalid,
        )

    def run(self) -> Iterator[Part | RejectedRow]:
        """Read the file from start to end.

        Raises:
            UnreadableFileError: the file as a whole cannot be taken; what was given before is void.
        """
        rows, layout = self._read_header()
        write = LineWriter(tuple(name for i, name in enumerate(layout.names) if i != layout.address_index)).write
        width, address_index = len(layout.names), layout.address_index
        seen: set[bytes] = set()
        pending: list[str] = []
        for line, row in rows:
            self._taken += 1
            if len(row) != width and not _fit(row, width):
                detail = f"The row has {len(row)} cells and the header {width}; a quotation mark may be missing."
                yield self._reject(line, RowReason.TOO_MANY_CELLS, detail, row[address_index])
                continue
            raw = row.pop(address_index)
            try:
                address, identity, repaired = (raw, raw, False) if is_canonical(raw) else _parsed(raw)
            except InvalidAddressError as error:
                yield from self._without_address(line, raw, row, str(error))
                continue
            key = identity.encode()
            if key in seen:
                yield self._reject(line, RowReason.DUPLICATE, "The address stands on an earlier row.", raw)
                continue
            text = write(address, row)
            if len(text) > MAX_RECIPIENT_CHARACTERS:
                detail = f"The row's fields take more than {MAX_RECIPIENT_CHARACTERS:,} characters."
                yield self._reject(line, RowReason.ROW_TOO_LARGE, detail, raw)
                continue
            seen.add(key)
            pending.append(text)
            self._accepted += 1
            self._repaired += repaired
            if len(pending) == self._per_part:
                yield self._part(pending)
        if pending:
            yield self._part(pending)

    def _read_header(self) -> tuple[Iterator[tuple[int, list[str]]], Layout]:
        """Read the first line that is not blank; return the rows after it."""
        number, first = next(((n, line) for n, line in enumerate(self._lines, start=1) if line.strip()), (0, ""))
        if not number:
            raise UnreadableFileError("The file is empty: its first line must name the columns, one of them email.")
        self.delimiter = find_delimiter(first)
        rows = read_rows(itertools.chain([first], self._lines), self.delimiter, first_line=number)
        self.layout = read_header(next(rows)[1])
        return rows, self.layout

    def _without_address(self, line: int, raw: str, others: list[str], detail: str) -> Iterator[RejectedRow]:
        """Account for a row whose address cell holds none; a row of empty cells is a blank line."""
        if raw.strip():
            yield self._reject(line, RowReason.INVALID_ADDRESS, detail, raw)
        elif any(map(str.strip, others)):
            yield self._reject(line, RowReason.NO_ADDRESS, "The row has no address.", "")
        else:
            self._blank += 1

    def _reject(self, line: int, reason: RowReason, detail: str, value: str) -> RejectedRow:
        self._rejected[reason] += 1
        return RejectedRow(line, reason, detail, value)

    def _part(self, pending: list[str]) -> Part:
        part = Part(self.parts, len(pending), "".join(pending).encode())
        pending.clear()
        self.parts += 1
        return part


def _fit(row: list[str], width: int) -> bool:
    """Bring a row to the header's width; tell whether that was possible without losing a value."""
    if any(map(str.strip, row[width:])):
        return False
    row[width:] = [""] * (width - len(row))
    return True


def _parsed(raw: str) -> tuple[str, str, bool]:
    address = parse_address(raw)
    return address.value, address.canonical, address.repaired
