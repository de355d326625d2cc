"""The fields of one recipient of a file, to render a mail with before it is sent to anybody."""

from collections.abc import Iterator
from itertools import islice
from typing import Final, Protocol

from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.recipients.model import (
    RECIPIENTS_PER_PART,
    Recipient,
    RecipientFile,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
    RecipientFileStatus,
)

MAX_ROW: Final = RECIPIENTS_PER_PART
"""Last accepted row that can be asked for: those of the first part."""


class Files(Protocol):
    """The records of recipient files."""

    def get(self, file_id: str) -> RecipientFile | None:
        """Return the record, or None."""
        ...


class Parts(Protocol):
    """The parts that an import wrote."""

    def read(self, file_id: str, part: int) -> Iterator[Recipient]:
        """Return a part's recipients in order."""
        ...


class SampleRecipients:
    """Recipients by their place in a file."""

    def __init__(self, *, files: Files, parts: Parts) -> None:
        self._files = files
        self._parts = parts

    def fields(self, file_id: str, row: int, pointer: str = "/recipient/row") -> dict[str, str]:
        """Return the fields of a recipient, its address among them.

        Args:
            file_id: the file.
            row: from 1 to `MAX_ROW`, rows that were not accepted left out.
            pointer: JSON pointer to where the caller named the row.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            RecipientFileNotReadyError: it has no recipients yet.
            InvalidInputError: there is no such row.
        """
        recipient_file = self._files.get(file_id)
        if recipient_file is None:
            raise RecipientFileNotFoundError(f"There is no recipient file {file_id!r}.")
        if recipient_file.status is not RecipientFileStatus.READY:
            raise RecipientFileNotReadyError(
                f"The recipient file is {recipient_file.status}; give the fields to render with."
            )
        recipient = next(islice(self._parts.read(file_id, 0), row - 1, None), None) if row <= MAX_ROW else None
        if recipient is None:
            last = min(recipient_file.account.accepted, MAX_ROW)
            raise InvalidInputError(
                "There is no such row.",
                errors=(FieldError(pointer, f"Give the number of an accepted row, 1 to {last:,}."),),
            )
        return {"email": recipient.address, **recipient.fields}
