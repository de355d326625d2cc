"""The description of the API is the one that its operations give, is OpenAPI 3.1, and leaves no route out."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import app
from chalicelib.entrypoints.http.health import DESCRIPTION_FILE
from chalicelib.entrypoints.http.openapi import describe, written

DESCRIPTION = describe(app.APIS)
PAGES = {"/u/{token}"}
"""Pages for recipients, which no program calls."""

OPERATIONS = [(path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods]


def test_the_file_is_what_the_operations_give() -> None:
    assert DESCRIPTION_FILE.read_text(encoding="utf-8") == written(app.APIS), "run `make openapi`"


def test_it_is_openapi() -> None:
    OpenAPIV31SpecValidator(json.loads(written(app.APIS))).validate()


def test_every_route_is_described() -> None:
    routes = {(path, method.lower()) for path, methods in app.app.routes.items() for method in methods}
    assert {route for route in routes if route[0] not in PAGES} == set(OPERATIONS)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_an_operation_says_what_it_needs_and_answers(path: str, method: str) -> None:
    operation = DESCRIPTION["paths"][path][method]
    assert re.fullmatch(r"[A-Z].*\.", operation["summary"])
    named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
    assert named == set(re.findall(r"{(\w+)}", path))
    assert any(status.startswith("2") for status in operation["responses"])
    assert ("401" in operation["responses"]) is (operation.get("security") != [])


def test_operations_have_names_of_their_own() -> None:
    names = [DESCRIPTION["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert len(set(names)) == len(names)


def test_no_answer_is_described_as_just_anything() -> None:
    """Two documents are as their makers write them: they hold counts by names that only the file or the check knows."""
    loose = [
        DESCRIPTION["paths"][path][method]["operationId"]
        for path, method in OPERATIONS
        for status, answer in DESCRIPTION["paths"][path][method]["responses"].items()
        for content in answer.get("content", {}).values()
        if "$ref" not in json.dumps(content["schema"])
    ]
    assert loose == ["get_description", "get_recipient_file_profile"]


def test_every_component_is_used() -> None:
    text = json.dumps(DESCRIPTION)
    assert [name for name in DESCRIPTION["components"]["schemas"] if f'schemas/{name}"' not in text] == []


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from _objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _objects(part)


def test_documents_that_are_read_name_all_that_they_take() -> None:
    for path, method in OPERATIONS:
        body = DESCRIPTION["paths"][path][method].get("requestBody")
        if body:
            name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert DESCRIPTION["components"]["schemas"][name]["additionalProperties"] is False


def test_a_link_says_all_that_the_path_of_its_operation_needs() -> None:
    paths = {one["operationId"]: path for path, methods in DESCRIPTION["paths"].items() for one in methods.values()}
    for link in _links():
        assert set(re.findall(r"{(\w+)}", paths[link["operationId"]])) <= link["parameters"].keys()


def test_links_lead_to_every_operation_that_needs_an_id() -> None:
    linked = {link["operationId"] for link in _links()}
    wanted = {
        one["operationId"] for path, methods in DESCRIPTION["paths"].items() for one in methods.values() if "{" in path
    }
    assert sorted(wanted - linked) == []


def test_changes_are_linked_with_the_revision_that_was_shown() -> None:
    shown = DESCRIPTION["paths"]["/v1/campaigns/{campaign_id}"]["get"]["responses"]["200"]
    assert "ETag" in shown["headers"]
    assert shown["links"]["edit_campaign"]["parameters"] == {
        "campaign_id": "$request.path.campaign_id",
        "If-Match": "$response.header.ETag",
    }
    assert "If-Match" not in shown["links"]["get_campaign_statistics"]["parameters"]


def test_pages_are_linked_with_the_next_one() -> None:
    page = DESCRIPTION["paths"]["/v1/templates/{template_id}/versions"]["get"]["responses"]["200"]
    assert page["links"]["list_template_versions"]["parameters"] == {
        "template_id": "$request.path.template_id",
        "cursor": "$response.body#/next",
    }


def _links() -> list[dict[str, Any]]:
    return [
        link
        for methods in DESCRIPTION["paths"].values()
        for one in methods.values()
        for answer in one["responses"].values()
        for link in answer.get("links", {}).values()
    ]
