"""The SQLite file that keeps everything: one connection that writes, one that reads, each under its lock."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    sent_at REAL NOT NULL,
    recipients TEXT NOT NULL,  -- for people: joined by commas
    recipient_count INTEGER NOT NULL,
    subject TEXT NOT NULL,
    envelope TEXT NOT NULL,    -- JSON
    links TEXT NOT NULL,       -- JSON
    html TEXT,
    text TEXT,
    raw BLOB
);
CREATE TABLE IF NOT EXISTS recipients (
    address TEXT NOT NULL,     -- canonical
    mail INTEGER NOT NULL,
    PRIMARY KEY (address, mail)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipients_mail ON recipients (mail);
CREATE TABLE IF NOT EXISTS tags (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    mail INTEGER NOT NULL,
    PRIMARY KEY (name, value, mail)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    mail INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at REAL NOT NULL,
    detail TEXT NOT NULL,      -- JSON
    state TEXT NOT NULL        -- waiting, published, or kept (no configuration set: SES publishes nothing)
);
CREATE INDEX IF NOT EXISTS events_mail ON events (mail);
CREATE INDEX IF NOT EXISTS events_waiting ON events (at, seq) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS suppressions (
    address TEXT PRIMARY KEY,  -- canonical
    reason TEXT NOT NULL,
    updated_at REAL NOT NULL
) WITHOUT ROWID;
"""


class Database:
    """Connections that threads share; reads do not wait for writes (write-ahead log)."""

    def __init__(self, path: Path) -> None:
        """Open the file, or create it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer, self._reader = _connect(path), _connect(path)
        self._write_lock, self._read_lock = threading.Lock(), threading.Lock()
        self._writer.executescript(_SCHEMA)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction, committed at the end, rolled back on an error."""
        with self._write_lock, self._writer:
            yield self._writer

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for queries."""
        with self._read_lock:
            yield self._reader

    def close(self) -> None:
        """Close both connections."""
        self._reader.close()
        self._writer.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=10)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    # A killed process loses nothing; only a power cut may, which a local tool can bear.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection
