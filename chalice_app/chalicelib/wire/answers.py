"""Reads answers of HTTP/1.1 from a socket.

Nearly every answer of AWS is of one plain form: a status, headers of a line each, a body of a stated length. Those are
read here, at a fifth of what the standard library's reading of e-mail headers takes; whatever else a server says is
read by the standard library, from its first byte on.
"""

import io
import re
import socket
from dataclasses import dataclass
from http.client import HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_AT_ONCE = 65_536
_LONGEST_HEAD = 65_536
_END = b"\r\n\r\n"
_STATUS = re.compile(r"HTTP/1\.1 ([2-5]\d\d) [ -~]*")
_HEADER = re.compile(r"([!#-'*+.^_`|~0-9A-Za-z-]+):[ \t]*((?:[!-~](?:[ \t!-~]*[!-~])?)?)[ \t]*")
_WITHOUT_BODY = frozenset({204, 304})
_OTHERWISE_FRAMED = frozenset({"transfer-encoding", "upgrade", "trailer"})
_KEPT = "keep-alive"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a server answered; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def read_answer(sock: socket.socket) -> tuple[HttpAnswer, bool]:
    """Read an answer; tell whether the connection ends with it.

    Raises:
        OSError: the connection broke, or nothing came in time.
        HTTPException: what came is no whole answer.
    """
    received = sock.recv(_AT_ONCE)
    while (end := received.find(_END)) < 0 and len(received) < _LONGEST_HEAD and (more := sock.recv(_AT_ONCE)):
        received += more
    plain = _plain_head(received[:end]) if end >= 0 else None
    if plain is None:
        return _read_otherwise(sock, received)
    status, headers, length = plain
    body = received[end + len(_END) :]
    if len(body) < length:
        parts, missing = [body], length - len(body)
        while missing:
            part = sock.recv(min(missing, _AT_ONCE))
            if not part:
                raise IncompleteRead(b"".join(parts), missing)
            parts.append(part)
            missing -= len(part)
        body = b"".join(parts)
    # What goes beyond the answer is no answer to anything that was asked.
    return HttpAnswer(status, headers, body[:length]), len(body) > length


def _plain_head(head: bytes) -> tuple[int, dict[str, str], int] | None:
    """Return status, headers and the body's length; None where the head is of another form."""
    first, *lines = head.decode("latin-1").split("\r\n")
    status = _STATUS.fullmatch(first)
    headers: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            return None
        headers[header[1].lower()] = header[2]
    length = headers.get("content-length", "")
    if (
        status is None
        or len(headers) != len(lines)  # one is there twice
        or not _OTHERWISE_FRAMED.isdisjoint(headers)
        or headers.get("connection", _KEPT).lower() != _KEPT
        or not (length.isascii() and length.isdecimal())
        or (code := int(status[1])) in _WITHOUT_BODY
    ):
        return None
    return code, headers, int(length)


def _read_otherwise(sock: socket.socket, received: bytes) -> tuple[HttpAnswer, bool]:
    with HTTPResponse(cast("socket.socket", _Again(sock, received))) as answer:
        answer.begin()
        body = answer.read()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return HttpAnswer(answer.status, headers, body), answer.will_close


class _Again(io.RawIOBase):
    """What was received already, then what the socket gives; the part of a socket that reading an answer uses."""

    def __init__(self, sock: socket.socket, received: bytes) -> None:
        self._sock = sock
        self._received = received

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the file to read the answer from."""
        del mode
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """It is read from."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read some bytes."""
        if not self._received:
            return self._sock.recv_into(buffer)
        view = memoryview(buffer)
        given = self._received[: len(view)]
        view[: len(given)] = given
        self._received = self._received[len(given) :]
        return len(given)
