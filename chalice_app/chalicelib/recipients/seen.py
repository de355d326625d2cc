"""Recognises addresses that a file has had before: in memory at first, by a log on disk once they are many."""

from collections.abc import Sequence
from itertools import islice

from chalicelib.recipients.address_log import AddressLog

MOST_IN_MEMORY = 500_000
"""Addresses that a dictionary keeps, in some 75 MB; it takes a third of the time that the log takes."""

_MOVED_AT_ONCE = 1_024


class SeenAddresses:
    """The addresses of a file in the order of their lines.

    Args:
        expected: about how many will come.
        in_memory: most that are kept in memory.
    """

    def __init__(self, *, expected: int = 0, in_memory: int = MOST_IN_MEMORY) -> None:
        self._expected = expected
        self._in_memory = in_memory
        self._lines: dict[str, int] = {}
        self._log: AddressLog | None = None

    def close(self) -> None:
        """Remove what is kept on disk."""
        if self._log:
            self._log.close()

    def add(self, line: int, addresses: Sequence[str]) -> dict[int, int]:
        """Take the addresses of rows that start on consecutive lines.

        Args:
            line: line of the first, from 1; not before the line after the last one that was added.
            addresses: in canonical form, ASCII; empty where a line has none.

        Returns:
            Of each that was there before: position in ``addresses`` -> line of the row that had it first.
        """
        if self._log is None and len(self._lines) + len(addresses) > self._in_memory:
            self._log = self._moved()
        if self._log:
            return self._log.add(line, addresses)
        lines = range(line, line + len(addresses))
        if "" in addresses:
            known = ((n, self._lines.setdefault(a, n)) for n, a in zip(lines, addresses, strict=True) if a)
            return {number - line: first for number, first in known if first != number}
        firsts = list(map(self._lines.setdefault, addresses, lines))
        if firsts == list(lines):
            return {}
        return {place: first for place, first in enumerate(firsts) if first != line + place}

    def _moved(self) -> AddressLog:
        """Hand everything over to a log; the dictionary is gone afterwards."""
        log = AddressLog(next(iter(self._lines.values()), 1), expected=self._expected)
        known = iter(self._lines.items())
        self._lines = {}
        while block := list(islice(known, _MOVED_AT_ONCE)):
            first = block[0][1]
            addresses = [""] * (block[-1][1] + 1 - first)
            for address, line in block:
                addresses[line - first] = address
            log.add(first, addresses)
        return log
