"""The adapters of S3, EventBridge Scheduler and Step Functions against what AWS answers."""

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from moto import mock_aws

from chalicelib.adapters.s3 import Bucket
from chalicelib.adapters.s3_multipart import BucketMultipartUploads
from chalicelib.adapters.scheduler import CampaignScheduler
from chalicelib.adapters.workflows import RecipientStepFunctions, StepFunctions
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.recipients.ports import StoredUpload, UploadedPart

REGION = "us-east-1"
BUCKET = "a-bucket"
GROUP = "campaigns"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:send_campaign"
QUEUE = f"arn:aws:sqs:{REGION}:123456789012:not-started"
MIB = 1024 * 1024


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
    with bucket.writer("report.csv", content_type="text/csv") as writer:
        for chunk in chunks:
            writer.write(chunk)
    stored = boto3.client("s3").get_object(Bucket=BUCKET, Key="report.csv")
    assert stored["ContentType"] == "text/csv"
    assert bucket.read("report.csv", None, max_bytes=30 * MIB) == b"".join(chunks)


@pytest.mark.parametrize("before", [MIB, 20 * MIB])
def test_a_stream_that_breaks_off_leaves_nothing(before: int, bucket: Bucket) -> None:
    def break_off() -> None:
        with bucket.writer("report.csv", content_type="text/csv") as writer:
            writer.write(b"a" * before)
            raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        break_off()
    s3 = boto3.client("s3")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def _versioned() -> Any:
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return s3


def test_ranges_of_a_version_are_fetched(bucket: Bucket) -> None:
    s3 = _versioned()
    first = s3.put_object(Bucket=BUCKET, Key="a", Body=b"0123456789")["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"other")
    assert bucket.fetch("a", first, 0, 4) == b"0123"
    assert bucket.fetch("a", first, 4, 10) == b"456789"
    assert bucket.fetch("a", first, 4, 99) == b"456789"


@contextmanager
def _s3(answers: list[Callable[[BaseHTTPRequestHandler], None]]) -> Iterator[Bucket]:
    """Serve one answer after the other, the last one for ever."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            (answers.pop(0) if len(answers) > 1 else answers[0])(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
            endpoint = f"http://127.0.0.1:{server.server_port}"
            yield Bucket(BUCKET, boto3.client("s3", endpoint_url=endpoint, config=config))
        finally:
            server.shutdown()
            thread.join()


def _sending(status: int, body: bytes, announced: int | None = None) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(announced or len(body)))
        request.end_headers()
        request.wfile.write(body)
        request.close_connection = announced is not None

    return send


def test_a_range_that_breaks_off_is_fetched_again() -> None:
    with _s3([_sending(206, b"234", 5), _sending(206, b"2", 5), _sending(206, b"23456")]) as bucket:
        assert bucket.fetch("a", None, 2, 7) == b"23456"


def test_a_range_that_keeps_breaking_off_is_an_error() -> None:
    with _s3([_sending(206, b"234", 5)]) as bucket, pytest.raises((HTTPClientError, IncompleteReadError)):
        bucket.fetch("a", None, 2, 7)


def test_an_object_that_comes_cut_off_is_no_object() -> None:
    with _s3([_sending(200, b"<p>Hel", 10)]) as bucket, pytest.raises((HTTPClientError, IncompleteReadError)):
        bucket.read("a", None, max_bytes=100)


def test_a_server_may_answer_with_the_whole() -> None:
    with _s3([_sending(200, b"0123456789")]) as bucket:
        assert bucket.fetch("a", None, 2, 7) == b"23456"


def test_what_lies_under_a_key_is_found_in_its_version(bucket: Bucket) -> None:
    s3 = _versioned()
    assert bucket.find("a", None) is None
    first = s3.put_object(Bucket=BUCKET, Key="a", Body=b"first")["VersionId"]
    second = s3.put_object(Bucket=BUCKET, Key="a", Body=b"2nd")["VersionId"]
    assert bucket.find("a", None) == StoredUpload(second, 3)
    assert bucket.find("a", first) == StoredUpload(first, 5)
    s3.delete_object(Bucket=BUCKET, Key="a", VersionId=first)
    assert bucket.find("a", first) is None


def test_all_versions_below_a_prefix_are_removed_and_no_others(bucket: Bucket) -> None:
    s3 = _versioned()
    for key in ("files/a/1", "files/a/2", "files/ab/1"):
        for body in (b"old", b"new"):
            s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    s3.delete_object(Bucket=BUCKET, Key="files/a/2")  # a delete marker is a version too
    assert bucket.remove("files/a/") is False
    left = s3.list_object_versions(Bucket=BUCKET)
    assert [one["Key"] for one in left["Versions"]] == ["files/ab/1"] * 2
    assert "DeleteMarkers" not in left
    assert bucket.remove("files/a/") is False


def test_one_version_is_removed(bucket: Bucket) -> None:
    s3 = _versioned()
    first = s3.put_object(Bucket=BUCKET, Key="a", Body=b"first")["VersionId"]
    second = s3.put_object(Bucket=BUCKET, Key="a", Body=b"2nd")["VersionId"]
    for _ in range(2):
        bucket.remove_version("a", second)
    assert bucket.find("a", None) == StoredUpload(first, 5)


def test_an_upload_in_parts_is_begun_looked_at_and_completed(bucket: Bucket) -> None:
    del bucket
    multiparts = BucketMultipartUploads(BUCKET)
    upload_id = multiparts.begin("uploads/a/recipients", content_type="application/zip")
    assert multiparts.arrived("uploads/a/recipients", upload_id) == {}
    links, expires_at = multiparts.links("uploads/a/recipients", upload_id, {1: 5 * MIB, 2: 3})
    assert [(link.number, link.bytes) for link in links] == [(1, 5 * MIB), (2, 3)]
    assert "content-length" in links[0].url, "the length is signed"
    assert "X-Amz-Expires=3600" in links[0].url
    assert timedelta(minutes=59) < expires_at - datetime.now(UTC) <= timedelta(hours=1)
    s3 = boto3.client("s3")
    for number, size in ((1, 5 * MIB), (2, 3)):
        s3.upload_part(
            Bucket=BUCKET, Key="uploads/a/recipients", UploadId=upload_id, PartNumber=number, Body=bytes(size)
        )
    arrived = multiparts.arrived("uploads/a/recipients", upload_id)
    assert arrived is not None
    assert {number: part.bytes for number, part in arrived.items()} == {1: 5 * MIB, 2: 3}
    assert isinstance(arrived[1], UploadedPart)
    for _ in range(2):
        multiparts.complete("uploads/a/recipients", upload_id, {n: part.etag for n, part in arrived.items()})
    assert multiparts.arrived("uploads/a/recipients", upload_id) is None
    stored = s3.head_object(Bucket=BUCKET, Key="uploads/a/recipients")
    assert (stored["ContentLength"], stored["ContentType"]) == (5 * MIB + 3, "application/zip")


def test_an_upload_in_parts_is_given_up_once_or_twice(bucket: Bucket) -> None:
    del bucket
    multiparts = BucketMultipartUploads(BUCKET)
    upload_id = multiparts.begin("a", content_type="text/csv")
    for _ in range(2):
        multiparts.abort("a", upload_id)
    assert multiparts.arrived("a", upload_id) is None
    assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket=BUCKET)


def test_a_version_is_read_even_when_a_newer_one_is_there(bucket: Bucket) -> None:
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=BUCKET, Key="a", Body=b"first")["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"second")
    assert bucket.read("a", first, max_bytes=100) == b"first"
    assert bucket.read("a", None, max_bytes=2) == b"sec", "one byte more tells that it is too large"


def test_an_exact_size_is_the_only_one_that_a_form_permits(bucket: Bucket) -> None:
    post = bucket.presign("uploads/a/recipients", content_type="text/csv", min_bytes=77, max_bytes=77)
    assert ["content-length-range", 77, 77] in json.loads(base64.b64decode(post.fields["policy"]))["conditions"]


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


def test_a_schedule_that_fires_while_it_is_replaced_can_be_made_again() -> None:
    class Fired:
        def create_schedule(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "ConflictException"}}, "CreateSchedule")

        def update_schedule(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "UpdateSchedule")

    client: Any = Fired()
    with pytest.raises(TemporarilyUnavailableError):
        CampaignScheduler(group=GROUP, client=client).schedule("cmp_1", part_list_key="x", at=datetime.now(UTC))


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


def test_an_import_is_started_once_an_attempt_with_the_input_of_its_event(aws: None) -> None:
    del aws
    client = boto3.client("stepfunctions")
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    arns = [
        client.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]
        for name in ("import_recipients", "remove_recipients")
    ]
    workflows = RecipientStepFunctions(import_recipients_arn=arns[0], remove_recipients_arn=arns[1])
    for _ in range(2):
        workflows.import_upload("rcp_1", attempt=2, key="uploads/rcp_1/recipients", version="v1", size=7)
        workflows.remove("rcp_1", run=5)
    (imported,) = client.list_executions(stateMachineArn=arns[0])["executions"]
    (removed,) = client.list_executions(stateMachineArn=arns[1])["executions"]
    assert (imported["name"], removed["name"]) == ("rcp_1-2", "rcp_1-5")
    document = json.loads(client.describe_execution(executionArn=imported["executionArn"])["input"])
    assert document["detail"]["object"] == {"key": "uploads/rcp_1/recipients", "version-id": "v1", "size": 7}
    document = json.loads(client.describe_execution(executionArn=removed["executionArn"])["input"])
    assert document == {"file_id": "rcp_1"}


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
