"""Reads what the API answers: documents with their ETag, and problems."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from emailplatform.errors import ApiError
from emailplatform.problems import BY_SLUG


class Answered(dict[str, Any]):
    """A document as the API answered it, with what its headers said."""

    def __init__(self, document: Mapping[str, Any], response: httpx.Response) -> None:
        super().__init__(document)
        self.etag: str | None = response.headers.get("ETag")
        self.request_id: str | None = response.headers.get("X-Request-Id")


def etag_of(document: object) -> str | None:
    """Return the ETag of a document that the client answered; pass it as ``if_match`` to change only that."""
    return document.etag if isinstance(document, Answered) else None


def document_of(response: httpx.Response) -> Any:
    """Return the document of an answer, None where it has none."""
    return Answered(response.json(), response) if response.content else None


def problem_of(response: httpx.Response) -> ApiError:
    """Read a refusal; what is no problem document comes from something in between, and is one by its status."""
    try:
        document = response.json()
    except ValueError:
        document = None
    if not isinstance(document, dict) or "type" not in document:
        document = {"type": "", "detail": response.text[:500] or response.reason_phrase}
    slug = str(document["type"]).rpartition("/")[2] or "refused"
    return BY_SLUG.get(slug, ApiError)(
        slug,
        response.status_code,
        str(document.get("detail", "")),
        errors=document.get("errors", ()),
        request_id=response.headers.get("X-Request-Id") or document.get("request_id"),
        retry_after=retry_after(response),
    )


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of Retry-After, which may be a number or a date (RFC 9110, 10.2.3)."""
    given = response.headers.get("Retry-After", "").strip()
    if not given:
        return None
    if given.isascii() and given.isdigit():
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
