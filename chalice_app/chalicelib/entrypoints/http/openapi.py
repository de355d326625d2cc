"""Describes the API as OpenAPI 3.1, from what its operations declare and their views' signatures.

The description is made at development time (``make openapi``) and served as a file; a test holds that both agree.
Specification: https://spec.openapis.org/oas/v3.1.0.
"""

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NotRequired, get_args

from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from chalicelib.access.model import MissingScopeError, Scope, TooManyRequestsError, UnauthorizedError
from chalicelib.entrypoints import problems
from chalicelib.entrypoints.http.api import JSON, LONGEST_NAME, REVISION, Api, Operation, named_in
from chalicelib.entrypoints.http.border import ADDRESS
from chalicelib.entrypoints.http.once import REPLAYED
from chalicelib.entrypoints.http.openapi_links import ETAG, links, shows_revision
from chalicelib.entrypoints.http.schemas import MAILBOX_PATTERN
from chalicelib.idempotency.model import (
    KEY_PATTERN,
    LONGEST_KEY,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    RequestInProgressError,
)
from chalicelib.kernel.errors import DomainError, InvalidInputError, StaleRevisionError, TemporarilyUnavailableError

VERSION: Final = "1.0.0"

_REFERENCE = "#/components/schemas/{model}"
_Schema = dict[str, Any]


_ABOUT: Final = """Campaigns and transactional mail through Amazon SES.

Send an API key as `Authorization: Bearer ep.<key id>.<secret>`; each operation names the scope that it needs. Refusals
are problem documents (RFC 9457) with a stable `type`. Lists answer `items` and `next`, which is passed as `cursor`.
What several may change carries its revision as `ETag`, to be passed as `If-Match`. A `POST` with an `Idempotency-Key`
can be repeated. Times are RFC 3339 in UTC."""
_TAGS: Final = {"api-keys": "API keys", "audit": "Audit log", "health": "This API", "openapi.json": "This API"}


class FieldProblem(TypedDict):
    """One value that cannot be taken, by its JSON pointer into the request (RFC 6901)."""

    pointer: str
    detail: str


class Problem(TypedDict):
    """Why a request was refused (RFC 9457); ``type`` is stable, the words are not.

    Attributes:
        request_id: stands here where the gateway has refused, and in the header ``X-Request-Id`` otherwise.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldProblem]]
    request_id: NotRequired[str]


def describe(apis: Sequence[Api]) -> dict[str, Any]:
    """Return the OpenAPI document of all operations, in the order of their paths."""
    operations = sorted((one for api in apis for one in api.operations), key=lambda one: (one.path, one.method))
    schemas, components = _schemas(operations)
    queries = {one.query.__name__ for one in operations if one.query}
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _operation(operation, schemas, components)
        done = described["responses"][str(operation.status.value)]
        if shows_revision(operation, operations):
            done["headers"][ETAG] = _ETAG
        kind = _answered(operation)
        if found := links(operation, operations, schemas[kind] if kind else None, components):
            done["links"] = found
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Email Platform",
            "version": VERSION,
            "description": _ABOUT,
        },
        "servers": [{"url": "{address}", "variables": {"address": {"default": "http://localhost:8000"}}}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in sorted({_tag(one) for one in operations})],
        "paths": paths,
        "components": {
            "schemas": {name: components[name] for name in sorted(components.keys() - queries)},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key: `ep.<key id>.<secret>`. Some deployments take requests signed with "
                    "credentials of IAM (SigV4) instead, at an address of their own.",
                }
            },
        },
    }


def written(apis: Sequence[Api]) -> str:
    """Return the description as it is kept in `health.DESCRIPTION_FILE`."""
    return json.dumps(describe(apis), indent=1, ensure_ascii=False) + "\n"


def _schemas(operations: Sequence[Operation]) -> tuple[dict[Any, _Schema], dict[str, _Schema]]:
    """Return the schema of every type that an operation reads or answers, and what these refer to."""
    read = {model for one in operations for model in (one.body, one.query) if model}
    answered = {_answered(one) for one in operations} - {None} | {Problem}
    inputs: list[tuple[Any, Any, TypeAdapter[Any]]] = [
        *((kind, "validation", TypeAdapter(kind)) for kind in sorted(read, key=str)),
        *((kind, "serialization", TypeAdapter(kind)) for kind in sorted(answered, key=str)),
    ]
    found, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REFERENCE)
    schemas = {kind: schema for (kind, _), schema in found.items()}
    return schemas, {name: _tidy(schema) for name, schema in definitions.get("$defs", {}).items()}


def _tidy(schema: _Schema) -> _Schema:
    """Take out titles that only repeat names, and what docstrings say for those who read the source."""
    schema.pop("title", None)
    if "description" in schema:
        schema["description"] = schema["description"].split("\n\n")[0].strip()
    for part in schema.get("properties", {}).values():
        part.pop("title", None)
    return schema


def _answered(operation: Operation) -> Any:
    """Read the type of an operation's answer off its view: ``Answer[T]`` gives T."""
    [kind] = get_args(inspect.signature(operation.view).return_annotation)
    return None if kind is type(None) else kind


def _operation(operation: Operation, schemas: Mapping[Any, _Schema], components: Mapping[str, _Schema]) -> _Schema:
    summary, _, more = inspect.cleandoc(operation.view.__doc__ or "").partition("\n\n")
    described: _Schema = {
        "operationId": operation.view.__name__,
        "tags": [_tag(operation)],
        "summary": summary.replace("\n", " ").replace("`", ""),  # it is plain text
        "description": more or _needs(operation.scope),
        "parameters": [*_path_parameters(operation), *_query_parameters(operation.query, schemas, components)],
        "responses": _responses(operation, schemas),
    }
    if operation.revised:
        described["parameters"].append(_IF_MATCH)
    if operation.creates or IdempotencyKeyRequiredError in operation.refuses:
        described["parameters"].append(_IDEMPOTENCY_KEY | {"required": operation.creates is None})
    if operation.scope is None:
        described["security"] = []
    if operation.body:
        empty = not any(field.is_required() for field in operation.body.model_fields.values())
        described["requestBody"] = {"required": not empty, "content": {JSON: {"schema": schemas[operation.body]}}}
    return described


_IF_MATCH: Final[_Schema] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that GET answered: the change is made only if nobody changed the resource since.",
    "schema": {"type": "string", "pattern": rf'^(\*|(W/)?"?{REVISION.pattern}"?)$', "examples": ['"3"']},
}
_ETAG: Final[_Schema] = {
    "description": "The revision, to pass as `If-Match`.",
    "schema": {"type": "string", "examples": ['"3"']},
}
_IDEMPOTENCY_KEY: Final[_Schema] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "1 to 255 characters of visible ASCII, best a UUID in quotation marks; without the marks it has no "
    "blank, comma, quotation mark and backslash. The same request again with the same key does nothing.",
    "schema": {
        "type": "string",
        "pattern": KEY_PATTERN,
        "minLength": 1,
        "maxLength": LONGEST_KEY,
    },
}


def _needs(scope: Scope | None) -> str:
    if scope is None:
        return "Needs no key."
    return "Needs the scope " + " or ".join(f"`{one}`" for one in dict.fromkeys((scope, Scope.ADMIN))) + "."


def _tag(operation: Operation) -> str:
    """Return the collection that the operation is about."""
    collection = operation.path.split("/")[2]
    return _TAGS.get(collection, collection.replace("-", " ").capitalize())


_ADDRESS: Final[_Schema] = {
    "description": "An address, `name@domain`, URL-encoded.",
    "schema": {"type": "string", "minLength": 1, "pattern": MAILBOX_PATTERN},
}


def _path_parameters(operation: Operation) -> Iterator[_Schema]:
    for name in re.findall(r"{(\w+)}", operation.path):
        about = (
            _ADDRESS if name == ADDRESS else {"schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}}
        )
        yield {"name": name, "in": "path", "required": True, **about}


def _query_parameters(
    query: type[BaseModel] | None, schemas: Mapping[Any, _Schema], components: Mapping[str, _Schema]
) -> Iterator[_Schema]:
    if query is None:
        return
    schema = components[schemas[query]["$ref"].rpartition("/")[2]] if "$ref" in schemas[query] else schemas[query]
    for name, given in schema.get("properties", {}).items():
        # A parameter that is not given stands for null; nobody can write null into a query string.
        kinds = [kind for kind in given.get("anyOf", ()) if kind != {"type": "null"}]
        value = kinds[0] if len(kinds) == 1 else given
        parameter = {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": value}
        if value.get("type") == "array":
            parameter |= {"style": "form", "explode": False}  # values with commas between
        yield parameter


def _responses(operation: Operation, schemas: Mapping[Any, _Schema]) -> _Schema:
    kind = _answered(operation)
    done: _Schema = {
        "description": operation.status.phrase,
        "headers": {"X-Request-Id": {"schema": {"type": "string"}}},
    }
    if operation.creates or IdempotencyKeyRequiredError in operation.refuses:
        done["headers"][REPLAYED] = {
            "description": "`true` when the same request was answered so before; absent otherwise.",
            "schema": {"const": "true"},
        }
    if kind is not None:
        done["content"] = {JSON: {"schema": schemas[kind]}}
    refusals: dict[HTTPStatus, list[str]] = {}
    for kind_of_refusal in sorted(set(_refusals(operation)), key=lambda one: one.problem):
        refusals.setdefault(problems.status_of(kind_of_refusal), []).append(kind_of_refusal.problem)
    return {
        str(operation.status.value): done,
        **{
            str(status.value): _refused(schemas, ", ".join(f"`{slug}`" for slug in dict.fromkeys(slugs)))
            for status, slugs in sorted(refusals.items())
        },
        "default": _refused(schemas, "Any other refusal, such as `internal-error` (500)."),
    }


def _refused(schemas: Mapping[Any, _Schema], description: str) -> _Schema:
    return {"description": description, "content": {problems.CONTENT_TYPE: {"schema": schemas[Problem]}}}


def _refusals(operation: Operation) -> Iterator[type[DomainError]]:
    yield from operation.refuses
    if operation.scope:
        yield from (UnauthorizedError, MissingScopeError, TooManyRequestsError)
    if operation.body:
        yield problems.MalformedBodyError
    if operation.body or operation.query or operation.revised or named_in(operation.path):
        yield InvalidInputError
    if operation.revised:
        yield StaleRevisionError
    if operation.creates:
        yield from (IdempotencyKeyRequiredError, IdempotencyKeyReusedError, RequestInProgressError)
    yield TemporarilyUnavailableError
