"""Takes changed messages from the tables' streams into the index, in the order of the stream."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.analytics.model import MessageDocument
from chalicelib.analytics.ports import DocumentsRefusedError, DocumentsWaitingError
from chalicelib.kernel.dead_letters import DeadLetter, DeadLetters


@dataclass(frozen=True, slots=True)
class Change:
    """A message as it was after a change.

    Attributes:
        position: of the change in its stream; changes that are handed in again begin with one.
    """

    position: str
    document: MessageDocument


class MessageIndex(Protocol):
    """The index, as far as messages are written to it."""

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document unless a newer version of it is kept already.

        Raises:
            DocumentsRefusedError: it will never take some.
            DocumentsWaitingError: it did not take some, but may later.
        """
        ...


class Indexing:
    """Indexes changes of messages.

    Args:
        index: where documents are kept.
        dead_letters: where those are kept that it refuses.
    """

    def __init__(self, *, index: MessageIndex, dead_letters: DeadLetters) -> None:
        self._index = index
        self._dead_letters = dead_letters

    def index(self, changes: Sequence[Change], unreadable: Sequence[DeadLetter] = ()) -> tuple[str | None, int]:
        """Index changes; of several of one message the last one counts.

        Args:
            changes: in the order of the stream.
            unreadable: what came with them and is no message that can be read.

        Returns:
            The position from which the stream is to hand changes in again, None when all are done; and how many
            messages became dead letters.

        Raises:
            DocumentsWaitingError: already the first change waits, so that nothing is done yet.
        """
        refused: Mapping[str, str] = {}
        waiting: Collection[str] = ()
        failure: DocumentsWaitingError | None = None
        newest = {change.document.message_id: change.document for change in changes}
        try:
            self._index.index_messages(list(newest.values()))
        except DocumentsRefusedError as error:
            refused = error.refused
        except DocumentsWaitingError as error:
            failure, refused, waiting = error, error.refused, error.waiting
        ids = [change.document.message_id for change in changes]
        first = next((place for place, message_id in enumerate(ids) if message_id in waiting), len(ids))
        if failure is not None and first == 0:
            raise failure
        # What stands behind the first one that waits comes again, and with it what is refused there.
        again = set(ids[first:])
        dead = [
            DeadLetter(message_id, reason, newest[message_id])
            for message_id, reason in refused.items()
            if message_id not in again
        ]
        letters = [*unreadable, *dead]
        if letters:
            self._dead_letters.keep(letters)
        return (changes[first].position if first < len(changes) else None), len(letters)
