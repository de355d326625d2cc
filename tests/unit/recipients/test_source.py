import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients import source, unpacking
from chalicelib.recipients.model import MAX_FILE_BYTES, Compression, UnreadableFileError
from chalicelib.recipients.source import Upload, open_upload

TEXT = b"email,name\r\n" + b"".join(b"user%d@example.org,Anna %d\r\n" % (n, n * n) for n in range(3000))
MIB = 1024**2


def opened(body: bytes) -> Upload:
    return open_upload(lambda first, end: body[first:end], len(body))


def content(body: bytes, count: int = 32_768) -> bytes:
    upload = opened(body)
    return b"".join(iter(lambda: upload.read(count), b""))


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as file:
        for name, body in members:
            file.writestr(name, body)
    return archive.getvalue()


def zip64(body: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file, file.open("list.csv", "w", force_zip64=True) as member:
        member.write(body)
    return archive.getvalue()


def deflated(megabytes: int, *, wbits: int) -> bytes:
    """Pack zeros, a thousand to one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join([*(packer.compress(bytes(MIB)) for _ in range(megabytes)), packer.flush()])


def lying_zip(packed: bytes, size: int) -> bytes:
    """Build a zip archive of a deflated member that says it has `size` bytes."""
    fields = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 0x21, 0, len(packed), size, 5, 0)
    local = b"PK\x03\x04" + fields + b"x.csv"
    directory = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + b"x.csv"
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(directory), len(local) + len(packed), 0)
    return local + packed + directory + end


PACKED: dict[str, tuple[bytes, Compression]] = {
    "plain": (TEXT, Compression.NONE),
    "gzip": (gzip.compress(TEXT), Compression.GZIP),
    "gzip of several members": (
        b"".join(map(gzip.compress, (TEXT[:70_000], b"", TEXT[70_000:]))),
        Compression.GZIP,
    ),
    "gzip with zeros behind it": (gzip.compress(TEXT) + bytes(70_000), Compression.GZIP),
    "gzip with zeros between its members": (
        gzip.compress(TEXT[:9]) + bytes(3) + gzip.compress(TEXT[9:]),
        Compression.GZIP,
    ),
    "zip": (zipped(("list.csv", TEXT)), Compression.ZIP),
    "zip of a stored file": (zipped(("list.csv", TEXT), method=zipfile.ZIP_STORED), Compression.ZIP),
    "zip64": (zip64(TEXT), Compression.ZIP),
    "zip with a folder": (zipped(("lists/", b""), ("lists/list.csv", TEXT)), Compression.ZIP),
    "zip made on a Mac": (zipped(("list.csv", TEXT), ("__MACOSX/._list.csv", b"\0\5\x16\7")), Compression.ZIP),
}


@pytest.mark.parametrize(("body", "compression"), PACKED.values(), ids=PACKED.keys())
@pytest.mark.parametrize("count", [1000, 32_768, 10 * MIB])
def test_an_upload_gives_its_plain_bytes_however_it_is_packed(
    body: bytes, compression: Compression, count: int
) -> None:
    upload = opened(body)
    assert (upload.compression, upload.size) == (compression, len(body))
    pieces = []
    while piece := upload.read(count):
        assert 0 < upload.position <= upload.size
        pieces.append(piece)
    assert b"".join(pieces) == TEXT
    assert {len(piece) for piece in pieces[:-1]} <= {count}
    assert upload.position == upload.size
    assert upload.read(count) == b""


@pytest.mark.parametrize(("body", "compression"), PACKED.values(), ids=PACKED.keys())
def test_the_bytes_do_not_depend_on_how_the_object_arrives(
    body: bytes, compression: Compression, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "RANGE_BYTES", 1009)
    asked = []

    def trickle(first: int, end: int) -> bytes:
        asked.append((first, end))
        return body[first : min(end, first + 300)]

    upload = open_upload(trickle, len(body))
    assert upload.compression is compression
    assert upload.read(5000) == TEXT[:5000]
    assert upload.read(10 * MIB) == TEXT[5000:]
    assert all(0 <= first < end <= len(body) for first, end in asked)


def test_a_plain_upload_is_fetched_once_in_ranges_from_start_to_end() -> None:
    body = TEXT * 200
    asked = []

    def fetch(first: int, end: int) -> bytes:
        asked.append((first, end))
        return body[first:end]

    upload = open_upload(fetch, len(body))
    upload.read(100)
    assert upload.position == 100
    while upload.read(100_000):
        pass
    size = unpacking.RANGE_BYTES
    assert asked == [(first, min(first + size, len(body))) for first in range(0, len(body), size)]


def test_the_position_of_a_packed_upload_grows_with_what_is_unpacked() -> None:
    noise = random.Random(1).randbytes(MIB).hex().encode()  # noqa: S311 - bytes that do not pack well
    body = gzip.compress(noise, 1)
    upload = opened(body)
    upload.read(len(noise) // 2)
    assert upload.position == pytest.approx(len(body) / 2, rel=0.2)


def test_an_empty_upload_has_no_bytes() -> None:
    assert content(b"") == b""
    assert content(gzip.compress(b"")) == b""
    assert content(zipped(("empty.csv", b""))) == b""


def test_an_object_that_ends_too_early_is_no_fault_of_the_file() -> None:
    with pytest.raises(ConnectionError, match="fewer bytes"):
        open_upload(lambda first, end: TEXT[first : min(end, 100)], len(TEXT))


def changed(body: bytes, position: int, value: int) -> bytes:
    copy = bytearray(body)
    copy[position] = value
    return bytes(copy)


GZIP = gzip.compress(TEXT)
ZIP = zipped(("list.csv", TEXT))
DIRECTORY = ZIP.index(b"PK\x01\x02")

REFUSED: dict[str, tuple[bytes, str]] = {
    "gzip cut off": (GZIP[:-300], "gzip file is cut off"),
    "gzip cut off within its check sum": (GZIP[:-3], "gzip file is cut off"),
    "gzip cut off within its header": (GZIP[:5], "gzip file is cut off"),
    "gzip with a wrong check sum": (changed(GZIP, -6, GZIP[-6] ^ 1), "gzip file is broken"),
    "gzip with a wrong length": (changed(GZIP, -1, GZIP[-1] ^ 1), "gzip file is broken"),
    "gzip with broken data": (changed(GZIP, 200, GZIP[200] ^ 0xFF), "gzip file is broken"),
    "gzip with something behind it": (GZIP + b"email,name\r\n", "no gzip follows"),
    "gzip with one byte behind it": (GZIP + b"x", "no gzip follows"),
    "gzip of gzip": (gzip.compress(GZIP), "packed once more"),
    "gzip of gzip whose first member has one byte": (gzip.compress(b"\x1f") + gzip.compress(GZIP[1:]), "packed once"),
    "gzip of zip": (gzip.compress(ZIP), "packed once more"),
    "gzip of an old workbook": (gzip.compress(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "save as CSV"),
    "zip cut off": (ZIP[:-30], "broken or cut off"),
    "zip cut off in its data": (ZIP[:3000], "broken or cut off"),
    "zip with a wrong check sum": (changed(ZIP, DIRECTORY + 16, ZIP[DIRECTORY + 16] ^ 1), "CRC"),
    "zip with broken data": (changed(ZIP, 300, ZIP[300] ^ 0xFF), "broken or cut off"),
    "zip of no file": (zipped(), "holds no file"),
    "zip of folders": (zipped(("lists/", b"")), "holds no file"),
    "zip of two files": (zipped(("a.csv", TEXT), ("b.csv", TEXT)), "holds 2 files.*'a.csv', 'b.csv'"),
    "zip of gzip": (zipped(("a.csv.gz", GZIP)), "packed once more"),
    "zip of zip": (zipped(("a.zip", ZIP)), "packed once more"),
    "zip that is encrypted": (changed(changed(ZIP, 6, 1), DIRECTORY + 8, 1), "encrypted"),
    "zip by bzip2": (zipped(("a.csv", TEXT), method=zipfile.ZIP_BZIP2), "compression method 12"),
    "zip by lzma": (zipped(("a.csv", TEXT), method=zipfile.ZIP_LZMA), "compression method 14"),
    "zip of a later version": (changed(ZIP, DIRECTORY + 6, 99), "broken or cut off"),
    "Excel workbook": (zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<x/>")), "save as CSV"),
    "OpenDocument workbook": (zipped(("mimetype", b"x"), ("content.xml", b"<x/>")), "save as CSV"),
    "old Excel workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save as CSV"),
    "bzip2": (b"BZh91AY&SY" + bytes(20), "packed with bzip2"),
    "PDF": (b"%PDF-1.7\n", "a PDF document"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("count", [100, 10 * MIB])
def test_what_cannot_be_unpacked_is_refused_with_its_reason(body: bytes, reason: str, count: int) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        content(body, count)


def test_a_zip_archive_with_a_huge_directory_is_refused_before_it_fills_the_memory() -> None:
    directory, end = ZIP[DIRECTORY:], ZIP.index(b"PK\x05\x06") - DIRECTORY
    padding = bytes(20 * MIB)
    # The end says that the padding is a part of the directory.
    stated = struct.pack("<L", len(padding) + end)
    body = ZIP[:DIRECTORY] + padding + directory[: end + 12] + stated + directory[end + 16 :]
    with pytest.raises(UnreadableFileError, match="list of files is too long"):
        content(body)


def test_a_line_that_begins_like_a_packed_file_is_text() -> None:
    assert content(b"BZh,email\n") == b"BZh,email\n"


def test_an_upload_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(UnreadableFileError, match=f"at most {MAX_FILE_BYTES:,}"):
        open_upload(lambda first, end: bytes(end - first), MAX_FILE_BYTES + 1)


BOMBS = {
    "gzip": lambda: deflated(100, wbits=31),
    "gzip of small members": lambda: deflated(1, wbits=31) * 100,
    "zip": lambda: lying_zip(deflated(100, wbits=-15), 100 * MIB),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("count", [32_768, 200 * MIB])
def test_a_bomb_is_refused_soon_even_where_all_is_asked_for_at_once(bomb: Callable[[], bytes], count: int) -> None:
    upload = opened(bomb())
    pieces: list[bytes] = []
    with pytest.raises(UnreadableFileError, match="decompression bomb"):
        pieces.extend(iter(lambda: upload.read(count), b""))
    assert sum(map(len, pieces)) <= 32 * MIB


def test_a_small_file_of_equal_rows_is_no_bomb() -> None:
    rows = b"a@example.org,x\n" * 600_000
    assert len(gzip.compress(rows)) * source.MAX_RATIO < len(rows) < source.UNSUSPICIOUS_BYTES
    assert content(gzip.compress(rows)) == rows


@pytest.mark.parametrize("pack", [gzip.compress, lambda body: zipped(("a.csv", body))], ids=["gzip", "zip"])
def test_what_unpacks_to_too_much_is_refused(pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_FILE_BYTES", len(TEXT) - 1)
    with pytest.raises(UnreadableFileError, match="unpacks to more than the"):
        content(pack(TEXT))


def test_a_zip_archive_that_lies_about_a_size_is_broken() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(TEXT) + packer.flush()
    with pytest.raises(UnreadableFileError, match="broken"):
        content(lying_zip(packed, 100))


@given(st.data())
def test_damage_is_found_or_changes_nothing(data: Any) -> None:
    body = {"gzip": GZIP, "zip": ZIP}[data.draw(st.sampled_from(["gzip", "zip"]))]
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(
            st.integers(4, 60) | st.integers(4, len(body) - 1) | st.integers(len(body) - 80, len(body) - 1)
        )
        body = changed(body, position, data.draw(st.integers(0, 255)))
    body = body[: data.draw(st.integers(4, len(body)) | st.just(len(body)))]
    try:
        assert content(body) == TEXT
    except UnreadableFileError as error:
        assert str(error)  # noqa: PT017 - any reason will do
