"""What happened to a message, and which messages an address got."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.analytics.model import MessageDocument
from chalicelib.analytics.ports import History
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.pages import Page
from chalicelib.messages.model import Facts, Message, MessageKey, MessageNotFoundError, MessageStatus, key_of
from chalicelib.recipients.addresses import mailbox_hash
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.transactional.model import TransactionalMessage, is_transactional

AnyMessage = Message | TransactionalMessage

_WORDS = {
    "skipped_at": "skipped",
    "failed_at": "failed",
    "unknown_since": "unknown",
    "held_at": "held",
    "released_at": "released",
    "accepted_at": "accepted",
    "delayed_at": "delayed",
    "rejected_at": "rejected",
    "delivered_at": "delivered",
    "bounced_at": "bounced",
    "first_opened_at": "opened",
    "first_clicked_at": "clicked",
    "complained_at": "complained",
    "unsubscribed_at": "unsubscribed",
}
"""How facts are called in the history, in the order in which they come about at one moment."""


class CampaignMessages(Protocol):
    """The store of campaign messages."""

    def get(self, key: MessageKey) -> Message | None:
        """Return one message, read consistently, or None."""
        ...


class TransactionalMessages(Protocol):
    """The store of transactional messages."""

    def get(self, message_id: str) -> TransactionalMessage | None:
        """Return a message, read consistently, or None."""
        ...


@dataclass(frozen=True, slots=True)
class MessageHistory:
    """A message and all that is known of it.

    Attributes:
        status: what it is now.
        events: every event that SES reported of it, in the order of time.
    """

    message: AnyMessage
    status: MessageStatus
    events: Sequence[ClassifiedEvent]


class HistoryService:
    """Reads histories: of campaign messages and of transactional ones alike."""

    def __init__(
        self, *, campaigns: CampaignMessages, transactional: TransactionalMessages, events: History, clock: Clock
    ) -> None:
        self._campaigns = campaigns
        self._transactional = transactional
        self._events = events
        self._clock = clock

    def of_message(self, message_id: str) -> MessageHistory:
        """Return a message with its events; those of the last seconds may not be visible yet.

        Raises:
            MessageNotFoundError: there is no such message.
        """
        message, status = self._stored(message_id)
        return MessageHistory(message, status, self._events.message_events(message_id))

    def of_address(self, address: str, *, limit: int, cursor: str | None) -> Page[MessageDocument]:
        """Return the messages of an address, newest first; an address that got none has none.

        Args:
            address: in any spelling of the mailbox: letter case, and an internationalised domain in either form.
            limit: most messages of the page.
            cursor: where the page before ended.

        Raises:
            InvalidInputError: the list handed out no such cursor.
        """
        return self._events.messages_of(mailbox_hash(address), limit=limit, cursor=cursor)

    def _stored(self, message_id: str) -> tuple[AnyMessage, MessageStatus]:
        if is_transactional(message_id):
            mail = self._transactional.get(message_id)
            if mail is not None:
                return mail, mail.status_at(self._clock.now())
        else:
            message = self._campaigns.get(key_of(message_id))
            if message is not None:
                return message, message.status
        raise MessageNotFoundError(f"There is no message {message_id!r}.")


def history(message: AnyMessage) -> list[tuple[datetime, str]]:
    """Return what happened to the message and when, in the order of time; of opens and clicks the first."""
    return sorted(_known(message.created_at, message.facts), key=lambda entry: entry[0])


def _known(created_at: datetime, facts: Facts) -> Iterator[tuple[datetime, str]]:
    yield created_at, "created"
    for name, word in _WORDS.items():
        moment = getattr(facts, name)
        if moment is not None:
            yield moment, word
