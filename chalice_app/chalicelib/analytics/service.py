"""Answers statistics of a campaign, of several, and of the whole account."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from chalicelib.analytics.model import (
    BounceCause,
    CampaignTotals,
    Group,
    LinkCount,
    MessageKind,
    Outcome,
    Period,
    TimelinePoint,
)
from chalicelib.analytics.ports import AccountNumbers, CampaignNumbers
from chalicelib.analytics.providers import OTHER, PROVIDERS
from chalicelib.analytics.timeline import LONGEST, Interval, bounds_of, comfortable_interval, period_of
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.zones import zone_of
from chalicelib.tracking.model import EventKind

_DEFAULT_OVERVIEW = timedelta(days=30)
_LEAST_SPAN = timedelta(milliseconds=1)


class Numbers(CampaignNumbers, AccountNumbers, Protocol):
    """The numbers that are answered here."""


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """Which time line is wanted.

    Attributes:
        interval: None: the finest one that makes a line easy to look at.
        zone: IANA name; where days begin, and what ``start`` and ``end`` without an offset mean.
        start, end: None: from the first event to the last.
        kinds: None: all.
    """

    interval: Interval | None = None
    zone: str = "UTC"
    start: datetime | None = None
    end: datetime | None = None
    kinds: Collection[EventKind] | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events by interval, the empty ones too.

    Attributes:
        zone: IANA name.
        points: in the order of time, their starts in that zone.
        end: where the last interval ends.
    """

    interval: Interval
    zone: str
    points: Sequence[TimelinePoint]
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What went out in a period, and what became of it.

    Attributes:
        totals: numbers of the messages that SES accepted in the period, by kind.
        campaigns: the largest ones by these messages.
        timeline: all events in the period.
    """

    period: Period
    totals: dict[MessageKind, CampaignTotals]
    campaigns: list[Group]
    timeline: Timeline


class AnalyticsService:
    """Statistics; a campaign of which nothing is indexed yet has zeros."""

    def __init__(self, *, store: Numbers, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def totals(self, campaign_id: str) -> CampaignTotals:
        """Return a campaign's exact numbers."""
        return self._store.campaign_totals(campaign_id)

    def links(self, campaign_id: str, *, limit: int) -> list[LinkCount]:
        """Return at most ``limit`` links, most clicked first."""
        return self._store.links(campaign_id, limit=limit)

    def domains(self, campaign_id: str, *, limit: int) -> list[Group]:
        """Return at most ``limit`` recipient domains, those with the most messages first."""
        return self._store.domains(campaign_id, limit=limit)

    def providers(self, campaign_id: str) -> list[Group]:
        """Return the mailbox providers, those with the most messages first and what belongs to none of them last."""
        found = self._store.providers(campaign_id, PROVIDERS)
        groups = sorted(
            (Group(name, outcome) for name, outcome in found.items()),
            key=lambda group: (-group.outcome.planned, group.key),
        )
        rest = Counter(self._store.campaign_totals(campaign_id).numbers)
        for group in groups:
            rest.subtract(group.outcome.numbers)
        if rest["planned"] > 0:
            groups.append(Group(OTHER, Outcome(**rest)))
        return groups

    def bounce_causes(self, campaign_id: str, *, limit: int) -> list[BounceCause]:
        """Return at most ``limit`` causes of bounces, the most frequent first."""
        return self._store.bounce_causes(campaign_id, limit=limit)

    def timeline(self, campaign_id: str, query: TimelineQuery) -> Timeline:
        """Return a campaign's events by kind in intervals of the wall clock; none at all before its first event.

        Raises:
            InvalidInputError: there is no such zone, or the period ends before it begins.
            TooManyPointsError: the period holds too many intervals.
        """
        zone = zone_of(query.zone, "/zone")
        start, end = (_in_zone(moment, zone) for moment in (query.start, query.end))
        if start is None or end is None:
            span = self._store.event_span(campaign_id)
            if span is None:
                interval = query.interval or Interval.DAY
                return Timeline(interval, query.zone, [], None)
            start = start or min(span[0], end - _LEAST_SPAN if end else span[0])
            end = end or max(span[1] + _LEAST_SPAN, start + _LEAST_SPAN)
            if query.start is None and query.interval is None:  # a click years later must not refuse the whole line
                start = max(start, end - LONGEST)
        return self._timeline(campaign_id, period_of(start, end), query, zone)

    def overview(self, query: TimelineQuery, *, limit: int) -> Overview:
        """Return what went out in a period, of campaigns and transactional messages, and what became of it.

        Args:
            query: without a start, the 30 days before its end; without an end, until now.
            limit: how many campaigns are listed.

        Raises:
            InvalidInputError: there is no such zone, or the period ends before it begins.
            TooManyPointsError: the period holds too many intervals.
        """
        zone = zone_of(query.zone, "/zone")
        end = _in_zone(query.end, zone) or self._clock.now()
        start = _in_zone(query.start, zone) or end - _DEFAULT_OVERVIEW
        period = period_of(start, end)
        timeline = self._timeline(None, period, query, zone)
        return Overview(
            period,
            {kind: self._store.period_totals(period, kind) for kind in MessageKind},
            self._store.period_campaigns(period, limit=limit),
            timeline,
        )

    def _timeline(self, campaign_id: str | None, period: Period, query: TimelineQuery, zone: ZoneInfo) -> Timeline:
        interval = query.interval or comfortable_interval(period)
        bounds = bounds_of(period, interval, zone)
        kinds = tuple(EventKind) if query.kinds is None else query.kinds
        points = self._store.timeline(campaign_id, bounds=bounds, kinds=kinds)
        return Timeline(
            interval,
            query.zone,
            [TimelinePoint(point.start.astimezone(zone), point.counts, point.machine) for point in points],
            bounds[-1].astimezone(zone),
        )


def _in_zone(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """Read a time without an offset as one of the zone."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone)
