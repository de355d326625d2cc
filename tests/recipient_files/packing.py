"""Writes gzip and zip files byte by byte, so that no version of zlib makes a difference, and broken ones too."""

import struct
import zlib
from dataclasses import dataclass

STORED, DEFLATED, BZIP2 = 0, 8, 12  # methods (APPNOTE, 4.4.5)
ENCRYPTED = 1  # bit of the flags (APPNOTE, 4.4.4)

_MATCH = 258  # the longest that deflate knows


def stored_block(data: bytes, *, final: bool = True) -> bytes:
    """Deflate up to 65,535 bytes without compressing them (RFC 1951, 3.2.4)."""
    return struct.pack("<BHH", final, len(data), len(data) ^ 0xFFFF) + data


def repeating_block(literal: bytes, distance: int, matches: int) -> bytes:
    """Deflate a literal byte, then repeat what stands `distance` bytes before `matches` times for 258 bytes.

    A last block with codes of its own (RFC 1951, 3.2.7): 0 is the match, 10 the literal and 11 the end.
    """
    code, extra, value = {1: (0, 0, 0), 256: (15, 6, 63)}[distance]
    bits = "1" + "01"  # last block, dynamic codes
    bits += _number(286 - 257, 5) + _number(code, 5) + _number(18 - 4, 4)
    # Codes for code lengths: 0 for 18 (a run of zeros), 10 for 1, 11 for 2; in the order of the RFC.
    lengths = dict.fromkeys(range(19), 0) | {18: 1, 1: 2, 2: 2}
    order = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1)
    bits += "".join(_number(lengths[symbol], 3) for symbol in order)
    bits += _zeros(literal[0]) + "11" + _zeros(256 - literal[0] - 1) + "11" + _zeros(285 - 257) + "10"
    bits += _zeros(code) + "10"
    bits += "10" + ("0" + "0" + _number(value, extra)) * matches + "11"
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[start : start + 8][::-1], 2) for start in range(0, len(bits), 8))


def repeated(literal: bytes, before: bytes, distance: int, matches: int) -> bytes:
    """Return what `repeating_block` unpacks to behind `before`."""
    text = before + literal
    unit = text[-distance:]
    return literal + (unit * (_MATCH * matches // distance + 1))[: _MATCH * matches]


def gzip_member(data: bytes, deflated: bytes | None = None, *, check: int | None = None, name: bytes = b"") -> bytes:
    """Write a member of a gzip file (RFC 1952, 2.3)."""
    body = stored_block(data) if deflated is None else deflated
    crc = zlib.crc32(data) if check is None else check
    flags, field = (b"\x08", name + b"\0") if name else (b"\0", b"")
    return b"\x1f\x8b\x08" + flags + b"\0\0\0\0\0\xff" + field + body + struct.pack("<II", crc, len(data))


@dataclass(frozen=True)
class Member:
    """A file in a zip archive; `packed` is its data as it lies there, by default packed by the method."""

    name: str
    data: bytes = b""
    method: int = DEFLATED
    flags: int = 0
    packed: bytes | None = None


def zip_archive(*members: Member) -> bytes:
    """Write a zip archive (APPNOTE, 4.3)."""
    body = directory = b""
    for member in members:
        name = member.name.encode()
        packed = member.packed
        if packed is None:
            packed = stored_block(member.data) if member.method == DEFLATED else member.data
        common = struct.pack(
            "<HHHHHIIIHH",
            *(20, member.flags, member.method, 0, 0x21),
            *(zlib.crc32(member.data), len(packed), len(member.data), len(name), 0),
        )
        directory += (
            b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        )
        body += b"PK\x03\x04" + common + name + packed
    count = len(members)
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)


def _number(value: int, width: int) -> str:
    """Write a number as deflate does, the lowest bit first."""
    return f"{value:0{width}b}"[::-1] if width else ""


def _zeros(count: int) -> str:
    """Write a run of code lengths 0."""
    bits = ""
    while count:
        run = min(count, 138)
        if run < 11:
            raise ValueError("A run has 11 zeros at least.")
        bits += "0" + _number(run - 11, 7)
        count -= run
    return bits
