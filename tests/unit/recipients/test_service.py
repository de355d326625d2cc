import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.kernel.errors import InvalidInputError, StaleRevisionError
from chalicelib.recipients import model
from chalicelib.recipients.model import (
    Recipient,
    RecipientFile,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
    RecipientFileStatus,
    RowAccount,
)
from chalicelib.recipients.parts import PartReader
from chalicelib.recipients.service import RecipientService
from tests.fakes.recipients import FakeRecipientFiles, FakeRecipientObjects

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BODY = b"email,name\n" + b"".join(b"u%d@example.org,N%d\n" % (n, n) for n in range(2500)) + b"u1@example.org,\nbad,\n"


class At:
    def now(self) -> datetime:
        return NOW


class Stage:
    def __init__(self) -> None:
        self.files = FakeRecipientFiles()
        self.objects = FakeRecipientObjects()
        self.service = RecipientService(files=self.files, objects=self.objects, clock=At())

    def upload(self, body: bytes, version: str = "v1") -> RecipientFile:
        recipient_file, post = self.service.create(name="List")
        self.objects.upload(post.fields["key"], body, version)
        return recipient_file

    def imported(self, body: bytes) -> RecipientFile:
        recipient_file = self.upload(body)
        return self.service.import_file(recipient_file.object_key, "v1", len(body))


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_file_waits_for_its_upload(stage: Stage) -> None:
    recipient_file, post = stage.service.create(name=" List ")
    assert recipient_file.status is RecipientFileStatus.AWAITING_UPLOAD
    assert recipient_file.name == "List"
    assert post.fields == {"key": f"uploads/{recipient_file.file_id}/recipients.csv", "Content-Type": "text/csv"}
    assert post.max_bytes == model.MAX_FILE_BYTES
    assert stage.service.get(recipient_file.file_id).name == "List"


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_bad_name_stores_nothing(stage: Stage, name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        stage.service.create(name=name)
    assert [error.pointer for error in refused.value.errors] == ["/name"]
    assert stage.files.items == {}


def test_an_import_writes_parts_list_manifest_and_report(stage: Stage) -> None:
    done = stage.imported(BODY)
    file_id = done.file_id
    assert done.status is RecipientFileStatus.READY
    assert done.account == RowAccount(2502, 2500, 1, 1, invalid_reasons={"invalid_address": 1})
    assert (done.parts, done.delimiter, done.address_column, done.file_bytes) == (3, ",", "email", len(BODY))
    assert (done.columns, done.finished_at) == ({"email": "email", "name": "name"}, NOW)
    listed = [json.loads(line) for line in stage.objects.items[model.part_list_key(file_id), None].splitlines()]
    assert listed == [
        {"part": 0, "recipients": 1000},
        {"part": 1, "recipients": 1000},
        {"part": 2, "recipients": 500},
    ]
    reader = PartReader(stage.objects)
    assert list(reader.read(file_id, 2))[-1] == Recipient("u2499@example.org", {"name": "N2499"})
    manifest = json.loads(stage.objects.items[model.manifest_key(file_id), None])
    assert manifest["account"]["accepted"] == 2500
    report = stage.objects.items[model.report_key(file_id), None].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(report, newline="")))
    assert [(row[0], row[1], row[3]) for row in rows[1:]] == [
        ("2502", "duplicate", "u1@example.org"),
        ("2503", "invalid_address", "bad"),
    ]
    assert model.report_key(file_id) in stage.service.report_link(file_id)


@pytest.mark.parametrize("fail_after", range(6))
def test_a_retry_after_a_breakdown_at_any_write_gives_the_same(stage: Stage, fail_after: int) -> None:
    smooth = stage.imported(BODY)
    expected = dict(stage.objects.items)
    other = Stage()
    other.files.items = {smooth.file_id: replace(smooth, status=RecipientFileStatus.AWAITING_UPLOAD, revision=1)}
    other.files.items[smooth.file_id] = RecipientFile(
        smooth.file_id, smooth.name, RecipientFileStatus.AWAITING_UPLOAD, smooth.object_key, NOW, revision=1
    )
    other.objects.upload(smooth.object_key, BODY)
    other.objects.fail_after = fail_after
    with pytest.raises(ConnectionError):
        other.service.import_file(smooth.object_key, "v1", len(BODY))
    assert other.service.get(smooth.file_id).status is RecipientFileStatus.PROCESSING
    assert other.service.import_file(smooth.object_key, "v1", len(BODY)) == smooth
    assert other.objects.items == expected


def test_an_event_delivered_twice_changes_nothing(stage: Stage) -> None:
    done = stage.imported(BODY)
    assert stage.service.import_file(done.object_key, "v1", len(BODY)) == done


def test_a_second_upload_is_ignored(stage: Stage) -> None:
    done = stage.imported(BODY)
    stage.objects.upload(done.object_key, b"email\nother@example.org\n", "v2")
    assert stage.service.import_file(done.object_key, "v2", 24) == done


def test_a_second_upload_is_ignored_while_the_first_is_processed(stage: Stage) -> None:
    recipient_file = stage.upload(BODY)
    stage.objects.fail_after = 0
    with pytest.raises(ConnectionError):
        stage.service.import_file(recipient_file.object_key, "v1", len(BODY))
    assert stage.service.import_file(recipient_file.object_key, "v2", 24).status is RecipientFileStatus.PROCESSING
    assert stage.service.import_file(recipient_file.object_key, "v1", len(BODY)).account.accepted == 2500


def test_two_executions_at_once_agree(stage: Stage) -> None:
    recipient_file = stage.upload(BODY)
    other = RecipientService(files=stage.files, objects=stage.objects, clock=At())
    write = stage.objects.write
    raced: list[str] = []

    def race(key: str, body: bytes, *, content_type: str) -> None:
        if not raced:
            raced.append(key)
            other.import_file(recipient_file.object_key, "v1", len(BODY))
        write(key, body, content_type=content_type)

    stage.objects.write = race  # type: ignore[method-assign]  # the other execution runs in between
    done = stage.service.import_file(recipient_file.object_key, "v1", len(BODY))
    assert done == stage.files.items[recipient_file.file_id]
    assert done.status is RecipientFileStatus.READY


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"", "empty"), (b"name\nA\n", "'name'"), (b"email\n\xff\n", "UTF-8"), (b'email\n"open\n', "line 2")],
)
def test_an_unreadable_file_is_rejected_with_the_reason(stage: Stage, body: bytes, words: str) -> None:
    done = stage.imported(body)
    assert done.status is RecipientFileStatus.REJECTED
    assert words in (done.reason or "")
    assert (done.account, done.parts) == (RowAccount(), 0)
    with pytest.raises(RecipientFileNotReadyError, match="no report"):
        stage.service.report_link(done.file_id)


def test_a_file_without_one_accepted_row_is_rejected_and_has_its_report(stage: Stage) -> None:
    done = stage.imported(b"email\nnobody\n")
    assert done.status is RecipientFileStatus.REJECTED
    assert done.account.invalid == 1
    assert "report" in (done.reason or "")
    assert stage.service.report_link(done.file_id)


def test_a_file_beyond_the_limit_is_rejected_unread(stage: Stage) -> None:
    recipient_file, _ = stage.service.create(name="List")
    stage.objects.upload(recipient_file.object_key, b"")
    done = stage.service.import_file(recipient_file.object_key, "v1", model.MAX_FILE_BYTES + 1)
    assert done.status is RecipientFileStatus.REJECTED
    assert "larger" in (done.reason or "")


def test_a_failed_import_is_recorded(stage: Stage) -> None:
    recipient_file = stage.upload(BODY)
    done = stage.service.reject(recipient_file.object_key, "out of memory")
    assert (done.status, done.reason, done.finished_at) == (RecipientFileStatus.REJECTED, "out of memory", NOW)


def test_a_failure_reported_late_leaves_a_ready_file_ready(stage: Stage) -> None:
    done = stage.imported(BODY)
    assert stage.service.reject(done.object_key, "late") == done


@pytest.mark.parametrize("key", ["uploads/rcp_unknown/recipients.csv", "uploads/x/y/z", "other"])
def test_foreign_keys_belong_to_no_file(stage: Stage, key: str) -> None:
    with pytest.raises(RecipientFileNotFoundError):
        stage.service.import_file(key, "v1", 1)
    with pytest.raises(RecipientFileNotFoundError):
        stage.service.reject(key, "x")


def test_a_report_before_the_import_is_refused(stage: Stage) -> None:
    recipient_file, _ = stage.service.create(name="List")
    with pytest.raises(RecipientFileNotReadyError, match="awaiting_upload"):
        stage.service.report_link(recipient_file.file_id)


def test_lists_come_newest_first_in_pages(stage: Stage) -> None:
    for name in "abc":
        stage.files.add(
            RecipientFile(f"rcp_{name}", name, RecipientFileStatus.AWAITING_UPLOAD, f"uploads/rcp_{name}", NOW)
        )
    first = stage.service.list(limit=2)
    assert [item.name for item in first.items] == ["c", "b"]
    rest = stage.service.list(limit=2, cursor=first.next_cursor)
    assert ([item.name for item in rest.items], rest.next_cursor) == (["a"], None)


def test_the_fake_repository_refuses_a_stale_revision(stage: Stage) -> None:
    done = stage.imported(BODY)
    with pytest.raises(StaleRevisionError):
        stage.files.save(replace(done, revision=done.revision - 1))
