"""The tables of the SQLite store, and how documents become their rows."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from chalicelib.analytics.events import written
from chalicelib.analytics.history import millis
from chalicelib.analytics.model import UNDETERMINED, MessageDocument
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.tracking.classified import ClassifiedEvent

SCHEMA_VERSION = 4
"""Raise it with every change of the tables."""

COLUMNS = tuple(field.name for field in fields(MessageDocument))
_values = attrgetter(*COLUMNS)  # dataclasses.astuple copies every value, at ten times the cost
_TIMES = frozenset(name for name in COLUMNS if name.endswith("_at"))

SCHEMA = (
    f"CREATE TABLE messages ({', '.join(COLUMNS)}, PRIMARY KEY (message_id)) WITHOUT ROWID",
    "CREATE INDEX messages_by_campaign ON messages (campaign_id)",
    "CREATE INDEX messages_by_acceptance ON messages (accepted_at)",
    "CREATE INDEX messages_by_address ON messages (address_hash, created_at, message_id)",
    """
    CREATE TABLE events (
        message_id TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        at INTEGER NOT NULL,
        link TEXT,
        machine INTEGER,
        version INTEGER NOT NULL,
        bounce_type TEXT,
        bounce_subtype TEXT,
        diagnostic_group TEXT,
        document TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (message_id, fingerprint)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX events_by_campaign ON events (campaign_id, kind)",
    "CREATE INDEX events_by_position ON events (position)",
    "CREATE INDEX events_of_campaign_by_position ON events (campaign_id, position)",
    "CREATE INDEX events_by_time ON events (at)",
)

DROP_SCHEMA = ("DROP TABLE IF EXISTS messages", "DROP TABLE IF EXISTS events")

_PUT = f"""
INSERT INTO messages ({", ".join(COLUMNS)}) VALUES ({", ".join("?" * len(COLUMNS))})
ON CONFLICT (message_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)}
WHERE excluded.version
"""  # noqa: S608 - the names are the dataclass's own

PUT_MESSAGE = f"{_PUT} > messages.version"
RESTORE_MESSAGE = f"{_PUT} >= messages.version"
DELETE_MESSAGE = "DELETE FROM messages WHERE message_id = ? AND version <= ?"

DELETE_OLD = tuple(
    # The digits behind the first underscore of an id made here tell when; ids of other forms begin higher.
    f"DELETE FROM {table} WHERE substr(message_id, instr(message_id, '_') + 1, 10) < ?"  # noqa: S608
    for table in ("messages", "events")
)

PUT_EVENT = """
INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM events))
ON CONFLICT DO UPDATE SET machine = excluded.machine, version = excluded.version, document = excluded.document,
    position = excluded.position
WHERE excluded.version > events.version OR excluded.version = events.version AND excluded.document <> events.document
"""
"""Keeps an event at the end; writers take turns, so what is committed later always stands further behind."""

ADD_EVENT = f"{PUT_EVENT.partition('WHERE')[0]}WHERE excluded.version > events.version"
"""Keeps an event of which no conclusion of this or a higher version is kept."""


def message_row(document: MessageDocument) -> tuple[Any, ...]:
    """Return a document as the row of `COLUMNS`."""
    return tuple(rfc3339(value) if isinstance(value, datetime) else value for value in _values(document))


def message_of_row(row: Sequence[Any]) -> MessageDocument:
    """Return the document that `message_row` made the row of."""
    values = dict(zip(COLUMNS, row, strict=True))
    times = {name: from_rfc3339(text) for name, text in values.items() if name in _TIMES and text is not None}
    return MessageDocument(**(values | times))


def event_row(classified: ClassifiedEvent) -> tuple[Any, ...]:
    """Return an event as a row: what is searched for, and the whole of it as JSON."""
    event, document = classified.event, written(classified)
    return (
        event.message_id,
        document["fingerprint"],
        event.campaign_id,
        event.kind,
        millis(event.at),
        event.link,
        classified.machine,
        classified.version,
        event.bounce_type or UNDETERMINED,
        event.bounce_subtype or UNDETERMINED,
        document.get("diagnostic_group"),
        json.dumps(document, ensure_ascii=False),
    )
