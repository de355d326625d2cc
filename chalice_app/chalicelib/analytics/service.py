"""Answers a campaign's statistics."""

from chalicelib.analytics.model import Interval, LinkCount, Statistics, TimelinePoint, rates_of
from chalicelib.analytics.ports import AnalyticsStore


class AnalyticsService:
    """Statistics of campaigns; a campaign of which nothing is indexed yet has zeros."""

    def __init__(self, *, store: AnalyticsStore) -> None:
        self._store = store

    def statistics(self, campaign_id: str) -> Statistics:
        """Return a campaign's exact numbers and the rates that follow from them."""
        totals = self._store.campaign_totals(campaign_id)
        return Statistics(totals=totals, rates=rates_of(totals))

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        """Return at most ``limit`` links, most clicked first."""
        return self._store.links(campaign_id, limit=limit)

    def timeline(self, campaign_id: str, *, interval: Interval) -> list[TimelinePoint]:
        """Return events by kind in intervals aligned to UTC, in time order, empty ones left out."""
        return self._store.timeline(campaign_id, interval_seconds=interval.seconds)
