"""Idempotency keys of requests that make something: one thing, one answer, whatever breaks off in between."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

import app
from chalicelib import bootstrap
from chalicelib.idempotency.model import LEASE, KeptAnswer, KeptRequest
from chalicelib.idempotency.service import IdempotentRequests
from chalicelib.store.idempotency import DynamoKeptRequests
from tests.fakes.tracking import FixedClock
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import Answer, Api

KEY = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
CREATING = {
    (one.method, one.path)
    for api in app.APIS
    for one in api.operations
    if one.creates
}  # fmt: skip


@pytest.fixture(params=sorted(path for _, path in CREATING))
def create(request: pytest.FixtureRequest, api: Api, journeys: Journeys) -> Callable[..., Answer]:
    """Make one of everything that can be made; a change makes it another request."""
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
    }
    names, body, change = bodies[path]()

    def call(*, changed: bool = False, headers: dict[str, str] = KEY) -> Answer:
        return api.post(path.format(**names), {**body, **(change if changed else {})}, headers=headers)

    return call


def _campaign(journeys: Journeys) -> dict[str, Any]:
    return {
        "name": "Spring",
        "template_id": journeys.template(),
        "file_id": journeys.recipient_file(),
        "sender": {"address": "news@example.com"},
    }


def _made() -> int:
    """Count everything that was made: items of the tables and objects of the buckets, keys aside."""
    dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
    tables = ("templates", "recipient_files", "campaigns", "webhooks", "api_keys")
    items = sum(dynamodb.scan(TableName=name)["Count"] for name in tables)
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return items + sum(s3.list_objects_v2(Bucket=name)["KeyCount"] for name in buckets)


def _made_by_one(create: Callable[..., Answer]) -> int:
    """Count what one request makes."""
    before = _made()
    create(headers={"idempotency-key": "another"})
    return _made() - before


def _kept(answer: Answer) -> dict[str, Any]:
    """Return what of an answer is given again: all but a secret."""
    document: dict[str, Any] = answer.document
    return document | dict.fromkeys(document.keys() & {"secret", "token"})


def test_the_same_request_is_answered_the_same_and_makes_nothing_more(create: Callable[..., Answer]) -> None:
    one = _made_by_one(create)
    before = _made()
    first = create()
    assert first.status in {201, 202}, first.body
    assert "idempotency-replayed" not in first.headers
    again = create()
    assert (again.status, _kept(again)) == (first.status, _kept(first))
    assert again.document == _kept(again)
    assert again.headers == {**first.headers, "idempotency-replayed": "true"}
    assert _made() == before + one


def test_another_body_under_the_key_is_refused(create: Callable[..., Answer]) -> None:
    create()
    before = _made()
    create(changed=True).problem(422, "idempotency-key-reused")
    assert _made() == before


def test_without_a_key_each_request_makes_its_own(create: Callable[..., Answer]) -> None:
    assert create(headers={}).headers["location"] != create(headers={}).headers["location"]


def test_a_header_that_is_no_key_is_refused(create: Callable[..., Answer]) -> None:
    create(headers={"idempotency-key": "a b"}).problem(400, "idempotency-key-required")


@pytest.mark.parametrize("lost", ["answer", "key"])
def test_a_request_that_broke_off_after_making_something_makes_nothing_more(
    create: Callable[..., Answer], lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FixedClock(bootstrap.clock().now())
    requests = IdempotentRequests(requests=DynamoKeptRequests(), clock=clock)
    bootstrap.idempotent_requests()
    monkeypatch.setattr(bootstrap, "idempotent_requests", lambda: requests)
    one = _made_by_one(create)
    before = _made()

    def died(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(requests, "finish", died)
        if lost == "key":
            dying.setattr(requests, "give_up", died)
        with pytest.raises(KeyboardInterrupt):
            create()
    assert _made() == before + one
    waiting = create()
    waiting.problem(409, "request-in-progress")
    assert waiting.headers["retry-after"] == "1"
    clock.time += LEASE + timedelta(seconds=1)
    again = create()
    assert again.status in {201, 202}, again.body
    assert _made() == before + one
    assert _kept(create()) == _kept(again)


def test_the_same_request_meanwhile_makes_nothing(
    create: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = _made_by_one(create)
    before = _made()
    requests = bootstrap.idempotent_requests()
    finish, meanwhile = requests.finish, list[Answer]()

    def slowly(request: KeptRequest, answer: KeptAnswer) -> None:
        meanwhile.extend([create(), create(changed=True)])
        finish(request, answer)

    monkeypatch.setattr(requests, "finish", slowly)
    assert create().status in {201, 202}
    meanwhile[0].problem(409, "request-in-progress")
    meanwhile[1].problem(422, "idempotency-key-reused")
    assert _made() == before + one


def test_a_refusal_is_not_kept(api: Api, journeys: Journeys) -> None:
    body = _campaign(journeys)
    gone = {**body, "template_id": f"tpl_{'0' * 26}"}
    api.post("/v1/campaigns", gone, headers=KEY).problem(404, "template-not-found")
    api.post("/v1/campaigns", {**body, "colour": "blue"}, headers=KEY).problem(422, "invalid-input")
    assert api.post("/v1/campaigns", body, headers=KEY).status == 201


def test_a_key_of_one_operation_is_not_that_of_another(api: Api) -> None:
    assert api.post("/v1/recipient-files", {"name": "All"}, headers=KEY).status == 201
    api.post("/v1/templates", {"name": "All", "subject": "x"}, headers=KEY).problem(422, "idempotency-key-reused")
