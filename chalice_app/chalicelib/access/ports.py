"""What the access stage needs from outside."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from chalicelib.access.audit import AuditEntry, AuditFilter
from chalicelib.access.model import ApiKey
from chalicelib.kernel.pages import Page


class ApiKeyRepository(Protocol):
    """Keeps API keys."""

    def add(self, key: ApiKey) -> ApiKey:
        """Store a new key; return it with its revision.

        Raises:
            StaleRevisionError: there is one of this id.
        """
        ...

    def get(self, key_id: str) -> ApiKey | None:
        """Return a key, or None."""
        ...

    def save(self, key: ApiKey) -> ApiKey:
        """Store a key in place of its revision; return it with the new one.

        Raises:
            StaleRevisionError: the stored one has another revision.
        """
        ...

    def list(self, *, limit: int, cursor: str | None) -> Page[ApiKey]:
        """Return a page of all keys, newest first.

        Raises:
            InvalidInputError: the cursor was not made by this list.
        """
        ...


class CallerUse(Protocol):
    """Keeps what callers have used of what they may."""

    def take(
        self, bucket: str, *, permits: int, per_second: float, burst: int, now: datetime, remembered: bool
    ) -> float:
        """Take permits out of a bucket, all or none; return 0, or in how many seconds so many will be there.

        A bucket holds at most ``burst`` permits and gets ``per_second`` new ones. Taking is atomic.

        Args:
            bucket: which.
            permits: how many, at most ``burst``.
            per_second: how many a second are added.
            burst: how many there are at most.
            now: the time.
            remembered: whether `last_used` is of interest also when the bucket has long been full again.
        """
        ...

    def last_used(self, buckets: Iterable[str]) -> Mapping[str, datetime]:
        """Return when permits were last taken out of buckets; those that were never used are left out."""
        ...


class AuditLog(Protocol):
    """Keeps what was done; nothing in it is changed or removed before its time."""

    def append(self, entry: AuditEntry) -> None:
        """Store an entry."""
        ...

    def list(self, wanted: AuditFilter, *, limit: int, cursor: str | None) -> Page[AuditEntry]:
        """Return a page, newest first; it may hold fewer entries than asked for though more follow.

        Raises:
            InvalidInputError: the cursor was not made by this list.
        """
        ...
