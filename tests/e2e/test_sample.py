"""The whole way, from two uploads to statistics, compared with the local SES's own record of mails."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from local import sample
from local.client import ApiError
from tests.e2e import statistics_checks
from tests.e2e.conftest import Running


def _inbox(running: Running, path: str, **query: Any) -> dict[str, Any]:
    answer = requests.get(f"{running.stack.inbox_url}/inbox/api/{path}", params=query, timeout=30)
    answer.raise_for_status()
    document: dict[str, Any] = answer.json()
    return document


def test_the_sample_campaign_balances_from_the_file_to_the_inbox(running: Running) -> None:
    queue = _hear_of_bounces(running)
    outcome = sample.run(running.api, running.stack.inbox_url, tell=lambda _: None, at=timedelta(seconds=15))
    campaign_id = outcome.campaign["campaign_id"]

    rows = outcome.recipient_file["account"]
    assert rows["rows"] == 1000
    assert rows["rows"] == rows["accepted"] + rows["duplicates"] + rows["invalid"]
    assert sum(rows["invalid_reasons"].values()) == rows["invalid"] > 0
    assert rows["duplicates"] > 0

    account = outcome.campaign["account"]
    assert account["planned"] == rows["accepted"] == account["accepted"]
    assert account["failed"] == account["skipped"] == account["unknown"] == account["pending"] == 0

    assert _inbox(running, "count", campaign_id=campaign_id)["count"] == rows["accepted"]
    assert _inbox(running, "duplicates", tag="campaign_id", value=campaign_id)["duplicates"] == []

    totals = outcome.statistics["totals"]
    assert totals["planned"] == totals["accepted"] == rows["accepted"]
    assert totals["bounced"] > 0
    assert totals["complained"] > 0
    assert totals["opened"] == outcome.opened > 0
    assert totals["clicked"] == outcome.clicked > 0
    assert sum(totals["by_status"].values()) == totals["planned"]

    _the_scheduler_started_it(running, campaign_id)
    _unsubscribing_and_bouncing_suppress(running, campaign_id)
    _every_bounce_was_told_once(running, queue, campaign_id)
    _the_report_names_every_row_that_was_not_taken(running, outcome.recipient_file)
    statistics_checks.views_agree_with_the_totals(running, campaign_id)
    statistics_checks.an_export_holds_every_message(running, campaign_id, rows["accepted"])
    statistics_checks.what_was_changed_in_statistics_is_mended(running, campaign_id)
    statistics_checks.events_that_were_lost_come_back_by_a_replay(running, campaign_id)
    statistics_checks.statistics_that_were_lost_are_built_anew(running, campaign_id)


def _hear_of_bounces(running: Running) -> str:
    """Have another program's queue get the bounces from the bus; return its address."""
    sqs, events = (running.stack.emulator.client(name) for name in ("sqs", "events"))
    queue: str = sqs.create_queue(QueueName="bounces")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = running.stack.outputs["event_bus_name"]
    pattern = {"source": ["email-platform"], "detail-type": ["Message Bounced"]}
    events.put_rule(Name="bounces", EventBusName=bus, EventPattern=json.dumps(pattern))
    events.put_targets(Rule="bounces", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return queue


def _every_bounce_was_told_once(running: Running, queue: str, campaign_id: str) -> None:
    sqs = running.stack.emulator.client("sqs")
    bounced = running.api.pages(f"/v1/campaigns/{campaign_id}/messages", status="bounced", limit=200)
    heard: dict[str, dict[str, Any]] = {}
    for _ in range(30):
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for one in answer.get("Messages", []):
            detail = json.loads(one["Body"])["detail"]
            heard[detail["event_id"]] = detail
        if len(heard) >= len(bounced):
            break
    assert sorted(one["message_id"] for one in heard.values()) == sorted(one["message_id"] for one in bounced)
    assert {(one["campaign_id"], one["bounce_type"]) for one in heard.values()} == {(campaign_id, "Permanent")}


def _the_scheduler_started_it(running: Running, campaign_id: str) -> None:
    """An execution that the platform starts itself is named after the campaign; the scheduler's own is not."""
    machine = running.stack.outputs["state_machine_arns"]["send_campaign"]
    states = running.stack.emulator.client("stepfunctions")
    executions = [
        states.describe_execution(executionArn=one["executionArn"])
        for one in states.list_executions(stateMachineArn=machine)["executions"]
    ]
    ours = [one for one in executions if json.loads(one["input"]).get("campaign_id") == campaign_id]
    assert [one["status"] for one in ours] == ["SUCCEEDED"]
    assert not ours[0]["name"].startswith(campaign_id)


def _unsubscribing_and_bouncing_suppress(running: Running, campaign_id: str) -> None:
    bounced = running.api.pages(f"/v1/campaigns/{campaign_id}/messages", status="bounced", limit=200)
    assert bounced
    address = bounced[0]["address"]
    found = running.api.get(f"/v1/suppressions/{quote(address, safe='')}")["items"]
    assert [(one["scope"], one["reason"]) for one in found] == [("all", "bounce")]

    delivered = running.api.get(f"/v1/campaigns/{campaign_id}/messages", status="delivered", limit=1)["items"][0]
    summary = _inbox(running, "messages", to=delivered["address"], campaign_id=campaign_id)["messages"][0]
    mail = _inbox(running, f"messages/{summary['id']}")
    headers = {header["name"]: header["value"] for header in mail["headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert delivered["address"] not in link
    assert requests.get(link, timeout=30).status_code == 200
    path = f"/v1/suppressions/{quote(delivered['address'], safe='')}"
    assert requests.get(running.api.url + path, timeout=30).status_code == 401
    unsubscribed = requests.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=30)
    assert unsubscribed.status_code == 200
    assert running.api.get(path)["items"][0]["reason"] == "unsubscribe"

    assert requests.head(link, timeout=30).status_code == 200
    assert "You are unsubscribed" in requests.get(link, timeout=30).text
    undone = requests.post(link, data={"action": "resubscribe"}, timeout=30)
    assert undone.status_code == 200
    with pytest.raises(ApiError, match="suppression-not-found"):
        running.api.get(path)


def _the_report_names_every_row_that_was_not_taken(running: Running, recipient_file: dict[str, Any]) -> None:
    link = running.api.get(f"/v1/recipient-files/{recipient_file['file_id']}/report")["url"]
    answer = requests.get(link, timeout=30)
    answer.encoding = "utf-8-sig"
    rows = list(csv.DictReader(answer.text.splitlines()))
    account = recipient_file["account"]
    assert len(rows) == account["duplicates"] + account["invalid"]


def test_the_command_does_the_whole_job(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Callable[..., Any]
) -> None:
    """From two files to the report, the inbox and an export, by the command alone."""
    recipients = tmp_path / "few.csv"
    rows = [f"reader-{number}@example.org,Reader {number}" for number in range(120)]
    recipients.write_text("\n".join(["email,first_name", *rows, "nobody,None", rows[0]]), encoding="utf-8")
    template = tmp_path / "page.html"
    template.write_text("<p>Hi {{ first_name }}, <a href='{{ unsubscribe_url }}'>no more</a></p>", encoding="utf-8")
    report = command(
        *("send", str(template), str(recipients), "--subject", "For {{ first_name }}", "--name", "By command"),
        *("--from", "autumn@news.example.com", "--from-name", "Müller & Söhne", "--yes"),
    )
    assert report["statistics"]["totals"]["planned"] == 120
    [campaign] = [one for one in command("campaigns", "list") if one["name"] == "By command"]
    campaign_id = campaign["campaign_id"]
    assert (campaign["state"], campaign["account"]["accepted"]) == ("finished", 120)
    assert _inbox(running, "count", campaign_id=campaign_id)["count"] == 120
    mail = _inbox(running, "messages", to="reader-7@example.org", campaign_id=campaign_id)["messages"][0]
    assert mail["subject"] == "For Reader 7"
    assert command("campaigns", "watch", campaign_id)["state"] == "finished"
    exported = command("campaigns", "export", campaign_id, str(tmp_path / "messages.csv"))
    assert exported["rows"] == 120
    with (tmp_path / "messages.csv").open(encoding="utf-8-sig", newline="") as source:
        assert len({row["address"] for row in csv.DictReader(source)}) == 120
    assert command("recipients", "report", campaign["file_id"], str(tmp_path / "report.csv"))["bytes"] > 0

    command("suppressions", "add", "reader-7@example.org")
    assert command("suppressions", "show", "reader-7@example.org")[0]["reason"] == "manual"
    command("suppressions", "remove", "reader-7@example.org")
    assert command("campaigns", "show", f"cmp_{'0' * 26}", code=1)["type"] == "campaign-not-found"
    monkeypatch.setenv("EMAILPLATFORM_KEY", "ep.key_x.wrong")
    assert command("campaigns", "list", code=5)["type"] == "unauthorized"


def test_the_gateway_refuses_with_problem_documents(running: Running) -> None:
    url = running.api.url
    for answer, status in (
        (requests.get(f"{url}/v1/campaigns", timeout=30), 401),
        (requests.get(f"{url}/v1/campaigns", headers={"Authorization": "Bearer ep.key_x.wrong"}, timeout=30), 401),
        (requests.get(f"{url}/v1/nowhere", timeout=30), 404),
    ):
        assert answer.status_code == status, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
