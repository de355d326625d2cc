"""Webhooks through the API, and their functions behind it with a real endpoint on this machine."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

import app
from chalicelib.store.webhook_deliveries import DynamoDeliveries
from chalicelib.webhooks.deliveries import delivery_id, read_event
from tests.integration.api.platform import CONTEXT, Api
from tests.unit.webhooks.stage import envelope
from tests.unit.webhooks.test_signing import verify_of_the_docs

PATH = "/v1/webhooks"


class Endpoint(HTTPServer):
    """Keeps what it is sent; answers by script, then 204."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.script: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((headers, self.rfile.read(int(headers["content-length"]))))
        self.send_response(self.server.script.pop(0) if self.server.script else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def create(api: Api, url: str = "https://crm.example.com/hook", **wishes: Any) -> dict[str, Any]:
    answer = api.post(PATH, {"name": "CRM", "url": url, **wishes})
    assert answer.status == 201, answer.body
    document: dict[str, Any] = answer.document
    assert answer.headers["location"] == f"{PATH}/{document['webhook_id']}"
    return document


def plan(*envelopes: dict[str, Any]) -> list[str]:
    """Hand events to their function as the queue does; return which records come back."""
    records = [{"messageId": str(place), "body": json.dumps(one)} for place, one in enumerate(envelopes)]
    return [one["itemIdentifier"] for one in app.plan_deliveries({"Records": records}, CONTEXT)["batchItemFailures"]]


def visit(webhook_id: str, owner: str) -> None:
    """Hand one wake-up to its function as the queue does."""
    context = SimpleNamespace(
        aws_request_id=owner, function_name="deliver_webhooks", get_remaining_time_in_millis=lambda: 90_000
    )
    record = {"messageId": "1", "body": json.dumps({"webhook_id": webhook_id})}
    assert app.deliver_webhooks({"Records": [record]}, context) == {"batchItemFailures": []}


def visit_all() -> int:
    """Hand the wake-ups that wait to their function; return how many there were."""
    queue = boto3.client("sqs").get_queue_url(QueueName="webhook-turns")["QueueUrl"]
    seen = 0
    while messages := boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            seen += 1
            visit(json.loads(message["Body"])["webhook_id"], f"visit-{seen}")
            boto3.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return seen


def test_a_webhook_is_made_shown_changed_and_deleted(api: Api) -> None:
    made = create(api, events=["message.bounced", "address.suppressed"])
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    path = f"{PATH}/{made['webhook_id']}"
    shown = api.get(path)
    assert shown.document == made
    assert (made["state"], made["events"], made["created_by"]) == (
        "enabled",
        ["address.suppressed", "message.bounced"],
        "tests",
    )
    assert shown.headers["etag"] == '"1"'
    changed = api.call("PATCH", path, json.dumps({"events": None, "name": "Shop"}), {"if-match": '"1"'})
    assert changed.document == {**made, "events": None, "name": "Shop"}
    api.call("PATCH", path, json.dumps({"name": "Late"}), {"if-match": '"1"'}).problem(412, "stale-revision")
    other = create(api)
    listed = api.get(f"{PATH}?limit=1").document
    assert [one["webhook_id"] for one in listed["items"]] == [other["webhook_id"]]
    rest = api.get(f"{PATH}?cursor={listed['next']}").document
    assert rest == {"items": [changed.document], "next": None}
    assert "secret" not in json.dumps(rest).replace("secret_made_at", "").replace("previous_secret_until", "")
    api.call("DELETE", path, headers={"if-match": '"1"'}).problem(412, "stale-revision")
    assert api.call("DELETE", path).status == 204
    api.get(path).problem(404, "webhook-not-found")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "http://crm.example.com/"}, "/url"),
        ({"url": "https://inside.example.com/"}, "/url"),
        ({"url": "https://both.example.com/"}, "/url"),
        ({"url": "https://nowhere.example.com/"}, "/url"),
        ({"url": "https://user:secret@crm.example.com/"}, "/url"),
        ({"url": "https://crm.example.com/#x"}, "/url"),
        ({"url": "https://crm.example.com:22/"}, "/url"),
        ({"url": ""}, "/url"),
        ({"url": None}, "/url"),
        ({"events": []}, "/events"),
        ({"events": ["message.opened"]}, "/events/0"),
        ({"name": ""}, "/name"),
        ({"secret": "whsec_mine"}, "/secret"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_pointer(api: Api, change: dict[str, Any], pointer: str) -> None:
    whole = {"name": "CRM", "url": "https://crm.example.com/", **change}
    problem = api.post(PATH, whole).problem(422, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert api.get(PATH).document["items"] == []
    made = create(api)
    path = f"{PATH}/{made['webhook_id']}"
    problem = api.call("PATCH", path, json.dumps(change)).problem(422, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert "10.0.0.7" not in json.dumps(problem)


def test_events_are_delivered_signed_and_logged(api: Api, endpoint: Endpoint) -> None:
    made = create(api, endpoint.url, events=["message.bounced"])
    path = f"{PATH}/{made['webhook_id']}"
    wanted, other = envelope(1), envelope(2, "Message Complained")
    assert plan(wanted, other, wanted, {"nonsense": 1}) == ["3"]
    assert visit_all() >= 1
    [(headers, body)] = endpoint.heard
    told = verify_of_the_docs(made["secret"], headers, body, datetime.now(UTC).timestamp())
    assert told == {"type": "message.bounced", "timestamp": wanted["detail"]["occurred_at"], "data": wanted["detail"]}
    assert headers["webhook-id"] == wanted["detail"]["event_id"]
    (listed,) = api.get(f"{path}/deliveries").document["items"]
    assert (listed["state"], listed["event_type"], listed["attempts_made"], listed["last_status"]) == (
        "delivered",
        "message.bounced",
        1,
        204,
    )
    assert listed["delivery_id"] == delivery_id(read_event(wanted))
    whole = api.get(f"{path}/deliveries/{listed['delivery_id']}").document
    assert whole["body"].encode() == body
    assert [attempt["status"] for attempt in whole["attempts"]] == [204]
    assert whole["next_attempt_at"] is None
    shown = api.get(path).document
    assert (shown["failing_since"], shown["delivered_at"]) == (None, shown["delivered_at"])
    assert shown["delivered_at"] is not None
    assert api.get(f"{path}/deliveries?state=failed").document["items"] == []
    api.get(f"{path}/deliveries?state=lost").problem(422, "invalid-input")
    api.get(f"{path}/deliveries/dlv_{'0' * 26}").problem(404, "delivery-not-found")

    again = api.post(f"{path}/deliveries/{listed['delivery_id']}/redeliver")
    assert (again.status, again.document["state"]) == (202, "waiting")
    visit_all()
    assert [one[0]["webhook-id"] for one in endpoint.heard] == [wanted["detail"]["event_id"]] * 2
    assert [one[1] for one in endpoint.heard] == [body] * 2


def test_a_failure_is_shown_with_its_next_attempt(api: Api, endpoint: Endpoint) -> None:
    made = create(api, endpoint.url)
    path = f"{PATH}/{made['webhook_id']}"
    endpoint.script = [503]
    test = api.post(f"{path}/test")
    assert (test.status, test.document["event_type"], test.document["state"]) == (202, "webhook.test", "waiting")
    visit_all()
    shown = api.get(test.headers["location"]).document
    assert (shown["state"], shown["last_status"], shown["attempts_made"]) == ("waiting", 503, 1)
    assert shown["next_attempt_at"] > shown["attempts"][0]["at"]
    assert api.get(path).document["failing_since"] is not None


def test_410_disables_and_enabling_delivers_what_waits(api: Api, endpoint: Endpoint) -> None:
    made = create(api, endpoint.url)
    path = f"{PATH}/{made['webhook_id']}"
    endpoint.script = [410]
    assert plan(envelope(1)) == []
    visit_all()
    shown = api.get(path).document
    assert (shown["state"], shown["disabled_reason"]) == ("disabled", "gone")
    api.post(f"{path}/test").problem(409, "invalid-state")
    api.post(f"{path}/disable").problem(409, "invalid-state")
    (failed,) = api.get(f"{path}/deliveries?state=failed").document["items"]
    api.post(f"{path}/deliveries/{failed['delivery_id']}/redeliver").problem(409, "invalid-state")
    enabled = api.post(f"{path}/enable")
    assert (enabled.document["state"], enabled.document["disabled_reason"]) == ("enabled", None)
    api.post(f"{path}/enable").problem(409, "invalid-state")
    api.post(f"{path}/deliveries/{failed['delivery_id']}/redeliver")
    visit_all()
    assert len(endpoint.heard) == 2
    assert api.post(f"{path}/disable").document["disabled_reason"] == "asked"


def test_after_a_rotation_both_secrets_fit_and_the_answer_shows_the_new_one_only(api: Api, endpoint: Endpoint) -> None:
    made = create(api, endpoint.url)
    path = f"{PATH}/{made['webhook_id']}"
    rotated = api.post(f"{path}/rotate-secret", headers={"if-match": '"1"'}).document
    assert rotated["secret"] != made["secret"]
    assert rotated["previous_secret_until"] > rotated["secret_made_at"]
    plan(envelope(1))
    visit_all()
    [(headers, body)] = endpoint.heard
    for secret in (made["secret"], rotated["secret"]):
        assert verify_of_the_docs(secret, headers, body, datetime.now(UTC).timestamp())


def test_no_more_than_twenty_are_made(api: Api) -> None:
    for _ in range(20):
        create(api)
    api.post(PATH, {"name": "CRM", "url": "https://crm.example.com/"}).problem(409, "too-many-webhooks")


def test_no_secret_is_in_a_table_or_in_a_log(api: Api, endpoint: Endpoint, caplog: pytest.LogCaptureFixture) -> None:
    made = create(api, endpoint.url)
    api.post(f"{PATH}/{made['webhook_id']}/test")
    visit_all()
    dynamodb = boto3.client("dynamodb")
    kept = str([dynamodb.scan(TableName=name)["Items"] for name in ("webhooks", "webhook_deliveries")])
    assert made["secret"].removeprefix("whsec_") not in kept + caplog.text
    assert endpoint.url not in caplog.text


def test_who_dies_between_delivery_and_record_is_followed_by_one_who_repeats_the_id(
    api: Api, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create(api, endpoint.url)
    webhook_id = made["webhook_id"]
    assert plan(envelope(1)) == []

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(DynamoDeliveries, "change", die)
        with pytest.raises(KeyboardInterrupt):
            visit(webhook_id, "dead")
    (waiting,) = api.get(f"{PATH}/{webhook_id}/deliveries").document["items"]
    assert (waiting["state"], waiting["attempts_made"], len(endpoint.heard)) == ("waiting", 0, 1)
    visit(webhook_id, "too early")
    assert len(endpoint.heard) == 1
    _let_the_turn_end(webhook_id)
    visit(webhook_id, "next")
    (done,) = api.get(f"{PATH}/{webhook_id}/deliveries").document["items"]
    assert done["state"] == "delivered"
    assert [headers["webhook-id"] for headers, _ in endpoint.heard] == [envelope(1)["detail"]["event_id"]] * 2


def _let_the_turn_end(webhook_id: str) -> None:
    boto3.client("dynamodb").update_item(
        TableName="webhooks",
        Key={"webhook_id": {"S": webhook_id}},
        UpdateExpression="SET visited_until = :then",
        ExpressionAttributeValues={":then": {"S": "2026-01-01T00:00:00.000Z"}},
    )
