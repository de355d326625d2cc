"""SES's transport against a server that answers as SES does, and one that misbehaves."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.adapters.ses import SesTransport, ses_client
from chalicelib.sending.model import Accepted, AccountStopped, Quota, Refused, RenderedMail, Throttled, Unanswered

REGION = "us-east-1"
MAIL = RenderedMail(
    sender="Example <news@example.com>",
    recipient="anna@example.org",
    subject="Grüße",
    html="<p>Hello</p>",
    text="Hello",
    reply_to="answers@example.com",
    headers=(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),),
    tags=(("campaign_id", "cmp_1"),),
)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Behaviour = Callable[[BaseHTTPRequestHandler], None]


def _answering(status: int, document: dict[str, Any], error: str | None = None) -> Behaviour:
    def behave(request: BaseHTTPRequestHandler) -> None:
        body = json.dumps(document).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        if error:
            request.send_header("x-amzn-ErrorType", error)
        request.end_headers()
        request.wfile.write(body)

    return behave


def _hanging_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def _silent(request: BaseHTTPRequestHandler) -> None:
    time.sleep(0.6)
    request.close_connection = True


@contextmanager
def _ses(behave: Behaviour) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve one behaviour; give the endpoint and the requests as they come."""
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            behave(self)

        def do_GET(self) -> None:
            behave(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


def _transport(endpoint: str, answer_seconds: float = 20) -> SesTransport:
    """Build a transport with the production client, but for the endpoint."""
    return SesTransport("campaigns", connections=1, client=ses_client(1, answer_seconds, endpoint_url=endpoint))


def test_ses_accepts_a_mail_with_its_headers_and_tags() -> None:
    with _ses(_answering(200, {"MessageId": "0100-1"})) as (endpoint, seen):
        assert _transport(endpoint).send(MAIL) == Accepted("0100-1")
    (request,) = seen
    assert request["Destination"] == {"ToAddresses": ["anna@example.org"]}
    assert request["ConfigurationSetName"] == "campaigns"
    assert request["ReplyToAddresses"] == ["answers@example.com"]
    assert request["EmailTags"] == [{"Name": "campaign_id", "Value": "cmp_1"}]
    simple = request["Content"]["Simple"]
    assert simple["Headers"] == [{"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"}]
    assert simple["Subject"] == {"Data": "Grüße", "Charset": "UTF-8"}


@pytest.mark.parametrize(
    ("status", "error", "message", "kind"),
    [
        (429, "TooManyRequestsException", "Maximum sending rate exceeded.", Throttled),
        (429, "ThrottlingException", "Rate exceeded", Throttled),
        (400, "MessageRejected", "The content is refused.", Refused),
        (400, "MessageRejected", "Email address is not verified.", AccountStopped),
        (400, "BadRequestException", "Illegal address", Refused),
        (400, "LimitExceededException", "Daily message quota exceeded.", Throttled),
        (400, "SendingPausedException", "Sending is paused.", AccountStopped),
        (400, "AccountSuspendedException", "Suspended", AccountStopped),
        (404, "NotFoundException", "No configuration set", AccountStopped),
        (403, "AccessDeniedException", "Not authorized", AccountStopped),
        (400, "ANewException", "Something new", Refused),
        (500, "InternalFailure", "Oops", Unanswered),
        (503, "ServiceUnavailable", "Oops", Unanswered),
    ],
)
def test_every_error_of_ses_has_its_meaning_and_none_is_tried_again(
    status: int, error: str, message: str, kind: type
) -> None:
    with _ses(_answering(status, {"message": message}, error)) as (endpoint, seen):
        assert isinstance(_transport(endpoint).send(MAIL), kind)
    assert len(seen) == 1


@pytest.mark.parametrize("behave", [_silent, _hanging_up])
def test_a_lost_answer_is_never_tried_again(behave: Behaviour) -> None:
    with _ses(behave) as (endpoint, seen):
        assert isinstance(_transport(endpoint, answer_seconds=0.2).send(MAIL), Unanswered)
    assert len(seen) == 1


def test_a_connection_refused_was_never_sent() -> None:
    assert isinstance(_transport(f"http://127.0.0.1:{_free_port()}").send(MAIL), Throttled)


def test_the_quota_is_what_the_account_says() -> None:
    account = {"SendQuota": {"MaxSendRate": 14.0}, "SendingEnabled": False}
    with _ses(_answering(200, account)) as (endpoint, _):
        assert _transport(endpoint).quota() == Quota(per_second=14.0, sending_enabled=False)
