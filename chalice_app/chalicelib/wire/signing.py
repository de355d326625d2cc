"""Signatures of AWS, version 4, for requests whose body is in memory.

Source: AWS General Reference, "Create a signed AWS API request". A test compares them with the SDK's own.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

_ALGORITHM = "AWS4-HMAC-SHA256"


def authorization(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    access_key: str,
    secret_key: str,
    region: str,
    service: str,
    at: datetime,
) -> str:
    """Return the header ``Authorization``.

    Args:
        method: of the request.
        path: of its URL, already encoded, without a query.
        headers: those that are signed, with names in lower case and values without spaces around them; ``host`` and
            ``x-amz-date`` (`stamp`) must be among them.
        body: what is sent.
        access_key: id of the key.
        secret_key: the key.
        region: of the service.
        service: its name in signatures.
        at: when it is signed, in UTC.
    """
    day = at.strftime("%Y%m%d")
    scope = f"{day}/{region}/{service}/aws4_request"
    names = sorted(headers)
    signed = ";".join(names)
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    canonical = f"{method}\n{path}\n\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    text = f"{_ALGORITHM}\n{stamp(at)}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(_key(secret_key, day, region, service), text.encode(), "sha256").hex()
    return f"{_ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"


def stamp(at: datetime) -> str:
    """Return a moment as ``x-amz-date`` has it."""
    return at.strftime("%Y%m%dT%H%M%SZ")


@lru_cache(maxsize=8)
def _key(secret_key: str, day: str, region: str, service: str) -> bytes:
    """Return the key of a day, which holds for every request of it."""
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
