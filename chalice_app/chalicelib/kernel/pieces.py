"""Files that functions write in pieces, in bounded memory."""

import zlib
from collections.abc import Mapping
from typing import Final, Protocol

PIECE_BYTES: Final = 8 * 1024 * 1024
"""A piece is sent when it has at least so many bytes; S3 wants 5 MiB, and takes 10,000 pieces."""

_GZIP = 16 + zlib.MAX_WBITS


class PieceUploads(Protocol):
    """Writes an object in pieces, of which all but the last have 5 MiB at least."""

    def begin(self, key: str, *, content_type: str) -> str:
        """Begin an upload; return its id."""
        ...

    def send(self, key: str, upload_id: str, number: int, body: bytes) -> None:
        """Store a piece under its number, from 1, replacing an earlier one."""
        ...

    def arrived(self, key: str, upload_id: str) -> Mapping[int, object] | None:
        """Return the pieces that are there, by number; None when the upload is no more, as after ``finish``."""
        ...

    def finish(self, key: str, upload_id: str, pieces: int) -> None:
        """Make the object of the pieces 1 to ``pieces``."""
        ...


class Piece:
    """Bytes of a file on their way into the bucket; compressed, each piece is a gzip member of its own.

    Members one behind the other are one gzip file (RFC 1952, 2.2).
    """

    def __init__(self, *, compress: bool) -> None:
        self._compressor = zlib.compressobj(wbits=_GZIP) if compress else None
        self._bytes = bytearray()

    @property
    def size(self) -> int:
        """Bytes that are ready to be sent."""
        return len(self._bytes)

    def add(self, line: bytes) -> None:
        """Append bytes."""
        self._bytes += self._compressor.compress(line) if self._compressor else line

    def finish(self) -> bytes:
        """Return the whole piece."""
        if self._compressor:
            self._bytes += self._compressor.flush()
        return bytes(self._bytes)
