"""What all operations of the API share: scope, request documents, answers, refusals."""

import functools
import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Generic, TypeVar
from urllib.parse import unquote

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ValidationError, WithJsonSchema
from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Principal, Scope
from chalicelib.entrypoints import problems
from chalicelib.entrypoints.authorizer import authorize
from chalicelib.entrypoints.http import border
from chalicelib.entrypoints.http.once import once
from chalicelib.idempotency.model import KeyUse, fingerprint, read_key
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.errors import DomainError, FieldError, InvalidInputError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.pages import Page

Document = TypeVar("Document", bound=BaseModel)
Item = TypeVar("Item")
Shown = TypeVar("Shown")
ShownItem = TypeVar("ShownItem")

Time = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A time as the API shows it."""


class Answer(Response, Generic[Shown]):
    """An answer whose body is a document of this type; the description of the API reads it off the view."""


class PageDocument(TypedDict, Generic[ShownItem]):
    """A page of a list.

    Attributes:
        next: pass it as ``cursor`` to get the next page; null at the end.
    """

    items: list[ShownItem]
    next: str | None


class LinkDocument(TypedDict):
    """A short-lived address from which a file can be downloaded."""

    url: str


View = Callable[..., Answer[Any]]
_ViewT = TypeVar("_ViewT", bound=View)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, as its decorator and its view's signature describe it.

    Attributes:
        scope: what a caller must have; None: anybody may call.
        status: of the answer when nothing is refused.
        body, query: the documents that the view reads, None where it reads none.
        revised: whether it heeds If-Match.
        creates: what the id begins with of the thing that it makes, or of its doing where it makes none; it heeds
            Idempotency-Key. None: it does not.
        refuses: what it may refuse besides what `openapi` adds to each operation.
        changes: whether it is for changing something, and so stands in the audit log.
    """

    method: str
    path: str
    scope: Scope | None
    status: HTTPStatus
    view: View
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    revised: bool
    creates: str | None
    refuses: tuple[type[DomainError], ...]
    changes: bool


JSON = "application/json"
LONGEST_NAME: Final = 250
"""Characters of an id in a path: DynamoDB takes sort keys of 1,024 bytes and refuses longer ones as a fault of its
caller, and a character may have four."""

REVISION: Final = re.compile("[0-9]{1,18}")
"""Python itself refuses to read thousands of digits."""


class Api(Blueprint):
    """A blueprint whose operations need a scope and answer every refusal as a problem document."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        scope: Scope | None,
        status: HTTPStatus = HTTPStatus.OK,
        refuses: tuple[type[DomainError], ...] = (),
        creates: str | None = None,
        shown_once: tuple[str, ...] = (),
        changes: bool = True,
    ) -> Callable[[_ViewT], _ViewT]:
        """Register a view for one method and path that a caller with the scope may call.

        A parameter of the view that is a pydantic model is read from the query string when it is called ``query``,
        otherwise from the body; ``revision`` is read from If-Match; ``new_id`` is the id for what an operation makes,
        the same in every try under one Idempotency-Key. All others stand in the path.

        Args:
            method: the HTTP method.
            path: with the names of its parameters in braces.
            scope: None: anybody may call.
            status: of the answer when nothing is refused.
            refuses: what it may refuse besides what `openapi` adds to each operation.
            creates: what the id begins with of the thing that it makes, or of its doing where it makes none. The same
                request under the same Idempotency-Key makes one thing; should a try break off, the view is called again
                with the same ``new_id`` and finds what is there. A view that finds nothing does it again.
            shown_once: values of such an answer that are not kept; they are null when it is given again.
            changes: whether it is for changing something, unless it is a GET, which never is.
        """
        changing = changes and method != "GET"

        def register(view: _ViewT) -> _ViewT:
            parameters = inspect.signature(view).parameters
            documents: dict[str, type[BaseModel]] = {
                name: p.annotation for name, p in parameters.items() if _is_document(p.annotation)
            }
            query = next((model for name, model in documents.items() if name.strip("_") == "query"), None)
            body = next((model for name, model in documents.items() if name.strip("_") != "query"), None)
            names = named_in(path)
            revised, named = "revision" in parameters, "new_id" in parameters

            def answered(given: dict[str, Any]) -> Response:
                try:
                    if scope:
                        border.admit(self.principal)
                        self.principal.require(scope)
                    _check_lengths(given, names)
                    for name, model in documents.items():
                        given[name] = self.document(model) if model is body else self.query(model)
                    if revised:
                        given["revision"] = self.if_match()
                    if creates is None:
                        return _with_status(view(**given), status)

                    def make(resource_id: str) -> Response:
                        return _with_status(view(**given, **({"new_id": resource_id} if named else {})), status)

                    use = self._key_use(given)
                    if use is None:
                        return make(new_id(creates, bootstrap.clock().now()))
                    return once(use, creates, make, shown_once)
                except DomainError as error:
                    return problems.problem_of(error)

            self.operations.append(
                Operation(method, path, scope, status, view, body, query, revised, creates, refuses, changing)
            )
            guarded = self._recorded(view, answered) if changing else functools.wraps(view)(lambda **g: answered(g))
            guard = {"authorizer": authorize} if scope else {}
            self.route(path, methods=[method], content_types=[JSON], **guard)(guarded)
            return view

        return register

    def _recorded(self, view: View, answered: Callable[[dict[str, Any]], Response]) -> Callable[..., Response]:
        """Have each call leave an entry in the audit log, however it ends."""

        @functools.wraps(view)
        def recorded(**given: Any) -> Response:
            done = None
            try:
                done = answered(given)
            finally:
                function = self.lambda_context.function_name
                border.record(view.__name__, self.principal, self.current_request, done, function)
            return done

        return recorded

    @property
    def principal(self) -> Principal:
        """Who makes the request."""
        return border.caller(self.current_request.context)

    def _key_use(self, given: Mapping[str, Any]) -> KeyUse | None:
        """Read the idempotency key of a request for this; None when it has none.

        Raises:
            IdempotencyKeyRequiredError: the header is no key.
        """
        header = self.current_request.headers.get("idempotency-key")
        if header is None:
            return None
        # What was left out stays out, so that a new default does not make an old request another one.
        values = {
            name: value.model_dump(mode="json", by_alias=True, exclude_unset=True)
            if isinstance(value, BaseModel)
            else value
            for name, value in given.items()
        }
        request = self.current_request
        same = fingerprint({"operation": f"{request.method} {request.context['resourcePath']}", "given": values})
        return KeyUse(self.principal.caller_id, read_key(header), same)

    def document(self, model: type[Document]) -> Document:
        """Read the request body.

        Raises:
            problems.MalformedBodyError: it is no JSON object.
            InvalidInputError: a value in it cannot be taken; every fault is named with its JSON pointer.
        """
        try:
            return model.model_validate_json(self.current_request.raw_body or b"{}", strict=True)
        except ValidationError as error:
            raise refusal(error) from None

    def query(self, model: type[Document]) -> Document:
        """Read the query parameters.

        Raises:
            InvalidInputError: one of them is unknown or cannot be taken.
        """
        given = self.current_request.query_params
        try:
            return model.model_validate(dict(given) if given else {})
        except ValidationError as error:
            raise refusal(error) from None

    def if_match(self) -> int | None:
        """Read the revision that the caller wants to change, from If-Match; None when it does not say.

        Raises:
            InvalidInputError: the header is no ETag of this API.
        """
        text = self.current_request.headers.get("if-match", "").strip()
        if text in {"", "*"}:
            return None
        number = text.removeprefix("W/").strip('"')
        if not REVISION.fullmatch(number):
            raise InvalidInputError(
                "If-Match must be an ETag of this resource.",
                errors=(FieldError("/headers/If-Match", 'Pass the ETag that GET answered, such as "3".'),),
            )
        return int(number)


def named_in(path: str) -> tuple[str, ...]:
    """Return the names of a path's parameters that are looked up as they are; an address is by its hash."""
    return tuple(name for name in re.findall(r"{(\w+)}", path) if name != border.ADDRESS)


def _check_lengths(given: Mapping[str, str], names: tuple[str, ...]) -> None:
    if too_long := [name for name in names if len(given[name]) > LONGEST_NAME]:
        raise InvalidInputError(
            "The path names nothing that could be there.",
            errors=tuple(FieldError(f"/{name}", f"It has at most {LONGEST_NAME} characters.") for name in too_long),
        )


def answer(document: Shown, *, revision: int | None = None, location: str | None = None) -> Answer[Shown]:
    """Write an answer as JSON, with its ETag and Location where they apply; the status is its operation's."""
    headers: dict[str, str | list[str]] = {"Content-Type": JSON}
    if revision is not None:
        headers["ETag"] = f'"{revision}"'
    if location is not None:
        headers["Location"] = location
    return Answer(body=json.dumps(document, ensure_ascii=False, default=_shown), headers=headers)


def nothing() -> Answer[None]:
    """Answer without a document."""
    return Answer(body="", headers={"Content-Type": JSON})


def page_of(page: Page[Item], show: Callable[[Item], ShownItem]) -> Answer[PageDocument[ShownItem]]:
    """Answer a page of a list: ``items`` and, when more follow, ``next``."""
    return answer({"items": [show(item) for item in page.items], "next": page.next_cursor})


def decoded(segment: str) -> str:
    """Decode a path segment: a REST API hands it over as the caller wrote it, and ``@`` may stand there unescaped."""
    return unquote(segment)


def shown_time(moment: datetime | None) -> Time | None:
    """Write a time as the API shows it: RFC 3339 in UTC."""
    return None if moment is None else rfc3339(moment)


def _shown(value: Any) -> Any:
    """Show a value that JSON does not know: a dataclass is an object; what is in it is shown in its turn."""
    if isinstance(value, Mapping):
        return dict(value)
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _with_status(answered: Response, status: HTTPStatus) -> Response:
    answered.status_code = status.value
    return answered


def _is_document(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def refusal(error: ValidationError) -> DomainError:
    """Return the refusal of a document, with every fault by its JSON pointer."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    if any(not fault["loc"] for fault in faults):
        return problems.MalformedBodyError(f"The body must be a JSON object: {faults[0]['msg']}.")
    return InvalidInputError(
        "Some values cannot be taken; see errors.",
        errors=tuple(FieldError("/" + "/".join(_escaped(part) for part in f["loc"]), f["msg"]) for f in faults),
    )


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
