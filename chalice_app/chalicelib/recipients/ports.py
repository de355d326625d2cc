"""What the recipient stage needs from outside."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients.model import RecipientFile, RecipientFileFilter


class RecipientFileRepository(Protocol):
    """Keeps the records of recipient files."""

    def add(self, recipient_file: RecipientFile) -> RecipientFile:
        """Store a new record; return it with its revision.

        Raises:
            StaleRevisionError: there is one with its id.
        """
        ...

    def get(self, file_id: str) -> RecipientFile | None:
        """Return the record, or None."""
        ...

    def save(self, recipient_file: RecipientFile) -> RecipientFile:
        """Replace the record whose stored revision equals this one's; return it with the next revision.

        Raises:
            StaleRevisionError: it was changed or removed in between.
        """
        ...

    def remove(self, file_id: str) -> None:
        """Remove the record if there is one."""
        ...

    def list(self, wanted: RecipientFileFilter, *, limit: int, cursor: str | None) -> Page[RecipientFile]:
        """Return the records that are wanted; a page may be short though more follow."""
        ...


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """An upload that lies in the bucket.

    Attributes:
        version: the object's version id; None in a bucket without versions.
        bytes: its size.
    """

    version: str | None
    bytes: int


class RecipientObjects(Protocol):
    """The recipient bucket, as it is read."""

    def presign(self, key: str, *, content_type: str, min_bytes: int, max_bytes: int) -> PresignedPost:
        """Permit one upload under exactly this key, type and size range."""
        ...

    def find(self, key: str, version: str | None) -> StoredUpload | None:
        """Tell what lies under a key, in this version or the latest; None when nothing does."""
        ...

    def open(self, key: str, version: str | None) -> BinaryIO:
        """Open an object for reading from start to end in bounded memory."""
        ...

    def link(self, key: str, *, filename: str) -> str:
        """Return an address under which the object can be downloaded for a short time."""
        ...


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """A part of a multipart upload that has arrived."""

    bytes: int
    etag: str


@dataclass(frozen=True, slots=True)
class PartLink:
    """Where one part of a multipart upload goes: PUT exactly this many bytes to the address.

    Attributes:
        number: from 1.
    """

    number: int
    url: str
    bytes: int


class MultipartUploads(Protocol):
    """Uploads in parts that the caller sends straight to the bucket."""

    def begin(self, key: str, *, content_type: str) -> str:
        """Begin an upload; return its id."""
        ...

    def links(self, key: str, upload_id: str, sizes: Mapping[int, int]) -> tuple[tuple[PartLink, ...], datetime]:
        """Permit the upload of parts (number -> bytes); return the links and the moment when they expire."""
        ...

    def arrived(self, key: str, upload_id: str) -> Mapping[int, UploadedPart] | None:
        """Return the parts that lie there by number; None when there is no such upload (any more)."""
        ...

    def complete(self, key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        """Make the object of its parts; nothing happens when the upload was completed or given up before."""
        ...

    def abort(self, key: str, upload_id: str) -> None:
        """Give an upload up and forget its parts, if it is there."""
        ...


class ObjectWriter(Protocol):
    """Takes an object's bytes one after the other."""

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        ...


class ImportObjects(Protocol):
    """The recipient bucket, as imports and removals change it; an import writes from several threads."""

    def fetch(self, key: str, version: str | None, first: int, end: int) -> bytes:
        """Return an object's bytes from ``first`` up to, not including, ``end``."""
        ...

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store an object, replacing what is there."""
        ...

    def writer(self, key: str, *, content_type: str) -> AbstractContextManager[ObjectWriter]:
        """Store an object in bounded memory while the context lasts; nothing appears if it ends in an error."""
        ...

    def remove(self, prefix: str) -> bool:
        """Remove some of what lies below a prefix, in all versions; tell whether any of it may be left."""
        ...

    def remove_version(self, key: str, version: str | None) -> None:
        """Remove one version of an object, if it is there."""
        ...


class RecipientWorkflows(Protocol):
    """Starts the state machines of recipient files; starting one twice under the same name starts it once."""

    def import_upload(self, file_id: str, *, attempt: int, key: str, version: str | None, size: int) -> None:
        """Start an import as the event of the upload does.

        Raises:
            TemporarilyUnavailableError: it was not started.
        """
        ...

    def remove(self, file_id: str, *, run: int) -> None:
        """Start removing a file; ``run`` tells one intended start from another.

        Raises:
            TemporarilyUnavailableError: it was not started.
        """
        ...


class Deadline(Protocol):
    """How much of the invocation is left."""

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...
