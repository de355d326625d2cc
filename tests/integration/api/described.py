"""Holds an answer of the API against the API's own description."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import app
from chalicelib.entrypoints.http.openapi import describe


@cache
def _description() -> dict[str, Any]:
    """Return the description, strict: an object of the answers has no property that is not described."""
    description: dict[str, Any] = json.loads(json.dumps(describe(app.APIS)))
    for schema in description["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    for name, schema in description["components"]["schemas"].items():
        schema["$id"] = f"urn:{name}"
    named: dict[str, Any] = json.loads(json.dumps(description).replace("#/components/schemas/", "urn:"))
    return named


@cache
def _validator(path: str, method: str, status: str, content_type: str) -> Draft202012Validator:
    description = _description()
    schema = description["paths"][path][method]["responses"][status]["content"][content_type]["schema"]
    named = description["components"]["schemas"]
    registry: Registry[Any] = Registry().with_resources(
        (f"urn:{name}", DRAFT202012.create_resource(part)) for name, part in named.items()
    )
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def check_answer(path: str, method: str, status: int, content_type: str, body: str) -> None:
    """Fail where an answer is not one that the description announces."""
    described = _description()["paths"].get(path, {}).get(method.lower())
    if described is None:
        return  # a page, or a method that the path does not take
    responses = described["responses"]
    announced = responses.get(str(status), responses["default"] if status >= 400 else None)
    assert announced, f"{method} {path} answers {status}, which is not described"
    if not body:
        assert "content" not in announced, f"{method} {path} answers {status} without the document it announces"
        return
    document = json.loads(body)
    key = str(status) if str(status) in responses else "default"
    _validator(path, method.lower(), key, content_type).validate(document)
    if "type" in document and status < 500:
        slug = document["type"].rpartition("/")[2]
        general = {"method-not-allowed", "unsupported-media-type", "bad-request"}
        assert slug in general or f"`{slug}`" in announced["description"], f"{method} {path} refuses by {slug}"
