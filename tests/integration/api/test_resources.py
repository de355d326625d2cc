"""Templates, recipient files and suppressions through the API and the functions that their uploads start."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

import app
from tests.integration.api import platform
from tests.integration.api.journeys import MIXED_CSV, Journeys
from tests.integration.api.platform import CONTEXT, Api


def test_health_needs_no_key(aws: None) -> None:
    del aws
    answer = Api(frozenset()).get("/v1/health")
    assert (answer.status, answer.document) == (200, {"status": "ok"})
    assert answer.headers["x-request-id"] == platform.REQUEST_ID


def test_a_new_template_says_where_its_html_goes(api: Api, journeys: Journeys) -> None:
    created = journeys.new_template()
    template_id = created["template_id"]
    upload = created["upload"]
    assert created["status"] == "awaiting_upload"
    assert upload["fields"]["key"] == f"uploads/{template_id}/1/template.html"
    assert upload["fields"]["Content-Type"] == "text/html"
    assert (upload["max_bytes"], upload["expires_at"][-1]) == (1_048_576, "Z")
    shown = api.get(f"/v1/templates/{template_id}")
    assert shown.headers["etag"]
    assert shown.document == {name: value for name, value in created.items() if name != "upload"}


def test_an_uploaded_template_becomes_ready_and_can_be_looked_at(api: Api, journeys: Journeys) -> None:
    template_id = journeys.template()
    shown = api.get(f"/v1/templates/{template_id}").document
    assert (shown["status"], shown["required_variables"]) == ("ready", ["name"])
    preview = api.post(f"/v1/templates/{template_id}/preview", {"fields": {"name": "<Anna>"}})
    assert preview.status == 200
    assert preview.document["subject"] == "News for <Anna>"
    assert "Hello &lt;Anna&gt;" in preview.document["html"]
    assert "Hello <Anna>" in preview.document["text"]


def test_a_preview_names_the_fields_it_lacks(api: Api, journeys: Journeys) -> None:
    answer = api.post(f"/v1/templates/{journeys.template()}/preview")
    (error,) = answer.problem(422, "invalid-input")["errors"]
    assert error["pointer"] == "/fields/name"


def test_a_template_that_waits_for_its_upload_cannot_be_looked_at(api: Api, journeys: Journeys) -> None:
    template_id = journeys.new_template()["template_id"]
    api.post(f"/v1/templates/{template_id}/preview").problem(409, "template-not-ready")


def test_a_template_that_does_not_compile_says_why(api: Api, journeys: Journeys) -> None:
    shown = api.get(f"/v1/templates/{journeys.template(b'<p>{{ name </p>')}").document
    assert shown["status"] == "invalid"
    assert shown["findings"]


@pytest.mark.parametrize("resource", ["templates", "recipient-files", "campaigns"])
def test_lists_are_paged_newest_first(resource: str, api: Api, journeys: Journeys) -> None:
    make: dict[str, Callable[[], str]] = {
        "templates": journeys.template,
        "recipient-files": journeys.recipient_file,
        "campaigns": journeys.draft,
    }
    made = [make[resource]() for _ in range(3)]
    first = api.get(f"/v1/{resource}?limit=2").document
    rest = api.get(f"/v1/{resource}?limit=2&cursor={first['next']}").document
    listed = [_id_of(item) for item in first["items"] + rest["items"]]
    assert len(first["items"]) == 2
    assert sorted(listed) == sorted(made)
    times = [item["created_at"] for item in first["items"] + rest["items"]]
    assert times == sorted(times, reverse=True)
    assert rest["next"] is None


def _id_of(item: dict[str, Any]) -> str:
    return str(item.get("campaign_id") or item.get("template_id") or item["file_id"])


def test_every_row_of_a_recipient_file_is_accounted_for(api: Api, journeys: Journeys) -> None:
    file_id = journeys.recipient_file(MIXED_CSV)
    shown = api.get(f"/v1/recipient-files/{file_id}")
    assert shown.headers["etag"]
    assert shown.document["status"] == "ready"
    account = shown.document["account"]
    assert [account[name] for name in ("rows", "accepted", "duplicates", "invalid")] == [3, 1, 1, 1]
    report = api.get(f"/v1/recipient-files/{file_id}/report")
    assert f"/files/{file_id}/rejected.csv?" in report.document["url"]
    stored = boto3.client("s3").get_object(Bucket=platform.RECIPIENT_BUCKET, Key=f"files/{file_id}/rejected.csv")
    assert b"nobody" in stored["Body"].read()


def test_a_file_that_cannot_be_read_is_rejected_with_its_reason(api: Api, journeys: Journeys) -> None:
    shown = api.get(f"/v1/recipient-files/{journeys.recipient_file(b'colour,size')}").document
    assert shown["status"] == "rejected"
    assert shown["reason"]


def test_an_import_that_failed_for_good_is_recorded(api: Api, journeys: Journeys) -> None:
    created = journeys.new_recipient_file()
    key = created["upload"]["fields"]["key"]
    app.reject_recipient_file({"key": key, "error": "Runtime.ExitError", "cause": "out of memory"}, CONTEXT)
    shown = api.get(f"/v1/recipient-files/{created['file_id']}").document
    assert (shown["status"], shown["reason"]) == ("rejected", "Runtime.ExitError: out of memory")


def test_a_report_waits_for_the_import(api: Api, journeys: Journeys) -> None:
    file_id = journeys.new_recipient_file()["file_id"]
    api.get(f"/v1/recipient-files/{file_id}/report").problem(409, "recipient-file-not-ready")


@pytest.mark.parametrize(
    "written", ["anna%2Bnews@example.org", "anna%2Bnews%40example.org", "ANNA%2bnews%40example.org"]
)
def test_an_address_is_suppressed_however_it_is_written(written: str, api: Api) -> None:
    path = f"/v1/suppressions/{written}"
    put = api.call("PUT", path, '{"scope": "campaigns"}')
    assert put.status == 200
    assert put.document["source"] == "api key tests"
    assert api.call("PUT", path, '{"scope": "campaigns"}').document == put.document
    (found,) = api.get("/v1/suppressions/anna%2Bnews%40example.org").document["items"]
    assert (found["address"], found["reason"]) == ("anna+news@example.org", "manual")
    api.call("DELETE", path).problem(404, "suppression-not-found")
    lifted = api.call("DELETE", f"{path}?scope=campaigns")
    assert (lifted.status, lifted.body) == (204, "")
    api.get(path).problem(404, "suppression-not-found")


def test_what_is_no_address_cannot_be_suppressed(api: Api) -> None:
    problem = api.call("PUT", "/v1/suppressions/nobody", "{}").problem(422, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == ["/address"]
