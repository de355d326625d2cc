"""What comes back about a message: SES's events, the stream of messages; and who may ask."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from chalice.test import Client

import app
from chalicelib.kernel.clock import rfc3339
from tests.integration.api.journeys import Journeys, apply_events, event_about
from tests.integration.api.platform import CONTEXT, EVENT_BUCKET, Api

EVENTS = Path(__file__).parents[2] / "events"


def test_only_a_poison_record_comes_back(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    other_sender = json.loads((EVENTS / "delivery.json").read_text())
    other_sender["mail"]["tags"] = {}
    failed = apply_events(
        event_about("delivery", campaign_id, 0),
        "no JSON at all",
        event_about("bounce", campaign_id, 1),
        '{"eventType": "Bounce"}',
        json.dumps(other_sender),
        event_about("complaint", campaign_id, 2),
    )
    assert failed == ["record-1", "record-3"]
    statuses = [item["status"] for item in api.get(f"/v1/campaigns/{campaign_id}/messages").document["items"]]
    assert statuses == ["delivered", "bounced", "complained"]


def test_what_was_applied_lies_in_the_archive_and_is_replayed_from_it(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    apply_events(event_about("bounce", campaign_id, 0), event_about("delivery", campaign_id, 1), "no JSON at all")
    objects = boto3.client("s3").list_objects_v2(Bucket=EVENT_BUCKET)["Contents"]
    assert [found["Key"].startswith("events/raw/2") for found in objects] == [True]
    address = api.get(f"/v1/campaigns/{campaign_id}/messages").document["items"][0]["address"]
    assert api.call("DELETE", f"/v1/suppressions/{address}?reason=bounce").status == 204
    before = boto3.client("dynamodb").scan(TableName="messages")["Items"]
    now = datetime.now(UTC)
    for suppress in (False, True):
        wanted = {"from": rfc3339(now - timedelta(hours=1)), "to": rfc3339(now + timedelta(hours=1))}
        plan = app.plan_replay({**wanted, "suppress": suppress}, CONTEXT)
        done = [
            app.replay_hour(
                {"hour": hour, "suppress": plan["suppress"], "after": "", "events": 0, "failed": 0}, CONTEXT
            )
            for hour in plan["hours"]
        ]
        assert all(hour["done"] for hour in done)
        assert (sum(hour["events"] for hour in done), sum(hour["failed"] for hour in done)) == (2, 0)
        assert boto3.client("dynamodb").scan(TableName="messages")["Items"] == before
        assert boto3.client("dynamodb").scan(TableName="suppressions")["Count"] == int(suppress)


@pytest.mark.parametrize("wanted", [{}, {"from": "yesterday", "to": "2026-11-26T00:00:00Z"}])
def test_a_replay_of_no_time_is_refused(wanted: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        app.plan_replay(wanted, CONTEXT)


def test_an_issued_key_opens_the_api_within_its_scopes(aws: None) -> None:
    del aws
    issued = app.issue_api_key({"name": "crm", "scopes": ["read"]}, CONTEXT)
    assert issued["scopes"] == ["read"]
    assert issued["token"].startswith(f"ep.{issued['key_id']}.")
    assert issued["token"].split(".")[2] not in str(boto3.client("dynamodb").scan(TableName="api_keys")["Items"])
    headers = {"Authorization": f"Bearer {issued['token']}", "Content-Type": "application/json"}
    with Client(app.app) as client:
        listed = client.http.get("/v1/campaigns", headers=headers)
        assert (listed.status_code, listed.json_body) == (200, {"items": [], "next": None})
        refused = client.http.post("/v1/templates", headers=headers, body=b"{}")
        assert (refused.status_code, refused.json_body["type"].rpartition("/")[2]) == (403, "missing-scope")
        forged = {**headers, "Authorization": f"Bearer ep.{issued['key_id']}.forged"}
        assert client.http.get("/v1/campaigns", headers=forged).status_code == 403


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer  ", "Basic YTpi", "Bearer ep.key_1.secret", "Bearer other.a.b"])
def test_whoever_shows_no_known_key_is_denied(sent: str, aws: None) -> None:
    del aws
    arn = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/live/GET/v1/campaigns"
    policy = app.authorize({"type": "TOKEN", "authorizationToken": sent, "methodArn": arn}, CONTEXT)
    assert policy["principalId"] == "nobody"
    statements = policy["policyDocument"]["Statement"]
    assert [statement["Resource"] for statement in statements if statement["Effect"] == "Allow"] in ([], [[]])


@pytest.mark.parametrize("wanted", [{"name": "crm", "scopes": ["everything"]}, {"scopes": ["read"]}])
def test_a_key_of_no_known_scope_is_not_issued(wanted: dict[str, Any], aws: None) -> None:
    del aws
    with pytest.raises((ValueError, KeyError)):
        app.issue_api_key(wanted, CONTEXT)
    assert boto3.client("dynamodb").scan(TableName="api_keys")["Count"] == 0
