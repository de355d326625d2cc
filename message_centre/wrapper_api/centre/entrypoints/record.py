"""Writes into the activity log what a request changed or was refused."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from chalice.app import Request, Response

from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.activity.model import Activity, shortened
from message_centre.wrapper_api.centre.kernel.ids import new_id
from message_centre.wrapper_api.centre.people.model import Person

_LOG = logging.getLogger(__name__)
_PREFIXES = ("/api/v1/platform", "/api/v1")


def record(action: str, person: Person, request: Request, answered: Response) -> None:
    """Keep what a request did; what cannot be kept stands in the function's own log."""
    now = bootstrap.clock().now()
    context: Mapping[str, Any] = request.context
    parts = request.uri_params or {}
    activity = Activity(
        activity_id=new_id("act", now),
        at=now,
        person=person.ref,
        action=action,
        target=_target(str(context["resourcePath"]), parts, answered),
        target_name=_name(answered),
        plan_id=parts.get("plan_id") or _made_plan(answered),
        detail=_refused(answered),
        request_id=str(answered.headers.get("X-Request-Id") or context.get("requestId", "")),
    )
    _LOG.info(
        "changed",
        extra={"action": action, "person": person.id, "target": activity.target, "status": answered.status_code},
    )
    try:
        bootstrap.activity_log().append(activity)
    except Exception:  # noqa: BLE001 - whatever it is, it is logged
        # The change is made: to refuse it now would be untrue and would have it made twice.
        _LOG.exception("activity not kept", extra={"activity_id": activity.activity_id})


def _target(path: str, parts: Mapping[str, str], answered: Response) -> str:
    made = answered.headers.get("Location")
    filled = {name: shortened(unquote(value)) if name == "address" else value for name, value in parts.items()}
    target = str(made) if made else path.format_map(filled)
    for prefix in _PREFIXES:
        target = target.removeprefix(prefix)
    return target.removeprefix("/v1")


def _made_plan(answered: Response) -> str | None:
    """Return the id of the plan that was made."""
    _, found, plan_id = str(answered.headers.get("Location", "")).partition("/api/v1/plans/")
    return plan_id if found and "/" not in plan_id else None


def _name(answered: Response) -> str | None:
    """Return the name of what was changed, if the answer has one."""
    if answered.status_code >= HTTPStatus.BAD_REQUEST:
        return None
    try:
        name = json.loads(answered.body)["name"]
    except (ValueError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) and name else None


def _refused(answered: Response) -> str | None:
    if answered.status_code < HTTPStatus.BAD_REQUEST:
        return None
    try:
        return str(json.loads(answered.body)["detail"])[:500]
    except (ValueError, KeyError, TypeError):
        return HTTPStatus(answered.status_code).phrase
