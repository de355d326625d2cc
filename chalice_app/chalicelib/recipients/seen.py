"""Recognises addresses that a file has had before: in memory at first, by a log on disk once they are many."""

from collections.abc import Iterator, Sequence

from chalicelib.recipients.address_log import AddressLog

MOST_WITHOUT_LOG = 1_500_000
"""Most addresses that a file may have, as far as can be told at its start, to be kept in memory alone, in some 160 MB;
that takes a third of the time that the log takes, or less."""

MOST_BEFORE_LOG = 500_000
"""Addresses of a larger file that are kept in memory before the log takes over; both are in memory for a moment."""

_LONGEST_GAP = 16
_LONGEST_RUN = 1_024

_Block = tuple[Sequence[int], Sequence[str]]
"""Addresses and the line of each."""


class SeenAddresses:
    """The addresses of a file in the order of their lines.

    Args:
        expected: about how many will come.
        in_memory: most that are kept in memory; None: by what is expected.
    """

    def __init__(self, *, expected: int = 0, in_memory: int | None = None) -> None:
        self._expected = expected
        if in_memory is None:
            in_memory = MOST_WITHOUT_LOG if expected <= MOST_WITHOUT_LOG else MOST_BEFORE_LOG
        self._in_memory = in_memory
        self._memory = _Memory()
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
        if self._log is None and len(self._memory) + len(addresses) > self._in_memory:
            self._log = self._moved()
        if self._log:
            return self._log.add(line, addresses)
        lines: Sequence[int] = range(line, line + len(addresses))
        if "" in addresses:
            lines = [number for number, address in zip(lines, addresses, strict=True) if address]
            addresses = list(filter(None, addresses))
        return {again - line: first for again, first in self._memory.add(lines, addresses)}

    def _moved(self) -> AddressLog:
        """Hand everything over to a log; nothing is left in memory afterwards."""
        blocks, self._memory = self._memory.blocks(), _Memory()
        log = AddressLog(expected=self._expected)
        for lines, addresses in blocks:
            for line, run in [(lines[0], addresses)] if isinstance(lines, range) else _runs(lines, addresses):
                log.add(line, run)
        return log


def _runs(lines: Sequence[int], addresses: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Give addresses that stand near each other as runs on consecutive lines, with the line of the first."""
    first = last = lines[0]
    run: list[str] = []
    for line, address in zip(lines, addresses, strict=True):
        if line - last > _LONGEST_GAP or len(run) > _LONGEST_RUN:
            yield first, run
            first, run = line, []
        else:
            run += [""] * (line - last - 1)
        run.append(address)
        last = line
    yield first, run


class _Memory:
    """Addresses in memory.

    Which line had an address first is asked only once it comes again. Until one does, a set takes a fifth of a
    dictionary's time; the blocks are kept as they came, to make a dictionary of them then.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._blocks: list[_Block] = []
        self._firsts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._firsts) or len(self._known)

    def add(self, lines: Sequence[int], addresses: Sequence[str]) -> list[tuple[int, int]]:
        """Take addresses and the line of each; return (line, line of the first) of those that were there before."""
        if not addresses:
            return []
        if not self._firsts:
            before = len(self._known)
            self._known.update(addresses)
            if len(self._known) == before + len(addresses):
                self._blocks.append((lines, addresses))
                return []
            for block_lines, block in self._blocks:
                self._firsts.update(zip(block, block_lines, strict=True))
            self._known, self._blocks = set(), []
        firsts = list(map(self._firsts.setdefault, addresses, lines))
        if firsts == list(lines):
            return []
        return [(line, first) for line, first in zip(lines, firsts, strict=True) if line != first]

    def blocks(self) -> Iterator[_Block]:
        """Give all addresses in the order of their lines."""
        if self._firsts:
            yield list(self._firsts.values()), list(self._firsts)
        yield from self._blocks
