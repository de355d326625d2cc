"""What API Gateway answers by itself, as problem documents (RFC 9457) like the application's own."""

import json
from http import HTTPStatus
from typing import Any, NamedTuple

CONTENT_TYPE = "application/problem+json"


class _Refusal(NamedTuple):
    """One kind of answer.

    ``status`` is None where each cause has its own, ``retry_seconds`` where time alone does not help.
    """

    status: HTTPStatus | None
    slug: str
    detail: str
    retry_seconds: int | None = None


_REFUSALS = {
    "UNAUTHORIZED": _Refusal(
        HTTPStatus.UNAUTHORIZED,
        "unauthorized",
        "Send an API key that is neither expired nor revoked as `Authorization: Bearer <key>`.",
    ),
    # The authorizer denies nobody but a source that showed one wrong key after the other.
    "ACCESS_DENIED": _Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        "Too many wrong API keys came from this address.",
        60,  # an authorizer's answer is kept for a minute
    ),
    "MISSING_AUTHENTICATION_TOKEN": _Refusal(
        HTTPStatus.NOT_FOUND, "not-found", "There is no such path, or it does not take this method."
    ),
    "THROTTLED": _Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "Slow down and try again.", 1),
    "QUOTA_EXCEEDED": _Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "The quota is used up.", 3600),
    "REQUEST_TOO_LARGE": _Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "request-too-large",
        "Send less than 5 MB; files go straight to their bucket.",
    ),
    "UNSUPPORTED_MEDIA_TYPE": _Refusal(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Send the body as application/json."
    ),
    "BAD_REQUEST_BODY": _Refusal(HTTPStatus.BAD_REQUEST, "bad-request", "The body cannot be read."),
    "BAD_REQUEST_PARAMETERS": _Refusal(HTTPStatus.BAD_REQUEST, "bad-request", "A parameter cannot be read."),
    "INTEGRATION_TIMEOUT": _Refusal(
        HTTPStatus.GATEWAY_TIMEOUT,
        "temporarily-unavailable",
        "No answer came in time; the change may have been made.",
        2,
    ),
    "DEFAULT_4XX": _Refusal(None, "refused", "The request cannot be taken."),
    "DEFAULT_5XX": _Refusal(None, "internal-error", "Something went wrong here; it is logged."),
}

_NOT_SIGNED = _Refusal(
    HTTPStatus.UNAUTHORIZED,
    "unauthorized",
    "Sign the request with SigV4 for the service execute-api, by credentials that are in force; and see whether there "
    "is such a path and method, which is not told apart here.",
)
_SIGNED_REFUSALS = {kind: refusal for kind, refusal in _REFUSALS.items() if kind != "UNAUTHORIZED"} | {
    "MISSING_AUTHENTICATION_TOKEN": _NOT_SIGNED,
    "INVALID_SIGNATURE": _NOT_SIGNED,
    "EXPIRED_TOKEN": _NOT_SIGNED,
    "ACCESS_DENIED": _Refusal(
        HTTPStatus.FORBIDDEN, "missing-scope", "No policy lets this role or user call the API; see `apiCallers`."
    ),
}


def gateway_responses(base_uri: str, *, signed: bool = False) -> dict[str, Any]:
    """Return the value of ``x-amazon-apigateway-gateway-responses``.

    Args:
        base_uri: what the type URIs begin with.
        signed: for the API whose callers sign their requests.
    """
    challenge = "AWS4-HMAC-SHA256" if signed else "Bearer"
    refusals = _SIGNED_REFUSALS if signed else _REFUSALS
    return {kind: _response(refusal, base_uri, challenge) for kind, refusal in refusals.items()}


def _response(refusal: _Refusal, base_uri: str, challenge: str) -> dict[str, Any]:
    problem: dict[str, Any] = {"type": base_uri + refusal.slug}
    # API Gateway picks the template by the name application/json and would answer with that type.
    parameters = {"gatewayresponse.header.Content-Type": f"'{CONTENT_TYPE}'"}
    response: dict[str, Any] = {}
    if refusal.status:
        problem |= {"title": refusal.status.phrase, "status": refusal.status.value}
        response["statusCode"] = str(refusal.status.value)
    if refusal.status is HTTPStatus.UNAUTHORIZED:
        parameters["gatewayresponse.header.WWW-Authenticate"] = f"'{challenge}'"  # RFC 9110, 11.6.1
    if refusal.retry_seconds is not None:
        parameters["gatewayresponse.header.Retry-After"] = f"'{refusal.retry_seconds}'"
    problem |= {"detail": refusal.detail, "request_id": "$context.requestId"}
    return response | {
        "responseParameters": parameters,
        "responseTemplates": {"application/json": json.dumps(problem)},
    }
