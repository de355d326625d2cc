"""``/api/v1/platform/...``: operations of the Email Platform, for people with the role that each takes."""

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, unquote

from chalice.app import Blueprint, Request, Response

from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.entrypoints.api import JSON, PREFIX, Api
from message_centre.wrapper_api.centre.entrypoints.problems import problem_of
from message_centre.wrapper_api.centre.entrypoints.record import record
from message_centre.wrapper_api.centre.kernel.errors import CentreError
from message_centre.wrapper_api.centre.platform.operations import CHANGING_A_KEY, FORWARDED, Forwarded
from message_centre.wrapper_api.centre.platform.refusals import HELP, OwnKeyError

PLATFORM: Final = f"{PREFIX}/platform"
_PASSED_ON: Final = ("if-match", "idempotency-key", "content-type")

forward = Api(__name__)


def _register(blueprint: Blueprint, operation: Forwarded) -> None:
    def view(**given: str) -> Response:
        try:
            return _passed_on(operation, given)
        except CentreError as error:
            return problem_of(error)

    view.__name__ = operation.operation
    view.__doc__ = f"Pass `{operation.operation}` on."
    # Chalice registers a view under its name; each operation has its own.
    decorate: Callable[[Any], Any] = blueprint.route(
        PLATFORM + operation.path, methods=[operation.method], content_types=[JSON], name=operation.operation
    )
    decorate(view)


def _passed_on(operation: Forwarded, given: dict[str, str]) -> Response:
    """Make the call of a person who may, and answer what the platform answers."""
    person = forward.somebody()
    person.require(operation.role)
    if operation.operation in CHANGING_A_KEY and unquote(given["key_id"]) == bootstrap.platform().own_key_id():
        raise OwnKeyError
    request: Request = forward.current_request
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    if "idempotency-key" in headers:  # people share the platform's one key, but not their idempotency keys
        own = hashlib.sha256(f"{person.id} {headers['idempotency-key']}".encode())
        headers["idempotency-key"] = own.hexdigest()
    path = operation.path.format_map({name: quote(unquote(value), safe="") for name, value in given.items()})
    given_query = request.query_params
    query = [(name, value) for name in given_query for value in given_query.getlist(name)] if given_query else []
    answered = bootstrap.platform().forward(
        operation.method, path, query=query, headers=headers, body=_bytes(request.raw_body)
    )
    text = answered.content.decode()
    if answered.status >= HTTPStatus.BAD_REQUEST:
        text = _with_help(text)
    response = Response(body=text, status_code=answered.status, headers=dict(answered.headers))
    if operation.changes:
        record(operation.operation, person, request, response)
    return response


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body


def _with_help(text: str) -> str:
    """Return a refusal with what a marketing person does about it."""
    try:
        document = json.loads(text)
        slug = str(document["type"]).rpartition("/")[2]
    except (ValueError, KeyError, TypeError):
        return text
    return json.dumps({**document, "help": HELP.get(slug)}, ensure_ascii=False)


for _operation in FORWARDED:
    _register(forward, _operation)
