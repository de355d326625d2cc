"""Takes rows apart that need no CSV reader: whole blocks of text, with one regular expression and a few replacements.

A plain row has exactly the header's number of cells, bare or in quotation marks, an ordinary address where one belongs,
and in no cell a delimiter, a quotation mark, a backslash, a control character or half a character. For such a row
the text between the delimiters is what `csv.reader` gives, and only the delimiters keep it from being JSON. All others
are odd rows; the CSV reader takes them one by one (`odd_rows`).
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from chalicelib.recipients.addresses import ATOM_OR_DOT, MAX_LOCAL_CHARACTERS, is_ordinary
from chalicelib.recipients.layout import Layout
from chalicelib.recipients.parts import BETWEEN, part_line

_MANY_ODD = 8
_HIDDEN = "\x1f"
"""Stands for a delimiter within quotation marks while a block is taken apart; cells with one of their own are odd."""

_MOST_DOMAINS = 100_000
_ADDRESS = rf"(?!['.]){ATOM_OR_DOT}{{1,{MAX_LOCAL_CHARACTERS}}}+(?<!\.)@[A-Za-z0-9.-]++"


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Lines of a file; the sequences run in parallel, and what is no plain row is empty in all but the last.

    Attributes:
        written: addresses as they stand in the file.
        canonical: the same for comparison.
        locals: their parts before the @-sign.
        domains: their parts after the @-sign, in small letters.
        time_zones: cells of the column of time zones, perhaps in quotation marks; none where there is no such column.
        part_lines: lines in a part file, as `parts.pack` takes them.
    """

    written: Sequence[str]
    canonical: Sequence[str]
    locals: Sequence[str]
    domains: Sequence[str]
    time_zones: Sequence[str]
    part_lines: Sequence[str]

    @property
    def columns(self) -> tuple[Sequence[str], ...]:
        """The sequences in their order."""
        return self.written, self.canonical, self.locals, self.domains, self.time_zones, self.part_lines

    def from_line(self, start: int) -> "PlainRows":
        """Leave lines at the start out."""
        return PlainRows(*(column[start:] for column in self.columns))


def no_plain_rows(length: int) -> PlainRows:
    """Return so many lines of which none is a plain row."""
    empty = ("",) * length
    return PlainRows(empty, empty, empty, empty, (), empty)


class PlainParser:
    """Takes blocks of lines apart.

    The expression lets some addresses pass that are not ordinary. To look at each distinct domain of a block, and for
    dots side by side in all its addresses at once, takes less time than to match that in every row.

    Args:
        max_characters: longest line of a part file; a row that might become longer is odd.
    """

    def __init__(self, delimiter: str, layout: Layout, max_characters: int) -> None:
        self._delimiter = delimiter
        self._written_delimiter = part_line([delimiter])  # a tab is escaped
        self._bare = _pattern(delimiter, layout, max_characters, quotes=False)
        self._quoted = _pattern(delimiter, layout, max_characters, quotes=True)
        self._address_index = layout.address_index
        self._between = len(layout.names) - 1
        self._in_quotes = _in_quotes(delimiter)
        self._odd_domains: dict[str, bool] = {"": False}

    def read(self, text: str) -> PlainRows | None:
        """Take whole lines apart. None: so many of them are odd that all had better be read as such."""
        if "\r" in text and text.count("\r") != text.count("\r\n"):
            return None
        body = text.removesuffix("\n")
        quotes = '"' in body
        if quotes and _HIDDEN in body:
            return None
        if quotes and body.count(self._delimiter) > (body.count("\n") + 1) * self._between:
            body = self._hide(body)
        written, time_zones = self._cells(self._quoted if quotes else self._bare, body)
        if quotes:
            written = _unquoted(written)
        odd = "" in written
        spelled = "\n".join([address or "@" for address in written] if odd else written)
        halves = spelled.replace("@", "\n").split("\n")
        local_parts, domains = halves[::2], halves[1::2]
        distinct = set(domains)
        if self._has_odd(distinct) or ".." in spelled:
            written = self._only_ordinary(written, local_parts, domains)
            odd = True
        if odd and written.count("") * _MANY_ODD > len(written):
            return None
        lines = self._part_lines(body)
        part_lines = written if lines == spelled else lines.split("\n")
        lowered = spelled.lower()
        if lowered == spelled:
            return PlainRows(written, written, local_parts, domains, time_zones, part_lines)
        canonical = "\n".join(written).lower().split("\n") if odd else lowered.split("\n")
        rows = PlainRows(written, canonical, local_parts, domains, time_zones, part_lines)
        return rows if "".join(distinct).islower() else self._with_lower_domains(rows)

    def _cells(self, pattern: re.Pattern[str], body: str) -> tuple[Sequence[str], Sequence[str]]:
        """Return the addresses of plain rows and their time zones; a single group comes without a tuple around it."""
        found = pattern.findall(body)
        if pattern.groups == 1:
            return found, ()
        groups = list(zip(*found, strict=True))
        return groups[pattern.groupindex["address"] - 1], groups[pattern.groupindex["time_zone"] - 1]

    def _part_lines(self, body: str) -> str:
        """Make JSON of plain rows, less what stands around each; to look for what is not there costs little."""
        body = body.replace("\r", "").replace('"', "").replace(self._delimiter, BETWEEN)
        return body.replace(_HIDDEN, self._written_delimiter)

    def _hide(self, body: str) -> str:
        """Put something else in the place of delimiters within quotation marks."""
        pieces = self._in_quotes.split(body)
        pieces[1::2] = "\n".join(pieces[1::2]).replace(self._delimiter, _HIDDEN).split("\n") if pieces[1:] else []
        return "".join(pieces)

    def _has_odd(self, domains: AbstractSet[str]) -> bool:
        """Tell whether one of the domains is not ordinary."""
        if len(self._odd_domains) > _MOST_DOMAINS:
            self._odd_domains = {"": False}
        for domain in domains - self._odd_domains.keys():
            self._odd_domains[domain] = not is_ordinary(f"x@{domain.lower()}")
        return any(map(self._odd_domains.__getitem__, domains))

    def _only_ordinary(
        self, addresses: Sequence[str], local_parts: Sequence[str], domains: Sequence[str]
    ) -> Sequence[str]:
        """Leave out the addresses that are not ordinary."""
        return [
            "" if self._odd_domains[domain] or ".." in local else address
            for address, local, domain in zip(addresses, local_parts, domains, strict=True)
        ]

    def _with_lower_domains(self, rows: PlainRows) -> PlainRows:
        """Write capital letters in domains small, as they are sent to."""
        part_lines = list(rows.part_lines)
        domains = [domain.lower() for domain in rows.domains]
        for position, (before, after) in enumerate(zip(rows.domains, domains, strict=True)):
            if before != after and rows.written[position]:
                cells = part_lines[position].split(BETWEEN)
                cells[self._address_index] = f"{rows.locals[position]}@{after}"
                part_lines[position] = BETWEEN.join(cells)
        return replace(rows, domains=domains, part_lines=part_lines)


def _unquoted(cells: Sequence[str]) -> Sequence[str]:
    """Take quotation marks off; a cell with only one of them is left out, for it goes on behind the delimiter."""
    joined = "\n".join(cells)
    marks = joined.count('"')
    if not marks:
        return cells
    filled = len(cells) - cells.count("")
    # Each cell has at most one mark at each end.
    if marks == 2 * filled:
        return joined.replace('"', "").split("\n")
    return [cell.strip('"') if cell.startswith('"') is cell.endswith('"') else "" for cell in cells]


def _in_quotes(delimiter: str) -> re.Pattern[str]:
    """Match a cell in quotation marks that has a delimiter in it.

    A plain row has marks around cells only. Thus a mark behind a delimiter opens a cell, unless the delimiter is the
    last character of one, which was matched from its start then.
    """
    mark = re.escape(delimiter)
    return re.compile(rf'("(?<![^{mark}\n]")[^"\n{mark}]*+{mark}[^"\n]*+")(?={mark}|\r?$)', re.MULTILINE)


def _pattern(delimiter: str, layout: Layout, max_characters: int, *, quotes: bool) -> re.Pattern[str]:
    """Match each line: a plain row with its address (and time zone), any other with empty groups."""
    width = len(layout.names)
    longest = max_characters // width - len(BETWEEN) - 1
    plain = rf'[^{re.escape(delimiter)}"\\\x00-\x1f\ud800-\udfff]{{0,{longest}}}+'
    hiding = plain.replace(r"\x1f", r"\x1e")
    cell = f'(?:"{hiding}"|{plain})' if quotes else plain
    mark = '"?' if quotes else ""
    cells = [cell] * width
    cells[layout.address_index] = f"(?P<address>{mark}{_ADDRESS}{mark})"
    if layout.timezone_index is not None:
        cells[layout.timezone_index] = f'(?P<time_zone>"{plain}"|{plain})' if quotes else f"(?P<time_zone>{plain})"
    row = re.escape(delimiter).join(cells)
    return re.compile(rf"^(?:{row}\r?|.*+)$", re.MULTILINE)
