"""The life of a recipient file through the API and the functions of its workflows."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

import app
from tests.integration.api import platform
from tests.integration.api.journeys import CSV, MIXED_CSV, Journeys
from tests.integration.api.platform import CONTEXT, Api

PART = 32 * 1024 * 1024
PATH = "/v1/recipient-files"


def _stored(key: str) -> bytes:
    return bytes(boto3.client("s3").get_object(Bucket=platform.RECIPIENT_BUCKET, Key=key)["Body"].read())


def _executions(machine: str) -> list[dict[str, Any]]:
    client = boto3.client("stepfunctions")
    arn = f"arn:aws:states:{platform.REGION}:123456789012:stateMachine:{machine}"
    names = [one["executionArn"] for one in client.list_executions(stateMachineArn=arn)["executions"]]
    return [json.loads(client.describe_execution(executionArn=name)["input"]) for name in names]


def test_a_new_file_says_where_it_goes(api: Api, journeys: Journeys) -> None:
    created = journeys.new_recipient_file(address_column=2, content_type="application/zip", file_bytes=77)
    file_id, upload = created["file_id"], created["upload"]
    assert (created["status"], created["wanted_column"], created["file_bytes"]) == ("awaiting_upload", "2", 77)
    assert (upload["method"], upload["max_bytes"], upload["expires_at"][-1]) == ("post", 77, "Z")
    assert upload["fields"]["key"] == f"uploads/{file_id}/recipients"
    assert upload["fields"]["Content-Type"] == "application/zip"
    shown = api.get(f"{PATH}/{file_id}")
    assert shown.headers["etag"]
    assert shown.document == {name: value for name, value in created.items() if name != "upload"}
    assert api.get(f"{PATH}/{file_id}/upload").document["fields"]["key"] == upload["fields"]["key"]


@pytest.mark.parametrize(
    ("wishes", "pointer"),
    [
        ({"file_bytes": 5 * 1024**3 + 1}, "/file_bytes"),
        ({"file_bytes": 0}, "/file_bytes"),
        ({"multipart": True}, "/file_bytes"),
        ({"content_type": "text/html"}, "/content_type"),
        ({"address_column": ""}, "/address_column/constrained-str"),
        ({"columns": 3}, "/columns"),
    ],
)
def test_what_cannot_be_taken_is_named(api: Api, wishes: dict[str, Any], pointer: str) -> None:
    problem = api.post(PATH, {"name": "Customers", **wishes}).problem(422, "invalid-input")
    assert problem["errors"][0]["pointer"].startswith(pointer.partition("/constrained")[0])
    assert api.get(PATH).document["items"] == []


def test_every_row_is_accounted_for_and_reports_can_be_downloaded(api: Api, journeys: Journeys) -> None:
    file_id = journeys.recipient_file(MIXED_CSV)
    shown = api.get(f"{PATH}/{file_id}")
    assert shown.headers["etag"]
    document = shown.document
    assert (document["status"], document["parts"], document["attempts"]) == ("ready", 1, 1)
    account = document["account"]
    assert [account[name] for name in ("rows", "accepted", "duplicates", "invalid")] == [3, 1, 1, 1]
    assert account["invalid_reasons"] == {"invalid_address": 1}
    found = ("encoding", "compression", "delimiter", "header", "address_column", "wanted_column")
    assert [document[name] for name in found] == ["utf-8", "none", ",", True, "email", None]
    assert document["columns"] == {"email": "email", "name": "name"}
    assert (document["progress"], document["ignored_uploads"], document["reason"]) == (None, 0, None)
    report = api.get(f"{PATH}/{file_id}/report").document["url"]
    assert f"/files/{file_id}/rejected.csv?" in report
    assert b"nobody" in _stored(f"files/{file_id}/rejected.csv")
    flags = api.get(f"{PATH}/{file_id}/flags").document["url"]
    assert f"/files/{file_id}/flagged.csv?" in flags
    assert api.get(f"{PATH}/{file_id}/profile").document == json.loads(_stored(f"files/{file_id}/profile.json"))


@pytest.mark.parametrize("document", ["report", "flags", "profile"])
def test_reports_wait_for_the_import(document: str, api: Api, journeys: Journeys) -> None:
    file_id = journeys.new_recipient_file()["file_id"]
    api.get(f"{PATH}/{file_id}/{document}").problem(409, "recipient-file-not-ready")


def test_a_file_that_cannot_be_read_is_rejected_and_retried_with_another_column(api: Api, journeys: Journeys) -> None:
    created = journeys.new_recipient_file(address_column="Contact")
    task = journeys.import_upload(created["upload"]["fields"]["key"], CSV)
    path = f"{PATH}/{created['file_id']}"
    shown = api.get(path).document
    assert shown["status"] == "rejected"
    assert "Contact" in shown["reason"]
    retried = api.post(f"{path}/retry", {"address_column": "email"})
    assert (retried.status, retried.document["status"], retried.document["attempts"]) == (202, "processing", 2)
    assert retried.document["progress"]["percent"] == 0
    (event,) = _executions("import_recipients")
    stored = event["detail"]["object"]
    assert {"key": stored["key"], "version_id": stored["version-id"], "size": stored["size"]} == task
    assert app.import_recipient_file(task, CONTEXT) == {"file_id": created["file_id"], "status": "ready"}
    api.post(f"{path}/retry").problem(409, "invalid-state")


def test_an_import_that_failed_for_good_says_why_and_can_be_retried(api: Api, journeys: Journeys) -> None:
    created = journeys.new_recipient_file()
    key = created["upload"]["fields"]["key"]
    stored = boto3.client("s3").put_object(Bucket=platform.RECIPIENT_BUCKET, Key=key, Body=CSV)
    task = {"key": key, "version_id": stored["VersionId"], "size": len(CSV)}
    cause = json.dumps({"errorMessage": "out of memory", "errorType": "MemoryError", "stackTrace": ["secret"]})
    app.fail_recipient_file({**task, "error": "MemoryError", "cause": cause}, CONTEXT)
    path = f"{PATH}/{created['file_id']}"
    shown = api.get(path).document
    assert (shown["status"], shown["reason"]) == ("failed", "MemoryError: out of memory")
    assert api.get(f"{PATH}?status=failed").document["items"] == [shown]
    assert api.get(f"{PATH}?status=ready").document["items"] == []
    api.get(f"{PATH}?status=lost").problem(422, "invalid-input")
    assert api.post(f"{path}/retry").status == 202
    app.import_recipient_file(task, CONTEXT)
    assert api.get(path).document["status"] == "ready"


def test_a_later_upload_is_counted_and_shown(api: Api, journeys: Journeys) -> None:
    created = journeys.new_recipient_file()
    journeys.import_upload(created["upload"]["fields"]["key"], CSV)
    journeys.import_upload(created["upload"]["fields"]["key"], MIXED_CSV)
    shown = api.get(f"{PATH}/{created['file_id']}").document
    assert (shown["ignored_uploads"], shown["account"]["accepted"]) == (1, 3)


def test_a_file_that_waits_is_cancelled(api: Api, journeys: Journeys) -> None:
    path = f"{PATH}/{journeys.new_recipient_file()['file_id']}"
    for _ in range(2):
        cancelled = api.post(f"{path}/cancel")
        assert (cancelled.status, cancelled.document["status"]) == (202, "cancelled")
    api.get(f"{path}/upload").problem(409, "conflict")
    api.post(f"{path}/retry").problem(409, "conflict")


def test_a_ready_file_cannot_be_cancelled(api: Api, journeys: Journeys) -> None:
    api.post(f"{PATH}/{journeys.recipient_file()}/cancel").problem(409, "invalid-state")


def test_a_deleted_file_leaves_nothing(api: Api, journeys: Journeys) -> None:
    file_id = journeys.recipient_file()
    for _ in range(2):
        deleted = api.call("DELETE", f"{PATH}/{file_id}")
        assert (deleted.status, deleted.document["status"]) == (202, "deleting")
    assert _executions("remove_recipients") == [{"file_id": file_id}] * 2
    assert app.remove_recipient_file({"file_id": file_id}, CONTEXT) == {"done": True}
    assert app.remove_recipient_file({"file_id": file_id}, CONTEXT) == {"done": True}
    assert "Versions" not in boto3.client("s3").list_object_versions(Bucket=platform.RECIPIENT_BUCKET)
    api.get(f"{PATH}/{file_id}").problem(404, "recipient-file-not-found")
    api.call("DELETE", f"{PATH}/{file_id}").problem(404, "recipient-file-not-found")


def test_a_file_goes_up_in_parts_that_can_be_sent_again(api: Api, journeys: Journeys) -> None:
    body = CSV + b"x@example.org,%s\n" % (b"X" * PART)
    created = journeys.new_recipient_file(file_bytes=len(body), multipart=True)
    path, upload = f"{PATH}/{created['file_id']}", created["upload"]
    assert (upload["method"], upload["part_bytes"], created["multipart"]) == ("multipart", PART, True)
    assert [(part["number"], part["bytes"]) for part in upload["parts"]] == [(1, PART), (2, len(body) - PART)]
    problem = api.post(f"{path}/upload/complete").problem(409, "upload-incomplete")
    assert problem["detail"] == "These parts have not arrived: 1, 2."
    _put(upload["parts"][1], body[PART:])
    left = api.get(f"{path}/upload").document
    assert ([part["number"] for part in left["parts"]], left["arrived"]) == ([1], [2])
    _put(left["parts"][0], body[:PART])
    for _ in range(2):
        assert api.post(f"{path}/upload/complete").status == 202
    key = f"uploads/{created['file_id']}/recipients"
    assert _stored(key) == body
    api.get(f"{path}/upload").problem(409, "conflict")


def _put(part: dict[str, Any], body: bytes) -> None:
    """Send a part as its link says."""
    assert len(body) == part["bytes"]
    parts = urlsplit(part["url"])
    query = parse_qs(parts.query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;host"]
    boto3.client("s3").upload_part(
        Bucket=platform.RECIPIENT_BUCKET,
        Key=parts.path.split("/", 2)[2] if parts.path.startswith(f"/{platform.RECIPIENT_BUCKET}/") else parts.path[1:],
        UploadId=query["uploadId"][0],
        PartNumber=int(query["partNumber"][0]),
        Body=body,
    )


def test_a_form_needs_no_completion(api: Api, journeys: Journeys) -> None:
    path = f"{PATH}/{journeys.new_recipient_file()['file_id']}"
    api.post(f"{path}/upload/complete").problem(409, "conflict")
