"""The authorizer of the API: recognises the bearer of an API key and tells its scopes."""

import logging

from chalice.app import AuthRequest, AuthResponse, Blueprint

from chalicelib import bootstrap
from chalicelib.access.model import UnauthorizedError

_LOG = logging.getLogger(__name__)
_CACHE_SECONDS = 60
"""How long API Gateway may reuse an answer for the same key; a revoked key stays good for no longer."""

access = Blueprint(__name__)


@access.authorizer(ttl_seconds=_CACHE_SECONDS)
def authorize(auth_request: AuthRequest) -> AuthResponse:
    """Admit a known key to all routes (each checks its scope); deny everybody else."""
    try:
        principal = bootstrap.access().authenticate(auth_request.token or "")
    except UnauthorizedError as error:
        _LOG.info("key refused", extra={"why": error.detail})
        return AuthResponse(routes=[], principal_id="nobody")
    return AuthResponse(
        routes=["*"],
        principal_id=principal.key_id,
        context={"name": principal.name, "scopes": " ".join(sorted(principal.scopes))},
    )
