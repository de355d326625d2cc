"""Idempotency keys: the same request again gets the same answer and sends nothing.

Semantics: IETF draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.kernel.errors import DomainError, InvalidInputError

KEPT = timedelta(hours=24)
"""How long a key is remembered; after that it may be used for another request."""

_LONGEST_KEY = 255
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')
"""A string of RFC 8941, section 3.3.3."""

_BARE = re.compile(r"[!#-+\--\[\]-~]+")
"""Visible ASCII without quotation marks, comma and backslash: what many clients send."""


class IdempotencyKeyRequiredError(DomainError):
    """The request has no idempotency key, or none that can be read."""

    problem = "idempotency-key-required"


class IdempotencyKeyReusedError(InvalidInputError):
    """The idempotency key was used for another request."""

    problem = "idempotency-key-reused"


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One request with its key.

    Attributes:
        caller: the API key of the request; each has idempotency keys of its own.
        key: the idempotency key.
        fingerprint: what makes two requests the same.
    """

    caller: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is remembered of a key.

    Attributes:
        message_id: the message that its request made.
        expires_at: from then on it counts as unused.
    """

    use: KeyUse
    message_id: str
    expires_at: datetime


def read_key(header: str | None) -> str:
    """Read the value of ``Idempotency-Key``: a string in quotation marks, or the same without them.

    Raises:
        IdempotencyKeyRequiredError: there is none, or it is no such value of 1 to 255 characters.
    """
    text = (header or "").strip()
    if quoted := _QUOTED.fullmatch(text):
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    else:
        key = text if _BARE.fullmatch(text) else ""
    if not 0 < len(key) <= _LONGEST_KEY:
        raise IdempotencyKeyRequiredError(
            "Send the header Idempotency-Key with a value of your own for each message, such as a UUID in quotation "
            f"marks: 1 to {_LONGEST_KEY} characters of ASCII. Repeat it when you repeat the request."
        )
    return key


def fingerprint(document: Mapping[str, Any]) -> str:
    """Return what makes two requests the same: the values of the document, in whatever order they were given."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
