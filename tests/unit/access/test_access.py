"""API keys: issued once, recognised by their secret's hash, held to their scopes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.model import (
    MOST_OLD_SECRETS,
    ApiKeyNotFoundError,
    ApiKeyRevokedError,
    KeyState,
    MissingScopeError,
    Principal,
    Scope,
    ScopesExceededError,
    UnauthorizedError,
    hash_secret,
    read_token,
)
from chalicelib.access.service import AccessService
from chalicelib.kernel.errors import InvalidInputError, StaleRevisionError
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
    assert access.authenticate(f"bearer  {token} ").caller_id == key.key_id


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
        f"Bearer ep.{'k' * 65}.x",
        f"Bearer ep.key_{'k' * 3_000}.x",
        "Bearer ep.key\0.x",
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
    assert details == {"The API key is unknown, expired or revoked."}


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


ADMIN = Principal("key_0", "admin", frozenset({Scope.ADMIN}))
KEEPER = Principal("key_1", "keeper", frozenset({Scope.KEYS, Scope.READ}))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def service(keys: FakeApiKeys, clock: FixedClock) -> AccessService:
    return AccessService(keys=keys, clock=clock)


def _refused(service: AccessService, token: str) -> bool:
    try:
        service.authenticate(f"Bearer {token}")
    except UnauthorizedError:
        return True
    return False


def test_a_key_ends_when_it_expires(service: AccessService, clock: FixedClock) -> None:
    key, token = service.issue("CI", READ_ONLY, expires_at=NOON + timedelta(hours=1), by=KEEPER)
    assert (key.created_by, key.state(NOON)) == ("key_1", KeyState.ACTIVE)
    clock.time = NOON + timedelta(minutes=59)
    assert not _refused(service, token)
    clock.time = NOON + timedelta(hours=1)
    assert _refused(service, token)
    changed = service.change(key.key_id, {"expires_at": None}, by=KEEPER, revision=1)
    assert (changed.expires_at, changed.revision) == (None, 2)
    assert not _refused(service, token)


@pytest.mark.parametrize("hours", [0, -1])
def test_a_key_cannot_begin_expired(service: AccessService, hours: int) -> None:
    past = NOON + timedelta(hours=hours)
    with pytest.raises(InvalidInputError):
        service.issue("CI", READ_ONLY, expires_at=past, by=ADMIN)
    key, _ = service.issue("CI", READ_ONLY, by=ADMIN)
    with pytest.raises(InvalidInputError):
        service.change(key.key_id, {"expires_at": past}, by=ADMIN, revision=None)


def test_a_replaced_secret_stays_good_for_its_overlap(service: AccessService, clock: FixedClock) -> None:
    key, first = service.issue("CI", READ_ONLY, by=ADMIN)
    _, second = service.rotate(key.key_id, timedelta(hours=2), by=ADMIN, revision=None)
    assert not _refused(service, first)
    assert not _refused(service, second)
    clock.time = NOON + timedelta(hours=2)
    assert _refused(service, first)
    assert not _refused(service, second)


def test_the_secret_in_use_survives_a_rotation_whose_answer_was_lost(service: AccessService, clock: FixedClock) -> None:
    key, first = service.issue("CI", READ_ONLY, by=ADMIN)
    service.rotate(key.key_id, timedelta(hours=2), by=ADMIN, revision=None)
    clock.time = NOON + timedelta(minutes=1)
    _, third = service.rotate(key.key_id, timedelta(hours=2), by=ADMIN, revision=None)
    assert not _refused(service, first)
    assert not _refused(service, third)


def test_without_overlap_every_old_secret_ends(service: AccessService, keys: FakeApiKeys) -> None:
    key, first = service.issue("CI", READ_ONLY, by=ADMIN)
    _, second = service.rotate(key.key_id, timedelta(hours=2), by=ADMIN, revision=None)
    _, third = service.rotate(key.key_id, timedelta(0), by=ADMIN, revision=None)
    assert [_refused(service, token) for token in (first, second, third)] == [True, True, False]
    assert keys.items[key.key_id].old_secrets == ()


def test_only_so_many_old_secrets_are_kept(service: AccessService, keys: FakeApiKeys) -> None:
    key, first = service.issue("CI", READ_ONLY, by=ADMIN)
    for _ in range(MOST_OLD_SECRETS + 1):
        service.rotate(key.key_id, timedelta(days=1), by=ADMIN, revision=None)
    assert len(keys.items[key.key_id].old_secrets) == MOST_OLD_SECRETS
    assert _refused(service, first)


def test_a_revoked_key_is_gone_for_good(service: AccessService) -> None:
    key, token = service.issue("CI", READ_ONLY, by=ADMIN)
    _, newer = service.rotate(key.key_id, timedelta(hours=2), by=ADMIN, revision=None)
    revoked = service.revoke(key.key_id, by=ADMIN, revision=2)
    assert revoked.state(NOON) is KeyState.REVOKED
    assert all(_refused(service, one) for one in (token, newer))
    assert service.revoke(key.key_id, by=ADMIN, revision=None) == revoked
    with pytest.raises(ApiKeyRevokedError):
        service.rotate(key.key_id, timedelta(0), by=ADMIN, revision=None)
    with pytest.raises(ApiKeyRevokedError):
        service.change(key.key_id, {"name": "x"}, by=ADMIN, revision=None)


def test_nobody_gains_by_a_key(service: AccessService, keys: FakeApiKeys) -> None:
    strong, _ = service.issue("strong", frozenset({Scope.READ, Scope.SEND}), by=ADMIN)
    weak, _ = service.issue("weak", READ_ONLY, by=KEEPER)
    before = dict(keys.items)
    for attempt in (
        lambda: service.issue("more", frozenset({Scope.WRITE}), by=KEEPER),
        lambda: service.issue("most", frozenset({Scope.ADMIN}), by=KEEPER),
        lambda: service.change(weak.key_id, {"scopes": frozenset({Scope.SEND})}, by=KEEPER, revision=None),
        lambda: service.change(strong.key_id, {"scopes": READ_ONLY}, by=KEEPER, revision=None),
        lambda: service.rotate(strong.key_id, timedelta(0), by=KEEPER, revision=None),
        lambda: service.revoke(strong.key_id, by=KEEPER, revision=None),
    ):
        with pytest.raises(ScopesExceededError):
            attempt()
    assert keys.items == before


def test_a_change_heeds_the_revision(service: AccessService) -> None:
    key, _ = service.issue("CI", READ_ONLY, by=ADMIN)
    assert service.change(key.key_id, {"name": "b"}, by=ADMIN, revision=1).name == "b"
    for attempt in (
        lambda: service.change(key.key_id, {"name": "c"}, by=ADMIN, revision=1),
        lambda: service.rotate(key.key_id, timedelta(0), by=ADMIN, revision=1),
        lambda: service.revoke(key.key_id, by=ADMIN, revision=1),
    ):
        with pytest.raises(StaleRevisionError):
            attempt()


def test_what_is_not_there_cannot_be_changed(service: AccessService) -> None:
    with pytest.raises(ApiKeyNotFoundError):
        service.revoke("key_none", by=ADMIN, revision=None)
