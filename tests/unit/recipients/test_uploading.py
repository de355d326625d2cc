"""How uploads are permitted, continued and completed."""

from datetime import UTC, datetime

import pytest

from chalicelib.kernel.errors import ConflictError, InvalidInputError
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients import model, uploading
from chalicelib.recipients.model import (
    RecipientFile,
    RecipientFileNotFoundError,
    RecipientFileStatus,
    UploadIncompleteError,
    UploadType,
)
from chalicelib.recipients.uploading import PART_BYTES, MultipartForm, UploadForm
from tests.fakes.recipients import EXPIRY, RecipientStage

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SIZE = 2 * PART_BYTES + 5


class At:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def stage() -> RecipientStage:
    return RecipientStage(At())


def post(form: UploadForm) -> PresignedPost:
    assert isinstance(form, PresignedPost)
    return form


def multipart(form: UploadForm) -> MultipartForm:
    assert isinstance(form, MultipartForm)
    return form


def in_parts(stage: RecipientStage) -> tuple[RecipientFile, str]:
    recipient_file, _ = stage.uploads.create(name="List", file_bytes=SIZE, multipart=True)
    assert recipient_file.upload_id
    return recipient_file, recipient_file.upload_id


def arrive(stage: RecipientStage, upload_id: str, *numbers: int) -> None:
    for number in numbers:
        stage.multiparts.put(upload_id, number, bytes(uploading.part_sizes(SIZE)[number]))


def test_a_file_waits_for_its_upload(stage: RecipientStage) -> None:
    recipient_file, form = stage.uploads.create(name=" List ", wanted_column="Contact", upload_type=UploadType.GZIP)
    assert recipient_file.status is RecipientFileStatus.AWAITING_UPLOAD
    assert (recipient_file.name, recipient_file.wanted_column) == ("List", "Contact")
    assert post(form).fields["key"] == f"uploads/{recipient_file.file_id}/recipients"
    assert post(form).fields["Content-Type"] == "application/gzip"
    assert (post(form).fields["min_bytes"], post(form).max_bytes) == ("1", model.MAX_FILE_BYTES)
    assert stage.service.get(recipient_file.file_id).name == "List"


def test_an_announced_size_is_the_only_one_that_is_permitted(stage: RecipientStage) -> None:
    _, form = stage.uploads.create(name="List", file_bytes=77)
    assert (post(form).fields["min_bytes"], post(form).max_bytes) == ("77", 77)


@pytest.mark.parametrize(
    ("name", "size", "multiparted", "pointers"),
    [
        ("", None, False, ["/name"]),
        ("  ", None, False, ["/name"]),
        ("x" * 201, None, False, ["/name"]),
        ("List", 0, False, ["/file_bytes"]),
        ("List", -1, True, ["/file_bytes"]),
        ("List", model.MAX_FILE_BYTES + 1, False, ["/file_bytes"]),
        ("List", model.MAX_FILE_BYTES + 1, True, ["/file_bytes"]),
        ("List", None, True, ["/file_bytes"]),
        ("", None, True, ["/name", "/file_bytes"]),
    ],
)
def test_what_cannot_be_taken_stores_nothing(
    stage: RecipientStage, name: str, size: int | None, pointers: list[str], *, multiparted: bool
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        stage.uploads.create(name=name, file_bytes=size, multipart=multiparted)
    assert [error.pointer for error in refused.value.errors] == pointers
    assert (stage.files.items, stage.multiparts.uploads) == ({}, {})


def test_the_largest_file_is_taken_in_160_parts(stage: RecipientStage) -> None:
    _, form = stage.uploads.create(name="List", file_bytes=model.MAX_FILE_BYTES, multipart=True)
    assert [link.number for link in multipart(form).links] == list(range(1, 161))
    assert {link.bytes for link in multipart(form).links} == {PART_BYTES}


@pytest.mark.parametrize("size", [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, SIZE])
def test_parts_make_up_the_file_and_only_the_last_is_smaller(size: int) -> None:
    sizes = list(uploading.part_sizes(size).values())
    assert sum(sizes) == size
    assert all(part == PART_BYTES for part in sizes[:-1])


def test_a_fresh_form_is_like_the_first(stage: RecipientStage) -> None:
    recipient_file, form = stage.uploads.create(name="List", file_bytes=9)
    assert stage.uploads.form(recipient_file.file_id)[1] == form


def test_fresh_links_are_those_of_the_parts_that_have_not_arrived_whole(stage: RecipientStage) -> None:
    recipient_file, upload_id = in_parts(stage)
    arrive(stage, upload_id, 2)
    stage.multiparts.put(upload_id, 3, b"cut")
    form = multipart(stage.uploads.form(recipient_file.file_id)[1])
    assert [(link.number, link.bytes) for link in form.links] == [(1, PART_BYTES), (3, 5)]
    assert (form.arrived, form.expires_at) == ((2,), EXPIRY)
    assert f"uploadId={upload_id}&partNumber=1" in form.links[0].url


def test_an_upload_that_the_bucket_forgot_is_begun_again(stage: RecipientStage) -> None:
    recipient_file, upload_id = in_parts(stage)
    arrive(stage, upload_id, 1)
    stage.multiparts.abort(recipient_file.object_key, upload_id)
    with pytest.raises(UploadIncompleteError):
        stage.uploads.complete(recipient_file.file_id)
    again, form = stage.uploads.form(recipient_file.file_id)
    assert again.upload_id not in {None, upload_id}
    assert [link.number for link in multipart(form).links] == [1, 2, 3]
    arrive(stage, again.upload_id or "", 1, 2, 3)
    stage.uploads.complete(recipient_file.file_id)
    assert stage.multiparts.completed == [recipient_file.object_key]


def test_an_upload_is_completed_once_all_parts_are_there_and_again_without_harm(stage: RecipientStage) -> None:
    recipient_file, upload_id = in_parts(stage)
    arrive(stage, upload_id, 2)
    with pytest.raises(UploadIncompleteError, match=r"not arrived: 1, 3\."):
        stage.uploads.complete(recipient_file.file_id)
    arrive(stage, upload_id, 1, 3)
    for _ in range(2):
        stage.uploads.complete(recipient_file.file_id)
    assert stage.multiparts.completed == [recipient_file.object_key]
    with pytest.raises(ConflictError, match="complete"):
        stage.uploads.form(recipient_file.file_id)
    body = stage.objects.items[recipient_file.object_key, "v1"]
    assert len(body) == SIZE
    done = stage.run_import(recipient_file, body)
    assert stage.uploads.complete(recipient_file.file_id) == done


def test_a_form_needs_no_completion(stage: RecipientStage) -> None:
    recipient_file, _ = stage.uploads.create(name="List")
    with pytest.raises(ConflictError, match="form"):
        stage.uploads.complete(recipient_file.file_id)


def test_a_file_that_waits_for_no_upload_has_no_form(stage: RecipientStage) -> None:
    recipient_file, _ = in_parts(stage)
    stage.service.cancel(recipient_file.file_id)
    with pytest.raises(ConflictError, match="cancelled"):
        stage.uploads.form(recipient_file.file_id)
    with pytest.raises(ConflictError, match="cancelled"):
        stage.uploads.complete(recipient_file.file_id)
    assert stage.multiparts.uploads == {}


def test_an_unknown_file_has_no_upload(stage: RecipientStage) -> None:
    with pytest.raises(RecipientFileNotFoundError):
        stage.uploads.form("rcp_none")
    with pytest.raises(RecipientFileNotFoundError):
        stage.uploads.complete("rcp_none")
