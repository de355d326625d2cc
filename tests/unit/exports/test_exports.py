"""Exports: what the file holds, how it is written in pieces, what a crash leaves, what the caller sees."""

import csv
import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exports.model import COLUMNS, Export, ExportNotFoundError, ExportState, Position
from chalicelib.exports.rows import HEADER, line_of
from chalicelib.exports.service import ExportService
from chalicelib.exports.writing import ExportWriting, fail_export
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import Facts, Message, MessageStatus
from tests.fakes.exports import FakeExportRecords, FakeExportUploads, FakeExportWorkflows
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
EXPORT = Export("exp_01k9xq8z0v5w3r7t2y4n6m8p0s", CAMPAIGN, ExportState.WRITING, 3, None, gzip=False, created_at=NOON)


class CrashError(Exception):
    """The process died here."""


class FakeStore:
    """Three parts of ten messages; those with an even place are delivered."""

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> list[Message]:
        assert (first, count) == (0, 100_000)
        return [
            Message(campaign_id, part, seq, f"r{part}.{seq}@example.org", NOON, facts=Facts(accepted_at=NOON))
            if seq % 2
            else Message(campaign_id, part, seq, f"r{part}.{seq}@example.org", NOON, facts=Facts(delivered_at=NOON))
            for seq in range(10)
        ]


class World:
    """One export, written piece by piece."""

    def __init__(self, export: Export = EXPORT, *, piece_bytes: int = 1, seconds_left: float = 900) -> None:
        self.records, self.uploads = FakeExportRecords(), FakeExportUploads()
        self.records.put(export)
        self.seconds_left = seconds_left
        self.writing = ExportWriting(
            records=self.records,
            messages=FakeStore(),
            uploads=self.uploads,
            deadline=self,
            clock=FixedClock(NOON + timedelta(minutes=1)),
            piece_bytes=piece_bytes,
        )

    def remaining_seconds(self) -> float:
        return self.seconds_left

    def write(self, position: Position | None = None) -> Position | None:
        return self.writing.write(CAMPAIGN, EXPORT.export_id, position or Position())

    @property
    def export(self) -> Export:
        export = self.records.get(CAMPAIGN, EXPORT.export_id)
        assert export is not None
        return export

    @property
    def rows(self) -> list[dict[str, str]]:
        content = self.uploads.objects[self.export.key]
        if self.export.gzip:
            content = gzip.decompress(content)
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


ADDRESSES = [f"r{part}.{seq}@example.org" for part in range(3) for seq in range(10)]


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("piece_bytes", [1, 1_500, 1_000_000])
def test_every_message_stands_in_the_file_once_and_in_order(piece_bytes: int, compressed: bool) -> None:  # noqa: FBT001
    world = World(replace(EXPORT, gzip=compressed), piece_bytes=piece_bytes)
    assert world.write() is None
    assert [row["address"] for row in world.rows] == ADDRESSES
    assert list(world.rows[0]) == list(COLUMNS)
    assert (world.export.state, world.export.rows) == (ExportState.READY, 30)
    assert world.export.finished_at == NOON + timedelta(minutes=1)


def test_only_messages_of_the_status_asked_for_are_in_the_file() -> None:
    world = World(replace(EXPORT, status=MessageStatus.DELIVERED))
    assert world.write() is None
    assert {row["status"] for row in world.rows} == {"delivered"}
    assert world.export.rows == len(world.rows) == 15


def test_a_campaign_without_messages_has_a_file_of_column_names() -> None:
    world = World(replace(EXPORT, parts=0))
    assert world.write() is None
    assert world.uploads.objects[world.export.key] == HEADER
    assert world.export.rows == 0


@pytest.mark.parametrize("after_the_end", [False, True])
def test_an_invocation_that_died_when_the_file_was_made_is_taken_up(after_the_end: bool) -> None:  # noqa: FBT001
    world = World(seconds_left=10)
    position = world.write()
    assert position is not None
    world.seconds_left = 900
    assert world.write(position) is None
    made = world.uploads.objects[world.export.key]
    if not after_the_end:
        world.records.put(replace(world.export, state=ExportState.WRITING, finished_at=None))
    assert world.write(position) is None
    assert world.uploads.objects == {world.export.key: made}
    assert (world.export.state, world.export.rows) == (ExportState.READY, 30)


@pytest.mark.parametrize("compressed", [False, True])
def test_when_time_is_short_the_next_invocation_goes_on(compressed: bool) -> None:  # noqa: FBT001
    world = World(replace(EXPORT, gzip=compressed), seconds_left=10)
    position, invocations = world.write(), 1
    while position is not None:
        assert position.part == position.sent == invocations
        position, invocations = world.write(position), invocations + 1
    assert invocations == 3
    assert [row["address"] for row in world.rows] == ADDRESSES
    assert world.export.rows == 30


@pytest.mark.parametrize("crash_at", [1, 2, 3])
def test_a_retry_writes_the_same_file(crash_at: int) -> None:
    world = World()
    crashes = [crash_at]

    def die(number: int) -> None:
        if number in crashes:
            crashes.remove(number)
            raise CrashError

    world.uploads.before_send = die
    with pytest.raises(CrashError):
        world.write()
    assert world.export.state is ExportState.WRITING
    assert world.write() is None
    assert [row["address"] for row in world.rows] == ADDRESSES


def test_what_is_ready_is_not_written_again() -> None:
    world = World()
    world.write()
    written = dict(world.uploads.objects)
    assert world.write() is None
    assert (world.uploads.objects, world.uploads.pieces) == (written, {})


def test_an_export_that_cannot_be_written_says_why() -> None:
    world = World()
    clock = FixedClock(NOON)
    fail_export(world.records, clock, CAMPAIGN, EXPORT.export_id, "States.Timeout: ")
    assert (world.export.state, world.export.reason) == (ExportState.FAILED, "States.Timeout: ")
    fail_export(world.records, clock, CAMPAIGN, EXPORT.export_id, "again")
    assert world.export.reason == "States.Timeout: "
    with pytest.raises(ExportNotFoundError):
        fail_export(world.records, clock, CAMPAIGN, "exp_2", "why")
    with pytest.raises(ExportNotFoundError):
        world.writing.write(CAMPAIGN, "exp_2", Position())


@given(st.text(), st.text())
def test_no_cell_is_a_formula_and_every_value_can_be_read_back(address: str, reason: str) -> None:
    message = Message(CAMPAIGN, 0, 0, address, NOON, facts=Facts(failed_at=NOON, reason=reason))
    text = line_of(message).decode()
    (row,) = csv.reader(io.StringIO(text, newline=""))
    cells = dict(zip(COLUMNS, row, strict=True))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
    for name, value in (("address", address), ("reason", reason)):
        assert cells[name].removeprefix("'") == value.encode(errors="replace").decode().removeprefix("'")
    assert cells["created_at"] == "2026-03-01T12:00:00.000Z"
    assert (cells["delivered_at"], cells["opens"]) == ("", "0")


class Links:
    """The `ExportLinks` port."""

    def link(self, key: str, *, filename: str) -> str:
        return f"https://bucket.example/{key}?as={filename}"


def _service(now: datetime = NOON) -> tuple[ExportService, FakeExportRecords, FakeExportWorkflows]:
    records, workflows = FakeExportRecords(), FakeExportWorkflows()
    service = ExportService(records=records, links=Links(), workflows=workflows, clock=FixedClock(now))
    return service, records, workflows


def test_an_order_is_recorded_and_its_workflow_started() -> None:
    service, records, workflows = _service()
    export = service.order(CAMPAIGN, parts=3, status=MessageStatus.BOUNCED, gzip=True)
    assert records.get(CAMPAIGN, export.export_id) == export
    assert workflows.started == [(CAMPAIGN, export.export_id)]
    assert service.get(CAMPAIGN, export.export_id).url is None


def test_a_workflow_that_does_not_start_is_told() -> None:
    service, _, workflows = _service()
    workflows.down = True
    with pytest.raises(TemporarilyUnavailableError):
        service.order(CAMPAIGN, parts=3, status=None, gzip=False)


def test_a_ready_export_has_a_link_until_it_expires() -> None:
    service, records, _ = _service(NOON + timedelta(days=6))
    records.put(replace(EXPORT, state=ExportState.READY, rows=30))
    shown = service.get(CAMPAIGN, EXPORT.export_id)
    assert shown.url == (
        f"https://bucket.example/exports/{CAMPAIGN}/{EXPORT.export_id}/{CAMPAIGN}-messages.csv?as={CAMPAIGN}-messages.csv"
    )
    late, records, _ = _service(NOON + timedelta(days=7))
    records.put(replace(EXPORT, state=ExportState.READY))
    with pytest.raises(ExportNotFoundError):
        late.get(CAMPAIGN, EXPORT.export_id)
    for export_id in ("exp_2", "../secret", "exp_01k9xq8z0v5w3r7t2y4n6m8p0t"):
        with pytest.raises(ExportNotFoundError):
            late.get(CAMPAIGN, export_id)
