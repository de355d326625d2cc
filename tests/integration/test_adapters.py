"""The adapters against what AWS answers, and SES's transport against a server that misbehaves."""

import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from chalicelib.adapters.s3 import Bucket
from chalicelib.adapters.scheduler import CampaignScheduler
from chalicelib.adapters.ses import SesTransport
from chalicelib.adapters.workflows import StepFunctions
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.sending.model import Accepted, AccountStopped, Quota, Refused, RenderedMail, Throttled, Unanswered

REGION = "us-east-1"
BUCKET = "a-bucket"
GROUP = "campaigns"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:send_campaign"
QUEUE = f"arn:aws:sqs:{REGION}:123456789012:not-started"
MIB = 1024 * 1024
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


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def bucket(aws: None) -> Bucket:
    del aws
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return Bucket(BUCKET)


def test_a_presigned_form_permits_one_key_one_type_and_a_size_range(bucket: Bucket) -> None:
    post = bucket.presign("uploads/a/1/template.html", content_type="text/html", max_bytes=1_000)
    policy = json.loads(base64.b64decode(post.fields["policy"]))
    assert ["content-length-range", 1, 1_000] in policy["conditions"]
    assert {"key": "uploads/a/1/template.html"} in policy["conditions"]
    assert {"Content-Type": "text/html"} in policy["conditions"]
    assert post.fields["Content-Type"] == "text/html"
    assert post.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert abs(datetime.fromisoformat(policy["expiration"]) - post.expires_at) < timedelta(seconds=30)
    assert BUCKET in post.url


@pytest.mark.parametrize(
    "sizes", [[], [10], [MIB] * 7, [8 * MIB], [8 * MIB + 1], [5 * MIB] * 5], ids=lambda sizes: str(sum(sizes))
)
def test_a_stream_is_stored_whole(sizes: list[int], bucket: Bucket) -> None:
    chunks = [bytes([number + 65]) * size for number, size in enumerate(sizes)]
    bucket.write_stream("report.csv", iter(chunks), content_type="text/csv")
    stored = boto3.client("s3").get_object(Bucket=BUCKET, Key="report.csv")
    assert stored["ContentType"] == "text/csv"
    assert bucket.read("report.csv", None, max_bytes=30 * MIB) == b"".join(chunks)


@pytest.mark.parametrize("before", [MIB, 20 * MIB])
def test_a_stream_that_breaks_off_leaves_nothing(before: int, bucket: Bucket) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a" * before
        raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        bucket.write_stream("report.csv", chunks(), content_type="text/csv")
    s3 = boto3.client("s3")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def test_a_version_is_read_even_when_a_newer_one_is_there(bucket: Bucket) -> None:
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=BUCKET, Key="a", Body=b"first")["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"second")
    assert bucket.read("a", first, max_bytes=100) == b"first"
    assert bucket.read("a", None, max_bytes=2) == b"sec", "one byte more tells that it is too large"


def test_a_link_names_the_file_and_ends(bucket: Bucket) -> None:
    link = bucket.link("report.csv", filename="rejected.csv")
    assert "rejected.csv%22" in link
    assert "X-Amz-Expires=300" in link


@pytest.fixture
def scheduler(aws: None) -> CampaignScheduler:
    del aws
    boto3.client("scheduler").create_schedule_group(Name=GROUP)
    return CampaignScheduler(group=GROUP, target_arn=MACHINE, role_arn=ROLE, dead_letter_arn=QUEUE)


def test_a_schedule_is_made_replaced_and_cancelled_twice(scheduler: CampaignScheduler) -> None:
    client = boto3.client("scheduler")
    noon = datetime(2031, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    scheduler.schedule("cmp_1", part_list_key="files/a/parts.jsonl", at=noon)
    scheduler.schedule("cmp_1", part_list_key="files/a/parts.jsonl", at=noon + timedelta(hours=1))
    stored = client.get_schedule(Name="cmp_1", GroupName=GROUP)
    assert stored["ScheduleExpression"] == "at(2031-07-01T11:00:00)"
    assert stored["ScheduleExpressionTimezone"] == "UTC"
    assert stored["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert json.loads(stored["Target"]["Input"]) == {"campaign_id": "cmp_1", "part_list_key": "files/a/parts.jsonl"}
    assert stored["Target"]["DeadLetterConfig"] == {"Arn": QUEUE}
    for _ in range(2):
        scheduler.cancel("cmp_1")
    assert client.list_schedules(GroupName=GROUP)["Schedules"] == []


def test_one_name_starts_one_execution(aws: None) -> None:
    del aws
    client = boto3.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    client.create_state_machine(name="send_campaign", definition=definition, roleArn=ROLE)
    workflows = StepFunctions(send_campaign_arn=MACHINE)
    for key in ("files/a/parts.jsonl", "files/a/parts.jsonl", "files/b/parts.jsonl"):
        workflows.send_campaign("cmp_1", part_list_key=key, run="scheduled")
    workflows.send_campaign("cmp_1", part_list_key="files/a/parts.jsonl", run="cancelled")
    names = {one["name"] for one in client.list_executions(stateMachineArn=MACHINE)["executions"]}
    assert names == {"cmp_1-scheduled", "cmp_1-cancelled"}


def test_a_workflow_that_does_not_start_is_temporarily_unavailable(aws: None) -> None:
    del aws
    with pytest.raises(TemporarilyUnavailableError):
        StepFunctions(create_messages_arn=MACHINE).create_messages("cmp_1", part_list_key="files/a/parts.jsonl")


def test_step_functions_out_of_reach_are_temporarily_unavailable() -> None:
    config = Config(retries={"total_max_attempts": 1})
    client = boto3.client("stepfunctions", endpoint_url=f"http://127.0.0.1:{_free_port()}", config=config)
    with pytest.raises(TemporarilyUnavailableError):
        StepFunctions(create_messages_arn=MACHINE, client=client).create_messages("cmp_1", part_list_key="a")


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


def _transport(endpoint: str, **changes: Any) -> SesTransport:
    """Build a transport with the production client's own settings, but for the endpoint and the changes."""
    config = SesTransport("campaigns", connections=1)._client.meta.config.merge(Config(**changes))
    client = boto3.client("sesv2", endpoint_url=endpoint, config=config)
    return SesTransport("campaigns", connections=1, client=client)


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
        (400, "LimitExceededException", "Daily message quota exceeded.", AccountStopped),
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
        assert isinstance(_transport(endpoint, read_timeout=0.2).send(MAIL), Unanswered)
    assert len(seen) == 1


def test_a_connection_refused_was_never_sent() -> None:
    assert isinstance(_transport(f"http://127.0.0.1:{_free_port()}").send(MAIL), Throttled)


def test_the_quota_is_what_the_account_says() -> None:
    account = {"SendQuota": {"MaxSendRate": 14.0}, "SendingEnabled": False}
    with _ses(_answering(200, account)) as (endpoint, _):
        assert _transport(endpoint).quota() == Quota(per_second=14.0, sending_enabled=False)
