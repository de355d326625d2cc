"""Every operation that needs a key, and every way not to have the right one."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from chalicelib import bootstrap
from chalicelib.access.limits import FAILURES_PER_MINUTE, FailureLimit, RequestLimit
from chalicelib.access.model import Principal, Scope
from chalicelib.store.caller_use import DynamoCallerUse
from tests.fakes.tracking import FixedClock
from tests.integration.api.gateway import Gateway, call_signed
from tests.integration.api.platform import ROLES, Api
from tests.integration.api.test_refusals import GUARDED, SCOPES

ADMIN = Principal("key_0", "tests", frozenset({Scope.ADMIN}))
ALL = frozenset({Scope.ADMIN})


def _path(resource: str) -> str:
    return re.sub(r"\{\w+\}", "x", resource)


def _expired() -> str:
    access = bootstrap.access()
    key, token = access.issue("expired", ALL)
    stored = access.get(key.key_id)
    access._keys.save(replace(stored, expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    return token


def _revoked() -> str:
    key, token = bootstrap.access().issue("revoked", ALL)
    bootstrap.access().revoke(key.key_id, by=ADMIN, revision=None)
    return token


def _rotated() -> str:
    key, token = bootstrap.access().issue("rotated", ALL)
    bootstrap.access().rotate(key.key_id, timedelta(0), by=ADMIN, revision=None)
    return token


def _of_another_key() -> str:
    (key, _), (_, token) = (bootstrap.access().issue("CI", ALL) for _ in range(2))
    return f"ep.{key.key_id}.{token.rpartition('.')[2]}"


WRONG: dict[str, Callable[[], str | None]] = {
    "none": lambda: None,
    "malformed": lambda: "something",
    "without a secret": lambda: "ep.key_1.",
    "unknown": lambda: f"ep.key_{'0' * 26}.secret",
    "of another key": _of_another_key,
    "revoked": _revoked,
    "expired": _expired,
    "replaced": _rotated,
}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("kind", WRONG)
def test_no_operation_takes_a_wrong_key(kind: str) -> None:
    token = WRONG[kind]()
    for number, (method, resource) in enumerate(GUARDED):
        # From another source each time, since one that fails so often is not answered so any more.
        answer = Gateway(token, f"192.0.2.{number}").call(method, _path(resource), "{}")
        assert answer.status == 401, (method, resource)
        assert answer.document["type"].endswith("/unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("held", [Scope.READ, Scope.WRITE, Scope.SEND, Scope.KEYS])
def test_no_operation_takes_a_key_of_another_scope(held: Scope) -> None:
    _, token = bootstrap.access().issue("CI", frozenset({held}))
    for method, resource in GUARDED:
        answer = Gateway(token).call(method, _path(resource), "not even JSON")
        if SCOPES[method, resource] is held:
            assert answer.status not in {401, 403}, (method, resource)
        else:
            answer.problem(403, "missing-scope")


def _session(role_arn: str) -> str:
    """What API Gateway tells of a session of a role."""
    return f"arn:aws:sts::{role_arn.split(':')[4]}:assumed-role/{role_arn.rpartition('/')[2]}/session-1"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("held", [Scope.READ, Scope.WRITE, Scope.SEND, Scope.KEYS])
def test_no_operation_takes_a_signing_role_of_another_scope(held: Scope) -> None:
    for method, resource in GUARDED:
        answer = call_signed(_session(ROLES[held]), method, _path(resource), "not even JSON")
        if SCOPES[method, resource] is held:
            assert answer.status not in {401, 403}, (method, resource)
        else:
            answer.problem(403, "missing-scope")


@pytest.mark.usefixtures("aws")
def test_no_operation_takes_a_signing_role_that_is_not_listed() -> None:
    for method, resource in GUARDED:
        call_signed(_session("arn:aws:iam::123456789012:role/other"), method, _path(resource), "{}").problem(
            403, "missing-scope"
        )


@pytest.mark.usefixtures("aws")
def test_no_operation_takes_a_request_that_api_gateway_says_nothing_of() -> None:
    for method, resource in GUARDED:
        call_signed("", method, _path(resource), "{}").problem(403, "missing-scope")


@pytest.mark.usefixtures("aws")
def test_what_a_signing_role_made_names_the_role() -> None:
    api, body = Api(), json.dumps({"name": "CI", "scopes": ["read"]})
    session = _session(ROLES[Scope.ADMIN])
    made = call_signed(session, "POST", "/v1/api-keys", body)
    assert made.document["created_by"] == ROLES[Scope.ADMIN]
    (entry,) = api.get(f"/v1/audit?actor={quote(ROLES[Scope.ADMIN], safe='')}").document["items"]
    assert (entry["actor_name"], entry["resource"]) == ("session-1", made.headers["location"])


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch, aws: None) -> None:
    """A time that stands still, so that no slow machine wins back what was used up."""
    del aws
    bootstrap.request_limit()  # binds the table
    clock, use = FixedClock(bootstrap.clock().now()), DynamoCallerUse()
    requests, failures = RequestLimit(use=use, clock=clock, per_second=5), FailureLimit(use, clock)
    monkeypatch.setattr(bootstrap, "request_limit", lambda: requests)
    monkeypatch.setattr(bootstrap, "failure_limit", lambda: failures)


@pytest.mark.usefixtures("stopped")
def test_a_source_of_wrong_keys_is_throttled_and_others_are_not() -> None:
    _, token = bootstrap.access().issue("CI", ALL)
    wrong, right = Gateway(f"ep.key_{'0' * 26}.secret"), Gateway(token)
    answers = [wrong.call("GET", "/v1/templates") for _ in range(FAILURES_PER_MINUTE + 5)]
    assert [one.status for one in answers] == [401] * FAILURES_PER_MINUTE + [429] * 5
    assert answers[-1].document["type"].endswith("/too-many-requests")
    assert answers[-1].headers["retry-after"] == "60"
    assert right.call("GET", "/v1/templates").status == 429
    assert Gateway(token, "192.0.2.8").call("GET", "/v1/templates").status == 200


@pytest.mark.usefixtures("stopped")
def test_a_key_that_is_too_fast_learns_when_to_come_again() -> None:
    _, token = bootstrap.access().issue("CI", ALL)
    answers = [Gateway(token).call("GET", "/v1/templates") for _ in range(12)]
    assert [answer.status for answer in answers] == [200] * 10 + [429] * 2
    answers[-1].problem(429, "too-many-requests")
    assert answers[-1].headers["retry-after"] == "2"
