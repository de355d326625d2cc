"""What every analytics store does: the fake, SQLite and a real OpenSearch."""

import os
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics, connect
from chalicelib.adapters.opensearch_bulk import BulkRejectedError, write
from chalicelib.adapters.opensearch_schema import message_action
from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from chalicelib.analytics.model import CampaignTotals, LinkCount, MessageDocument, TimelinePoint
from chalicelib.analytics.ports import AnalyticsStore
from chalicelib.tracking.model import EventKind, TrackedEvent
from tests.fakes.analytics import FakeAnalytics
from tests.opensearch import server

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_1"


@pytest.fixture(scope="session")
def opensearch_url() -> Iterator[str]:
    missing = server.missing_tools()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"a real OpenSearch needs {' and '.join(missing)}; CI runs this test")
    assert not missing, f"CI must have {missing}"
    with server.running() as url:
        yield url


def _fake(_request: pytest.FixtureRequest) -> AnalyticsStore:
    return FakeAnalytics()


def _sqlite(request: pytest.FixtureRequest) -> AnalyticsStore:
    folder: Path = request.getfixturevalue("tmp_path")
    return SqliteAnalytics.from_url(f"sqlite://{folder}/analytics.db")


def _opensearch(request: pytest.FixtureRequest) -> AnalyticsStore:
    client = connect(request.getfixturevalue("opensearch_url"))
    request.addfinalizer(client.close)
    return OpenSearchAnalytics(client, prefix=f"test-{uuid.uuid4().hex}", refresh=True)


@pytest.fixture(params=[_fake, _sqlite, _opensearch], ids=["fake", "sqlite", "opensearch"])
def store(request: pytest.FixtureRequest) -> AnalyticsStore:
    make: Callable[[pytest.FixtureRequest], AnalyticsStore] = request.param
    return make(request)


def document(number: int = 0, *, version: int = 0, campaign: str = CAMPAIGN) -> MessageDocument:
    return MessageDocument(
        message_id=f"{campaign}-00000-{number:05d}",
        version=version,
        campaign_id=campaign,
        recipient_domain="example.org",
        status="pending",
        created_at=NOON,
        accepted_at=None,
        delivered_at=None,
        bounced_at=None,
        bounce_type=None,
        bounce_subtype=None,
        complained_at=None,
        unsubscribed_at=None,
        first_opened_at=None,
        first_clicked_at=None,
        opens=0,
        clicks=0,
        reason=None,
    )


def event(
    kind: EventKind, number: int = 0, *, seconds: float = 0, link: str | None = None, campaign: str = CAMPAIGN
) -> TrackedEvent:
    return TrackedEvent(
        kind=kind,
        message_id=f"{campaign}-00000-{number:05d}",
        campaign_id=campaign,
        provider_id=f"provider-{number}",
        recipient=f"r{number}@example.org",
        at=NOON + timedelta(seconds=seconds),
        link=link,
    )


def test_a_campaign_that_is_not_known_has_zeros(store: AnalyticsStore) -> None:
    assert store.campaign_totals("cmp_none") == CampaignTotals()
    assert store.links("cmp_none", limit=10) == []
    assert store.timeline("cmp_none", interval_seconds=60) == []


def test_nothing_to_write_is_no_error(store: AnalyticsStore) -> None:
    store.index_messages([])
    store.record_events([])
    assert store.campaign_totals(CAMPAIGN) == CampaignTotals()


def test_every_number_is_counted_from_the_documents(store: AnalyticsStore) -> None:
    delivered = replace(document(1), status="delivered", accepted_at=NOON, delivered_at=NOON)
    bounced = replace(document(), status="bounced", accepted_at=NOON, bounced_at=NOON)
    hard = replace(bounced, bounce_type="Permanent", bounce_subtype="General")
    store.index_messages(
        [
            document(0),
            replace(delivered, first_opened_at=NOON, opens=3, first_clicked_at=NOON, clicks=2),
            replace(delivered, message_id="m2", first_opened_at=NOON, opens=1),
            replace(delivered, message_id="m3", status="complained", complained_at=NOON, unsubscribed_at=NOON),
            replace(hard, message_id="m4"),
            replace(hard, message_id="m5"),
            replace(hard, message_id="m6", bounce_subtype="NoEmail"),
            replace(bounced, message_id="m7"),
            replace(document(8), status="skipped", reason="suppressed"),
            replace(document(9), status="failed", reason="refused"),
            replace(document(10), status="failed", reason="refused"),
            document(0, campaign="cmp_other"),
        ]
    )
    assert store.campaign_totals(CAMPAIGN) == CampaignTotals(
        planned=11,
        by_status={"pending": 1, "delivered": 2, "complained": 1, "bounced": 4, "skipped": 1, "failed": 2},
        accepted=7,
        delivered=3,
        bounced=4,
        complained=1,
        unsubscribed=1,
        bounces={"Permanent/General": 2, "Permanent/NoEmail": 1, "Undetermined/Undetermined": 1},
        opened=2,
        opens=4,
        clicked=1,
        clicks=2,
        reasons={"suppressed": 1, "refused": 2},
    )


def test_an_older_version_never_replaces_a_newer_one(store: AnalyticsStore) -> None:
    versions = [
        document(version=0),
        replace(document(version=1), status="accepted", accepted_at=NOON),
        replace(document(version=2), status="delivered", accepted_at=NOON, delivered_at=NOON, opens=2),
    ]
    for order in ([2, 0, 1], [0, 2, 1, 2]):
        for index in order:
            store.index_messages([versions[index]])
    store.index_messages([versions[1], versions[2], versions[0]])
    totals = store.campaign_totals(CAMPAIGN)
    assert (totals.planned, totals.by_status, totals.opens) == (1, {"delivered": 1}, 2)


def test_a_fact_can_be_absent_again_in_a_newer_version(store: AnalyticsStore) -> None:
    store.index_messages([replace(document(version=1), status="failed", reason="refused")])
    store.index_messages([replace(document(version=2), status="accepted", accepted_at=NOON)])
    totals = store.campaign_totals(CAMPAIGN)
    assert (totals.by_status, totals.reasons) == ({"accepted": 1}, {})


def test_links_are_ordered_by_clicks_and_count_their_messages(store: AnalyticsStore) -> None:
    store.record_events(
        [
            event(EventKind.CLICK, 1, seconds=1, link="https://example.org/b"),
            event(EventKind.CLICK, 1, seconds=2, link="https://example.org/b"),
            event(EventKind.CLICK, 2, seconds=3, link="https://example.org/b"),
            event(EventKind.CLICK, 2, seconds=4, link="https://example.org/c?ü=1"),
            event(EventKind.CLICK, 3, seconds=5, link="https://example.org/a"),
            event(EventKind.CLICK, 3, seconds=5, link="https://example.org/d", campaign="cmp_other"),
            event(EventKind.OPEN, 3),
        ]
    )
    assert store.links(CAMPAIGN, limit=10) == [
        LinkCount("https://example.org/b", clicks=3, messages=2),
        LinkCount("https://example.org/a", clicks=1, messages=1),
        LinkCount("https://example.org/c?ü=1", clicks=1, messages=1),
    ]
    assert store.links(CAMPAIGN, limit=1) == [LinkCount("https://example.org/b", clicks=3, messages=2)]


def test_events_stand_in_their_interval_and_count_once(store: AnalyticsStore) -> None:
    events = [
        event(EventKind.SEND, 1),
        event(EventKind.SEND, 2, seconds=59.999),
        event(EventKind.DELIVERY, 1, seconds=60),
        event(EventKind.OPEN, 1, seconds=190),
    ]
    store.record_events(events)
    store.record_events(events[1:])
    assert store.timeline(CAMPAIGN, interval_seconds=60) == [
        TimelinePoint(NOON, {"send": 2}),
        TimelinePoint(NOON + timedelta(minutes=1), {"delivery": 1}),
        TimelinePoint(NOON + timedelta(minutes=3), {"open": 1}),
    ]
    assert store.timeline(CAMPAIGN, interval_seconds=86400) == [
        TimelinePoint(NOON.replace(hour=0), {"send": 2, "delivery": 1, "open": 1})
    ]


def test_many_documents_are_counted_exactly_whatever_their_order(store: AnalyticsStore) -> None:
    documents = [
        replace(document(number, version=version), status="delivered" if version else "accepted", opens=version)
        for number in range(1500)
        for version in range(2)
    ]
    opens = [event(EventKind.OPEN, number, seconds=61 * number) for number in range(1500)]
    shuffle = random.Random(7).shuffle  # noqa: S311 - an order, no secret
    shuffle(documents)
    store.index_messages(documents)
    store.record_events(opens + opens[:500])
    totals = store.campaign_totals(CAMPAIGN)
    assert (totals.planned, totals.by_status, totals.opens) == (1500, {"delivered": 1500}, 1500)
    points = store.timeline(CAMPAIGN, interval_seconds=60)
    assert len(points) == 1500
    assert points == sorted(points, key=lambda point: point.start)
    assert sum(point.counts["open"] for point in points) == 1500


def test_opensearch_refuses_a_field_that_no_mapping_names(opensearch_url: str) -> None:
    client = connect(opensearch_url)
    prefix = f"test-{uuid.uuid4().hex}"
    store = OpenSearchAnalytics(client, prefix=prefix, refresh=True)
    store.index_messages([document(1)])
    action, source = message_action(prefix, document(2))
    with pytest.raises(BulkRejectedError, match="refused 1 documents: strict_dynamic_mapping_exception"):
        write(client, [(action, {**source, "address": "anna@example.org"})])
    assert store.campaign_totals(CAMPAIGN).planned == 1
    client.close()
