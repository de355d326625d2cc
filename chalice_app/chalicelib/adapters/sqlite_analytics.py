"""Statistics in one SQLite file: the local stack's store, written by several processes at once."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.analytics.model import CampaignTotals, LinkCount, MessageDocument, TimelinePoint
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.tracking.model import TrackedEvent

_SCHEME = "sqlite://"
_BUSY_SECONDS = 30.0

_COLUMNS = tuple(field.name for field in fields(MessageDocument))

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS messages (
    {", ".join(_COLUMNS)},
    PRIMARY KEY (message_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS messages_by_campaign ON messages (campaign_id);
CREATE TABLE IF NOT EXISTS events (
    message_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    link TEXT,
    PRIMARY KEY (message_id, fingerprint)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_by_campaign ON events (campaign_id, kind);
"""

_PUT_MESSAGE = f"""
INSERT INTO messages ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
ON CONFLICT (message_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
WHERE excluded.version > messages.version
"""  # noqa: S608 - the names are the dataclass's own

_PUT_EVENT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"

_TOTALS = """
SELECT count(*), count(accepted_at), count(delivered_at), count(bounced_at), count(complained_at),
       count(unsubscribed_at), count(first_opened_at), count(first_clicked_at),
       coalesce(sum(opens), 0), coalesce(sum(clicks), 0)
FROM messages WHERE campaign_id = ?
"""

_BY_STATUS = "SELECT status, count(*) FROM messages WHERE campaign_id = ? GROUP BY 1"

_BOUNCES = """
SELECT coalesce(bounce_type, 'Undetermined') || '/' || coalesce(bounce_subtype, 'Undetermined'), count(*)
FROM messages WHERE campaign_id = ? AND bounced_at IS NOT NULL GROUP BY 1
"""

_REASONS = """
SELECT reason, count(*) FROM messages
WHERE campaign_id = ? AND status IN ('failed', 'skipped') AND reason IS NOT NULL GROUP BY 1
"""

_LINKS = """
SELECT link, count(*), count(DISTINCT message_id) FROM events
WHERE campaign_id = ? AND kind = 'click' AND link IS NOT NULL
GROUP BY link ORDER BY 2 DESC, 1 LIMIT ?
"""

_TIMELINE = """
SELECT at / ? AS slot, kind, count(*) FROM events WHERE campaign_id = ? GROUP BY 1, 2 ORDER BY 1, 2
"""


class SqliteAnalytics:
    """The `AnalyticsStore` port over a file.

    Args:
        path: the file; it and its tables are made on first use. Its folder must allow WAL (no network file system).
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def from_url(cls, url: str) -> "SqliteAnalytics":
        """Open ``sqlite:///absolute/path``.

        Raises:
            ConfigurationError: the address has another form.
        """
        path = Path(url.removeprefix(_SCHEME))
        if not url.startswith(_SCHEME) or not path.is_absolute():
            raise ConfigurationError(f"{url!r} must have the form sqlite:///absolute/path.")
        return cls(path)

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document unless a newer version of it is kept already."""
        with self._write() as connection:
            connection.executemany(_PUT_MESSAGE, (_row(document) for document in documents))

    def record_events(self, events: Sequence[TrackedEvent]) -> None:
        """Keep events; one kept already changes nothing."""
        with self._write() as connection:
            connection.executemany(
                _PUT_EVENT,
                (
                    (event.message_id, event.fingerprint, event.campaign_id, event.kind, _millis(event.at), event.link)
                    for event in events
                ),
            )

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        """Count a campaign's messages, all from one state of the file."""
        key = (campaign_id,)
        with self._read() as connection:
            row = connection.execute(_TOTALS, key).fetchone()
            return CampaignTotals(
                planned=row[0],
                by_status=dict(connection.execute(_BY_STATUS, key)),
                accepted=row[1],
                delivered=row[2],
                bounced=row[3],
                complained=row[4],
                unsubscribed=row[5],
                bounces=dict(connection.execute(_BOUNCES, key)),
                opened=row[6],
                clicked=row[7],
                opens=row[8],
                clicks=row[9],
                reasons=dict(connection.execute(_REASONS, key)),
            )

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        """Return the links of a campaign, most clicked first."""
        with self._read() as connection:
            return [LinkCount(*row) for row in connection.execute(_LINKS, (campaign_id, limit))]

    def timeline(self, campaign_id: str, *, interval_seconds: int) -> list[TimelinePoint]:
        """Return the campaign's events by kind in intervals of equal length, in time order, empty ones left out."""
        slots: dict[int, dict[str, int]] = {}
        with self._read() as connection:
            for slot, kind, count in connection.execute(_TIMELINE, (interval_seconds * 1000, campaign_id)):
                slots.setdefault(slot, {})[kind] = count
        return [
            TimelinePoint(datetime.fromtimestamp(slot * interval_seconds, UTC), counts)
            for slot, counts in slots.items()
        ]

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        # IMMEDIATE: a transaction that only later asks for the write lock fails at once where it should wait.
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        """Open a connection of this call's own, so that threads and forked processes share none."""
        with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
            _use_wal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            connection.execute(begin)
            with connection:
                yield connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch a new file to write-ahead logging; SQLite does not wait for a lock here, so we do."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _row(document: MessageDocument) -> tuple[Any, ...]:
    return tuple(rfc3339(value) if isinstance(value, datetime) else value for value in astuple(document))


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
