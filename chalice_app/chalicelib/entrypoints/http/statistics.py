"""Statistics: of a campaign, of several side by side, and of the whole account."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.analytics.model import RATE_DEFINITIONS, CampaignTotals, Group, rates_of
from chalicelib.analytics.service import Timeline
from chalicelib.entrypoints.http.api import Api, answer, shown_time
from chalicelib.entrypoints.http.statistics_schemas import (
    CompareQuery,
    NoParameters,
    OverviewParameters,
    TimelineParameters,
    TopQuery,
)

statistics = Api(__name__)

_OF_CAMPAIGN = "/v1/campaigns/{campaign_id}/statistics"


@statistics.operation("GET", _OF_CAMPAIGN, scope=Scope.READ)
def get_campaign_statistics(campaign_id: str) -> Response:
    """Answer the totals of a campaign and the rates that follow from them."""
    statistics.query(NoParameters)
    bootstrap.campaigns().get(campaign_id)
    totals = bootstrap.analytics().totals(campaign_id)
    return answer({"campaign_id": campaign_id, **_numbers(totals), "definitions": dict(RATE_DEFINITIONS)})


@statistics.operation("GET", f"{_OF_CAMPAIGN}/timeline", scope=Scope.READ)
def get_campaign_timeline(campaign_id: str) -> Response:
    """Answer a campaign's events by kind in intervals of the wall clock."""
    query = statistics.query(TimelineParameters)
    bootstrap.campaigns().get(campaign_id)
    timeline = bootstrap.analytics().timeline(campaign_id, query.timeline)
    return answer({"campaign_id": campaign_id, **_timeline(timeline)})


@statistics.operation("GET", f"{_OF_CAMPAIGN}/links", scope=Scope.READ)
def get_campaign_links(campaign_id: str) -> Response:
    """Answer the links of a campaign, most clicked first."""
    query = statistics.query(TopQuery)
    bootstrap.campaigns().get(campaign_id)
    links = bootstrap.analytics().links(campaign_id, limit=query.limit)
    return answer({"campaign_id": campaign_id, "links": [asdict(link) for link in links]})


@statistics.operation("GET", f"{_OF_CAMPAIGN}/domains", scope=Scope.READ)
def get_campaign_domains(campaign_id: str) -> Response:
    """Answer what became of the messages to each recipient domain, the largest first."""
    query = statistics.query(TopQuery)
    bootstrap.campaigns().get(campaign_id)
    groups = bootstrap.analytics().domains(campaign_id, limit=query.limit)
    return answer({"campaign_id": campaign_id, "domains": _groups("domain", groups)})


@statistics.operation("GET", f"{_OF_CAMPAIGN}/providers", scope=Scope.READ)
def get_campaign_providers(campaign_id: str) -> Response:
    """Answer what became of the messages to each mailbox provider, the largest first."""
    statistics.query(NoParameters)
    bootstrap.campaigns().get(campaign_id)
    groups = bootstrap.analytics().providers(campaign_id)
    return answer({"campaign_id": campaign_id, "providers": _groups("provider", groups)})


@statistics.operation("GET", f"{_OF_CAMPAIGN}/bounces", scope=Scope.READ)
def get_campaign_bounces(campaign_id: str) -> Response:
    """Answer what the bounces of a campaign say, the most frequent first."""
    query = statistics.query(TopQuery)
    bootstrap.campaigns().get(campaign_id)
    causes = bootstrap.analytics().bounce_causes(campaign_id, limit=query.limit)
    return answer({"campaign_id": campaign_id, "bounces": [asdict(cause) for cause in causes]})


@statistics.operation("GET", "/v1/statistics/campaigns", scope=Scope.READ)
def compare_campaigns() -> Response:
    """Answer the totals and rates of several campaigns in the order asked for."""
    query = statistics.query(CompareQuery)
    campaigns = [bootstrap.campaigns().get(campaign_id) for campaign_id in dict.fromkeys(query.ids)]
    return answer(
        {
            "campaigns": [
                {
                    "campaign_id": campaign.campaign_id,
                    "name": campaign.name,
                    "state": campaign.state,
                    "started_at": shown_time(campaign.started_at),
                    **_numbers(bootstrap.analytics().totals(campaign.campaign_id)),
                }
                for campaign in campaigns
            ],
            "definitions": dict(RATE_DEFINITIONS),
        }
    )


@statistics.operation("GET", "/v1/statistics/overview", scope=Scope.READ)
def get_overview() -> Response:
    """Answer what the whole account sent in a period and what became of it."""
    query = statistics.query(OverviewParameters)
    overview = bootstrap.analytics().overview(query.timeline, limit=query.limit)
    return answer(
        {
            "from": shown_time(overview.period.start),
            "to": shown_time(overview.period.end),
            **{kind: _numbers(totals) for kind, totals in overview.totals.items()},
            "campaigns": _groups("campaign_id", overview.campaigns),
            "timeline": _timeline(overview.timeline),
            "definitions": dict(RATE_DEFINITIONS),
        }
    )


def _numbers(totals: CampaignTotals) -> dict[str, Any]:
    return {"totals": asdict(totals), "rates": rates_of(totals)}


def _groups(key: str, groups: Sequence[Group]) -> list[dict[str, Any]]:
    return [{key: group.key, "totals": group.outcome.numbers, "rates": rates_of(group.outcome)} for group in groups]


def _timeline(timeline: Timeline) -> dict[str, Any]:
    return {
        "interval": timeline.interval,
        "zone": timeline.zone,
        "end": _local(timeline.end),
        "points": [
            {"start": _local(point.start), "counts": dict(point.counts), "machine": dict(point.machine)}
            for point in timeline.points
        ],
    }


def _local(moment: datetime | None) -> str | None:
    """Write a time as RFC 3339 with its own zone's offset, so that a day can be seen to begin at midnight."""
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
