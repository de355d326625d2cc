"""The mails and what happens to them: kept from acceptance on, so that no event is lost when the process ends."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from local.ses.addresses import canonical
from local.ses.database import Database
from local.ses.events import Event, Kind
from local.ses.links import Link
from local.ses.mail import Envelope, Mail

_ENVELOPE = [field.name for field in fields(Envelope)]


@dataclass(frozen=True, slots=True)
class Due:
    """An event to publish, with the mail that it belongs to."""

    seq: int
    envelope: Envelope
    event: Event


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of a mail's history; state is waiting, published or kept."""

    event: Event
    state: str


class Outbox:
    """Mails and events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mail: Mail, events: Iterable[Event]) -> None:
        """Store a mail and everything that will happen to it, in one transaction."""
        envelope = mail.envelope
        with self._database.write() as db:
            seq = db.execute(
                "INSERT INTO mails"
                " (id, sent_at, recipients, recipient_count, subject, envelope, links, html, text, raw)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    envelope.id,
                    envelope.sent_at,
                    ", ".join(envelope.recipients),
                    len(envelope.recipients),
                    envelope.subject,
                    json.dumps({name: getattr(envelope, name) for name in _ENVELOPE}),
                    json.dumps([(link.target, link.tags) for link in mail.links]),
                    mail.html,
                    mail.text,
                    mail.raw,
                ),
            ).lastrowid
            addresses = {canonical(address) for address in envelope.recipients}
            db.executemany("INSERT INTO recipients (address, mail) VALUES (?, ?)", [(one, seq) for one in addresses])
            db.executemany(
                "INSERT INTO tags (name, value, mail) VALUES (?, ?, ?)", [(*tag, seq) for tag in set(envelope.tags)]
            )
            _insert_events(db, seq, events, "kept" if envelope.configuration_set is None else "waiting")

    def add_event(self, message_id: str, event: Event) -> None:
        """Store an event that a reader caused; nothing happens for a mail that is gone."""
        with self._database.write() as db:
            row = db.execute("SELECT seq, envelope FROM mails WHERE id = ?", (message_id,)).fetchone()
            if row is not None:
                kept = json.loads(row["envelope"])["configuration_set"] is None
                _insert_events(db, row["seq"], [event], "kept" if kept else "waiting")

    def mail(self, message_id: str) -> Mail | None:
        """Return a mail, or ``None``."""
        with self._database.read() as db:
            row = db.execute(
                "SELECT envelope, links, html, text, raw FROM mails WHERE id = ?", (message_id,)
            ).fetchone()
        if row is None:
            return None
        links = tuple(Link(target, tags) for target, tags in json.loads(row["links"]))
        return Mail(envelope=_envelope(row), html=row["html"], text=row["text"], links=links, raw=row["raw"])

    def history(self, message_id: str, *, now: float) -> list[Recorded]:
        """Return what happened to a mail up to now, oldest first."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT kind, at, detail, state FROM events"
                " WHERE mail = (SELECT seq FROM mails WHERE id = ?) AND at <= ? ORDER BY at, seq",
                (message_id, now),
            ).fetchall()
        return [Recorded(_event(row), row["state"]) for row in rows]

    def due(self, now: float, *, limit: int) -> list[Due]:
        """Return the events to publish by now, oldest first."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT events.seq, kind, at, detail, envelope FROM events JOIN mails ON mails.seq = events.mail"
                " WHERE state = 'waiting' AND at <= ? ORDER BY at, events.seq LIMIT ?",
                (now, limit),
            ).fetchall()
        return [Due(row["seq"], _envelope(row), _event(row)) for row in rows]

    def next_due_at(self) -> float | None:
        """Return when the next event is to be published (seconds since the epoch)."""
        with self._database.read() as db:
            row = db.execute("SELECT MIN(at) AS at FROM events WHERE state = 'waiting'").fetchone()
        at: float | None = row["at"]
        return at

    def waiting(self) -> int:
        """Return how many events are not published yet."""
        with self._database.read() as db:
            row = db.execute("SELECT COUNT(*) AS waiting FROM events WHERE state = 'waiting'").fetchone()
        return int(row["waiting"])

    def mark_published(self, seqs: Sequence[int]) -> None:
        """Note that the topic took the events."""
        with self._database.write() as db:
            db.executemany("UPDATE events SET state = 'published' WHERE seq = ?", [(seq,) for seq in seqs])

    def sent_by_minute(self, since: float) -> list[tuple[int, int]]:
        """Return (minute since the epoch, recipients), oldest first, since a moment."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT CAST(sent_at / 60 AS INTEGER) AS minute, SUM(recipient_count) AS recipients FROM mails"
                " WHERE sent_at >= ? GROUP BY minute ORDER BY minute",
                (since,),
            ).fetchall()
        return [(row["minute"], row["recipients"]) for row in rows]

    def clear(self) -> None:
        """Delete every mail, and with it its events, published or not."""
        with self._database.write() as db:
            for statement in ("DELETE FROM mails", "DELETE FROM recipients", "DELETE FROM tags", "DELETE FROM events"):
                db.execute(statement)


def _insert_events(db: sqlite3.Connection, mail: int | None, events: Iterable[Event], state: str) -> None:
    rows = [(mail, event.kind.value, event.at, json.dumps(event.detail), state) for event in events]
    db.executemany("INSERT INTO events (mail, kind, at, detail, state) VALUES (?, ?, ?, ?, ?)", rows)


def _event(row: sqlite3.Row) -> Event:
    return Event(Kind(row["kind"]), row["at"], json.loads(row["detail"]))


def _envelope(row: sqlite3.Row) -> Envelope:
    values = json.loads(row["envelope"])
    for name in ("headers", "tags"):
        values[name] = tuple((one, value) for one, value in values[name])
    return Envelope(**{**values, "recipients": tuple(values["recipients"])})
