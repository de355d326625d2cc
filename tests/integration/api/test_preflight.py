"""Pre-flights and test sends through the API, and what the workflow's functions do in between."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import app
from chalicelib.access.model import Scope
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import CONTEXT, Api


def _run(api: Api, campaign_id: str, **wishes: Any) -> dict[str, Any]:
    """Start a pre-flight and do what its workflow does; return what the API shows then."""
    started = api.post(f"/v1/campaigns/{campaign_id}/preflight", wishes)
    assert (started.status, started.document["state"], started.document["passed"]) == (202, "checking", None)
    assert started.headers["location"] == f"/v1/campaigns/{campaign_id}/preflight"
    task = {"campaign_id": campaign_id, "run": started.document["run"]}
    assert app.check_preflight_part({**task, "part": 0}, CONTEXT) == {"recipients": 3}
    halfway = api.get(f"/v1/campaigns/{campaign_id}/preflight").document
    assert (halfway["progress"], halfway["report"]) == ({"parts": 1, "parts_done": 1}, None)
    assert app.finish_preflight(task, CONTEXT)["state"] == "finished"
    document: dict[str, Any] = api.get(f"/v1/campaigns/{campaign_id}/preflight").document
    return document


def test_a_campaign_is_checked_and_what_was_found_is_shown(api: Api, journeys: Journeys) -> None:
    platform.answer("GetEmailIdentity", platform.VERIFIED)
    campaign_id = journeys.draft()
    api.call("PUT", "/v1/suppressions/bob%40example.org", "{}")
    shown = _run(api, campaign_id)
    assert (shown["state"], shown["passed"], shown["outdated"]) == ("finished", True, False)
    report = shown["report"]
    assert (report["recipients"], report["sendable"]) == (3, 2)
    assert report["suppressed"] == {"total": 1, "reasons": {"manual": 1}}
    assert report["estimate"]["days"] == 1
    assert report["findings"] == []
    assert api.post(f"/v1/campaigns/{campaign_id}/send").status == 202


def test_findings_name_their_recipients(api: Api, journeys: Journeys) -> None:
    platform.answer("GetEmailIdentity", {**platform.VERIFIED, "VerifiedForSendingStatus": False})
    template_id = journeys.template(b"<p>{{ name }} {{ city|int / name|length }}</p>")
    file_id = journeys.recipient_file(b"email,name,city\na@x.org,A,1\nb@x.org,,2\nc@x.org,C,3\n")
    shown = _run(api, journeys.draft(template_id, file_id))
    assert (shown["passed"], shown["state"]) == (False, "finished")
    found = {one["code"]: one for one in shown["report"]["findings"]}
    assert found["render_failed"]["examples"] == ["b@x.org"]
    assert found["render_failed"]["severity"] == found["identity_not_verified"]["severity"] == "blocking"
    assert found["unsubscribe_link_missing"]["severity"] == "warning"


def test_tolerated_failures_are_asked_for_by_the_caller(api: Api, journeys: Journeys) -> None:
    platform.answer("GetEmailIdentity", platform.VERIFIED)
    template_id = journeys.template(b"<p>{{ 1 / name|length }} {{ unsubscribe_url }}</p>")
    file_id = journeys.recipient_file(b"email,name\na@x.org,A\nb@x.org,\nc@x.org,C\n")
    campaign_id = journeys.draft(template_id, file_id, name="News")
    assert _run(api, campaign_id)["passed"] is False
    shown = _run(api, campaign_id, tolerated_failures=1)
    assert (shown["passed"], shown["run"], shown["tolerated_failures"]) == (True, 2, 1)


def test_the_times_of_a_drafts_waves_are_shown_before_anything_is_scheduled(api: Api, journeys: Journeys) -> None:
    platform.answer("GetEmailIdentity", platform.VERIFIED)
    rows = b"a@x.org,A,Europe/Berlin\nb@x.org,B,Africa/Lagos\nc@x.org,C,Mars\n"
    campaign_id = journeys.draft(file_id=journeys.recipient_file(b"email,name,timezone\n" + rows))
    path = f"/v1/campaigns/{campaign_id}/preflight/waves"
    api.get(f"{path}?at=2031-03-30T02:30:00").problem(404, "preflight-not-found")
    api.post(f"/v1/campaigns/{campaign_id}/preflight")
    api.get(f"{path}?at=2031-03-30T02:30:00").problem(409, "preflight-needed")
    _run(api, campaign_id)
    gap = api.get(f"{path}?at=2031-03-30T02:30:00&time_zone=Asia/Kathmandu")
    assert gap.status == 200
    berlin = {"time_zone": "Europe/Berlin", "recipients": 1, "clock_change": "skipped"}
    lagos = {"time_zone": "Africa/Lagos", "recipients": 1, "clock_change": None}
    nowhere = {"time_zone": "", "recipients": 1, "clock_change": None}
    assert (gap.document["recipients"], gap.document["run"], gap.document["outdated"]) == (3, 2, False)
    assert gap.document["waves"] == [
        {"at": "2031-03-29T20:45:00.000Z", "past": False, "recipients": 1, "zones": [nowhere]},
        {"at": "2031-03-30T01:00:00.000Z", "past": False, "recipients": 1, "zones": [berlin]},
        {"at": "2031-03-30T01:30:00.000Z", "past": False, "recipients": 1, "zones": [lagos]},
    ]
    overlap = api.get(f"{path}?at=2031-10-26T02:30:00&time_zone=Europe/Paris").document["waves"]
    assert [(wave["at"], [zone["clock_change"] for zone in wave["zones"]]) for wave in overlap] == [
        ("2031-10-26T00:30:00.000Z", ["repeated", "repeated"]),
        ("2031-10-26T01:30:00.000Z", [None]),
    ]
    assert api.get(f"{path}?at=2020-01-01T09:00:00").document["waves"][0]["past"] is True
    for query, pointer in (("at=2031-03-30T02:30:00Z", "/at"), ("at=2031-03-30T02:30:00&time_zone=Mars", "/time_zone")):
        assert api.get(f"{path}?{query}").problem(422, "invalid-input")["errors"][0]["pointer"] == pointer
    api.get(path).problem(422, "invalid-input")


def test_local_times_without_zones_have_no_waves(api: Api, journeys: Journeys) -> None:
    platform.answer("GetEmailIdentity", platform.VERIFIED)
    campaign_id = journeys.draft()
    _run(api, campaign_id)
    refused = api.get(f"/v1/campaigns/{campaign_id}/preflight/waves?at=2031-03-30T02:30:00")
    assert refused.problem(409, "campaign-not-ready")["errors"][0]["pointer"] == "/recipient_local"


def test_a_campaign_at_local_times_is_put_off_and_starts_at_once_where_that_is_past(
    api: Api, journeys: Journeys
) -> None:
    platform.answer("GetEmailIdentity", platform.VERIFIED)
    rows = b"a@x.org,A,Pacific/Kiritimati\nb@x.org,B,Etc/UTC\nc@x.org,C,\n"
    campaign_id = journeys.draft(file_id=journeys.recipient_file(b"email,name,timezone\n" + rows))
    _run(api, campaign_id)
    path = f"/v1/campaigns/{campaign_id}"
    local = {"recipient_local": True, "time_zone": "Etc/UTC"}
    assert api.post(f"{path}/schedule", {**local, "at": "2031-03-30T09:00:00"}).status == 202
    app.create_part_messages({"campaign_id": campaign_id, "part": 0}, CONTEXT)
    app.finish_message_plan({"campaign_id": campaign_id}, CONTEXT)
    put_off = api.post(f"{path}/schedule", {**local, "at": "2031-07-01T10:00:00", "time_zone": "Europe/Berlin"})
    assert [(wave["at"], wave["recipients"]) for wave in put_off.document["waves"]] == [
        ("2031-06-30T20:00:00.000Z", 1),
        ("2031-07-01T08:00:00.000Z", 1),
        ("2031-07-01T10:00:00.000Z", 1),
    ]
    assert put_off.document["send_at"] == "2031-06-30T20:00:00.000Z"
    soon = (datetime.now(UTC) + timedelta(hours=1)).replace(tzinfo=None, microsecond=0)
    started = api.post(f"{path}/schedule", {**local, "at": soon.isoformat()}).document
    assert [wave["recipients"] for wave in started["waves"]] == [1, 2]
    claim = {"campaign_id": campaign_id, "execution": "execution-1", "most_workers": 10, "part_list_key": "a"}
    entry = app.claim_campaign(claim, CONTEXT)
    assert (entry["proceed"], entry["wave"], entry["last"]) == (True, 0, False)
    assert entry["part_list_key"].endswith(f"slices/{campaign_id}/00002.jsonl")
    refused = api.post(f"{path}/schedule", {**local, "at": "2031-07-01T10:00:00"})
    refused.problem(409, "invalid-state")


def test_a_run_that_failed_says_why(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft()
    run = api.post(f"/v1/campaigns/{campaign_id}/preflight").document["run"]
    failure = {"campaign_id": campaign_id, "run": run, "error": "Broken", "cause": '{"errorMessage": "no luck"}'}
    assert app.fail_preflight(failure, CONTEXT) == {}
    shown = api.get(f"/v1/campaigns/{campaign_id}/preflight").document
    assert (shown["state"], shown["reason"]) == ("failed", "Broken: no luck")
    assert app.finish_preflight({"campaign_id": campaign_id, "run": run}, CONTEXT)["state"] == "failed"


def test_what_cannot_be_checked_is_refused(api: Api, journeys: Journeys) -> None:
    missing = "cmp_" + "0" * 26
    api.post(f"/v1/campaigns/{missing}/preflight").problem(404, "campaign-not-found")
    api.get(f"/v1/campaigns/{journeys.draft()}/preflight").problem(404, "preflight-not-found")
    waiting = journeys.draft(template_id=journeys.new_template()["template_id"])
    api.post(f"/v1/campaigns/{waiting}/preflight").problem(409, "template-not-ready")
    waiting = journeys.draft(file_id=journeys.new_recipient_file()["file_id"])
    api.post(f"/v1/campaigns/{waiting}/preflight").problem(409, "recipient-file-not-ready")
    cancelled = journeys.draft()
    api.post(f"/v1/campaigns/{cancelled}/cancel")
    api.post(f"/v1/campaigns/{cancelled}/preflight").problem(409, "conflict")
    api.post(f"/v1/campaigns/{waiting}/preflight", {"tolerated_failures": -1}).problem(422, "invalid-input")


def test_a_test_mail_is_sent_and_leaves_no_trace_in_the_campaign(api: Api, journeys: Journeys) -> None:
    sent = platform.answer("SendEmail", {"MessageId": "0100-1"})
    campaign_id = journeys.draft()
    api.call("PUT", "/v1/suppressions/blocked%40example.org", "{}")
    path = f"/v1/campaigns/{campaign_id}/test-sends"
    answer = api.post(path, {"addresses": ["me@example.com", "blocked@example.org"], "recipient": {"row": 2}})
    assert answer.status == 200, answer.body
    assert answer.document["items"] == [
        {"address": "me@example.com", "status": "accepted", "reason": None, "provider_id": "0100-1"},
        {"address": "blocked@example.org", "status": "refused", "reason": "suppressed: manual", "provider_id": None},
    ]
    [request] = sent
    assert b"[Test] News for Bob" in request["body"]
    assert b"https://mail.example.com/u/not-a-message" in request["body"]
    assert campaign_id.encode() not in request["body"]
    assert api.get(f"/v1/campaigns/{campaign_id}/messages").document["items"] == []
    assert api.get(f"/v1/campaigns/{campaign_id}").headers["etag"] == '"1"'


def test_a_template_is_sent_for_trying_before_any_campaign_has_it(api: Api, journeys: Journeys) -> None:
    sent = platform.answer("SendEmail", {"MessageId": "0100-1"})
    template_id = journeys.template()
    body = {"addresses": ["me@example.com"], "from": {"address": "news@example.com", "name": "News"}}
    path = f"/v1/templates/{template_id}"
    answer = api.post(f"{path}/test-sends", {**body, "fields": {"name": "Zoe"}})
    assert answer.document["items"] == [
        {"address": "me@example.com", "status": "accepted", "reason": None, "provider_id": "0100-1"}
    ]
    file_id = journeys.recipient_file()
    recipient = {"file_id": file_id, "row": 2}
    assert api.post(f"{path}/versions/1/test-sends", {**body, "recipient": recipient}).status == 200
    assert api.post(f"{path}/test-sends", {**body, "stand_ins": True}).status == 200
    assert [text in one["body"] for one, text in zip(sent, (b"Zoe", b"Bob", b"[name]"), strict=True)] == [True] * 3
    refused = api.post(f"{path}/test-sends", body).problem(422, "invalid-input")
    assert [error["pointer"] for error in refused["errors"]] == ["/fields/name"]
    assert len(sent) == 3
    api.post(f"{path}/versions/7/test-sends", {**body, "stand_ins": True}).problem(404, "template-not-found")
    waiting = journeys.new_template()["template_id"]
    api.post(f"/v1/templates/{waiting}/test-sends", {**body, "stand_ins": True}).problem(409, "template-not-ready")


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({}, "/addresses"),
        ({"addresses": []}, "/addresses"),
        ({"addresses": ["a@b.de"] * 11}, "/addresses"),
        ({"addresses": ["nobody"]}, "/addresses/0"),
        ({"addresses": ["a@b.de"], "recipient": {"row": 0}}, "/recipient/row"),
        ({"addresses": ["a@b.de"], "recipient": {"row": 9}}, "/recipient/row"),
        ({"addresses": ["a@b.de"], "recipient": {"row": 1, "fields": {}}}, "/recipient"),
        ({"addresses": ["a@b.de"], "recipient": {"fields": {"city": "Ulm"}}}, "/recipient"),
    ],
)
def test_a_test_send_that_cannot_be_taken_is_refused(
    document: dict[str, Any], pointer: str, api: Api, journeys: Journeys
) -> None:
    refused = api.post(f"/v1/campaigns/{journeys.draft()}/test-sends", document).problem(422, "invalid-input")
    assert [error["pointer"] for error in refused["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("path", "scopes"),
    [("preflight", {Scope.READ, Scope.SEND}), ("test-sends", {Scope.READ, Scope.WRITE})],
)
def test_checking_needs_the_scope_to_write_and_sending_the_one_to_send(path: str, scopes: set[Scope], api: Api) -> None:
    del api
    answer = Api(frozenset(scopes)).post(f"/v1/campaigns/{'cmp_' + '0' * 26}/{path}", {"addresses": ["a@b.de"]})
    answer.problem(403, "missing-scope")


def test_the_unsubscribe_link_of_a_test_mail_changes_nothing(api: Api) -> None:
    assert api.call("POST", "/u/not-a-message", "List-Unsubscribe=One-Click").status == 404
