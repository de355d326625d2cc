"""What a marketing team wants to know of a file at a glance: how full its columns are, and where its recipients are."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chalicelib.kernel.addresses import mask_address
from chalicelib.recipients.layout import Layout
from chalicelib.recipients.parts import unpack

MAX_DOMAINS_SHOWN = 25
"""Domains that a profile lists."""

MAX_DOMAINS_COUNTED = 100_000
"""Domains that are counted at the same time; beyond that those with the fewest recipients are no longer followed."""

_ALL_ROWS = 10_000
_EVERY = 32
_SAMPLES = 3


class Profile:
    """Collects the profile while the file is read.

    Domains are counted over all accepted rows, fill rates over the first 10,000 rows and each thirty-second block of
    rows behind them; the document says over how many.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._domains: Counter[str] = Counter()
        self._domains_dropped = False
        self._blocks = 0
        self._rows = 0
        self._filled = [0] * len(layout.names)
        self._samples: list[list[str]] = [[] for _ in layout.names]

    def add(self, part_lines: Sequence[str], domains: Sequence[str]) -> None:
        """Take accepted rows.

        Args:
            part_lines: their lines in a part file, as `parts.pack` takes them.
            domains: the domains of their addresses.
        """
        self._blocks += 1
        if part_lines and (self._rows < _ALL_ROWS or self._blocks % _EVERY == 0):
            self._look_at(unpack(part_lines))
        self._domains.update(domains)
        if len(self._domains) > MAX_DOMAINS_COUNTED:
            self._domains_dropped = True
            self._domains = Counter(dict(self._domains.most_common(MAX_DOMAINS_COUNTED // 2)))

    def _look_at(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows += len(rows)
        # A recipient with an internationalised domain has one value more, which is no column.
        for column, values in enumerate(zip(*(row[: len(self._filled)] for row in rows), strict=True)):
            self._filled[column] += len(values) - values.count("")
            seen = self._samples[column]
            if len(seen) < _SAMPLES:
                self._samples[column] = list(dict.fromkeys([*seen, *filter(None, values)]))[:_SAMPLES]

    def document(self) -> dict[str, Any]:
        """Return the profile as it is shown; values are masked."""
        top = sorted(self._domains.items(), key=lambda item: (-item[1], item[0]))[:MAX_DOMAINS_SHOWN]
        return {
            "rows_looked_at": self._rows,
            "columns": [self._column(number) for number in range(len(self._layout.names))],
            "domains": [{"domain": domain, "recipients": count} for domain, count in top],
            "distinct_domains": None if self._domains_dropped else len(self._domains),
            "domains_exact": not self._domains_dropped,
        }

    def _column(self, number: int) -> dict[str, Any]:
        mask = mask_address if number == self._layout.address_index else _masked
        return {
            "header": list(self._layout.columns)[number],
            "name": self._layout.names[number],
            "filled": self._filled[number],
            "fill_rate": round(self._filled[number] / self._rows, 4) if self._rows else None,
            "samples": [mask(value) for value in self._samples[number]],
        }


def _masked(value: str) -> str:
    """Show the first character of a value and how long it is."""
    return value[0] + "*" * min(len(value) - 1, 15)
