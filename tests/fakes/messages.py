"""Messages in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor
from chalicelib.messages.model import Message, MessageFilter, MessageKey, MessageNotFoundError, Tally, tally_one
from chalicelib.recipients.model import Recipient


class FakeMessages:
    """The `MessageRepository` port.

    Attributes:
        writes: changes that were stored.
    """

    def __init__(self) -> None:
        self.items: dict[MessageKey, Message] = {}
        self.writes = 0

    def put_all(self, messages: Iterable[Message]) -> int:
        count = 0
        for message in messages:
            self.items[_key(message)] = replace(message, revision=1)
            count += 1
        return count

    def get(self, key: MessageKey) -> Message | None:
        return self.items.get(key)

    def glance(self, key: MessageKey) -> Message | None:
        return self.items.get(key)

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> list[Message]:
        keys = (MessageKey(campaign_id, part, seq) for seq in range(first, first + count))
        return [self.items[key] for key in keys if key in self.items]

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        while True:
            changed = step(message)
            if changed == message:
                return message
            stored = self.items.get(_key(message))
            if stored is None:
                raise MessageNotFoundError(f"There is no message {message.message_id!r} any more.")
            if stored.revision == message.revision:
                self.writes += 1
                self.items[_key(message)] = replace(changed, revision=message.revision + 1)
                return self.items[_key(message)]
            message = stored

    def change_all(self, changes: Sequence[tuple[Message, Callable[[Message], Message]]]) -> "list[Message]":
        return [self.change(message, step) for message, step in changes]

    def tally(self, campaign_id: str, part: int) -> Tally:
        return sum((tally_one(message.facts) for message in self._part(campaign_id, part)), Tally())

    def get_all(self, keys: Iterable[MessageKey]) -> "list[Message]":
        return [self.items[key] for key in keys if key in self.items]

    def list(
        self, campaign_id: str, *, parts: int, wanted: MessageFilter, limit: int, cursor: str | None
    ) -> Page[Message]:
        of = [campaign_id, wanted.status, wanted.address_prefix]
        after = _position(cursor, of)
        found = [
            message
            for part in range(parts)
            for message in self._part(campaign_id, part)
            if (message.part, message.seq) > after and wanted.takes(message)
        ]
        page = found[:limit]
        return Page(page, encode_cursor([page[-1].part, page[-1].seq, *of]) if len(found) > limit else None)

    def _part(self, campaign_id: str, part: int) -> Iterator[Message]:
        found = (item for key, item in self.items.items() if (key.campaign_id, key.part) == (campaign_id, part))
        return iter(sorted(found, key=lambda message: message.seq))


class FakeRecipientParts:
    """The `RecipientParts` port: addresses by part."""

    def __init__(self, *parts: list[str]) -> None:
        self.parts = parts

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        del file_id
        return (Recipient(address, {"name": address.partition("@")[0]}) for address in self.parts[part])


def _key(message: Message) -> MessageKey:
    return MessageKey(message.campaign_id, message.part, message.seq)


def _position(cursor: str | None, of: list[str | None]) -> tuple[int, int]:
    match decode_cursor(cursor):
        case None:
            return 0, -1
        case [int(part), int(seq), *rest] if rest == of:
            return part, seq
    raise InvalidInputError("The cursor is not one.", errors=(FieldError("/cursor", "Pass it unchanged."),))
