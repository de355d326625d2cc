"""Transactional messages and idempotency keys in memory; the locks make each change one conditional write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Lock
from zlib import crc32

from chalicelib.idempotency.model import KeyUse
from chalicelib.kernel.pages import Page
from chalicelib.messages.model import MessageNotFoundError
from chalicelib.transactional.idempotency import KeyRecord
from chalicelib.transactional.model import TransactionalMessage


class FakeTransactionalMessages:
    """The `TransactionalMessages` and `TrackedTransactional` ports.

    Attributes:
        forgotten_at: when an item may be removed, for those that may.
        refuse: raised by the changes to come, one each.
    """

    def __init__(self) -> None:
        self.items: dict[str, TransactionalMessage] = {}
        self.forgotten_at: dict[str, datetime] = {}
        self.refuse: list[Exception] = []
        self._lock = Lock()

    def add(self, message: TransactionalMessage, expires_at: datetime) -> TransactionalMessage:
        added = self.items[message.message_id] = replace(message, revision=1)
        self.forgotten_at[message.message_id] = expires_at
        return added

    def get(self, message_id: str) -> TransactionalMessage | None:
        return self.items.get(message_id)

    def change(
        self, message: TransactionalMessage, step: Callable[[TransactionalMessage], TransactionalMessage]
    ) -> TransactionalMessage:
        if self.refuse:
            raise self.refuse.pop(0)
        while True:
            changed = step(message)
            if changed == message:
                return message
            with self._lock:
                stored = self.items.get(message.message_id)
                if stored is None:
                    raise MessageNotFoundError(f"There is no message {message.message_id!r} any more.")
                if stored.revision == message.revision:
                    self.forgotten_at.pop(message.message_id, None)
                    saved = self.items[message.message_id] = replace(changed, revision=message.revision + 1)
                    return saved
            message = stored

    def page(self, lane: int, lanes: int, cursor: str | None) -> Page[TransactionalMessage]:
        mine = sorted(name for name in self.items if crc32(name.encode()) % lanes == lane and name > (cursor or ""))
        return Page([self.items[name] for name in mine[:2]], mine[1] if len(mine) > 2 else None)

    def delete(self, message: TransactionalMessage) -> bool:
        with self._lock:
            stored = self.items.get(message.message_id)
            if stored is None or stored.revision != message.revision:
                return False
            del self.items[message.message_id]
            return True


class FakeIdempotencyKeys:
    """The `IdempotencyKeys` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], KeyRecord] = {}
        self._lock = Lock()

    def get(self, use: KeyUse, now: datetime) -> KeyRecord | None:
        found = self.items.get((use.caller, use.key))
        return found if found and found.expires_at > now else None

    def take(self, record: KeyRecord, now: datetime) -> KeyRecord:
        with self._lock:
            found = self.get(record.use, now)
            if found is None:
                found = self.items[record.use.caller, record.use.key] = record
            return found

    def drop(self, record: KeyRecord) -> None:
        with self._lock:
            found = self.items.get((record.use.caller, record.use.key))
            if found and found.message_id == record.message_id:
                del self.items[record.use.caller, record.use.key]
