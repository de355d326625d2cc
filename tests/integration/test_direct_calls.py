"""Direct calls are the SDK's own: the same requests, signatures, answers, errors, over connections that may break."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from botocore.httpsession import get_cert_path

from chalicelib.adapters.ses import SesTransport, ses_client
from chalicelib.adapters.ses_bulk import SesBulkTransport
from chalicelib.sending.model import RenderedMail
from chalicelib.wire.connections import Connections
from chalicelib.wire.direct import direct
from chalicelib.wire.signing import authorization

_MAILS = [
    RenderedMail(
        sender="Grüße <news@example.com>",
        recipient=f"u{number}@example.org",
        subject='Für "dich" \u2713',
        html="<p>a\tb\\c</p>\r\n",
        text="Hello\n",
        reply_to="answers@example.com",
        headers=(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),),
        tags=(("campaign_id", "cmp_1"), ("message_id", f"m-{number}")),
    )
    for number in range(2)
]
_DYNAMO: dict[str, tuple[str, dict[str, Any]]] = {
    "query": ("Query", {"TableName": "t", "KeyConditionExpression": "a = :a", "ConsistentRead": True}),
    "put_item": ("PutItem", {"TableName": "t", "Item": {"a": {"S": "ä"}, "n": {"N": "1"}, "s": {"SS": ["x"]}}}),
    "batch_execute_statement": (
        "BatchExecuteStatement",
        {"Statements": [{"Statement": 'UPDATE "t" SET "a"=?', "Parameters": [{"BOOL": True}, {"NULL": True}]}]},
    ),
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


def _dynamo(**options: Any) -> Any:
    return boto3.client("dynamodb", config=Config(parameter_validation=False, **options))


def _intercepted(
    client: Any, status: int = 200, body: bytes = b"{}", headers: dict[str, str] | None = None
) -> list[AWSPreparedRequest]:
    """Answer in AWS's place; return the requests as they come."""
    seen: list[AWSPreparedRequest] = []

    def answer(request: AWSPreparedRequest, **_: Any) -> SimpleNamespace:
        seen.append(request)
        return SimpleNamespace(status_code=status, headers=headers or {}, content=body, raw=None, text=body.decode())

    client.meta.events.register("before-send", answer)
    return seen


def _essence(request: AWSPreparedRequest) -> tuple[Any, ...]:
    names = ("Content-Type", "X-Amz-Target", "X-Amz-Security-Token")
    values = [request.headers.get(name) for name in names]
    body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
    return request.method, request.url, body, *(v.decode() if isinstance(v, bytes) else v for v in values)


def _assert_signed_as_by_the_sdk(request: AWSPreparedRequest, service: str) -> None:
    headers = {name: str(value) for name, value in request.headers.items()}
    given = headers.pop("authorization")
    headers.pop("content-length")  # the SDK adds it after signing
    sdk = SigV4Auth(Credentials("AKIDEXAMPLE", "secret", "token"), service, "eu-central-1")
    again = AWSRequest(request.method, request.url, headers=headers, data=request.body)
    again.context["timestamp"] = headers["x-amz-date"]
    text = sdk.string_to_sign(again, sdk.canonical_request(again))
    assert given.endswith(f"Signature={sdk.signature(text, again)}")
    assert f"SignedHeaders={sdk.signed_headers(sdk.headers_to_sign(again))}, " in given
    assert f"Credential={sdk.scope(again)}, " in given


def test_mails_go_as_the_sdk_sends_them() -> None:
    plain = boto3.client("sesv2", config=Config(parameter_validation=False))
    ours: Any = ses_client(1, 1)
    body = json.dumps({"MessageId": "m", "BulkEmailEntryResults": []}).encode()
    by_sdk, direct_ones = _intercepted(plain, body=body), _intercepted(ours, body=body)
    for client in (plain, ours):
        SesTransport("events", connections=1, client=client).send(_MAILS[0])
        SesBulkTransport("events", connections=1, client=client).send_all(_MAILS)
    assert list(map(_essence, direct_ones)) == list(map(_essence, by_sdk))
    assert len(direct_ones) == 2
    for request in direct_ones:
        _assert_signed_as_by_the_sdk(request, "ses")


@pytest.mark.parametrize("method", sorted(_DYNAMO))
def test_items_go_as_the_sdk_sends_them(method: str) -> None:
    operation, request = _DYNAMO[method]
    plain = _dynamo()
    ours = direct(_dynamo(), {method: operation}, again=True)
    by_sdk, direct_ones = _intercepted(plain), _intercepted(ours)
    for client in (plain, ours):
        getattr(client, method)(**request)
    assert list(map(_essence, direct_ones)) == list(map(_essence, by_sdk))
    _assert_signed_as_by_the_sdk(direct_ones[0], "dynamodb")


def test_a_signature_is_that_of_awss_own_example() -> None:
    """AWS's test suite for Signature Version 4: post-vanilla."""
    headers = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
    signed = authorization(
        "POST",
        "/",
        headers,
        b"",
        access_key="AKIDEXAMPLE",
        secret_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        region="us-east-1",
        service="service",
        at=datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
    )
    assert signed.endswith("Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": "The"}, {}),
        (400, {"__type": "x#ResourceNotFoundException", "Message": "Requested resource not found"}, {}),
        (403, {"__type": "com.amazon.coral.service#AccessDeniedException"}, {"x-amzn-RequestId": "r-1"}),
    ],
)
def test_refusals_are_the_sdks(status: int, body: dict[str, str], headers: dict[str, str]) -> None:
    errors = []
    for client in (_dynamo(), direct(_dynamo(), {"query": "Query"}, again=True)):
        _intercepted(client, status, json.dumps(body).encode(), headers)
        with pytest.raises(ClientError) as caught:
            client.query(TableName="t")
        errors.append(caught.value)
    plain, ours = errors
    assert type(ours).__name__ == type(plain).__name__
    assert ours.response["Error"] == plain.response["Error"]
    assert ours.operation_name == plain.operation_name == "Query"


def test_what_fails_on_its_way_is_made_again_by_the_sdk() -> None:
    for status, headers in ((500, {}), (400, {"__type": "x#ThrottlingException"})):
        client = _dynamo(retries={"total_max_attempts": 1})
        seen = _intercepted(client, status, json.dumps(headers).encode())
        with pytest.raises(ClientError):
            direct(client, {"query": "Query"}, again=True).query(TableName="t")
        assert len(seen) == 2
    client = _dynamo(retries={"total_max_attempts": 1})
    seen = _intercepted(client, body=b'{"Count": 1}', headers={"x-amz-crc32": "1"})
    with pytest.raises(Exception, match="checksum"):
        direct(client, {"query": "Query"}, again=True).query(TableName="t")
    assert len(seen) == 2


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client: Any = boto3.Session().client("sesv2")
    monkeypatch.setattr(client._request_signer, "_credentials", None)
    seen = _intercepted(client)
    with pytest.raises(NoCredentialsError):
        direct(client, {"send_email": "SendEmail"}, again=False).send_email()
    assert not seen


def test_where_a_proxy_is_used_the_sdk_goes_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    client = _dynamo()
    assert direct(client, {"query": "Query"}, again=True) is client


Behaviour = Callable[[socket.socket], None]


@contextmanager
def _server(*behaviours: Behaviour) -> Iterator[int]:
    """Take a connection for each behaviour; give the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for behave in behaviours:
                connection, _ = listener.accept()
                with connection:
                    behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


def _waiting(over: threading.Event) -> None:
    over.wait(5)


def _saying(*answers: bytes) -> Behaviour:
    """Read a request before each answer, then hang up."""

    def behave(connection: socket.socket) -> None:
        for answer in answers:
            connection.recv(65_536)
            connection.sendall(answer)

    return behave


def _connections(port: int, scheme: str = "http", read_timeout: float = 5) -> Connections:
    return Connections(
        f"{scheme}://127.0.0.1:{port}",
        connect_timeout=1,
        read_timeout=read_timeout,
        kept=1,
        trusted=str(get_cert_path(verify=True)),
    )


_PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-One: a\r\n\r\n{}"


@pytest.mark.parametrize(
    "answer",
    [
        _PLAIN,
        b"HTTP/1.1 100 Continue\r\n\r\n" + _PLAIN,
        (
            b"HTTP/1.1 200 OK\r\nX-One: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"1;x=y\r\n{\r\n1\r\n}\r\n0\r\nX-End: 1\r\n\r\n"
        ),
    ],
)
def test_a_connection_is_used_again(answer: bytes) -> None:
    with _server(_saying(answer, answer)) as port:
        connections = _connections(port)
        for _ in range(2):
            found = connections.exchange(b"request")
            assert (found.status, found.body, found.headers["x-one"]) == (200, b"{}", "a")


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\n\r\n{}", _PLAIN.replace(b"X-One: a", b"Connection: close")])
def test_a_connection_that_ends_with_its_answer_is_not_used_again(answer: bytes) -> None:
    with _server(_saying(answer), _saying(_PLAIN)) as port:
        connections = _connections(port)
        assert connections.exchange(b"one").body == connections.exchange(b"two").body == b"{}"


def test_a_connection_that_was_closed_meanwhile_is_replaced_before_anything_is_written() -> None:
    closed = threading.Event()

    def hang_up(connection: socket.socket) -> None:
        _saying(_PLAIN)(connection)
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    with _server(hang_up, _saying(_PLAIN)) as port:
        connections = _connections(port)
        connections.exchange(b"one")
        assert closed.wait(5)
        assert connections.exchange(b"two").status == 200


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"HTTP/1.1 2", b"SSH-2.0\r\n", b"HTTP/1.1 x\r\n\r\n"],
)
def test_an_answer_that_breaks_off_is_no_answer(answer: bytes) -> None:
    with _server(_saying(answer)) as port, pytest.raises(ConnectionClosedError):
        _connections(port).exchange(b"request")


def test_what_is_not_answered_in_time_may_have_been_taken() -> None:
    over = threading.Event()
    with _server(lambda _: _waiting(over)) as port:
        with pytest.raises(ReadTimeoutError):
            _connections(port, read_timeout=0.1).exchange(b"request")
        over.set()


def test_where_there_is_no_connection_nothing_was_written() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(EndpointConnectionError):
        _connections(port).exchange(b"request")
    over = threading.Event()
    with _server(lambda _: _waiting(over)) as port:  # no TLS is spoken, and nothing is said
        with pytest.raises(ConnectTimeoutError):
            _connections(port, "https").exchange(b"request")
        over.set()


def test_a_server_that_is_not_trusted_gets_nothing() -> None:
    got: list[bytes] = []

    def other(connection: socket.socket) -> None:
        got.append(connection.recv(5))
        connection.sendall(b"HTTP/1.1 400 No TLS here\r\n\r\n")

    with _server(other) as port, pytest.raises(SSLError):
        _connections(port, "https").exchange(b"request")
    assert got[0][:1] == bytes([22])  # a handshake
    assert _connections(port, "https")._tls is not None
    assert _connections(port, "https")._tls.verify_mode is ssl.CERT_REQUIRED  # type: ignore[union-attr]  # as above
