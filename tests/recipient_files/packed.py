"""Files that are packed: well, badly, or to do harm."""

from tests.recipient_files.packing import (
    BZIP2,
    ENCRYPTED,
    STORED,
    Member,
    gzip_member,
    repeated,
    repeating_block,
    stored_block,
    zip_archive,
)

_PLAIN = b"email,name\nana@example.org,Ana\nnobody,B\nbo@example.org,Bo\n"
_BOMB_ROW = b"bomb@example.org," + b"x" * 238 + b"\n"  # 256 bytes
_BOMB_MATCHES = 48_800  # 12 MiB


def files() -> dict[str, bytes]:
    """Return the files by name."""
    return _gzip() | _zip() | _other()


def _gzip() -> dict[str, bytes]:
    whole = gzip_member(_PLAIN)
    bomb, bomb_deflated = _repeating(b"email,name\n" + _BOMB_ROW, b"b", 256, _BOMB_MATCHES)
    line, line_deflated = _repeating(b"email,name\nana@example.org,A\nbo@example.org,", b"x", 1, 4_065)
    return {
        "gzip.csv.gz": whole,
        "gzip-by-content.csv": whole,
        "gzip-two-members.csv.gz": gzip_member(_PLAIN[:20]) + gzip_member(_PLAIN[20:]),
        "gzip-with-name.csv.gz": gzip_member(_PLAIN, name=b"export.csv"),
        "gzip-second-member-cut-off.csv.gz": whole + gzip_member(b"cy@example.org,Cy\n")[:-9],
        "gzip-zeros-behind.csv.gz": whole + b"\0" * 512,
        "gzip-something-behind.csv.gz": whole + b"email,name\n",
        "gzip-cut-off.csv.gz": whole[:-12],
        "gzip-wrong-sum.csv.gz": gzip_member(_PLAIN, check=0),
        "gzip-empty.csv.gz": gzip_member(b""),
        "gzip-in-gzip.csv.gz": gzip_member(whole),
        "gzip-bomb.csv.gz": gzip_member(bomb, bomb_deflated),
        "gzip-utf-16.csv.gz": gzip_member("\ufeffemail\tname\r\nana@example.org\tÁna\r\n".encode("utf-16-le")),
        "gzip-line-too-long.csv.gz": gzip_member(line, line_deflated),
    }


def _zip() -> dict[str, bytes]:
    plain = Member("export.csv", _PLAIN)
    bomb, bomb_deflated = _repeating(b"email,name\n" + _BOMB_ROW, b"b", 256, _BOMB_MATCHES)
    resource_fork = Member("__MACOSX/._export.csv", b"\0\5\x16\7")
    return {
        "zip.zip": zip_archive(plain),
        "zip-stored.zip": zip_archive(Member("export.csv", _PLAIN, STORED)),
        "zip-by-content.csv": zip_archive(plain),
        "zip-with-folders.zip": zip_archive(Member("out/"), Member("out/export.csv", _PLAIN), resource_fork),
        "zip-two-files.zip": zip_archive(plain, Member("other.csv", _PLAIN)),
        "zip-no-file.zip": zip_archive(),
        "zip-folder-only.zip": zip_archive(Member("out/")),
        "zip-encrypted.zip": zip_archive(Member("export.csv", _PLAIN, flags=ENCRYPTED)),
        "zip-other-method.zip": zip_archive(Member("export.csv", _PLAIN, BZIP2)),
        "zip-cut-off.zip": zip_archive(plain)[:-30],
        "zip-wrong-sum.zip": zip_archive(Member("export.csv", _PLAIN, packed=stored_block(_PLAIN.replace(b"B", b"C")))),
        "zip-bomb.zip": zip_archive(Member("export.csv", bomb, packed=bomb_deflated)),
        "zip-gzip-within.zip": zip_archive(Member("export.csv.gz", gzip_member(_PLAIN))),
        "zip-empty-file.zip": zip_archive(Member("export.csv")),
    }


def _other() -> dict[str, bytes]:
    workbook = zip_archive(Member("[Content_Types].xml", b"<Types/>"), Member("xl/workbook.xml", b"<workbook/>"))
    return {
        "workbook.csv": workbook,
        "workbook-old.csv": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
    }


def _repeating(start: bytes, literal: bytes, distance: int, matches: int) -> tuple[bytes, bytes]:
    """Return a text and its deflated form: the start, then what stands before it repeated."""
    text = start + repeated(literal, start, distance, matches)
    return text, stored_block(start, final=False) + repeating_block(literal, distance, matches)
