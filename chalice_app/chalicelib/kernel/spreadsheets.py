"""Cells of CSV files that are safe to open in a spreadsheet."""

import re

MARK = b"\xef\xbb\xbf"
"""Begins a file: the byte order mark makes spreadsheets read it as UTF-8."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_QUOTED = re.compile(r'[,"\r\n]').search


def cell(text: str) -> str:
    """Quote a cell where needed; a spreadsheet takes what starts like a formula as text (OWASP, CSV injection)."""
    safe = "'" + text if text.startswith(_FORMULA) else text
    return '"' + safe.replace('"', '""') + '"' if _QUOTED(safe) else safe
