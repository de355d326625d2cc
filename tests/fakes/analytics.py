"""The analytics store in memory; it passes the same contract tests as the adapters."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from chalicelib.analytics.model import CampaignTotals, LinkCount, MessageDocument, TimelinePoint
from chalicelib.tracking.model import EventKind, TrackedEvent


class FakeAnalytics:
    """The `AnalyticsStore` and the `EventSink` port."""

    def __init__(self) -> None:
        self.documents: dict[str, MessageDocument] = {}
        self.events: dict[tuple[str, str], TrackedEvent] = {}

    def index_messages(self, documents: Sequence[MessageDocument]) -> None:
        for document in documents:
            kept = self.documents.get(document.message_id)
            if kept is None or document.version > kept.version:
                self.documents[document.message_id] = document

    def record_events(self, events: Sequence[TrackedEvent]) -> None:
        for event in events:
            self.events.setdefault((event.message_id, event.fingerprint), event)

    def campaign_totals(self, campaign_id: str) -> CampaignTotals:
        found = [document for document in self.documents.values() if document.campaign_id == campaign_id]
        return CampaignTotals(
            planned=len(found),
            by_status=Counter(document.status for document in found),
            accepted=sum(document.accepted_at is not None for document in found),
            delivered=sum(document.delivered_at is not None for document in found),
            bounced=sum(document.bounced_at is not None for document in found),
            complained=sum(document.complained_at is not None for document in found),
            unsubscribed=sum(document.unsubscribed_at is not None for document in found),
            bounces=Counter(
                f"{document.bounce_type or 'Undetermined'}/{document.bounce_subtype or 'Undetermined'}"
                for document in found
                if document.bounced_at is not None
            ),
            opened=sum(document.first_opened_at is not None for document in found),
            opens=sum(document.opens for document in found),
            clicked=sum(document.first_clicked_at is not None for document in found),
            clicks=sum(document.clicks for document in found),
            reasons=Counter(
                document.reason
                for document in found
                if document.reason is not None and document.status in {"failed", "skipped"}
            ),
        )

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        clicks: dict[str, list[str]] = defaultdict(list)
        for event in self._events_of(campaign_id):
            if event.kind is EventKind.CLICK and event.link is not None:
                clicks[event.link].append(event.message_id)
        counts = [LinkCount(url, len(ids), len(set(ids))) for url, ids in clicks.items()]
        return sorted(counts, key=lambda count: (-count.clicks, count.url))[:limit]

    def timeline(self, campaign_id: str, *, interval_seconds: int) -> list[TimelinePoint]:
        slots: dict[int, Counter[str]] = defaultdict(Counter)
        for event in self._events_of(campaign_id):
            slots[int(event.at.timestamp()) // interval_seconds][event.kind] += 1
        return [
            TimelinePoint(datetime.fromtimestamp(slot * interval_seconds, UTC), counts)
            for slot, counts in sorted(slots.items())
        ]

    def _events_of(self, campaign_id: str) -> list[TrackedEvent]:
        return [event for event in self.events.values() if event.campaign_id == campaign_id]
