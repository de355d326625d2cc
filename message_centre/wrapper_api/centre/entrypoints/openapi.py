"""Describes the wrapper API as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), from its operations and views."""

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NotRequired, get_args

from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from message_centre.wrapper_api.centre.entrypoints import problems
from message_centre.wrapper_api.centre.entrypoints.api import JSON, REPLAYED, Api, Operation
from message_centre.wrapper_api.centre.entrypoints.centre import VERSION
from message_centre.wrapper_api.centre.kernel.errors import (
    CentreError,
    IdempotencyKeyReusedError,
    InvalidInputError,
    MalformedBodyError,
    StaleRevisionError,
    TemporarilyUnavailableError,
)
from message_centre.wrapper_api.centre.people.model import MissingRoleError, SignedOutError

_REFERENCE: Final = "#/components/schemas/{model}"
_Schema = dict[str, Any]

_DESCRIPTION: Final = (
    "What the pages of the Message Centre talk to. Below `/api/v1/platform/` the operations of the Email Platform "
    "that people may use are passed on as its own description says: same documents, statuses and headers; refusals "
    "get `help`."
)


class FieldProblem(TypedDict):
    """One value that cannot be taken, by its JSON pointer into the request (RFC 6901)."""

    pointer: str
    detail: str


class Problem(TypedDict):
    """Why a request was refused (RFC 9457); help says in one sentence what a person does about it."""

    type: str
    title: str
    status: int
    detail: str
    help: str | None
    errors: NotRequired[list[FieldProblem]]


def describe(apis: Sequence[Api]) -> dict[str, Any]:
    """Return the OpenAPI document of all operations, in the order of their paths."""
    operations = sorted((one for api in apis for one in api.operations), key=lambda one: (one.path, one.method))
    schemas, components = _schemas(operations)
    queries = {one.query.__name__ for one in operations if one.query}
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Message Centre", "version": VERSION, "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {name: components[name] for name in sorted(components.keys() - queries)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def written(apis: Sequence[Api]) -> str:
    """Return the description as it is kept beside the application."""
    return json.dumps(describe(apis), indent=1, ensure_ascii=False) + "\n"


def _schemas(operations: Sequence[Operation]) -> tuple[dict[Any, _Schema], dict[str, _Schema]]:
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
    schema.pop("title", None)
    for part in schema.get("properties", {}).values():
        part.pop("title", None)
    return schema


def _answered(operation: Operation) -> Any:
    [kind] = get_args(inspect.signature(operation.view).return_annotation)
    return None if kind is type(None) else kind


def _operation(operation: Operation, schemas: Mapping[Any, _Schema], components: Mapping[str, _Schema]) -> _Schema:
    summary, _, more = inspect.cleandoc(operation.view.__doc__ or "").partition("\n\n")
    described: _Schema = {
        "operationId": operation.view.__name__,
        "summary": summary.replace("\n", " "),
        "description": " ".join(filter(None, [_needs(operation), more.replace("\n", " ")])),
        "parameters": [*_path_parameters(operation), *_query_parameters(operation.query, schemas, components)],
        "responses": _responses(operation, schemas),
    }
    if operation.revised:
        described["parameters"].append(_header("If-Match", "The ETag that GET answered."))
    if operation.creates:
        described["parameters"].append(
            _header("Idempotency-Key", "The same request again with the same key makes nothing more.")
        )
    if operation.role is None and SignedOutError not in operation.refuses:
        described["security"] = []
    if operation.body:
        empty = not any(field.is_required() for field in operation.body.model_fields.values())
        described["requestBody"] = {"required": not empty, "content": {JSON: {"schema": schemas[operation.body]}}}
    return described


def _header(name: str, description: str) -> _Schema:
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def _needs(operation: Operation) -> str:
    return f"Needs the role `{operation.role}`." if operation.role else ""


def _path_parameters(operation: Operation) -> Iterator[_Schema]:
    for name in re.findall(r"{(\w+)}", operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


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
            parameter |= {"style": "form", "explode": False}
        yield parameter


def _responses(operation: Operation, schemas: Mapping[Any, _Schema]) -> _Schema:
    kind = _answered(operation)
    done: _Schema = {
        "description": operation.status.phrase,
        "headers": {"X-Request-Id": {"schema": {"type": "string"}}},
    }
    if operation.creates:
        done["headers"][REPLAYED] = {"description": "`true`: it was made before.", "schema": {"const": "true"}}
    if kind is not None:
        done["content"] = {JSON: {"schema": schemas[kind]}}
    refusals: dict[HTTPStatus, list[str]] = {}
    for refusal in sorted(set(_refusals(operation)), key=lambda one: one.problem):
        refusals.setdefault(refusal.status, []).append(refusal.problem)
    return {
        str(operation.status.value): done,
        **{
            str(status.value): _refused(schemas, ", ".join(f"`{slug}`" for slug in dict.fromkeys(slugs)))
            for status, slugs in sorted(refusals.items())
        },
        "default": _refused(schemas, "Any other refusal; those of the platform keep its types."),
    }


def _refused(schemas: Mapping[Any, _Schema], description: str) -> _Schema:
    return {"description": description, "content": {problems.CONTENT_TYPE: {"schema": schemas[Problem]}}}


def _refusals(operation: Operation) -> Iterator[type[CentreError]]:
    yield from operation.refuses
    if operation.role:
        yield from (SignedOutError, MissingRoleError)
    if operation.body:
        yield MalformedBodyError
    if operation.body or operation.query or operation.revised:
        yield InvalidInputError
    if operation.revised:
        yield StaleRevisionError
    if operation.creates:
        yield IdempotencyKeyReusedError
    yield TemporarilyUnavailableError
