"""What is counted in the SQLite store."""

import json
import sqlite3
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from chalicelib.adapters.sqlite_schema import COLUMNS, message_of_row
from chalicelib.analytics.changes import Changes, changes_of, point_of
from chalicelib.analytics.events import read
from chalicelib.analytics.history import millis, moment_of, page_of, position_of
from chalicelib.analytics.model import (
    COUNTED,
    SUMMED,
    UNDETERMINED,
    BounceCause,
    CampaignTotals,
    Group,
    LinkCount,
    MessageDocument,
    MessageKind,
    Outcome,
    Period,
    TimelinePoint,
    outcome_numbers,
)
from chalicelib.analytics.ports import MAX_EVENTS
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.pages import Page
from chalicelib.messages.model import HARD_BOUNCE
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind

_ALL_COLUMNS = ", ".join(COLUMNS)
_OF_CAMPAIGN = "campaign_id = ?"
_OF_PERIOD = "accepted_at >= ? AND accepted_at < ?"
_HARD = f"bounced_at IS NOT NULL AND bounce_type IS '{HARD_BOUNCE}'"
_SOFT = f"bounced_at IS NOT NULL AND bounce_type IS NOT '{HARD_BOUNCE}' AND delivered_at IS NULL"
_OUTCOME = f"""
count(*), {", ".join(f"count({fact})" for fact in COUNTED.values())},
count(CASE WHEN {_HARD} THEN 1 END), count(CASE WHEN {_SOFT} THEN 1 END)
"""
_SLOT_MILLISECONDS = 1_000


class SqliteQueries(ABC):
    """The reading half of the `AnalyticsStore` port."""

    @abstractmethod
    def _read(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open a transaction, so that all numbers of an answer come from one state of the file."""

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        """Count a campaign's messages."""
        return self._totals(_OF_CAMPAIGN, (campaign_id,))

    def events_by_kind(self, campaign_id: str) -> dict[str, int]:
        """Count a campaign's events by kind; kinds without any are left out."""
        sql = f"SELECT kind, count(*) FROM events WHERE {_OF_CAMPAIGN} GROUP BY kind"  # noqa: S608 - a constant
        with self._read() as connection:
            return dict(connection.execute(sql, (campaign_id,)).fetchall())

    def period_totals(self, period: Period, kind: MessageKind) -> CampaignTotals:
        """Count the messages of a kind that SES accepted in a period."""
        return self._totals(f"{_OF_PERIOD} AND kind = ?", (*_ends(period), kind))

    def domains(self, campaign_id: str, *, limit: int) -> list[Group]:
        """Return the recipients' domains, those with the most messages first."""
        return self._groups("recipient_domain", _OF_CAMPAIGN, (campaign_id,), limit)

    def period_campaigns(self, period: Period, *, limit: int) -> list[Group]:
        """Return the campaigns by the messages that SES accepted in a period, the largest first."""
        where = f"{_OF_PERIOD} AND kind = '{MessageKind.CAMPAIGN}'"
        return self._groups("campaign_id", where, _ends(period), limit)

    def providers(self, campaign_id: str, table: Mapping[str, Collection[str]]) -> dict[str, Outcome]:
        """Count the messages to each provider's domains; providers without a message are left out."""
        provider_of = {domain: provider for provider, domains in table.items() for domain in domains}
        sums: dict[str, Counter[str]] = {}
        for group in self._groups("recipient_domain", _OF_CAMPAIGN, (campaign_id,), -1):
            provider = provider_of.get(group.key)
            if provider is not None:
                sums.setdefault(provider, Counter()).update(group.outcome.numbers)
        return {provider: Outcome(**numbers) for provider, numbers in sums.items()}

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        """Return the links of a campaign, most clicked first, then by their text."""
        sql = """
        SELECT link, count(*), count(CASE WHEN machine = 0 THEN 1 END), count(DISTINCT message_id) FROM events
        WHERE campaign_id = ? AND kind = 'click' AND link IS NOT NULL
        GROUP BY link ORDER BY 2 DESC, 1 LIMIT ?
        """
        return [LinkCount(*row) for row in self._rows(sql, (campaign_id, limit))]

    def bounce_causes(self, campaign_id: str, *, limit: int) -> list[BounceCause]:
        """Return what bounces say, the most frequent first."""
        sql = """
        SELECT bounce_type, bounce_subtype, diagnostic_group, count(*) FROM events
        WHERE campaign_id = ? AND kind = 'bounce'
        GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT ?
        """
        return [BounceCause(*row) for row in self._rows(sql, (campaign_id, limit))]

    def event_span(self, campaign_id: str) -> tuple[datetime, datetime] | None:
        """Return when the first and the last event of a campaign happened; None without any."""
        ((first, last),) = self._rows("SELECT min(at), max(at) FROM events WHERE campaign_id = ?", (campaign_id,))
        return None if first is None else (moment_of(first), moment_of(last))

    def timeline(
        self, campaign_id: str | None, *, bounds: Sequence[datetime], kinds: Collection[EventKind]
    ) -> list[TimelinePoint]:
        """Count events by kind in the intervals between neighbouring bounds."""
        edges = [millis(bound) for bound in bounds]
        sql = f"""
        SELECT at / {_SLOT_MILLISECONDS} AS slot, kind, count(*), count(CASE WHEN machine = 1 THEN 1 END) FROM events
        WHERE at >= ? AND at < ? AND kind IN ({_marks(kinds)}) {"" if campaign_id is None else "AND campaign_id = ?"}
        GROUP BY 1, 2
        """  # noqa: S608 - made of marks only
        values = (edges[0], edges[-1], *kinds, *(() if campaign_id is None else (campaign_id,)))
        counted: list[Counter[str]] = [Counter() for _ in bounds[1:]]
        by_machine: list[Counter[str]] = [Counter() for _ in bounds[1:]]
        for slot, kind, count, machine in self._rows(sql, values):
            index = bisect_right(edges, slot * _SLOT_MILLISECONDS) - 1
            counted[index][kind] += count
            by_machine[index][kind] += machine
        # Unary plus leaves out what is zero.
        return [
            TimelinePoint(start, dict(+counts), dict(+machine))
            for start, counts, machine in zip(bounds, counted, by_machine, strict=False)
        ]

    def message_events(self, message_id: str) -> list[ClassifiedEvent]:
        """Return every event of a message in the order of time."""
        sql = "SELECT document FROM events WHERE message_id = ? ORDER BY at, fingerprint LIMIT ?"
        return [read(json.loads(text)) for (text,) in self._rows(sql, (message_id, MAX_EVENTS))]

    def messages_of(self, address_hash: str, *, limit: int, cursor: str | None) -> Page[MessageDocument]:
        """Return the messages of an address over all campaigns and transactional ones, newest first."""
        position = position_of(cursor)
        where, values = "address_hash = ?", [address_hash]
        if position is not None:
            where += " AND (created_at, message_id) < (?, ?)"
            values += [rfc3339(moment_of(position[0])), position[1]]
        sql = f"""
        SELECT {_ALL_COLUMNS} FROM messages WHERE {where} ORDER BY created_at DESC, message_id DESC LIMIT ?
        """  # noqa: S608 - names and marks only
        found = [message_of_row(row) for row in self._rows(sql, (*values, limit + 1))]
        return page_of(found, limit)

    def message_ids(
        self,
        campaign_id: str,
        *,
        address_hash: str | None,
        status: str | None,
        reason: str | None,
        after: str | None,
        limit: int,
    ) -> list[str]:
        """Return ids of a campaign's messages in their order, behind the id ``after``."""
        named = {"address_hash": address_hash, "status": status, "reason": reason}
        given = {name: value for name, value in named.items() if value is not None}
        also = "".join(f" AND {name} = ?" for name in given)
        sql = f"""
        SELECT message_id FROM messages WHERE campaign_id = ? AND message_id > ? {also} ORDER BY message_id LIMIT ?
        """  # noqa: S608 - names and marks only
        return [one for (one,) in self._rows(sql, (campaign_id, after or "", *given.values(), limit))]

    def changes(
        self, campaign_id: str, *, after: str | None, kinds: Collection[EventKind] | None, limit: int
    ) -> Changes:
        """Return events behind a point, in the order in which they were kept."""
        point = point_of(after)
        among = "" if kinds is None else f"AND kind IN ({_marks(kinds)})"
        sql = f"""
        SELECT position, document FROM events
        WHERE campaign_id = ? AND position > ? {among} ORDER BY position LIMIT ?
        """  # noqa: S608 - made of marks only
        rows = self._rows(sql, (campaign_id, point[0], *(kinds or ()), limit))
        return changes_of([((position, ""), read(json.loads(text))) for position, text in rows], point, limit)

    def part_documents(self, campaign_id: str, part: int) -> list[MessageDocument]:
        """Return the documents of one part of a campaign, by message id."""
        sql = f"""
        SELECT {_ALL_COLUMNS} FROM messages
        WHERE message_id >= ? AND message_id < ? AND campaign_id = ? ORDER BY message_id
        """  # noqa: S608 - names only
        first = f"{campaign_id}-{part:05d}-"
        return [message_of_row(row) for row in self._rows(sql, (first, f"{first}~", campaign_id))]

    def _totals(self, where: str, values: Sequence[Any]) -> CampaignTotals:
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in SUMMED)
        counted = f"SELECT {_OUTCOME}, {sums} FROM messages WHERE {where}"  # noqa: S608 - names only
        by_status = f"SELECT status, count(*) FROM messages WHERE {where} GROUP BY 1"  # noqa: S608
        bounces = f"""
        SELECT coalesce(bounce_type, '{UNDETERMINED}') || '/' || coalesce(bounce_subtype, '{UNDETERMINED}'), count(*)
        FROM messages WHERE {where} AND (({_HARD}) OR ({_SOFT})) GROUP BY 1
        """  # noqa: S608
        reasons = f"""
        SELECT reason, count(*) FROM messages
        WHERE {where} AND status IN ('failed', 'skipped') AND reason IS NOT NULL GROUP BY 1
        """  # noqa: S608
        with self._read() as connection:
            row = connection.execute(counted, values).fetchone()
            outcome, summed = row[: -len(SUMMED)], row[-len(SUMMED) :]
            return CampaignTotals(
                **_outcome(outcome).numbers,
                **dict(zip(SUMMED, summed, strict=True)),
                by_status=dict(connection.execute(by_status, values)),
                bounces=dict(connection.execute(bounces, values)),
                reasons=dict(connection.execute(reasons, values)),
            )

    def _groups(self, column: str, where: str, values: Sequence[Any], limit: int) -> list[Group]:
        sql = f"""
        SELECT {column}, {_OUTCOME} FROM messages WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?
        """  # noqa: S608 - names only
        return [Group(row[0], _outcome(row[1:])) for row in self._rows(sql, (*values, limit))]

    def _rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        with self._read() as connection:
            return connection.execute(sql, values).fetchall()


def _outcome(row: Sequence[int]) -> Outcome:
    """Read the columns of `_OUTCOME`."""
    planned, *counts, hard, soft = row
    facts = dict(zip(COUNTED, counts, strict=True))
    return Outcome(**outcome_numbers(planned, hard_bounced=hard, soft_bounced=soft, facts=facts))


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _ends(period: Period) -> tuple[str, str]:
    return rfc3339(period.start), rfc3339(period.end)
