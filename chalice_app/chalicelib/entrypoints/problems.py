"""Every refusal as RFC 9457 ``application/problem+json``, Chalice's own included."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib.access.model import MissingScopeError, TooManyRequestsError, UnauthorizedError
from chalicelib.idempotency.model import IdempotencyKeyRequiredError
from chalicelib.kernel import logs
from chalicelib.kernel.errors import (
    ConflictError,
    DomainError,
    FieldError,
    InvalidInputError,
    NotFoundError,
    StaleRevisionError,
    TemporarilyUnavailableError,
)

BASE_URI = "https://emailplatform.dev/problems/"
"""Type URIs begin with this; docs/api.md lists them."""

CONTENT_TYPE = "application/problem+json"


class MalformedBodyError(DomainError):
    """The request body is no JSON object."""

    problem = "malformed-body"


STATUS: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    (UnauthorizedError, HTTPStatus.UNAUTHORIZED),
    (MissingScopeError, HTTPStatus.FORBIDDEN),
    (MalformedBodyError, HTTPStatus.BAD_REQUEST),
    (IdempotencyKeyRequiredError, HTTPStatus.BAD_REQUEST),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (StaleRevisionError, HTTPStatus.PRECONDITION_FAILED),
    (ConflictError, HTTPStatus.CONFLICT),
    (TooManyRequestsError, HTTPStatus.TOO_MANY_REQUESTS),
    (TemporarilyUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (InvalidInputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (DomainError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
"""The first class that fits decides the status."""

CHALICE_SLUGS = {
    HTTPStatus.BAD_REQUEST: "bad-request",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported-media-type",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal-error",
}


def problem(
    status: HTTPStatus,
    slug: str,
    detail: str,
    *,
    errors: tuple[FieldError, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write a problem document."""
    document: dict[str, Any] = {
        "type": BASE_URI + slug,
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    if errors:
        document["errors"] = [{"pointer": error.pointer, "detail": error.detail} for error in errors]
    return Response(
        body=json.dumps(document, ensure_ascii=False),
        status_code=status.value,
        headers={"Content-Type": CONTENT_TYPE, **(headers or {})},
    )


def status_of(kind: type[DomainError]) -> HTTPStatus:
    """Return the status under which a kind of refusal is answered."""
    return next(status for known, status in STATUS if issubclass(kind, known))


def problem_of(error: DomainError) -> Response:
    """Map a refusal to its problem document."""
    status = status_of(type(error))
    headers = None if error.retry_seconds is None else {"Retry-After": str(error.retry_seconds)}
    return problem(status, error.problem, error.detail, errors=error.errors, headers=headers)


def middleware(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Rewrite the errors that Chalice makes itself, and name the request in every answer."""
    request_id = (getattr(event, "context", None) or {}).get("requestId")
    with logs.about(request_id):
        response = get_response(event)
    if response.status_code >= HTTPStatus.BAD_REQUEST and isinstance(response.body, dict):
        status = HTTPStatus(response.status_code)
        kept = {name: str(value) for name, value in response.headers.items() if name.lower() == "allow"}
        # What went wrong inside is for the log, not for the caller.
        internal = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        detail = "Something went wrong here; it is logged." if internal else str(response.body.get("Message", ""))
        response = problem(status, CHALICE_SLUGS.get(status, "refused"), detail, headers=kept)
    if request_id:
        response.headers["X-Request-Id"] = request_id
    return response


def invocation(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Name the invocation in every line that a function logs which is no part of the API."""
    with logs.about(getattr(event.context, "aws_request_id", None)):
        return get_response(event)
