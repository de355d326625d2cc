"""Every operation that is for changing something leaves an entry of who asked for it and how it went."""

import json
import logging
import re
from typing import Any

import pytest

import app
from chalicelib import bootstrap
from chalicelib.entrypoints.http import border
from chalicelib.kernel.addresses import address_hash
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import Api

CHANGES = [one for api in app.APIS for one in api.operations if one.changes]
LOOKS = [one for api in app.APIS for one in api.operations if not one.changes]


def _entries(api: Api, query: str = "") -> list[dict[str, Any]]:
    answer = api.get(f"/v1/audit?limit=200{query}")
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.document["items"]
    return found


def test_what_only_looks_is_declared_so() -> None:
    assert {(one.method, one.path) for one in LOOKS if one.method != "GET"} == {
        ("POST", "/v1/templates/{template_id}/preview"),
        ("POST", "/v1/templates/{template_id}/versions/{version}/preview"),
    }
    assert [one.path for one in CHANGES if one.method == "GET"] == []


@pytest.mark.parametrize("body", ["{}", "not even JSON"])
def test_every_operation_that_changes_something_writes_one_entry(body: str, api: Api) -> None:
    statuses = {}
    for operation in CHANGES:
        answer = api.call(operation.method, re.sub(r"\{\w+\}", "x", operation.path), body)
        statuses[operation.view.__name__] = answer.status
    entries = _entries(api)
    assert {entry["action"]: entry["status"] for entry in entries} == statuses
    assert len(entries) == len(CHANGES)
    for entry in entries:
        assert (entry["actor"], entry["actor_name"], entry["request_id"]) == ("key_1", "tests", platform.REQUEST_ID)
        assert (entry["problem"] is None) == (entry["status"] < 400)


def test_what_only_looks_writes_none(api: Api) -> None:
    for operation in LOOKS:
        api.call(operation.method, re.sub(r"\{\w+\}", "x", operation.path), "{}")
    assert _entries(api) == []


def test_an_entry_names_what_was_made(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft()
    (entry,) = _entries(api, "&action=create_campaign")
    assert (entry["resource"], entry["status"]) == (f"/v1/campaigns/{campaign_id}", 201)
    api.post(f"/v1/campaigns/{campaign_id}/pause").problem(409, "invalid-state")
    (entry,) = _entries(api, f"&resource=/v1/campaigns/{campaign_id}/")
    assert (entry["action"], entry["status"], entry["problem"]) == ("pause_campaign", 409, "invalid-state")


def test_no_address_and_no_body_is_in_the_log(api: Api) -> None:
    api.call("PUT", "/v1/suppressions/Anna%40example.org", '{"scope": "campaigns"}')
    api.call("DELETE", "/v1/suppressions/anna%40example.org?reason=all")
    entries = _entries(api)
    expected = f"/v1/suppressions/sha256:{address_hash('anna@example.org')}"
    assert [entry["resource"] for entry in entries] == [expected, expected]
    assert "anna" not in json.dumps(entries).casefold()
    assert _entries(api, f"&resource={expected}") == entries


def test_entries_are_found_by_who_and_when(api: Api, journeys: Journeys) -> None:
    journeys.new_template()
    (entry,) = _entries(api, "&actor=key_1")
    assert _entries(api, "&actor=key_2") == []
    assert _entries(api, f"&until={entry['at']}") == []
    assert _entries(api, f"&since={entry['at']}") == [entry]


@pytest.mark.parametrize(
    "query", ["since=0203-02-16T20:08:53Z", "until=9999-12-31T23:59:59Z", "since=1295-01-21T00:00:00Z"]
)
def test_entries_are_found_at_once_however_long_the_time_is(query: str, api: Api, journeys: Journeys) -> None:
    journeys.template()
    made = api.get("/v1/audit").document["items"]
    assert made
    assert api.get(f"/v1/audit?{query}").document["items"] == made


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2026-01-01T00:00:00",
        "action=Send",
        "resource=x",
        "until=2026-01-01T00:00:00Z&since=2026-01-02T00:00:00Z",
    ],
)
def test_what_the_log_cannot_be_asked(query: str, api: Api) -> None:
    api.get(f"/v1/audit?{query}").problem(422, "invalid-input")


def test_the_key_that_an_administrator_made_is_in_the_log(api: Api) -> None:
    made = app.issue_api_key({"name": "first", "scopes": ["admin"]}, platform.CONTEXT)
    (entry,) = _entries(api, "&actor=administrator")
    assert (entry["action"], entry["resource"]) == ("issue_api_key", f"/v1/api-keys/{made['key_id']}")
    assert made["token"].rpartition(".")[2] not in json.dumps(entry)


def test_a_fault_inside_is_logged_as_well(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_TEMPLATES", "a-table-that-is-not-there")
    bootstrap.templates.cache_clear()
    bootstrap.settings.cache_clear()
    api.post("/v1/templates", {"name": "n", "subject": "s"}).problem(500, "internal-error")
    (entry,) = _entries(api)
    assert (entry["action"], entry["status"], entry["problem"]) == ("create_template", 500, "internal-error")


def test_a_change_stands_though_the_log_does_not_take_it(
    api: Api, journeys: Journeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE_AUDIT", "a-table-that-is-not-there")
    bootstrap.settings.cache_clear()
    bootstrap.audit_log.cache_clear()
    told: list[str] = []
    monkeypatch.setattr(logging.getLogger(border.__name__), "exception", lambda *_, extra: told.append(str(extra)))
    created = journeys.new_template()
    assert api.get(f"/v1/templates/{created['template_id']}").status == 200
    assert created["template_id"] in told[0]
    assert "AuditGaps" in told[0]
