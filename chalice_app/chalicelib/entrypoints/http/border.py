"""At the border of the API a caller is recognised and its rate limited, and what a request changes is logged."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from chalice.app import Request, Response

from chalicelib import bootstrap
from chalicelib.access.audit import AuditEntry
from chalicelib.access.model import Principal, Scope
from chalicelib.kernel.addresses import address_hash
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.logs import metric

_LOG = logging.getLogger(__name__)
_NOBODY = Principal("", "", frozenset())
ADDRESS = "address"
"""Name of the path parameter that holds an address."""


def caller(context: Mapping[str, Any]) -> Principal:
    """Return who makes a request, as the authorizer found out, or API Gateway itself from a signature.

    Args:
        context: that of the request, to which a caller adds nothing; ``userArn`` is there where IAM has authorized.
    """
    if found := context.get("authorizer"):
        scopes = frozenset(Scope(scope) for scope in found.get("scopes", "").split())
        return Principal(found["principalId"], found["name"], scopes)
    signer = (context.get("identity") or {}).get("userArn")
    return bootstrap.signed_callers().principal(signer) if signer else _NOBODY


def admit(principal: Principal) -> None:
    """Let a request of a caller pass.

    Raises:
        TooManyRequestsError: the caller makes more requests than it may.
    """
    bootstrap.request_limit().admit(principal.caller_id)


def record(action: str, principal: Principal, request: Request, answer: Response | None, function: str) -> None:
    """Write into the audit log what a request did; what the log does not take stands in the function's own log.

    Args:
        action: name of the operation.
        principal: who made the request.
        request: the request.
        answer: None: the operation failed, and nobody knows how far it came.
        function: name of the Lambda function.
    """
    now = bootstrap.clock().now()
    context: Mapping[str, Any] = request.context
    entry = AuditEntry(
        entry_id=new_id("aud", now),
        at=now,
        actor=principal.caller_id,
        actor_name=principal.name,
        action=action,
        resource=_resource(request, answer),
        request_id=context.get("requestId", ""),
        source=(context.get("identity") or {}).get("sourceIp"),
        status=answer.status_code if answer else HTTPStatus.INTERNAL_SERVER_ERROR.value,
        problem=_problem(answer),
    )
    try:
        bootstrap.audit_log().append(entry)
    except Exception:  # noqa: BLE001 - whatever it is, it is logged and rings an alarm
        # The change is made; to refuse it now would be untrue and would have it made twice.
        written = {name: getattr(entry, name) for name in entry.__slots__}
        _LOG.exception("audit log not written", extra={"entry": written, **metric("AuditGaps", 1, function=function)})


def _resource(request: Request, answer: Response | None) -> str:
    """Return the path of what was made or else of what was asked for, without an address in it."""
    made = answer.headers.get("Location") if answer else None
    if made:
        return str(made)
    parts = {
        name: f"sha256:{address_hash(unquote(value))}" if name == ADDRESS else value
        for name, value in (request.uri_params or {}).items()
    }
    return str(request.context["resourcePath"]).format_map(parts)


def _problem(answer: Response | None) -> str | None:
    if answer is None:
        return "internal-error"
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        return None
    return str(json.loads(answer.body)["type"]).rpartition("/")[2]
