"""Recipient files as the API shows and steers them."""

import json
from typing import Any

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import ConflictError, TemporarilyUnavailableError
from chalicelib.kernel.pages import Page
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.recipients.model import (
    ALL_FILES,
    Progress,
    RecipientFile,
    RecipientFileFilter,
    RecipientFileNotReadyError,
    RecipientFileStatus,
    RowAccount,
)
from chalicelib.recipients.places import flagged_key, profile_key, rejected_key
from chalicelib.recipients.ports import (
    MultipartUploads,
    RecipientFileRepository,
    RecipientObjects,
    RecipientWorkflows,
    StoredUpload,
)
from chalicelib.recipients.records import RecipientRecords, with_status

_REPORTED = frozenset({RecipientFileStatus.READY, RecipientFileStatus.REJECTED})
_RETRIABLE = frozenset({RecipientFileStatus.FAILED, RecipientFileStatus.CANCELLED, RecipientFileStatus.REJECTED})


class RecipientService:
    """Recipient files."""

    def __init__(
        self,
        *,
        files: RecipientFileRepository,
        objects: RecipientObjects,
        multiparts: MultipartUploads,
        workflows: RecipientWorkflows,
        clock: Clock,
    ) -> None:
        self._files = files
        self._records = RecipientRecords(files)
        self._objects = objects
        self._multiparts = multiparts
        self._workflows = workflows
        self._clock = clock

    def get(self, file_id: str) -> RecipientFile:
        """Return a file's record.

        Raises:
            RecipientFileNotFoundError: there is none.
        """
        return self._records.get(file_id)

    def list(
        self, wanted: RecipientFileFilter = ALL_FILES, *, limit: int = 50, cursor: str | None = None
    ) -> Page[RecipientFile]:
        """Return the records that are wanted; a page may be short though more follow."""
        return self._files.list(wanted, limit=limit, cursor=cursor)

    def report_link(self, file_id: str) -> str:
        """Return a short-lived address of the report of rows that were not accepted.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            RecipientFileNotReadyError: it has no report: not yet, or it could not be read.
        """
        self._reported(file_id)
        return self._objects.link(rejected_key(file_id), filename=f"{file_id}-rejected.csv")

    def flags_link(self, file_id: str) -> str:
        """Return a short-lived address of the report of accepted rows that are worth a look.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            RecipientFileNotReadyError: it has no report: not yet, or it could not be read.
        """
        self._reported(file_id)
        return self._objects.link(flagged_key(file_id), filename=f"{file_id}-flagged.csv")

    def profile(self, file_id: str) -> dict[str, Any]:
        """Return what the file's columns and domains look like.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            RecipientFileNotReadyError: it has no profile: not yet, or it could not be read.
        """
        self._reported(file_id)
        with self._objects.open(profile_key(file_id), None) as stream:
            document: dict[str, Any] = json.loads(stream.read())
        return document

    def cancel(self, file_id: str, *, revision: int | None = None) -> RecipientFile:
        """Give a file up; an import that runs notices it within seconds and removes what it wrote.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            InvalidTransitionError: it has come to its end already.
        """

        def edit(stored: RecipientFile) -> RecipientFile:
            if stored.status is RecipientFileStatus.CANCELLED:
                return stored
            waiting = stored.status is RecipientFileStatus.AWAITING_UPLOAD
            return with_status(
                stored,
                RecipientFileStatus.CANCELLED,
                reason="Cancelled before its upload." if waiting else "Cancelled while it was imported.",
                # An import that runs sets this itself once it has stopped and cleared up.
                finished_at=self._clock.now() if waiting else None,
            )

        cancelled = self._records.change(file_id, edit, revision=revision)
        if cancelled.upload_id and cancelled.object_version is None:
            self._multiparts.abort(cancelled.object_key, cancelled.upload_id)
        return cancelled

    def retry(self, file_id: str, *, wanted_column: str | None = None, revision: int | None = None) -> RecipientFile:
        """Import the same upload again.

        Args:
            file_id: a file that failed, was cancelled or rejected.
            wanted_column: another address column; None leaves what was chosen.
            revision: do it only if this is its revision (If-Match); None: whatever it is.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            ConflictError: it is not in such a state, or its upload is not there (any more).
            TemporarilyUnavailableError: the workflow did not start; the file is failed and can be retried.
        """
        recipient_file = self._records.get(file_id)
        _check_retriable(recipient_file)
        upload = self._objects.find(recipient_file.object_key, recipient_file.object_version)
        if upload is None:
            raise ConflictError("The file's upload is not there; make a new recipient file.")
        begun = self._records.change(
            file_id, lambda stored: self._again(stored, upload, wanted_column), revision=revision
        )
        try:
            self._workflows.import_upload(
                file_id, attempt=begun.attempts, key=begun.object_key, version=upload.version, size=upload.bytes
            )
        except TemporarilyUnavailableError as error:
            # Without its workflow the file would stay in processing for ever.
            reason = f"The import could not be started: {error.detail}"
            self._records.change(file_id, lambda stored: self._not_started(stored, begun, reason))
            raise
        return begun

    def delete(self, file_id: str, *, revision: int | None = None) -> RecipientFile:
        """Begin to remove a file with all that was uploaded and written for it; repeating it is harmless.

        Raises:
            RecipientFileNotFoundError: there is no such file (any more).
            InvalidTransitionError: its import runs.
            TemporarilyUnavailableError: the workflow did not start; call it again.
        """

        def edit(stored: RecipientFile) -> RecipientFile:
            _check_stopped(stored)
            return with_status(stored, RecipientFileStatus.DELETING)

        deleting = self._records.change(file_id, edit, revision=revision)
        self._workflows.remove(file_id, run=deleting.revision)
        return deleting

    def _reported(self, file_id: str) -> None:
        recipient_file = self._records.get(file_id)
        if recipient_file.status not in _REPORTED or not recipient_file.account.rows:
            reason = f": {recipient_file.reason}" if recipient_file.reason else ""
            raise RecipientFileNotReadyError(f"The file is {recipient_file.status.value} and has no report{reason}.")

    def _again(self, stored: RecipientFile, upload: StoredUpload, wanted_column: str | None) -> RecipientFile:
        _check_retriable(stored)
        now = self._clock.now()
        return with_status(
            stored,
            RecipientFileStatus.PROCESSING,
            object_version=upload.version,
            file_bytes=upload.bytes,
            wanted_column=wanted_column or stored.wanted_column,
            account=RowAccount(),
            findings=None,
            progress=Progress(0, 0, now, now),
            parts=0,
            reason=None,
            attempts=stored.attempts + 1,
            finished_at=None,
        )

    def _not_started(self, stored: RecipientFile, begun: RecipientFile, reason: str) -> RecipientFile:
        if stored.status is not RecipientFileStatus.PROCESSING or stored.attempts != begun.attempts:
            return stored
        return with_status(stored, RecipientFileStatus.FAILED, reason=reason, finished_at=self._clock.now())


def _check_stopped(recipient_file: RecipientFile) -> None:
    """Refuse while an import may still write.

    Raises:
        InvalidTransitionError: it may.
    """
    if recipient_file.status is RecipientFileStatus.PROCESSING:
        raise InvalidTransitionError("The file is being imported; cancel it first.")
    if recipient_file.status is RecipientFileStatus.CANCELLED and recipient_file.finished_at is None:
        raise InvalidTransitionError("The import is being stopped; try again in a few seconds.")


def _check_retriable(recipient_file: RecipientFile) -> None:
    """Refuse what has nothing to be imported again.

    Raises:
        InvalidTransitionError: it is in no state for that.
    """
    _check_stopped(recipient_file)
    if recipient_file.status not in _RETRIABLE:
        raise InvalidTransitionError(
            f"A file that is {recipient_file.status} cannot be imported again; one that failed, was cancelled or "
            "was rejected can."
        )
