"""The platform's reports of rows: CSV files that a browser cannot read from the store by itself."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

REPORT_BYTES: Final = 262_144
"""As much of a report is read as a page can show."""


class ReportKind(StrEnum):
    """Which rows of a recipient file a report has."""

    REJECTED = "rejected"
    FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of a recipient file that is worth a look.

    Attributes:
        line: in the uploaded file, from 1.
        word: why the row was not accepted, or what is noticeable about an accepted one; a word of the platform.
        detail, value: what is said about it, and what stands there; either may be empty.
    """

    line: int
    word: str
    detail: str
    value: str


_WORDS: Final[Mapping[ReportKind, str]] = {ReportKind.REJECTED: "reason", ReportKind.FLAGGED: "flag"}


def first_rows(content: bytes, kind: ReportKind, limit: int) -> tuple[list[ReportRow], bool]:
    """Return up to so many rows of a report, and whether there are more.

    Args:
        content: the beginning of the report, `REPORT_BYTES` of it or all.
        kind: of the report.
        limit: how many rows are wanted.
    """
    text = content.decode("utf-8-sig", errors="ignore")
    cut = len(content) >= REPORT_BYTES
    if cut:
        text = text.rpartition("\r\n")[0]
    rows: list[ReportRow] = []
    for row in csv.DictReader(text.splitlines(keepends=True)):
        if len(rows) == limit:
            return rows, True
        rows.append(ReportRow(int(row["line"] or 0), row[_WORDS[kind]] or "", row["detail"] or "", row["value"] or ""))
    return rows, cut
