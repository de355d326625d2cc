"""A mail is handed over once, whatever becomes of the request: counted by a server of its own, not by the SDK."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.ses import SesTransport
from chalicelib.sending.model import AccountStopped, Answer, RenderedMail, Throttled, Unanswered

MAIL = RenderedMail("shop@example.com", "anna@example.org", "Hi", "<p>Hi</p>", "Hi")

Behaviour = Callable[[socket.socket, threading.Event], None]


def answering(status: str, kind: str) -> Behaviour:
    def behave(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(
            f"HTTP/1.1 {status}\r\nx-amzn-ErrorType: {kind}\r\nContent-Length: 2\r\n".encode()
            + b"Connection: close\r\n\r\n{}"
        )

    return behave


def silent(_connection: socket.socket, over: threading.Event) -> None:
    """Take the request and answer nothing, until everything is over."""
    over.wait(30)


def cut_off(connection: socket.socket, _over: threading.Event) -> None:
    """Begin an answer and hang up."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def reset(connection: socket.socket, _over: threading.Event) -> None:
    """Take the request and reset the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def garbled(connection: socket.socket, _over: threading.Event) -> None:
    """Answer something that is no JSON."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n<!")


@contextmanager
def server(behave: Behaviour) -> Iterator[tuple[str, list[str]]]:
    """Read whole requests and behave; give the URL and the first line of each request."""
    requests: list[str] = []
    over = threading.Event()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            first = stream.readline().decode().strip()
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.decode().partition(":")
                length = int(value) if name.lower() == "content-length" else length
            stream.read(length)
            requests.append(first)
            behave(connection, over)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            if over.is_set():
                connection.close()
                return
            threads.append(threading.Thread(target=serve, args=(connection,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        finally:
            over.set()
            socket.create_connection(listener.getsockname()).close()
            for thread in [accepting, *threads]:
                thread.join()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        # What somebody may set for the whole account must not reach sends.
        "AWS_MAX_ATTEMPTS": "5",
        "AWS_RETRY_MODE": "adaptive",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("behave", "meaning"),
    [
        (silent, Unanswered),
        (cut_off, Unanswered),
        (reset, Unanswered),
        (garbled, Unanswered),
        (answering("500 Oops", "InternalFailure"), Unanswered),
        (answering("503 Busy", "ServiceUnavailable"), Unanswered),
        (answering("429 Slow", "TooManyRequestsException"), Throttled),
        (answering("400 Full", "LimitExceededException"), Throttled),
        (answering("403 No", "ExpiredTokenException"), AccountStopped),
    ],
)
def test_a_mail_is_handed_over_once(behave: Behaviour, meaning: type[Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    with server(behave) as (url, requests):
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", url)
        answer = SesTransport("events", connections=1, answer_seconds=1).send(MAIL)
    assert isinstance(answer, meaning)
    assert requests == ["POST /v2/email/outbound-emails HTTP/1.1"]


@pytest.mark.parametrize("behave", [reset, answering("503 Busy", "ServiceUnavailable")])
def test_the_sdk_left_to_itself_hands_it_over_again(behave: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(behave) as (url, requests):
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", url)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
        client = boto3.client("sesv2", config=Config(read_timeout=1))
        with pytest.raises((ClientError, BotoCoreError)):
            client.send_email(Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hi"}}}})
    assert len(requests) == 2


def test_where_nobody_listens_nothing_was_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(silent) as (url, _):
        pass
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", url)
    assert isinstance(SesTransport("events", connections=1).send(MAIL), Throttled)
