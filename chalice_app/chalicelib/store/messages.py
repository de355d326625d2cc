"""Messages in DynamoDB: one partition a part, each change conditional on the revision that was read."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice
from operator import and_
from typing import Any, cast

from pynamodb.expressions.condition import Condition

from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor
from chalicelib.messages.model import (
    MOST_PLACES,
    Message,
    MessageFilter,
    MessageKey,
    MessageNotFoundError,
    Tally,
)
from chalicelib.store.batches import read_all
from chalicelib.store.clients import client_of
from chalicelib.store.mapping import mapped_errors
from chalicelib.store.message_batches import PUTS, Change, put_items, query_part, write_changes
from chalicelib.store.message_changes import change_message
from chalicelib.store.message_images import COUNTED, counted_as, image_of, message_of_image, partition_of
from chalicelib.store.tables import MessageItem

Step = Callable[[Message], Message]

_PAGES_READ = 20
"""Partitions that one page of a filtered list looks through before it hands back a cursor."""


class DynamoMessages:
    """Implements `messages.ports.MessageRepository`."""

    def put_all(self, messages: Iterable[Message]) -> int:
        """Store new messages, replacing equal ones of an earlier try; return how many."""
        count, rest = 0, iter(messages)
        while chunk := [image_of(replace(message, revision=1)) for message in islice(rest, PUTS)]:
            with mapped_errors():
                put_items(client_of(MessageItem), MessageItem.Meta.table_name, chunk)
            count += len(chunk)
        return count

    def get(self, key: MessageKey) -> Message | None:
        """Return one message, read consistently, or None."""
        with mapped_errors():
            try:
                item = MessageItem.get(partition_of(key.campaign_id, key.part), key.seq, consistent_read=True)
            except MessageItem.DoesNotExist:
                return None
        return message_of_image(item.to_dynamodb_dict())

    def glance(self, key: MessageKey) -> Message | None:
        """Return one message as it was a moment ago, for half the price; None: ask `get`, it may be new."""
        with mapped_errors():
            try:
                item = MessageItem.get(partition_of(key.campaign_id, key.part), key.seq)
            except MessageItem.DoesNotExist:
                return None
        return message_of_image(item.to_dynamodb_dict())

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> list[Message]:
        """Return the messages whose ``seq`` is in ``first`` .. ``first + count - 1``, read consistently."""
        with mapped_errors():
            return [message_of_image(item) for item in self._read(campaign_id, part, first, first + count - 1)]

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        """Apply a pure step and store its result; on a conflict read again and apply the step to what is there.

        Raises:
            StaleRevisionError: the message kept changing.
            MessageNotFoundError: it was deleted meanwhile.
        """
        return change_message(
            message, step, item_of=_item, read=lambda m: self.get(MessageKey(m.campaign_id, m.part, m.seq))
        )

    def change_all(self, changes: Sequence[tuple[Message, Step]]) -> list[Message]:
        """Change each message as `change` does, many with one call; return what is stored of them, in order.

        Raises:
            TemporarilyUnavailableError: some of the changes may be stored and some not.
            StaleRevisionError, MessageNotFoundError: as of `change`; the other changes that fit are stored.
        """
        changed = [step(message) for message, step in changes]
        stored = [
            message if after == message else replace(after, revision=message.revision + 1)
            for (message, _), after in zip(changes, changed, strict=True)
        ]
        wanted = [Change(m, after) for (m, _), after in zip(changes, stored, strict=True) if after is not m]
        stale = write_changes(client_of(MessageItem), MessageItem.Meta.table_name, wanted)
        if stale:
            refused = {change.before.message_id for change in stale}
            for place, (message, step) in enumerate(changes):
                if message.message_id in refused:
                    stored[place] = self._change_as_stored(message, step)
        return stored

    def _change_as_stored(self, message: Message, step: Step) -> Message:
        current = self.get(MessageKey(message.campaign_id, message.part, message.seq))
        if current is None:
            raise MessageNotFoundError(f"There is no message {message.message_id!r} any more.")
        return self.change(current, step)

    def _read(
        self, campaign_id: str, part: int, first: int, last: int, *, only: Sequence[str] = ()
    ) -> Iterator[dict[str, Any]]:
        partition = partition_of(campaign_id, part)
        return query_part(client_of(MessageItem), MessageItem.Meta.table_name, partition, first, last, only=only)

    def tally(self, campaign_id: str, part: int) -> Tally:
        """Count a part by the facts stored now."""
        with mapped_errors():
            items = list(self._read(campaign_id, part, 0, MOST_PLACES, only=COUNTED))
        counts = Counter(counted_as(item) for item in items)
        return sum((times * one for one, times in counts.items()), Tally())

    def get_all(self, keys: Iterable[MessageKey]) -> "list[Message]":
        """Return those of the messages that exist, read consistently, in no order."""
        client, table = client_of(MessageItem), MessageItem.Meta.table_name

        def read(chunk: "list[MessageKey]") -> "tuple[list[dict[str, Any]], list[MessageKey]]":
            asked = {(partition_of(key.campaign_id, key.part), key.seq): key for key in chunk}
            wanted: Any = [{"partition": {"S": name}, "seq": {"N": str(seq)}} for name, seq in asked]
            answer: Any = client.batch_get_item(RequestItems={table: {"Keys": wanted, "ConsistentRead": True}})
            left = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            rest = [asked[one["partition"]["S"], int(one["seq"]["N"])] for one in left]
            return answer["Responses"].get(table, []), rest

        with mapped_errors():
            return [message_of_image(item) for item in read_all(read, keys)]

    def list(
        self, campaign_id: str, *, parts: int, wanted: MessageFilter, limit: int, cursor: str | None
    ) -> Page[Message]:
        """Return messages in the order of the recipient file; a page may be short though more follow."""
        of = [campaign_id, wanted.status]
        if wanted.address_prefix is not None:
            of.append(wanted.address_prefix)
        part, seq = _position(cursor, of)
        found: list[Message] = []
        condition = _condition(wanted)
        for _ in range(_PAGES_READ):
            if part >= parts:
                return Page(found)
            with mapped_errors():
                results = MessageItem.query(
                    partition_of(campaign_id, part),
                    MessageItem.seq > seq,
                    filter_condition=condition,
                    limit=limit - len(found),
                )
                found.extend(message_of_image(item.to_dynamodb_dict()) for item in results)
            if len(found) == limit:
                return Page(found, encode_cursor([found[-1].part, found[-1].seq, *of]))
            part, seq = part + 1, -1
        return Page(found, encode_cursor([part, seq, *of]) if part < parts else None)


def _condition(wanted: MessageFilter) -> Condition | None:
    """Return what DynamoDB holds against each message that it reads."""
    conditions: list[Condition] = []
    if wanted.status is not None:
        conditions.append(MessageItem.status == wanted.status)
    if wanted.address_prefix is not None:
        conditions.append(MessageItem.address.startswith(wanted.address_prefix))
    return reduce(and_, conditions) if conditions else None


def _item(message: Message) -> MessageItem:
    return MessageItem.from_raw_data(cast("dict[str, Any]", image_of(message)))


def _position(cursor: str | None, of: list[str | None]) -> tuple[int, int]:
    """Read where a page of this campaign and status ended.

    Raises:
        InvalidInputError: the cursor is of another list, or of none.
    """
    position = decode_cursor(cursor)
    match position:
        case None:
            return 0, -1
        case [int(part), int(seq), *rest] if rest == of and 0 <= part < MOST_PLACES and -1 <= seq < MOST_PLACES:
            return part, seq
    raise unknown_cursor()
