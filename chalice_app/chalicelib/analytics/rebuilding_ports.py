"""What building statistics anew needs from outside."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.analytics.model import CampaignTotals, MessageDocument
from chalicelib.kernel.pages import Page
from chalicelib.messages.model import Message, MessageKey
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import TrackedEvent
from chalicelib.transactional.model import TransactionalMessage


class Counted(Protocol):
    """The numbers by which two generations of statistics are compared."""

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        """Count a campaign's messages."""
        ...

    def events_by_kind(self, campaign_id: str) -> dict[str, int]:
        """Count a campaign's events by kind; kinds without any are left out."""
        ...


class Rebuild(Counted, Protocol):
    """Statistics that are being built: what is written goes nowhere else.

    Each method raises `chalicelib.kernel.errors.ConflictError` once they are not being built any more.
    """

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document unless a version as new is kept."""
        ...

    def restore_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document, also in place of another one of the same version; a newer one stays."""
        ...

    def documents_of(self, message_ids: Sequence[str]) -> list[MessageDocument]:
        """Return the documents of messages, those kept a moment ago too."""
        ...

    def copy_events(self, campaign_id: str, part: int | None, after: str | None) -> str | None:
        """Keep events that the statistics in force hold, as they were recorded; a later conclusion stays.

        Args:
            campaign_id: whose events.
            part: of which part of the campaign; None: of all.
            after: where the call before ended.

        Returns:
            Where to go on; None at the end.
        """
        ...

    def missing_events(self, events: Sequence[TrackedEvent], rules: int) -> list[TrackedEvent]:
        """Return the events that are not kept, and those of which something was concluded by older rules."""
        ...

    def add_events(self, events: Sequence[ClassifiedEvent]) -> None:
        """Keep events of which no conclusion of this or a higher version is kept."""
        ...

    def show(self) -> None:
        """Let counts see everything that was written."""
        ...


class Rebuildable(Counted, Protocol):
    """Statistics in force, beside which others can be built."""

    def begin_rebuild(self) -> str:
        """Have everything that changes written to new statistics too; return their name.

        If such are being built, their name. A writer may need `chalicelib.analytics.comparing.KNOWN_AFTER_SECONDS` to
        know of it.
        """
        ...

    def rebuild(self, name: str) -> Rebuild:
        """Return the statistics that are being built."""
        ...

    def switch_to(self, name: str) -> None:
        """Answer from the new statistics from now on, all kinds at once; the old ones go on being written.

        Raises:
            ConflictError: they are not being built any more.
        """
        ...

    def write_only_what_is_read(self) -> None:
        """Give up what is being built; after a switch, what was read before."""
        ...

    def remove_unused(self) -> list[str]:
        """Remove what is neither read nor written; return its names."""
        ...


class StoredTransactional(Protocol):
    """The store of transactional messages."""

    def get(self, message_id: str) -> TransactionalMessage | None:
        """Return a message, read consistently, or None."""
        ...

    def page(self, lane: int, lanes: int, cursor: str | None) -> Page[TransactionalMessage]:
        """Return messages of one of so many disjoint lanes, read consistently; a page may be empty and more follow."""
        ...


class StoredMessages(Protocol):
    """The store of campaigns' messages."""

    def get(self, key: MessageKey) -> Message | None:
        """Return a message, read consistently, or None."""
        ...

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> Sequence[Message]:
        """Return the messages whose ``seq`` is in ``first`` .. ``first + count - 1``, read consistently."""
        ...
