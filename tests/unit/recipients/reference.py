"""The import pass as plainly as it can be written, for comparison: one row after the other, in memory."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.recipients.addresses import InvalidAddressError, parse_address
from chalicelib.recipients.model import RowReason


@dataclass
class Reference:
    """What a file comes to.

    Attributes:
        recipients: the accepted rows' cells, with the address as it is sent to.
        rejected: line and reason.
    """

    rows: int = 0
    recipients: list[tuple[str, ...]] = field(default_factory=list)
    rejected: list[tuple[int, RowReason]] = field(default_factory=list)


def reference(body: str, address_header: str) -> Reference:
    """Read a file whose first row is its header."""
    found = Reference()
    first = body.splitlines()[0]
    delimiter = next(d for d in ",;\t|" if d in first)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    header = next(reader)
    index = header.index(address_header)
    seen: set[str] = set()
    line = reader.line_num + 1
    for row in reader:
        start, line = line, reader.line_num + 1
        if not "".join(row).strip():
            continue
        found.rows += 1
        reason = _reason(row, len(header), index, seen)
        if reason:
            found.rejected.append((start, reason))
            continue
        cells = [*row[: len(header)], *[""] * (len(header) - len(row))]
        cells[index] = parse_address(cells[index]).value
        found.recipients.append(tuple(cells))
    return found


def _reason(row: list[str], width: int, index: int, seen: set[str]) -> RowReason | None:
    if "".join(row[width:]).strip():
        return RowReason.TOO_MANY_CELLS
    cell = row[index] if index < len(row) else ""
    if not cell.strip():
        return RowReason.NO_ADDRESS
    try:
        address = parse_address(cell)
    except InvalidAddressError as error:
        return error.reason
    if address.canonical in seen:
        return RowReason.DUPLICATE
    seen.add(address.canonical)
    return None


def repetitions(blocks: list[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str], dict[int, int]]]:
    """Give each block of addresses with its first line and, of those seen before, position -> line of the first.

    Args:
        blocks: lines left out before the block, and the addresses on its lines.
    """
    first_lines: dict[str, int] = {}
    line = 1
    for gap, addresses in blocks:
        line += gap
        expected = {}
        for position, address in enumerate(addresses):
            if address and address in first_lines:
                expected[position] = first_lines[address]
            elif address:
                first_lines[address] = line + position
        yield line, addresses, expected
        line += len(addresses)
