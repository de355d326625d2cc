"""What the tracking stage needs from outside."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol

from chalicelib.messages.model import Message, MessageKey
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.transactional.model import TransactionalMessage


class TrackedMessages(Protocol):
    """The messages, as far as an event changes them."""

    def get(self, key: MessageKey) -> Message | None:
        """Return a message, read consistently, or None."""
        ...

    def glance(self, key: MessageKey) -> Message | None:
        """Return a message as it was a moment ago; None may mean that it is new."""
        ...

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        """Apply a pure step and store its result, again after a conflict."""
        ...


class TrackedTransactional(Protocol):
    """The transactional messages, as far as an event changes them."""

    def get(self, message_id: str) -> TransactionalMessage | None:
        """Return a message, read consistently, or None."""
        ...

    def change(
        self, message: TransactionalMessage, step: Callable[[TransactionalMessage], TransactionalMessage]
    ) -> TransactionalMessage:
        """Apply a pure step and store its result, again after a conflict."""
        ...


class SuppressionSink(Protocol):
    """Where bounces and complaints go."""

    def put(self, suppression: Suppression) -> Suppression:
        """Store it unless an earlier cause of that scope and reason is stored."""
        ...


class Unsubscriptions(SuppressionSink, Protocol):
    """The suppressions, as far as recipients themselves change them."""

    def get(self, address: str) -> list[Suppression]:
        """Return the address's suppressions, read consistently."""
        ...

    def delete(self, address: str, scope: SuppressionScope, reason: SuppressionReason | None) -> bool:
        """Remove one reason of a scope; tell whether it was there."""
        ...


class EventSink(Protocol):
    """Where events are kept for analytics."""

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        """Keep events; one kept already takes over the classification, unless that has a lower version."""
        ...

    def recorded_events(self, wanted: Mapping[str, Collection[str] | None]) -> list[ClassifiedEvent]:
        """Return events of messages, those kept a moment ago too.

        Args:
            wanted: fingerprints of events by message id; None: every event of the message. One that is not kept is left
                out.
        """
        ...


class RawEvents(Protocol):
    """The archive of SES's events as they came."""

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store an object, replacing what is there."""
        ...

    def keys(self, prefix: str, after: str | None) -> Iterator[str]:
        """Return the keys below a prefix that come after one, in their order."""
        ...

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        """Return an object's bytes, at most ``max_bytes`` + 1 of them."""
        ...


class StreamedEvents(Protocol):
    """Objects of the archive that a delivery stream wrote."""

    def open(self, key: str, version: str | None) -> BinaryIO:
        """Open an object for reading from start to end in bounded memory."""
        ...


class EventQueue(Protocol):
    """The queue of SES's events, whose records are applied each by itself until they succeed or are dead letters."""

    def send(self, bodies: Sequence[str]) -> None:
        """Hand events over, each a text.

        Raises:
            TemporarilyUnavailableError: the queue did not take all of them.
        """
        ...


class Deadline(Protocol):
    """How much of an invocation is left."""

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...
