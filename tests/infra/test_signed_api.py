"""The second API, whose callers sign their requests."""

import json
import re
from typing import Any

import pytest

from infra.chalice_manifest import ROUTE_FUNCTIONS
from tests.infra.program import CONFIG, Graph, run

KEYS, SIGNED = "email-platform-test-api", "email-platform-test-signed-api"
READER = "arn:aws:iam::111122223333:role/services/reporting"
CALLERS = {READER: ["read"], "arn:aws:iam::123456789012:user/importer": ["read", "write"]}


@pytest.fixture(scope="module")
def signed() -> Graph:
    return run({**CONFIG, "apiCallers": json.dumps(CALLERS), "wafEnabled": "true"})


def _body(graph: Graph, name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(graph.of("apigateway/restApi:RestApi")[name].inputs["body"])
    return body


def test_every_operation_of_it_wants_a_signature_and_calls_the_same_function(signed: Graph) -> None:
    with_keys, with_signatures = _body(signed, KEYS), _body(signed, SIGNED)
    assert with_signatures["paths"].keys() == {path for path in with_keys["paths"] if path.startswith("/v1/")}
    (scheme,) = with_signatures["securityDefinitions"].values()
    assert scheme["x-amazon-apigateway-authtype"] == "awsSigv4"
    for path, methods in with_signatures["paths"].items():
        for method, operation in methods.items():
            assert operation["security"] == [{"sigv4": []}], (method, path)
            named = with_keys["paths"][path][method]
            assert operation["x-amazon-apigateway-integration"] == named["x-amazon-apigateway-integration"]


def test_the_api_for_keys_is_as_it_was(signed: Graph, graph: Graph) -> None:
    assert _body(signed, KEYS) == _body(graph, KEYS)


def test_its_policy_admits_who_is_listed_and_nobody_else(signed: Graph) -> None:
    (statement,) = _body(signed, SIGNED)["x-amazon-apigateway-policy"]["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"AWS": sorted(CALLERS)},
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/live/*",
    }


def test_functions_are_told_the_scopes(signed: Graph) -> None:
    functions = signed.of("lambda/function:Function")
    told = {
        name.removeprefix("email-platform-test-"): json.loads(
            function.inputs["environment"]["variables"]["API_CALLERS"]
        )
        for name, function in functions.items()
        if "API_CALLERS" in function.inputs["environment"]["variables"]
    }
    serving = {"api", *ROUTE_FUNCTIONS.values()} - {"unsubscribe"}
    assert told == {name.replace("_", "-"): CALLERS for name in serving}


def test_it_may_call_what_it_routes_to_and_no_more(signed: Graph) -> None:
    permitted = {
        permission.inputs["function"]
        for permission in signed.of("lambda/permission:Permission").values()
        if f":{SIGNED}-id/" in permission.inputs.get("sourceArn", "")
    }
    uris = re.findall(r"function:([\w-]+)(?::live)?/invocations", json.dumps(_body(signed, SIGNED)))
    assert permitted == set(uris)
    assert len(permitted) == 4


def test_it_is_logged_throttled_guarded_and_watched_like_the_other(signed: Graph) -> None:
    stage = signed.of("apigateway/stage:Stage")[SIGNED].inputs
    assert json.loads(stage["accessLogSettings"]["format"])["key"] == "$context.identity.userArn"
    settings = signed.of("apigateway/methodSettings:MethodSettings")
    assert settings[SIGNED].inputs["settings"] == settings[KEYS].inputs["settings"]
    associations = signed.of("wafv2/webAclAssociation:WebAclAssociation")
    assert associations[SIGNED].inputs["resourceArn"] == signed.of("apigateway/stage:Stage")[SIGNED].arn
    assert len({one.inputs["webAclArn"] for one in associations.values()}) == 1
    alarms = signed.of("cloudwatch/metricAlarm:MetricAlarm")
    assert alarms[f"{SIGNED}-5xx"].inputs["dimensions"]["ApiName"] == SIGNED


def test_its_own_refusals_are_problems(signed: Graph) -> None:
    responses = _body(signed, SIGNED)["x-amazon-apigateway-gateway-responses"]
    statuses = {
        kind: (
            responses[kind]["statusCode"],
            json.loads(responses[kind]["responseTemplates"]["application/json"])["type"],
        )
        for kind in ("MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "EXPIRED_TOKEN", "ACCESS_DENIED")
    }
    base = "https://emailplatform.dev/problems/"
    assert statuses.pop("ACCESS_DENIED") == ("403", f"{base}missing-scope")
    assert set(statuses.values()) == {("401", f"{base}unauthorized")}


def test_without_callers_there_is_none(graph: Graph) -> None:
    assert graph.of("apigateway/restApi:RestApi").keys() == {KEYS}
    assert "signed_api_url" not in graph.outputs


def test_the_dashboard_shows_both_apis(signed: Graph) -> None:
    (dashboard,) = signed.of("cloudwatch/dashboard:Dashboard").values()
    names = {api.inputs["name"] for api in signed.of("apigateway/restApi:RestApi").values()}
    assert len(names) == 2
    for metric in ("Count", "4XXError", "5XXError", "Latency"):
        shown = [
            line
            for widget in json.loads(dashboard.inputs["dashboardBody"])["widgets"]
            for line in widget["properties"]["metrics"]
            if line[:2] == ["AWS/ApiGateway", metric]
        ]
        assert {line[3] for line in shown} == names
        assert len({line[-1]["label"] for line in shown}) == 2
