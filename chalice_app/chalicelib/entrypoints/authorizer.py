"""The authorizer of the API: recognises the bearer of an API key and tells its scopes."""

import logging
from typing import Any

from chalice.app import AuthRequest, AuthResponse, Blueprint

from chalicelib import bootstrap
from chalicelib.access.model import UnauthorizedError

_LOG = logging.getLogger(__name__)
_CACHE_SECONDS = 60
"""How long API Gateway may reuse an answer for the same key and source; a revoked key stays good for no longer."""

access = Blueprint(__name__)


class NotAuthorizedError(Exception):
    """API Gateway answers UNAUTHORIZED to exactly this message, and keeps no answer."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@access.authorizer(ttl_seconds=_CACHE_SECONDS)
def authorize(auth_request: AuthRequest) -> AuthResponse:
    """Admit a known key to all routes; each checks its scope."""
    principal = bootstrap.access().authenticate(auth_request.token or "")
    return AuthResponse(
        routes=["*"],
        principal_id=principal.caller_id,
        context={"name": principal.name, "scopes": " ".join(sorted(principal.scopes))},
    )


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer API Gateway's question of the kind REQUEST, which names the source beside the key.

    A source that showed too many wrong keys is denied, which API Gateway answers by 429 (`infra.gateway_responses`).

    Raises:
        NotAuthorizedError: no key that is good.
    """
    source = event["requestContext"]["identity"]["sourceIp"]
    failures = bootstrap.failure_limit()
    given = next((value for name, value in event["headers"].items() if name.lower() == "authorization"), "")
    asked = {"type": "TOKEN", "authorizationToken": given, "methodArn": event["methodArn"]}
    if not failures.refuses(source):
        try:
            admitted: dict[str, Any] = authorize(asked, context)
        except UnauthorizedError as error:
            if not failures.failed(source):
                _LOG.info("key refused", extra={"why": error.detail, "source": source})
                raise NotAuthorizedError from None
        else:
            return admitted
    _LOG.warning("source refused", extra={"source": source})
    denied: dict[str, Any] = AuthResponse(routes=[], principal_id="nobody").to_dict(
        AuthRequest(asked["type"], given, asked["methodArn"])
    )
    return denied
