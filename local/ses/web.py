"""The HTTP face: which path leads where, and how refusals look."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from local.ses.errors import ServiceError, bad_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_SES = "/v2/email/"
_MAX_REQUEST_BYTES = 64 * 1024 * 1024  # 40 MB of raw mail in base64, and its envelope

Handler = Callable[..., Response]


def json_response(document: object, status: int = 200) -> Response:
    """Return a document as JSON."""
    return Response(json.dumps(document), status, mimetype="application/json")


def json_body(request: Request) -> Any:
    """Return the request's JSON document.

    Raises:
        ServiceError: BadRequestException, when it is none.
    """
    try:
        return json.loads(request.get_data())
    except ValueError as error:
        raise bad_request("The request body is not JSON.") from error


class App:
    """A WSGI application over a table of routes: (method, path) -> handler(request, **path values)."""

    def __init__(self, routes: Mapping[tuple[str, str], Handler]) -> None:
        rules = [Rule(path, methods=[method], endpoint=handler) for (method, path), handler in routes.items()]
        self._routes = Map(rules, merge_slashes=False).bind("localhost")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = _MAX_REQUEST_BYTES
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            handler, values = self._routes.match(request.path, method=request.method)
            answer: Response = handler(request, **values)
        except ServiceError as error:
            answer = _refusal(error)
        except HTTPException as error:
            if request.path.startswith(_SES):
                return _refusal(_unknown_operation(request, error))
            answer = json_response({"message": error.description}, error.code or 500)
        return answer


def _refusal(error: ServiceError) -> Response:
    answer = json_response({"message": error.message}, error.status)
    answer.headers["x-amzn-errortype"] = error.code
    return answer


def _unknown_operation(request: Request, error: HTTPException) -> ServiceError:
    message = f"{request.method} {request.path} is not offered by the local SES."
    return ServiceError("UnknownOperationException", message, error.code or 404)
