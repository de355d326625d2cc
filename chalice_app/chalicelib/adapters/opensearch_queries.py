"""The searches of analytics: bodies for OpenSearch, and how its answers are read.

Every number is a count of documents under filters, a sum, or a count by term that is known to be exact; no estimate
(HyperLogLog) is used.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from chalicelib.analytics.history import millis, moment_of
from chalicelib.analytics.model import (
    COUNTED,
    SUMMED,
    UNDETERMINED,
    CampaignTotals,
    Outcome,
    Period,
    TimelinePoint,
    outcome_numbers,
)
from chalicelib.kernel.clock import rfc3339
from chalicelib.messages.model import HARD_BOUNCE
from chalicelib.tracking.model import EventKind

Body = dict[str, Any]

_MOST_REASONS = 1_000
_MOST_KINDS = 20


def of_campaign(campaign_id: str) -> list[Body]:
    """Filter by campaign."""
    return [{"term": {"campaign_id": campaign_id}}]


def of_period(period: Period, kind: str) -> list[Body]:
    """Filter by the time of acceptance and the kind of message."""
    accepted = {"gte": rfc3339(period.start), "lt": rfc3339(period.end)}
    return [{"range": {"accepted_at": accepted}}, {"term": {"kind": kind}}]


def counting(filters: Sequence[Body], aggregations: Body) -> Body:
    """Return a search that answers numbers and no documents."""
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": list(filters)}},
        "aggs": aggregations,
    }


def terms(field: str, size: int, **options: Any) -> Body:
    """Count documents by a field's value, the most frequent first, then by the value."""
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": field, "size": size, "order": order, **options}}


def kind_aggregations() -> Body:
    """Count events by kind."""
    return {"kinds": terms("kind", _MOST_KINDS)}


def counts(answered: Body) -> dict[str, int]:
    """Read the answer to `terms`."""
    return {bucket["key"]: bucket["doc_count"] for bucket in answered["buckets"]}


def outcome_aggregations() -> Body:
    """Count messages by what became of them."""
    facts: Body = {name: {"filter": _known(field)} for name, field in COUNTED.items()}
    hard, soft = _bounces()
    return {**facts, "hard_bounced": {"filter": hard}, "soft_bounced": {"filter": soft}}


def _known(field: str) -> Body:
    return {"exists": {"field": field}}


def _bounces() -> tuple[Body, Body]:
    """Filter messages that bounced hard, and those that bounced softly; see `chalicelib.messages.model.has_bounced`."""
    bounced, hard = _known("bounced_at"), {"term": {"bounce_type": HARD_BOUNCE}}
    soft = {"filter": [bounced], "must_not": [hard, _known("delivered_at")]}
    return {"bool": {"filter": [bounced, hard]}}, {"bool": soft}


def numbers(answered: Body, messages: int) -> dict[str, int]:
    """Read the answer to `outcome_aggregations` as the attributes of an `Outcome`."""
    facts = {name: answered[name]["doc_count"] for name in COUNTED}
    hard, soft = (answered[name]["doc_count"] for name in ("hard_bounced", "soft_bounced"))
    return outcome_numbers(messages, hard_bounced=hard, soft_bounced=soft, facts=facts)


def outcome(bucket: Body) -> Outcome:
    """Read the answer to `outcome_aggregations` within a bucket."""
    return Outcome(**numbers(bucket, bucket["doc_count"]))


def totals_aggregations() -> Body:
    """Count everything of a `CampaignTotals` in one search."""
    subtypes = terms("bounce_subtype", 100, missing=UNDETERMINED)
    return {
        **outcome_aggregations(),
        "bounced": {
            "filter": {"bool": {"should": [*_bounces()], "minimum_should_match": 1}},
            "aggs": {"types": {**terms("bounce_type", 10, missing=UNDETERMINED), "aggs": {"subtypes": subtypes}}},
        },
        **{name: {"sum": {"field": name}} for name in SUMMED},
        "by_status": terms("status", 20),
        "unsent": {
            "filter": {"terms": {"status": ["failed", "skipped"]}},
            "aggs": {"reasons": terms("reason", _MOST_REASONS)},
        },
    }


def totals(answer: Body) -> CampaignTotals:
    """Read the answer to `totals_aggregations`."""
    found = answer["aggregations"]
    return CampaignTotals(
        **numbers(found, answer["hits"]["total"]["value"]),
        **{name: int(found[name]["value"]) for name in SUMMED},
        by_status=counts(found["by_status"]),
        bounces={
            f"{kind['key']}/{subtype}": count
            for kind in found["bounced"]["types"]["buckets"]
            for subtype, count in counts(kind["subtypes"]).items()
        },
        reasons=counts(found["unsent"]["reasons"]),
    )


def provider_aggregations(table: Mapping[str, Collection[str]]) -> Body:
    """Count the messages to each provider's domains."""
    filters = {provider: {"terms": {"recipient_domain": sorted(domains)}} for provider, domains in table.items()}
    return {"providers": {"filters": {"filters": filters}, "aggs": outcome_aggregations()}}


def timeline_filters(campaign_id: str | None, bounds: Sequence[datetime], kinds: Collection[EventKind]) -> list[Body]:
    """Filter the events of a time line."""
    campaign = [] if campaign_id is None else of_campaign(campaign_id)
    ends = {"gte": rfc3339(bounds[0]), "lt": rfc3339(bounds[-1])}
    return [*campaign, {"terms": {"kind": sorted(kinds)}}, {"range": {"at": ends}}]


def timeline_aggregations(bounds: Sequence[datetime]) -> Body:
    """Count events by interval, kind and who did it.

    The intervals are handed over, not left to OpenSearch's own calendar, so that one time-zone database decides.
    """
    edges = [millis(bound) for bound in bounds]
    machine = {"machine": {"filter": {"term": {"machine": True}}}}
    return {
        "intervals": {
            "date_range": {
                "field": "at",
                "format": "epoch_millis",
                "ranges": [{"from": start, "to": end} for start, end in pairwise(edges)],
            },
            "aggs": {"kinds": {**terms("kind", _MOST_KINDS), "aggs": machine}},
        }
    }


def timeline_points(answer: Body) -> list[TimelinePoint]:
    """Read the answer to `timeline_aggregations`."""
    return [
        TimelinePoint(
            moment_of(interval["from"]),
            counts(interval["kinds"]),
            {
                kind["key"]: kind["machine"]["doc_count"]
                for kind in interval["kinds"]["buckets"]
                if kind["machine"]["doc_count"]
            },
        )
        for interval in answer["aggregations"]["intervals"]["buckets"]
    ]
