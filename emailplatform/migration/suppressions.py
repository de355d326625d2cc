"""Reads lists of addresses that get nothing, as other services export them.

- SES: the answer of ListSuppressedDestinations, or the files of its import jobs,
  https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
- SendGrid: CSV of the console or the API's JSON, one list a file,
  https://www.twilio.com/docs/sendgrid/api-reference/bounces-api/retrieve-all-bounces
- Mailchimp: the files ``unsubscribed_...`` and ``cleaned_...`` of an audience's export,
  https://mailchimp.com/help/view-export-contacts/
- listmonk: the export of subscribers, https://listmonk.app/docs/apis/subscribers/
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An address that gets nothing in a scope.

    Attributes:
        reason: ``bounce``, ``complaint``, ``unsubscribe`` or ``manual``.
        since: RFC 3339 in UTC, None if it is not known.
    """

    address: str
    scope: str
    reason: str
    since: str | None


class Service(StrEnum):
    """Where a list comes from."""

    SES = "ses"
    SENDGRID = "sendgrid"
    MAILCHIMP = "mailchimp"
    LISTMONK = "listmonk"


class UnknownListError(ValueError):
    """A file is none of the service's, or does not say why its addresses are in it."""


COLUMNS: Final = ("address", "scope", "reason", "since")
_SCOPES: Final = {"bounce": "all", "complaint": "all", "unsubscribe": "campaigns", "manual": "all"}
_ADDRESSES: Final = ("email", "emailaddress", "email address", "address", "recipient")


def read(service: Service, file: Path, *, reason: str | None = None, scope: str | None = None) -> list[Suppressed]:
    """Read a list.

    Args:
        service: whose it is.
        file: JSON or CSV.
        reason: why its addresses are in it, where the file does not say: SendGrid's lists do not.
        scope: in place of the one that follows from the reason (``campaigns`` for who unsubscribed, else ``all``).

    Raises:
        UnknownListError: it cannot be read, or does not say why.
    """
    try:
        rows = list(_rows(file.read_bytes().decode("utf-8-sig")))
    except ValueError as error:
        raise UnknownListError(f"{file.name} can be read neither as JSON nor as CSV: {error}") from error
    found: dict[tuple[str, str, str], Suppressed] = {}
    for row in rows:
        one = _READERS[service](row, reason)
        if one is None:
            continue
        address, why, since = one
        wanted = scope or _SCOPES[why]
        found.setdefault((address.lower(), wanted, why), Suppressed(address, wanted, why, _time(since)))
    return list(found.values())


def written(items: Iterable[Suppressed]) -> str:
    """Return suppressions as CSV: address, scope, reason, since."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((one.address, one.scope, one.reason, one.since or "") for one in items)
    return target.getvalue()


_Row = Mapping[str, Any]
_Found = tuple[str, str, Any] | None


def _rows(text: str) -> Iterator[_Row]:
    """Walk the rows of a list in JSON, JSON lines or CSV, names in lower case."""
    if text.lstrip().startswith(("{", "[")):
        try:
            document = json.loads(text)
        except ValueError:
            document = [json.loads(line) for line in text.splitlines() if line.strip()]
        if isinstance(document, dict):
            document = document.get("SuppressedDestinationSummaries", [document])
        yield from ({name.lower(): value for name, value in row.items()} for row in document)
        return
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip().lower() for name in next(lines, [])]
    if header and "@" in header[0]:
        # SES's own files have no header: an address and a reason.
        yield dict(zip(("email", "reason"), header, strict=False))
        header = ["email", "reason"]
    for line in lines:
        if line:
            yield dict(zip(header, line, strict=False))


def _address(row: _Row) -> str:
    address = next((str(row[name]).strip() for name in _ADDRESSES if row.get(name)), "")
    if "@" not in address:
        raise UnknownListError(f"a row has no address: its columns are {', '.join(row) or 'none'}")
    return address


def _ses(row: _Row, reason: str | None) -> _Found:
    why = reason or {"BOUNCE": "bounce", "COMPLAINT": "complaint"}.get(str(row.get("reason", "")).upper())
    if why is None:
        raise UnknownListError(f"the reason {row.get('reason')!r} is neither BOUNCE nor COMPLAINT")
    return _address(row), why, row.get("lastupdatetime")


def _sendgrid(row: _Row, reason: str | None) -> _Found:
    if reason is None:
        raise UnknownListError("SendGrid's lists do not say what they are: name the reason")
    return _address(row), reason, row.get("created") or row.get("created_at")


def _mailchimp(row: _Row, reason: str | None) -> _Found:
    if "clean_time" in row:
        return _address(row), reason or "bounce", row["clean_time"]
    if "unsub_time" in row:
        return _address(row), reason or "unsubscribe", row["unsub_time"]
    if reason is None:
        raise UnknownListError("it has neither UNSUB_TIME nor CLEAN_TIME: these are people who want mail")
    return _address(row), reason, None


def _listmonk(row: _Row, reason: str | None) -> _Found:
    if "status" not in row:
        raise UnknownListError("it has no column status")
    why = {"blocklisted": "manual", "disabled": "unsubscribe", "unsubscribed": "unsubscribe"}.get(str(row["status"]))
    return None if why is None else (_address(row), reason or why, row.get("updated_at"))


_READERS: Final = {
    Service.SES: _ses,
    Service.SENDGRID: _sendgrid,
    Service.MAILCHIMP: _mailchimp,
    Service.LISTMONK: _listmonk,
}


def _time(given: Any) -> str | None:
    """Read a time as the services write it: seconds since 1970, ISO 8601, or with a space; zones left out are UTC."""
    if given in {None, ""}:
        return None
    try:
        moment = (
            datetime.fromtimestamp(float(given), UTC)
            if isinstance(given, int | float) or str(given).replace(".", "", 1).isdigit()
            else datetime.fromisoformat(str(given).strip().replace(" UTC", "+00:00"))
        )
    except (ValueError, OverflowError, OSError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
