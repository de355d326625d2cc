"""Imports an upload: one pass over it, parts, reports and an exact account out; called by the import workflow."""

import json
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace
from typing import Any

from chalicelib.kernel.clock import Clock
from chalicelib.recipients import report
from chalicelib.recipients.import_pass import ImportPass
from chalicelib.recipients.model import (
    FlaggedRow,
    ImportTimeError,
    Part,
    Progress,
    RecipientFile,
    RecipientFileNotFoundError,
    RecipientFileStatus,
    RejectedRow,
    UnbalancedAccountError,
    UnreadableFileError,
)
from chalicelib.recipients.output import JSON_LINES, PartWrites, manifest, part_list
from chalicelib.recipients.places import (
    file_id_of,
    flagged_key,
    manifest_key,
    output_folder,
    part_list_key,
    profile_key,
    rejected_key,
)
from chalicelib.recipients.ports import Deadline, ImportObjects, RecipientFileRepository
from chalicelib.recipients.records import RecipientRecords, with_status
from chalicelib.recipients.source import open_upload
from chalicelib.recipients.watch import Watch

_LOG = logging.getLogger(__name__)
_RESERVE_SECONDS = 20
"""What must be left of an invocation to go on: the next look at the clock is some seconds away."""

_CSV = "text/csv; charset=utf-8"
_JSON = "application/json"


class _StoppedError(Exception):
    """The record says that this import is not wanted any more."""


class RecipientImport:
    """The work of the import workflow, for one invocation.

    Args:
        files: the records.
        objects: the recipient bucket.
        clock: says when progress is saved.
        deadline: how long the invocation may go on.
        pool: writes the parts.
        at_once: most parts that are being written at the same time.
        read: makes the pass over an upload.
    """

    def __init__(
        self,
        *,
        files: RecipientFileRepository,
        objects: ImportObjects,
        clock: Clock,
        deadline: Deadline,
        pool: Executor,
        at_once: int,
        read: Callable[..., ImportPass] = ImportPass,
    ) -> None:
        self._records = RecipientRecords(files)
        self._objects = objects
        self._clock = clock
        self._deadline = deadline
        self._pool = pool
        self._at_once = at_once
        self._read = read

    def import_file(self, key: str, object_version: str | None, size: int) -> RecipientFile | None:
        """Import an upload and settle its file as ready or rejected; return its record, None when it was deleted.

        The first upload that is seen is pinned. Every try of it gives the same parts, so it may be repeated at any
        point; a later upload under the same key is counted and changes nothing.

        Args:
            key: the object's key.
            object_version: the object's version id, None in a bucket without versions.
            size: the object's size in bytes.

        Raises:
            RecipientFileNotFoundError: the key is none of a recipient file.
            ImportTimeError: the import would not end within its invocation.
            UnbalancedAccountError: rows were lost or counted twice.
        """
        file_id = _file_id(key)
        try:
            recipient_file = self._records.change(file_id, lambda stored: self._begun(stored, object_version, size))
        except RecipientFileNotFoundError:
            recipient_file = None
        if recipient_file is None or recipient_file.status is RecipientFileStatus.DELETING:
            self._objects.remove_version(key, object_version)  # its form was good for longer than the file lived
            return None
        if recipient_file.object_version != object_version or not recipient_file.attempts:
            return recipient_file
        if recipient_file.status is RecipientFileStatus.CANCELLED:
            return self._stop(recipient_file)
        if recipient_file.status is not RecipientFileStatus.PROCESSING:
            return recipient_file
        try:
            return self._settled(recipient_file)
        except _StoppedError:
            return self._stop(recipient_file)

    def fail(self, key: str, object_version: str | None, size: int, reason: str) -> RecipientFile:
        """Settle a file whose import failed unexpectedly; one that is settled already stays as it is.

        What the import wrote is removed, so that another attempt begins with nothing.

        Raises:
            RecipientFileNotFoundError: the key belongs to no recipient file.
        """
        file_id = _file_id(key)
        recipient_file = self._records.change(file_id, lambda stored: _pinned(stored, object_version, size))
        if recipient_file.object_version != object_version:
            return recipient_file
        if recipient_file.status is RecipientFileStatus.CANCELLED:
            return self._stop(recipient_file)
        if recipient_file.status is not RecipientFileStatus.PROCESSING:
            return recipient_file
        try:
            self._discard(recipient_file)
            return self._settle(recipient_file, RecipientFileStatus.FAILED, reason=reason)
        except _StoppedError:
            return self._stop(recipient_file)

    def _begun(self, stored: RecipientFile, object_version: str | None, size: int) -> RecipientFile:
        """Pin the first upload; count every other one."""
        pinned = _pinned(stored, object_version, size)
        if pinned.status is RecipientFileStatus.DELETING:
            return stored
        if pinned.object_version != object_version or not pinned.attempts:
            _LOG.warning("upload ignored", extra={"file_id": stored.file_id, "status": stored.status, "bytes": size})
            return replace(stored, ignored_uploads=stored.ignored_uploads + 1)
        if pinned.status is not RecipientFileStatus.PROCESSING:
            return stored
        now = self._clock.now()
        return with_status(pinned, RecipientFileStatus.PROCESSING, progress=Progress(0, 0, now, now))

    def _settled(self, recipient_file: RecipientFile) -> RecipientFile:
        """Import the file and settle it; what a file that cannot be taken left behind is removed."""
        try:
            imported = self._import(recipient_file)
        except UnreadableFileError as error:
            self._discard(recipient_file)
            return self._settle(
                recipient_file, RecipientFileStatus.REJECTED, reason=str(error), findings=error.findings
            )
        found = {"account": imported.account, "findings": imported.findings, "parts": imported.parts}
        if not imported.account.accepted:
            reason = "No row of the file was accepted; the report says why."
            return self._settle(recipient_file, RecipientFileStatus.REJECTED, reason=reason, **found)
        return self._settle(recipient_file, RecipientFileStatus.READY, **found)

    def _import(self, recipient_file: RecipientFile) -> RecipientFile:
        """Run the pass and write everything but the record; return the record with what was found."""
        file_id = recipient_file.file_id
        watch = Watch(self._clock, lambda rows, position: self._save_progress(recipient_file, rows, position))

        def fetch(first: int, end: int) -> bytes:
            watch.look()
            return self._objects.fetch(recipient_file.object_key, recipient_file.object_version, first, end)

        watch.upload = open_upload(fetch, recipient_file.file_bytes or 0)
        watch.rows = rows = self._read(watch.upload, wanted_column=recipient_file.wanted_column)
        with (
            self._objects.writer(rejected_key(file_id), content_type=_CSV) as rejected,
            self._objects.writer(flagged_key(file_id), content_type=_CSV) as flagged,
            PartWrites(self._objects, file_id, self._pool, self._at_once) as parts,
            closing(rows.run()) as outcomes,
        ):
            rejected.write(report.REJECTED_HEADER)
            flagged.write(report.FLAGGED_HEADER)
            for found in outcomes:
                watch.look()
                match found:
                    case Part():
                        parts.put(found.recipients, found.body)
                    case RejectedRow():
                        rejected.write(report.report_line(found.line, found.reason, found.detail, found.value))
                    case FlaggedRow():
                        flagged.write(report.report_line(found.line, found.flag, found.detail, found.value))
            imported = replace(
                recipient_file, account=rows.account, findings=rows.findings, parts=len(parts.sizes), progress=None
            )
            profile = json.dumps(rows.profile(), ensure_ascii=False, indent=2).encode()
        if not imported.account.balanced or sum(parts.sizes) != imported.account.accepted:
            raise UnbalancedAccountError(f"{file_id}: {imported.account} with {sum(parts.sizes)} in parts")
        self._objects.write(profile_key(file_id), profile, content_type=_JSON)
        self._objects.write(part_list_key(file_id), part_list(parts.sizes), content_type=JSON_LINES)
        self._objects.write(manifest_key(file_id), manifest(imported), content_type=_JSON)
        return imported

    def _save_progress(self, recipient_file: RecipientFile, rows: int, position: int) -> None:
        """Store how far the import is, if there is time to go on and it is still wanted."""
        if self._deadline.remaining_seconds() < _RESERVE_SECONDS:
            raise ImportTimeError(
                f"The import would take longer than its function may run: {rows:,} rows were read in time. "
                "Split the file."
            )
        begun = recipient_file.progress
        now = self._clock.now()
        progress = Progress(rows, position, begun.started_at if begun else now, now)
        self._records.change(
            recipient_file.file_id, lambda stored: replace(_wanted(stored, recipient_file), progress=progress)
        )

    def _settle(self, recipient_file: RecipientFile, status: RecipientFileStatus, **changes: Any) -> RecipientFile:
        def edit(stored: RecipientFile) -> RecipientFile:
            wanted = _wanted(stored, recipient_file)
            return with_status(wanted, status, progress=None, finished_at=self._clock.now(), **changes)

        settled = self._records.change(recipient_file.file_id, edit)
        _LOG.info(
            "import settled",
            extra={"file_id": settled.file_id, "status": status, "rows": settled.account.rows, "why": settled.reason},
        )
        return settled

    def _discard(self, recipient_file: RecipientFile) -> None:
        """Remove what this attempt wrote, unless another one has begun since."""
        _wanted(self._records.get(recipient_file.file_id), recipient_file)
        self._clear(recipient_file.file_id)

    def _stop(self, recipient_file: RecipientFile) -> RecipientFile:
        """End an import that is not wanted any more; after a cancellation nothing that it wrote stays."""
        stored = self._records.get(recipient_file.file_id)
        if stored.status is not RecipientFileStatus.CANCELLED or stored.finished_at is not None:
            return stored
        self._clear(stored.file_id)

        def edit(again: RecipientFile) -> RecipientFile:
            if again.status is not RecipientFileStatus.CANCELLED or again.finished_at is not None:
                return again
            return replace(again, progress=None, finished_at=self._clock.now())

        return self._records.change(stored.file_id, edit)

    def _clear(self, file_id: str) -> None:
        while self._objects.remove(output_folder(file_id)):
            pass


def _pinned(stored: RecipientFile, object_version: str | None, size: int) -> RecipientFile:
    """Return the record with this upload in force if it waits for one."""
    if stored.status is not RecipientFileStatus.AWAITING_UPLOAD:
        return stored
    return with_status(
        stored, RecipientFileStatus.PROCESSING, object_version=object_version, file_bytes=size, attempts=1
    )


def _wanted(stored: RecipientFile, recipient_file: RecipientFile) -> RecipientFile:
    """Return the record if it is still this attempt that is under way.

    Raises:
        _StoppedError: it was cancelled, settled by another execution, or begun anew.
    """
    if stored.status is not RecipientFileStatus.PROCESSING or stored.attempts != recipient_file.attempts:
        raise _StoppedError
    return stored


def _file_id(key: str) -> str:
    try:
        return file_id_of(key)
    except ValueError as error:
        raise RecipientFileNotFoundError(str(error)) from None
