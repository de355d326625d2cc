"""How a recipient file gets into its bucket: by a form in one piece, or in parts that can be sent again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import ConflictError, FieldError, InvalidInputError, StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients.model import (
    ID_PREFIX,
    MAX_FILE_BYTES,
    MAX_NAME_CHARACTERS,
    RecipientFile,
    RecipientFileStatus,
    UploadIncompleteError,
    UploadType,
)
from chalicelib.recipients.places import upload_key
from chalicelib.recipients.ports import (
    MultipartUploads,
    PartLink,
    RecipientFileRepository,
    RecipientObjects,
    UploadedPart,
)
from chalicelib.recipients.records import RecipientRecords, at_revision

PART_BYTES = 32 * 1024**2
"""Size of each part of a multipart upload but the last: 160 parts make the largest file, S3 lists 1,000 at once."""


@dataclass(frozen=True, slots=True)
class MultipartForm:
    """An upload in parts.

    Attributes:
        links: the parts that have not arrived.
        arrived: numbers of those that have.
        expires_at: the bucket refuses the links after this moment.
    """

    links: tuple[PartLink, ...]
    arrived: tuple[int, ...]
    expires_at: datetime


UploadForm = PresignedPost | MultipartForm


class RecipientUploads:
    """Makes recipient files and takes their uploads."""

    def __init__(
        self,
        *,
        files: RecipientFileRepository,
        objects: RecipientObjects,
        multiparts: MultipartUploads,
        clock: Clock,
    ) -> None:
        self._files = files
        self._records = RecipientRecords(files)
        self._objects = objects
        self._multiparts = multiparts
        self._clock = clock

    def create(
        self,
        *,
        name: str,
        upload_type: UploadType = UploadType.CSV,
        file_bytes: int | None = None,
        multipart: bool = False,
        wanted_column: str | None = None,
        file_id: str | None = None,
    ) -> tuple[RecipientFile, UploadForm]:
        """Make a recipient file's record; return it with the permission to upload.

        Args:
            name: what people call it.
            upload_type: content type that the upload will carry.
            file_bytes: exact size of the upload; needed for an upload in parts.
            multipart: upload in parts.
            wanted_column: header or position of the address column; found by its name when None.
            file_id: its id; one that is there was made by an earlier try of the same request.

        Raises:
            InvalidInputError: a value cannot be taken; nothing was stored.
        """
        _check(name, file_bytes, multipart=multipart)
        now = self._clock.now()
        file_id = file_id or new_id(ID_PREFIX, now)
        key = upload_key(file_id)
        recipient_file = RecipientFile(
            file_id=file_id,
            name=name.strip(),
            status=RecipientFileStatus.AWAITING_UPLOAD,
            object_key=key,
            created_at=now,
            upload_type=upload_type,
            upload_id=self._multiparts.begin(key, content_type=upload_type) if multipart else None,
            file_bytes=file_bytes,
            wanted_column=wanted_column,
        )
        form = self._form(recipient_file, {})
        try:
            return self._files.add(recipient_file), form
        except StaleRevisionError:
            return self.form(file_id)

    def form(self, file_id: str) -> tuple[RecipientFile, UploadForm]:
        """Return a fresh form, or fresh links of the parts that have not arrived.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            ConflictError: it waits for no upload any more.
        """
        recipient_file = self._records.get(file_id)
        if recipient_file.status is not RecipientFileStatus.AWAITING_UPLOAD:
            raise ConflictError(f"The file is {recipient_file.status} and waits for no upload.")
        if recipient_file.upload_id is None:
            return recipient_file, self._form(recipient_file, {})
        arrived = self._multiparts.arrived(recipient_file.object_key, recipient_file.upload_id)
        if arrived is None and self._objects.find(recipient_file.object_key, None):
            raise ConflictError("The upload is complete; its import begins.")
        if arrived is None:  # the bucket forgets uploads that are not completed within a day
            upload_id = self._multiparts.begin(recipient_file.object_key, content_type=recipient_file.upload_type)
            recipient_file = self._records.change(file_id, lambda stored: replace(stored, upload_id=upload_id))
        return recipient_file, self._form(recipient_file, arrived or {})

    def complete(self, file_id: str, *, revision: int | None = None) -> RecipientFile:
        """Make the upload of its parts; its import begins by itself. Repeating it is harmless.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            UploadIncompleteError: parts are missing; the detail names them.
            ConflictError: it is not uploaded in parts, or was given up before its upload.
        """
        recipient_file = at_revision(self._records.get(file_id), revision)
        key, upload_id = recipient_file.object_key, recipient_file.upload_id
        if upload_id is None:
            raise ConflictError("The file is uploaded by a form, which needs no completion.")
        if recipient_file.status is not RecipientFileStatus.AWAITING_UPLOAD:
            if recipient_file.object_version is None:
                raise ConflictError(f"The file is {recipient_file.status} and waits for no upload.")
            return recipient_file
        arrived = self._multiparts.arrived(key, upload_id)
        if arrived is None and self._objects.find(key, None):
            return recipient_file
        missing = _missing(recipient_file, arrived or {})
        if missing:
            raise UploadIncompleteError(f"These parts have not arrived: {', '.join(map(str, missing))}.")
        self._multiparts.complete(key, upload_id, {n: part.etag for n, part in sorted((arrived or {}).items())})
        return recipient_file

    def _form(self, recipient_file: RecipientFile, arrived: Mapping[int, UploadedPart]) -> UploadForm:
        key, size = recipient_file.object_key, recipient_file.file_bytes
        if recipient_file.upload_id is None:
            return self._objects.presign(
                key,
                content_type=recipient_file.upload_type,
                min_bytes=size or 1,
                max_bytes=size or MAX_FILE_BYTES,
            )
        missing = _missing(recipient_file, arrived)
        links, expires_at = self._multiparts.links(key, recipient_file.upload_id, missing)
        return MultipartForm(links, tuple(n for n in part_sizes(size or 0) if n not in missing), expires_at)


def part_sizes(file_bytes: int) -> dict[int, int]:
    """Return the size of each part by its number, from 1."""
    starts = range(0, file_bytes, PART_BYTES)
    return {number: min(PART_BYTES, file_bytes - start) for number, start in enumerate(starts, start=1)}


def _missing(recipient_file: RecipientFile, arrived: Mapping[int, UploadedPart]) -> dict[int, int]:
    """Return the parts that are not there with their whole size."""
    sizes = part_sizes(recipient_file.file_bytes or 0)
    return {n: size for n, size in sizes.items() if n not in arrived or arrived[n].bytes != size}


def _check(name: str, file_bytes: int | None, *, multipart: bool) -> None:
    errors = []
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS:
        errors.append(FieldError("/name", f"Give it a name of 1 to {MAX_NAME_CHARACTERS} characters."))
    if file_bytes is not None and not 1 <= file_bytes <= MAX_FILE_BYTES:
        detail = f"A recipient file has 1 to {MAX_FILE_BYTES:,} bytes (5 GiB); split a larger one, or compress it."
        errors.append(FieldError("/file_bytes", detail))
    if multipart and file_bytes is None:
        errors.append(FieldError("/file_bytes", "An upload in parts needs the exact size of the file."))
    if errors:
        raise InvalidInputError("The recipient file cannot be taken.", errors=tuple(errors))
