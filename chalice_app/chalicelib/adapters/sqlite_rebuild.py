"""Building statistics anew in SQLite: one file is filled in place.

There is one schema at a time: tables of another one are dropped when the file is first opened (`sqlite_analytics`).
Until they are filled again, numbers are too small; nothing but the local stack keeps its statistics here.
"""

import sqlite3
from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Self

from chalicelib.adapters.sqlite_queries import SqliteQueries
from chalicelib.adapters.sqlite_schema import ADD_EVENT, COLUMNS, SCHEMA_VERSION, event_row, message_of_row
from chalicelib.analytics.model import MessageDocument
from chalicelib.tracking.classified import ClassifiedEvent, rules_of
from chalicelib.tracking.model import TrackedEvent


class SqliteRebuild(SqliteQueries):
    """The `Rebuildable` and `Rebuild` ports over the file that is in force."""

    @abstractmethod
    def _write(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open a transaction that writes."""

    def begin_rebuild(self) -> str:
        """Return the name of the only statistics that there are."""
        return str(SCHEMA_VERSION)

    def rebuild(self, name: str) -> Self:
        """Return the statistics in force, which are filled in place."""
        del name
        return self

    def switch_to(self, name: str) -> None:
        """Do nothing: what was filled is in force."""

    def write_only_what_is_read(self) -> None:
        """Do nothing: nothing else is written."""

    def remove_unused(self) -> list[str]:
        """Return nothing: there is nothing else."""
        return []

    def documents_of(self, message_ids: Sequence[str]) -> list[MessageDocument]:
        """Return the documents of messages."""
        sql = f"SELECT {', '.join(COLUMNS)} FROM messages WHERE message_id = ?"  # noqa: S608 - the dataclass's own names
        with self._read() as connection:
            rows = (connection.execute(sql, (name,)).fetchone() for name in message_ids)
            return [message_of_row(row) for row in rows if row is not None]

    def copy_events(self, campaign_id: str, part: int | None, after: str | None) -> str | None:
        """Do nothing: the events in force are where they are to be."""

    def missing_events(self, events: Sequence[TrackedEvent], rules: int) -> list[TrackedEvent]:
        """Return the events that are not kept, and those of which something was concluded by older rules."""
        sql = "SELECT version FROM events WHERE message_id = ? AND fingerprint = ?"
        by_id = {(event.message_id, event.fingerprint): event for event in events}
        with self._read() as connection:
            found = {key: connection.execute(sql, key).fetchone() for key in by_id}
        return [event for key, event in by_id.items() if found[key] is None or rules_of(found[key][0]) < rules]

    def add_events(self, events: Sequence[ClassifiedEvent]) -> None:
        """Keep events of which no conclusion of this or a higher version is kept."""
        with self._write() as connection:
            connection.executemany(ADD_EVENT, (event_row(classified) for classified in events))

    def show(self) -> None:
        """Do nothing: what is committed is seen."""
