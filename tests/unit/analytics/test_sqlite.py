"""What only the SQLite adapter has: a file that several processes write, and its address."""

import multiprocessing
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind, TrackedEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRITERS = 4
EVENTS = 50


def _record(path: Path, writer: int) -> None:
    store = SqliteAnalytics(path)
    for number in range(EVENTS):
        at = NOON + timedelta(seconds=number)
        event = TrackedEvent(EventKind.OPEN, f"message-{writer}", "cmp_1", "p", "a@example.org", at)
        store.record_events([ClassifiedEvent(event)])


def test_several_processes_make_and_write_one_new_file(tmp_path: Path) -> None:
    path = tmp_path / "analytics.db"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_record, args=(path, writer)) for writer in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    bounds = [NOON, NOON + timedelta(days=1)]
    (day,) = SqliteAnalytics(path).timeline("cmp_1", bounds=bounds, kinds=[EventKind.OPEN])
    assert day.counts == {"open": WRITERS * EVENTS}


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    store = SqliteAnalytics(tmp_path / "analytics.db")
    good = TrackedEvent(EventKind.OPEN, "message-1", "cmp_1", "p", "a@example.org", NOON)
    bad = TrackedEvent(EventKind.OPEN, "message-2", "cmp_1", "p", "a@example.org", "noon")  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        store.record_events([ClassifiedEvent(good), ClassifiedEvent(bad)])
    assert store.event_span("cmp_1") is None


def test_tables_of_an_older_schema_are_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "analytics.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE messages (message_id, PRIMARY KEY (message_id))")
    store = SqliteAnalytics(path)
    assert store.campaign_totals("cmp_1").planned == 0
    store.record_events([ClassifiedEvent(TrackedEvent(EventKind.OPEN, "m", "cmp_1", "p", "a@example.org", NOON))])
    assert SqliteAnalytics(path).event_span("cmp_1") == (NOON, NOON)


@pytest.mark.parametrize("url", ["sqlite://relative.db", "https://example.org", "sqlite:", "/a/path.db"])
def test_another_address_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="sqlite:///absolute/path"):
        SqliteAnalytics.from_url(url)
