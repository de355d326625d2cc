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

from chalicelib.recipients.addresses import ATOM, MAX_LOCAL_CHARACTERS, is_ordinary
from chalicelib.recipients.layout import Layout
from chalicelib.recipients.parts import BETWEEN

_MANY_ODD = 8
_MOST_DOMAINS = 100_000
_ADDRESS = rf"((?!'){ATOM}++(?:\.{ATOM}++)*+)@([A-Za-z0-9.-]++)"


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

    The expression lets some addresses pass that are not ordinary. To look at each distinct domain, and at the longest
    local part of a block, takes less time than to match all of it in every row.

    Args:
        max_characters: longest line of a part file; a row that might become longer is odd.
    """

    def __init__(self, delimiter: str, layout: Layout, max_characters: int) -> None:
        self._delimiter = delimiter
        self._time_zones = layout.timezone_index is not None
        self._bare = _pattern(delimiter, layout, max_characters, quotes=False)
        self._quoted = _pattern(delimiter, layout, max_characters, quotes=True)
        self._address_index = layout.address_index
        self._odd_domains: dict[str, bool] = {"": False}

    def read(self, text: str) -> PlainRows | None:
        """Take whole lines apart. None: so many of them are odd that all had better be read as such."""
        if "\r" in text and text.count("\r") != text.count("\r\n"):
            return None
        body = text.removesuffix("\n")
        quotes = '"' in body
        pattern = self._quoted if quotes else self._bare
        groups: list[Sequence[str]] = list(zip(*pattern.findall(body), strict=True))
        first = pattern.groupindex["address"] - 1
        written, local_parts, domains = groups[first : first + 3]
        distinct = set(domains)
        if self._has_odd(distinct) or max(map(len, local_parts)) > MAX_LOCAL_CHARACTERS:
            written = self._only_ordinary(written, local_parts, domains)
        if written.count("") * _MANY_ODD > len(written):
            return None
        time_zones = groups[pattern.groupindex["time_zone"] - 1] if self._time_zones else ()
        if "\r" in body:
            body = body.replace("\r", "")
        if quotes:
            body = body.replace('"', "")
        part_lines = body.replace(self._delimiter, BETWEEN).split("\n")
        spelled = "\n".join(written)
        lowered = spelled.lower()
        if lowered == spelled:
            return PlainRows(written, written, local_parts, domains, time_zones, part_lines)
        rows = PlainRows(written, lowered.split("\n"), local_parts, domains, time_zones, part_lines)
        return rows if "".join(distinct).islower() else self._with_lower_domains(rows)

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
            "" if self._odd_domains[domain] or len(local) > MAX_LOCAL_CHARACTERS else address
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


def _pattern(delimiter: str, layout: Layout, max_characters: int, *, quotes: bool) -> re.Pattern[str]:
    """Match each line: a plain row with its address, local part, domain (and time zone), any other with empty groups.

    The groups of local part and domain follow that of the address.
    """
    width = len(layout.names)
    longest = max_characters // width - len(BETWEEN) - 1
    plain = rf'[^{re.escape(delimiter)}"\\\x00-\x1f\ud800-\udfff]{{0,{longest}}}+'
    cell = f'(?:"{plain}"|{plain})' if quotes else plain
    address = f"(?P<address>{_ADDRESS})"
    cells = [cell] * width
    cells[layout.address_index] = f'(?P<mark>")?{address}(?(mark)")' if quotes else address
    if layout.timezone_index is not None:
        cells[layout.timezone_index] = f"(?P<time_zone>{cell})"
    row = re.escape(delimiter).join(cells)
    return re.compile(rf"^(?:{row}\r?|.*+)$", re.MULTILINE)
