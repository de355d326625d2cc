"""What API Gateway answers by itself, as problem documents (RFC 9457) like the application's own."""

import json
from typing import Any, NamedTuple


class _Refusal(NamedTuple):
    """One kind of answer; ``status`` is None where each cause has its own."""

    status: int | None
    slug: str
    title: str
    detail: str


_REFUSALS = {
    "UNAUTHORIZED": _Refusal(401, "unauthorized", "Unauthorized", "Send the API key as `Authorization: Bearer <key>`."),
    # The authorizer denies a key that it does not know, which is no question of rights.
    "ACCESS_DENIED": _Refusal(401, "unauthorized", "Unauthorized", "The API key is unknown or revoked."),
    "MISSING_AUTHENTICATION_TOKEN": _Refusal(
        404, "route-not-found", "Not Found", "There is no such path, or it does not take this method."
    ),
    "THROTTLED": _Refusal(429, "too-many-requests", "Too Many Requests", "Slow down and try again."),
    "QUOTA_EXCEEDED": _Refusal(429, "too-many-requests", "Too Many Requests", "The quota is used up."),
    "REQUEST_TOO_LARGE": _Refusal(
        413, "request-too-large", "Content Too Large", "Send less than 10 MB; files go straight to their bucket."
    ),
    "UNSUPPORTED_MEDIA_TYPE": _Refusal(
        415, "unsupported-media-type", "Unsupported Media Type", "Send the body as application/json."
    ),
    "BAD_REQUEST_BODY": _Refusal(400, "malformed-request", "Bad Request", "The body cannot be read."),
    "BAD_REQUEST_PARAMETERS": _Refusal(400, "malformed-request", "Bad Request", "A parameter cannot be read."),
    "INTEGRATION_TIMEOUT": _Refusal(
        504, "temporarily-unavailable", "Gateway Timeout", "No answer came in time; the change may have been made."
    ),
    "DEFAULT_4XX": _Refusal(None, "refused", "Refused", "The request cannot be taken."),
    "DEFAULT_5XX": _Refusal(None, "internal-error", "Internal Error", "Something failed on our side; try again."),
}


def gateway_responses(base_uri: str) -> dict[str, Any]:
    """Return the value of ``x-amazon-apigateway-gateway-responses``.

    Args:
        base_uri: what the type URIs begin with.
    """
    return {kind: _response(refusal, base_uri) for kind, refusal in _REFUSALS.items()}


def _response(refusal: _Refusal, base_uri: str) -> dict[str, Any]:
    problem: dict[str, Any] = {"type": base_uri + refusal.slug, "title": refusal.title, "detail": refusal.detail}
    if refusal.status:
        problem["status"] = refusal.status
    problem["request_id"] = "$context.requestId"
    # The template's own content type would be application/json: API Gateway picks the template by that name.
    parameters = {"gatewayresponse.header.Content-Type": "'application/problem+json'"}
    if refusal.status == 401:  # noqa: PLR2004 - RFC 9110, 11.6.1 asks for the header with exactly this status
        parameters["gatewayresponse.header.WWW-Authenticate"] = "'Bearer'"
    response: dict[str, Any] = {
        "responseParameters": parameters,
        "responseTemplates": {"application/json": json.dumps(problem)},
    }
    if refusal.status:
        response["statusCode"] = str(refusal.status)
    return response
