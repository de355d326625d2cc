"""Reading and changing the record of a recipient file, whoever else changes it at the same time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.recipients.model import TRANSITIONS, RecipientFile, RecipientFileNotFoundError, RecipientFileStatus
from chalicelib.recipients.ports import RecipientFileRepository


class RecipientRecords:
    """The records, each changed by what is decided on its newest revision."""

    def __init__(self, files: RecipientFileRepository) -> None:
        self._files = files

    def get(self, file_id: str) -> RecipientFile:
        """Return a file's record.

        Raises:
            RecipientFileNotFoundError: there is none.
        """
        recipient_file = self._files.get(file_id)
        if recipient_file is None:
            raise RecipientFileNotFoundError(f"There is no recipient file {file_id!r}.")
        return recipient_file

    def change(
        self, file_id: str, edit: Callable[[RecipientFile], RecipientFile], *, revision: int | None = None
    ) -> RecipientFile:
        """Save what ``edit`` makes of the record; it is asked again when somebody else was faster.

        Args:
            file_id: the file.
            edit: returns the changed record, the very same one to change nothing, or raises.
            revision: change it only if this is its revision (If-Match); None: whatever it is.

        Raises:
            RecipientFileNotFoundError: there is none.
            StaleRevisionError: it is at another revision.
        """
        while True:
            stored = at_revision(self.get(file_id), revision)
            edited = edit(stored)
            if edited is stored:
                return stored
            try:
                return self._files.save(edited)
            except StaleRevisionError:
                if revision is not None:
                    raise


def at_revision(recipient_file: RecipientFile, revision: int | None) -> RecipientFile:
    """Return the record if it is at this revision; None: whatever it is.

    Raises:
        StaleRevisionError: it is at another.
    """
    if revision is not None and revision != recipient_file.revision:
        raise StaleRevisionError(
            f"The recipient file is at revision {recipient_file.revision}, not {revision}; read it again."
        )
    return recipient_file


def with_status(recipient_file: RecipientFile, status: RecipientFileStatus, **changes: Any) -> RecipientFile:
    """Return the record in another status.

    Raises:
        InvalidTransitionError: its status has no such successor.
    """
    return replace(recipient_file, status=TRANSITIONS.check(recipient_file.status, status), **changes)
