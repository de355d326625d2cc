"""What comes back about a message: SES's events, the stream of messages; and who may ask."""

import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest

import app
from chalicelib.entrypoints.authorizer import NotAuthorizedError
from chalicelib.kernel.clock import rfc3339
from tests.integration.api.gateway import Gateway
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


def _announcement(key: str, content: bytes) -> str:
    """Store an object as a delivery stream does; return what S3 tells the queue of it."""
    version = boto3.client("s3").put_object(Bucket=EVENT_BUCKET, Key=key, Body=content)["VersionId"]
    found = {"key": quote_plus(key, safe="/"), "size": len(content), "versionId": version}
    return json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": found}}]})


def test_objects_of_a_delivery_stream_are_applied_and_single_events_that_fail_wait_in_the_queue(
    api: Api, journeys: Journeys
) -> None:
    campaign_id = journeys.campaign_with_messages()
    events = [
        event_about("delivery", campaign_id, 0),
        "no JSON at all",
        event_about("bounce", campaign_id, 1),
        event_about("complaint", campaign_id, 2),
    ]
    key = "events/raw/2026/03/01/12/ses events+1.stream.gz"
    whole = _announcement(
        key, gzip.compress("\n".join(json.dumps(json.loads(e)) if e[0] == "{" else e for e in events).encode())
    )
    boto3.client("s3").delete_object(Bucket=EVENT_BUCKET, Key=key)  # the version that was announced is read
    damaged = _announcement("events/raw/2026/03/01/12/damaged.stream.gz", b"no gzip")
    test_message = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": EVENT_BUCKET})
    records = [
        {"messageId": name, "body": body}
        for name, body in (("whole", whole), ("damaged", damaged), ("test", test_message), ("again", whole))
    ]
    assert app.apply_event_objects({"Records": records}, CONTEXT) == {
        "batchItemFailures": [{"itemIdentifier": "damaged"}]
    }
    statuses = [item["status"] for item in api.get(f"/v1/campaigns/{campaign_id}/messages").document["items"]]
    assert statuses == ["delivered", "bounced", "complained"]
    sqs = boto3.client("sqs")
    waiting = sqs.receive_message(QueueUrl=os.environ["EVENT_QUEUE_URL"], MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in waiting] == ["no JSON at all"] * 2, "once for each time that it came"
    assert apply_events(waiting[0]["Body"]) == ["record-0"]


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
    listed = Gateway(issued["token"]).call("GET", "/v1/campaigns")
    assert (listed.status, listed.document) == (200, {"items": [], "next": None})
    Gateway(issued["token"]).call("POST", "/v1/templates", "{}").problem(403, "missing-scope")
    assert Gateway(f"ep.{issued['key_id']}.forged").call("GET", "/v1/campaigns").status == 401


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer  ", "Basic YTpi", "Bearer ep.key_1.secret", "Bearer other.a.b"])
def test_whoever_shows_no_known_key_is_denied(sent: str, aws: None) -> None:
    del aws
    question = {
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/live/GET/v1/campaigns",
        "headers": {"authorization": sent},
        "requestContext": {"identity": {"sourceIp": "192.0.2.7"}},
    }
    with pytest.raises(NotAuthorizedError, match=r"^Unauthorized$"):
        app.authorize(question, CONTEXT)


@pytest.mark.parametrize("wanted", [{"name": "crm", "scopes": ["everything"]}, {"scopes": ["read"]}])
def test_a_key_of_no_known_scope_is_not_issued(wanted: dict[str, Any], aws: None) -> None:
    del aws
    with pytest.raises((ValueError, KeyError)):
        app.issue_api_key(wanted, CONTEXT)
    assert boto3.client("dynamodb").scan(TableName="api_keys")["Count"] == 0
