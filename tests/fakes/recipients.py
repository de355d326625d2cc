"""The recipient stage's ports, in memory."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO

from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.recipients.model import RecipientFile


class FakeRecipientFiles:
    """The `RecipientFileRepository` port."""

    def __init__(self) -> None:
        self.items: dict[str, RecipientFile] = {}

    def add(self, recipient_file: RecipientFile) -> None:
        if recipient_file.file_id in self.items:
            raise StaleRevisionError("There is one already.")
        self.items[recipient_file.file_id] = replace(recipient_file, revision=1)

    def get(self, file_id: str) -> RecipientFile | None:
        return self.items.get(file_id)

    def save(self, recipient_file: RecipientFile) -> RecipientFile:
        stored = self.items.get(recipient_file.file_id)
        if stored is None or stored.revision != recipient_file.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        self.items[recipient_file.file_id] = replace(recipient_file, revision=recipient_file.revision + 1)
        return self.items[recipient_file.file_id]

    def list(self, *, limit: int, cursor: str | None) -> Page[RecipientFile]:
        before = decode_cursor(cursor)
        ids = sorted((file_id for file_id in self.items if before is None or file_id < before), reverse=True)
        items = [self.items[file_id] for file_id in ids[:limit]]
        return Page(items, encode_cursor(ids[limit - 1]) if len(ids) > limit else None)


class FakeRecipientObjects:
    """The `RecipientObjects` port; `upload` does what a browser does with the presigned post.

    Attributes:
        fail_after: number of writes after which the store breaks down once, as a killed function does.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, str | None], bytes] = {}
        self.fail_after: int | None = None

    def upload(self, key: str, body: bytes, version: str | None = "v1") -> None:
        self.items[key, version] = body

    def presign(self, key: str, *, content_type: str, max_bytes: int) -> PresignedPost:
        fields = {"key": key, "Content-Type": content_type}
        return PresignedPost("https://bucket.example", fields, datetime(2030, 1, 1, tzinfo=UTC), max_bytes)

    def open(self, key: str, version: str | None) -> BinaryIO:
        return io.BytesIO(self.items[key, version])

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        del content_type
        if self.fail_after is not None:
            self.fail_after -= 1
            if self.fail_after < 0:
                self.fail_after = None
                raise ConnectionError("the store broke down")
        self.items[key, None] = body

    def write_stream(self, key: str, chunks: Iterator[bytes], *, content_type: str) -> None:
        self.write(key, b"".join(chunks), content_type=content_type)

    def link(self, key: str, *, filename: str) -> str:
        return f"https://bucket.example/{key}?filename={filename}"
