"""API keys through the API, and what can be done with them."""

import json
from typing import Any

import boto3
import pytest

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from tests.integration.api.gateway import Gateway
from tests.integration.api.platform import Api


def _made(api: Api, **wishes: Any) -> dict[str, Any]:
    answer = api.post("/v1/api-keys", {"name": "CI", "scopes": ["read"], **wishes})
    assert answer.status == 201, answer.body
    assert answer.headers["location"] == f"/v1/api-keys/{answer.document['key_id']}"
    document: dict[str, Any] = answer.document
    return document


def _opens(token: str) -> bool:
    return Gateway(token).call("GET", "/v1/templates").status == 200


def test_a_key_is_made_used_changed_rotated_and_revoked(api: Api) -> None:
    made = _made(api, expires_at="2099-01-01T00:00:00+02:00")
    path, token = f"/v1/api-keys/{made['key_id']}", made.pop("token")
    assert (made["state"], made["created_by"], made["last_used_at"]) == ("active", "key_1", None)
    assert made["expires_at"] == "2098-12-31T22:00:00.000Z"
    shown = api.get(path)
    assert (shown.document, shown.headers["etag"]) == (made, '"1"')
    assert _opens(token)
    assert api.get(path).document["last_used_at"] is not None

    changed = api.call("PATCH", path, '{"name": "crm", "expires_at": null}', {"if-match": '"1"'})
    assert (changed.document["name"], changed.document["expires_at"]) == ("crm", None)
    assert changed.document["scopes"] == ["read"]
    api.call("PATCH", path, '{"name": "late"}', {"if-match": '"1"'}).problem(412, "stale-revision")

    rotated = api.post(f"{path}/rotate", {"overlap_seconds": 600}).document
    assert rotated["old_secrets_until"] > rotated["rotated_at"]
    assert _opens(token)
    assert _opens(rotated["token"])
    again = api.post(f"{path}/rotate", {"overlap_seconds": 0}).document
    assert again["old_secrets_until"] is None
    assert [_opens(one) for one in (token, rotated["token"], again["token"])] == [False, False, True]

    revoked = api.post(f"{path}/revoke").document
    assert (revoked["state"], bool(revoked["revoked_at"])) == ("revoked", True)
    assert not _opens(again["token"])
    assert api.post(f"{path}/revoke").document == revoked
    api.post(f"{path}/rotate").problem(409, "api-key-revoked")
    api.call("PATCH", path, '{"name": "x"}').problem(409, "api-key-revoked")


def test_no_secret_is_kept_or_shown_again(api: Api) -> None:
    made = _made(api)
    secret = made["token"].rpartition(".")[2]
    assert secret not in api.get(f"/v1/api-keys/{made['key_id']}").body
    assert secret not in api.get("/v1/api-keys").body
    dynamodb = boto3.client("dynamodb")
    for table in ("api_keys", "audit", "caller_use"):
        assert secret not in str(dynamodb.scan(TableName=table)["Items"])


def test_keys_are_listed_newest_first(api: Api) -> None:
    ids = [_made(api, name=f"key {number}")["key_id"] for number in range(3)]
    first = api.get("/v1/api-keys?limit=2").document
    rest = api.get(f"/v1/api-keys?limit=2&cursor={first['next']}").document
    assert [key["key_id"] for key in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


def test_a_keeper_of_keys_cannot_become_more(api: Api) -> None:
    strong = f"/v1/api-keys/{_made(api, scopes=['admin'])['key_id']}"
    keeper = Api(frozenset({Scope.KEYS, Scope.READ}))
    weak = f"/v1/api-keys/{_made(keeper)['key_id']}"
    keeper.post("/v1/api-keys", {"name": "x", "scopes": ["read", "send"]}).problem(403, "scopes-exceeded")
    keeper.call("PATCH", weak, '{"scopes": ["keys", "write"]}').problem(403, "scopes-exceeded")
    for action in ("rotate", "revoke"):
        keeper.post(f"{strong}/{action}").problem(403, "scopes-exceeded")
        assert keeper.post(f"{weak}/{action}").status == 200
    assert api.get(strong).document["state"] == "active"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"scopes": "read"}, "/scopes"),
        ({"name": None}, "/name"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "/expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-12:00"}, "/expires_at"),
    ],
)
def test_what_no_key_can_have(change: dict[str, Any], pointer: str, api: Api) -> None:
    path = f"/v1/api-keys/{_made(api)['key_id']}"
    refusal = api.post("/v1/api-keys", {"name": "CI", "scopes": ["read"], **change}).problem(422, "invalid-input")
    assert [error["pointer"] for error in refusal["errors"]] == [pointer]
    assert len(bootstrap.access().list(limit=10, cursor=None).items) == 1
    before = api.get(path).document
    api.call("PATCH", path, json.dumps(change)).problem(422, "invalid-input")
    assert api.get(path).document == before


@pytest.mark.parametrize("seconds", [-1, 2_592_001, "long"])
def test_an_overlap_is_bounded(seconds: object, api: Api) -> None:
    path = f"/v1/api-keys/{_made(api)['key_id']}/rotate"
    api.post(path, {"overlap_seconds": seconds}).problem(422, "invalid-input")
