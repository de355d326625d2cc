"""The one pass over a recipient file: decode, split into rows, validate, de-duplicate, cut into parts.

The pass touches nothing outside but one temporary file: it reads an upload and gives parts, rejected and flagged rows
as it goes. The same bytes give the same parts. Plain rows are taken by whole blocks (`plain_rows`), odd ones by the CSV
reader (`odd_rows`), with the same results.
"""

import itertools
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from operator import attrgetter, itemgetter
from typing import Any

from chalicelib.recipients.block_flags import BlockFlag, flags_of
from chalicelib.recipients.blocks import Block, FileBlocks
from chalicelib.recipients.model import (
    MAX_ROWS,
    RECIPIENTS_PER_PART,
    Compression,
    Findings,
    FlaggedRow,
    NoAddressColumnError,
    Part,
    RejectedRow,
    RowAccount,
    RowFlag,
    RowReason,
    UnreadableFileError,
)
from chalicelib.recipients.odd_rows import OddRow
from chalicelib.recipients.opening import Opening, read_opening
from chalicelib.recipients.parts import pack, part_line
from chalicelib.recipients.profile import Profile
from chalicelib.recipients.reading import TextBlocks
from chalicelib.recipients.seen import SeenAddresses
from chalicelib.recipients.source import Upload

MAX_RECIPIENT_CHARACTERS = 32_768
"""Longest line of a part file: a recipient with all fields must fit into its message's record (DynamoDB: 400 KB)."""

_MOST_EXPECTED = 12_000_000  # a table of 134 MB; a larger one is made once so many addresses have come
_UNPACKED = 5  # times that a packed CSV file grows, roughly

Outcome = Part | RejectedRow | FlaggedRow


class ImportPass:
    """Reads one file once: `run` gives what it finds; the attributes are complete when it has ended.

    Args:
        wanted_column: the caller's choice of the address column.

    Attributes:
        parts: number of parts given so far.
        rows_read: rows seen so far.
    """

    def __init__(
        self, upload: Upload, *, wanted_column: str | None = None, per_part: int = RECIPIENTS_PER_PART
    ) -> None:
        self._upload = upload
        self._wanted_column = wanted_column
        self._per_part = per_part
        self._blocks = TextBlocks(upload.read)
        self._opening: Opening | None = None
        self._profile: Profile | None = None
        self._head = ""
        self._rejected: Counter[RowReason] = Counter()
        self._flagged: Counter[RowFlag] = Counter()
        self._accepted = 0
        self._pending: list[str] = []
        self.parts = 0
        self.rows_read = 0

    @property
    def account(self) -> RowAccount:
        """What became of the rows seen so far."""
        invalid = {reason.value: n for reason, n in sorted(self._rejected.items()) if reason is not RowReason.DUPLICATE}
        return RowAccount(
            rows=self.rows_read,
            accepted=self._accepted,
            duplicates=self._rejected[RowReason.DUPLICATE],
            invalid=sum(invalid.values()),
            repaired=self._flagged[RowFlag.REPAIRED],
            invalid_reasons=invalid,
            flags={flag.value: count for flag, count in sorted(self._flagged.items())},
        )

    @property
    def findings(self) -> Findings | None:
        """What the file is; None while its opening is unread."""
        if self._opening is None:
            return None
        layout = self._opening.layout
        return Findings(
            encoding=self._blocks.encoding,
            compression=self._upload.compression,
            delimiter=self._opening.delimiter,
            header=self._opening.header,
            address_column=layout.address_column,
            columns=layout.columns,
        )

    def profile(self) -> dict[str, Any]:
        """Return the profile as a JSON document; empty while the opening is unread."""
        return self._profile.document() if self._profile else {}

    def run(self) -> Generator[Outcome]:
        """Read the file from start to end; closing the generator earlier removes what it keeps on disk.

        Raises:
            UnreadableFileError: the file as a whole cannot be taken; what was given before is void.
        """
        text = iter(self._blocks)
        opening = self._opening = self._read_opening(text)
        self._profile = Profile(opening.layout)
        self._head = part_line(opening.layout.names)
        with closing(SeenAddresses(expected=_expected(self._upload, opening))) as seen:
            yield from self._rows(opening, text, seen, self._profile)
        if self._pending:
            yield self._part(len(self._pending))

    def _read_opening(self, text: Iterator[str]) -> Opening:
        try:
            return read_opening(text, wanted_column=self._wanted_column)
        except NoAddressColumnError as error:
            error.findings = Findings(
                encoding=self._blocks.encoding,
                compression=self._upload.compression,
                delimiter=error.delimiter,
                header=True,
                address_column=None,
                columns=error.columns,
            )
            raise

    def _rows(self, opening: Opening, text: Iterator[str], seen: SeenAddresses, profile: Profile) -> Iterator[Outcome]:
        blocks = FileBlocks(
            itertools.chain([opening.rest], text),
            first_line=opening.first_line,
            delimiter=opening.delimiter,
            layout=opening.layout,
            max_characters=MAX_RECIPIENT_CHARACTERS,
        )
        for block in blocks:
            yield from self._take(block, seen, profile)
            if self.rows_read > MAX_ROWS:
                raise UnreadableFileError(f"The file has more than {MAX_ROWS:,} rows: divide it into several files.")
            while len(self._pending) >= self._per_part:
                yield self._part(self._per_part)

    def _take(self, block: Block, seen: SeenAddresses, profile: Profile) -> Iterator[Outcome]:
        rows = block.rows
        duplicates = seen.add(block.line, rows.canonical)
        part_lines, domains = rows.part_lines, rows.domains
        if duplicates or "" in rows.canonical:
            accepted = [place for place, key in enumerate(rows.canonical) if key and place not in duplicates]
            part_lines = [part_lines[place] for place in accepted]
            domains = [domains[place] for place in accepted]
        rejected = sum(row.rejected is not None for row in block.odd.values())
        self.rows_read += len(part_lines) + len(duplicates) + rejected
        self._accepted += len(part_lines)
        self._pending += part_lines
        profile.add(part_lines, domains)
        yield from self._rejections(block, duplicates)
        found = [*flags_of(rows), *_odd_flags(block.odd)]
        for place, flag, detail, value in sorted(found, key=itemgetter(0)):
            if place not in duplicates:
                self._flagged[flag] += 1
                yield FlaggedRow(block.line + place, flag, detail, value)

    def _rejections(self, block: Block, duplicates: Mapping[int, int]) -> Iterator[RejectedRow]:
        """Give the rows of a block that are not accepted, in their order."""
        found = [row.rejected for row in block.odd.values() if row.rejected]
        for place, winner in duplicates.items():
            detail = f"The address stands on line {winner} already."
            found.append(RejectedRow(block.line + place, RowReason.DUPLICATE, detail, block.rows.written[place]))
        for rejected in sorted(found, key=attrgetter("line")):
            self._rejected[rejected.reason] += 1
            yield rejected

    def _part(self, size: int) -> Part:
        part = Part(self.parts, size, pack([self._head, *self._pending[:size]]))
        del self._pending[:size]
        self.parts += 1
        return part


def _odd_flags(odd: Mapping[int, OddRow]) -> Iterator[BlockFlag]:
    for place, row in odd.items():
        for flag, detail, value in row.flags:
            yield place, flag, detail, value


def _expected(upload: Upload, opening: Opening) -> int:
    """Estimate the rows of a file from those of its first block."""
    rows = opening.rest.count("\n")
    if not rows:
        return 0
    size = upload.size if upload.compression is Compression.NONE else upload.size * _UNPACKED
    return min(size * rows // len(opening.rest), _MOST_EXPECTED)
