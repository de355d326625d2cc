"""API keys, what callers used, and the audit log, in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.access.audit import AuditEntry, AuditFilter
from chalicelib.access.model import ApiKey
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor


class FakeApiKeys:
    """The `ApiKeyRepository` port."""

    def __init__(self) -> None:
        self.items: dict[str, ApiKey] = {}

    def add(self, key: ApiKey) -> ApiKey:
        if key.key_id in self.items:
            raise StaleRevisionError("There is one already.")
        self.items[key.key_id] = replace(key, revision=1)
        return self.items[key.key_id]

    def get(self, key_id: str) -> ApiKey | None:
        return self.items.get(key_id)

    def save(self, key: ApiKey) -> ApiKey:
        if self.items[key.key_id].revision != key.revision:
            raise StaleRevisionError("It was changed in between.")
        self.items[key.key_id] = replace(key, revision=key.revision + 1)
        return self.items[key.key_id]

    def list(self, *, limit: int, cursor: str | None) -> Page[ApiKey]:
        before = decode_cursor(cursor)
        if before is not None and not isinstance(before, str):
            raise unknown_cursor()
        ids = sorted((one for one in self.items if before is None or one < before), reverse=True)
        page = [self.items[one] for one in ids[:limit]]
        return Page(page, encode_cursor(page[-1].key_id) if len(ids) > limit else None)


@dataclass
class FakeCallerUse:
    """The `CallerUse` port."""

    left: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    takings: int = 0
    busy: bool = False

    def take(
        self, bucket: str, *, permits: int, per_second: float, burst: int, now: datetime, remembered: bool
    ) -> float:
        del remembered
        if self.busy:
            raise TemporarilyUnavailableError("The store is busy.")
        self.takings += 1
        held, since = self.left.get(bucket, (float(burst), now))
        there = min(held + (now - since).total_seconds() * per_second, burst)
        if there < permits:
            return (permits - there) / per_second
        self.left[bucket] = (there - permits, now)
        return 0

    def last_used(self, buckets: Iterable[str]) -> Mapping[str, datetime]:
        return {bucket: self.left[bucket][1] for bucket in buckets if bucket in self.left}


class FakeAuditLog:
    """The `AuditLog` port."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def append(self, entry: AuditEntry) -> None:
        self.entries.append(entry)

    def list(self, wanted: AuditFilter, *, limit: int, cursor: str | None) -> Page[AuditEntry]:
        of = [wanted.actor, wanted.action, wanted.resource]
        match decode_cursor(cursor):
            case None:
                before = None
            case [str(before), *rest] if rest == of:
                pass
            case _:
                raise unknown_cursor()
        found = sorted(
            (one for one in self.entries if wanted.takes(one) and (before is None or one.entry_id < before)),
            key=lambda one: one.entry_id,
            reverse=True,
        )
        return Page(found[:limit], encode_cursor([found[limit - 1].entry_id, *of]) if len(found) > limit else None)
