"""Templates, recipient files and suppressions through the API and the functions that their uploads start."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.suppressions.model import SuppressionReason, SuppressionScope
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import Api


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


def test_a_template_is_sent_with_preheader_headers_and_styles_in_place(api: Api, journeys: Journeys) -> None:
    wishes = {"preheader": "Only for {{ name }}", "headers": {"X-Customer": "{{ name }}"}}
    html = b"<style>p{color:red}@media print{p{margin:0}}</style><p>Hello</p>{{ unsubscribe_url }}"
    template_id = journeys.template(html, **wishes)
    shown = api.get(f"/v1/templates/{template_id}").document
    assert (shown["status"], shown["preheader"], shown["headers"]) == ("ready", *wishes.values())
    preview = api.post(f"/v1/templates/{template_id}/preview", {"fields": {"name": "C&A"}}).document
    assert (preview["preheader"], preview["headers"]) == ("Only for C&A", {"X-Customer": "C&A"})
    assert "Only for C&amp;A" in preview["html"]
    assert '<p style="color: red">Hello</p>' in preview["html"]
    assert "@media print{p{margin:0 !important}}" in preview["html"]


def test_a_header_that_may_not_be_set_is_pointed_at(api: Api) -> None:
    body = {"name": "n", "subject": "s", "headers": {"Bcc": "x@example.com"}}
    (error,) = api.post("/v1/templates", body).problem(422, "invalid-input")["errors"]
    assert error["pointer"] == "/headers/Bcc"


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
    api.call("DELETE", f"{path}?reason=manual").problem(404, "suppression-not-found")
    lifted = api.call("DELETE", f"{path}?scope=campaigns&reason=manual")
    assert (lifted.status, lifted.body) == (204, "")
    api.get(path).problem(404, "suppression-not-found")


def test_a_reason_put_by_hand_stands_beside_others_and_is_lifted_alone(api: Api) -> None:
    path = "/v1/suppressions/anna%40example.org"
    complaint = SuppressionReason.COMPLAINT
    scope = SuppressionScope("topic:news")
    bootstrap.suppressions().put("anna@example.org", scope, source="ses", reason=complaint)
    assert api.call("PUT", path, '{"scope": "topic:news"}').document["reason"] == "manual"
    assert [one["reason"] for one in api.get(path).document["items"]] == ["complaint", "manual"]
    assert api.call("DELETE", f"{path}?scope=topic:news&reason=manual").status == 204
    assert [one["reason"] for one in api.get(path).document["items"]] == ["complaint"]
    assert api.call("DELETE", f"{path}?scope=topic:news&reason=all").status == 204
    api.get(path).problem(404, "suppression-not-found")


@pytest.mark.parametrize("query", ["", "?scope=all", "?reason=none", "?scope=topic:&reason=all", "?reason=manual&x=1"])
def test_lifting_names_a_reason_or_all(query: str, api: Api) -> None:
    api.call("DELETE", f"/v1/suppressions/anna%40example.org{query}").problem(422, "invalid-input")


@pytest.mark.parametrize("scope", ['"everything"', '"topic:News"', "7", "null"])
def test_a_scope_that_is_none_is_refused(scope: str, api: Api) -> None:
    answer = api.call("PUT", "/v1/suppressions/anna%40example.org", f'{{"scope": {scope}}}')
    (error,) = answer.problem(422, "invalid-input")["errors"]
    assert error["pointer"] == "/scope"


def test_what_is_no_address_cannot_be_suppressed(api: Api) -> None:
    problem = api.call("PUT", "/v1/suppressions/nobody", "{}").problem(422, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == ["/address"]
