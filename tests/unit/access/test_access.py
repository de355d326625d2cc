"""API keys: issued once, recognised by their secret's hash, held to their scopes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.access.model import MissingScopeError, Principal, Scope, UnauthorizedError, hash_secret, read_token
from chalicelib.access.service import AccessService
from tests.fakes.access import FakeApiKeys
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
READ_ONLY = frozenset({Scope.READ})


@pytest.fixture
def keys() -> FakeApiKeys:
    return FakeApiKeys()


@pytest.fixture
def access(keys: FakeApiKeys) -> AccessService:
    return AccessService(keys=keys, clock=FixedClock(NOON))


def test_the_bearer_of_a_key_is_recognised(access: AccessService) -> None:
    key, token = access.issue("CI", READ_ONLY)
    assert access.authenticate(f"Bearer {token}") == Principal(key.key_id, "CI", READ_ONLY)
    assert access.authenticate(f"bearer  {token} ").key_id == key.key_id


def test_only_the_hash_of_the_secret_is_kept(access: AccessService, keys: FakeApiKeys) -> None:
    key, token = access.issue("CI", READ_ONLY)
    _, secret = read_token(token)
    assert keys.items[key.key_id].secret_hash == hash_secret(secret)
    assert secret not in repr(keys.items)


def test_no_two_keys_are_alike(access: AccessService) -> None:
    assert len({access.issue("CI", READ_ONLY)[1] for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "Bearer ep",
        "Bearer ep.key",
        "Bearer ep.key.",
        "Bearer ep..x",
        "Bearer x.y.z",
    ],
)
def test_what_is_no_bearer_token_is_refused(access: AccessService, authorization: str) -> None:
    with pytest.raises(UnauthorizedError):
        access.authenticate(authorization)


def test_an_unknown_key_a_wrong_secret_and_a_revoked_key_get_the_same_answer(
    access: AccessService, keys: FakeApiKeys
) -> None:
    key, token = access.issue("CI", READ_ONLY)
    other, _ = access.issue("CI", READ_ONLY)
    _, secret = read_token(token)
    revoked, revoked_token = access.issue("old", READ_ONLY)
    keys.items[revoked.key_id] = replace(revoked, revoked_at=NOON)
    details = set()
    for wrong in (f"ep.key_none.{secret}", f"ep.{key.key_id}.{secret}x", f"ep.{other.key_id}.{secret}", revoked_token):
        with pytest.raises(UnauthorizedError) as refusal:
            access.authenticate(f"Bearer {wrong}")
        details.add(refusal.value.detail)
    assert details == {"The API key is unknown or revoked."}


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_admits_itself_and_admin_admits_all(scope: Scope) -> None:
    Principal("key_1", "CI", frozenset({scope})).require(scope)
    Principal("key_1", "CI", frozenset({Scope.ADMIN})).require(scope)


def test_a_missing_scope_is_named() -> None:
    principal = Principal("key_1", "CI", frozenset({Scope.READ, Scope.WRITE}))
    with pytest.raises(MissingScopeError, match="read, write"):
        principal.require(Scope.SEND)
    with pytest.raises(MissingScopeError, match="none"):
        Principal("key_1", "CI", frozenset()).require(Scope.READ)
