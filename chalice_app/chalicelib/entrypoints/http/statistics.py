"""Statistics: of a campaign, of several side by side, and of the whole account."""

from datetime import datetime

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.analytics.model import (
    RATE_DEFINITIONS,
    BounceCause,
    CampaignTotals,
    Group,
    LinkCount,
    MessageKind,
    rates_of,
)
from chalicelib.analytics.service import Timeline
from chalicelib.analytics.timeline import Interval, TooManyPointsError
from chalicelib.campaigns.model import CampaignNotFoundError, CampaignState
from chalicelib.entrypoints.http.api import Answer, Api, Time, answer, shown_time
from chalicelib.entrypoints.http.statistics_schemas import (
    CompareQuery,
    NoParameters,
    OverviewParameters,
    TimelineParameters,
    TopQuery,
)

statistics = Api(__name__)


class NumbersDocument(TypedDict):
    """Totals and the rates that follow from them; a rate is null where there is nothing to divide by."""

    totals: CampaignTotals
    rates: dict[str, float | None]


class CampaignStatistics(NumbersDocument):
    """The numbers of a campaign, and how the rates are defined."""

    campaign_id: str
    definitions: dict[str, str]


class PointDocument(TypedDict):
    """Events in the interval that begins at ``start``: by kind, and those of them that machines made."""

    start: Time | None
    counts: dict[str, int]
    machine: dict[str, int]


class TimelineDocument(TypedDict):
    """Events in intervals of a zone's wall clock."""

    interval: Interval
    zone: str
    end: Time | None
    points: list[PointDocument]


class CampaignTimeline(TimelineDocument):
    """A campaign's events in intervals of a zone's wall clock."""

    campaign_id: str


class CampaignLinks(TypedDict):
    """The links of a campaign, most clicked first."""

    campaign_id: str
    links: list[LinkCount]


class OutcomeDocument(TypedDict):
    """What became of a group of messages."""

    totals: dict[str, int]
    rates: dict[str, float | None]


class DomainDocument(OutcomeDocument):
    """What became of the messages to one recipient domain."""

    domain: str


class CampaignDomains(TypedDict):
    """What became of the messages to each recipient domain, the largest first."""

    campaign_id: str
    domains: list[DomainDocument]


class ProviderDocument(OutcomeDocument):
    """What became of the messages to one mailbox provider."""

    provider: str


class CampaignProviders(TypedDict):
    """What became of the messages to each mailbox provider, the largest first."""

    campaign_id: str
    providers: list[ProviderDocument]


class CampaignBounces(TypedDict):
    """What the bounces of a campaign say, the most frequent first."""

    campaign_id: str
    bounces: list[BounceCause]


class ComparedCampaign(NumbersDocument):
    """The numbers of one of several campaigns."""

    campaign_id: str
    name: str
    state: CampaignState
    started_at: Time | None


class Comparison(TypedDict):
    """The numbers of several campaigns in the order asked for, and how the rates are defined."""

    campaigns: list[ComparedCampaign]
    definitions: dict[str, str]


class CampaignShare(OutcomeDocument):
    """What became of the messages of one campaign in a period."""

    campaign_id: str


_Period = TypedDict("_Period", {"from": Time | None, "to": Time | None})


class OverviewDocument(_Period):
    """What the whole account sent in a period and what became of it."""

    campaign: NumbersDocument
    transactional: NumbersDocument
    campaigns: list[CampaignShare]
    timeline: TimelineDocument
    definitions: dict[str, str]


_OF_CAMPAIGN = "/v1/campaigns/{campaign_id}/statistics"


@statistics.operation("GET", _OF_CAMPAIGN, scope=Scope.READ, refuses=(CampaignNotFoundError,))
def get_campaign_statistics(campaign_id: str, _query: NoParameters) -> Answer[CampaignStatistics]:
    """Answer the totals of a campaign and the rates that follow from them."""
    bootstrap.campaigns().get(campaign_id)
    totals = bootstrap.analytics().totals(campaign_id)
    return answer({"campaign_id": campaign_id, **_numbers(totals), "definitions": dict(RATE_DEFINITIONS)})


@statistics.operation(
    "GET", f"{_OF_CAMPAIGN}/timeline", scope=Scope.READ, refuses=(CampaignNotFoundError, TooManyPointsError)
)
def get_campaign_timeline(campaign_id: str, query: TimelineParameters) -> Answer[CampaignTimeline]:
    """Answer a campaign's events by kind in intervals of the wall clock."""
    bootstrap.campaigns().get(campaign_id)
    timeline = bootstrap.analytics().timeline(campaign_id, query.timeline)
    return answer({"campaign_id": campaign_id, **_timeline(timeline)})


@statistics.operation("GET", f"{_OF_CAMPAIGN}/links", scope=Scope.READ, refuses=(CampaignNotFoundError,))
def get_campaign_links(campaign_id: str, query: TopQuery) -> Answer[CampaignLinks]:
    """Answer the links of a campaign, most clicked first."""
    bootstrap.campaigns().get(campaign_id)
    links = bootstrap.analytics().links(campaign_id, limit=query.limit)
    return answer({"campaign_id": campaign_id, "links": list(links)})


@statistics.operation("GET", f"{_OF_CAMPAIGN}/domains", scope=Scope.READ, refuses=(CampaignNotFoundError,))
def get_campaign_domains(campaign_id: str, query: TopQuery) -> Answer[CampaignDomains]:
    """Answer what became of the messages to each recipient domain, the largest first."""
    bootstrap.campaigns().get(campaign_id)
    groups = bootstrap.analytics().domains(campaign_id, limit=query.limit)
    return answer(
        {"campaign_id": campaign_id, "domains": [{"domain": group.key, **_outcome(group)} for group in groups]}
    )


@statistics.operation("GET", f"{_OF_CAMPAIGN}/providers", scope=Scope.READ, refuses=(CampaignNotFoundError,))
def get_campaign_providers(campaign_id: str, _query: NoParameters) -> Answer[CampaignProviders]:
    """Answer what became of the messages to each mailbox provider, the largest first."""
    bootstrap.campaigns().get(campaign_id)
    groups = bootstrap.analytics().providers(campaign_id)
    return answer(
        {"campaign_id": campaign_id, "providers": [{"provider": group.key, **_outcome(group)} for group in groups]}
    )


@statistics.operation("GET", f"{_OF_CAMPAIGN}/bounces", scope=Scope.READ, refuses=(CampaignNotFoundError,))
def get_campaign_bounces(campaign_id: str, query: TopQuery) -> Answer[CampaignBounces]:
    """Answer what the bounces of a campaign say, the most frequent first."""
    bootstrap.campaigns().get(campaign_id)
    causes = bootstrap.analytics().bounce_causes(campaign_id, limit=query.limit)
    return answer({"campaign_id": campaign_id, "bounces": list(causes)})


@statistics.operation("GET", "/v1/statistics/campaigns", scope=Scope.READ, refuses=(CampaignNotFoundError,))
def compare_campaigns(query: CompareQuery) -> Answer[Comparison]:
    """Answer the totals and rates of several campaigns in the order asked for."""
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


@statistics.operation("GET", "/v1/statistics/overview", scope=Scope.READ, refuses=(TooManyPointsError,))
def get_overview(query: OverviewParameters) -> Answer[OverviewDocument]:
    """Answer what the whole account sent in a period and what became of it."""
    overview = bootstrap.analytics().overview(query.timeline, limit=query.limit)
    return answer(
        {
            "from": shown_time(overview.period.start),
            "to": shown_time(overview.period.end),
            "campaign": _numbers(overview.totals[MessageKind.CAMPAIGN]),
            "transactional": _numbers(overview.totals[MessageKind.TRANSACTIONAL]),
            "campaigns": [{"campaign_id": group.key, **_outcome(group)} for group in overview.campaigns],
            "timeline": _timeline(overview.timeline),
            "definitions": dict(RATE_DEFINITIONS),
        }
    )


def _numbers(totals: CampaignTotals) -> NumbersDocument:
    return {"totals": totals, "rates": rates_of(totals)}


def _outcome(group: Group) -> OutcomeDocument:
    return {"totals": group.outcome.numbers, "rates": rates_of(group.outcome)}


def _timeline(timeline: Timeline) -> TimelineDocument:
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
