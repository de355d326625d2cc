"""Rates, and what the service asks its store."""

from datetime import UTC, datetime

import pytest

from chalicelib.analytics.model import (
    CampaignTotals,
    Interval,
    LinkCount,
    Rates,
    Statistics,
    TimelinePoint,
    document_of,
    rates_of,
)
from chalicelib.analytics.service import AnalyticsService
from chalicelib.messages.model import Facts, Message
from chalicelib.tracking.model import EventKind, TrackedEvent
from tests.fakes.analytics import FakeAnalytics

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"


def test_rates_have_the_denominators_that_the_field_uses() -> None:
    totals = CampaignTotals(
        planned=300, accepted=200, delivered=160, bounced=40, complained=8, opened=80, clicked=16, opens=500, clicks=90
    )
    assert rates_of(totals) == Rates(
        delivery_rate=0.8, bounce_rate=0.2, complaint_rate=0.05, open_rate=0.5, click_rate=0.1
    )


def test_nothing_to_divide_by_is_no_rate() -> None:
    assert rates_of(CampaignTotals(planned=5)) == Rates(None, None, None, None, None)


def test_the_service_answers_from_its_store() -> None:
    store = FakeAnalytics()
    service = AnalyticsService(store=store)
    message = Message(CAMPAIGN, 0, 1, "Anna@Example.ORG", NOON, facts=Facts(accepted_at=NOON, delivered_at=NOON))
    click = TrackedEvent(
        EventKind.CLICK, message.message_id, CAMPAIGN, "provider", message.address, NOON, link="https://example.org/"
    )
    store.index_messages([document_of(message)])
    store.record_events([click])
    totals = CampaignTotals(planned=1, by_status={"delivered": 1}, accepted=1, delivered=1)
    assert service.statistics(CAMPAIGN) == Statistics(totals, Rates(1.0, 0.0, 0.0, 0.0, 0.0))
    assert service.links(CAMPAIGN, limit=5) == [LinkCount("https://example.org/", 1, 1)]
    assert service.timeline(CAMPAIGN, interval=Interval.HOUR) == [TimelinePoint(NOON, {"click": 1})]


def test_a_document_holds_facts_and_the_domain_but_no_address() -> None:
    message = Message(CAMPAIGN, 0, 1, "Anna@Example.ORG", NOON, fields={"name": "Anna"}, revision=4)
    document = document_of(message)
    assert (document.recipient_domain, document.version, document.status) == ("example.org", 4, "pending")
    assert "Anna" not in repr(document)


@pytest.mark.parametrize(("interval", "seconds"), [("minute", 60), ("hour", 3600), ("day", 86400)])
def test_intervals_have_names(interval: str, seconds: int) -> None:
    assert Interval(interval).seconds == seconds
