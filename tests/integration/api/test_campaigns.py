"""Campaigns through the API, and the workflows and schedules that they start."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

import app
from chalicelib import bootstrap
from chalicelib.messages.model import MessageKey
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
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


def test_sending_starts_the_workflow_that_makes_the_messages(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft()
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
    claim = {"campaign_id": campaign_id, "execution": "execution-1"}
    assert app.claim_campaign(claim, CONTEXT) == {"proceed": True}
    assert app.claim_campaign({**claim, "execution": "execution-2"}, CONTEXT) == {"proceed": False}
    assert api.get(f"/v1/campaigns/{campaign_id}").document["state"] == "sending"
    again = app.create_part_messages({"campaign_id": campaign_id, "part": 0}, CONTEXT)
    assert again == {"created": 0}, "messages that may have been sent are never made anew"
    halted = app.halt_campaign({"campaign_id": campaign_id, "error": "Paused", "cause": "by SES"}, CONTEXT)
    assert halted == {"state": "halted"}
    assert api.get(f"/v1/campaigns/{campaign_id}").document["reason"] == "Paused: by SES"


def test_a_scheduled_campaign_waits_in_the_scheduler_and_a_cancelled_one_does_not(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft()
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
    campaign_id = journeys.draft()
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
    for action in ("send", "cancel", "schedule"):
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


def test_a_workflow_that_does_not_start_fails_the_campaign(
    api: Api, journeys: Journeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = journeys.draft()
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
