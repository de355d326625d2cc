"""What the analytics stage needs from outside; the SQLite and the OpenSearch adapter pass the same contract tests."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.analytics.changes import Changes
from chalicelib.analytics.model import (
    BounceCause,
    CampaignTotals,
    Group,
    LinkCount,
    MessageDocument,
    MessageKind,
    Outcome,
    Period,
    TimelinePoint,
)
from chalicelib.analytics.rebuilding_ports import Rebuildable
from chalicelib.analytics.retention import Retained
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.kernel.pages import Page
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind


class DocumentsRefusedError(Exception):
    """The index will never take some documents, for instance because their fields do not fit; it has all others.

    Attributes:
        refused: the type of the index's error by the id of the document.
    """

    def __init__(self, message: str, refused: Mapping[str, str]) -> None:
        super().__init__(message)
        self.refused = refused


class DocumentsWaitingError(TemporarilyUnavailableError):
    """The index did not take some documents, though tried again; it may take them later.

    Attributes:
        waiting: ids of the documents that it does not have.
        refused: what it will never take besides, as in `DocumentsRefusedError`.
    """

    def __init__(self, message: str, waiting: Collection[str], refused: Mapping[str, str]) -> None:
        super().__init__(message)
        self.waiting = waiting
        self.refused = refused


class AnalyticsWriter(Protocol):
    """Keeps message documents and events.

    What an adapter cannot keep it names by a `DocumentsRefusedError` or a `DocumentsWaitingError`.
    """

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document unless a newer version of it is kept already."""
        ...

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


class CampaignNumbers(Protocol):
    """Counts a campaign's messages and events, all of them exactly."""

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        """Count a campaign's messages."""
        ...

    def domains(self, campaign_id: str, *, limit: int) -> list[Group]:
        """Return the recipients' domains, those with the most messages first."""
        ...

    def providers(self, campaign_id: str, table: Mapping[str, Collection[str]]) -> dict[str, Outcome]:
        """Count the messages to each provider's domains; providers without a message are left out.

        Args:
            campaign_id: whose messages.
            table: a provider's domains by its name; no domain belongs to two.
        """
        ...

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        """Return the links of a campaign, most clicked first, then by their text."""
        ...

    def bounce_causes(self, campaign_id: str, *, limit: int) -> list[BounceCause]:
        """Return what bounces say, the most frequent first."""
        ...

    def event_span(self, campaign_id: str) -> tuple[datetime, datetime] | None:
        """Return when the first and the last event of a campaign happened, to the millisecond; None without any."""
        ...


class AccountNumbers(Protocol):
    """Counts over all campaigns and the transactional messages."""

    def period_totals(self, period: Period, kind: MessageKind) -> CampaignTotals:
        """Count the messages of a kind that SES accepted in a period."""
        ...

    def period_campaigns(self, period: Period, *, limit: int) -> list[Group]:
        """Return the campaigns by the messages that SES accepted in a period, the largest first."""
        ...

    def timeline(
        self, campaign_id: str | None, *, bounds: Sequence[datetime], kinds: Collection[EventKind]
    ) -> list[TimelinePoint]:
        """Count events by kind in the intervals between neighbouring bounds.

        Args:
            campaign_id: whose events; None: those of all campaigns and of transactional messages.
            bounds: ascending, whole seconds; each but the last begins an interval, which the next one ends.
            kinds: which events.
        """
        ...


class History(Protocol):
    """What happened to a message, and which messages an address got."""

    def message_events(self, message_id: str) -> list[ClassifiedEvent]:
        """Return every event of a message in the order of time; at most `MAX_EVENTS`."""
        ...

    def messages_of(self, address_hash: str, *, limit: int, cursor: str | None) -> Page[MessageDocument]:
        """Return the messages of an address over all campaigns and transactional ones, newest first.

        Raises:
            InvalidInputError: this list handed out no such cursor.
        """
        ...


class MessageLookUp(Protocol):
    """Finds messages of a campaign by what is known of them."""

    def message_ids(
        self,
        campaign_id: str,
        *,
        address_hash: str | None,
        status: str | None,
        reason: str | None,
        after: str | None,
        limit: int,
    ) -> list[str]:
        """Return ids of a campaign's messages in their order, behind the id ``after``; None: whatever it is."""
        ...


class ChangeLog(Protocol):
    """The events of a campaign in the order in which they were kept."""

    def changes(
        self, campaign_id: str, *, after: str | None, kinds: Collection[EventKind] | None, limit: int
    ) -> Changes:
        """Return events behind a point.

        Who reads on from cursor to cursor meets every event, however late it came; one is met again when it was kept
        again, because something else is concluded about it now.

        Args:
            campaign_id: whose events.
            after: cursor of an earlier answer; None begins with the first event.
            kinds: which events; None: all.
            limit: most events of the answer.

        Raises:
            InvalidInputError: the cursor was not handed out here.
        """
        ...


class Reconciled(Protocol):
    """The documents, as far as they are compared with the message store."""

    def part_documents(self, campaign_id: str, part: int) -> list[MessageDocument]:
        """Return the documents of one part of a campaign, by message id."""
        ...

    def restore_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document, also in place of another one of the same version; a newer one stays."""
        ...

    def remove_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Remove documents; one that has become newer meanwhile stays."""
        ...


class AnalyticsStore(
    AnalyticsWriter,
    CampaignNumbers,
    AccountNumbers,
    History,
    MessageLookUp,
    ChangeLog,
    Reconciled,
    Retained,
    Rebuildable,
    Protocol,
):
    """Everything that an adapter does."""


MAX_EVENTS = 10_000
"""Events of one message that are answered at most; what loads a pixel more often than that shows no more."""
