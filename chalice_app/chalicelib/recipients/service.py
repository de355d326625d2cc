"""Takes recipient files in: one pass over the upload, parts and an exact account out."""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from chalicelib.kernel.clock import Clock, rfc3339
from chalicelib.kernel.errors import FieldError, InvalidInputError, StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients import report
from chalicelib.recipients.import_pass import ImportPass, Part
from chalicelib.recipients.model import (
    MAX_FILE_BYTES,
    MAX_NAME_CHARACTERS,
    TRANSITIONS,
    RecipientFile,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
    RecipientFileStatus,
    UnreadableFileError,
    file_id_of,
    manifest_key,
    part_key,
    part_list_key,
    report_key,
    upload_key,
)
from chalicelib.recipients.ports import RecipientFileRepository, RecipientObjects

_LOG = logging.getLogger(__name__)
_SETTLED = frozenset({RecipientFileStatus.READY, RecipientFileStatus.REJECTED})
_JSON_LINES = "application/x-ndjson"


class RecipientService:
    """Recipient files."""

    def __init__(self, *, files: RecipientFileRepository, objects: RecipientObjects, clock: Clock) -> None:
        self._files = files
        self._objects = objects
        self._clock = clock

    def create(self, *, name: str) -> tuple[RecipientFile, PresignedPost]:
        """Make a recipient file's record; return it with the permission to upload the CSV.

        Raises:
            InvalidInputError: the name cannot be taken; nothing was stored.
        """
        if not name.strip() or len(name) > MAX_NAME_CHARACTERS:
            detail = f"Give it a name of 1 to {MAX_NAME_CHARACTERS} characters."
            raise InvalidInputError("The recipient file cannot be taken.", errors=(FieldError("/name", detail),))
        now = self._clock.now()
        file_id = new_id("rcp", now)
        recipient_file = RecipientFile(
            file_id=file_id,
            name=name.strip(),
            status=RecipientFileStatus.AWAITING_UPLOAD,
            object_key=upload_key(file_id),
            created_at=now,
        )
        post = self._objects.presign(recipient_file.object_key, content_type="text/csv", max_bytes=MAX_FILE_BYTES)
        self._files.add(recipient_file)
        return recipient_file, post

    def get(self, file_id: str) -> RecipientFile:
        """Return a file's record.

        Raises:
            RecipientFileNotFoundError: there is none.
        """
        recipient_file = self._files.get(file_id)
        if recipient_file is None:
            raise RecipientFileNotFoundError(f"There is no recipient file {file_id!r}.")
        return recipient_file

    def list(self, *, limit: int = 50, cursor: str | None = None) -> Page[RecipientFile]:
        """Return the records, newest first."""
        return self._files.list(limit=limit, cursor=cursor)

    def report_link(self, file_id: str) -> str:
        """Return a short-lived address of the report of rows that were not accepted.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            RecipientFileNotReadyError: it has no report: not yet, or it could not be read.
        """
        recipient_file = self.get(file_id)
        if recipient_file.status not in _SETTLED or not recipient_file.account.rows:
            reason = f": {recipient_file.reason}" if recipient_file.reason else ""
            raise RecipientFileNotReadyError(f"The file is {recipient_file.status.value} and has no report{reason}.")
        return self._objects.link(report_key(file_id), filename=f"{file_id}-rejected.csv")

    def import_file(self, key: str, object_version: str | None, size: int) -> RecipientFile:
        """Import an upload and settle its file as ready or rejected; called by the import workflow.

        The first upload that is seen is pinned. Every try of it gives the same parts, so it may be repeated at any
        point; a later upload under the same key changes nothing.

        Args:
            key: the object's key.
            object_version: the object's version id, None in a bucket without versions.
            size: the object's size in bytes.

        Raises:
            RecipientFileNotFoundError: the key belongs to no recipient file.
        """
        file_id = _file_id(key)
        while True:
            recipient_file = self.get(file_id)
            if recipient_file.status is not RecipientFileStatus.AWAITING_UPLOAD:
                if recipient_file.object_version != object_version:
                    _LOG.warning(
                        "upload ignored: an earlier one is in force", extra={"file_id": file_id, "bytes": size}
                    )
                    return recipient_file
                if recipient_file.status in _SETTLED:
                    return recipient_file
            try:
                return self._files.save(self._import(self._begin(recipient_file, object_version, size)))
            except StaleRevisionError:
                continue  # another execution was faster; what it stored is read next

    def reject(self, key: str, reason: str) -> RecipientFile:
        """Settle a file whose import failed unexpectedly; one that is settled already stays as it is.

        Raises:
            RecipientFileNotFoundError: the key belongs to no recipient file.
        """
        file_id = _file_id(key)
        while True:
            recipient_file = self.get(file_id)
            if recipient_file.status in _SETTLED:
                return recipient_file
            if recipient_file.status is RecipientFileStatus.AWAITING_UPLOAD:
                recipient_file = _with_status(recipient_file, RecipientFileStatus.PROCESSING)
            try:
                return self._files.save(self._rejected(recipient_file, reason))
            except StaleRevisionError:
                continue

    def _begin(self, recipient_file: RecipientFile, object_version: str | None, size: int) -> RecipientFile:
        if recipient_file.status is RecipientFileStatus.PROCESSING:
            return recipient_file
        begun = _with_status(
            recipient_file, RecipientFileStatus.PROCESSING, object_version=object_version, file_bytes=size
        )
        return self._files.save(begun)

    def _import(self, recipient_file: RecipientFile) -> RecipientFile:
        """Run the pass and return the settled record; writes everything but the record."""
        if (recipient_file.file_bytes or 0) > MAX_FILE_BYTES:
            return self._rejected(recipient_file, f"The file is larger than {MAX_FILE_BYTES:,} bytes.")
        file_id = recipient_file.file_id
        with self._objects.open(recipient_file.object_key, recipient_file.object_version) as stream:
            rows = ImportPass(stream)
            parts: list[int] = []
            try:
                lines = _write_parts(self._objects, file_id, rows, parts)
                self._objects.write_stream(report_key(file_id), lines, content_type="text/csv; charset=utf-8")
            except UnreadableFileError as error:
                return self._rejected(recipient_file, str(error))
        imported = replace(
            recipient_file,
            account=rows.account,
            address_column=rows.layout.address_column if rows.layout else None,
            columns=rows.layout.columns if rows.layout else {},
            delimiter=rows.delimiter,
            parts=rows.parts,
        )
        if not imported.account.balanced or sum(parts) != imported.account.accepted:
            raise RuntimeError(f"the account of recipient file {file_id} does not balance: {imported.account}")
        self._objects.write(part_list_key(file_id), _part_list(parts), content_type=_JSON_LINES)
        self._objects.write(manifest_key(file_id), _manifest(imported), content_type="application/json")
        if not imported.account.accepted:
            return self._rejected(imported, "No row of the file was accepted; the report says why.")
        return _with_status(imported, RecipientFileStatus.READY, finished_at=self._clock.now())

    def _rejected(self, recipient_file: RecipientFile, reason: str) -> RecipientFile:
        return _with_status(recipient_file, RecipientFileStatus.REJECTED, reason=reason, finished_at=self._clock.now())


def _with_status(recipient_file: RecipientFile, status: RecipientFileStatus, **changes: Any) -> RecipientFile:
    return replace(recipient_file, status=TRANSITIONS.check(recipient_file.status, status), **changes)


def _file_id(key: str) -> str:
    try:
        return file_id_of(key)
    except ValueError as error:
        raise RecipientFileNotFoundError(str(error)) from None


def _write_parts(objects: RecipientObjects, file_id: str, rows: ImportPass, sizes: list[int]) -> Iterator[bytes]:
    """Store each part as it comes, noting its size; give the lines of the report in between."""
    yield report.HEADER
    for found in rows.run():
        if isinstance(found, Part):
            objects.write(part_key(file_id, found.number), found.body, content_type=_JSON_LINES)
            sizes.append(found.recipients)
        else:
            yield report.report_line(found.line, found.reason, found.detail, found.value)


def _part_list(parts: list[int]) -> bytes:
    lines = (json.dumps({"part": number, "recipients": count}) for number, count in enumerate(parts))
    return "".join(f"{line}\n" for line in lines).encode()


def _manifest(recipient_file: RecipientFile) -> bytes:
    """Write the account of a file; the same upload gives the same bytes."""
    document = {
        "file_id": recipient_file.file_id,
        "object_version": recipient_file.object_version,
        "file_bytes": recipient_file.file_bytes,
        "delimiter": recipient_file.delimiter,
        "address_column": recipient_file.address_column,
        "columns": recipient_file.columns,
        "parts": recipient_file.parts,
        "account": asdict(recipient_file.account),
        "created_at": rfc3339(recipient_file.created_at),
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
