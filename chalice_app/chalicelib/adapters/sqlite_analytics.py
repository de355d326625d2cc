"""Statistics in one SQLite file: the local stack's store, written by several processes at once."""

import json
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from chalicelib.adapters.sqlite_rebuild import SqliteRebuild
from chalicelib.adapters.sqlite_schema import (
    DELETE_MESSAGE,
    DELETE_OLD,
    DROP_SCHEMA,
    PUT_EVENT,
    PUT_MESSAGE,
    RESTORE_MESSAGE,
    SCHEMA,
    SCHEMA_VERSION,
    event_row,
    message_row,
)
from chalicelib.analytics.events import read
from chalicelib.analytics.model import MessageDocument
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.kernel.ids import time_digits
from chalicelib.tracking.classified import ClassifiedEvent

_SCHEME = "sqlite://"
_BUSY_SECONDS = 30.0


class SqliteAnalytics(SqliteRebuild):
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
            connection.executemany(PUT_MESSAGE, (message_row(document) for document in documents))

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        """Keep events; one kept already takes over the classification, unless that has a lower version."""
        with self._write() as connection:
            connection.executemany(PUT_EVENT, (event_row(classified) for classified in events))

    def recorded_events(self, wanted: Mapping[str, Collection[str] | None]) -> list[ClassifiedEvent]:
        """Return events of messages by their fingerprints, or all of a message's."""
        sql = "SELECT fingerprint, document FROM events WHERE message_id = ? ORDER BY at, fingerprint"
        with self._read() as connection:
            return [
                read(json.loads(text))
                for message_id, fingerprints in wanted.items()
                for fingerprint, text in connection.execute(sql, (message_id,)).fetchall()
                if fingerprints is None or fingerprint in fingerprints
            ]

    def restore_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document, also in place of another one of the same version; a newer one stays."""
        with self._write() as connection:
            connection.executemany(RESTORE_MESSAGE, (message_row(document) for document in documents))

    def remove_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Remove documents; one that has become newer meanwhile stays."""
        with self._write() as connection:
            connection.executemany(DELETE_MESSAGE, ((document.message_id, document.version) for document in documents))

    def remove_made_before(self, start: datetime) -> None:
        """Remove messages that were made before the start of a month (UTC), with all of their events."""
        with self._write() as connection:
            for statement in DELETE_OLD:
                connection.execute(statement, (time_digits(start),))

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
            _prepare(connection)
            connection.execute(begin)
            with connection:
                yield connection


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables; those of another schema are dropped, since all that they hold can be indexed again."""
    if _schema_version(connection) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        if _schema_version(connection) == SCHEMA_VERSION:  # another process was faster
            return
        for statement in (*DROP_SCHEMA, *SCHEMA, f"PRAGMA user_version = {SCHEMA_VERSION}"):
            connection.execute(statement)


def _schema_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


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
