"""Every refusal is a problem document of a stable type, names the request and changes nothing."""

import base64
import re
from typing import Any

import pytest

import app
from chalicelib import bootstrap
from chalicelib.access.model import Scope
from tests.integration.api import platform
from tests.integration.api.platform import Api

SCOPES = {
    ("POST", "/v1/templates"): Scope.WRITE,
    ("GET", "/v1/templates"): Scope.READ,
    ("GET", "/v1/templates/{template_id}"): Scope.READ,
    ("POST", "/v1/templates/{template_id}/preview"): Scope.READ,
    ("PATCH", "/v1/templates/{template_id}"): Scope.WRITE,
    ("POST", "/v1/templates/{template_id}/archive"): Scope.WRITE,
    ("POST", "/v1/templates/{template_id}/unarchive"): Scope.WRITE,
    ("POST", "/v1/templates/{template_id}/duplicate"): Scope.WRITE,
    ("POST", "/v1/templates/{template_id}/versions"): Scope.WRITE,
    ("GET", "/v1/templates/{template_id}/versions"): Scope.READ,
    ("GET", "/v1/templates/{template_id}/versions/{version}"): Scope.READ,
    ("POST", "/v1/templates/{template_id}/versions/{version}/preview"): Scope.READ,
    ("GET", "/v1/templates/{template_id}/versions/{version}/upload"): Scope.WRITE,
    ("GET", "/v1/templates/{template_id}/versions/{version}/source"): Scope.READ,
    ("POST", "/v1/templates/{template_id}/test-sends"): Scope.SEND,
    ("POST", "/v1/templates/{template_id}/versions/{version}/test-sends"): Scope.SEND,
    ("POST", "/v1/recipient-files"): Scope.WRITE,
    ("GET", "/v1/recipient-files"): Scope.READ,
    ("GET", "/v1/recipient-files/{file_id}"): Scope.READ,
    ("DELETE", "/v1/recipient-files/{file_id}"): Scope.WRITE,
    ("GET", "/v1/recipient-files/{file_id}/upload"): Scope.WRITE,
    ("POST", "/v1/recipient-files/{file_id}/upload/complete"): Scope.WRITE,
    ("POST", "/v1/recipient-files/{file_id}/cancel"): Scope.WRITE,
    ("POST", "/v1/recipient-files/{file_id}/retry"): Scope.WRITE,
    ("GET", "/v1/recipient-files/{file_id}/report"): Scope.READ,
    ("GET", "/v1/recipient-files/{file_id}/flags"): Scope.READ,
    ("GET", "/v1/recipient-files/{file_id}/profile"): Scope.READ,
    ("GET", "/v1/recipient-files/{file_id}/recipients"): Scope.READ,
    ("POST", "/v1/campaigns"): Scope.WRITE,
    ("GET", "/v1/campaigns"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}"): Scope.READ,
    ("PATCH", "/v1/campaigns/{campaign_id}"): Scope.WRITE,
    ("DELETE", "/v1/campaigns/{campaign_id}"): Scope.WRITE,
    ("POST", "/v1/campaigns/{campaign_id}/duplicate"): Scope.WRITE,
    ("POST", "/v1/campaigns/{campaign_id}/archive"): Scope.WRITE,
    ("POST", "/v1/campaigns/{campaign_id}/unarchive"): Scope.WRITE,
    ("POST", "/v1/campaigns/{campaign_id}/preflight"): Scope.WRITE,
    ("GET", "/v1/campaigns/{campaign_id}/preflight"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/preflight/waves"): Scope.READ,
    ("POST", "/v1/campaigns/{campaign_id}/test-sends"): Scope.SEND,
    ("POST", "/v1/campaigns/{campaign_id}/schedule"): Scope.SEND,
    ("POST", "/v1/campaigns/{campaign_id}/send"): Scope.SEND,
    ("POST", "/v1/campaigns/{campaign_id}/cancel"): Scope.SEND,
    ("POST", "/v1/campaigns/{campaign_id}/pause"): Scope.SEND,
    ("POST", "/v1/campaigns/{campaign_id}/resume"): Scope.SEND,
    ("POST", "/v1/campaigns/{campaign_id}/resend-unknown"): Scope.SEND,
    ("GET", "/v1/campaigns/{campaign_id}/messages"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/statistics"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/statistics/timeline"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/statistics/links"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/statistics/domains"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/statistics/providers"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/statistics/bounces"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/events"): Scope.READ,
    ("GET", "/v1/recipients/{address}/messages"): Scope.READ,
    ("GET", "/v1/statistics/campaigns"): Scope.READ,
    ("GET", "/v1/statistics/overview"): Scope.READ,
    ("POST", "/v1/campaigns/{campaign_id}/exports"): Scope.READ,
    ("GET", "/v1/campaigns/{campaign_id}/exports/{export_id}"): Scope.READ,
    ("PUT", "/v1/suppressions/{address}"): Scope.WRITE,
    ("POST", "/v1/messages"): Scope.SEND,
    ("GET", "/v1/messages/{message_id}"): Scope.READ,
    ("GET", "/v1/suppressions/{address}"): Scope.READ,
    ("DELETE", "/v1/suppressions/{address}"): Scope.WRITE,
    ("POST", "/v1/webhooks"): Scope.ADMIN,
    ("GET", "/v1/webhooks"): Scope.READ,
    ("GET", "/v1/webhooks/{webhook_id}"): Scope.READ,
    ("PATCH", "/v1/webhooks/{webhook_id}"): Scope.ADMIN,
    ("DELETE", "/v1/webhooks/{webhook_id}"): Scope.ADMIN,
    ("POST", "/v1/webhooks/{webhook_id}/rotate-secret"): Scope.ADMIN,
    ("POST", "/v1/webhooks/{webhook_id}/disable"): Scope.ADMIN,
    ("POST", "/v1/webhooks/{webhook_id}/enable"): Scope.ADMIN,
    ("POST", "/v1/webhooks/{webhook_id}/test"): Scope.ADMIN,
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): Scope.READ,
    ("GET", "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}"): Scope.READ,
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver"): Scope.ADMIN,
    ("GET", "/v1/suppressions"): Scope.READ,
    ("POST", "/v1/suppressions"): Scope.WRITE,
    ("POST", "/v1/suppression-jobs/import"): Scope.WRITE,
    ("POST", "/v1/suppression-jobs/export"): Scope.READ,
    ("POST", "/v1/suppression-jobs/copy"): Scope.WRITE,
    ("GET", "/v1/suppression-jobs/{job_id}"): Scope.READ,
    ("GET", "/v1/account"): Scope.READ,
    ("GET", "/v1/senders"): Scope.READ,
    ("POST", "/v1/senders"): Scope.ADMIN,
    ("POST", "/v1/senders/{domain}/refresh"): Scope.ADMIN,
    ("DELETE", "/v1/senders/{domain}"): Scope.ADMIN,
    ("GET", "/v1/senders/{domain}"): Scope.READ,
    ("POST", "/v1/api-keys"): Scope.KEYS,
    ("GET", "/v1/api-keys"): Scope.KEYS,
    ("GET", "/v1/api-keys/{key_id}"): Scope.KEYS,
    ("PATCH", "/v1/api-keys/{key_id}"): Scope.KEYS,
    ("POST", "/v1/api-keys/{key_id}/rotate"): Scope.KEYS,
    ("POST", "/v1/api-keys/{key_id}/revoke"): Scope.KEYS,
    ("GET", "/v1/audit"): Scope.ADMIN,
}
OPEN = {
    ("GET", "/v1/health"),
    ("GET", "/v1/openapi.json"),
    *((method, "/u/{token}") for method in ("GET", "HEAD", "POST")),
}
OPERATIONS = [(method, path) for path, methods in app.app.routes.items() for method in methods]
GUARDED = sorted(set(OPERATIONS) - OPEN)
GONE = f"cmp_{'0' * 26}"
NEW_CAMPAIGN = {
    "name": "Spring",
    "template_id": f"tpl_{'0' * 26}",
    "file_id": f"rcp_{'0' * 26}",
    "sender": {"address": "news@example.com"},
}


@pytest.fixture
def storeless(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """A caller behind whom is no store: whatever tried to change something would end in 500."""
    for name in ("TEMPLATES", "RECIPIENT_FILES", "CAMPAIGNS"):
        monkeypatch.delenv(f"TABLE_{name}")
    return api


def test_every_operation_has_its_scope_here() -> None:
    assert set(SCOPES) | OPEN == set(OPERATIONS)
    authorized = {pair for pair in OPERATIONS if app.app.routes[pair[1]][pair[0]].authorizer}
    assert authorized == set(GUARDED)


@pytest.mark.parametrize("held", [None, Scope.READ, Scope.WRITE, Scope.SEND, Scope.KEYS])
def test_a_key_without_the_scope_may_do_nothing(held: Scope | None, aws: None) -> None:
    del aws
    api = Api(frozenset({held} if held else ()))
    for method, resource in GUARDED:
        answer = api.call(method, re.sub(r"\{\w+\}", "x", resource), "not even JSON")
        if SCOPES[method, resource] is held:
            assert answer.status != 403, (method, resource)
        else:
            needed, _, _ = answer.problem(403, "missing-scope")["detail"].partition(";")
            assert SCOPES[method, resource] in needed


def test_the_scope_admin_includes_the_others(aws: None) -> None:
    del aws
    assert Api(frozenset({Scope.ADMIN})).get("/v1/templates").status == 200


@pytest.mark.parametrize("body", ["{", " ", "[]", "null", "3", '"text"', '{"name": "a"', "{'name': 'a'}", "[" * 5_000])
def test_a_body_that_is_no_json_object_is_malformed(body: str, storeless: Api) -> None:
    storeless.call("POST", "/v1/templates", body).problem(400, "malformed-body")


def test_a_body_that_is_no_text_is_malformed(storeless: Api) -> None:
    event = storeless.event("POST", "/v1/templates", None, {})
    event |= {"body": base64.b64encode(b"\xff\xfe{}").decode(), "isBase64Encoded": True}
    platform.answer_of(app.app(event, platform.CONTEXT)).problem(400, "malformed-body")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"colour": "blue"}, "/colour"),
        ({"a/b~c": "blue"}, "/a~1b~0c"),
        ({"name": 3}, "/name"),
        ({"name": "  "}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"template_id": "../x"}, "/template_id"),
        ({"template_version": 0}, "/template_version"),
        ({"sender": "news@example.com"}, "/sender"),
        ({"sender": {"address": "news@example.com\r\nBcc: a@b.c"}}, "/sender/address"),
        ({"sender": {"address": "news@example.com", "name": "A\r\nB"}}, "/sender/name"),
        ({"sender": {}}, "/sender/address"),
        ({"reply_to": "a@b.c, d@e.f"}, "/reply_to"),
    ],
)
def test_each_fault_is_named_by_its_pointer(change: dict[str, Any], pointer: str, storeless: Api) -> None:
    answer = storeless.post("/v1/campaigns", {**NEW_CAMPAIGN, **change})
    assert [error["pointer"] for error in answer.problem(422, "invalid-input")["errors"]] == [pointer]


def test_all_faults_are_named_at_once(storeless: Api) -> None:
    problem = storeless.post("/v1/campaigns", {"name": 3, "colour": "blue"}).problem(422, "invalid-input")
    pointers = {error["pointer"] for error in problem["errors"]}
    assert pointers == {"/name", "/template_id", "/file_id", "/sender", "/colour"}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=many", "/limit"),
        ("page=2", "/page"),
        ("cursor=not*ours", "/cursor"),
        ("cursor=e30", "/cursor"),
        ("cursor=" + "x" * 2_001, "/cursor"),
    ],
)
def test_a_query_that_no_list_knows_is_refused(query: str, pointer: str, api: Api) -> None:
    for resource in ("templates", "recipient-files", "campaigns"):
        problem = api.get(f"/v1/{resource}?{query}").problem(422, "invalid-input")
        assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        (f"/v1/templates/{GONE}", "template-not-found"),
        (f"/v1/recipient-files/{GONE}", "recipient-file-not-found"),
        (f"/v1/recipient-files/{GONE}/report", "recipient-file-not-found"),
        (f"/v1/campaigns/{GONE}", "campaign-not-found"),
        (f"/v1/campaigns/{GONE}/messages", "campaign-not-found"),
        (f"/v1/campaigns/{GONE}/statistics", "campaign-not-found"),
        ("/v1/suppressions/anna%40example.org", "suppression-not-found"),
        ("/v1/webhooks/whk_1", "webhook-not-found"),
        (f"/v1/webhooks/whk_{'0' * 26}/deliveries", "webhook-not-found"),
    ],
)
def test_what_is_not_there_is_not_found(path: str, slug: str, api: Api) -> None:
    api.get(path).problem(404, slug)


@pytest.mark.usefixtures("aws")
def test_no_id_is_looked_up_that_is_longer_than_a_key_may_be() -> None:
    for (method, path), _ in sorted(SCOPES.items()):
        names = set(re.findall(r"{(\w+)}", path)) - {"address"}
        for name in names:
            others = re.sub(r"{(?!" + name + r"})\w+}", "x", path)
            answer = Api().call(method, others.replace(f"{{{name}}}", "y" * 251), "{}" if method != "GET" else None)
            assert answer.problem(422, "invalid-input")["errors"][0]["pointer"] == f"/{name}", (method, path)
            answer = Api().call(method, others.replace(f"{{{name}}}", "y" * 250), "{}" if method != "GET" else None)
            assert answer.status < 500, (method, path)


def test_a_campaign_of_nothing_is_not_made(api: Api) -> None:
    api.post("/v1/campaigns", NEW_CAMPAIGN).problem(404, "template-not-found")


@pytest.mark.parametrize("resource", app.app.routes)
def test_another_method_is_refused_and_the_right_ones_are_named(resource: str) -> None:
    answer = Api().call("TRACE", re.sub(r"\{\w+\}", "x", resource), "{}")
    answer.problem(405, "method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) == set(app.app.routes[resource])


@pytest.mark.parametrize(("method", "resource"), GUARDED)
def test_another_media_type_is_refused(method: str, resource: str) -> None:
    path = re.sub(r"\{\w+\}", "x", resource)
    Api().call(method, path, "<a/>", {"content-type": "application/xml"}).problem(415, "unsupported-media-type")


def test_a_fault_inside_reveals_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_TEMPLATES", "a-table-that-is-not-there")
    bootstrap.templates.cache_clear()
    bootstrap.settings.cache_clear()
    problem = api.get("/v1/templates").problem(500, "internal-error")
    assert set(problem) == {"type", "title", "status", "detail"}
    assert "table" not in problem["detail"].casefold()


def test_a_missing_setting_is_a_fault_inside_as_well(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TABLE_CAMPAIGNS")
    assert "TABLE" not in api.get("/v1/campaigns").problem(500, "internal-error")["detail"]
