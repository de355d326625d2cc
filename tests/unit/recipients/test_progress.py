"""What the saved progress comes to."""

from datetime import UTC, datetime, timedelta

from chalicelib.recipients.model import Progress
from chalicelib.recipients.progress import Estimate, estimate

START = datetime(2026, 5, 4, 12, tzinfo=UTC)


def _after(seconds: float, *, rows: int, read: int) -> Progress:
    return Progress(rows, read, START, START + timedelta(seconds=seconds))


def test_nothing_can_be_said_at_the_beginning() -> None:
    assert estimate(_after(0, rows=0, read=0), 1_000) == Estimate(0.0, None, None)


def test_nothing_is_divided_by_a_time_of_zero() -> None:
    assert estimate(_after(0, rows=10, read=500), 1_000) == Estimate(50.0, None, None)


def test_the_end_follows_from_the_bytes_read_so_far() -> None:
    found = estimate(_after(10, rows=5_000, read=250), 1_000)
    assert found == Estimate(25.0, 500.0, START + timedelta(seconds=40))


def test_a_packed_upload_counts_by_its_packed_bytes() -> None:
    """The rows of a packed file are many for few bytes; the share is that of the bytes as they lie there."""
    found = estimate(_after(10, rows=1_000_000, read=500), 1_000)
    assert found == Estimate(50.0, 100_000.0, START + timedelta(seconds=20))


def test_a_file_read_to_its_end_ends_now() -> None:
    found = estimate(_after(30, rows=90, read=1_000), 1_000)
    assert found == Estimate(100.0, 3.0, START + timedelta(seconds=30))


def test_no_more_than_all_is_read() -> None:
    assert estimate(_after(30, rows=90, read=1_100), 1_000).percent == 100.0


def test_without_a_size_only_the_rate_is_known() -> None:
    assert estimate(_after(30, rows=90, read=10), None) == Estimate(0.0, 3.0, None)
