"""What all operations of the API share: scope, request documents, answers, refusals."""

import functools
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ValidationError

from chalicelib.access.model import Principal, Scope
from chalicelib.entrypoints import problems
from chalicelib.entrypoints.authorizer import authorize
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.errors import DomainError, FieldError, InvalidInputError
from chalicelib.kernel.pages import Page

Document = TypeVar("Document", bound=BaseModel)
Item = TypeVar("Item")
View = Callable[..., Response]

JSON = "application/json"
_LONGEST_REVISION = 18
"""Digits of a revision: Python itself refuses to read thousands of them."""


class Api(Blueprint):
    """A blueprint whose operations need a scope and answer every refusal as a problem document."""

    def operation(self, method: str, path: str, *, scope: Scope) -> Callable[[View], View]:
        """Register a view for one method and path that a key with the scope may call."""

        def register(view: View) -> View:
            @functools.wraps(view)
            def guarded(**parameters: str) -> Response:
                try:
                    self.principal.require(scope)
                    return view(**parameters)
                except DomainError as error:
                    return problems.problem_of(error)

            self.route(path, methods=[method], authorizer=authorize, content_types=[JSON])(guarded)
            return view

        return register

    @property
    def principal(self) -> Principal:
        """Who makes the request, as the authorizer found out."""
        context = self.current_request.context.get("authorizer") or {}
        scopes = frozenset(Scope(scope) for scope in context.get("scopes", "").split() if scope)
        return Principal(context.get("principalId", ""), context.get("name", ""), scopes)

    def document(self, model: type[Document]) -> Document:
        """Read the request body.

        Raises:
            problems.MalformedBodyError: it is no JSON object.
            InvalidInputError: a value in it cannot be taken; every fault is named with its JSON pointer.
        """
        try:
            return model.model_validate_json(self.current_request.raw_body or b"{}")
        except ValidationError as error:
            raise _refusal(error) from None

    def query(self, model: type[Document]) -> Document:
        """Read the query parameters.

        Raises:
            InvalidInputError: one of them is unknown or cannot be taken.
        """
        given = self.current_request.query_params
        try:
            return model.model_validate(dict(given) if given else {})
        except ValidationError as error:
            raise _refusal(error) from None

    def if_match(self) -> int | None:
        """Read the revision that the caller wants to change, from If-Match; None when it does not say.

        Raises:
            InvalidInputError: the header is no ETag of this API.
        """
        text = self.current_request.headers.get("if-match", "").strip()
        if text in {"", "*"}:
            return None
        number = text.removeprefix("W/").strip('"')
        if not number.isascii() or not number.isdigit() or len(number) > _LONGEST_REVISION:
            raise InvalidInputError(
                "If-Match must be an ETag of this resource.",
                errors=(FieldError("/headers/If-Match", 'Pass the ETag that GET answered, such as "3".'),),
            )
        return int(number)


def answer(
    document: Any, *, status: HTTPStatus = HTTPStatus.OK, revision: int | None = None, location: str | None = None
) -> Response:
    """Write an answer as JSON, with its ETag and Location where they apply."""
    headers: dict[str, str | list[str]] = {"Content-Type": JSON}
    if revision is not None:
        headers["ETag"] = f'"{revision}"'
    if location is not None:
        headers["Location"] = location
    return Response(body=json.dumps(document, ensure_ascii=False), status_code=status.value, headers=headers)


def nothing() -> Response:
    """Answer 204."""
    return Response(body="", status_code=HTTPStatus.NO_CONTENT.value, headers={"Content-Type": JSON})


def page_of(page: Page[Item], show: Callable[[Item], Mapping[str, Any]]) -> Response:
    """Answer a page of a list: ``items`` and, when more follow, ``next``."""
    return answer({"items": [show(item) for item in page.items], "next": page.next_cursor})


def shown_time(moment: datetime | None) -> str | None:
    """Write a time as the API shows it: RFC 3339 in UTC."""
    return None if moment is None else rfc3339(moment)


def _refusal(error: ValidationError) -> DomainError:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    if any(not fault["loc"] for fault in faults):
        return problems.MalformedBodyError(f"The body must be a JSON object: {faults[0]['msg']}.")
    return InvalidInputError(
        "Some values cannot be taken; see errors.",
        errors=tuple(FieldError("/" + "/".join(_escaped(part) for part in f["loc"]), f["msg"]) for f in faults),
    )


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
