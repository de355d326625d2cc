"""What a stack of the Message Centre consists of."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from message_centre.infra.config import StackConfigError, keys, read_config
from message_centre.infra.function import _TABLE_ACTIONS
from message_centre.infra.manifest import table_schemas
from message_centre.infra.package import build
from message_centre.infra.platform import bucket_origins
from message_centre.infra.response_headers import headers
from message_centre.tests.infra.program import OWN_POOL, Graph, run
from message_centre.wrapper_api.app import app
from message_centre.wrapper_api.centre.settings import Settings

_DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    pages = tmp_path_factory.mktemp("pages")
    (pages / "index.html").write_text("<p>", encoding="utf-8")
    (pages / "main-ABCD1234.js").write_text("1", encoding="utf-8")
    return run({**OWN_POOL, "waf": "true", "alarmAddress": "ops@example.com"}, pages=pages)


@pytest.fixture(scope="module")
def local() -> Graph:
    """Another issuer, and something else that serves the pages."""
    return run(
        {
            "platformUrl": "http://127.0.0.1:4566/_aws/execute-api/abc/live",
            "uploadOrigins": '["http://127.0.0.1:4566"]',
            "origin": "http://127.0.0.1:8700",
            "issuer": "https://login.example.com/tenant",
            "issuerClientId": "centre",
            "package": "host",
            "protectData": "false",
        }
    )


def _environment(graph: Graph) -> dict[str, str]:
    [function] = graph.of("lambda/function:Function").values()
    variables: dict[str, str] = function["environment"]["variables"]
    return variables


@pytest.mark.parametrize("which", ["graph", "local"])
def test_the_function_is_told_everything_that_it_reads(which: str, request: pytest.FixtureRequest) -> None:
    told = Settings(_environment(request.getfixturevalue(which)))
    for name in (name for name, kind in vars(Settings).items() if isinstance(kind, property)):
        assert getattr(told, name) is not None or name == "user_pool_id", name
    assert all(told.table(name) for name in table_schemas())


def test_the_platform_is_found_by_its_stacks_outputs(graph: Graph) -> None:
    told = Settings(_environment(graph))
    assert told.platform_url == "https://api.example.com/live"
    assert "https://r-bucket.s3.eu-central-1.amazonaws.com" in told.upload_origins
    assert not any("e-bucket" in origin for origin in told.upload_origins)


def test_the_role_permits_what_the_store_does_and_no_more(graph: Graph) -> None:
    assert _TABLE_ACTIONS.keys() == table_schemas().keys()
    [statements] = graph.policies().values()
    with_any_resource = [one for one in statements if "*" in one["Resource"]]
    assert [one["Action"] for one in with_any_resource] == [["xray:PutTelemetryRecords", "xray:PutTraceSegments"]]
    assert not [action for one in statements for action in one["Action"] if "*" in action]
    actions = {action for one in statements for action in one["Action"]}
    assert {"dynamodb:Scan", "secretsmanager:PutSecretValue", "kms:Encrypt"}.isdisjoint(actions)


def test_no_secret_stands_in_the_environment(graph: Graph) -> None:
    assert "a-secret" not in json.dumps(_environment(graph))


def test_tables_are_encrypted_restorable_and_kept(graph: Graph) -> None:
    tables = graph.of("dynamodb/table:Table")
    assert len(tables) == len(table_schemas())
    for table in tables.values():
        assert table["serverSideEncryption"]["enabled"]
        assert table["pointInTimeRecovery"]["enabled"]
        assert table["deletionProtectionEnabled"]
    expiring = {name.removeprefix("message-centre-test-") for name, table in tables.items() if table.get("ttl")}
    assert expiring == {"activity", "sessions", "requests"}


def test_people_of_the_own_pool_are_invited_and_use_codes_with_a_secret(graph: Graph) -> None:
    [pool] = graph.of("cognito/userPool:UserPool").values()
    assert pool["adminCreateUserConfig"]["allowAdminCreateUserOnly"]
    assert pool["mfaConfiguration"] == "OPTIONAL"
    assert pool["passwordPolicy"]["minimumLength"] >= 12
    [client] = graph.of("cognito/userPoolClient:UserPoolClient").values()
    assert client["generateSecret"]
    assert client["allowedOauthFlows"] == ["code"]
    assert client["callbackUrls"] == ["https://d1.cloudfront.net/api/v1/session/callback"]
    groups = {group["name"] for group in graph.of("cognito/userGroup:UserGroup").values()}
    assert groups == {"viewer", "author", "sender", "admin"}


def test_another_issuer_makes_no_pool_and_another_origin_no_distribution(local: Graph) -> None:
    made = {one.typ for one in local.resources}
    assert not [kind for kind in made if "cognito" in kind or "cloudfront" in kind or "s3/" in kind]
    assert local.outputs["url"] == "http://127.0.0.1:8700"
    assert local.outputs["user_pool_id"] is None


def test_pages_are_private_cached_by_their_hash_and_carry_the_headers(graph: Graph) -> None:
    objects = {one["key"]: one for one in graph.of("s3/bucketObject:BucketObject").values()}
    assert objects["index.html"]["cacheControl"] == "no-cache"
    assert "immutable" in objects["main-ABCD1234.js"]["cacheControl"]
    assert objects["main-ABCD1234.js"]["contentType"] in {"text/javascript", "application/javascript"}
    [block] = graph.of("s3/bucketPublicAccessBlock:BucketPublicAccessBlock").values()
    assert all(block[key] for key in ("blockPublicAcls", "blockPublicPolicy", "restrictPublicBuckets"))
    [policy] = graph.of("cloudfront/responseHeadersPolicy:ResponseHeadersPolicy").values()
    csp = policy["securityHeadersConfig"]["contentSecurityPolicy"]["contentSecurityPolicy"]
    assert "script-src 'self';" in csp
    assert "https://t-bucket.s3.amazonaws.com" in csp


def test_one_origin_serves_pages_and_api(graph: Graph) -> None:
    [distribution] = graph.of("cloudfront/distribution:Distribution").values()
    [behaviour] = distribution["orderedCacheBehaviors"]
    assert behaviour["pathPattern"] == "/api/*"
    by_id = {origin["originId"]: origin for origin in distribution["origins"]}
    assert by_id["api"]["originPath"] == "/live"
    assert distribution["webAclId"]
    [function] = graph.of("cloudfront/function:Function").values()
    assert function["code"].count("index.html") == 1


def test_the_headers_forbid_scripts_frames_and_forms_of_others() -> None:
    told = headers(["https://uploads.example.com"], secure=True)
    policy = dict(part.split(" ", 1) for part in told["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self' https://uploads.example.com"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe-eval" not in told["Content-Security-Policy"]
    assert "Strict-Transport-Security" in told
    assert "Strict-Transport-Security" not in headers([], secure=False)


def test_every_route_of_the_application_is_deployed(graph: Graph) -> None:
    [api] = graph.of("apigateway/restApi:RestApi").values()
    body = json.loads(api["body"])
    assert body["paths"].keys() == app.routes.keys()
    for path, methods in app.routes.items():
        assert {method.upper() for method in body["paths"][path]} == set(methods)
    assert body["x-amazon-apigateway-binary-media-types"] == []


def test_alarms_tell_somebody(graph: Graph) -> None:
    for alarm in graph.of("cloudwatch/metricAlarm:MetricAlarm").values():
        assert alarm["alarmActions"]
    [subscription] = graph.of("sns/topicSubscription:TopicSubscription").values()
    assert subscription["endpoint"] == "ops@example.com"


def test_buckets_are_addressed_in_both_ways() -> None:
    origins = bucket_origins({"templates": "t", "recipients": "r"}, "us-east-1")
    assert "https://t.s3.amazonaws.com" in origins
    assert "https://r.s3.us-east-1.amazonaws.com" in origins


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"platformStack": "a", "platformUrl": "https://api.example.com"},
        {"platformStack": "a", "domain": "centre.example.com"},
        {"platformStack": "a", "hostedZoneId": "Z1"},
        {"platformStack": "a", "issuer": "https://login.example.com"},
        {"platformUrl": "http://api.example.com"},
        {"platformStack": "a", "roleGroups": '{"x": "king"}'},
        {"platformStack": "a", "origin": "https://centre.example.com/path"},
    ],
)
def test_a_configuration_that_cannot_work_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(StackConfigError):
        read_config(config.get)


def test_every_configuration_key_is_documented() -> None:
    text = (_DOCS / "deployment.md").read_text(encoding="utf-8")
    for key, description in keys().items():
        assert f"| `{key}` |" in text, key
        assert description.rstrip(".") in text, key


def test_the_zip_holds_what_runs_and_stays_small() -> None:
    archive = build("host")
    with zipfile.ZipFile(archive) as bundle:
        names = bundle.namelist()
    assert {
        "message_centre/wrapper_api/app.py",
        "message_centre/wrapper_api/openapi.json",
        "emailplatform/client.py",
        "httpx/__init__.py",
    } <= set(names)
    unwanted = ("chalicelib", "message_centre/web", "message_centre/tests", "message_centre/infra", "boto3", "pulumi")
    assert not [name for name in names if name.startswith(unwanted)]
    assert archive.stat().st_size <= 8 * 1024 * 1024
