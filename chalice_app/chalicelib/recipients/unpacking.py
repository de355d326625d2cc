"""Unpacks gzip and zip, and knows by their first bytes the files that people take for a CSV file."""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Final, cast

from isal import igzip_lib

from chalicelib.recipients.model import Compression, UnreadableFileError

Fetch = Callable[[int, int], bytes]
"""Gives bytes of the object: from the first position up to, not including, the second."""

RANGE_BYTES = 8 * 1024**2
"""Bytes of the object that are fetched at once."""

MAGIC_BYTES = 8
"""First bytes of a file that tell what it is."""

_STEP_BYTES = 65_536
_MAX_DIRECTORY_BYTES = 16 * 1024**2
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OTHER_KINDS: Final = {
    rb"BZh[1-9]1AY&": "packed with bzip2",
    rb"\xfd7zXZ\0": "packed with xz",
    rb"\x28\xb5\x2f\xfd": "packed with Zstandard",
    rb"7z\xbc\xaf\x27\x1c": "a 7z archive",
    rb"Rar!\x1a\x07": "a RAR archive",
    rb"%PDF-": "a PDF document",
}
_WORKBOOK_MEMBERS = frozenset({"[Content_Types].xml", "content.xml"})
# The package's stub calls the class an exception.
_BROKEN_GZIP = cast("type[Exception]", igzip_lib.IsalError)


class _BeforeStartError(OSError):
    """A seek to before the start; zipfile expects what a file of the operating system raises."""


_BROKEN_ZIP = (
    zipfile.BadZipFile,
    _BeforeStartError,
    EOFError,
    NotImplementedError,
    OverflowError,
    ValueError,
    struct.error,
    zlib.error,
)


def compression_of(head: bytes) -> Compression:
    """Tell by its first `MAGIC_BYTES` how a file is packed.

    Raises:
        UnreadableFileError: it is of a kind that cannot be taken.
    """
    if head.startswith(_GZIP):
        return Compression.GZIP
    if head.startswith(_ZIP):
        return Compression.ZIP
    if head.startswith(_OLD_OFFICE):
        raise _workbook()
    for magic, kind in _OTHER_KINDS.items():
        if re.match(magic, head):
            raise UnreadableFileError(f"The file is {kind}: upload it as CSV, or packed with gzip or zip.")
    return Compression.NONE


class RangedObject:
    """The object as a file that can be read anywhere; one range of it is held at a time."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._position = 0
        self._range = b""
        self._range_start = 0
        self.size = size

    def read(self, count: int = -1) -> bytes:
        """Read `count` bytes, or to the end; fewer only at the end."""
        end = self.size if count < 0 else min(self._position + count, self.size)
        if end - self._position > _MAX_DIRECTORY_BYTES:
            raise UnreadableFileError("The zip archive's list of files is too long: pack one file by itself.")
        pieces = []
        while self._position < end:
            offset = self._position - self._range_start
            if not 0 <= offset < len(self._range):
                self._load()
                offset = self._position - self._range_start
            piece = self._range[offset : offset + end - self._position]
            self._position += len(piece)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position, as `io.IOBase.seek`."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise _BeforeStartError
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seekable(self) -> bool:
        """Tell zipfile that it may seek."""
        return True

    def _load(self) -> None:
        """Fetch the range in which the position lies; ranges are the same whoever reads, and the last one is short."""
        start = self._position - self._position % RANGE_BYTES
        end = min(start + RANGE_BYTES, self.size)
        self._range = self._fetch(start, end)
        while len(self._range) < end - start:
            more = self._fetch(start + len(self._range), end)
            if not more:
                raise ConnectionError(f"The object gave fewer bytes than the {self.size:,} it has.")
            self._range += more
        self._range_start = start


def gunzipped(packed: RangedObject) -> Iterator[bytes]:
    """Unpack the members of a gzip file one after the other (RFC 1952, 2.2).

    Raises:
        UnreadableFileError: it is broken or cut off, or something that is no gzip follows.
    """
    data = packed.read(_STEP_BYTES)
    while data:
        if not data.startswith(_GZIP):
            raise UnreadableFileError("Something that is no gzip follows the packed file: pack and upload it again.")
        data = _after_zeros((yield from _member_of_gzip(packed, data)), packed)


def _member_of_gzip(packed: RangedObject, data: bytes) -> Generator[bytes, None, bytes]:
    """Unpack the member that begins with `data`; return what was read beyond its end."""
    member = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    while not member.eof:
        if member.needs_input and not data:
            data = packed.read(_STEP_BYTES)
            if not data:
                raise UnreadableFileError("The gzip file is cut off: pack and upload it again.")
        try:
            chunk = member.decompress(data, _STEP_BYTES)
        except _BROKEN_GZIP as error:
            raise UnreadableFileError(f"The gzip file is broken ({error}): pack and upload it again.") from None
        data = b""
        if chunk:
            yield chunk
    return member.unused_data


def _after_zeros(data: bytes, packed: RangedObject) -> bytes:
    """Skip the zeros that some programs write after a gzip file; return what follows, at least two bytes or all."""
    data = data.lstrip(b"\0")
    while len(data) < len(_GZIP) and (more := packed.read(_STEP_BYTES)):
        data = (data + more).lstrip(b"\0")
    return data


def unzipped(packed: RangedObject) -> Iterator[bytes]:
    """Unpack the one file of a zip archive; its check sum is compared at the end.

    Raises:
        UnreadableFileError: it is broken, cut off, encrypted or a workbook, or holds no file or several.
    """
    try:
        with zipfile.ZipFile(packed) as archive, archive.open(_only_member(archive)) as member:
            while chunk := member.read(_STEP_BYTES):
                yield chunk
    except _BROKEN_ZIP as error:
        raise UnreadableFileError(
            f"The zip archive is broken or cut off ({str(error) or 'it ends too early'}): pack and upload it again."
        ) from None


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    if not _WORKBOOK_MEMBERS.isdisjoint(archive.namelist()):
        raise _workbook()
    members = [
        member for member in archive.infolist() if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        names = ", ".join(repr(member.filename[:60]) for member in members[:5])
        raise UnreadableFileError(
            f"The zip archive holds {len(members)} files ({names}, ...); it must hold one."
            if members
            else "The zip archive holds no file."
        )
    member = members[0]
    if member.flag_bits & 0x1:
        raise UnreadableFileError("The zip archive is encrypted: pack the file without a password.")
    # The others have no limit on what one read unpacks (zipfile gives it to deflate only).
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnreadableFileError(
            f"The zip archive uses compression method {member.compress_type}; it must use the usual one (deflate)."
        )
    return member


def _workbook() -> UnreadableFileError:
    return UnreadableFileError(
        "The file is a workbook: save as CSV (in Excel: Save as, CSV UTF-8) and upload the CSV file."
    )
