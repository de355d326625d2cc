"""API keys: what a caller shows, and what the platform keeps of it."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.kernel.errors import DomainError

_SECRET_BYTES = 32
_PREFIX = "ep"


class Scope(StrEnum):
    """What a key may do; ``admin`` includes the others."""

    READ = "read"
    WRITE = "write"
    SEND = "send"
    ADMIN = "admin"


class UnauthorizedError(DomainError):
    """No key, or none that is known."""

    problem = "unauthorized"


class MissingScopeError(DomainError):
    """The key is known, but may not do this."""

    problem = "missing-scope"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key: only the SHA-256 of its secret."""

    key_id: str
    name: str
    secret_hash: str
    scopes: frozenset[Scope]
    created_at: datetime
    revoked_at: datetime | None = None
    revision: int = 0

    def admits(self, secret: str) -> bool:
        """Compare a secret in constant time."""
        return hmac.compare_digest(self.secret_hash, hash_secret(secret)) and self.revoked_at is None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request."""

    key_id: str
    name: str
    scopes: frozenset[Scope]

    def require(self, scope: Scope) -> None:
        """Pass if the scope is held.

        Raises:
            MissingScopeError: it is not.
        """
        if scope not in self.scopes and Scope.ADMIN not in self.scopes:
            held = ", ".join(sorted(self.scopes)) or "none"
            raise MissingScopeError(f"This needs an API key with the scope `{scope}`; this key has: {held}.")


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
    if prefix != _PREFIX or not key_id or not secret:
        raise UnauthorizedError("The API key is not of the form ep.<key id>.<secret>.")
    return key_id, secret
