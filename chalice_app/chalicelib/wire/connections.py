"""HTTP/1.1 over connections that are kept, as much of it as calls of AWS need: a request and an answer in memory.

What goes wrong is raised as the SDK's own exceptions, so that one table says what each means. Nothing is ever sent
twice: a connection that the server closed while nobody used it is noticed before a request is written to it.
"""

import select
import socket
import ssl
import weakref
from dataclasses import dataclass
from io import BufferedReader
from urllib.parse import urlsplit

from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

_LONGEST_LINE = 65_536
_INTERIM = range(100, 200)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a server answered; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class _BrokenAnswerError(Exception):
    """The server ended the connection, or answered what is no HTTP."""


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    reader: BufferedReader

    def close(self) -> None:
        self.reader.close()
        self.socket.close()

    @property
    def is_dropped(self) -> bool:
        """Whether the server has ended it: nothing is to be read where no answer is awaited."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(0))


class Connections:
    """Connections to one endpoint, for several threads; each is used by one at a time.

    Args:
        url: scheme, host and port.
        connect_timeout: seconds to connect in.
        read_timeout: seconds that each wait for the answer may take.
        kept: connections that are kept when nobody uses them.
        trusted: file of the certificates that a server is trusted by.
    """

    def __init__(self, url: str, *, connect_timeout: float, read_timeout: float, kept: int, trusted: str) -> None:
        parts = urlsplit(url)
        self._url = url
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context(cafile=trusted) if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._kept = kept
        self._idle: list[_Connection] = []
        weakref.finalize(self, _close, self._idle)

    def exchange(self, request: bytes) -> HttpAnswer:
        """Write a whole request, once, and read its answer.

        Raises:
            EndpointConnectionError, ConnectTimeoutError: no connection; nothing was written.
            SSLError: the server could not be trusted, or the encryption broke.
            ReadTimeoutError, ConnectionClosedError: it may have been taken.
        """
        connection = self._connection()
        try:
            connection.socket.sendall(request)
            answer, ends = _read(connection.reader)
        except BaseException as error:
            connection.close()
            raise self._failure(error) from error
        if ends or len(self._idle) >= self._kept:
            connection.close()
        else:
            self._idle.append(connection)
        return answer

    def _failure(self, error: BaseException) -> BaseException:
        match error:
            case TimeoutError():
                return ReadTimeoutError(endpoint_url=self._url, error=error)
            case ssl.SSLError():
                return SSLError(endpoint_url=self._url, error=error)
            case OSError() | _BrokenAnswerError():
                return ConnectionClosedError(endpoint_url=self._url, error=error)
        return error

    def _connection(self) -> _Connection:
        while True:
            try:
                idle = self._idle.pop()  # the one used last is the most likely to be alive
            except IndexError:
                return self._connected()
            if not idle.is_dropped:
                return idle
            idle.close()

    def _connected(self) -> _Connection:
        try:
            plain = socket.create_connection((self._host, self._port), self._connect_timeout)
            try:
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                used = self._tls.wrap_socket(plain, server_hostname=self._host) if self._tls else plain
            except BaseException:
                plain.close()
                raise
        except TimeoutError as error:
            raise ConnectTimeoutError(endpoint_url=self._url, error=error) from error
        except ssl.SSLError as error:
            raise SSLError(endpoint_url=self._url, error=error) from error
        except OSError as error:
            raise EndpointConnectionError(endpoint_url=self._url, error=error) from error
        used.settimeout(self._read_timeout)
        return _Connection(used, used.makefile("rb"))


def _close(connections: list[_Connection]) -> None:
    for connection in connections:
        connection.close()


def _read(reader: BufferedReader) -> tuple[HttpAnswer, bool]:
    """Read an answer; tell whether the connection ends with it (RFC 9112, 6.3 and 9.3)."""
    version, status = _status(reader)
    headers = _headers(reader)
    while status in _INTERIM:
        version, status = _status(reader)
        headers = _headers(reader)
    ends = headers.get("connection", "").lower() == "close" or version != b"HTTP/1.1"
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _chunks(reader)
    elif (length := headers.get("content-length")) is not None:
        body = _exactly(reader, _number(length, 10))
    else:
        body, ends = reader.read(), True
    return HttpAnswer(status, headers, body), ends


def _status(reader: BufferedReader) -> tuple[bytes, int]:
    version, _, rest = _line(reader).partition(b" ")
    if not version.startswith(b"HTTP/1."):
        raise _BrokenAnswerError("The answer is no HTTP.")
    return version, _number(rest[:3].decode("latin-1"), 10)


def _headers(reader: BufferedReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    while line := _line(reader):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers


def _chunks(reader: BufferedReader) -> bytes:
    body = []
    while size := _number(_line(reader).partition(b";")[0].decode("latin-1"), 16):
        body.append(_exactly(reader, size))
        _line(reader)
    _headers(reader)  # the trailer
    return b"".join(body)


def _line(reader: BufferedReader) -> bytes:
    line = reader.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise _BrokenAnswerError("The answer broke off.")
    return line.rstrip(b"\r\n")


def _exactly(reader: BufferedReader, size: int) -> bytes:
    body = reader.read(size)
    if len(body) != size:
        raise _BrokenAnswerError("The answer broke off.")
    return body


def _number(text: str, base: int) -> int:
    try:
        return int(text, base)
    except ValueError:
        raise _BrokenAnswerError(f"{text!r} is no number.") from None
