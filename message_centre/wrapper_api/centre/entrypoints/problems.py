"""Every refusal as RFC 9457 ``application/problem+json``, with ``help`` for a marketing person."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from chalice.app import Response

from message_centre.wrapper_api.centre.kernel.errors import CentreError

BASE_URI: Final = "https://emailplatform.dev/message-centre/problems/"
"""Type URIs of the Message Centre begin with this; the platform's own keep theirs."""

CONTENT_TYPE: Final = "application/problem+json"

_CHALICE_SLUGS = {
    HTTPStatus.BAD_REQUEST: "bad-request",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported-media-type",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal-error",
}


def document_of(error: CentreError) -> dict[str, Any]:
    """Return a refusal as its problem document."""
    document: dict[str, Any] = {
        "type": getattr(error, "type_uri", BASE_URI + error.problem),
        "title": error.status.phrase,
        "status": error.status.value,
        "detail": error.detail,
        "help": error.help,
    }
    if error.errors:
        document["errors"] = [{"pointer": one.pointer, "detail": one.detail} for one in error.errors]
    return document


def problem_of(error: CentreError) -> Response:
    """Answer a refusal."""
    headers = {} if error.retry_seconds is None else {"Retry-After": str(error.retry_seconds)}
    return written(document_of(error), headers)


def written(document: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Write a problem document as it is."""
    body = json.dumps(document, ensure_ascii=False)
    return Response(body=body, status_code=document["status"], headers={"Content-Type": CONTENT_TYPE, **headers})


def middleware(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Rewrite the errors that Chalice makes itself, and name the request in every answer."""
    request_id = (getattr(event, "context", None) or {}).get("requestId")
    response = get_response(event)
    if response.status_code >= HTTPStatus.BAD_REQUEST and isinstance(response.body, dict):
        status = HTTPStatus(response.status_code)
        kept = {name: str(value) for name, value in response.headers.items() if name.lower() == "allow"}
        internal = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        detail = "Something went wrong here; it is logged." if internal else str(response.body.get("Message", ""))
        document = {
            "type": BASE_URI + _CHALICE_SLUGS.get(status, "refused"),
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
            "help": "Try again; tell an administrator the number of the request if it stays so." if internal else None,
        }
        response = written(document, kept)
    if request_id:
        response.headers.setdefault("X-Request-Id", request_id)
    response.headers.setdefault("Cache-Control", "no-store")
    return response
