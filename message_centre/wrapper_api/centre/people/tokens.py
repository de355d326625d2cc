"""Access tokens of the Message Centre: short-lived, signed by a key that only the wrapper can use.

The issuer's own tokens stay here: those for access differ from issuer to issuer and may not say who the person is.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from message_centre.wrapper_api.centre.people.model import Person, Role, SignedOutError

LIFETIME_SECONDS: Final = 600
"""For so long a token goes on to say what the person may do, also after a change of roles."""

_KIND = "mc1"


class AccessTokens:
    """Writes and reads access tokens.

    Args:
        key: returns the signing key; asked when first needed.
    """

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    def write(self, person: Person, now: datetime) -> str:
        """Return a token that says who the person is for `LIFETIME_SECONDS`."""
        payload = {
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "role": person.role,
            "exp": int(now.timestamp()) + LIFETIME_SECONDS,
        }
        body = _encoded(json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode())
        return f"{_KIND}.{body}.{self._signature(body)}"

    def read(self, token: str, now: datetime) -> Person:
        """Return who a token speaks of.

        Raises:
            SignedOutError: it is not one of ours, or has expired.
        """
        kind, _, rest = token.partition(".")
        body, _, signature = rest.partition(".")
        if kind != _KIND or not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            raise SignedOutError("The access token is none of the Message Centre.")
        payload: dict[str, Any] = json.loads(_decoded(body))
        if payload["exp"] <= now.timestamp():
            raise SignedOutError("The access token has expired.")
        role = payload["role"]
        return Person(payload["id"], payload["name"], payload["email"], Role(role) if role else None)

    def _signature(self, body: str) -> str:
        return _encoded(hmac.digest(self._key(), f"{_KIND}.{body}".encode(), hashlib.sha256))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise SignedOutError("The access token is none of the Message Centre.") from None
