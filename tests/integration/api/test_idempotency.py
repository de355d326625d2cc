"""Idempotency keys of requests that make something: one thing, one answer, whatever breaks off in between."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import boto3
import pytest

import app
from chalicelib import bootstrap
from chalicelib.idempotency.model import LEASE, KeptAnswer, KeptRequest
from chalicelib.idempotency.service import IdempotentRequests
from chalicelib.store.idempotency import DynamoKeptRequests
from tests.fakes.tracking import FixedClock
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import Answer, Api

KEY = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
CREATING = {
    (one.method, one.path)
    for api in app.APIS
    for one in api.operations
    if one.creates
}  # fmt: skip
REPEATED = {path for _, path in CREATING if path.endswith(("/test-sends", "/preflight"))}
"""What makes nothing that could be found: mail goes out and a check begins once more after a try that broke off."""
DONE = {200, 201, 202}


@pytest.fixture
def sent(api: Api) -> list[dict[str, Any]]:
    """What SES was asked to send."""
    del api
    for operation in ("CreateEmailIdentity", "PutEmailIdentityMailFromAttributes", "GetEmailIdentity"):
        platform.answer(operation, {})
    return platform.answer("SendEmail", {"MessageId": "0100-1"})


@pytest.fixture(params=sorted(path for _, path in CREATING))
def create(request: pytest.FixtureRequest, api: Api, journeys: Journeys) -> Callable[..., Answer]:
    """Make one of everything that can be made; a change, or another path, makes it another request."""
    path = str(request.param)
    bodies: dict[str, Callable[[], tuple[dict[str, str], dict[str, Any], dict[str, Any]]]] = {
        "/v1/templates": lambda: ({}, {"name": "Spring", "subject": "News"}, {"name": "Summer"}),
        "/v1/templates/{template_id}/duplicate": lambda: (
            {"template_id": journeys.template()},
            {},
            {"name": "Summer"},
        ),
        "/v1/templates/{template_id}/versions": lambda: (
            {"template_id": journeys.template()},
            {"subject": "News"},
            {"subject": "Other"},
        ),
        "/v1/recipient-files": lambda: ({}, {"name": "All"}, {"name": "Some"}),
        "/v1/campaigns": lambda: ({}, _campaign(journeys), {"name": "Summer"}),
        "/v1/campaigns/{campaign_id}/duplicate": lambda: (
            {"campaign_id": journeys.draft()},
            {},
            {"name": "Summer"},
        ),
        "/v1/webhooks": lambda: ({}, {"name": "CRM", "url": "https://crm.example.com/"}, {"name": "Shop"}),
        "/v1/campaigns/{campaign_id}/exports": lambda: ({"campaign_id": journeys.draft()}, {}, {"gzip": True}),
        "/v1/api-keys": lambda: ({}, {"name": "CI", "scopes": ["read"]}, {"name": "crm"}),
        "/v1/senders": lambda: ({}, {"domain": "shop.example.org"}, {"mail_from": "returns"}),
        "/v1/suppression-jobs/import": lambda: ({}, {}, {"scope": "campaigns"}),
        "/v1/suppression-jobs/export": lambda: ({}, {}, {"gzip": True}),
        "/v1/suppression-jobs/copy": lambda: ({}, {}, {"source": "ses"}),
        "/v1/campaigns/{campaign_id}/preflight": lambda: (
            {"campaign_id": journeys.draft()},
            {},
            {"tolerated_failures": 1},
        ),
        "/v1/campaigns/{campaign_id}/test-sends": lambda: (
            {"campaign_id": journeys.draft()},
            {"addresses": ["me@example.com"]},
            {"addresses": ["you@example.com"]},
        ),
        "/v1/templates/{template_id}/test-sends": lambda: (
            {"template_id": journeys.template()},
            TRY,
            {"addresses": ["you@example.com"]},
        ),
        "/v1/templates/{template_id}/versions/{version}/test-sends": lambda: (
            {"template_id": journeys.template(), "version": "1"},
            TRY,
            {"addresses": ["you@example.com"]},
        ),
        "/v1/webhooks/{webhook_id}/rotate-secret": lambda: ({"webhook_id": _webhook(api)}, {}, {}),
        "/v1/webhooks/{webhook_id}/test": lambda: ({"webhook_id": _webhook(api)}, {}, {}),
        "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": lambda: (_delivery(api), {}, {}),
    }
    names, body, change = bodies[path]()
    others = names if change else bodies[path]()[0]

    def call(*, changed: bool = False, headers: dict[str, str] = KEY) -> Answer:
        if not changed:
            return api.post(path.format(**names), body, headers=headers)
        return api.post(path.format(**others), {**body, **change}, headers=headers)

    return call


TRY = {"addresses": ["me@example.com"], "from": {"address": "news@example.com"}, "stand_ins": True}


def _webhook(api: Api) -> str:
    return str(api.post("/v1/webhooks", {"name": "CRM", "url": "https://crm.example.com/"}).document["webhook_id"])


def _delivery(api: Api) -> dict[str, str]:
    webhook_id = _webhook(api)
    tried = api.post(f"/v1/webhooks/{webhook_id}/test").document
    return {"webhook_id": webhook_id, "delivery_id": tried["delivery_id"]}


def _campaign(journeys: Journeys) -> dict[str, Any]:
    return {
        "name": "Spring",
        "template_id": journeys.template(),
        "file_id": journeys.recipient_file(),
        "sender": {"address": "news@example.com"},
    }


@pytest.fixture
def made(sent: list[dict[str, Any]]) -> Callable[[], int]:
    """Count everything that was made: items of the tables, objects of the buckets, mails; keys aside."""

    def count() -> int:
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        tables = ("templates", "recipient_files", "campaigns", "webhooks", "webhook_deliveries", "api_keys")
        items = [item for name in tables for item in dynamodb.scan(TableName=name)["Items"]]
        # A pre-flight takes the place of the one before; its number counts them.
        things = sum(int(item["run"]["N"]) if "run" in item else 1 for item in items)
        buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        return things + sum(s3.list_objects_v2(Bucket=name)["KeyCount"] for name in buckets) + len(sent)

    return count


def _made_by_one(create: Callable[..., Answer], made: Callable[[], int]) -> int:
    """Count what one request makes."""
    before = made()
    create(headers={"idempotency-key": "another"})
    return made() - before


def _kept(answer: Answer) -> dict[str, Any]:
    """Return what of an answer is given again: all but a secret."""
    document: dict[str, Any] = answer.document
    return document | dict.fromkeys(document.keys() & {"secret", "token"})


def test_the_same_request_is_answered_the_same_and_makes_nothing_more(
    create: Callable[..., Answer], made: Callable[[], int]
) -> None:
    one = _made_by_one(create, made)
    before = made()
    first = create()
    assert first.status in DONE, first.body
    assert "idempotency-replayed" not in first.headers
    again = create()
    assert (again.status, _kept(again)) == (first.status, _kept(first))
    assert again.document == _kept(again)
    assert again.headers == {**first.headers, "idempotency-replayed": "true"}
    assert made() == before + one


def test_another_body_under_the_key_is_refused(create: Callable[..., Answer], made: Callable[[], int]) -> None:
    create()
    before = made()
    create(changed=True).problem(422, "idempotency-key-reused")
    assert made() == before


def test_without_a_key_each_request_makes_its_own(create: Callable[..., Answer], sent: list[Any]) -> None:
    del sent
    first, second = create(headers={}), create(headers={})
    assert "idempotency-replayed" not in {**first.headers, **second.headers}
    if first.status == HTTPStatus.CREATED and not first.headers["location"].endswith("shop.example.org"):
        assert first.headers["location"] != second.headers["location"]


def test_a_header_that_is_no_key_is_refused(create: Callable[..., Answer]) -> None:
    create(headers={"idempotency-key": "a b"}).problem(400, "idempotency-key-required")


@pytest.mark.parametrize("lost", ["answer", "key"])
def test_a_request_that_broke_off_after_making_something_makes_nothing_more(
    create: Callable[..., Answer],
    made: Callable[[], int],
    lost: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = FixedClock(bootstrap.clock().now())
    requests = IdempotentRequests(requests=DynamoKeptRequests(), clock=clock)
    bootstrap.idempotent_requests()
    monkeypatch.setattr(bootstrap, "idempotent_requests", lambda: requests)
    one = _made_by_one(create, made)
    before = made()

    def died(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(requests, "finish", died)
        if lost == "key":
            dying.setattr(requests, "give_up", died)
        with pytest.raises(KeyboardInterrupt):
            create()
    assert made() == before + one
    waiting = create()
    waiting.problem(409, "request-in-progress")
    assert waiting.headers["retry-after"] == "1"
    clock.time += LEASE + timedelta(seconds=1)
    again = create()
    assert again.status in DONE, again.body
    again_done = request.node.callspec.params["create"] in REPEATED
    assert made() == before + (2 * one if again_done else one)
    assert _kept(create()) == _kept(again)


def test_the_same_request_meanwhile_makes_nothing(
    create: Callable[..., Answer], made: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = _made_by_one(create, made)
    before = made()
    requests = bootstrap.idempotent_requests()
    finish, meanwhile = requests.finish, list[Answer]()

    def slowly(request: KeptRequest, answer: KeptAnswer) -> None:
        meanwhile.extend([create(), create(changed=True)])
        finish(request, answer)

    monkeypatch.setattr(requests, "finish", slowly)
    assert create().status in DONE
    meanwhile[0].problem(409, "request-in-progress")
    meanwhile[1].problem(422, "idempotency-key-reused")
    assert made() == before + one


def test_a_refusal_is_not_kept(api: Api, journeys: Journeys) -> None:
    body = _campaign(journeys)
    gone = {**body, "template_id": f"tpl_{'0' * 26}"}
    api.post("/v1/campaigns", gone, headers=KEY).problem(404, "template-not-found")
    api.post("/v1/campaigns", {**body, "colour": "blue"}, headers=KEY).problem(422, "invalid-input")
    assert api.post("/v1/campaigns", body, headers=KEY).status == 201


def test_a_key_of_one_operation_is_not_that_of_another(api: Api) -> None:
    assert api.post("/v1/recipient-files", {"name": "All"}, headers=KEY).status == 201
    api.post("/v1/templates", {"name": "All", "subject": "x"}, headers=KEY).problem(422, "idempotency-key-reused")
