"""Removing a file in bounded steps that may be repeated."""

from datetime import UTC, datetime

import pytest

from chalicelib.recipients.model import RecipientFileStatus
from tests.fakes.recipients import RecipientStage

BODY = b"email,name\n" + b"".join(b"u%d@example.org,N\n" % n for n in range(3500))


class At:
    def now(self) -> datetime:
        return datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def stage() -> RecipientStage:
    return RecipientStage(At())


def test_uploads_parts_reports_and_record_are_removed_and_nothing_of_others(stage: RecipientStage) -> None:
    other = stage.imported(b"email\nanna@example.org\n")
    kept = dict(stage.objects.items)
    done = stage.imported(BODY)
    stage.objects.upload(done.object_key, b"x", "v2")
    stage.service.delete(done.file_id)
    assert stage.removal.remove(done.file_id)
    assert stage.objects.items == kept
    assert stage.files.items == {other.file_id: other}
    assert stage.removal.remove(done.file_id), "again without harm"


def test_a_removal_goes_on_where_its_time_ended(stage: RecipientStage) -> None:
    done = stage.imported(BODY)
    stage.service.delete(done.file_id)
    stage.objects.at_once = 2
    stage.deadline.seconds = 1
    steps = 1
    while not stage.removal.remove(done.file_id):
        steps += 1
        assert stage.service.get(done.file_id).status is RecipientFileStatus.DELETING
    assert steps > 2
    assert (stage.objects.items, stage.files.items) == ({}, {})


@pytest.mark.parametrize("fail_after", range(2))
def test_a_removal_that_broke_off_is_repeated(stage: RecipientStage, fail_after: int) -> None:
    done = stage.imported(BODY)
    stage.service.delete(done.file_id)
    stage.objects.fail_after = fail_after
    with pytest.raises(ConnectionError):
        stage.removal.remove(done.file_id)
    assert stage.service.delete(done.file_id).status is RecipientFileStatus.DELETING
    assert stage.removal.remove(done.file_id)
    assert (stage.objects.items, stage.files.items) == ({}, {})


def test_an_unfinished_upload_in_parts_is_given_up(stage: RecipientStage) -> None:
    recipient_file, _ = stage.uploads.create(name="List", file_bytes=9, multipart=True)
    stage.service.delete(recipient_file.file_id)
    assert stage.removal.remove(recipient_file.file_id)
    assert stage.multiparts.uploads == {}


def test_a_file_that_nobody_deleted_stays(stage: RecipientStage) -> None:
    done = stage.imported(BODY)
    before = dict(stage.objects.items)
    assert stage.removal.remove(done.file_id)
    assert stage.files.items == {done.file_id: done}
    assert stage.objects.items == before
