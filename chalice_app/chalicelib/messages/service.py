"""Messages as the API shows them."""

from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor
from chalicelib.messages.model import Message, MessageFilter, MessageNotFoundError, key_of
from chalicelib.messages.ports import MessageIndex, MessageRepository


class MessageService:
    """The messages of campaigns."""

    def __init__(self, *, messages: MessageRepository, index: MessageIndex) -> None:
        self._messages = messages
        self._index = index

    def get(self, message_id: str) -> Message:
        """Return a message.

        Raises:
            MessageNotFoundError: there is none.
        """
        message = self._messages.get(key_of(message_id))
        if message is None:
            raise MessageNotFoundError(f"There is no message {message_id!r}.")
        return message

    def list(
        self, campaign_id: str, *, parts: int, wanted: MessageFilter, limit: int, cursor: str | None
    ) -> Page[Message]:
        """Return messages in the order of the recipient file; a page may be short though more follow.

        What is looked for by reason or address is found by the index; each is shown as the store has it, if it is still
        wanted then.

        Raises:
            InvalidInputError: the cursor is of another list, or of none.
        """
        if not wanted.is_for_the_index:
            return self._messages.list(campaign_id, parts=parts, wanted=wanted, limit=limit, cursor=cursor)
        of = [campaign_id, wanted.status, wanted.reason, wanted.address_hash, wanted.address_prefix]
        ids = self._index.message_ids(
            campaign_id,
            address_hash=wanted.address_hash,
            status=wanted.status,
            reason=wanted.reason,
            after=_position(cursor, of),
            limit=limit + 1,
        )
        found = self._messages.get_all([key_of(one) for one in ids[:limit]])
        page = sorted((one for one in found if wanted.takes(one)), key=lambda one: (one.part, one.seq))
        return Page(page, encode_cursor([ids[limit - 1], *of]) if len(ids) > limit else None)


def _position(cursor: str | None, of: "list[str | None]") -> str | None:
    """Read behind which message a page of this list begins.

    Raises:
        InvalidInputError: the cursor is of another list, or of none.
    """
    match decode_cursor(cursor):
        case None:
            return None
        case [str(after), *rest] if rest == of:
            return after
    raise unknown_cursor()
