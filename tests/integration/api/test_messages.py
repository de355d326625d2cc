"""Transactional messages over HTTP, on DynamoDB and S3, with SES's answers given here."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError

import app
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import CONTEXT, Answer, Api

EVENTS = Path(__file__).parents[2] / "events"
MAIL: dict[str, Any] = {
    "to": "anna@example.org",
    "from": {"address": "login@example.com", "name": "Shop"},
    "inline": {"subject": "Your code", "text": "4711"},
}


class Ses:
    """SES's SendEmail: keeps what it took.

    Attributes:
        errors: what is answered first: a code, or an exception that the client meets.
        before: called with each mail.
    """

    def __init__(self) -> None:
        self.mails: list[dict[str, Any]] = []
        self.errors: list[str | Exception] = []
        self.before: Callable[[], object] = lambda: None
        session = boto3.DEFAULT_SESSION
        assert session
        session.events.register_first("before-send.sesv2.SendEmail", self._answer)

    def _answer(self, request: Any, **_: Any) -> Any:
        self.before()
        if self.errors:
            error = self.errors.pop(0)
            if isinstance(error, Exception):
                raise error
            return SimpleNamespace(status_code=400, headers={"x-amzn-errortype": error}, content=b'{"message": "no"}')
        self.mails.append(json.loads(request.body))
        answer = {"MessageId": f"ses-{len(self.mails)}"}
        return SimpleNamespace(status_code=200, headers={}, content=json.dumps(answer).encode())


@pytest.fixture
def ses(aws: None) -> Ses:
    del aws
    return Ses()


def send(api: Api, key: str | None = '"order-1"', **changes: Any) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    return api.post("/v1/messages", {**MAIL, **changes}, headers=headers)


def apply(name: str, message_id: str) -> None:
    """Hand in SES's own sample of an event, about one of our messages."""
    event = json.loads((EVENTS / f"{name}.json").read_text())
    event["mail"]["tags"] = {"message_id": [message_id], "campaign_id": ["transactional"]}
    record = {"messageId": "record-1", "body": json.dumps(event)}
    assert app.apply_ses_events({"Records": [record]}, CONTEXT) == {"batchItemFailures": []}


def test_a_message_is_sent_once_and_answered_the_same_again(api: Api, ses: Ses) -> None:
    first = send(api, reply_to="help@example.com", tags={"flow": "reset"})
    assert first.status == 201, first.body
    assert first.document["status"] == "accepted"
    assert first.document["provider_id"] == "ses-1"
    message_id = first.document["message_id"]
    assert first.headers["location"] == f"/v1/messages/{message_id}"
    again = send(api, key="order-1", reply_to="help@example.com", tags={"flow": "reset"})
    assert (again.status, again.body) == (201, first.body)
    assert again.headers == {**first.headers, "idempotency-replayed": "true"}
    assert "idempotency-replayed" not in first.headers
    [mail] = ses.mails
    assert mail["FromEmailAddress"] == "Shop <login@example.com>"
    assert mail["ReplyToAddresses"] == ["help@example.com"]
    assert mail["Content"]["Simple"]["Body"] == {"Text": {"Data": "4711", "Charset": "UTF-8"}}
    assert {tag["Name"]: tag["Value"] for tag in mail["EmailTags"]} == {
        "message_id": message_id,
        "campaign_id": "transactional",
        "flow": "reset",
    }


def test_a_template_is_rendered(api: Api, ses: Ses, journeys: Journeys) -> None:
    html = b"<html><body><p>Hello {{ name }}, {{ code }}</p></body></html>"
    template_id = journeys.template(html)
    content = {"template_id": template_id, "fields": {"name": "Zo\u00eb & Co", "code": "4711"}}
    answer = send(api, inline=None, template=content)
    assert answer.status == 201, answer.body
    simple = ses.mails[0]["Content"]["Simple"]
    assert simple["Subject"]["Data"] == "News for Zo\u00eb & Co"
    assert "Hello Zo\u00eb &amp; Co, 4711" in simple["Body"]["Html"]["Data"]
    shown = api.get(f"/v1/messages/{answer.document['message_id']}").document
    assert (shown["template_id"], shown["template_version"]) == (template_id, 1)
    missing = send(api, inline=None, template={"template_id": template_id}, key="order-2")
    errors = missing.problem(422, "invalid-input")["errors"]
    assert {error["pointer"] for error in errors} == {"/template/fields/code", "/template/fields/name"}


def test_a_request_needs_a_key_of_its_own(api: Api, ses: Ses) -> None:
    send(api, key=None).problem(400, "idempotency-key-required")
    send(api, key='"').problem(400, "idempotency-key-required")
    assert send(api).status == 201
    send(api, to="bob@example.org").problem(422, "idempotency-key-reused")
    assert len(ses.mails) == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"to": ["anna@example.org"]}, "/to"),
        ({"to": "anna@localhost"}, "/to"),
        ({"from": "login@example.com"}, "/from"),
        ({"inline": None}, "/template"),
        ({"template": {"template_id": "tpl_" + "0" * 26}}, "/template"),
        ({"inline": {"subject": "a\nb", "text": "x"}}, "/inline/subject"),
        ({"inline": {"subject": "a"}}, "/inline"),
        ({"tags": {"a b": "c"}}, "/tags/a b/[key]"),
        ({"tags": {"message_id": "c"}}, "/tags/message_id"),
        ({"headers": {"Bcc": "x@example.org"}}, "/headers/Bcc"),
        ({"colour": "blue"}, "/colour"),
    ],
)
def test_each_fault_is_named_and_leaves_the_key_unused(
    api: Api, ses: Ses, change: dict[str, Any], pointer: str
) -> None:
    errors = send(api, **change).problem(422, "invalid-input")["errors"]
    assert [error["pointer"] for error in errors] == [pointer]
    assert send(api).status == 201
    assert len(ses.mails) == 1


def test_what_becomes_of_a_message_is_shown(api: Api, ses: Ses) -> None:
    message_id = send(api).document["message_id"]
    path = f"/v1/messages/{message_id}"
    assert api.get(path).document["status"] == "accepted"
    for name in ("delivery", "open", "click", "open"):
        apply(name, message_id)
    shown = api.get(path)
    assert shown.headers["etag"]
    document = shown.document
    assert (document["status"], document["opens"], document["clicks"]) == ("delivered", 1, 1)
    assert {entry["event"] for entry in document["history"]} == {
        "created",
        "accepted",
        "delivered",
        "opened",
        "clicked",
    }
    assert document["provider_id"] == "ses-1"
    apply("bounce", message_id)
    assert api.get(path).document["status"] == "bounced"
    assert send(api).document["status"] == "accepted", "the key keeps its answer"
    skipped = send(api, key="order-2")
    assert (skipped.status, skipped.document["status"]) == (201, "skipped")
    assert skipped.document["reason"] == "suppressed: bounce"
    assert len(ses.mails) == 1


def test_there_is_no_other_message_and_no_key_to_be_seen(api: Api, ses: Ses) -> None:
    send(api)
    items = boto3.client("dynamodb").scan(TableName="transactional")["Items"]
    [record_id] = [item["record_id"]["S"] for item in items if "fingerprint" in item]
    for message_id in ("txn_" + "0" * 26, "cmp_" + "0" * 26 + "-00000-00000", record_id):
        api.get(f"/v1/messages/{message_id}").problem(404, "message-not-found")
    assert ses.mails


def test_campaigns_only_suppressions_do_not_matter(api: Api, ses: Ses) -> None:
    assert api.call("PUT", "/v1/suppressions/anna@example.org", '{"scope": "campaigns"}').status == 200
    assert send(api).document["status"] == "accepted"
    assert api.call("PUT", "/v1/suppressions/anna@example.org", '{"scope": "all"}').status == 200
    assert send(api, key="order-2").document["reason"] == "suppressed: manual"
    assert len(ses.mails) == 1


def test_a_refusal_of_ses_is_the_answer(api: Api, ses: Ses) -> None:
    ses.errors = ["MessageRejected"]
    first = send(api)
    assert (first.status, first.document["status"]) == (201, "failed")
    assert first.document["reason"] == "MessageRejected: no"
    assert send(api).body == first.body
    assert ses.mails == []


def test_an_answer_that_is_lost_is_settled_by_an_event(api: Api, ses: Ses) -> None:
    ses.errors = [ReadTimeoutError(endpoint_url="https://email.example")]
    first = send(api)
    assert (first.status, first.document["status"], first.document["provider_id"]) == (201, "unknown", None)
    assert send(api).body == first.body
    apply("send", first.document["message_id"])
    settled = send(api).document
    assert (settled["status"], settled["reason"]) == ("accepted", None)
    assert ses.mails == [], "nothing was sent again"


def test_a_stopped_account_frees_the_key(api: Api, ses: Ses) -> None:
    ses.errors = ["SendingPausedException"]
    answer = send(api)
    answer.problem(503, "sending-stopped")
    assert answer.headers["retry-after"] == "60"
    assert boto3.client("dynamodb").scan(TableName="transactional")["Count"] == 0
    assert send(api).document["status"] == "accepted"


def test_a_throttled_message_is_sent_within_the_request(api: Api, ses: Ses) -> None:
    ses.errors = ["TooManyRequestsException"]
    assert send(api).document["status"] == "accepted"
    assert len(ses.mails) == 1


def test_the_same_request_at_the_same_time_is_told_to_wait(api: Api, ses: Ses) -> None:
    begun, go = Event(), Event()

    def wait() -> None:
        begun.set()
        go.wait(20)

    ses.before = wait
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(send, api)
        assert begun.wait(20)
        # A second Lambda environment, which shares nothing with the first but the store.
        second = pool_of_its_own(api)
        go.set()
        second.problem(409, "request-in-progress")
        assert first.result().document["status"] == "accepted"
    assert send(api).body == first.result().body
    assert len(ses.mails) == 1


def pool_of_its_own(api: Api) -> Answer:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(send, api).result()
