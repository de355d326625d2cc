"""Looking through the mails: what the inbox page and its JSON API ask."""

import json
from dataclasses import dataclass
from typing import NamedTuple

from local.ses.addresses import canonical
from local.ses.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which mails; ``None`` does not restrict.

    Attributes:
        text: part of an address or of the subject.
        to: a whole address.
        subject: part of the subject.
        campaign_id: the value of that tag.
    """

    text: str | None = None
    to: str | None = None
    subject: str | None = None
    campaign_id: str | None = None

    @property
    def parameters(self) -> dict[str, str | None]:
        """Return the values as the statements want them."""
        return {
            "text": _like(self.text),
            "to": None if self.to is None else canonical(self.to),
            "subject": _like(self.subject),
            "campaign_id": self.campaign_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One line of the list; events are the kinds that happened up to now, in order."""

    cursor: int
    id: str
    sent_at: float
    sender: str
    recipients: str
    subject: str
    tags: dict[str, str]
    events: tuple[str, ...]


class Duplicate(NamedTuple):
    """An address that got more than one mail with the tag."""

    address: str
    mails: int


class Mailbox:
    """Reads over all mails, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, query: Query, *, now: float, limit: int, cursor: int | None = None) -> list[Summary]:
        """Return up to ``limit`` mails, those before the cursor (a summary's)."""
        with self._database.read() as db:
            rows = db.execute(
                """
                SELECT seq, id, sent_at, recipients, subject, envelope,
                    (SELECT json_group_array(kind) FROM (
                        SELECT kind FROM events WHERE mail = mails.seq AND at <= :now ORDER BY at, events.seq
                    )) AS kinds
                FROM mails
                WHERE (:cursor IS NULL OR seq < :cursor)
                    AND (:text IS NULL OR subject LIKE :text ESCAPE '\\' OR recipients LIKE :text ESCAPE '\\')
                    AND (:subject IS NULL OR subject LIKE :subject ESCAPE '\\')
                    AND (:to IS NULL OR seq IN (SELECT mail FROM recipients WHERE address = :to))
                    AND (:campaign_id IS NULL
                        OR seq IN (SELECT mail FROM tags WHERE name = 'campaign_id' AND value = :campaign_id))
                ORDER BY seq DESC LIMIT :limit
                """,
                {**query.parameters, "cursor": cursor, "limit": limit, "now": now},
            ).fetchall()
        return [
            Summary(
                cursor=row["seq"],
                id=row["id"],
                sent_at=row["sent_at"],
                sender=envelope["sender"],
                recipients=row["recipients"],
                subject=row["subject"],
                tags=dict(envelope["tags"]),
                events=tuple(json.loads(row["kinds"])),
            )
            for row, envelope in ((row, json.loads(row["envelope"])) for row in rows)
        ]

    def count(self, query: Query) -> int:
        """Return how many mails there are."""
        with self._database.read() as db:
            row = db.execute(
                """
                SELECT COUNT(*) FROM mails
                WHERE (:text IS NULL OR subject LIKE :text ESCAPE '\\' OR recipients LIKE :text ESCAPE '\\')
                    AND (:subject IS NULL OR subject LIKE :subject ESCAPE '\\')
                    AND (:to IS NULL OR seq IN (SELECT mail FROM recipients WHERE address = :to))
                    AND (:campaign_id IS NULL
                        OR seq IN (SELECT mail FROM tags WHERE name = 'campaign_id' AND value = :campaign_id))
                """,
                query.parameters,
            ).fetchone()
        return int(row[0])

    def duplicates(self, tag: str, value: str) -> list[Duplicate]:
        """Return the addresses that got more than one mail with a tag's value, the worst first."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT address, COUNT(*) FROM tags JOIN recipients ON recipients.mail = tags.mail"
                " WHERE name = ? AND value = ? GROUP BY address HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC, address",
                (tag, value),
            ).fetchall()
        return [Duplicate(*row) for row in rows]


def _like(text: str | None) -> str | None:
    if text is None:
        return None
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
