"""The client is the one that the description gives, and a description that says something new is an error."""

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import app
import emailplatform
from chalicelib.entrypoints.http.openapi import describe
from emailplatform import models
from emailplatform.operations import Operations
from local.published import client_source

DESCRIPTION = describe(app.APIS)
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("file", client_source.sources(DESCRIPTION), ids=lambda file: file.name)
def test_the_modules_are_what_the_description_gives(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == client_source.sources(DESCRIPTION)[file], "run `make openapi`"


def test_every_operation_has_a_method_and_no_method_is_without() -> None:
    named = {operation["operationId"] for methods in DESCRIPTION["paths"].values() for operation in methods.values()}
    methods = {name for name, _ in inspect.getmembers(Operations, inspect.isfunction) if not name.startswith("_")}
    assert named <= methods
    assert all(name.startswith("iter_") for name in methods - named)


def test_every_document_has_exactly_the_fields_of_its_schema() -> None:
    for name, schema in DESCRIPTION["components"]["schemas"].items():
        if schema.get("type") == "object":
            model: Any = getattr(models, client_source.model_name(name))
            assert set(get_type_hints(model)) == set(schema.get("properties", {})), name
            assert model.__required_keys__ == frozenset(schema.get("required", ())), name


def _changed(**schema: Any) -> dict[str, Any]:
    return {"paths": {}, "components": {"schemas": {"Thing": {"type": "object", "properties": {"part": schema}}}}}


def test_a_field_more_is_seen() -> None:
    assert (
        "part: NotRequired[int]" in client_source.sources(_changed(type="integer"))[client_source.FOLDER / "models.py"]
    )


@pytest.mark.parametrize("schema", [{"type": "tuple"}, {"not": {"type": "null"}}, {"allOf": [{"type": "string"}]}])
def test_what_is_not_known_is_an_error(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no type is known"):
        client_source.sources(_changed(**schema))


def test_a_name_that_python_keeps_for_itself_is_still_a_field() -> None:
    assert "from" in get_type_hints(models.SendMessage)


def test_the_package_needs_only_what_it_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    declared = {re.split(r"[<>=,\[]", one)[0] for one in [*project["dependencies"], *extras]}
    imported = {
        name.partition(".")[0]
        for file in Path(emailplatform.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    foreign = {name for name in imported if name not in _standard()} - {"emailplatform"}
    assert foreign <= declared


def test_the_package_can_be_imported_without_its_extras() -> None:
    code = "import sys; sys.modules['botocore'] = None; import emailplatform"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def _standard() -> frozenset[str]:
    return sys.stdlib_module_names
