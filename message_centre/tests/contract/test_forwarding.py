"""What is passed on to the platform is as its description says, and nothing of it is passed over."""

from http import HTTPStatus

import pytest

from emailplatform.problems import BY_SLUG
from message_centre.tests.fakes.description import platform as description
from message_centre.tests.fakes.platform import FILE, FakePlatform
from message_centre.tests.fakes.wrapper import Browser
from message_centre.wrapper_api.centre.people.model import Role
from message_centre.wrapper_api.centre.platform.operations import FORWARDED, NOT_FORWARDED, READING, Forwarded
from message_centre.wrapper_api.centre.platform.refusals import HELP

_BODIES = {
    "create_api_key": {"name": "crm", "scopes": ["read"]},
    "create_recipient_file": {"name": "Customers"},
    "create_sender": {"domain": "news.example.com"},
    "create_template": {"name": "Spring", "subject": "News"},
    "create_template_version": {"subject": "News"},
    "create_webhook": {"name": "crm", "url": "https://example.com/hook"},
    "put_suppression": {"scope": "campaigns"},
    "put_suppressions": {"items": [{"address": "a@example.com"}]},
    "rename_template": {"name": "Summer"},
    "resend_unknown_messages": {"confirm": "may send twice"},
    "send_template_test_mails": {"addresses": ["me@example.com"], "from": {"address": "news@example.com"}},
    "send_template_version_test_mails": {"addresses": ["me@example.com"], "from": {"address": "news@example.com"}},
    "retry_recipient_file": {"address_column": "E-mail"},
}
_REQUIRED = {
    "find_recipients": "?address=anna",
    "compare_campaigns": f"?ids={FILE},{FILE}",
    "delete_suppression": "?reason=all",
    "get_planned_waves": "?at=2030-03-31T09:00:00",
    "list_events_since": "?limit=5",
}


def _path(operation: Forwarded) -> str:
    path = operation.path
    for name, value in {"version": "1", "address": "ann%40example.com", "domain": "example.com"}.items():
        path = path.replace(f"{{{name}}}", value)
    for name in ("campaign_id", "file_id", "key_id", "message_id", "webhook_id", "delivery_id", "export_id"):
        path = path.replace(f"{{{name}}}", FILE)
    return path.replace("{template_id}", "tpl_" + "9" * 26)


def test_every_operation_of_the_platform_is_passed_on_or_has_a_reason_not_to_be() -> None:
    described = {
        method["operationId"]: (name.upper(), path.removeprefix("/v1"))
        for path, methods in description().document["paths"].items()
        for name, method in methods.items()
    }
    passed_on = {one.operation: (one.method, one.path) for one in FORWARDED}
    assert passed_on.keys() | NOT_FORWARDED.keys() == described.keys()
    assert not passed_on.keys() & NOT_FORWARDED.keys()
    assert {name: described[name] for name in passed_on} == passed_on
    assert passed_on.keys() >= READING


def test_every_problem_of_the_platform_has_help() -> None:
    assert HELP.keys() == BY_SLUG.keys()


def test_each_operation_is_passed_on_as_described(browser: Browser, platform: FakePlatform) -> None:
    template_id = "tpl_" + "9" * 26
    platform.templates[template_id] = [platform._version(template_id, 1, {"subject": "News"})]
    draft = {"name": "n", "template_id": template_id, "template_version": 1, "file_id": FILE}
    platform.campaigns[FILE] = platform._campaign(FILE, {**draft, "sender": {"address": "a@b.c"}})
    platform.revisions[FILE] = 1
    for role in Role:
        browser.sign_in(role)
        for operation in (one for one in FORWARDED if one.role is role):
            before = len(platform.calls)
            path = f"/platform{_path(operation)}{_REQUIRED.get(operation.operation, '')}"
            browser.done(operation.method, path, _BODIES.get(operation.operation))
            assert platform.names()[before:] == [operation.operation]
            assert platform.calls[-1][1].headers["authorization"].startswith("Bearer ep.")


def test_revision_cursor_and_request_id_go_through(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    listed = browser.call("GET", "/api/v1/platform/campaigns?limit=5&state=sending,paused&cursor=abc")
    assert listed.headers["X-Request-Id"] == "req-platform"
    assert listed.headers["ETag"] == '"7"'
    assert platform.calls[-1][1].query == {"limit": "5", "state": "sending,paused", "cursor": "abc"}
    browser.call(
        "PATCH", f"/api/v1/platform/templates/{FILE}", {"name": "x"}, headers={"if-match": '"4"', "cookie": "x=y"}
    )
    sent = platform.calls[-1][1].headers
    assert sent["if-match"] == '"4"'
    assert "cookie" not in sent
    assert "origin" not in sent


def test_two_people_do_not_share_idempotency_keys(browser: Browser, platform: FakePlatform) -> None:
    used = set()
    for sub in ("anna", "ben"):
        browser.sign_in("author", sub=sub)
        browser.call("POST", "/api/v1/platform/recipient-files", {"name": "x"}, headers={"idempotency-key": "same"})
        used.add(platform.calls[-1][1].headers["idempotency-key"])
    assert len(used) == 2


def test_a_refusal_keeps_its_type_and_gets_help(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("viewer")
    platform.refusals["get_campaign"] = (404, "campaign-not-found")
    answered = browser.call("GET", f"/api/v1/platform/campaigns/{FILE}")
    assert answered.status == HTTPStatus.NOT_FOUND
    assert answered.json["type"] == "https://emailplatform.dev/problems/campaign-not-found"
    assert answered.json["help"] == HELP["campaign-not-found"]


def test_the_message_centres_own_key_is_not_changed_from_within(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("admin")
    own = browser.done("GET", "/platform-key")["key_id"]
    assert own == platform.key.split(".")[1]
    for method, path in (("POST", "/revoke"), ("POST", "/rotate"), ("PATCH", "")):
        assert browser.refused(method, f"/platform/api-keys/{own}{path}", {}) == "own-key"
    assert platform.calls == []
    browser.done("POST", f"/platform/api-keys/{FILE}/revoke", {})
    assert platform.names() == ["revoke_api_key"]


def test_a_key_that_was_rotated_is_fetched_anew(browser: Browser, platform: FakePlatform) -> None:
    import boto3

    browser.sign_in("viewer")
    browser.done("GET", "/platform/senders")
    platform.key = "ep.key.rotated"
    boto3.client("secretsmanager").put_secret_value(SecretId="platform-key", SecretString="ep.key.rotated")
    browser.done("GET", "/platform/senders")


def test_a_change_stands_in_the_activity_log_with_the_person_and_without_the_address(browser: Browser) -> None:
    browser.sign_in("author")
    browser.done("PUT", "/platform/suppressions/ann%40example.com", {"scope": "campaigns"})
    [entry] = browser.done("GET", "/activity")["items"]
    assert entry["person"] == {"id": "anna", "name": "Anna"}
    assert entry["action"] == "put_suppression"
    assert entry["target"] == "/suppressions/a…@example.com"
    assert entry["detail"] is None
    assert entry["request_id"] == "req-platform"


def test_a_platform_that_does_not_answer_is_told_as_such(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.sign_in("viewer")
    monkeypatch.setenv("PLATFORM_URL", "http://127.0.0.1:9")
    answered = browser.call("GET", "/api/v1/platform/senders")
    assert answered.slug == "temporarily-unavailable"
    assert answered.headers["Retry-After"] == "2"
    assert answered.json["help"] == "Wait a moment and try again."
    browser.sign_in("author")
    changing = browser.call("POST", "/api/v1/platform/recipient-files", {"name": "x"})
    assert changing.slug == "temporarily-unavailable"
    assert "may have been done" in changing.json["help"]
