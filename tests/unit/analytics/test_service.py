"""Rates, documents, and what the service makes of its store's numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.analytics.model import (
    RATES,
    CampaignTotals,
    Group,
    MessageKind,
    Outcome,
    TimelinePoint,
    document_of,
    rates_of,
)
from chalicelib.analytics.service import AnalyticsService, Timeline, TimelineQuery
from chalicelib.analytics.timeline import MAX_POINTS, Interval, TooManyPointsError
from chalicelib.kernel.addresses import address_hash
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.messages.model import Facts, Message
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.transactional.model import TransactionalMessage
from tests.fakes.analytics import FakeAnalytics
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
MESSAGE = Message(CAMPAIGN, 0, 1, "Anna@Example.ORG", NOON, fields={"name": "Anna"}, revision=4)


def click(seconds: float = 0) -> ClassifiedEvent:
    at = NOON + timedelta(seconds=seconds)
    event = TrackedEvent(
        EventKind.CLICK, MESSAGE.message_id, CAMPAIGN, "p", MESSAGE.address, at, link="https://a.example"
    )
    return ClassifiedEvent(event, machine=False, rules=1)


@pytest.fixture
def store() -> FakeAnalytics:
    return FakeAnalytics()


@pytest.fixture
def service(store: FakeAnalytics) -> AnalyticsService:
    return AnalyticsService(store=store, clock=FixedClock(NOON))


def test_rates_have_the_denominators_that_the_field_uses() -> None:
    totals = CampaignTotals(
        planned=300,
        accepted=200,
        delivered=160,
        bounced=40,
        hard_bounced=10,
        soft_bounced=30,
        complained=8,
        unsubscribed=4,
        opened=80,
        human_opened=40,
        clicked=16,
        human_clicked=8,
        opens=500,
        clicks=90,
    )
    assert rates_of(totals) == {
        "delivery_rate": 0.8,
        "bounce_rate": 0.2,
        "hard_bounce_rate": 0.05,
        "complaint_rate": 0.05,
        "unsubscribe_rate": 0.025,
        "open_rate": 0.5,
        "human_open_rate": 0.25,
        "click_rate": 0.1,
        "human_click_rate": 0.05,
        "click_to_open_rate": 0.2,
    }


def test_nothing_to_divide_by_is_no_rate() -> None:
    assert rates_of(CampaignTotals(planned=5)) == dict.fromkeys(RATES)


def test_a_document_holds_facts_and_the_domain_but_no_address() -> None:
    document = document_of(MESSAGE)
    assert (document.recipient_domain, document.version, document.status) == ("example.org", 4, "pending")
    assert (document.kind, document.campaign_id) == (MessageKind.CAMPAIGN, CAMPAIGN)
    assert document.address_hash == address_hash("anna@example.org")
    assert "Anna" not in repr(document)


def test_a_transactional_message_has_a_document_too() -> None:
    message = TransactionalMessage(
        "txn_01k9xq8z0v5w3r7t2y4n6m8p0s", "bob@example.org", "a@b.example", NOON, "key", facts=Facts(accepted_at=NOON)
    )
    document = document_of(message)
    assert (document.kind, document.campaign_id) == (MessageKind.TRANSACTIONAL, "transactional")
    assert (document.status, document.accepted_at) == ("accepted", NOON)


def test_what_belongs_to_no_provider_comes_last(service: AnalyticsService, store: FakeAnalytics) -> None:
    domains = ["example.org", "example.com", "firm.example", "gmail.com", "outlook.com", "hotmail.de"]
    store.index_messages(
        [
            replace(document_of(MESSAGE), message_id=f"m{number}", recipient_domain=domain)
            for number, domain in enumerate(domains)
        ]
    )
    assert service.providers(CAMPAIGN) == [
        Group("Microsoft", Outcome(planned=2)),
        Group("Gmail", Outcome(planned=1)),
        Group("Other", Outcome(planned=3)),
    ]
    assert service.providers("cmp_none") == []


def test_without_events_there_is_no_time_line(service: AnalyticsService) -> None:
    assert service.timeline(CAMPAIGN, TimelineQuery()) == Timeline(Interval.DAY, "UTC", [], None)


def test_a_time_line_reaches_from_the_first_event_to_the_last(service: AnalyticsService, store: FakeAnalytics) -> None:
    store.record_events([click(seconds=30), click(seconds=60), click(seconds=61)])
    timeline = service.timeline(CAMPAIGN, TimelineQuery())
    assert timeline.interval is Interval.MINUTE
    assert timeline.points == [
        TimelinePoint(NOON, {"click": 1}, {}),
        TimelinePoint(NOON + timedelta(minutes=1), {"click": 2}, {}),
    ]
    assert timeline.end == NOON + timedelta(minutes=2)


def test_a_click_years_later_does_not_refuse_the_time_line(service: AnalyticsService, store: FakeAnalytics) -> None:
    store.record_events([click(), click(seconds=6 * 365 * 86_400)])
    timeline = service.timeline(CAMPAIGN, TimelineQuery())
    assert timeline.interval is Interval.DAY
    assert len(timeline.points) == MAX_POINTS
    assert timeline.points[-1].counts == {"click": 1}


def test_times_without_an_offset_are_those_of_the_zone(service: AnalyticsService, store: FakeAnalytics) -> None:
    store.record_events([click()])
    start, end = datetime(2026, 3, 1), datetime(2026, 3, 3)  # noqa: DTZ001 - the point of this test
    query = TimelineQuery(Interval.DAY, "Asia/Tokyo", start, end)
    points = service.timeline(CAMPAIGN, query).points
    assert [point.start.isoformat() for point in points] == ["2026-03-01T00:00:00+09:00", "2026-03-02T00:00:00+09:00"]
    assert [dict(point.counts) for point in points] == [{"click": 1}, {}]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        (TimelineQuery(zone="Mars/Olympus"), "/zone"),
        (TimelineQuery(start=NOON, end=NOON), "/to"),
        (TimelineQuery(start=NOON.replace(year=1), end=NOON), "/from"),
    ],
)
def test_a_time_line_that_cannot_be_drawn_is_refused(
    service: AnalyticsService, query: TimelineQuery, pointer: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        service.timeline(CAMPAIGN, query)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_too_many_points_are_refused_with_their_number(service: AnalyticsService) -> None:
    query = TimelineQuery(Interval.MINUTE, start=NOON, end=NOON + timedelta(days=30))
    with pytest.raises(TooManyPointsError, match=r"43,200 intervals \(minute\); an answer holds 1,500"):
        service.timeline(CAMPAIGN, query)


def test_an_overview_is_of_the_last_30_days_unless_asked_otherwise(
    service: AnalyticsService, store: FakeAnalytics
) -> None:
    accepted = replace(document_of(MESSAGE), status="accepted", accepted_at=NOON - timedelta(days=1))
    store.index_messages(
        [
            accepted,
            replace(accepted, message_id="txn", kind=MessageKind.TRANSACTIONAL, campaign_id="transactional"),
            replace(accepted, message_id="old", accepted_at=NOON - timedelta(days=31)),
        ]
    )
    store.record_events([click(seconds=-60)])
    overview = service.overview(TimelineQuery(), limit=5)
    assert overview.period.end - overview.period.start == timedelta(days=30)
    assert {kind: totals.accepted for kind, totals in overview.totals.items()} == {
        MessageKind.CAMPAIGN: 1,
        MessageKind.TRANSACTIONAL: 1,
    }
    assert overview.campaigns == [Group(CAMPAIGN, Outcome(planned=1, accepted=1))]
    assert overview.timeline.interval is Interval.DAY
    assert sum(point.counts.get("click", 0) for point in overview.timeline.points) == 1
