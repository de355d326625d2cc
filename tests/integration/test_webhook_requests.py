"""Requests over real sockets on this machine: whom they reach, how long they last, what is kept of the answer."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.adapters.webhook_requests import GuardedPoster, SystemResolver
from chalicelib.webhooks.deliveries import Answer, AttemptError
from tests.fakes.webhooks import FakeResolver

LOOPBACK = (ip_network("127.0.0.0/8"),)
HERE = ("hook.example.com", "127.0.0.1")
Handler = Callable[[socket.socket], None]


class Server:
    """Answers each connection by a handler and keeps what it was sent."""

    def __init__(self, handler: Handler, context: ssl.SSLContext | None = None) -> None:
        self.received: list[bytes] = []
        self._handler = handler
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with suppress(OSError), connection:
                    wire = self._context.wrap_socket(connection, server_side=True) if self._context else connection
                    with wire:
                        self.received.append(self._read(wire))
                        self._handler(wire)

    @staticmethod
    def _read(wire: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += wire.recv(65_536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line[16:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: "))
        while len(body) < length:
            body += wire.recv(65_536)
        return head + b"\r\n\r\n" + body

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@contextmanager
def serving(handler: Handler, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(handler, context)
    try:
        yield server
    finally:
        server.close()


def says(text: str) -> Handler:
    return lambda wire: wire.sendall(text.encode())


def poster(seconds: float = 5.0, context: ssl.SSLContext | None = None) -> GuardedPoster:
    names = FakeResolver(
        {"hook.example.com": ["127.0.0.1"], "127.0.0.1": ["127.0.0.1"], "in.example.com": ["10.0.0.1"]}
    )
    return GuardedPoster(resolver=names, networks=LOOPBACK, seconds=seconds, context=context)


def test_one_post_with_the_given_headers_and_body_to_the_address_that_was_checked() -> None:
    with serving(says("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine")) as server:
        url = f"http://hook.example.com:{server.port}/in?x=1"
        assert poster().post(url, {"webhook-id": "msg_1"}, b"{}") == Answer(200, "fine")
    (request,) = server.received
    head, _, body = request.decode().partition("\r\n\r\n")
    line, *headers = head.split("\r\n")
    assert (line, body) == ("POST /in?x=1 HTTP/1.1", "{}")
    named = dict(header.lower().split(": ") for header in headers)
    assert named["host"] == f"hook.example.com:{server.port}"
    assert named["webhook-id"] == "msg_1"
    assert named["connection"] == "close"


def test_no_redirection_is_followed() -> None:
    with serving(says("HTTP/1.1 200 OK\r\n\r\n")) as other:
        location = f"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:{other.port}/\r\ncontent-length: 0\r\n\r\n"
        with serving(says(location)) as server:
            assert poster().post(f"http://127.0.0.1:{server.port}/", {}, b"{}") == Answer(307)
        assert other.received == []


def test_a_private_address_is_not_connected_to_even_if_the_name_stood_for_another_before() -> None:
    assert poster().post("https://in.example.com/", {}, b"{}") is AttemptError.ADDRESS_REFUSED
    with serving(says("HTTP/1.1 200 OK\r\n\r\n")) as server:
        closed = GuardedPoster(resolver=FakeResolver({"hook.example.com": ["127.0.0.1"]}), networks=())
        for scheme in ("http", "https"):
            outcome = closed.post(f"{scheme}://hook.example.com:{server.port}/", {}, b"{}")
            assert outcome is AttemptError.ADDRESS_REFUSED
        assert server.received == []


@pytest.mark.parametrize("spelling", ["127.1", "2130706433", "0x7f000001", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
def test_no_spelling_of_this_machine_gets_through(spelling: str) -> None:
    closed = GuardedPoster(resolver=SystemResolver(), networks=(), seconds=5)
    assert closed.post(f"https://{spelling}/", {}, b"{}") in {AttemptError.ADDRESS_REFUSED, AttemptError.UNRESOLVED}


def test_what_does_not_exist_or_does_not_listen_is_told_apart() -> None:
    assert poster().post("https://nowhere.example.com/", {}, b"{}") is AttemptError.UNRESOLVED
    with serving(says("")) as server:
        port = server.port
    assert poster().post(f"http://127.0.0.1:{port}/", {}, b"{}") is AttemptError.CONNECTION


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("", AttemptError.CONNECTION),
        ("SSH-2.0-OpenSSH\r\n", AttemptError.PROTOCOL),
        ("HTTP/1.1 abc\r\n\r\n", AttemptError.PROTOCOL),
    ],
)
def test_what_is_no_http_is_no_answer(answer: str, error: AttemptError) -> None:
    with serving(says(answer)) as server:
        assert poster().post(f"http://127.0.0.1:{server.port}/", {}, b"{}") is error


def _drip(wire: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 400:
        wire.sendall(bytes([byte]))
        time.sleep(0.02)


def test_an_answer_that_comes_byte_by_byte_ends_with_the_time_of_the_request() -> None:
    with serving(_drip) as server:
        began = time.monotonic()
        assert poster(seconds=0.5).post(f"http://127.0.0.1:{server.port}/", {}, b"{}") is AttemptError.TIMEOUT
        assert time.monotonic() - began < 4  # it would take eight seconds


def test_the_status_counts_though_the_body_never_comes() -> None:
    def stall(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 204 No\r\ncontent-length: 9\r\n\r\n")
        wire.recv(1)

    with serving(stall) as server:
        assert poster(seconds=0.5).post(f"http://127.0.0.1:{server.port}/", {}, b"{}") == Answer(204)


def test_of_a_long_answer_the_beginning_is_kept_and_the_rest_is_not_read() -> None:
    sent = []

    def pour(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 500 Oops\r\nretry-after: 7\r\n\r\n" + "ü".encode() * 600)
        with suppress(OSError):
            for _ in range(10_000):
                wire.sendall(b"x" * 65_536)
                sent.append(65_536)

    with serving(pour) as server:
        outcome = poster().post(f"http://127.0.0.1:{server.port}/", {}, b"{}")
    assert isinstance(outcome, Answer)
    assert (outcome.status, len(outcome.text)) == (500, 1_024)
    assert outcome.text.startswith("ü" * 600 + "x")
    assert outcome.retry_after is not None
    assert sum(sent) < 100_000_000


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("9" * 40, None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_or_left_alone(header: str, seconds: int | None) -> None:
    with serving(says(f"HTTP/1.1 429 Slow\r\nretry-after: {header}\r\ncontent-length: 0\r\n\r\n")) as server:
        outcome = poster().post(f"http://127.0.0.1:{server.port}/", {}, b"{}")
    assert isinstance(outcome, Answer)
    assert (outcome.retry_after.total_seconds() if outcome.retry_after else None) == seconds


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hook.example.com that only these tests trust."""
    from datetime import UTC, datetime, timedelta

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook.example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_the_certificate_must_be_trusted_and_of_the_name_that_was_asked_for(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with serving(says("HTTP/1.1 204 No\r\ncontent-length: 0\r\n\r\n"), context) as server:
        port = server.port
        assert poster(context=trusting).post(f"https://hook.example.com:{port}/", {}, b"{}") == Answer(204)
        assert poster().post(f"https://hook.example.com:{port}/", {}, b"{}") is AttemptError.TLS
        assert poster(context=trusting).post(f"https://127.0.0.1:{port}/", {}, b"{}") is AttemptError.TLS
        assert len(server.received) == 1
