"""Transactional messages and idempotency keys in DynamoDB: each change is one conditional write."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.idempotency.model import KeyUse
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor
from chalicelib.messages.model import Facts
from chalicelib.store.idempotency import record_id
from chalicelib.store.mapping import is_refused, mapped_errors, read, written
from chalicelib.store.message_changes import change_message
from chalicelib.store.tables import IdempotencyKeyItem, TransactionalItem
from chalicelib.transactional.idempotency import KeyRecord
from chalicelib.transactional.model import ID_PREFIX, TransactionalMessage, is_transactional

_TIMES = frozenset(field.name for field in fields(Facts) if field.name.endswith(("_at", "_since")))
_PAGE = 500


class DynamoTransactionalMessages:
    """Implements `transactional.ports.TransactionalMessages` and `tracking.ports.TrackedTransactional`."""

    def add(self, message: TransactionalMessage, expires_at: datetime) -> TransactionalMessage:
        """Store a new message, which may be forgotten from ``expires_at`` on unless it is changed before."""
        added = replace(message, revision=1)
        item = _item(added)
        item.expires_at = int(expires_at.timestamp())
        with mapped_errors():
            item.save()
        return added

    def get(self, message_id: str) -> TransactionalMessage | None:
        """Return a message, read consistently, or None."""
        if not is_transactional(message_id):
            return None  # idempotency keys are items of this table too
        with mapped_errors():
            try:
                return _message(TransactionalItem.get(message_id, consistent_read=True))
            except TransactionalItem.DoesNotExist:
                return None

    def change(
        self, message: TransactionalMessage, step: Callable[[TransactionalMessage], TransactionalMessage]
    ) -> TransactionalMessage:
        """Apply a pure step and store its result; on a conflict read again and apply the step to what is there.

        Raises:
            StaleRevisionError: the message kept changing.
            MessageNotFoundError: it was deleted meanwhile.
        """
        return change_message(message, step, item_of=_item, read=lambda m: self.get(m.message_id))

    def page(self, lane: int, lanes: int, cursor: str | None) -> Page[TransactionalMessage]:
        """Return messages of one of so many disjoint lanes, read consistently; a page may be empty and more follow."""
        after = decode_cursor(cursor)
        with mapped_errors():
            found = TransactionalItem.scan(
                TransactionalItem.record_id.startswith(f"{ID_PREFIX}_"),  # idempotency keys stand in the same table
                segment=lane,
                total_segments=lanes,
                limit=_PAGE,
                page_size=_PAGE,
                last_evaluated_key=None if after is None else {"record_id": {"S": after}},
                consistent_read=True,
            )
            items = [_message(item) for item in found]
        last = found.last_evaluated_key
        return Page(items, encode_cursor(last["record_id"]["S"]) if last else None)

    def delete(self, message: TransactionalMessage) -> bool:
        """Remove a message that nobody changed since it was read; tell whether it was."""
        with mapped_errors():
            try:
                _item(message).delete(condition=TransactionalItem.revision == message.revision)
            except PynamoDBException as error:
                if is_refused(error):
                    return False
                raise
        return True


class DynamoIdempotencyKeys:
    """Implements `transactional.ports.IdempotencyKeys`."""

    def get(self, use: KeyUse, now: datetime) -> KeyRecord | None:
        """Return what the key stands for, read consistently; None if it is unused or expired."""
        with mapped_errors():
            try:
                item = IdempotencyKeyItem.get(record_id(use), consistent_read=True)
            except IdempotencyKeyItem.DoesNotExist:
                return None
        # DynamoDB removes expired items hours or days later.
        return _record(item, use) if item.expires_at > now.timestamp() else None

    def take(self, record: KeyRecord, now: datetime) -> KeyRecord:
        """Remember a key that is unused or expired; return the record in force, which may be another's."""
        item = IdempotencyKeyItem(
            record_id(record.use),
            message_id=record.message_id,
            fingerprint=record.use.fingerprint,
            expires_at=int(record.expires_at.timestamp()),
        )
        unused = IdempotencyKeyItem.record_id.does_not_exist() | (IdempotencyKeyItem.expires_at <= now.timestamp())
        while True:
            with mapped_errors():
                try:
                    item.save(condition=unused)
                except PynamoDBException as error:
                    if not is_refused(error):
                        raise
                else:
                    return record
            found = self.get(record.use, now)
            if found:
                return found

    def drop(self, record: KeyRecord) -> None:
        """Forget the key, if it still stands for this message."""
        with mapped_errors():
            try:
                item = IdempotencyKeyItem(record_id(record.use))
                item.delete(condition=IdempotencyKeyItem.message_id == record.message_id)
            except PynamoDBException as error:
                if not is_refused(error):
                    raise


def message_of_image(image: dict[str, Any]) -> TransactionalMessage:
    """Read a message from a stream record's image (DynamoDB JSON)."""
    return _message(TransactionalItem.from_raw_data(image))


def _record(item: IdempotencyKeyItem, use: KeyUse) -> KeyRecord:
    return KeyRecord(
        use=replace(use, fingerprint=item.fingerprint),
        message_id=item.message_id,
        expires_at=datetime.fromtimestamp(int(item.expires_at), UTC),
    )


def _item(message: TransactionalMessage) -> TransactionalItem:
    return TransactionalItem(
        message.message_id,
        address=message.address,
        sender=message.sender,
        created_at=rfc3339(message.created_at),
        created_by=message.created_by,
        template_id=message.template_id,
        template_version=message.template_version,
        tags=[list(tag) for tag in message.tags],
        provider_id=message.provider_id,
        facts=_written(message.facts),
        owner=message.owner,
        lease_until=written(message.lease_until),
        revision=message.revision,
    )


def _message(item: TransactionalItem) -> TransactionalMessage:
    return TransactionalMessage(
        message_id=item.record_id,
        address=item.address,
        sender=item.sender,
        created_at=from_rfc3339(item.created_at),
        created_by=item.created_by,
        template_id=item.template_id,
        template_version=None if item.template_version is None else int(item.template_version),
        tags=tuple((name, value) for name, value in item.tags),
        provider_id=item.provider_id,
        facts=_read(item.facts),
        owner=item.owner,
        lease_until=read(item.lease_until),
        revision=int(item.revision),
    )


def _written(facts: Facts) -> dict[str, Any]:
    """Write the facts that are known."""
    known = {field.name: getattr(facts, field.name) for field in fields(Facts)}
    known["seen"] = sorted(facts.seen)
    return {name: rfc3339(value) if name in _TIMES else value for name, value in known.items() if value}


def _read(known: dict[str, Any]) -> Facts:
    values: dict[str, Any] = {name: from_rfc3339(known[name]) if name in _TIMES else known[name] for name in known}
    values["seen"] = frozenset(known.get("seen", ()))
    return Facts(**values)
