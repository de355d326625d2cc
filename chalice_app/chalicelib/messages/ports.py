"""What the message stage needs from outside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from chalicelib.kernel.pages import Page
from chalicelib.messages.model import Message, MessageFilter, MessageKey, Tally
from chalicelib.recipients.model import Recipient


class MessageRepository(Protocol):
    """Keeps the messages; each change is conditional on the revision that was read."""

    def put_all(self, messages: Iterable[Message]) -> int:
        """Store new messages, replacing equal ones of an earlier try; return how many."""
        ...

    def get(self, key: MessageKey) -> Message | None:
        """Return one message, read consistently, or None."""
        ...

    def glance(self, key: MessageKey) -> Message | None:
        """Return one message as it was a moment ago; None may mean that it is new."""
        ...

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> list[Message]:
        """Return the messages whose ``seq`` is in ``first`` .. ``first + count - 1``, read consistently."""
        ...

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        """Apply a pure step and store its result; on a conflict read again and apply the step to what is there.

        Args:
            message: the message as it was read; nothing is written when the step changes nothing.
            step: facts in, facts out; may run more than once.
        """
        ...

    def change_all(self, changes: "Sequence[tuple[Message, Callable[[Message], Message]]]") -> "list[Message]":
        """Change each message as `change` does, with fewer calls; return what is stored of them, in order.

        Args:
            changes: messages with their steps, none twice.

        Raises:
            TemporarilyUnavailableError: some of the changes may be stored and some not.
        """
        ...

    def tally(self, campaign_id: str, part: int) -> Tally:
        """Count a part by the facts stored now."""
        ...

    def get_all(self, keys: Iterable[MessageKey]) -> "list[Message]":
        """Return those of the messages that exist, read consistently, in no order."""
        ...

    def list(
        self, campaign_id: str, *, parts: int, wanted: MessageFilter, limit: int, cursor: str | None
    ) -> Page[Message]:
        """Return messages in the order of the recipient file; a page may be short though more follow.

        Args:
            campaign_id: whose messages.
            parts: of the campaign.
            wanted: by status and by what the address begins with; the rest is for the index.
            limit: most messages of the page.
            cursor: where the page before ended.
        """
        ...


class MessageIndex(Protocol):
    """Finds messages without reading the others; it follows the store by seconds."""

    def message_ids(
        self,
        campaign_id: str,
        *,
        address_hash: str | None,
        status: str | None,
        reason: str | None,
        after: str | None,
        limit: int,
    ) -> "list[str]":
        """Return ids of a campaign's messages in their order, behind the id ``after``.

        Args:
            campaign_id: whose messages.
            address_hash: of the address's canonical form; None: any, as for what follows.
            status: the status that it had when it was indexed.
            reason: word for word.
            after: an id.
            limit: so many at most.
        """
        ...


class RecipientParts(Protocol):
    """The part files of an imported recipient file."""

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        """Return a part's recipients in order."""
        ...


class PartTallies(Protocol):
    """Where the account of a part is kept."""

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        """Store a part's account, replacing the one before."""
        ...


class SliceStore(Protocol):
    """Where it is written down how the parts of a campaign are divided."""

    def write(self, key: str, document: Mapping[str, Any]) -> None:
        """Store a document, replacing what is there."""
        ...
