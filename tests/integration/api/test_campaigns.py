"""Campaigns through the API, and the workflows and schedules that they start."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

import app
from chalicelib import bootstrap
from chalicelib.messages.model import MessageKey, MessageStatus
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys, index_messages
from tests.integration.api.platform import CONTEXT, Api


def _executions(machine: str) -> list[dict[str, Any]]:
    workflows = boto3.client("stepfunctions")
    arn = f"arn:aws:states:{platform.REGION}:123456789012:stateMachine:{machine}"
    found = workflows.list_executions(stateMachineArn=arn)["executions"]
    return [json.loads(workflows.describe_execution(executionArn=one["executionArn"])["input"]) for one in found]


def _schedules() -> list[str]:
    return [one["Name"] for one in boto3.client("scheduler").list_schedules(GroupName=platform.GROUP)["Schedules"]]


def _tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")


def test_a_draft_is_shown_as_it_was_made(api: Api, journeys: Journeys) -> None:
    template_id, file_id = journeys.template(), journeys.recipient_file()
    campaign_id = journeys.draft(template_id, file_id)
    shown = api.get(f"/v1/campaigns/{campaign_id}")
    assert shown.headers["etag"] == '"1"'
    document = shown.document
    assert (document["state"], document["template_id"], document["file_id"]) == ("draft", template_id, file_id)
    assert document["template_version"] == 1
    assert document["sender"] == {"address": "news@example.com", "name": "Example"}
    assert document["topic"] == "news"


def test_sending_starts_the_workflow_that_makes_the_messages(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.checked()
    sent = api.post(f"/v1/campaigns/{campaign_id}/send")
    assert (sent.status, sent.document["state"], sent.document["planned"]) == (202, "preparing", 3)
    assert sent.headers["etag"] == '"2"'
    (started,) = _executions("create_messages")
    assert started == {"campaign_id": campaign_id, "part_list_key": f"files/{sent.document['file_id']}/parts.jsonl"}
    api.post(f"/v1/campaigns/{campaign_id}/send").problem(409, "invalid-state")
    assert len(_executions("create_messages")) == 1


def test_a_campaign_to_be_sent_now_goes_on_to_sending(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    (started,) = _executions("send_campaign")
    assert started["campaign_id"] == campaign_id
    claim = {"campaign_id": campaign_id, "execution": "execution-1", "most_workers": 10, "part_list_key": "a"}
    whole = {"wait_seconds": 0, "settle": False, "judge": False, "wave": None, "last": True, "part_list_key": "a"}
    entry = {**whole, "proceed": True, "execution": "execution-1", "workers": 4}
    assert app.claim_campaign(claim, CONTEXT) == entry
    rival = {**whole, "proceed": False, "execution": "execution-2", "workers": 0}
    assert app.claim_campaign({**claim, "execution": "execution-2"}, CONTEXT) == rival
    watched = {"campaign_id": campaign_id, "execution": "execution-1", "workers": 4}
    assert _executions("watch_campaign") == [watched]
    assert api.get(f"/v1/campaigns/{campaign_id}").document["state"] == "sending"
    again = app.create_part_messages({"campaign_id": campaign_id, "part": 0}, CONTEXT)
    assert again == {"created": 0}, "messages that may have been sent are never made anew"
    failure = {"campaign_id": campaign_id, "error": "Paused", "cause": "by SES"}
    assert app.halt_campaign({**failure, "execution": "execution-2"}, CONTEXT) == {"state": "sending"}
    assert app.halt_campaign({**failure, "execution": "execution-1"}, CONTEXT) == {"state": "halted"}
    assert api.get(f"/v1/campaigns/{campaign_id}").document["reason"] == "Paused: by SES"


def test_a_scheduled_campaign_waits_in_the_scheduler_and_a_cancelled_one_does_not(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.checked()
    asked = {"at": _tomorrow(), "time_zone": "Europe/Berlin"}
    scheduled = api.post(f"/v1/campaigns/{campaign_id}/schedule", asked)
    assert (scheduled.status, scheduled.document["time_zone"]) == (202, "Europe/Berlin")
    assert scheduled.document["send_at"].endswith("Z")
    app.create_part_messages({"campaign_id": campaign_id, "part": 0}, CONTEXT)
    assert app.finish_message_plan({"campaign_id": campaign_id}, CONTEXT)["state"] == "scheduled"
    assert _schedules() == [campaign_id]
    cancelled = api.post(f"/v1/campaigns/{campaign_id}/cancel")
    assert (cancelled.status, cancelled.document["state"]) == (202, "cancelled")
    assert _schedules() == []
    assert len(_executions("send_campaign")) == 1, "one run skips what was not sent"


def test_a_campaign_whose_messages_could_not_be_made_says_why(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.checked()
    api.post(f"/v1/campaigns/{campaign_id}/send")
    failed = app.fail_campaign(
        {"campaign_id": campaign_id, "error": "IncompletePlanError", "cause": "x" * 900}, CONTEXT
    )
    assert failed == {"state": "failed"}
    reason = api.get(f"/v1/campaigns/{campaign_id}").document["reason"]
    assert reason.startswith("IncompletePlanError: xxx")
    assert len(reason) == 500


def test_a_change_of_another_revision_changes_nothing(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft()
    for action in ("send", "cancel", "schedule", "pause", "resume"):
        path = f"/v1/campaigns/{campaign_id}/{action}"
        document = {"at": _tomorrow()} if action == "schedule" else {}
        api.post(path, document, headers={"if-match": '"9"'}).problem(412, "stale-revision")
    assert api.get(f"/v1/campaigns/{campaign_id}").document["state"] == "draft"
    cancelled = api.post(f"/v1/campaigns/{campaign_id}/cancel", headers={"if-match": '"1"'})
    assert cancelled.document["state"] == "cancelled"


@pytest.mark.parametrize("etag", ["three", '"x"', '"²"', '"' + "9" * 5_000 + '"'])
def test_what_is_no_etag_is_refused(etag: str, api: Api, journeys: Journeys) -> None:
    answer = api.post(f"/v1/campaigns/{journeys.draft()}/cancel", headers={"if-match": etag})
    assert answer.problem(422, "invalid-input")["errors"][0]["pointer"] == "/headers/If-Match"


def test_a_time_that_has_passed_is_refused(api: Api, journeys: Journeys) -> None:
    path = f"/v1/campaigns/{journeys.draft()}/schedule"
    problem = api.post(path, {"at": "2020-01-01T00:00:00Z"}).problem(422, "schedule-in-past")
    assert problem["errors"][0]["pointer"] == "/at"
    unknown = api.post(path, {"at": _tomorrow(), "time_zone": "Mars/Olympus"}).problem(422, "invalid-input")
    assert unknown["errors"][0]["pointer"] == "/time_zone"


def test_a_campaign_needs_a_ready_template_and_file_that_fit(api: Api, journeys: Journeys) -> None:
    waiting = journeys.draft(template_id=journeys.new_template()["template_id"])
    api.post(f"/v1/campaigns/{waiting}/send").problem(409, "template-not-ready")
    waiting = journeys.draft(file_id=journeys.new_recipient_file()["file_id"])
    api.post(f"/v1/campaigns/{waiting}/send").problem(409, "recipient-file-not-ready")
    misfit = journeys.draft(file_id=journeys.recipient_file(b"email\nanna@example.org\n"))
    problem = api.post(f"/v1/campaigns/{misfit}/send").problem(409, "campaign-not-ready")
    assert "'name'" in problem["errors"][0]["detail"]


def test_a_campaign_is_not_sent_before_it_was_checked(api: Api, journeys: Journeys) -> None:
    path = f"/v1/campaigns/{journeys.draft()}"
    api.post(f"{path}/schedule", {"at": _tomorrow()}).problem(409, "preflight-needed")
    problem = api.post(f"{path}/send").problem(409, "preflight-needed")
    assert f"POST {path}/preflight" in problem["detail"]
    assert api.get(path).document["state"] == "draft"
    assert _executions("create_messages") == []


def test_a_workflow_that_does_not_start_fails_the_campaign(
    api: Api, journeys: Journeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = journeys.checked()
    monkeypatch.setenv("CREATE_MESSAGES_ARN", f"arn:aws:states:{platform.REGION}:123456789012:stateMachine:gone")
    bootstrap.campaigns.cache_clear()
    answer = api.post(f"/v1/campaigns/{campaign_id}/send")
    answer.problem(503, "temporarily-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert api.get(f"/v1/campaigns/{campaign_id}").document["state"] == "failed"


def test_messages_are_listed_by_status_and_page_by_page(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    path = f"/v1/campaigns/{campaign_id}/messages"
    first = api.get(f"{path}?limit=2").document
    rest = api.get(f"{path}?limit=2&cursor={first['next']}").document
    addresses = [item["address"] for item in first["items"] + rest["items"]]
    assert addresses == ["anna@example.org", "bob@example.org", "cleo@example.org"]
    assert rest["next"] is None
    store = bootstrap.message_store()
    bob = store.get(MessageKey(campaign_id, 0, 1))
    assert bob
    store.change(bob, lambda message: message.with_facts(accepted_at=datetime.now(UTC)))
    (accepted,) = api.get(f"{path}?status=accepted").document["items"]
    assert accepted["message_id"] == bob.message_id
    assert len(api.get(f"{path}?status=pending").document["items"]) == 2
    assert api.get(f"/v1/campaigns/{journeys.draft()}/messages").document == {"items": [], "next": None}


def test_messages_are_found_by_reason_and_address_without_reading_the_others(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    path = f"/v1/campaigns/{campaign_id}/messages"
    store = bootstrap.message_store()
    bob = store.get(MessageKey(campaign_id, 0, 1))
    assert bob
    store.change(bob, lambda message: message.with_facts(failed_at=datetime.now(UTC), reason="550 no such user"))
    index_messages(campaign_id)
    for query in (
        "reason=550%20no%20such%20user",
        "reason=550%20no%20such%20user&status=failed&address_prefix=bob",
        "address=BOB%40EXAMPLE.org",
        "address_prefix=bob%40",
    ):
        (found,) = api.get(f"{path}?{query}").document["items"]
        assert found["message_id"] == bob.message_id
    for query in ("reason=other", "address=nobody%40example.org", "address=bob%40example.org&status=pending"):
        assert api.get(f"{path}?{query}").document == {"items": [], "next": None}
    first = api.get(f"{path}?address_prefix=bob&limit=1").document
    assert first["next"]
    api.get(f"{path}?limit=1&cursor={first['next']}").problem(422, "invalid-input")


def _claim(campaign_id: str, execution: str) -> bool:
    event = {"campaign_id": campaign_id, "execution": execution, "most_workers": 10}
    return bool(app.claim_campaign(event, CONTEXT)["proceed"])


def _settle(campaign_id: str, execution: str) -> bool:
    return bool(app.settle_campaign({"campaign_id": campaign_id, "execution": execution}, CONTEXT)["settled"])


def _lose(campaign_id: str, seq: int) -> None:
    """Leave a message as a worker leaves it whose answer was lost a minute ago."""
    store = bootstrap.message_store()
    message = store.get(MessageKey(campaign_id, 0, seq))
    assert message
    lost = datetime.now(UTC) - timedelta(minutes=1)
    store.change(message, lambda one: one.with_facts(unknown_since=lost, reason="lost"))


def _outcome(campaign_id: str, **facts: Any) -> None:
    """Let SES have taken every message that is pending, with these facts."""
    store = bootstrap.message_store()
    pending = [one for one in store.read_group(campaign_id, 0, 0, 3) if one.status is MessageStatus.PENDING]
    for message in pending:
        store.change(message, lambda one: one.with_facts(accepted_at=datetime.now(UTC), **facts))


def test_a_campaign_is_paused_and_goes_on_in_another_execution(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    path = f"/v1/campaigns/{campaign_id}"
    api.post(f"{path}/pause").problem(409, "invalid-state")
    assert _claim(campaign_id, "execution-1")
    etag = api.get(path).headers["etag"]
    paused = api.post(f"{path}/pause", {"reason": "a typing error"}, headers={"if-match": etag})
    assert (paused.status, paused.document["state"]) == (202, "paused")
    assert (paused.document["reason"], paused.document["changed_by"]) == ("a typing error", "tests")
    assert paused.headers["etag"] != etag
    api.post(f"{path}/resume", headers={"if-match": etag}).problem(412, "stale-revision")
    assert _settle(campaign_id, "execution-1"), "nothing runs for a paused campaign"
    shown = api.get(path).document
    assert (shown["state"], shown["account"]["pending"]) == ("paused", 3)
    resumed = api.post(f"{path}/resume")
    assert (resumed.status, resumed.document["state"], resumed.document["reason"]) == (202, "sending", None)
    assert resumed.document["resumed_at"].endswith("Z")
    assert len(_executions("send_campaign")) == 2
    assert not api.post(f"{path}/resume").document["reason"]
    assert len(_executions("send_campaign")) == 2, "one resumption is one execution"
    assert _claim(campaign_id, "execution-2")
    assert not _claim(campaign_id, "execution-1")
    api.post(f"{path}/resume").problem(409, "invalid-state")


def test_a_paused_campaign_can_be_cancelled_and_says_why(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    _claim(campaign_id, "execution-1")
    api.post(f"/v1/campaigns/{campaign_id}/pause")
    cancelled = api.post(f"/v1/campaigns/{campaign_id}/cancel", {"reason": "the wrong list"})
    assert (cancelled.document["state"], cancelled.document["reason"]) == ("cancelled", "the wrong list")
    assert len(_executions("send_campaign")) == 2
    assert _claim(campaign_id, "execution-2"), "one execution skips what was not sent"
    api.post(f"/v1/campaigns/{campaign_id}/resume").problem(409, "invalid-state")


@pytest.mark.parametrize("reason", ["", " ", "x" * 501, "two\nlines"])
def test_a_reason_is_one_short_line(api: Api, journeys: Journeys, reason: str) -> None:
    answer = api.post(f"/v1/campaigns/{journeys.draft()}/cancel", {"reason": reason})
    assert answer.problem(422, "invalid-input")["errors"][0]["pointer"] == "/reason"


def test_until_it_starts_a_campaign_can_be_given_another_time(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.checked()
    path = f"/v1/campaigns/{campaign_id}/schedule"
    api.post(path, {"at": _tomorrow()})
    app.create_part_messages({"campaign_id": campaign_id, "part": 0}, CONTEXT)
    app.finish_message_plan({"campaign_id": campaign_id}, CONTEXT)
    skipped = api.post(path, {"at": "2031-03-30T02:30:00", "time_zone": "Europe/Berlin"})
    assert (skipped.status, skipped.document["state"]) == (202, "scheduled")
    assert (skipped.document["send_at"], skipped.document["clock_change"]) == ("2031-03-30T01:00:00.000Z", "skipped")
    again = api.post(path, {"at": "2031-10-26T02:30:00", "time_zone": "Europe/Berlin"})
    assert (again.document["send_at"], again.document["clock_change"]) == ("2031-10-26T00:30:00.000Z", "repeated")
    schedule = boto3.client("scheduler").get_schedule(Name=campaign_id, GroupName=platform.GROUP)
    assert schedule["ScheduleExpression"] == "at(2031-10-26T00:30:00)"
    api.post(path, {"at": "2020-01-01T00:00:00Z"}).problem(422, "schedule-in-past")
    early = {"campaign_id": campaign_id, "execution": "execution-1", "most_workers": 10}
    entry = app.claim_campaign(early, CONTEXT)
    assert (entry["proceed"], entry["wait_seconds"]) == (False, 86_400)


def test_a_campaign_keeps_its_own_rate(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft(rate_limit=2.5)
    assert api.get(f"/v1/campaigns/{campaign_id}").document["rate_limit"] == 2.5
    assert bootstrap.campaigns().get(campaign_id).rate_limit == 2.5
    for wrong in (0, -1, 1e9, "fast"):
        problem = api.post("/v1/campaigns", {"rate_limit": wrong}).problem(422, "invalid-input")
        assert "/rate_limit" in [error["pointer"] for error in problem["errors"]]


def test_a_campaign_with_a_canary_is_sent_in_two_waves(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft(canary={"share": 0.1, "wait_minutes": 5})
    asked = {"recipients": None, "share": 0.1, "wait_minutes": 5, "ends_at": None, "judged_at": None}
    shown = api.get(f"/v1/campaigns/{campaign_id}").document
    assert (shown["canary"], shown["waves"], shown["recipient_local"]) == (asked, [], False)
    refused = api.post(f"/v1/campaigns/{campaign_id}/schedule", {"at": "2031-03-30T09:00:00", "recipient_local": True})
    assert refused.problem(422, "invalid-input")["errors"][0]["pointer"] == "/recipient_local"


@pytest.mark.parametrize(
    "canary",
    [
        {},
        {"recipients": 20, "share": 0.1},
        {"recipients": 19},
        {"share": 0},
        {"share": 0.6},
        {"share": 0.1, "wait_minutes": 0},
    ],
)
def test_a_canary_must_make_sense(api: Api, canary: dict[str, Any]) -> None:
    problem = api.post("/v1/campaigns", {"canary": canary}).problem(422, "invalid-input")
    assert any(error["pointer"].startswith("/canary") for error in problem["errors"])


def test_local_times_need_a_column_of_zones(api: Api, journeys: Journeys) -> None:
    path = f"/v1/campaigns/{journeys.checked()}/schedule"
    refused = api.post(path, {"at": "2031-03-30T09:00:00", "recipient_local": True})
    assert refused.problem(409, "campaign-not-ready")["errors"][0]["pointer"] == "/recipient_local"
    offset = api.post(path, {"at": "2031-03-30T09:00:00Z", "recipient_local": True})
    assert offset.problem(422, "invalid-input")["errors"][0]["pointer"] == "/at"


def test_what_is_held_as_unknown_is_shown_and_sent_again_only_by_a_clear_word(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    path = f"/v1/campaigns/{campaign_id}"
    word = {"confirm": "may send twice"}
    _claim(campaign_id, "execution-1")
    _lose(campaign_id, 1)
    _outcome(campaign_id)
    api.post(f"{path}/resend-unknown", word).problem(409, "campaign-not-settled")
    assert _settle(campaign_id, "execution-1")
    shown = api.get(path).document
    assert (shown["state"], shown["account"]["unknown"], shown["account"]["held"]) == ("finished", 1, 1)
    (held,) = api.get(f"{path}/messages?status=unknown").document["items"]
    assert held["held_at"]
    for wrong in ({}, {"confirm": True}, {"confirm": "yes"}):
        problem = api.post(f"{path}/resend-unknown", wrong).problem(422, "invalid-input")
        assert problem["errors"][0]["pointer"] == "/confirm"
    again = api.post(f"{path}/resend-unknown", word)
    assert (again.status, again.document["state"], again.document["changed_by"]) == (202, "sending", "tests")
    assert len(_executions("send_campaign")) == 2


def test_a_campaign_that_holds_nothing_sends_nothing_again(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    _claim(campaign_id, "execution-1")
    _outcome(campaign_id)
    _settle(campaign_id, "execution-1")
    answer = api.post(f"/v1/campaigns/{campaign_id}/resend-unknown", {"confirm": "may send twice"})
    answer.problem(409, "nothing-held")


def test_a_campaign_whose_mail_bounces_is_halted_and_the_operator_resumes_it(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    _claim(campaign_id, "execution-1")
    check = {"campaign_id": campaign_id, "execution": "execution-1", "workers": 1}
    assert app.check_reputation(check, CONTEXT) == {"go_on": True, "wait_seconds": 60}
    _outcome(campaign_id, bounced_at=datetime.now(UTC), bounce_type="Permanent")
    assert app.check_reputation(check, CONTEXT) == {"go_on": False, "wait_seconds": 0}
    shown = api.get(f"/v1/campaigns/{campaign_id}").document
    assert (shown["state"], shown["changed_by"]) == ("halted", None)
    assert shown["reason"].startswith("Reputation guard: 3 hard bounces among 3 messages")
    settle = {"campaign_id": campaign_id, "execution": "execution-1"}
    assert app.settle_campaign(settle, CONTEXT) == {"settled": True, "halted": True, "wait_seconds": 0}
    assert not app.settle_campaign({**settle, "execution": "execution-2"}, CONTEXT)["halted"]
    assert api.get(f"/v1/campaigns/{campaign_id}").document["account"]["accepted"] == 3
    assert api.post(f"/v1/campaigns/{campaign_id}/resume").document["state"] == "sending"
