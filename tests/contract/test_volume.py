"""Thousands of events in any order, some twice, with OpenSearch killed meanwhile: the numbers of a plain count."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import volume
from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics
from chalicelib.adapters.opensearch_connection import connect
from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from local.opensearch.server import OpenSearchServer, missing_tools

EVENTS = 10_000
KILLED_BEFORE, STARTED_BEFORE = 10, 13


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OpenSearchServer]:
    missing = missing_tools()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"a real OpenSearch needs {' and '.join(missing)}; CI runs this test")
    one = OpenSearchServer(tmp_path / "opensearch")
    one.start()
    yield one
    one.stop()


@pytest.mark.timeout(600)
def test_nothing_is_missing_or_counted_twice_after_a_kill_of_opensearch(
    server: OpenSearchServer, tmp_path: Path
) -> None:
    events = volume.synthesise(EVENTS)
    expected = volume.plain_count(events)
    in_order = SqliteAnalytics(tmp_path / "in-order.db")
    assert volume.ingest(events, in_order) == 0
    assert volume.shown(in_order, list(expected)) == expected

    delivered = volume.shuffled_with_duplicates(events)
    assert len(delivered) == EVENTS * 6 // 5
    assert volume.plain_count(delivered) == expected

    def kill_and_start(batch: int) -> None:
        if batch == KILLED_BEFORE:
            server.kill()
        if batch == STARTED_BEFORE:
            server.start()

    client = connect(server.url)
    store = OpenSearchAnalytics(client, prefix=f"test-{uuid.uuid4().hex}", refresh=True, sleep=lambda _seconds: None)
    again = volume.ingest(delivered, store, between=kill_and_start)
    assert again >= STARTED_BEFORE - KILLED_BEFORE
    assert volume.shown(store, list(expected)) == expected
    for campaign_id in expected:
        assert store.campaign_totals(campaign_id) == in_order.campaign_totals(campaign_id)
        assert store.domains(campaign_id, limit=9) == in_order.domains(campaign_id, limit=9)
    client.close()
