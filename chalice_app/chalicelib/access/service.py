"""Issues API keys, recognises their bearers, and lets those with the right change keys."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict

from chalicelib.access.model import (
    ADMINISTRATOR,
    ID_PREFIX,
    ApiKey,
    ApiKeyNotFoundError,
    ApiKeyRevokedError,
    Principal,
    Scope,
    UnauthorizedError,
    hash_secret,
    new_secret,
    read_token,
    write_token,
)
from chalicelib.access.ports import ApiKeyRepository
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldError, InvalidInputError, StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.pages import Page


class KeyChanges(TypedDict, total=False):
    """What is changed of a key; what is left out stays."""

    name: str
    scopes: frozenset[Scope]
    expires_at: datetime | None


class AccessService:
    """API keys."""

    def __init__(self, *, keys: ApiKeyRepository, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def issue(
        self,
        name: str,
        scopes: frozenset[Scope],
        *,
        expires_at: datetime | None = None,
        by: Principal | None = None,
        key_id: str | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key; return it with the token, which is shown this once and kept nowhere.

        Args:
            name: what it is called.
            scopes: what it may do.
            expires_at: when it ends; None: never.
            by: who makes it; None: an administrator.
            key_id: its id; None: a new one.

        Raises:
            ScopesExceededError: it would have more scopes than who makes it.
            InvalidInputError: it would have expired already.
            StaleRevisionError: there is one with this id.
        """
        now = self._clock.now()
        if by is not None:
            by.require_all_of(scopes)
        _check_expiry(expires_at, now)
        secret = new_secret()
        made_by = by.caller_id if by else ADMINISTRATOR
        key = ApiKey(key_id or new_id(ID_PREFIX, now), name, hash_secret(secret), scopes, now, made_by, expires_at)
        return self._keys.add(key), write_token(key.key_id, secret)

    def issue_once(
        self, key_id: str, name: str, scopes: frozenset[Scope], *, expires_at: datetime | None, by: Principal
    ) -> tuple[ApiKey, str | None]:
        """Make a key as `issue` does; one that has the id was made by an earlier try, and its token is gone."""
        try:
            return self.issue(name, scopes, expires_at=expires_at, by=by, key_id=key_id)
        except StaleRevisionError:
            return self.get(key_id), None

    def authenticate(self, authorization: str) -> Principal:
        """Recognise the bearer of an ``Authorization`` header.

        Raises:
            UnauthorizedError: no bearer token, or none that is known and in force.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.casefold() != "bearer" or not token.strip():
            raise UnauthorizedError("Send the API key as `Authorization: Bearer <key>`.")
        key_id, secret = read_token(token.strip())
        key = self._keys.get(key_id)
        if key is None or not key.admits(secret, self._clock.now()):
            raise UnauthorizedError("The API key is unknown, expired or revoked.")
        return Principal(key.key_id, key.name, key.scopes)

    def get(self, key_id: str) -> ApiKey:
        """Return a key.

        Raises:
            ApiKeyNotFoundError: there is none.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise ApiKeyNotFoundError("There is no such API key.")
        return key

    def list(self, *, limit: int, cursor: str | None) -> Page[ApiKey]:
        """Return a page of all keys, newest first."""
        return self._keys.list(limit=limit, cursor=cursor)

    def change(self, key_id: str, changes: KeyChanges, *, by: Principal, revision: int | None) -> ApiKey:
        """Change a key's name, scopes or expiry.

        Raises:
            ApiKeyNotFoundError, ApiKeyRevokedError: there is no such key, or none any more.
            ScopesExceededError: it has or would have more scopes than who changes it.
            InvalidInputError: it would have expired already.
            StaleRevisionError: it has another revision.
        """
        key = self._to_change(key_id, by, revision)
        by.require_all_of(changes.get("scopes", frozenset()))
        _check_expiry(changes.get("expires_at"), self._clock.now())
        return self._keys.save(replace(key, **changes))

    def rotate(self, key_id: str, overlap: timedelta, *, by: Principal, revision: int | None) -> tuple[ApiKey, str]:
        """Give a key a new secret; return it with the token. The old secret stays good for the overlap.

        Raises:
            ApiKeyNotFoundError, ApiKeyRevokedError, ScopesExceededError, StaleRevisionError: as for `change`.
        """
        key, now, secret = self._to_change(key_id, by, revision), self._clock.now(), new_secret()
        saved = self._keys.save(
            replace(
                key,
                secret_hash=hash_secret(secret),
                old_secrets=key.secrets_after(now, overlap),
                rotated_at=now,
            )
        )
        return saved, write_token(key_id, secret)

    def revoke(self, key_id: str, *, by: Principal, revision: int | None) -> ApiKey:
        """End a key for good; one that is revoked already stays as it is.

        Raises:
            ApiKeyNotFoundError, ScopesExceededError, StaleRevisionError: as for `change`.
        """
        try:
            key = self._to_change(key_id, by, revision)
        except ApiKeyRevokedError:
            return self.get(key_id)
        return self._keys.save(replace(key, revoked_at=self._clock.now(), old_secrets=()))

    def _to_change(self, key_id: str, by: Principal, revision: int | None) -> ApiKey:
        key = self.get(key_id)
        by.require_all_of(key.scopes)
        if revision not in {None, key.revision}:
            raise StaleRevisionError("Somebody else changed the key in between; read it again.")
        if key.revoked_at is not None:
            raise ApiKeyRevokedError("The API key was revoked; make another one.")
        return key


def _check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise InvalidInputError(
            "The API key would have expired already.",
            errors=(FieldError("/expires_at", "Give a time in the future, or null."),),
        )
