"""HTTP/1.1 over connections that are kept, as much of it as calls of AWS need: a request and an answer in memory.

What goes wrong is raised as the SDK's own exceptions, so that one table says what each means. Nothing is ever sent
twice: a connection that the server closed while nobody used it is noticed before a request is written to it.
"""

import select
import socket
import ssl
import weakref
from http.client import HTTPException
from urllib.parse import urlsplit

from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

from chalicelib.wire.answers import HttpAnswer, read_answer


def _is_dropped(connection: socket.socket) -> bool:
    """Whether the server has ended it: nothing is to be read where no answer is awaited."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
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
        self._idle: list[socket.socket] = []
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
            connection.sendall(request)
            answer, ends = read_answer(connection)
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
            case OSError() | HTTPException():
                return ConnectionClosedError(endpoint_url=self._url, error=error)
        return error

    def _connection(self) -> socket.socket:
        while True:
            try:
                idle = self._idle.pop()  # the one used last is the most likely to be alive
            except IndexError:
                return self._connected()
            if not _is_dropped(idle):
                return idle
            idle.close()

    def _connected(self) -> socket.socket:
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
        return used


def _close(connections: list[socket.socket]) -> None:
    for connection in connections:
        connection.close()
