"""The import of an upload as its workflow drives it: exactly one result, whatever breaks off where."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.recipients import places
from chalicelib.recipients.model import (
    Compression,
    Encoding,
    ImportTimeError,
    Progress,
    Recipient,
    RecipientFile,
    RecipientFileStatus,
    RowAccount,
)
from chalicelib.recipients.parts import PartReader
from tests.fakes.recipients import FakeRecipientFiles, FakeRecipientObjects, RecipientStage
from tests.unit.recipients.importing_stage import BODY, NOW, WRITES, At, output, report, resumed


@pytest.fixture
def stage() -> RecipientStage:
    return RecipientStage(At())


def test_an_import_writes_parts_their_list_reports_profile_and_manifest(stage: RecipientStage) -> None:
    done = stage.imported(BODY)
    file_id = done.file_id
    assert done.status is RecipientFileStatus.READY
    account = done.account
    assert (account.rows, account.accepted, account.duplicates, account.invalid) == (2503, 2501, 1, 1)
    assert (account.repaired, account.invalid_reasons) == (1, {"invalid_address": 1})
    assert (done.parts, done.file_bytes, done.attempts, done.finished_at) == (3, len(BODY), 1, NOW)
    assert done.progress is None
    assert done.findings is not None
    assert (done.findings.delimiter, done.findings.address_column, done.findings.header) == (",", "email", True)
    assert done.findings.columns == {"email": "email", "name": "name"}
    listed = [json.loads(line) for line in stage.objects.items[places.part_list_key(file_id), None].splitlines()]
    assert listed == [
        {"part": 0, "recipients": 1000},
        {"part": 1, "recipients": 1000},
        {"part": 2, "recipients": 501},
    ]
    reader = PartReader(stage.objects)
    recipients = [recipient for part in range(3) for recipient in reader.read(file_id, part)]
    assert len(recipients) == 2501
    assert recipients[2499] == Recipient("u2499@example.org", {"name": "N2499"})
    assert json.loads(stage.objects.items[places.manifest_key(file_id), None])["account"]["accepted"] == 2501
    assert json.loads(stage.objects.items[places.profile_key(file_id), None])
    rejected = report(stage, places.rejected_key(file_id))
    assert [(row[0], row[1], row[3]) for row in rejected[1:]] == [
        ("2502", "duplicate", "u1@example.org"),
        ("2503", "invalid_address", "bad"),
    ]
    assert {(row[0], row[1]) for row in report(stage, places.flagged_key(file_id))[1:]} == {
        ("2504", "repaired"),
        ("2504", "role_address"),
    }
    assert len(output(stage, done)) == WRITES


def test_a_packed_upload_is_imported_and_its_packing_recorded(stage: RecipientStage) -> None:
    done = stage.imported(gzip.compress(BODY))
    assert done.account.accepted == 2501
    assert done.findings is not None
    assert done.findings.compression is Compression.GZIP


def test_the_wanted_column_holds_the_addresses(stage: RecipientStage) -> None:
    done = stage.imported(b"email,contact\nx,anna@example.org\n", wanted_column="contact")
    assert done.findings is not None
    assert (done.findings.address_column, done.account.accepted) == ("contact", 1)


def test_a_file_whose_address_column_is_not_known_names_its_columns(stage: RecipientStage) -> None:
    body = "Kontakt;Name;Name\nanna@example.org;Anna;A\n".encode("utf-16")
    done = stage.imported(body, wanted_column="post")
    assert done.status is RecipientFileStatus.REJECTED
    assert done.findings is not None
    assert done.findings.columns == {"Kontakt": "kontakt", "Name": "name", "Name (column 3)": "name_2"}
    assert (done.findings.address_column, done.findings.delimiter, done.findings.header) == (None, ";", True)
    assert done.findings.encoding is Encoding.UTF_16_LE

    again = stage.imported(b"anna@example.org;Anna\n", wanted_column="post")
    assert again.status is RecipientFileStatus.REJECTED
    assert again.findings is None


def test_threads_write_the_same_as_one_after_the_other(stage: RecipientStage) -> None:
    smooth = stage.imported(BODY)
    with ThreadPoolExecutor(4) as pool:
        other = resumed(smooth, BODY, pool=pool)
        assert other.run_import(smooth, BODY) == smooth
    assert other.objects.items == stage.objects.items


@pytest.mark.parametrize("fail_after", range(WRITES))
def test_a_retry_after_a_breakdown_at_any_write_gives_the_same(stage: RecipientStage, fail_after: int) -> None:
    smooth = stage.imported(BODY)
    other = resumed(smooth, BODY)
    other.objects.fail_after = fail_after
    with pytest.raises(ConnectionError):
        other.run_import(smooth, BODY)
    assert other.service.get(smooth.file_id).status is RecipientFileStatus.PROCESSING
    again = other.run_import(smooth, BODY)
    assert replace(again, revision=0) == replace(smooth, revision=0)
    assert other.objects.items == stage.objects.items


class BreakingFiles(FakeRecipientFiles):
    """Breaks down once, before or after a save took effect."""

    def __init__(self, after: int, *, stored: bool) -> None:
        super().__init__()
        self._left = after
        self._stored = stored

    def save(self, recipient_file: RecipientFile) -> RecipientFile:
        self._left -= 1
        if self._left != -1:
            return super().save(recipient_file)
        if self._stored:
            super().save(recipient_file)
        raise ConnectionError("the store broke down")


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("after", [0, 1])
def test_a_retry_after_a_breakdown_of_the_record_gives_the_same(
    stage: RecipientStage, after: int, *, stored: bool
) -> None:
    smooth = stage.imported(BODY)
    other = resumed(smooth, BODY, files=BreakingFiles(after, stored=stored))
    with pytest.raises(ConnectionError):
        other.run_import(smooth, BODY)
    again = other.run_import(smooth, BODY)
    assert replace(again, revision=0) == replace(smooth, revision=0)
    assert other.objects.items == stage.objects.items


def test_an_event_delivered_twice_changes_nothing(stage: RecipientStage) -> None:
    done = stage.imported(BODY)
    assert stage.run_import(done, BODY) == done


def test_a_second_upload_is_counted_and_changes_nothing_else(stage: RecipientStage) -> None:
    done = stage.imported(BODY)
    before = output(stage, done)
    stage.objects.upload(done.object_key, b"email\nother@example.org\n", "v2")
    after = stage.run_import(done, b"email\nother@example.org\n", "v2")
    assert after == replace(done, ignored_uploads=1, revision=done.revision + 1)
    assert output(stage, done) == before


def test_a_second_upload_is_ignored_while_the_first_is_processed(stage: RecipientStage) -> None:
    recipient_file = stage.upload(BODY)
    stage.objects.fail_after = 0
    with pytest.raises(ConnectionError):
        stage.run_import(recipient_file, BODY)
    ignored = stage.run_import(recipient_file, b"x", "v2")
    assert (ignored.status, ignored.ignored_uploads) == (RecipientFileStatus.PROCESSING, 1)
    done = stage.run_import(recipient_file, BODY)
    assert (done.account.accepted, done.ignored_uploads) == (2501, 1)


class Interrupted(FakeRecipientObjects):
    """Lets something happen once when an object is about to be written."""

    def __init__(self, ending: str) -> None:
        super().__init__()
        self._ending = ending
        self.happening: Iterator[Any] = iter(())

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        if key.endswith(self._ending):
            happening, self.happening = self.happening, iter(())
            next(happening, None)
        super().write(key, body, content_type=content_type)


def test_two_executions_at_once_agree() -> None:
    objects = Interrupted("00001.jsonl.gz")
    stage = RecipientStage(At(), objects=objects)
    recipient_file = stage.upload(BODY)
    objects.happening = (stage.run_import(recipient_file, BODY) for _ in range(1))
    done = stage.run_import(recipient_file, BODY)
    assert done == stage.files.items[recipient_file.file_id]
    assert done.status is RecipientFileStatus.READY
    assert len(output(stage, done)) == WRITES


def _told(seen: list[RecipientFile], stage: RecipientStage, file_id: str) -> Iterator[None]:
    seen.append(stage.service.get(file_id))
    yield


def test_progress_is_saved_while_it_runs() -> None:
    objects = Interrupted("00001.jsonl.gz")
    stage = RecipientStage(At(step=6), objects=objects)
    recipient_file = stage.upload(BODY)
    seen: list[RecipientFile] = []
    objects.happening = _told(seen, stage, recipient_file.file_id)
    stage.run_import(recipient_file, BODY)
    (saved,) = seen
    assert saved.status is RecipientFileStatus.PROCESSING
    assert isinstance(saved.progress, Progress)
    assert saved.progress.rows >= 1000
    assert 0 < saved.progress.bytes <= len(BODY)
    assert saved.progress.updated_at > saved.progress.started_at >= NOW


@pytest.mark.parametrize("step", [6, 0], ids=["noticed while it runs", "noticed at the end"])
@pytest.mark.parametrize("ending", ["00000.jsonl.gz", "manifest.json"])
def test_a_cancelled_import_stops_and_removes_what_it_wrote(ending: str, step: int) -> None:
    objects = Interrupted(ending)
    stage = RecipientStage(At(step=step), objects=objects)
    recipient_file = stage.upload(BODY)
    objects.happening = (stage.service.cancel(recipient_file.file_id) for _ in range(1))
    done = stage.run_import(recipient_file, BODY)
    assert done.status is RecipientFileStatus.CANCELLED
    assert done.finished_at is not None
    assert (done.progress, done.account, done.parts) == (None, RowAccount(), 0)
    assert output(stage, done) == {}


def test_an_import_killed_before_it_noticed_the_cancellation_is_cleared_up_by_its_retry(stage: RecipientStage) -> None:
    recipient_file = stage.upload(BODY)
    stage.objects.fail_after = 4
    with pytest.raises(ConnectionError):
        stage.run_import(recipient_file, BODY)
    cancelled = stage.service.cancel(recipient_file.file_id)
    assert cancelled.finished_at is None
    assert output(stage, cancelled)
    done = stage.run_import(recipient_file, BODY)
    assert (done.status, done.finished_at) == (RecipientFileStatus.CANCELLED, NOW)
    assert output(stage, done) == {}


@pytest.mark.parametrize("body", [BODY, BODY + b'"open,\n'], ids=["readable", "unreadable"])
@pytest.mark.parametrize("step", [6, 0], ids=["noticed while it runs", "noticed at the end"])
def test_an_attempt_that_was_begun_anew_leaves_the_new_one_alone(body: bytes, step: int) -> None:
    objects = Interrupted("00000.jsonl.gz")
    stage = RecipientStage(At(step=step), objects=objects)
    recipient_file = stage.upload(body)

    def begun_anew() -> Iterator[None]:
        stored = stage.files.items[recipient_file.file_id]
        yield stage.files.items.update(
            {stored.file_id: replace(stored, attempts=stored.attempts + 1, revision=stored.revision + 1)}
        )

    objects.happening = begun_anew()
    left = stage.run_import(recipient_file, body)
    assert (left.status, left.attempts) == (RecipientFileStatus.PROCESSING, 2)
    assert output(stage, left)


def test_an_import_without_time_ends_with_an_error_and_then_fails_without_a_trace() -> None:
    stage = RecipientStage(At(step=6))
    recipient_file = stage.upload(BODY)
    stage.deadline.seconds = 10
    with pytest.raises(ImportTimeError, match="Split the file"):
        stage.run_import(recipient_file, BODY)
    failed = stage.importing.fail(recipient_file.object_key, "v1", len(BODY), "ImportTimeError: too long")
    assert (failed.status, failed.reason) == (RecipientFileStatus.FAILED, "ImportTimeError: too long")
    assert failed.finished_at is not None
    assert output(stage, failed) == {}
    stage.deadline.seconds = 900
    assert stage.run_import(recipient_file, BODY).status is RecipientFileStatus.FAILED, "only a caller retries it"
    retried = stage.service.retry(recipient_file.file_id)
    assert stage.run_import(retried, BODY).account.accepted == 2501
