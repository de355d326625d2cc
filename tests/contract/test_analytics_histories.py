"""Histories and conclusions in every analytics store, and what only OpenSearch does."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics
from chalicelib.adapters.opensearch_bulk import write
from chalicelib.adapters.opensearch_connection import connect
from chalicelib.adapters.opensearch_schema import FIELDS, Generation, message_action
from chalicelib.analytics.model import (
    MessageDocument,
    TimelinePoint,
)
from chalicelib.analytics.ports import AnalyticsStore, DocumentsRefusedError
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.pages import encode_cursor
from chalicelib.tracking.model import EventKind
from tests.contract.analytics import CAMPAIGN, NOON, document, event


def test_opensearch_keeps_a_message_in_the_index_of_the_month_of_its_id(opensearch_url: str) -> None:
    client = connect(opensearch_url)
    prefix = f"test-{uuid.uuid4().hex}"
    store = OpenSearchAnalytics(client, prefix=prefix, refresh=True)
    campaign = new_id("cmp", datetime(2026, 11, 30, 23, tzinfo=UTC))
    for version in range(3):
        later = NOON + timedelta(days=300 * version)
        store.index_messages([replace(document(1, version=version, campaign=campaign), created_at=later)])
    store.record_events([event(EventKind.CLICK, 1, campaign=campaign, link="https://a.example", seconds=10**7)])
    names = [index["index"] for index in client.cat.indices(index=f"{prefix}-*-v*", params={"format": "json"})]
    assert sorted(names) == [f"{prefix}-{kind}-v1-2026.11" for kind in ("events", "links", "messages")]
    assert store.campaign_totals(campaign).planned == 1
    client.close()


def test_opensearch_refuses_a_field_that_no_mapping_names(opensearch_url: str) -> None:
    client = connect(opensearch_url)
    prefix = f"test-{uuid.uuid4().hex}"
    store = OpenSearchAnalytics(client, prefix=prefix, refresh=True)
    store.index_messages([document(1)])
    action, source = message_action(prefix, Generation("1", FIELDS), document(2))
    assert source is not None
    with pytest.raises(DocumentsRefusedError, match="refused 1 documents: strict_dynamic_mapping_exception"):
        write(client, [(action, {**source, "address": "anna@example.org"})])
    assert store.campaign_totals(CAMPAIGN).planned == 1
    client.close()


def test_a_classification_is_replaced_unless_by_older_rules(store: AnalyticsStore) -> None:
    of_rules_2 = event(EventKind.OPEN, 1, machine=True, rules=2)
    store.record_events([of_rules_2])
    store.record_events([event(EventKind.OPEN, 1, machine=False, rules=1)])
    assert store.message_events(of_rules_2.event.message_id) == [of_rules_2]
    again = event(EventKind.OPEN, 1, machine=False, rules=2)
    store.record_events([again])
    assert store.message_events(of_rules_2.event.message_id) == [again]
    newest = event(EventKind.OPEN, 1, machine=True, rules=3)
    store.record_events([newest, again])
    assert store.message_events(of_rules_2.event.message_id) == [newest]
    bounds = [NOON, NOON + timedelta(minutes=1)]
    assert store.timeline(CAMPAIGN, bounds=bounds, kinds=[EventKind.OPEN]) == [
        TimelinePoint(NOON, {"open": 1}, {"open": 1})
    ]


def test_of_conclusions_by_the_same_rules_the_one_from_the_later_revision_stays(store: AnalyticsStore) -> None:
    later = replace(event(EventKind.CLICK, 1, machine=True), revision=9)
    earlier = replace(event(EventKind.CLICK, 1, machine=False), revision=8)
    for one in (earlier, later, earlier):
        store.record_events([one])
    assert [one.machine for one in store.message_events(later.event.message_id)] == [True]
    store.record_events([replace(event(EventKind.CLICK, 1, machine=False, rules=2), revision=1)])
    assert [one.machine for one in store.message_events(later.event.message_id)] == [False]


def test_what_was_recorded_a_moment_ago_is_found_by_its_messages(store: AnalyticsStore) -> None:
    events = [event(EventKind.OPEN, number, seconds=number, machine=False) for number in range(4)]
    store.record_events(events)
    first, second, third, _ = [one.event for one in events]
    wanted = {
        first.message_id: [first.fingerprint, "another"],
        second.message_id: None,
        third.message_id: [],
        "cmp_none-00000-00000": ["none"],
        "txn_none": None,
    }
    assert sorted(one.event.message_id for one in store.recorded_events(wanted)) == [
        first.message_id,
        second.message_id,
    ]
    assert store.recorded_events({}) == store.recorded_events({"cmp_none-00000-00000": None}) == []


def test_the_history_of_a_message_holds_all_of_its_events_in_the_order_of_time(store: AnalyticsStore) -> None:
    events = [
        event(EventKind.SEND, 1),
        event(EventKind.OPEN, 1, seconds=5.25, machine=True, user_agent="Mozilla/5.0", ip_address="192.0.2.1"),
        event(EventKind.CLICK, 1, seconds=6, machine=False, link="https://example.org/"),
        event(EventKind.BOUNCE, 1, seconds=7, bounce_type="Transient", bounce_subtype="General", diagnostic="x" * 900),
    ]
    store.record_events([*events[::-1], event(EventKind.SEND, 2)])
    assert store.message_events(events[0].event.message_id) == events


def test_an_address_has_its_messages_newest_first_page_by_page(store: AnalyticsStore) -> None:
    mine = [
        replace(document(number), address_hash="anna", created_at=NOON + timedelta(days=number // 2))
        for number in range(5)
    ]
    mine.append(replace(document(9), message_id="txn_1", kind="transactional", address_hash="anna"))
    store.index_messages([*mine, document(7)])
    expected = sorted(mine, key=lambda each: (each.created_at, each.message_id), reverse=True)
    found: list[MessageDocument] = []
    cursor = None
    for _ in range(3):
        page = store.messages_of("anna", limit=2, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
    assert (found, cursor) == (expected, None)
    with pytest.raises(InvalidInputError):
        store.messages_of("anna", limit=2, cursor=encode_cursor(["noon", 7]))
