"""Rows of files of suppressions, as they are read and written."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.spreadsheets import MARK, cell
from chalicelib.suppression_jobs.model import COLUMNS
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope, WantedSuppression

HEADER = MARK + f"{','.join(COLUMNS)}\r\n".encode()
REPORT_HEADER = MARK + b"line,reason,value\r\n"
_NAMES: Mapping[str, str] = {
    **{name: name for name in COLUMNS},
    **dict.fromkeys(("email", "e-mail", "email address", "emailaddress", "e-mail address", "recipient"), "address"),
}
_SEPARATORS = (",", ";", "\t")
_LONGEST_VALUE = 200


class UnreadableFileError(ValueError):
    """A file cannot be taken as a whole; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: what it asks for, or what is wrong with it.

    Attributes:
        line: where it ends, from 1.
        value: its address as it stands there.
    """

    line: int
    value: str
    wanted: WantedSuppression | None
    fault: str | None = None


def rows_of(body: bytes, scope: SuppressionScope, reason: SuppressionReason) -> Iterator[Row]:
    """Walk the rows of a file: CSV in UTF-8 whose first row names its columns, or addresses alone, one a line.

    Args:
        body: the file.
        scope: of rows that name none.
        reason: likewise.

    Raises:
        UnreadableFileError: it is not UTF-8, or no column is named ``address``.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"The file is not UTF-8: byte {error.start + 1:,}.") from None
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names = [_NAMES.get(name.strip().lower(), "") for name in next(csv.reader([first], delimiter=separator), [])]
    if "address" in names:
        next(reader)
    elif "@" in first and separator not in first:
        names = ["address"]
    else:
        raise UnreadableFileError("The first row names no column `address` or `email`.")
    given = iter(reader)
    while True:
        try:
            cells = next(given)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.line_num, "", None, f"The row cannot be read: {error}.")
            continue
        if any(cell.strip() for cell in cells):
            values = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
            yield _row(reader.line_num, values, scope, reason)


def line_of(suppression: Suppression) -> bytes:
    """Write a suppression as a line of `COLUMNS`."""
    values = (suppression.address, suppression.scope, suppression.reason, rfc3339(suppression.since))
    return f"{','.join(map(cell, values))}\r\n".encode(errors="replace")


def report_line(row: Row, fault: str) -> bytes:
    """Write a row that was refused as a line of the report."""
    return f"{row.line},{cell(fault)},{cell(row.value[:_LONGEST_VALUE])}\r\n".encode(errors="replace")


def _row(line: int, values: Mapping[str, str], scope: SuppressionScope, reason: SuppressionReason) -> Row:
    # An apostrophe is what spreadsheets and our own export put before what looks like a formula.
    address = values.get("address", "").removeprefix("'")
    try:
        wanted = WantedSuppression(
            address,
            SuppressionScope(values["scope"]) if values.get("scope") else scope,
            _reason(values["reason"]) if values.get("reason") else reason,
            _time(values["since"]) if values.get("since") else None,
        )
    except ValueError as error:
        return Row(line, address, None, str(error))
    return Row(line, address, wanted)


def _reason(text: str) -> SuppressionReason:
    try:
        return SuppressionReason(text.lower())
    except ValueError:
        raise ValueError(f"reason must be one of {', '.join(SuppressionReason)}") from None


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("since must be a time with its offset, such as 2026-03-01T12:00:00Z")
    return moment.astimezone(UTC)
