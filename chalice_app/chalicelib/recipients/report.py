"""The reports of rows that were not accepted or are worth a look: CSV files that are safe to open in a spreadsheet."""

import re

from chalicelib.kernel.spreadsheets import MARK, cell
from chalicelib.recipients.model import RowFlag, RowReason

REJECTED_HEADER = MARK + b"line,reason,detail,value\r\n"
"""First line of the report of rejected rows."""

FLAGGED_HEADER = MARK + b"line,flag,detail,value\r\n"
"""First line of the report of flagged rows."""

MAX_VALUE_CHARACTERS = 300
"""Longest value that is shown; the rest is cut off."""

_UNSHOWN = re.compile("[\x00\ud800-\udfff]")  # bytes that are no text stand in values as lone surrogates


def report_line(line: int, why: RowReason | RowFlag, detail: str, value: str) -> bytes:
    """Write a row of a report; ``line`` is where the row starts in the uploaded file."""
    shown = value if len(value) <= MAX_VALUE_CHARACTERS else value[: MAX_VALUE_CHARACTERS - 1] + "…"
    return _UNSHOWN.sub("\ufffd", f"{line},{why.value},{cell(detail)},{cell(shown)}\r\n").encode()
