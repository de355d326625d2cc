"""What all operations share: who calls, request documents, answers, refusals, the activity log."""

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ValidationError, WithJsonSchema
from typing_extensions import TypedDict

from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.entrypoints import problems
from message_centre.wrapper_api.centre.entrypoints.record import record
from message_centre.wrapper_api.centre.kernel.clock import rfc3339
from message_centre.wrapper_api.centre.kernel.errors import (
    CentreError,
    FieldError,
    InvalidInputError,
    MalformedBodyError,
)
from message_centre.wrapper_api.centre.kernel.ids import new_id
from message_centre.wrapper_api.centre.kernel.pages import Page, encode_cursor
from message_centre.wrapper_api.centre.people.model import Person, Role, SignedOutError

Document = TypeVar("Document", bound=BaseModel)
Item = TypeVar("Item")
Shown = TypeVar("Shown")
ShownItem = TypeVar("ShownItem")

PREFIX = "/api/v1"
JSON = "application/json"
REPLAYED = "Idempotency-Replayed"
_LONGEST_REVISION = 18
_LONGEST_KEY = 255

Time = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A time as the API shows it."""


class Answer(Response, Generic[Shown]):
    """An answer whose body is a document of this type; the description of the API reads it off the view.

    ``quiet`` keeps a change out of the activity log.
    """

    quiet: bool = False


class PageDocument(TypedDict, Generic[ShownItem]):
    """A page of a list; pass ``next`` as ``cursor`` to get the next one, until it is null."""

    items: list[ShownItem]
    next: str | None


View = Callable[..., Answer[Any]]
_ViewT = TypeVar("_ViewT", bound=View)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    Attributes:
        role: what a person must have; None: nobody needs to be signed in.
        creates: what the id of the thing that it makes begins with; it heeds Idempotency-Key. None: it makes nothing.
        refuses: what it may refuse besides what every operation may.
    """

    method: str
    path: str
    role: Role | None
    status: HTTPStatus
    view: View
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    revised: bool
    creates: str | None
    refuses: tuple[type[CentreError], ...]


class Api(Blueprint):
    """A blueprint whose operations need a role and answer every refusal as a problem document."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        role: Role | None,
        status: HTTPStatus = HTTPStatus.OK,
        creates: str | None = None,
        refuses: tuple[type[CentreError], ...] = (),
        recorded: bool = True,
    ) -> Callable[[_ViewT], _ViewT]:
        """Register a view for one method and path.

        A parameter that is a pydantic model is read from the query string when it is called ``query``, otherwise
        from the body; ``person`` is who calls; ``revision`` is read from If-Match; ``new_id`` is the id for what is
        made, the same in every try under one Idempotency-Key. All others stand in the path.

        Args:
            method: the HTTP method.
            path: below `PREFIX`.
            role: None: nobody needs to be signed in.
            status: of the answer when nothing is refused.
            creates: what the id of the thing that it makes begins with.
            refuses: what it may refuse besides what every operation may.
            recorded: whether a change stands in the activity log.
        """
        changing = role is not None and method != "GET" and recorded

        def register(view: _ViewT) -> _ViewT:
            parameters = inspect.signature(view).parameters
            documents = {name: p.annotation for name, p in parameters.items() if _is_document(p.annotation)}
            query = documents.get("query")
            body = next((model for name, model in documents.items() if name != "query"), None)
            operation = Operation(
                method, PREFIX + path, role, status, view, body, query, "revision" in parameters, creates, refuses
            )
            self.operations.append(operation)

            @functools.wraps(view)
            def guarded(**given: Any) -> Response:
                try:
                    person = self.person(role)
                except CentreError as error:
                    return problems.problem_of(error)
                answered: Response
                try:
                    answered = self._answered(operation, person, documents, given)
                    quiet = answered.quiet
                except CentreError as error:
                    answered = problems.problem_of(error)
                    quiet = method == "PATCH"  # pages save what is typed by themselves
                if changing and person is not None and not quiet:
                    record(view.__name__, person, self.current_request, answered)
                return answered

            self.route(PREFIX + path, methods=[method], content_types=[JSON])(guarded)
            return view

        return register

    def person(self, role: Role | None) -> Person | None:
        """Return who makes the request, if the person may; None where nobody needs to be signed in.

        Raises:
            SignedOutError: nobody is signed in.
            MissingRoleError: the person has no such role.
        """
        if role is None:
            return None
        person = self.somebody()
        person.require(role)
        return person

    def somebody(self) -> Person:
        """Return who makes the request, whatever the person may do.

        Raises:
            SignedOutError: nobody is signed in.
        """
        kind, _, token = self.current_request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise SignedOutError("Send an access token as `Authorization: Bearer <token>`.")
        return bootstrap.session_service().person(token.strip())

    def _answered(
        self,
        operation: Operation,
        person: Person | None,
        documents: Mapping[str, type[BaseModel]],
        given: dict[str, Any],
    ) -> Answer[Any]:
        parameters = inspect.signature(operation.view).parameters
        for name, model in documents.items():
            given[name] = self.query(model) if name == "query" else self.document(model)
        if operation.revised:
            given["revision"] = self.if_match()
        if "person" in parameters:
            given["person"] = person
        replayed = False
        if operation.creates:
            given["new_id"], replayed = self._id_for(operation, person, given)
        answered = operation.view(**given)
        answered.status_code = operation.status.value
        if replayed:
            answered.headers[REPLAYED] = "true"
            answered.quiet = True
        return answered

    def _id_for(self, operation: Operation, person: Person | None, given: Mapping[str, Any]) -> tuple[str, bool]:
        """Return the id of what a request makes, and whether the same request came before."""
        fresh = new_id(operation.creates or "", bootstrap.clock().now())
        key = self.current_request.headers.get("idempotency-key")
        if key is None or person is None:
            return fresh, False
        if not 1 <= len(key) <= _LONGEST_KEY or not (key.isascii() and key.isprintable()):
            raise InvalidInputError(
                "Idempotency-Key must be 1 to 255 visible characters of ASCII.",
                errors=(FieldError("/headers/Idempotency-Key", "Use a UUID."),),
            )
        values = {
            name: value.model_dump(mode="json", exclude_unset=True) if isinstance(value, BaseModel) else value
            for name, value in given.items()
            if name != "person"
        }
        kept = bootstrap.request_ids().claim(
            person.id, key, [operation.method, operation.path, values], fresh, bootstrap.clock().now()
        )
        return kept, kept != fresh

    def document(self, model: type[Document]) -> Document:
        """Read the request body.

        Raises:
            MalformedBodyError: it is no JSON object.
            InvalidInputError: a value in it cannot be taken; every fault is named with its JSON pointer.
        """
        try:
            return model.model_validate_json(self.current_request.raw_body or b"{}")
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
        if not number.isascii() or not number.isdigit() or len(number) > _LONGEST_REVISION:
            raise InvalidInputError(
                "If-Match must be an ETag of this resource.",
                errors=(FieldError("/headers/If-Match", 'Pass the ETag that GET answered, such as "3".'),),
            )
        return int(number)


def answer(
    document: Shown, *, revision: int | None = None, location: str | None = None, quiet: bool = False
) -> Answer[Shown]:
    """Write an answer as JSON, with its ETag and Location where they apply; the status is its operation's."""
    headers: dict[str, str | list[str]] = {"Content-Type": JSON}
    if revision is not None:
        headers["ETag"] = f'"{revision}"'
    if location is not None:
        headers["Location"] = location
    answered: Answer[Shown] = Answer(body=json.dumps(document, ensure_ascii=False, default=_shown), headers=headers)
    answered.quiet = quiet
    return answered


def nothing() -> Answer[None]:
    """Answer without a document."""
    return Answer(body="", headers={"Content-Type": JSON})


def page_of(page: Page[Item], show: Callable[[Item], ShownItem]) -> Answer[PageDocument[ShownItem]]:
    """Answer a page of a list."""
    return answer({"items": [show(item) for item in page.items], "next": encode_cursor(page.next_position)})


def shown_time(moment: datetime | None) -> Time | None:
    """Write a time as the API shows it: RFC 3339 in UTC."""
    return None if moment is None else rfc3339(moment)


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _is_document(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def refusal(error: ValidationError) -> CentreError:
    """Return the refusal of a document, with every fault by its JSON pointer."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    if any(not fault["loc"] for fault in faults):
        return MalformedBodyError(f"The body must be a JSON object: {faults[0]['msg']}.")
    return InvalidInputError(
        "Some values cannot be taken; see errors.",
        errors=tuple(FieldError("/" + "/".join(_escaped(part) for part in f["loc"]), f["msg"]) for f in faults),
    )


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
