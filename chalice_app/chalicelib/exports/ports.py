"""What the export stage needs from outside."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.exports.model import Export
from chalicelib.messages.model import Message


class ExportRecords(Protocol):
    """Keeps the records of exports until they expire."""

    def put(self, export: Export) -> None:
        """Store a record, replacing the one before."""
        ...

    def get(self, campaign_id: str, export_id: str) -> Export | None:
        """Return a record, or None."""
        ...


class ExportLinks(Protocol):
    """Lets the caller download what is written."""

    def link(self, key: str, *, filename: str) -> str:
        """Return an address under which the object can be downloaded for a short time."""
        ...


class ExportWorkflows(Protocol):
    """Starts the state machine that writes exports."""

    def export_messages(self, campaign_id: str, export_id: str) -> None:
        """Start writing.

        Raises:
            TemporarilyUnavailableError: it was not started.
        """
        ...


class ExportedMessages(Protocol):
    """The message store."""

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> Sequence[Message]:
        """Return the messages whose ``seq`` is in ``first`` .. ``first + count - 1``, read consistently."""
        ...


class Deadline(Protocol):
    """How much of the invocation is left."""

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...
