"""What breaks callers is found, what does not is not; the API keeps what was promised last."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

import app
from chalicelib.entrypoints.http.openapi import describe
from local.published.compatibility import BASELINE, breaking_changes

THING = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["new", "done"]},
        "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
    "required": ["id", "state", "at"],
}
MAKE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 20},
        "size": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["name"],
}
OLD: dict[str, Any] = {
    "paths": {
        "/v1/things": {
            "post": {
                "operationId": "make_thing",
                "parameters": [
                    {"name": "dry", "in": "query", "required": False, "schema": {"type": "boolean"}},
                    {
                        "name": "sort",
                        "in": "query",
                        "required": False,
                        "schema": {"type": "string", "enum": ["x", "y"]},
                    },
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Make"}}},
                },
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "422": {"description": "`invalid-input`"},
                },
            },
            "get": {"operationId": "health", "parameters": [], "security": [], "responses": {"204": {}}},
        }
    },
    "components": {"schemas": {"Thing": THING, "Make": MAKE}},
}
Change = Callable[[dict[str, Any]], object]


def _post(new: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = new["paths"]["/v1/things"]["post"]
    return operation


def _thing(new: dict[str, Any]) -> dict[str, Any]:
    thing: dict[str, Any] = new["components"]["schemas"]["Thing"]
    return thing


def _make(new: dict[str, Any]) -> dict[str, Any]:
    make: dict[str, Any] = new["components"]["schemas"]["Make"]
    return make


BREAKING: list[tuple[str, Change]] = [
    ("POST /v1/things is gone", lambda new: new["paths"]["/v1/things"].pop("post")),
    ("is called create, no longer make_thing", lambda new: _post(new).update(operationId="create")),
    ("needs a key now", lambda new: new["paths"]["/v1/things"]["get"].pop("security")),
    ("query dry is taken no more", lambda new: _post(new)["parameters"].pop(0)),
    ("query dry is required now", lambda new: _post(new)["parameters"][0].update(required=True)),
    (
        "header If is required now",
        lambda new: _post(new)["parameters"].append({"name": "If", "in": "header", "required": True, "schema": {}}),
    ),
    ("query sort takes 'y' no more", lambda new: _post(new)["parameters"][1]["schema"].update(enum=["x"])),
    ("body.name has a lower maxLength", lambda new: _make(new)["properties"]["name"].update(maxLength=19)),
    ("body.name has a higher minLength", lambda new: _make(new)["properties"]["name"].update(minLength=2)),
    ("body.name has another pattern", lambda new: _make(new)["properties"]["name"].update(pattern="^a")),
    ("body.name takes some words only", lambda new: _make(new)["properties"]["name"].update(enum=["a"])),
    ("body.size takes no null", lambda new: _make(new)["properties"].update(size={"type": "integer", "minimum": 1})),
    ("body.size has a higher minimum", lambda new: _make(new)["properties"]["size"]["anyOf"][0].update(minimum=2)),
    ("body.kind takes 'b' no more", lambda new: _make(new)["properties"]["kind"].update(enum=["a", "c"])),
    ("body.kind is required now", lambda new: _make(new).update(required=["name", "kind"])),
    ("body.kind is taken no more", lambda new: _make(new)["properties"].pop("kind")),
    ("body.extra is required now", lambda new: _make(new).update(required=["name", "extra"])),
    (
        "body.fields.* takes no string",
        lambda new: _make(new)["properties"]["fields"].update(additionalProperties={"type": "integer"}),
    ),
    ("body.fields takes no names", lambda new: _make(new)["properties"]["fields"].update(additionalProperties=False)),
    ("the body is taken no more", lambda new: _post(new).pop("requestBody")),
    ("answers 201 no more", lambda new: _post(new)["responses"].update({"200": _post(new)["responses"].pop("201")})),
    ("has no document any more", lambda new: _post(new)["responses"]["201"].pop("content")),
    ("answer.id is answered no more", lambda new: _thing(new)["properties"].pop("id")),
    ("answer.counts is answered no more", lambda new: _thing(new)["properties"].pop("counts")),
    ("answer.id is not always there", lambda new: _thing(new).update(required=["state", "at"])),
    ("answer.id is integer now", lambda new: _thing(new)["properties"].update(id={"type": "integer"})),
    (
        "answer.id is null now",
        lambda new: _thing(new)["properties"].update(id={"anyOf": [{"type": "string"}, {"type": "null"}]}),
    ),
    ("answer.state is never 'done' any more", lambda new: _thing(new)["properties"]["state"].update(enum=["new"])),
    (
        "answer.counts.* is number now",
        lambda new: _thing(new)["properties"]["counts"].update(additionalProperties={"type": "number"}),
    ),
]
HARMLESS: list[tuple[str, Change]] = [
    ("nothing", lambda _new: None),
    ("an operation", lambda new: new["paths"].update({"/v1/more": {"get": {}}})),
    ("a field of an answer", lambda new: _thing(new)["properties"].update(more={"type": "string"})),
    (
        "a word of a vocabulary that is answered",
        lambda new: _thing(new)["properties"]["state"].update(enum=["new", "done", "x"]),
    ),
    ("a null that is answered no more", lambda new: _thing(new)["properties"].update(at={"type": "string"})),
    ("a field that may be sent", lambda new: _make(new)["properties"].update(more={"type": "string"})),
    ("a field that need not be sent any more", lambda new: _make(new).update(required=[])),
    ("a wider text", lambda new: _make(new)["properties"]["name"].update(maxLength=200, minLength=0)),
    ("another type that is taken", lambda new: _make(new)["properties"]["size"]["anyOf"].append({"type": "string"})),
    (
        "an integer that may be any number",
        lambda new: _make(new)["properties"]["size"]["anyOf"][0].update(type="number"),
    ),
    ("a word that is taken", lambda new: _make(new)["properties"]["kind"].update(enum=["a", "b", "c"])),
    (
        "a parameter that may be left out",
        lambda new: _post(new)["parameters"].append({"name": "q", "in": "query", "required": False, "schema": {}}),
    ),
    ("a problem type", lambda new: _post(new)["responses"].update({"409": {"description": "`conflict`"}})),
]


@pytest.mark.parametrize(("found", "change"), BREAKING, ids=[one[0] for one in BREAKING])
def test_what_breaks_callers_is_found(found: str, change: Change) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    changes = breaking_changes(OLD, new)
    assert any(found in one for one in changes), changes


@pytest.mark.parametrize("change", [one[1] for one in HARMLESS], ids=[one[0] for one in HARMLESS])
def test_what_breaks_nobody_is_not(change: Change) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert breaking_changes(OLD, new) == []


def test_the_api_keeps_what_was_promised() -> None:
    promised = json.loads(BASELINE.read_text(encoding="utf-8"))
    present = json.loads(json.dumps(describe(app.APIS)))
    assert breaking_changes(promised, present) == [], "callers break; if that is meant, `make api-baseline` and say so"
