"""Which operation leads to which (OpenAPI's links), so that a reader and a tool need make up no id.

What makes or lists things leads to each of them, a thing to all that can be done with it, a page to the next one.
Specification: https://spec.openapis.org/oas/v3.1.0#link-object.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from chalicelib.entrypoints.http.api import Operation

ETAG: Final = "ETag"

_Schema = dict[str, Any]


def links(
    operation: Operation, operations: Sequence[Operation], answer: _Schema | None, components: Mapping[str, _Schema]
) -> dict[str, Any]:
    """Return the links of an operation's answer, by the name of the operation that each leads to.

    Args:
        operation: what was called.
        operations: all that there are.
        answer: the schema of its answer; None: it has none.
        components: the schemas that others refer to.
    """
    if answer is None:
        return {}
    answer = _resolved(answer, components)
    properties = answer.get("properties", {})
    listed = None if _shows_one(operation) else properties.get("items", {}).get("items")
    where = "items/0/" if listed else ""
    shown = {name: f"$response.body#/{where}{name}" for name in _identifying(_resolved(listed or answer, components))}
    given = {name: f"$request.path.{name}" for name in _parameters(operation)}
    # What a call makes may be called as what it was made from: the answer says which it is.
    values = {**shown, **given} if _shows_one(operation) else {**given, **shown}
    revised = shows_revision(operation, operations)
    found = {
        target.view.__name__: _link(target, values, revised=revised and target.revised)
        for target in operations
        if target is not operation and _leads(operation, target, shown.keys(), listed=listed is not None)
    }
    if listed and "next" in properties:
        parameters = {**given, "cursor": "$response.body#/next"}
        found[operation.view.__name__] = {"operationId": operation.view.__name__, "parameters": parameters}
    return found


def shows_revision(operation: Operation, operations: Sequence[Operation]) -> bool:
    """Tell whether an operation shows one thing with the revision by which it can be changed."""
    return _shows_one(operation) and any(one.revised and one.path == operation.path for one in operations)


def _leads(operation: Operation, target: Operation, shown: AbstractSet[str], *, listed: bool) -> bool:
    """Tell whether an answer is followed by another operation, and says all that its path needs."""
    known, needed = set(_parameters(operation)), set(_parameters(target))
    if not needed or not needed <= known | shown:
        return False
    if _shows_one(operation):
        return needed == known or (_shows_one(target) and not needed <= known)
    return _shows_one(target) and not needed.isdisjoint(shown) and (listed or _same_collection(operation, target))


def _shows_one(operation: Operation) -> bool:
    return operation.method == "GET" and operation.path.endswith("}")


def _same_collection(one: Operation, other: Operation) -> bool:
    return one.path.split("/")[2] == other.path.split("/")[2]


def _link(target: Operation, values: Mapping[str, str], *, revised: bool) -> dict[str, Any]:
    parameters = {name: values[name] for name in _parameters(target)}
    if revised:
        parameters["If-Match"] = f"$response.header.{ETAG}"
    return {"operationId": target.view.__name__, "parameters": parameters}


def _parameters(operation: Operation) -> list[str]:
    return re.findall(r"{(\w+)}", operation.path)


def _identifying(schema: _Schema) -> list[str]:
    """Return the properties that are always there and are text or a number, as parameters of paths are."""
    return [
        name
        for name, part in schema.get("properties", {}).items()
        if part.get("type") in {"string", "integer"} and name in schema.get("required", ())
    ]


def _resolved(schema: _Schema, components: Mapping[str, _Schema]) -> _Schema:
    reference = schema.get("$ref")
    return components[reference.rpartition("/")[2]] if reference else schema
