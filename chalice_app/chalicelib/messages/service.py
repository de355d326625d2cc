"""Messages as the API shows them."""

from chalicelib.kernel.pages import Page
from chalicelib.messages.model import Message, MessageNotFoundError, MessageStatus, key_of
from chalicelib.messages.ports import MessageRepository


class MessageService:
    """The messages of campaigns."""

    def __init__(self, *, messages: MessageRepository) -> None:
        self._messages = messages

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
        self, campaign_id: str, *, parts: int, status: MessageStatus | None, limit: int, cursor: str | None
    ) -> Page[Message]:
        """Return messages in the order of the recipient file; a page may be short though more follow."""
        return self._messages.list(campaign_id, parts=parts, status=status, limit=limit, cursor=cursor)
