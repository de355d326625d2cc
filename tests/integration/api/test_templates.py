"""Templates and their versions through the API: versions, names, the archive, copies, previews."""

from typing import Any

import boto3
import pytest

import app
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys, uploaded
from tests.integration.api.platform import CONTEXT, Api

SOURCES = {"subject": "Hello {{ name }}"}


def new_version(api: Api, template_id: str, html: bytes = b"<p>Second {{ name }} {{ unsubscribe_url }}</p>") -> Any:
    """Make a version and let it be validated; return what was answered."""
    made = api.post(f"/v1/templates/{template_id}/versions", SOURCES)
    assert made.status == 201, made.body
    app.validate_template(uploaded(platform.TEMPLATE_BUCKET, made.document["upload"]["fields"]["key"], html), CONTEXT)
    return made


def test_a_new_version_is_made_uploaded_and_becomes_current(api: Api, journeys: Journeys) -> None:
    template_id = journeys.template()
    made = api.post(f"/v1/templates/{template_id}/versions", SOURCES)
    assert made.headers["location"] == f"/v1/templates/{template_id}/versions/2"
    assert made.document["status"] == "awaiting_upload"
    again = api.get(f"/v1/templates/{template_id}/versions/2/upload").document
    assert again["fields"]["key"] == made.document["upload"]["fields"]["key"]
    waiting = api.get(f"/v1/templates/{template_id}").document
    assert (waiting["version"], waiting["latest_version"]) == (1, 2)
    new_version(api, template_id)
    current = api.get(f"/v1/templates/{template_id}").document
    assert (current["version"], current["latest_version"], current["status"]) == (3, 3, "ready")
    versions = api.get(f"/v1/templates/{template_id}/versions?limit=2").document
    assert [one["version"] for one in versions["items"]] == [3, 2]
    rest = api.get(f"/v1/templates/{template_id}/versions?limit=2&cursor={versions['next']}").document
    assert [one["version"] for one in rest["items"]] == [1]
    shown = api.get(f"/v1/templates/{template_id}/versions/1")
    assert (shown.document["status"], shown.headers["etag"]) == ("ready", '"3"')
    api.get(f"/v1/templates/{template_id}/versions/1/upload").problem(409, "conflict")


def test_each_version_can_be_looked_at(api: Api, journeys: Journeys) -> None:
    template_id = journeys.template()
    new_version(api, template_id)
    fields = {"fields": {"name": "Anna"}}
    assert "Hello Anna" in api.post(f"/v1/templates/{template_id}/versions/1/preview", fields).document["html"]
    assert "Second Anna" in api.post(f"/v1/templates/{template_id}/versions/2/preview", fields).document["html"]
    assert "Second Anna" in api.post(f"/v1/templates/{template_id}/preview", fields).document["html"]


def test_a_preview_is_of_a_recipient_or_with_stand_ins(api: Api, journeys: Journeys) -> None:
    path = f"/v1/templates/{journeys.template()}/preview"
    file_id = journeys.recipient_file()
    bob = api.post(path, {"recipient": {"file_id": file_id, "row": 2}}).document
    assert bob["subject"] == "News for Bob"
    other = api.post(path, {"recipient": {"file_id": file_id}, "fields": {"name": "Zoe"}}).document
    assert other["subject"] == "News for Zoe"
    assert api.post(path, {"stand_ins": True}).document["subject"] == "News for [name]"
    problem = api.post(path, {"recipient": {"file_id": file_id, "row": 4}}).problem(422, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == ["/recipient/row"]
    api.post(path, {"recipient": {"file_id": f"rcp_{'0' * 26}"}}).problem(404, "recipient-file-not-found")
    waiting = journeys.new_recipient_file()["file_id"]
    api.post(path, {"recipient": {"file_id": waiting}}).problem(409, "recipient-file-not-ready")


def test_a_template_is_renamed_if_nobody_changed_it(api: Api, journeys: Journeys) -> None:
    path = f"/v1/templates/{journeys.template()}"
    etag = api.get(path).headers["etag"]
    renamed = api.call("PATCH", path, '{"name": "Summer"}', {"if-match": etag})
    assert (renamed.status, renamed.document["name"]) == (200, "Summer")
    assert renamed.headers["etag"] != etag
    api.call("PATCH", path, '{"name": "Autumn"}', {"if-match": etag}).problem(412, "stale-revision")
    assert api.get(path).document["name"] == "Summer"


def test_an_archived_template_is_out_of_sight_and_makes_nothing_new(api: Api, journeys: Journeys) -> None:
    template_id = journeys.template()
    draft = journeys.draft(template_id)
    archived = api.post(f"/v1/templates/{template_id}/archive")
    assert archived.document["archived_at"]
    assert api.get("/v1/templates").document["items"] == []
    assert [one["template_id"] for one in api.get("/v1/templates?archived=true").document["items"]] == [template_id]
    assert len(api.get("/v1/templates?archived=all").document["items"]) == 1
    api.post(f"/v1/templates/{template_id}/versions", SOURCES).problem(409, "template-archived")
    campaign = {"name": "n", "template_id": template_id, "file_id": journeys.recipient_file()}
    sender = {"sender": {"address": "news@example.com"}}
    api.post("/v1/campaigns", campaign | sender).problem(409, "template-archived")
    assert api.post(f"/v1/campaigns/{draft}/preflight").status == 202, "what uses it goes on"
    assert api.post(f"/v1/templates/{template_id}/unarchive").document["archived_at"] is None
    assert api.post("/v1/campaigns", campaign | sender).status == 201


def test_templates_are_found_by_name_in_either_order(api: Api, journeys: Journeys) -> None:
    made = [journeys.new_template(name=name)["template_id"] for name in ("Grüße 1", "News", "grüße 2")]
    found = api.get("/v1/templates?name=GR%C3%9C%C3%9FE&sort=created_at").document["items"]
    assert [one["template_id"] for one in found] == [made[0], made[2]]
    first = api.get("/v1/templates?limit=1&name=gr").document
    api.get(f"/v1/templates?limit=1&cursor={first['next']}").problem(422, "invalid-input")


def test_a_copy_is_validated_by_its_own_event(api: Api, journeys: Journeys) -> None:
    template_id = journeys.template(preheader="p")
    copied = api.post(f"/v1/templates/{template_id}/duplicate", {"name": "Copy"})
    assert copied.status == 201, copied.body
    copy_id = copied.document["template_id"]
    assert copied.headers["location"] == f"/v1/templates/{copy_id}"
    key = f"uploads/{copy_id}/1/template.html"
    stored = boto3.client("s3").head_object(Bucket=platform.TEMPLATE_BUCKET, Key=key)
    event = {"key": key, "version-id": stored["VersionId"], "size": stored["ContentLength"]}
    app.validate_template({"detail": {"object": event}}, CONTEXT)
    shown = api.get(f"/v1/templates/{copy_id}").document
    assert (shown["status"], shown["name"], shown["preheader"]) == ("ready", "Copy", "p")


def test_the_html_is_downloaded_as_it_was_uploaded(api: Api, journeys: Journeys) -> None:
    template_id = journeys.template()
    key = f"uploads/{template_id}/1/template.html"
    boto3.client("s3").put_object(Bucket=platform.TEMPLATE_BUCKET, Key=key, Body=b"later")
    source = api.get(f"/v1/templates/{template_id}/versions/1/source").document
    assert source["text"] is None, "it is made from the HTML"
    url = source["url"]
    assert key in url
    assert "versionId=" in url
    waiting = journeys.new_template()["template_id"]
    api.get(f"/v1/templates/{waiting}/versions/1/source").problem(409, "template-not-ready")


def test_the_plain_text_of_a_person_comes_back_as_it_was_written(api: Api, journeys: Journeys) -> None:
    text = "Hello {{ name }}\n\n{{ unsubscribe_url }}"
    template_id = journeys.template(text=text)
    assert api.get(f"/v1/templates/{template_id}/versions/1/source").document["text"] == text


@pytest.mark.parametrize("version", ["0", "2", "x", "1.0", "99999999999999999999"])
def test_a_version_that_is_none_is_not_found(version: str, api: Api, journeys: Journeys) -> None:
    api.get(f"/v1/templates/{journeys.template()}/versions/{version}").problem(404, "template-not-found")


def test_a_changed_file_is_not_removed_by_who_saw_it_before(api: Api, journeys: Journeys) -> None:
    path = f"/v1/recipient-files/{journeys.recipient_file()}"
    api.call("DELETE", path, headers={"if-match": '"1"'}).problem(412, "stale-revision")
    assert api.call("DELETE", path, headers={"if-match": api.get(path).headers["etag"]}).status == 202
