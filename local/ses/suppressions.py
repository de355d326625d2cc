"""The account's suppression list."""

from collections.abc import Iterable
from typing import NamedTuple

from local.ses.addresses import canonical
from local.ses.database import Database


class Suppressed(NamedTuple):
    """An address on the list; the reason is BOUNCE or COMPLAINT, the time in seconds since the epoch."""

    address: str
    reason: str
    updated_at: float


class SuppressionList:
    """Addresses that get nothing; spelling (upper or lower case) does not matter."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, entry: Suppressed) -> None:
        """Add an address, or replace its reason."""
        with self._database.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO suppressions (address, reason, updated_at) VALUES (?, ?, ?)",
                (canonical(entry.address), entry.reason, entry.updated_at),
            )

    def get(self, address: str) -> Suppressed | None:
        """Return an address's entry, or ``None``."""
        with self._database.read() as db:
            row = db.execute(
                "SELECT address, reason, updated_at FROM suppressions WHERE address = ?", (canonical(address),)
            ).fetchone()
        return None if row is None else Suppressed(*row)

    def page(self, after: str, limit: int) -> list[Suppressed]:
        """Return entries behind an address, by their address."""
        sql = "SELECT address, reason, updated_at FROM suppressions WHERE address > ? ORDER BY address LIMIT ?"
        with self._database.read() as db:
            return [Suppressed(*row) for row in db.execute(sql, (after, limit))]

    def delete(self, address: str) -> bool:
        """Take an address off the list; tell whether it was on it."""
        with self._database.write() as db:
            return db.execute("DELETE FROM suppressions WHERE address = ?", (canonical(address),)).rowcount > 0

    def among(self, addresses: Iterable[str]) -> set[str]:
        """Return the canonical forms of those that are on the list."""
        return {canonical(address) for address in addresses if self.get(address) is not None}
