"""API keys: what a caller shows, and what the platform keeps of it."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.kernel.errors import ConflictError, DomainError, NotFoundError, TemporarilyUnavailableError

_SECRET_BYTES = 32
_PREFIX = "ep"

_KEY_ID = re.compile("[0-9A-Za-z_]{1,64}")
"""What may be looked up: DynamoDB refuses longer keys than 2,048 bytes as a fault of its caller."""

ID_PREFIX: Final = "key"

ADMINISTRATOR: Final = "administrator"
"""Who made what no key made: somebody whom IAM lets invoke ``issue_api_key``."""

LONGEST_OVERLAP: Final = timedelta(days=30)
"""How long at most an old secret is good beside the new one."""

MOST_OLD_SECRETS: Final = 4
"""Of so many earlier secrets the latest are kept, so that a lost answer to a rotation does no harm."""


class Scope(StrEnum):
    """What a key may do; ``admin`` includes the others."""

    READ = "read"
    WRITE = "write"
    SEND = "send"
    KEYS = "keys"
    ADMIN = "admin"


class KeyState(StrEnum):
    """Whether a key is good."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class UnauthorizedError(DomainError):
    """No key, or none that is known."""

    problem = "unauthorized"


class MissingScopeError(DomainError):
    """The caller is known, but may not do this."""

    problem = "missing-scope"


class ScopesExceededError(MissingScopeError):
    """The caller may manage keys, but this one has or would have more scopes than its own."""

    problem = "scopes-exceeded"


class ApiKeyNotFoundError(NotFoundError):
    """There is no such key."""

    problem = "api-key-not-found"


class ApiKeyRevokedError(ConflictError):
    """The key was revoked, which nothing takes back."""

    problem = "api-key-revoked"


class TooManyRequestsError(TemporarilyUnavailableError):
    """The caller makes more requests than it may."""

    problem = "too-many-requests"


@dataclass(frozen=True, slots=True)
class OldSecret:
    """A secret that was replaced and is good until a moment."""

    secret_hash: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key: only the SHA-256 of its secrets.

    Attributes:
        created_by: id of the caller that made it, or `ADMINISTRATOR`.
        rotated_at: when it got its present secret, if that is not its first.
        old_secrets: those before, the latest first.
    """

    key_id: str
    name: str
    secret_hash: str
    scopes: frozenset[Scope]
    created_at: datetime
    created_by: str = ADMINISTRATOR
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    rotated_at: datetime | None = None
    old_secrets: tuple[OldSecret, ...] = ()
    revision: int = 0

    def state(self, now: datetime) -> KeyState:
        """Tell whether the key is good."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        return KeyState.EXPIRED if self.expires_at is not None and self.expires_at <= now else KeyState.ACTIVE

    def admits(self, secret: str, now: datetime) -> bool:
        """Compare a secret in constant time with the present one and with those before that are still good."""
        given = hash_secret(secret)
        good = [self.secret_hash, *(old.secret_hash for old in self.old_secrets if now < old.until)]
        equal = [hmac.compare_digest(one, given) for one in good]
        return any(equal) and self.state(now) is KeyState.ACTIVE

    def secrets_after(self, now: datetime, overlap: timedelta) -> tuple[OldSecret, ...]:
        """Return the old secrets once the present one is replaced: none is good for longer than the overlap."""
        until = now + overlap
        replaced = OldSecret(self.secret_hash, until)
        kept = (OldSecret(old.secret_hash, min(old.until, until)) for old in self.old_secrets)
        return tuple(old for old in (replaced, *kept) if now < old.until)[:MOST_OLD_SECRETS]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request.

    Attributes:
        caller_id: the id of its key, or the ARN of its role or user where it signs with credentials of IAM.
        name: what the key is called, or the role's session or the user.
    """

    caller_id: str
    name: str
    scopes: frozenset[Scope]

    def require(self, scope: Scope) -> None:
        """Pass if the scope is held.

        Raises:
            MissingScopeError: it is not.
        """
        if not self._holds(scope):
            held = ", ".join(sorted(self.scopes)) or "none"
            raise MissingScopeError(f"This needs the scope `{scope}`; this caller has: {held}.")

    def require_all_of(self, scopes: frozenset[Scope]) -> None:
        """Pass if each scope is held, so that nobody gains by a key that they make or take over.

        Raises:
            ScopesExceededError: some are not.
        """
        more = ", ".join(f"`{scope}`" for scope in sorted(scopes) if not self._holds(scope))
        if more:
            raise ScopesExceededError(
                f"A caller can manage only keys with no more scopes than its own; this one lacks {more}."
            )

    def _holds(self, scope: Scope) -> bool:
        return scope in self.scopes or Scope.ADMIN in self.scopes


def new_secret() -> str:
    """Make a secret of 256 random bits."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret, in hex. A fast hash is right here: the secret itself is random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def write_token(key_id: str, secret: str) -> str:
    """Return what the caller keeps: ``ep.<key id>.<secret>``."""
    return f"{_PREFIX}.{key_id}.{secret}"


def read_token(token: str) -> tuple[str, str]:
    """Return key id and secret.

    Raises:
        UnauthorizedError: the text is no token of this platform.
    """
    prefix, _, rest = token.partition(".")
    key_id, _, secret = rest.partition(".")
    if prefix != _PREFIX or not _KEY_ID.fullmatch(key_id) or not secret:
        raise UnauthorizedError("The API key is not of the form ep.<key id>.<secret>.")
    return key_id, secret
