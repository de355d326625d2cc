"""Recipient files as the API shows and steers them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.kernel.errors import ConflictError, StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.recipients.model import (
    RecipientFile,
    RecipientFileFilter,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
    RecipientFileStatus,
    RowAccount,
)
from chalicelib.recipients.ports import StoredUpload
from chalicelib.recipients.service import RecipientService
from tests.fakes.recipients import FakeRecipientFiles, FakeRecipientObjects, RecipientStage

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BODY = b"email,contact\nanna@example.org,anton@example.org\nanna@example.org,bo@example.org\n"
Status = RecipientFileStatus


class At:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def stage() -> RecipientStage:
    return RecipientStage(At())


class RacedFiles(FakeRecipientFiles):
    """Somebody else saves in between, once."""

    def __init__(self, items: dict[str, RecipientFile]) -> None:
        super().__init__()
        self.items = items
        self._raced = False

    def save(self, recipient_file: RecipientFile) -> RecipientFile:
        if not self._raced:
            self._raced = True
            super().save(self.items[recipient_file.file_id])
        return super().save(recipient_file)


class RacedObjects(FakeRecipientObjects):
    """Lets something happen once while an upload is looked for."""

    happening: Callable[[], object] | None = None

    def find(self, key: str, version: str | None) -> StoredUpload | None:
        happening, self.happening = self.happening, None
        if happening:
            happening()
        return super().find(key, version)


def in_status(stage: RecipientStage, status: RecipientFileStatus) -> RecipientFile:
    """A file whose upload is there, in any status."""
    recipient_file = stage.upload(BODY)
    stored = replace(recipient_file, status=status, object_version="v1", attempts=1, finished_at=NOW, revision=1)
    stage.files.items[recipient_file.file_id] = stored
    return stored


def test_the_reports_and_the_profile_belong_to_a_file_that_was_read(stage: RecipientStage) -> None:
    done = stage.imported(BODY)
    assert f"files/{done.file_id}/rejected.csv" in stage.service.report_link(done.file_id)
    assert f"files/{done.file_id}/flagged.csv" in stage.service.flags_link(done.file_id)
    assert stage.service.profile(done.file_id)


@pytest.mark.parametrize(
    "read",
    [RecipientService.report_link, RecipientService.flags_link, RecipientService.profile],
    ids=lambda read: str(read.__name__),
)
def test_before_and_without_an_import_there_is_nothing_to_show(
    stage: RecipientStage, read: Callable[[RecipientService, str], object]
) -> None:
    recipient_file, _ = stage.uploads.create(name="List")
    with pytest.raises(RecipientFileNotReadyError, match="awaiting_upload"):
        read(stage.service, recipient_file.file_id)
    unreadable = stage.imported(b"name\nA\n")
    with pytest.raises(RecipientFileNotReadyError, match=r"no report: .*name"):
        read(stage.service, unreadable.file_id)
    with pytest.raises(RecipientFileNotFoundError):
        read(stage.service, "rcp_none")


def test_a_file_that_waits_is_cancelled_at_once(stage: RecipientStage) -> None:
    recipient_file, _ = stage.uploads.create(name="List", file_bytes=5, multipart=True)
    cancelled = stage.service.cancel(recipient_file.file_id)
    assert (cancelled.status, cancelled.finished_at) == (Status.CANCELLED, NOW)
    assert "before its upload" in (cancelled.reason or "")
    assert stage.multiparts.uploads == {}
    assert stage.service.cancel(recipient_file.file_id) == cancelled


def test_a_file_that_is_imported_is_cancelled_once_the_import_has_stopped(stage: RecipientStage) -> None:
    recipient_file = in_status(stage, Status.PROCESSING)
    cancelled = stage.service.cancel(recipient_file.file_id)
    assert (cancelled.status, cancelled.finished_at) == (Status.CANCELLED, None)
    with pytest.raises(InvalidTransitionError, match="being stopped"):
        stage.service.retry(recipient_file.file_id)
    with pytest.raises(InvalidTransitionError, match="being stopped"):
        stage.service.delete(recipient_file.file_id)
    stage.run_import(recipient_file, BODY)
    assert stage.service.retry(recipient_file.file_id).status is Status.PROCESSING


@pytest.mark.parametrize("status", [Status.READY, Status.REJECTED, Status.FAILED, Status.DELETING])
def test_what_came_to_its_end_cannot_be_cancelled(stage: RecipientStage, status: RecipientFileStatus) -> None:
    recipient_file = in_status(stage, status)
    with pytest.raises(InvalidTransitionError):
        stage.service.cancel(recipient_file.file_id)


def test_a_cancellation_is_decided_anew_when_progress_was_saved_in_between(stage: RecipientStage) -> None:
    recipient_file = in_status(stage, Status.PROCESSING)
    stage.files = RacedFiles(stage.files.items)
    assert stage.service.cancel(recipient_file.file_id).status is Status.CANCELLED


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.REJECTED])
def test_a_retry_starts_the_workflow_with_the_same_upload(stage: RecipientStage, status: RecipientFileStatus) -> None:
    recipient_file = in_status(stage, status)
    retried = stage.service.retry(recipient_file.file_id)
    assert (retried.status, retried.attempts) == (Status.PROCESSING, 2)
    assert (retried.reason, retried.finished_at, retried.account) == (None, None, RowAccount())
    assert stage.workflows.started == {
        f"{recipient_file.file_id}-2": {"key": recipient_file.object_key, "version_id": "v1", "size": len(BODY)}
    }
    assert stage.run_import(retried, BODY).status is Status.READY


def test_a_retry_takes_another_address_column_and_keeps_it(stage: RecipientStage) -> None:
    rejected = stage.imported(BODY, wanted_column="nothing")
    assert rejected.status is Status.REJECTED
    done = stage.run_import(stage.service.retry(rejected.file_id, wanted_column="contact"), BODY)
    assert (done.status, done.account.accepted, done.wanted_column) == (Status.READY, 2, "contact")
    failed = replace(done, status=Status.FAILED, revision=done.revision + 1)
    stage.files.items[done.file_id] = failed
    assert stage.service.retry(done.file_id).wanted_column == "contact"


@pytest.mark.parametrize("status", [Status.AWAITING_UPLOAD, Status.PROCESSING, Status.READY, Status.DELETING])
def test_other_files_cannot_be_retried(stage: RecipientStage, status: RecipientFileStatus) -> None:
    recipient_file = in_status(stage, status)
    with pytest.raises(InvalidTransitionError):
        stage.service.retry(recipient_file.file_id)
    assert stage.workflows.started == {}


def test_of_two_retries_at_once_one_is_refused() -> None:
    objects = RacedObjects()
    stage = RecipientStage(At(), objects=objects)
    recipient_file = in_status(stage, Status.FAILED)
    objects.happening = lambda: stage.service.retry(recipient_file.file_id)
    with pytest.raises(InvalidTransitionError):
        stage.service.retry(recipient_file.file_id)
    assert len(stage.workflows.started) == 1


def test_without_its_upload_a_file_cannot_be_retried(stage: RecipientStage) -> None:
    recipient_file = in_status(stage, Status.FAILED)
    stage.objects.items.clear()
    with pytest.raises(ConflictError, match="not there"):
        stage.service.retry(recipient_file.file_id)
    assert stage.service.get(recipient_file.file_id) == recipient_file


def test_a_retry_that_could_not_be_started_can_be_repeated(stage: RecipientStage) -> None:
    recipient_file = in_status(stage, Status.FAILED)
    stage.workflows.refusing = True
    with pytest.raises(TemporarilyUnavailableError):
        stage.service.retry(recipient_file.file_id)
    failed = stage.service.get(recipient_file.file_id)
    assert (failed.status, failed.finished_at) == (Status.FAILED, NOW)
    assert "could not be started" in (failed.reason or "")
    stage.workflows.refusing = False
    assert stage.service.retry(recipient_file.file_id).attempts == 3


@pytest.mark.parametrize(
    "status",
    [Status.AWAITING_UPLOAD, Status.READY, Status.REJECTED, Status.FAILED, Status.CANCELLED, Status.DELETING],
)
def test_a_deletion_starts_its_workflow_each_time_it_is_asked_for(
    stage: RecipientStage, status: RecipientFileStatus
) -> None:
    recipient_file = in_status(stage, status)
    for count in (1, 2):
        assert stage.service.delete(recipient_file.file_id).status is Status.DELETING
        assert len(stage.workflows.started) == count
    assert {document["file_id"] for document in stage.workflows.started.values()} == {recipient_file.file_id}


def test_a_file_that_is_imported_must_be_cancelled_before_it_is_deleted(stage: RecipientStage) -> None:
    recipient_file = in_status(stage, Status.PROCESSING)
    with pytest.raises(InvalidTransitionError, match="cancel it first"):
        stage.service.delete(recipient_file.file_id)


def test_a_deletion_that_could_not_be_started_is_repeated(stage: RecipientStage) -> None:
    recipient_file = in_status(stage, Status.READY)
    stage.workflows.refusing = True
    with pytest.raises(TemporarilyUnavailableError):
        stage.service.delete(recipient_file.file_id)
    stage.workflows.refusing = False
    stage.service.delete(recipient_file.file_id)
    assert len(stage.workflows.started) == 1


def test_lists_come_newest_first_in_pages(stage: RecipientStage) -> None:
    for name in "abc":
        stage.files.add(RecipientFile(f"rcp_{name}", name, Status.AWAITING_UPLOAD, f"uploads/rcp_{name}", NOW))
    first = stage.service.list(limit=2)
    assert [item.name for item in first.items] == ["c", "b"]
    rest = stage.service.list(limit=2, cursor=first.next_cursor)
    assert ([item.name for item in rest.items], rest.next_cursor) == (["a"], None)
    assert stage.service.list(RecipientFileFilter(Status.READY)).items == []


def test_the_fake_repository_refuses_a_stale_revision(stage: RecipientStage) -> None:
    done = stage.imported(BODY)
    with pytest.raises(StaleRevisionError):
        stage.files.save(replace(done, revision=done.revision - 1))
