"""Pins what the deployment reads out of Chalice 1.34: an upgrade that changes it fails here first."""

from importlib.metadata import version
from types import ModuleType
from typing import Any

import pytest
from chalice.app import AuthResponse, Blueprint, Chalice

from infra.chalice_manifest import ROUTE_FUNCTIONS, api_body, handlers, problem_base_uri

ARNS = {
    name: f"arn:aws:lambda:eu-central-1:123456789012:function:x-{name}"
    for name in ("api", "authorize", *ROUTE_FUNCTIONS.values())
}
INVOKE = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{}/invocations"


def _small_app() -> Chalice:
    blueprint = Blueprint("small")

    @blueprint.authorizer(ttl_seconds=60)
    def authorize(auth_request: Any) -> AuthResponse:
        return AuthResponse(routes=["*"], principal_id=auth_request.token)

    @blueprint.route("/things/{thing_id}", methods=["PUT"], authorizer=authorize)
    def put_thing(thing_id: str) -> str:
        """Put a thing."""
        return thing_id

    @blueprint.lambda_function(name="count_things")
    def count(event: Any, context: Any) -> Any:
        return event or context

    app = Chalice(app_name="small")
    app.register_blueprint(blueprint)
    return app


def test_the_version_is_the_one_that_was_read() -> None:
    assert version("chalice") == "1.34.0"


def _module(**names: Any) -> ModuleType:
    module = ModuleType("app")
    module.__dict__.update(app=_small_app(), **names)
    return module


def test_a_function_is_found_under_its_name_with_a_handler_in_app() -> None:
    found = handlers(_module(authorize=None, count=None))
    assert found == {"api": "app.app", "authorize": "app.authorize", "count_things": "app.count"}


def test_a_function_that_app_does_not_re_export_is_an_error() -> None:
    with pytest.raises(LookupError, match="has no count"):
        handlers(_module(authorize=None))


def test_routes_are_bound_to_the_api_function_and_its_authorizer() -> None:
    body = api_body(ARNS, "eu-central-1", _small_app())
    method = body["paths"]["/things/{thing_id}"]["put"]
    assert method["x-amazon-apigateway-integration"]["uri"] == INVOKE.format(ARNS["api"])
    assert method["x-amazon-apigateway-integration"]["type"] == "aws_proxy"
    assert method["security"] == [{"authorize": []}]
    assert method["summary"] == "Put a thing."
    authorizer = body["securityDefinitions"]["authorize"]
    assert (authorizer["in"], authorizer["name"]) == ("header", "Authorization")
    assert authorizer["x-amazon-apigateway-authorizer"] == {
        "type": "request",
        "identitySource": "method.request.header.Authorization, context.identity.sourceIp",
        "authorizerUri": INVOKE.format(ARNS["authorize"]),
        "authorizerResultTtlInSeconds": 60,
    }
    assert body["x-amazon-apigateway-binary-media-types"] == []


def test_the_platforms_own_routes_need_a_key_except_those_for_everybody() -> None:
    body = api_body(ARNS, "eu-central-1")
    public = {path for path, methods in body["paths"].items() for m in methods.values() if "security" not in m}
    assert public == {"/v1/health", "/v1/openapi.json", "/u/{token}"}


def test_each_route_calls_its_own_function_and_the_api_all_others() -> None:
    paths = api_body(ARNS, "eu-central-1")["paths"]
    assert paths.keys() >= ROUTE_FUNCTIONS.keys() >= {"/u/{token}", "/v1/messages"}
    assert paths["/u/{token}"].keys() == {"get", "head", "post"}
    for path, methods in paths.items():
        expected = INVOKE.format(ARNS[ROUTE_FUNCTIONS.get(path, "api")])
        assert {method["x-amazon-apigateway-integration"]["uri"] for method in methods.values()} == {expected}, path


def test_the_platforms_functions_are_those_of_app() -> None:
    found = handlers()
    assert found["api"] == "app.app"
    assert found["send_part"] == "app.send_part"
    served = set(ROUTE_FUNCTIONS.values())
    assert {name: found[name] for name in served} == {name: f"app.{name}" for name in served}


def test_problem_types_begin_with_the_platforms_address() -> None:
    assert problem_base_uri() == "https://emailplatform.dev/problems/"
