"""Messages in DynamoDB: one partition a part, each change conditional on the revision that was read."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor
from chalicelib.messages.model import MOST_PLACES, Facts, Message, MessageKey, MessageStatus, Tally, tally_one
from chalicelib.store.mapping import mapped_errors, read
from chalicelib.store.message_changes import change_message
from chalicelib.store.tables import MessageItem

_TIMES = tuple(name for name in (f.name for f in fields(Facts)) if name.endswith(("_at", "_since")))
_TEXTS = ("bounce_type", "bounce_subtype", "reason")
_COUNTS = ("opens", "clicks", "human_opens", "human_clicks")
_PAGES_READ = 20
"""Partitions that one page of a filtered list looks through before it hands back a cursor."""


class DynamoMessages:
    """Implements `messages.ports.MessageRepository`."""

    def put_all(self, messages: Iterable[Message]) -> int:
        """Store new messages, replacing equal ones of an earlier try; return how many."""
        count = 0
        with mapped_errors(), MessageItem.batch_write() as batch:
            for message in messages:
                batch.save(_item(replace(message, revision=1)))
                count += 1
        return count

    def get(self, key: MessageKey) -> Message | None:
        """Return one message, read consistently, or None."""
        with mapped_errors():
            try:
                item = MessageItem.get(partition_of(key.campaign_id, key.part), key.seq, consistent_read=True)
            except MessageItem.DoesNotExist:
                return None
        return message_of(item)

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> list[Message]:
        """Return the messages whose ``seq`` is in ``first`` .. ``first + count - 1``, read consistently."""
        with mapped_errors():
            found = MessageItem.query(
                partition_of(campaign_id, part),
                MessageItem.seq.between(first, first + count - 1),
                consistent_read=True,
            )
            return [message_of(item) for item in found]

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        """Apply a pure step and store its result; on a conflict read again and apply the step to what is there.

        Raises:
            StaleRevisionError: the message kept changing.
            MessageNotFoundError: it was deleted meanwhile.
        """
        return change_message(
            message, step, item_of=_item, read=lambda m: self.get(MessageKey(m.campaign_id, m.part, m.seq))
        )

    def tally(self, campaign_id: str, part: int) -> Tally:
        """Count a part by the facts stored now."""
        total = Tally()
        with mapped_errors():
            for item in MessageItem.query(partition_of(campaign_id, part), consistent_read=True):
                total += tally_one(message_of(item).facts)
        return total

    def list(
        self, campaign_id: str, *, parts: int, status: MessageStatus | None, limit: int, cursor: str | None
    ) -> Page[Message]:
        """Return messages in the order of the recipient file; a page may be short though more follow."""
        part, seq = _position(cursor)
        found: list[Message] = []
        condition = None if status is None else MessageItem.status == status
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
                found.extend(message_of(item) for item in results)
            if len(found) == limit:
                return Page(found, encode_cursor([found[-1].part, found[-1].seq]))
            part, seq = part + 1, -1
        return Page(found, encode_cursor([part, seq]) if part < parts else None)


def partition_of(campaign_id: str, part: int) -> str:
    """Return the partition key of a part."""
    return f"{campaign_id}#{part:05d}"


def message_of(item: MessageItem) -> Message:
    """Read a message from its item."""
    campaign_id, _, part = item.partition.partition("#")
    known: dict[str, Any] = {name: read(getattr(item, name)) for name in _TIMES}
    known.update((name, getattr(item, name)) for name in _TEXTS)
    known.update((name, int(getattr(item, name) or 0)) for name in _COUNTS)
    return Message(
        campaign_id=campaign_id,
        part=int(part),
        seq=int(item.seq),
        address=item.address,
        fields=item.fields,
        provider_id=item.provider_id,
        created_at=from_rfc3339(item.created_at),
        facts=Facts(**known, seen=frozenset(item.seen or ())),
        revision=int(item.revision),
    )


def message_of_image(image: dict[str, Any]) -> Message:
    """Read a message from a stream record's image (DynamoDB JSON)."""
    return message_of(MessageItem.from_raw_data(image))


def _item(message: Message) -> MessageItem:
    facts = message.facts
    item = MessageItem(
        partition_of(message.campaign_id, message.part),
        message.seq,
        address=message.address,
        fields=dict(message.fields),
        status=message.status,
        provider_id=message.provider_id,
        created_at=rfc3339(message.created_at),
        seen=set(facts.seen) or None,
        revision=message.revision,
    )
    for name in _TIMES:
        moment = getattr(facts, name)
        if moment is not None:
            setattr(item, name, rfc3339(moment))
    for name in _TEXTS:
        setattr(item, name, getattr(facts, name))
    for name in _COUNTS:
        setattr(item, name, getattr(facts, name) or None)
    return item


def _position(cursor: str | None) -> tuple[int, int]:
    position = decode_cursor(cursor)
    match position:
        case None:
            return 0, -1
        case [int(part), int(seq)] if 0 <= part < MOST_PLACES and -1 <= seq < MOST_PLACES:
            return part, seq
    raise unknown_cursor()
