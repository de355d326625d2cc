"""The audit log in DynamoDB, by day; what is stored is only ever added to, and removed by DynamoDB at its time."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.pagination import ResultIterator

from chalicelib.access.audit import AuditEntry, AuditFilter
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.ids import time_digits
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor
from chalicelib.store.access_tables import AuditItem
from chalicelib.store.listing import read_on
from chalicelib.store.mapping import mapped_errors

PREFIX = "aud"
_EVALUATED = 500
"""Entries that one Query looks through."""

_MOST_QUERIES = 20
"""So many are made for a page; some 1 MB, a second."""


class DynamoAuditLog:
    """Implements `access.ports.AuditLog`.

    Args:
        kept_for: how long an entry is kept.
    """

    def __init__(self, *, kept_for: timedelta) -> None:
        self._kept_for = kept_for

    def append(self, entry: AuditEntry) -> None:
        """Store an entry; there must be none of its id."""
        item = AuditItem(
            _day(entry.at),
            entry.entry_id,
            **asdict(entry) | {"at": rfc3339(entry.at)},
            expires_at=int((entry.at + self._kept_for).timestamp()),
        )
        with mapped_errors():
            item.save(condition=AuditItem.entry_id.does_not_exist())

    def list(self, wanted: AuditFilter, *, limit: int, cursor: str | None) -> Page[AuditEntry]:
        """Return a page, newest first."""
        day, after = _position(cursor, wanted) or (_last_day(wanted), None)
        first_day, found = wanted.since.astimezone(UTC).date(), list[AuditEntry]()
        for _ in range(_MOST_QUERIES):
            if day < first_day:
                return Page(found)
            items, following = _queried(wanted, day, after)
            for item in items:
                found.append(_entry(item))
                if len(found) == limit:
                    return Page(found, encode_cursor([day.isoformat(), item.entry_id, *_named(wanted)]))
            day, after = (day, following) if following else (day - timedelta(days=1), None)
        return Page(found, encode_cursor([day.isoformat(), after, *_named(wanted)]))


def _queried(wanted: AuditFilter, day: date, after: str | None) -> tuple[Iterator[AuditItem], str | None]:
    """Look through some entries of a day; return those wanted, and the last one looked at if there may be more."""
    start = {"day": {"S": day.isoformat()}, "entry_id": {"S": after}} if after else None
    with read_on(start):
        page = next(_query(wanted, day, start).page_iter)
    following = page.get("LastEvaluatedKey")
    return (AuditItem.from_raw_data(item) for item in page["Items"]), following and following["entry_id"]["S"]


def _query(wanted: AuditFilter, day: date, start: dict[str, dict[str, Any]] | None) -> ResultIterator[AuditItem]:
    return AuditItem.query(
        day.isoformat(),
        AuditItem.entry_id.between(f"{PREFIX}_{time_digits(wanted.since)}", f"{PREFIX}_{time_digits(wanted.until)}"),
        filter_condition=_condition(wanted),
        scan_index_forward=False,
        page_size=_EVALUATED,
        last_evaluated_key=start,
    )


def _condition(wanted: AuditFilter) -> Any:
    conditions: list[Any] = []
    if wanted.actor is not None:
        conditions.append(AuditItem.actor == wanted.actor)
    if wanted.action is not None:
        conditions.append(AuditItem.action == wanted.action)
    if wanted.resource is not None:
        conditions.append(AuditItem.resource.startswith(wanted.resource))
    return reduce(and_, conditions) if conditions else None


def _last_day(wanted: AuditFilter) -> date:
    return (wanted.until - timedelta(microseconds=1)).astimezone(UTC).date()


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _named(wanted: AuditFilter) -> list[str | None]:
    """Return what a cursor is bound to; its place in time means the same whatever the times of the filter are."""
    return [wanted.actor, wanted.action, wanted.resource]


def _position(cursor: str | None, wanted: AuditFilter) -> tuple[date, str | None] | None:
    """Read where a page of this list ended.

    Raises:
        InvalidInputError: the cursor is of a list with another filter, or of none.
    """
    match decode_cursor(cursor):
        case None:
            return None
        case [str(day), None | str() as after, *rest] if rest == _named(wanted) and after != "":
            try:
                return date.fromisoformat(day), after
            except ValueError:
                pass
    raise unknown_cursor()


def _entry(item: AuditItem) -> AuditEntry:
    return AuditEntry(
        entry_id=item.entry_id,
        at=from_rfc3339(item.at),
        actor=item.actor,
        actor_name=item.actor_name,
        action=item.action,
        resource=item.resource,
        request_id=item.request_id,
        source=item.source,
        status=int(item.status),
        problem=item.problem,
    )
