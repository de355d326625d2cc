"""Recipients of a file by their place and their address, to render a mail with before it is sent to anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor
from chalicelib.recipients.model import (
    MAX_ROWS,
    RECIPIENTS_PER_PART,
    Recipient,
    RecipientFile,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
    RecipientFileStatus,
)

MAX_ROW: Final = MAX_ROWS
"""Last accepted row that can be asked for."""

PARTS_A_SEARCH: Final = 20
"""Parts that one page of a search looks into: 20,000 recipients, some 2 MB of compressed objects."""


@dataclass(frozen=True, slots=True)
class FoundRecipient:
    """A recipient that a search found.

    Attributes:
        row: place among the accepted rows of its file, from 1.
        address: as the file gives it.
    """

    row: int
    address: str


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
            row: from 1, rows that were not accepted left out.
            pointer: JSON pointer to where the caller named the row.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            RecipientFileNotReadyError: it has no recipients yet.
            InvalidInputError: there is no such row.
        """
        recipient_file = self._ready(file_id)
        last = recipient_file.account.accepted
        if not 1 <= row <= last:
            raise InvalidInputError(
                "There is no such row.",
                errors=(FieldError(pointer, f"Give the number of an accepted row, 1 to {last:,}."),),
            )
        part, place = divmod(row - 1, RECIPIENTS_PER_PART)
        recipient = next(islice(self._parts.read(file_id, part), place, None))
        return {"email": recipient.address, **recipient.fields}

    def find(self, file_id: str, text: str, *, limit: int, cursor: str | None) -> Page[FoundRecipient]:
        """Return recipients whose address holds a text, whatever the case, in the order of the file.

        One call looks into `PARTS_A_SEARCH` parts: a page may be short or empty though more follow.

        Raises:
            RecipientFileNotFoundError: there is no such file.
            RecipientFileNotReadyError: it has no recipients yet.
            InvalidInputError: the cursor is none of this search.
        """
        accepted = self._ready(file_id).account.accepted
        position = 1 if cursor is None else decode_cursor(cursor)
        if isinstance(position, bool) or not isinstance(position, int) or not 1 <= position <= MAX_ROW:
            raise unknown_cursor()
        wanted = text.casefold()
        found: list[FoundRecipient] = []
        first, skipped = divmod(position - 1, RECIPIENTS_PER_PART)
        parts = -(-accepted // RECIPIENTS_PER_PART)
        for part in range(first, min(parts, first + PARTS_A_SEARCH)):
            row = part * RECIPIENTS_PER_PART
            for recipient in self._parts.read(file_id, part):
                row += 1
                if part == first and row <= first * RECIPIENTS_PER_PART + skipped:
                    continue
                shown = recipient.fields.get("email", recipient.address)
                if wanted not in shown.casefold() and wanted not in recipient.address:
                    continue
                if len(found) == limit:
                    return Page(found, encode_cursor(row))
                found.append(FoundRecipient(row, shown))
        after = (first + PARTS_A_SEARCH) * RECIPIENTS_PER_PART + 1
        return Page(found, encode_cursor(after) if after <= accepted else None)

    def _ready(self, file_id: str) -> RecipientFile:
        recipient_file = self._files.get(file_id)
        if recipient_file is None:
            raise RecipientFileNotFoundError(f"There is no recipient file {file_id!r}.")
        if recipient_file.status is not RecipientFileStatus.READY:
            raise RecipientFileNotReadyError(
                f"The recipient file is {recipient_file.status}; give the fields to render with."
            )
        return recipient_file
