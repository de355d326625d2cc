"""What the recipient stage needs from outside."""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients.model import RecipientFile


class RecipientFileRepository(Protocol):
    """Keeps the records of recipient files."""

    def add(self, recipient_file: RecipientFile) -> None:
        """Store a new record."""
        ...

    def get(self, file_id: str) -> RecipientFile | None:
        """Return the record, or None."""
        ...

    def save(self, recipient_file: RecipientFile) -> RecipientFile:
        """Replace the record whose stored revision equals this one's; return it with the next revision.

        Raises:
            StaleRevisionError: it was changed in between.
        """
        ...

    def list(self, *, limit: int, cursor: str | None) -> Page[RecipientFile]:
        """Return the records, newest first."""
        ...


class RecipientObjects(Protocol):
    """The recipient bucket."""

    def presign(self, key: str, *, content_type: str, max_bytes: int) -> PresignedPost:
        """Permit one upload under exactly this key, type and size range."""
        ...

    def open(self, key: str, version: str | None) -> BinaryIO:
        """Open an object for reading from start to end in bounded memory."""
        ...

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store an object, replacing what is there."""
        ...

    def write_stream(self, key: str, chunks: Iterator[bytes], *, content_type: str) -> None:
        """Store an object from chunks in bounded memory; an error that they raise is passed on, nothing stored."""
        ...

    def link(self, key: str, *, filename: str) -> str:
        """Return an address under which the object can be downloaded for a short time."""
        ...
