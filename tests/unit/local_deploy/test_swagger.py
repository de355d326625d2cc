from collections.abc import Callable
from typing import Any

import pytest

from local.deploy.swagger import put_api


class RecordingGateway:
    """Answers as an empty API does and notes each call that makes something."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def get_paginator(self, _operation: str) -> "RecordingGateway":
        return self

    def paginate(self, **_arguments: Any) -> list[dict[str, Any]]:
        return [{"items": [{"id": "root", "path": "/"}]}]

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        def call(**arguments: Any) -> dict[str, Any]:
            if operation.startswith("get_"):
                return {"items": []}
            self.calls.append((operation, arguments))
            return {"id": f"{operation}-{arguments.get('pathPart', arguments.get('name', ''))}"}

        return call

    def made(self, operation: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == operation]


def _operation(**more: Any) -> dict[str, Any]:
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": "arn:main"}
    return {"responses": {}, "x-amazon-apigateway-integration": integration, **more}


def _document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"swagger": "2.0", "info": {"title": "t"}, "paths": paths, **more}


def test_a_path_becomes_one_resource_a_segment() -> None:
    gateway = RecordingGateway()
    put_api(gateway, "api", _document({"/v1/a/{id}": {"get": _operation()}, "/v1/b": {"post": _operation()}}))
    assert [call["pathPart"] for call in gateway.made("create_resource")] == ["v1", "a", "{id}", "b"]
    assert [(call["httpMethod"], call["authorizationType"]) for call in gateway.made("put_method")] == [
        ("GET", "NONE"),
        ("POST", "NONE"),
    ]


def test_each_method_calls_the_function_that_its_integration_names() -> None:
    gateway = RecordingGateway()
    other = _operation()
    other["x-amazon-apigateway-integration"]["uri"] = "arn:other"
    put_api(gateway, "api", _document({"/a": {"get": _operation()}, "/u/{token}": {"head": other, "post": other}}))
    assert [(call["httpMethod"], call["uri"]) for call in gateway.made("put_integration")] == [
        ("GET", "arn:main"),
        ("HEAD", "arn:other"),
        ("POST", "arn:other"),
    ]


def test_a_method_behind_an_authorizer_names_it() -> None:
    gateway = RecordingGateway()
    scheme = {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:check"},
    }
    paths = {"/a": {"get": _operation(security=[{"check": []}])}}
    put_api(gateway, "api", _document(paths, securityDefinitions={"check": scheme}))
    assert gateway.made("create_authorizer")[0]["identitySource"] == "method.request.header.Authorization"
    assert gateway.made("put_method")[0]["authorizerId"] == "create_authorizer-check"


def test_an_authorizer_of_requests_is_shown_those_sources_that_the_emulator_knows() -> None:
    gateway = RecordingGateway()
    details = {
        "type": "request",
        "authorizerUri": "arn:check",
        "identitySource": "method.request.header.Authorization, context.identity.sourceIp",
    }
    scheme = {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": details,
    }
    paths = {"/a": {"get": _operation(security=[{"check": []}])}}
    put_api(gateway, "api", _document(paths, securityDefinitions={"check": scheme}))
    (made,) = gateway.made("create_authorizer")
    assert (made["type"], made["identitySource"]) == ("REQUEST", "method.request.header.Authorization")


def test_a_preflight_route_has_its_responses() -> None:
    gateway = RecordingGateway()
    headers = {"method.response.header.Access-Control-Allow-Origin": "'*'"}
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200", "responseParameters": headers}},
    }
    put_api(gateway, "api", _document({"/a": {"options": {"x-amazon-apigateway-integration": integration}}}))
    assert gateway.made("put_method_response")[0]["responseParameters"] == dict.fromkeys(headers, False)
    assert gateway.made("put_integration_response")[0]["responseParameters"] == headers


def test_the_policy_is_that_of_the_api() -> None:
    gateway = RecordingGateway()
    put_api(gateway, "api", _document({}, **{"x-amazon-apigateway-policy": {"Statement": []}}))
    (change,) = gateway.made("update_rest_api")
    assert change["patchOperations"] == [{"op": "replace", "path": "/policy", "value": '{"Statement": []}'}]


@pytest.mark.parametrize(
    ("document", "lost"),
    [
        (_document({}, **{"x-amazon-apigateway-cors": {"a": 1}}), "x-amazon-apigateway-cors"),
        (_document({"/a": {"get": _operation(**{"x-own": 1})}}), r"paths\./a\.get\.x-own"),
        (_document({"/a": {"trace": _operation()}}), "trace"),
    ],
)
def test_a_part_that_has_no_effect_is_an_error(document: dict[str, Any], lost: str) -> None:
    with pytest.raises(ValueError, match=lost):
        put_api(RecordingGateway(), "api", document)
