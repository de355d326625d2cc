"""Recognises addresses that a file has had before: exactly, at any size, with 8 bytes of memory for each.

Every address is written to a temporary file, the log, on the line that its row has in the recipient file. Memory holds
one 8-byte slot for an address: 28 bits of its hash and its line. Equal bits alone decide nothing: the line is read from
the log and compared. A table of slots is at most three quarters full and is doubled by reading the log again, so
10 million addresses take 134 MB of memory and some 250 MB of disk.
"""

import os
import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Sequence

_LINE_BITS = 36
_LINE = (1 << _LINE_BITS) - 1
_FINGERPRINT = ((1 << 64) - 1) ^ _LINE
_SMALLEST_TABLE = 1 << 12
_ROOMY_TABLE = 1 << 22  # up to here, half of the slots stay empty: it is faster and takes 32 MB at most
_MARK_LINES = 64


class AddressLog:
    """The addresses of a file in the order of their lines.

    Args:
        expected: about how many addresses will come; spares the doubling of the table.
    """

    def __init__(self, *, expected: int = 0) -> None:
        self._log = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - `close` closes it
        self._file = self._log.fileno()
        self._next_line = 1
        self._size = 0
        self._mark_places = array("Q", [0])
        self._mark_lines = array("Q", [1])
        self._count = 0
        slots = _SMALLEST_TABLE
        while slots * 3 < expected * 4 or slots < min(expected * 2, _ROOMY_TABLE):
            slots *= 2
        self._make_table(slots)

    def close(self) -> None:
        """Remove the log."""
        self._log.close()

    def add(self, line: int, addresses: Sequence[str]) -> dict[int, int]:
        """Take the addresses of rows that start on consecutive lines.

        Args:
            line: line of the first, from 1; not before the line after the last one that was added.
            addresses: in canonical form, ASCII; empty where a line has none.

        Returns:
            Of each that was there before: position in ``addresses`` -> line of the row that had it first.
        """
        if not addresses:
            return {}
        count = len(addresses) - addresses.count("")
        while self._count + count > self._limit:
            self._double()
        self._append(line, addresses)
        winners = self._enter(line, addresses) if count == len(addresses) else self._enter_some(line, addresses)
        self._count += count - len(winners)
        return {duplicate - line: winner for duplicate, winner in winners}

    def _enter(self, line: int, addresses: Sequence[str]) -> list[tuple[int, int]]:
        """Put addresses that stand in the log into the table; return (line, line of the first) of the others."""
        table, mask = self._table, self._mask
        winners: list[tuple[int, int]] = []
        for number, hashed in enumerate(map(hash, addresses), line):
            slot = hashed & mask
            found = table[slot]
            if not found:
                table[slot] = hashed & _FINGERPRINT | number
                continue
            entry = hashed & _FINGERPRINT | number
            while found:
                if found ^ entry <= _LINE and self._address_on(found & _LINE) == addresses[number - line]:
                    winners.append((number, found & _LINE))
                    break
                slot = slot + 1 & mask
                found = table[slot]
            else:
                table[slot] = entry
        return winners

    def _enter_some(self, line: int, addresses: Sequence[str]) -> list[tuple[int, int]]:
        """Do the same where some lines have no address."""
        return [
            winner
            for number, address in enumerate(addresses, line)
            if address
            for winner in self._enter(number, (address,))
        ]

    def _append(self, line: int, addresses: Sequence[str]) -> None:
        """Write addresses to the log, each on its line."""
        gap = line - self._next_line
        # A longer run of lines without addresses is not written: the mark behind it says where the log goes on.
        pieces = ["\n" * gap if gap < _MARK_LINES else ""]
        place = self._size + len(pieces[0])
        for start in range(0, len(addresses), _MARK_LINES):
            if line + start - self._mark_lines[-1] >= _MARK_LINES:
                self._mark_places.append(place)
                self._mark_lines.append(line + start)
            pieces.append("\n".join((*addresses[start : start + _MARK_LINES], "")))
            place += len(pieces[-1])
        body = "".join(pieces).encode("ascii")
        self._size = place
        while body:
            body = body[os.write(self._file, body) :]
        self._next_line = line + len(addresses)

    def _address_on(self, line: int) -> str:
        mark = bisect_right(self._mark_lines, line) - 1
        place = self._mark_places[mark]
        after = self._mark_places[mark + 1] if mark + 1 < len(self._mark_places) else self._size
        return os.pread(self._file, after - place, place).decode("ascii").split("\n")[line - self._mark_lines[mark]]

    def _make_table(self, slots: int) -> None:
        self._table = array("Q", [0]) * slots
        self._mask = slots - 1
        self._limit = slots * 3 // 4

    def _double(self) -> None:
        """Make a table of twice the size; the old one goes first, since the log has all that it takes."""
        slots = 2 * len(self._table)
        self._table = array("Q")
        self._make_table(slots)
        ends = [*self._mark_places[1:], self._size]
        for line, place, end in zip(self._mark_lines, self._mark_places, ends, strict=True):
            self._enter_some(line, os.pread(self._file, end - place, place).decode("ascii").split("\n"))
