"""Gives the plain bytes of an upload, however it is packed: once, in order and in bounded memory.

How an upload is packed is found from its content, never from its name. Nothing that it says about itself is trusted:
what comes out is counted against `MAX_FILE_BYTES` and against what went in.
"""

from collections.abc import Iterator

from chalicelib.recipients.model import MAX_FILE_BYTES, Compression, UnreadableFileError
from chalicelib.recipients.unpacking import (
    MAGIC_BYTES,
    RANGE_BYTES,
    Fetch,
    RangedObject,
    compression_of,
    gunzipped,
    unzipped,
)

MAX_RATIO = 200
"""Bytes that may come out for each one that went in; names and addresses of people pack to a quarter or so."""

UNSUSPICIOUS_BYTES = 10 * 1024**2
"""Bytes that may come out before `MAX_RATIO` counts: a small file of equal rows is no attack."""


class Upload:
    """The plain bytes of an upload, read once from start to end.

    Attributes:
        compression: how the upload is packed.
        size: bytes of the upload, as it lies in the bucket.
    """

    def __init__(self, packed: RangedObject, compression: Compression, chunks: Iterator[bytes]) -> None:
        self._packed = packed
        self._chunks = chunks
        self._chunk = b""
        self._offset = 0
        self._ended = False
        self.compression = compression
        self.size = packed.size

    @property
    def position(self) -> int:
        """Bytes of the upload that were used so far; `size` at the end."""
        return self.size if self._ended else self._packed.tell() - self._unread()

    def read(self, count: int) -> bytes:
        """Read exactly `count` bytes, fewer only at the end.

        Raises:
            UnreadableFileError: what is packed is broken, cut off or too large.
        """
        piece = self._chunk[self._offset : self._offset + count]
        self._offset += len(piece)
        if len(piece) == count or self._ended:
            return piece
        pieces = [piece]
        missing = count - len(piece)
        while missing:
            self._chunk = next(self._chunks, b"")
            if not self._chunk:
                self._ended = True
                break
            pieces.append(self._chunk[:missing])
            self._offset = len(pieces[-1])
            missing -= self._offset
        return b"".join(pieces)

    def _unread(self) -> int:
        """Bytes that were taken from the object and not given yet; what is packed is used when it is unpacked."""
        return len(self._chunk) - self._offset if self.compression is Compression.NONE else 0


def open_upload(fetch: Fetch, size: int) -> Upload:
    """Open an upload of `size` bytes.

    Raises:
        UnreadableFileError: it cannot be unpacked, or holds no text; `Upload.read` may find so later.
    """
    if size > MAX_FILE_BYTES:
        raise UnreadableFileError(f"The file has {size:,} bytes; at most {MAX_FILE_BYTES:,} can be taken.")
    packed = RangedObject(fetch, size)
    compression = compression_of(packed.read(MAGIC_BYTES))
    packed.seek(0)
    if compression is Compression.NONE:
        return Upload(packed, compression, iter(lambda: packed.read(RANGE_BYTES), b""))
    unpack = gunzipped if compression is Compression.GZIP else unzipped
    return Upload(packed, compression, _bounded(unpack(packed), packed))


def _bounded(chunks: Iterator[bytes], packed: RangedObject) -> Iterator[bytes]:
    """Pass on what was unpacked; refuse a bomb, and what is packed once more."""
    given = 0
    head = b""
    for chunk in chunks:
        if len(head) < MAGIC_BYTES:
            head += chunk[:MAGIC_BYTES]
            if compression_of(head) is not Compression.NONE:
                raise UnreadableFileError("The packed file is no text but packed once more: pack it once.")
        given += len(chunk)
        if given > MAX_FILE_BYTES:
            raise UnreadableFileError(f"The file unpacks to more than the {MAX_FILE_BYTES:,} bytes that can be taken.")
        if given > max(UNSUSPICIOUS_BYTES, MAX_RATIO * packed.tell()):
            raise UnreadableFileError(
                f"The file unpacks to more than {MAX_RATIO} times its size: it is refused as a decompression bomb."
            )
        yield chunk
