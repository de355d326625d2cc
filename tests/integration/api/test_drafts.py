"""Drafts and the list of campaigns through the API."""

import json
from typing import Any

import pytest

from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import Answer, Api


def edit(api: Api, campaign_id: str, headers: dict[str, str] | None = None, **changes: Any) -> Answer:
    return api.call("PATCH", f"/v1/campaigns/{campaign_id}", json.dumps(changes), headers or {})


def test_a_draft_is_edited_by_merging(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft(reply_to="help@example.com", canary={"recipients": 50})
    before = api.get(f"/v1/campaigns/{campaign_id}").document
    edited = edit(api, campaign_id, sender={"name": "Other"}, reply_to=None, canary={"wait_minutes": 60})
    assert edited.status == 200, edited.body
    assert edited.headers["etag"] == '"2"'
    assert edited.document == {
        **before,
        "sender": {"address": "news@example.com", "name": "Other"},
        "reply_to": None,
        "canary": {**before["canary"], "wait_minutes": 60},
    }
    share = edit(api, campaign_id, canary={"recipients": None, "share": 0.1}).document["canary"]
    assert (share["recipients"], share["share"]) == (None, 0.1)
    assert edit(api, campaign_id, canary=None).document["canary"] is None


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"sender": {"address": "x"}}, "/sender/address"),
        ({"sender": None}, "/sender"),
        ({"canary": {"share": 0.6}}, "/canary/share"),
        ({"canary": {"share": 0.1, "recipients": 30}}, "/canary"),
        ({"rate_limit": 0}, "/rate_limit"),
        ({"template_id": "x"}, "/template_id"),
        ({"state": "sending"}, "/state"),
    ],
)
def test_what_a_draft_cannot_become_is_pointed_at(
    changes: dict[str, Any], pointer: str, api: Api, journeys: Journeys
) -> None:
    campaign_id = journeys.draft()
    problem = edit(api, campaign_id, **changes).problem(422, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert api.get(f"/v1/campaigns/{campaign_id}").headers["etag"] == '"1"'


def test_another_template_is_taken_in_its_current_version(api: Api, journeys: Journeys) -> None:
    campaign_id, template_id = journeys.draft(), journeys.template()
    edited = edit(api, campaign_id, template_id=template_id).document
    assert (edited["template_id"], edited["template_version"]) == (template_id, 1)
    edit(api, campaign_id, template_version=2).problem(404, "template-not-found")
    gone = f"rcp_{'0' * 26}"
    edit(api, campaign_id, file_id=gone).problem(404, "recipient-file-not-found")


def test_an_edit_heeds_the_revision_and_outdates_the_preflight(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.checked()
    path = f"/v1/campaigns/{campaign_id}"
    etag = api.get(path).headers["etag"]
    assert edit(api, campaign_id, {"if-match": etag}, name="Other").status == 200
    edit(api, campaign_id, {"if-match": etag}, name="Third").problem(412, "stale-revision")
    assert api.get(f"{path}/preflight").document["outdated"] is True
    api.post(f"{path}/send").problem(409, "preflight-needed")


def test_a_draft_is_removed_with_its_preflight_and_nothing_else_is(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.checked()
    path = f"/v1/campaigns/{campaign_id}"
    removed = api.call("DELETE", path)
    assert (removed.status, removed.body) == (204, "")
    api.get(path).problem(404, "campaign-not-found")
    api.call("DELETE", path).problem(404, "campaign-not-found")
    prepared = journeys.campaign_with_messages()
    api.call("DELETE", f"/v1/campaigns/{prepared}").problem(409, "invalid-state")
    edit(api, prepared, name="Other").problem(409, "invalid-state")


def test_a_campaign_is_copied_and_archived(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft()
    path = f"/v1/campaigns/{campaign_id}"
    api.post(f"{path}/archive").problem(409, "invalid-state")
    copy = api.post(f"{path}/duplicate", {"name": "Copy"})
    assert (copy.status, copy.document["name"], copy.document["state"]) == (201, "Copy", "draft")
    assert api.get(copy.headers["location"]).document == copy.document
    api.post(f"{path}/cancel")
    assert api.post(f"{path}/archive").document["archived_at"]
    listed = [one["campaign_id"] for one in api.get("/v1/campaigns").document["items"]]
    assert listed == [copy.document["campaign_id"]]
    assert [one["campaign_id"] for one in api.get("/v1/campaigns?archived=true").document["items"]] == [campaign_id]
    assert api.post(f"{path}/unarchive").document["archived_at"] is None


def test_campaigns_are_found_by_what_they_are(api: Api, journeys: Journeys) -> None:
    template_id, file_id = journeys.template(), journeys.recipient_file()
    first = journeys.draft(template_id, file_id, name="Grüße 1")
    second = journeys.draft(template_id, file_id, name="News 2", topic="offers")
    other = journeys.draft(name="Other")
    api.post(f"/v1/campaigns/{second}/cancel")

    def found(query: str) -> list[str]:
        return [one["campaign_id"] for one in api.get(f"/v1/campaigns?{query}").document["items"]]

    assert found(f"template_id={template_id}&sort=created_at") == [first, second]
    assert found(f"file_id={file_id}&state=cancelled") == [second]
    assert found("state=draft,cancelled") == [other, second, first]
    assert found("topic=offers") == [second]
    assert found("name=GR%C3%9C%C3%9FE") == [first]
    assert found("created_from=2020-01-01T00:00:00Z&created_to=2021-01-01T00:00:00%2B01:00") == []
    assert found("created_from=2020-01-01T00:00:00Z") == [other, second, first]
    assert found("sort=send_at") == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("state=lost", "/state/0"),
        ("created_from=2020-01-01T00:00:00", "/created_from"),
        ("created_from=0001-01-01T00:00:00%2B14:00", "/created_from"),
        ("send_to=tomorrow", "/send_to"),
        ("archived=maybe", "/archived"),
        ("sort=name", "/sort"),
        ("template_id=x", "/template_id"),
    ],
)
def test_a_filter_that_is_none_is_refused(query: str, pointer: str, api: Api) -> None:
    problem = api.get(f"/v1/campaigns?{query}").problem(422, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
