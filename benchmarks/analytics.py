"""Very many events and messages in a real OpenSearch: are the numbers right, and how quick are they?"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import volume
from chalicelib.adapters.opensearch_analytics import OpenSearchAnalytics
from chalicelib.adapters.opensearch_connection import connect
from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from chalicelib.analytics.model import MessageDocument, Period
from chalicelib.analytics.ports import AnalyticsStore
from chalicelib.kernel.ids import new_id
from chalicelib.tracking.model import EventKind
from local.opensearch.server import running

_START = datetime(2026, 11, 3, 9, tzinfo=UTC)
_PART = 1_000
_PAGE, _LARGEST_PAGE = 100, 10_000
_PREFIX = "benchmark"
_DOMAINS = ["gmail.com", "web.de", "outlook.com", *(f"company{number}.example" for number in range(400))]


def main() -> int:
    """Run the benchmark of the command line; 1 when a number is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analytics", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="different events; a fifth come twice; 0: none")
    parser.add_argument("--messages", type=int, default=1_000_000, help="messages of the campaign that is asked about")
    parser.add_argument("--turns", type=int, default=50, help="how often each question is asked")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as url:
        client = connect(url)
        store = OpenSearchAnalytics(client, prefix=_PREFIX)
        in_order = SqliteAnalytics(Path(folder) / "in-order.db")
        right = _events(store, client, arguments.events, in_order) if arguments.events else True
        _questions(store, client, arguments.messages, arguments.turns)
        if arguments.events:
            _changes({"OpenSearch": store, "SQLite": in_order}, arguments.turns)
        client.close()
    return 0 if right else 1


def _events(store: OpenSearchAnalytics, client: Any, count: int, in_order: SqliteAnalytics) -> bool:
    events = volume.synthesise(count)
    expected = volume.plain_count(events)
    volume.ingest(events, in_order)
    delivered = volume.shuffled_with_duplicates(events)
    wall, processor = time.monotonic(), time.process_time()
    volume.ingest(delivered, store)
    wall, processor = time.monotonic() - wall, time.process_time() - processor
    client.indices.refresh(index=f"{_PREFIX}-*")
    right = volume.shown(store, list(expected)) == expected
    same = all(store.campaign_totals(campaign) == in_order.campaign_totals(campaign) for campaign in expected)
    print(f"{len(delivered):,} events delivered, {count:,} of them different, in any order")
    print(f"  numbers as counted plainly   {'yes' if right else 'NO'}")
    print(f"  those of events in order     {'yes' if same else 'NO'}")
    print(f"  events per second            {len(delivered) / wall:,.0f}")
    print(f"  processor time per event     {processor / len(delivered) * 1e6:,.0f} us, OpenSearch's own not counted")
    client.indices.forcemerge(index=f"{_PREFIX}-*", params={"max_num_segments": 1})
    sizes = client.cat.indices(index=f"{_PREFIX}-*", params={"format": "json", "bytes": "b"})
    for index in sorted(sizes, key=lambda one: str(one["index"])):
        each = int(index["pri.store.size"]) / int(index["docs.count"])
        print(f"  {index['index']:<36} {int(index['docs.count']):,} documents of {each:,.0f} bytes")
    return right and same


def _questions(store: OpenSearchAnalytics, client: Any, count: int, turns: int) -> None:
    campaign = new_id("cmp", _START)
    began = time.monotonic()
    batch: list[MessageDocument] = []
    for document in _documents(campaign, count):
        batch.append(document)
        if len(batch) == _PART * 5:
            store.index_messages(batch)
            batch = []
    store.index_messages(batch)
    client.indices.refresh(index=f"{_PREFIX}-*")
    # Asked again, OpenSearch would answer a count from memory as long as nothing changes; so it does not remember any.
    client.indices.put_settings(index=f"{_PREFIX}-*-v*", body={"index.requests.cache.enable": False})
    print(f"{count:,} messages of one campaign indexed in {time.monotonic() - began:.0f} s")
    bounds = [_START + timedelta(hours=hour) for hour in range(73)]
    asked: dict[str, Callable[[], object]] = {
        "totals": lambda: store.campaign_totals(campaign),
        "domains": lambda: store.domains(campaign, limit=100),
        "time line, all campaigns": lambda: store.timeline(None, bounds=bounds, kinds=tuple(EventKind)),
        "messages of an address": lambda: store.messages_of("hash-77", limit=50, cursor=None),
        "one part": lambda: store.part_documents(campaign, 0),
    }
    for name, ask in asked.items():
        seconds = [_timed(ask) for _ in range(turns)]
        median, slowest = statistics.median(seconds), sorted(seconds)[int(0.99 * (turns - 1))]
        print(f"  {name:<28} median {median * 1e3:,.1f} ms, p99 {slowest * 1e3:,.1f} ms")


def _changes(stores: Mapping[str, AnalyticsStore], turns: int) -> None:
    """Follow the events of a campaign by a cursor, page by page, and ask at its end, where nothing is new."""
    (group,) = stores["SQLite"].period_campaigns(Period(_START, _START + timedelta(days=1)), limit=1)
    for name, store in stores.items():
        cursor: str | None = None
        seconds: list[float] = []
        met = 0
        for _ in range(turns):
            began = time.perf_counter()
            page = store.changes(group.key, after=cursor, kinds=None, limit=_PAGE)
            seconds.append(time.perf_counter() - began)
            met, cursor = met + len(page.events), page.cursor
        end = _last_cursor(store, group.key, cursor)
        idle = [_timed(partial(store.changes, group.key, after=end, kinds=None, limit=_PAGE)) for _ in range(turns)]
        print(f"{met:,} events of a campaign followed by a cursor, {_PAGE} a page, {name}")
        print(f"  a page                       median {statistics.median(seconds) * 1e3:,.1f} ms")
        print(f"  at the end, nothing new      median {statistics.median(idle) * 1e3:,.1f} ms")


def _last_cursor(store: AnalyticsStore, campaign: str, cursor: str | None) -> str | None:
    while True:
        page = store.changes(campaign, after=cursor, kinds=None, limit=_LARGEST_PAGE)
        cursor = page.cursor
        if not page.more:
            return cursor


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _documents(campaign: str, count: int) -> Iterator[MessageDocument]:
    for number in range(count):
        yield MessageDocument(
            message_id=f"{campaign}-{number // _PART:05d}-{number % _PART:05d}",
            version=3,
            kind="campaign",
            campaign_id=campaign,
            address_hash=f"hash-{number}",
            recipient_domain=_DOMAINS[number * number % len(_DOMAINS)],
            status="delivered",
            created_at=_START,
            accepted_at=_START,
            delivered_at=_START,
            first_opened_at=_START if number % 3 == 0 else None,
            opens=number % 3,
        )


if __name__ == "__main__":
    sys.exit(main())
