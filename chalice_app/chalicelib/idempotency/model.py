"""What a request with an idempotency key is, and what is remembered of it.

Semantics: IETF draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.kernel.errors import ConflictError, DomainError, InvalidInputError

KEPT = timedelta(hours=24)
"""How long a key is remembered; after that it may be used for another request."""

LEASE = timedelta(seconds=30)
"""How long a request may be without an outcome: no longer than API Gateway waits. After that it has broken off."""

LONGEST_KEY = 255
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')
"""A string of RFC 8941, section 3.3.3."""

_BARE = re.compile(r"[!#-+\--\[\]-~]+")
"""Visible ASCII without quotation marks, comma and backslash: what many clients send."""

KEY_PATTERN = f"^({_QUOTED.pattern}|{_BARE.pattern})$"
"""What a key may be as the header has it."""


class IdempotencyKeyRequiredError(DomainError):
    """The request has no idempotency key, or none that can be read."""

    problem = "idempotency-key-required"


class IdempotencyKeyReusedError(InvalidInputError):
    """The idempotency key was used for another request."""

    problem = "idempotency-key-reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request; use a new one.")


class RequestInProgressError(ConflictError):
    """A request with the same idempotency key is being processed; ask again a little later."""

    problem = "request-in-progress"
    retry_seconds = 1


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
class KeptAnswer:
    """How a request was answered."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """What is remembered of a request that makes something.

    Attributes:
        resource_id: of what it makes, the same in every try.
        owner: the try that works on it.
        lease_until: when a request without an answer has broken off.
        expires_at: from then on its key counts as unused.
        answer: None until it is answered.
        resumed: an earlier try broke off, so that its resource may exist. Not stored.
    """

    use: KeyUse
    resource_id: str
    owner: str
    lease_until: datetime
    expires_at: datetime
    answer: KeptAnswer | None = None
    resumed: bool = field(default=False, compare=False)


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
    if not 0 < len(key) <= LONGEST_KEY:
        raise IdempotencyKeyRequiredError(
            "Send the header Idempotency-Key with a value of your own for each request, such as a UUID in quotation "
            f"marks: 1 to {LONGEST_KEY} characters of ASCII. Repeat it when you repeat the request."
        )
    return key


def fingerprint(document: Mapping[str, Any]) -> str:
    """Return what makes two requests the same: the values of the document, in whatever order they were given."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def checked(request: KeptRequest, use: KeyUse) -> KeptRequest:
    """Return what is remembered under the key of a request, if it is the same request.

    Raises:
        IdempotencyKeyReusedError: it is another.
    """
    if request.use.fingerprint != use.fingerprint:
        raise IdempotencyKeyReusedError
    return request
