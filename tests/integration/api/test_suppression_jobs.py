"""Jobs on the list of suppressions, from the order to the file, through the API, the bucket and the functions."""

import csv
import io
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

import app
from tests.integration.api import platform
from tests.integration.api.journeys import uploaded
from tests.integration.api.platform import CONTEXT, Api


def downloaded(url: str) -> bytes:
    """Fetch what a presigned address leads to."""
    key = urlsplit(url).path.rpartition(f"{platform.RECIPIENT_BUCKET}/")[2].lstrip("/")
    return boto3.client("s3").get_object(Bucket=platform.RECIPIENT_BUCKET, Key=key)["Body"].read()


def imported(api: Api, body: bytes, **wishes: Any) -> dict[str, Any]:
    """Import a file as the workflow does; return the job."""
    ordered = api.post("/v1/suppression-jobs/import", wishes)
    assert ordered.status == 201, ordered.body
    job = ordered.document
    assert (job["state"], job["kind"]) == ("awaiting_upload", "import")
    assert ordered.headers["location"] == f"/v1/suppression-jobs/{job['job_id']}"
    event = uploaded(platform.RECIPIENT_BUCKET, job["upload"]["fields"]["key"], body)["detail"]["object"]
    task = {"kind": "import", "key": event["key"], "version": event["version-id"], "position": {}}
    assert app.import_suppressions(task, CONTEXT) == {**task, "done": True}
    shown: dict[str, Any] = api.get(f"/v1/suppression-jobs/{job['job_id']}").document
    return shown


def test_a_file_goes_in_and_comes_out_again(api: Api) -> None:
    job = imported(
        api,
        b"email,reason\nanna@example.org,bounce\nbob@example.org,\nnobody,\n",
        scope="campaigns",
        reason="unsubscribe",
    )
    assert (job["state"], job["rows"], job["suppressed"], job["refused"]) == ("done", 3, 2, 1)
    assert job["created_by"] == "tests"
    [refused] = csv.DictReader(io.StringIO(downloaded(job["url"]).decode("utf-8-sig")))
    assert (refused["line"], refused["value"]) == ("4", "nobody")
    [anna] = api.get("/v1/suppressions/anna%40example.org").document["items"]
    assert (anna["scope"], anna["reason"], anna["source"]) == ("campaigns", "bounce", f"import {job['job_id']}")
    assert anna["since"] == job["created_at"]
    ordered = api.post("/v1/suppression-jobs/export", {"reason": "unsubscribe"})
    assert (ordered.status, ordered.document["state"]) == (202, "running")
    task = {"kind": "export", "job_id": ordered.document["job_id"], "position": {}}
    assert app.export_suppressions(task, CONTEXT)["done"]
    done = api.get(f"/v1/suppression-jobs/{task['job_id']}").document
    assert (done["state"], done["rows"]) == ("done", 1)
    rows = list(csv.DictReader(io.StringIO(downloaded(done["url"]).decode("utf-8-sig"))))
    assert rows == [
        {"address": "bob@example.org", "scope": "campaigns", "reason": "unsubscribe", "since": job["created_at"]}
    ]


def test_sess_list_is_copied_and_changed_address_by_address(api: Api) -> None:
    listed = platform.answer(
        "ListSuppressedDestinations",
        {
            "SuppressedDestinationSummaries": [
                {
                    "EmailAddress": "anna@example.org",
                    "Reason": "COMPLAINT",
                    "LastUpdateTime": datetime(2025, 3, 1, tzinfo=UTC),
                }
            ]
        },
    )
    put = platform.answer("PutSuppressedDestination", {})
    taken_off = platform.answer("DeleteSuppressedDestination", {})
    ordered = api.post("/v1/suppression-jobs/copy")
    task = {"kind": "from_ses", "job_id": ordered.document["job_id"], "position": {}}
    assert app.copy_suppressions(task, CONTEXT)["done"]
    assert len(listed) == 1
    done = api.get(f"/v1/suppression-jobs/{task['job_id']}").document
    assert (done["state"], done["rows"], done["suppressed"], done["url"]) == ("done", 1, 1, None)
    path = "/v1/suppressions/anna%40example.org"
    [found] = api.get(path).document["items"]
    assert (found["reason"], found["since"]) == ("complaint", "2025-03-01T00:00:00.000Z")
    assert api.call("PUT", path, '{"in_ses": true}').status == 200
    assert b"BOUNCE" in put[0]["body"]
    assert api.call("DELETE", f"{path}?reason=all").status == 204
    assert taken_off == []
    assert api.call("DELETE", f"{path}?reason=all&in_ses=true").status == 204  # it stood on SES's list alone
    assert len(taken_off) == 1


def test_what_broke_off_is_recorded(api: Api) -> None:
    job_id = api.post("/v1/suppression-jobs/export").document["job_id"]
    failure = {"error": "TemporarilyUnavailableError", "cause": '{"errorMessage": "S3 was away."}'}
    app.fail_suppression_job({"job_id": job_id, **failure}, CONTEXT)
    shown = api.get(f"/v1/suppression-jobs/{job_id}").document
    assert (shown["state"], shown["failure"]) == ("failed", "TemporarilyUnavailableError: S3 was away.")
    waiting = api.post("/v1/suppression-jobs/import").document
    app.fail_suppression_job({"key": waiting["upload"]["fields"]["key"], **failure}, CONTEXT)
    assert api.get(f"/v1/suppression-jobs/{waiting['job_id']}").document["state"] == "failed"


@pytest.mark.parametrize("job_id", ["x", f"sjb_{'0' * 26}"])
def test_a_job_that_is_not_there_is_refused(job_id: str, api: Api) -> None:
    api.get(f"/v1/suppression-jobs/{job_id}").problem(404, "suppression-job-not-found")
    api.post("/v1/suppression-jobs/import", {"scope": "everything"}).problem(422, "invalid-input")
