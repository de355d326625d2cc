"""Issues API keys and recognises their bearers."""

from chalicelib.access.model import (
    ApiKey,
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
from chalicelib.kernel.ids import new_id


class AccessService:
    """API keys."""

    def __init__(self, *, keys: ApiKeyRepository, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def issue(self, name: str, scopes: frozenset[Scope]) -> tuple[ApiKey, str]:
        """Make a key; return it with the token, which is shown this once and kept nowhere."""
        now = self._clock.now()
        secret = new_secret()
        key = ApiKey(new_id("key", now), name, hash_secret(secret), scopes, now)
        self._keys.add(key)
        return key, write_token(key.key_id, secret)

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
        if key is None or not key.admits(secret):
            raise UnauthorizedError("The API key is unknown or revoked.")
        return Principal(key.key_id, key.name, key.scopes)
