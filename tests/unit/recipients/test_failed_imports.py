"""Imports that end without a result: what is recorded, what is left, and what may be tried again."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.recipients import model, places
from chalicelib.recipients.import_pass import ImportPass
from chalicelib.recipients.model import (
    Part,
    RecipientFileNotFoundError,
    RecipientFileStatus,
    RowAccount,
    UnbalancedAccountError,
)
from tests.fakes.recipients import RecipientStage
from tests.unit.recipients.importing_stage import BODY, NOW, WRITES, At, output, report


@pytest.fixture
def stage() -> RecipientStage:
    return RecipientStage(At())


class Forgetful(ImportPass):
    """Loses a row."""

    @property
    def account(self) -> RowAccount:
        return replace(super().account, rows=super().account.rows + 1)


class Miscounting(ImportPass):
    """Balances, but gives fewer recipients than it accepts."""

    def run(self) -> Generator[Any]:
        for found in super().run():
            yield replace(found, recipients=found.recipients - 1) if isinstance(found, Part) else found


@pytest.mark.parametrize("read", [Forgetful, Miscounting])
def test_an_account_that_does_not_balance_is_a_loud_failure(read: type[ImportPass]) -> None:
    stage = RecipientStage(At(), read=read)
    recipient_file = stage.upload(BODY)
    with pytest.raises(UnbalancedAccountError):
        stage.run_import(recipient_file, BODY)
    assert stage.service.get(recipient_file.file_id).status is RecipientFileStatus.PROCESSING


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"", "empty"), (b"name\nA\n", "name"), (BODY + b'"open,\n', "line 2505"), (b"PK\x03\x04broken", "")],
)
def test_an_unreadable_file_is_rejected_with_the_reason_and_leaves_nothing(
    stage: RecipientStage, body: bytes, words: str
) -> None:
    done = stage.imported(body)
    assert done.status is RecipientFileStatus.REJECTED
    assert words in (done.reason or "")
    assert (done.account, done.parts) == (RowAccount(), 0)
    assert dict(done.columns) == ({"name": "name"} if body.startswith(b"name") else {})
    assert output(stage, done) == {}


def test_a_file_without_one_accepted_row_is_rejected_and_keeps_its_report(stage: RecipientStage) -> None:
    done = stage.imported(b"email\nnobody\n")
    assert done.status is RecipientFileStatus.REJECTED
    assert (done.account.invalid, done.parts) == (1, 0)
    assert "report" in (done.reason or "")
    assert report(stage, places.rejected_key(done.file_id))[1][0] == "2"
    assert stage.service.report_link(done.file_id)


def test_a_file_beyond_the_limit_is_rejected_unread(stage: RecipientStage) -> None:
    recipient_file = stage.upload(b"")
    done = stage.importing.import_file(recipient_file.object_key, "v1", model.MAX_FILE_BYTES + 1)
    assert done is not None
    assert done.status is RecipientFileStatus.REJECTED
    assert f"{model.MAX_FILE_BYTES:,}" in (done.reason or "")


def test_a_failure_before_the_import_began_can_be_retried(stage: RecipientStage) -> None:
    recipient_file = stage.upload(BODY)
    failed = stage.importing.fail(recipient_file.object_key, "v1", len(BODY), "out of memory")
    assert (failed.status, failed.object_version, failed.file_bytes) == (RecipientFileStatus.FAILED, "v1", len(BODY))
    assert stage.run_import(stage.service.retry(failed.file_id), BODY).status is RecipientFileStatus.READY


def test_a_failure_reported_late_or_for_another_upload_changes_nothing(stage: RecipientStage) -> None:
    recipient_file = stage.upload(BODY)
    stage.objects.fail_after = 0
    with pytest.raises(ConnectionError):
        stage.run_import(recipient_file, BODY)
    other = stage.importing.fail(recipient_file.object_key, "v2", 3, "late")
    assert other.status is RecipientFileStatus.PROCESSING
    done = stage.run_import(recipient_file, BODY)
    assert stage.importing.fail(done.object_key, "v1", len(BODY), "late") == done
    assert len(output(stage, done)) == WRITES


def test_a_failure_of_a_cancelled_import_ends_the_cancellation(stage: RecipientStage) -> None:
    recipient_file = stage.upload(BODY)
    stage.objects.fail_after = 2
    with pytest.raises(ConnectionError):
        stage.run_import(recipient_file, BODY)
    stage.service.cancel(recipient_file.file_id)
    done = stage.importing.fail(recipient_file.object_key, "v1", len(BODY), "killed")
    assert (done.status, done.finished_at) == (RecipientFileStatus.CANCELLED, NOW)
    assert output(stage, done) == {}


@pytest.mark.parametrize("gone", [False, True], ids=["being deleted", "deleted"])
def test_an_upload_for_a_deleted_file_is_removed(stage: RecipientStage, *, gone: bool) -> None:
    recipient_file = stage.upload(BODY)
    stage.service.delete(recipient_file.file_id)
    if gone:
        stage.files.remove(recipient_file.file_id)
    stage.importing.import_file(recipient_file.object_key, "v1", len(BODY))
    assert stage.objects.items == {}


def test_an_upload_after_the_cancellation_waits_for_a_retry(stage: RecipientStage) -> None:
    recipient_file, _ = stage.uploads.create(name="List")
    stage.service.cancel(recipient_file.file_id)
    stage.objects.upload(recipient_file.object_key, BODY)
    ignored = stage.run_import(recipient_file, BODY)
    assert (ignored.status, ignored.ignored_uploads) == (RecipientFileStatus.CANCELLED, 1)
    retried = stage.service.retry(recipient_file.file_id)
    assert stage.run_import(retried, BODY).account.accepted == 2501


def test_foreign_keys_belong_to_no_file(stage: RecipientStage) -> None:
    for key in ("uploads/x/y/z", "other"):
        with pytest.raises(RecipientFileNotFoundError):
            stage.importing.import_file(key, "v1", 1)
        with pytest.raises(RecipientFileNotFoundError):
            stage.importing.fail(key, "v1", 1, "x")
