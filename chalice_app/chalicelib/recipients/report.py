"""The report of rows that were not accepted: a CSV file that is safe to open in a spreadsheet."""

from chalicelib.recipients.model import RowReason

HEADER = b"\xef\xbb\xbfline,reason,detail,value\r\n"
"""First line; the byte order mark makes spreadsheets read the file as UTF-8."""

MAX_VALUE_CHARACTERS = 300
"""Longest value that is shown; the rest is cut off."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report_line(line: int, reason: RowReason, detail: str, value: str) -> bytes:
    """Write a row of the report; ``line`` is where the row starts in the uploaded file."""
    shown = value if len(value) <= MAX_VALUE_CHARACTERS else value[: MAX_VALUE_CHARACTERS - 1] + "…"
    return f"{line},{reason.value},{_cell(detail)},{_cell(shown)}\r\n".encode()


def _cell(text: str) -> str:
    """Quote a cell where needed; a spreadsheet takes what starts like a formula as text (OWASP, CSV injection)."""
    safe = "'" + text if text.startswith(_FORMULA) else text
    return '"' + safe.replace('"', '""') + '"' if any(c in safe for c in ',"\r\n') else safe
