"""What only the SQLite adapter has: a file that several processes write, and its address."""

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.tracking.model import EventKind, TrackedEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRITERS = 4
EVENTS = 50


def _record(path: Path, writer: int) -> None:
    store = SqliteAnalytics(path)
    for number in range(EVENTS):
        at = NOON + timedelta(seconds=number)
        store.record_events([TrackedEvent(EventKind.OPEN, f"message-{writer}", "cmp_1", "p", "a@example.org", at)])


def test_several_processes_make_and_write_one_new_file(tmp_path: Path) -> None:
    path = tmp_path / "analytics.db"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_record, args=(path, writer)) for writer in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    (day,) = SqliteAnalytics(path).timeline("cmp_1", interval_seconds=86400)
    assert day.counts == {"open": WRITERS * EVENTS}


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    store = SqliteAnalytics(tmp_path / "analytics.db")
    good = TrackedEvent(EventKind.OPEN, "message-1", "cmp_1", "p", "a@example.org", NOON)
    bad = TrackedEvent(EventKind.OPEN, "message-2", "cmp_1", "p", "a@example.org", "noon")  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        store.record_events([good, bad])
    assert store.timeline("cmp_1", interval_seconds=60) == []


@pytest.mark.parametrize("url", ["sqlite://relative.db", "https://example.org", "sqlite:", "/a/path.db"])
def test_another_address_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="sqlite:///absolute/path"):
        SqliteAnalytics.from_url(url)
