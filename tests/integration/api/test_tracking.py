"""What comes back about a message: SES's events, the stream of messages, unsubscriptions; and who may ask."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from chalice.test import Client

import app
from chalicelib import bootstrap
from chalicelib.messages.model import MessageKey
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import CONTEXT, Answer, Api

EVENTS = Path(__file__).parents[2] / "events"
BOUNDARY = "form-of-tests"
FORMS = {
    "application/x-www-form-urlencoded": "List-Unsubscribe=One-Click",
    f"multipart/form-data; boundary={BOUNDARY}": (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
        f"One-Click\r\n--{BOUNDARY}--\r\n"
    ),
}


def _event(name: str, campaign_id: str, seq: int) -> str:
    """Take SES's own sample of an event and let it be about one of our messages."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    event["mail"]["tags"] = {"message_id": [f"{campaign_id}-00000-{seq:05d}"], "campaign_id": [campaign_id]}
    return json.dumps(event)


def _apply(*bodies: str) -> list[str]:
    records = [{"messageId": f"record-{number}", "body": body} for number, body in enumerate(bodies)]
    failures = app.apply_ses_events({"Records": records}, CONTEXT)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def _index(campaign_id: str) -> None:
    """Hand the messages to the indexer as the table's stream does."""
    items = boto3.client("dynamodb").scan(TableName="messages")["Items"]
    records: list[dict[str, Any]] = [{"eventName": "MODIFY", "dynamodb": {"NewImage": item}} for item in items]
    records.append({"eventName": "REMOVE", "dynamodb": {"Keys": {"partition": {"S": f"{campaign_id}#00000"}}}})
    assert app.index_messages({"Records": records}, CONTEXT) == {"batchItemFailures": []}


def test_only_a_poison_record_comes_back(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    other_sender = json.loads((EVENTS / "delivery.json").read_text())
    other_sender["mail"]["tags"] = {}
    failed = _apply(
        _event("delivery", campaign_id, 0),
        "no JSON at all",
        _event("bounce", campaign_id, 1),
        '{"eventType": "Bounce"}',
        json.dumps(other_sender),
        _event("complaint", campaign_id, 2),
    )
    assert failed == ["record-1", "record-3"]
    statuses = [item["status"] for item in api.get(f"/v1/campaigns/{campaign_id}/messages").document["items"]]
    assert statuses == ["delivered", "bounced", "complained"]


def test_statistics_follow_from_events_and_messages(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    path = f"/v1/campaigns/{campaign_id}/statistics"
    assert api.get(path).document["totals"]["planned"] == 0
    events = [_event("send", campaign_id, 0), _event("delivery", campaign_id, 0), _event("click", campaign_id, 0)]
    assert _apply(*events, *events) == []
    _index(campaign_id)
    statistics = api.get(f"{path}?interval=day&links=5").document
    totals = statistics["totals"]
    assert [totals[name] for name in ("planned", "delivered", "clicks")] == [3, 1, 1]
    assert totals["by_status"] == {"delivered": 1, "pending": 2}
    assert statistics["rates"]["click_rate"] == 1
    assert [link["clicks"] for link in statistics["links"]] == [1]
    assert statistics["timeline"]["interval"] == "day"
    assert sum(point["counts"].get("click", 0) for point in statistics["timeline"]["points"]) == 1


@pytest.fixture
def link(journeys: Journeys) -> str:
    """The path of the unsubscribe link in Anna's mail."""
    return bootstrap.token_signer().link(f"{journeys.campaign_with_messages()}-00000-00000")


def _anna(api: Api) -> Answer:
    return api.get("/v1/suppressions/anna%40example.org")


def test_following_the_link_changes_nothing(api: Api, link: str) -> None:
    page = Api(frozenset()).get(link)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<form method="post">' in page.body
    assert "anna" not in page.body
    assert page.headers["cache-control"] == "no-store"
    _anna(api).problem(404, "suppression-not-found")


@pytest.mark.parametrize("content_type", FORMS)
def test_one_click_unsubscribes(content_type: str, api: Api, link: str) -> None:
    for _ in range(2):
        answer = Api(frozenset()).call("POST", link, FORMS[content_type], {"content-type": content_type})
        assert answer.status == 200, answer.body
        assert "You are unsubscribed" in answer.body
    (suppression,) = _anna(api).document["items"]
    assert (suppression["scope"], suppression["reason"]) == ("campaigns", "unsubscribe")
    campaign_id = link.split(".")[1].partition("-")[0]
    message = bootstrap.message_store().get(MessageKey(campaign_id, 0, 0))
    assert message
    assert message.facts.unsubscribed_at


@pytest.mark.parametrize("token", ["nothing", "unsubscribe-1.cmp_1-00000-00000.AAAA", "other.a.b", "%3Cb%3E.a.b"])
def test_a_wrong_token_is_not_found(token: str, api: Api) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    for answer in (api.get(f"/u/{token}"), api.call("POST", f"/u/{token}", "List-Unsubscribe=One-Click", form)):
        assert answer.status == 404
        assert "This link is not valid" in answer.body
        assert "<b>" not in answer.body


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


def test_json_is_no_form() -> None:
    Api(frozenset()).call("POST", "/u/any", "{}").problem(415, "unsupported-media-type")
