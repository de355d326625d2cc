"""Holds requests and answers against a description of an API (OpenAPI 3.1)."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

PLATFORM = Path(__file__).parents[3] / "chalice_app" / "chalicelib" / "entrypoints" / "http" / "openapi.json"


@dataclass(frozen=True, slots=True)
class Found:
    """An operation that a request is for, with what stands in its path."""

    operation: dict[str, Any]
    template: str
    path: dict[str, str]

    @property
    def name(self) -> str:
        return str(self.operation["operationId"])


class Description:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.components = {"components": document["components"]}

    def find(self, method: str, path: str) -> Found | None:
        for template, methods in self.document["paths"].items():
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
            match = re.fullmatch(pattern, path)
            if match and method.lower() in methods:
                return Found(methods[method.lower()], template, match.groupdict())
        return None

    def faults_of_request(self, found: Found, query: Mapping[str, str], body: bytes) -> Iterator[str]:
        known = {one["name"]: one for one in found.operation["parameters"] if one["in"] == "query"}
        for name, text in query.items():
            if name not in known:
                yield f"{found.name}: there is no query parameter {name}"
            else:
                yield from self._faults(f"{found.name} ?{name}", known[name]["schema"], _read(known[name], text))
        missing = [name for name, one in known.items() if one["required"] and name not in query]
        yield from (f"{found.name}: {name} is missing" for name in missing)
        described = found.operation.get("requestBody")
        if described:
            document = json.loads(body or b"{}")
            yield from self._faults(found.name, described["content"]["application/json"]["schema"], document)
        elif body:
            yield f"{found.name} takes no body"

    def faults_of_answer(self, found: Found, status: int, body: bytes) -> Iterator[str]:
        responses = found.operation["responses"]
        described = responses.get(str(status)) or (responses.get("default") if status >= 400 else None)
        if described is None:
            yield f"{found.name} never answers {status}"
            return
        content = described.get("content")
        if content is None:
            if body:
                yield f"{found.name} answers {status} without a body"
            return
        [kind] = content.values()
        yield from self._faults(f"{found.name} {status}", kind["schema"], json.loads(body))

    def example(self, found: Found, status: str) -> Any:
        """Return an answer that is as described."""
        content = found.operation["responses"][status].get("content")
        return None if content is None else self._example(next(iter(content.values()))["schema"])

    def _faults(self, where: str, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        validator = Draft202012Validator({**schema, **self.components})
        for error in validator.iter_errors(value):
            yield f"{where} {error.json_path}: {error.message}"

    def _example(self, schema: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0911 - one for each kind of schema
        if "$ref" in schema:
            return self._example(self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        if "anyOf" in schema or "oneOf" in schema:
            kinds = schema.get("anyOf") or schema["oneOf"]
            return None if {"type": "null"} in kinds else self._example(kinds[0])
        match schema.get("type"):
            case "object":
                properties = schema.get("properties", {})
                return {name: self._example(properties[name]) for name in schema.get("required", ())}
            case "array":
                return []
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return False
            case "null":
                return None
        if schema.get("format") == "date-time":
            return "2026-03-01T12:00:00.000Z"
        return "x" if re.search(schema.get("pattern", ""), "x") else "all"


def _read(parameter: Mapping[str, Any], text: str) -> Any:
    kind = parameter["schema"].get("type")
    if kind == "integer":
        return int(text)
    return text.split(",") if kind == "array" else text


@functools.cache
def platform() -> Description:
    """Return the description of the Email Platform's API."""
    return Description(json.loads(PLATFORM.read_text(encoding="utf-8")))
