"""What the analytics stage needs from outside; the SQLite and the OpenSearch adapter pass the same contract tests."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.analytics.model import CampaignTotals, LinkCount, MessageDocument, TimelinePoint
from chalicelib.tracking.model import TrackedEvent


class AnalyticsStore(Protocol):
    """Keeps message documents and events and counts them."""

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        """Keep each document unless a newer version of it is kept already."""
        ...

    def record_events(self, events: Sequence[TrackedEvent]) -> None:
        """Keep events; one kept already changes nothing."""
        ...

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        """Count a campaign's messages."""
        ...

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        """Return the links of a campaign, most clicked first."""
        ...

    def timeline(self, campaign_id: str, *, interval_seconds: int) -> list[TimelinePoint]:
        """Return the campaign's events by kind in intervals of equal length, in time order, empty ones left out."""
        ...
