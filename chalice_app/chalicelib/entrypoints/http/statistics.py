"""How the API shows a campaign's statistics."""

from dataclasses import asdict
from typing import Any

from chalicelib.analytics.service import AnalyticsService
from chalicelib.entrypoints.http.api import shown_time
from chalicelib.entrypoints.http.schemas import StatisticsQuery


def statistics_document(analytics: AnalyticsService, campaign_id: str, query: StatisticsQuery) -> dict[str, Any]:
    """Show totals, rates, links and time line."""
    statistics = analytics.statistics(campaign_id)
    return {
        "campaign_id": campaign_id,
        "totals": asdict(statistics.totals),
        "rates": asdict(statistics.rates),
        "links": [asdict(link) for link in analytics.links(campaign_id, limit=query.links)],
        "timeline": {
            "interval": query.interval,
            "points": [
                {"start": shown_time(point.start), "counts": dict(point.counts)}
                for point in analytics.timeline(campaign_id, interval=query.interval)
            ],
        },
    }
