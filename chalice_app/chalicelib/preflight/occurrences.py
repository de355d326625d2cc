"""How often something was found, with some examples: counted part by part, then added up in the order of the parts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.preflight.model import FindingCode

MAX_EXAMPLES = 20
"""Examples that are kept of one kind."""

MAX_KINDS = 100
"""Kinds that are told apart; a template with more reasons to fail has one cause for most of them."""

MAX_DETAIL_CHARACTERS = 300
"""Longest detail, such as the reason of a failed render."""

OTHERS = "other reasons"

_Kind = tuple[FindingCode, str]


class Occurrences:
    """Counts by code and detail; the same sequence of calls gives the same counts and examples."""

    def __init__(self) -> None:
        self._counts: dict[_Kind, int] = {}
        self._examples: dict[_Kind, list[str]] = {}

    def add(self, code: FindingCode, detail: str, example: str) -> None:
        """Count one."""
        self._merge((code, detail[:MAX_DETAIL_CHARACTERS]), 1, [example])

    def include(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Add what `documents` wrote elsewhere."""
        for one in documents:
            self._merge((FindingCode(one["code"]), one["detail"]), one["count"], one["examples"])

    def documents(self) -> list[dict[str, Any]]:
        """Write all of it as JSON values."""
        return [
            {"code": code, "detail": detail, "count": count, "examples": examples}
            for code, detail, count, examples in self
        ]

    def count(self, code: FindingCode) -> int:
        """Return how many there are of a code, whatever the detail."""
        return sum(count for (kind, _), count in self._counts.items() if kind is code)

    def __iter__(self) -> Iterator[tuple[FindingCode, str, int, list[str]]]:
        """Yield code, detail, count and examples in the order in which they were first found."""
        for (code, detail), count in self._counts.items():
            yield code, detail, count, self._examples[code, detail]

    def _merge(self, kind: _Kind, count: int, examples: Sequence[str]) -> None:
        if kind not in self._counts and len(self._counts) >= MAX_KINDS:
            kind = kind[0], OTHERS
        self._counts[kind] = self._counts.get(kind, 0) + count
        kept = self._examples.setdefault(kind, [])
        kept += examples[: MAX_EXAMPLES - len(kept)]
