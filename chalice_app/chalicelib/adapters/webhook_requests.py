"""Requests to the endpoints of webhooks: to addresses that were checked, within a time, without redirections."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from chalicelib.webhooks.deliveries import ANSWER_CHARACTERS, Answer, AttemptError
from chalicelib.webhooks.ports import Resolver
from chalicelib.webhooks.targets import Networks, Target, TargetRefusedError, check_addresses, read_target

REQUEST_SECONDS = 15.0
"""From the connection to the end of the answer."""

_CONNECT_SECONDS = 5.0
_MOST_BYTES = 4 * ANSWER_CHARACTERS  # the longest character of UTF-8
_USUAL_PORTS = {True: 443, False: 80}
_ERRORS: Mapping[type[Exception], AttemptError] = {
    TargetRefusedError: AttemptError.ADDRESS_REFUSED,
    TimeoutError: AttemptError.TIMEOUT,
    ssl.SSLError: AttemptError.TLS,
    OSError: AttemptError.CONNECTION,
    http.client.HTTPException: AttemptError.PROTOCOL,
    ValueError: AttemptError.PROTOCOL,
}
"""The first class that fits says what went wrong."""


class SystemResolver:
    """Implements `webhooks.ports.Resolver`: the names as this machine knows them."""

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses that a host stands for, those of IPv4 first; none when there is no such host."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return []
        # Lambda reaches the Internet by IPv4 unless a network of one's own says otherwise.
        found.sort(key=lambda one: one[0] != socket.AF_INET)
        return list(dict.fromkeys(str(one[4][0]) for one in found))


class GuardedPoster:
    """Implements `webhooks.ports.Poster`.

    Args:
        resolver: looks up names.
        networks: those of the operator besides public ones.
        seconds: how long a request may take.
        context: certificates that are trusted; the machine's when None.
    """

    def __init__(
        self,
        *,
        resolver: Resolver,
        networks: Networks,
        seconds: float = REQUEST_SECONDS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._resolver = resolver
        self._networks = networks
        self._seconds = seconds
        self._context = context or ssl.create_default_context()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer | AttemptError:
        """Make one request to an address that was checked, without following any redirection."""
        try:
            target = read_target(url)
            addresses = self._resolver.resolve(target.host, target.port)
            if not addresses:
                return AttemptError.UNRESOLVED
            check_addresses(target, addresses, self._networks)
            return self._request(target, addresses, headers, body)
        except tuple(_ERRORS) as error:
            return next(word for kind, word in _ERRORS.items() if isinstance(error, kind))

    def _request(
        self, target: Target, addresses: Sequence[str], headers: Mapping[str, str], body: bytes
    ) -> Answer | AttemptError:
        deadline = time.monotonic() + self._seconds
        plain = _connected(addresses, target.port, deadline)
        with plain:
            plain.settimeout(_left(deadline))
            wire = self._context.wrap_socket(plain, server_hostname=target.host) if target.secure else plain
            with wire:
                # Its port only matters for the header Host, which is given.
                connection = http.client.HTTPConnection(target.host)
                connection.sock = _Wire(wire, deadline)
                connection.request("POST", target.path, body, {**headers, "host": _host(target), "connection": "close"})
                answer = connection.getresponse()
                return Answer(answer.status, _beginning(answer), _retry_after(answer.getheader("retry-after")))


class _Wire:
    """A socket whose reads end by one deadline, however slowly the bytes come; as much of it as http.client uses."""

    def __init__(self, wire: socket.socket, deadline: float) -> None:
        self._wire = wire
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(_left(self._deadline))
        self._wire.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return io.BufferedReader(_Reader(self._wire, self._deadline))

    def close(self) -> None:
        self._wire.close()


class _Reader(io.RawIOBase):
    def __init__(self, wire: socket.socket, deadline: float) -> None:
        super().__init__()
        self._wire = wire
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # its own annotation is a protocol of typeshed
        self._wire.settimeout(_left(self._deadline))
        return self._wire.recv_into(buffer)


def _connected(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """Connect to the first of the addresses that takes the connection."""
    for place, address in enumerate(addresses, 1):
        try:
            return socket.create_connection((address, port), min(_CONNECT_SECONDS, _left(deadline)))
        except OSError:
            if place == len(addresses):
                raise
    raise OSError("no address")


def _left(deadline: float) -> float:
    """Return the seconds that are left.

    Raises:
        TimeoutError: none are.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == _USUAL_PORTS[target.secure] else f"{host}:{target.port}"


def _beginning(answer: http.client.HTTPResponse) -> str:
    """Read the beginning of the body; the status counts even if the body does not come."""
    try:
        return answer.read(_MOST_BYTES).decode(errors="replace")[:ANSWER_CHARACTERS]
    except (OSError, http.client.HTTPException, ValueError):
        return ""


def _retry_after(text: str | None) -> timedelta | None:
    """Read ``Retry-After``: seconds or a time (RFC 9110, 10.2.3); None if it is neither, or too long to be meant."""
    if text is None:
        return None
    try:
        seconds = text.strip().isdigit()
        pause = timedelta(seconds=int(text)) if seconds else parsedate_to_datetime(text) - datetime.now(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return pause if pause > timedelta(0) else None
