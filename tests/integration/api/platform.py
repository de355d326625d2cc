"""The API's function as API Gateway calls it, and the AWS that it works on, in this process."""

import json
import pkgutil
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3

import app
from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.store.schema import Index, Key, TableSchema, table_schemas
from chalicelib.store.tables import TABLES
from tests.integration.api.described import check_answer

REGION = "us-east-1"
REQUEST_ID = "3a1c5b0e-7d1f-4c55-9f0b-2b6c5c1f9e01"
TEMPLATE_BUCKET = "templates-of-tests"
RECIPIENT_BUCKET = "recipients-of-tests"
EVENT_BUCKET = "events-of-tests"
GROUP = "campaigns"
ALL_SCOPES = frozenset(Scope)
PROBLEM = "application/problem+json"
BASE_URI = "https://emailplatform.dev/problems/"
ROLES = {scope: f"arn:aws:iam::123456789012:role/callers/{scope}" for scope in Scope}
"""Roles that may call by signed requests, by the one scope that each has."""
CONTEXT: Any = SimpleNamespace(
    aws_request_id=REQUEST_ID, function_name="of-tests", get_remaining_time_in_millis=lambda: 900_000
)
"""What Lambda hands to a function beside its event."""


NAMES = {
    "crm.example.com": ["93.184.216.34"],
    "inside.example.com": ["10.0.0.7"],
    "both.example.com": ["93.184.216.34", "169.254.169.254"],
    "127.0.0.1": ["127.0.0.1"],
}
"""Hosts that are known to the tests."""


@dataclass(frozen=True)
class Answer:
    """What API Gateway would send to the caller."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def document(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    def problem(self, status: int, slug: str) -> dict[str, Any]:
        """Check that this is the one refusal and return its document."""
        document: dict[str, Any] = self.document
        assert (self.status, document["type"]) == (status, BASE_URI + slug), self.body
        assert self.headers["content-type"] == PROBLEM
        assert self.headers["x-request-id"] == REQUEST_ID
        assert document["status"] == status
        assert document["title"]
        assert document["detail"]
        return document


class Api:
    """Calls the API's function with events as a REST API makes them (the Lambda proxy integration)."""

    def __init__(self, scopes: frozenset[Scope] = ALL_SCOPES) -> None:
        self._scopes = scopes

    def get(self, path: str, **rest: Any) -> Answer:
        """GET a resource."""
        return self.call("GET", path, **rest)

    def post(self, path: str, document: Any = None, **rest: Any) -> Answer:
        """POST a document."""
        return self.call("POST", path, json.dumps(document or {}), **rest)

    def call(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Make any request."""
        event = self.event(method, path, body, headers or {})
        answer = answer_of(app.app(event, CONTEXT))
        check_answer(event["resource"], method, answer.status, answer.headers.get("content-type", ""), answer.body)
        return answer

    def event(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> dict[str, Any]:
        """Write the event of a request."""
        parts = urlsplit(path)
        resource, parameters = _matched(parts.path)
        query = parse_qs(parts.query, keep_blank_values=True) or None
        return {
            "resource": resource,
            "path": parts.path,
            "httpMethod": method,
            "headers": {"content-type": "application/json", **headers},
            "multiValueHeaders": {},
            "queryStringParameters": query and {name: values[-1] for name, values in query.items()},
            "multiValueQueryStringParameters": query,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "requestId": REQUEST_ID,
                "authorizer": {"principalId": "key_1", "name": "tests", "scopes": " ".join(sorted(self._scopes))},
            },
            "body": body,
            "isBase64Encoded": False,
        }


def answer_of(result: dict[str, Any]) -> Answer:
    """Read what the function answered to API Gateway."""
    headers = {name.lower(): value for name, value in result["headers"].items()}
    return Answer(result["statusCode"], headers, result["body"])


def _matched(path: str) -> tuple[str, dict[str, str]]:
    """Find the resource of a path, as API Gateway does before it calls the function."""
    for resource in app.app.routes:
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", resource), path)
        if found:
            return resource, found.groupdict()
    raise LookupError(f"no resource takes {path}")


VERIFIED = {"VerifiedForSendingStatus": True, "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"}}
"""What SES answers of a sender identity that may send."""


def forget_services() -> None:
    """Make the next call start like a new Lambda environment."""
    for module in pkgutil.iter_modules(bootstrap.__path__, f"{bootstrap.__name__}."):
        for made in vars(sys.modules[module.name]).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()
    for models in TABLES.values():
        for model in models:
            model._connection = None


def answer_quota(per_second: float) -> None:
    """Let SES answer GetAccount, which moto does not know."""
    boto3.setup_default_session()
    answer("GetAccount", {"SendingEnabled": True, "SendQuota": {"MaxSendRate": per_second, "Max24HourSend": -1.0}})


def answer(operation: str, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Let SES answer an operation that moto does not know; return what it will be asked."""
    asked: list[dict[str, Any]] = []
    session: Any = boto3.DEFAULT_SESSION

    def answered(params: dict[str, Any], **_: Any) -> tuple[SimpleNamespace, Mapping[str, Any]]:
        asked.append(params)
        return SimpleNamespace(status_code=200), document

    def sent(request: Any, **_: Any) -> SimpleNamespace:
        asked.append({"body": request.body})
        return SimpleNamespace(status_code=200, headers={}, content=json.dumps(document).encode())

    session.events.register(f"before-call.sesv2.{operation}", answered)
    # Mails are sent by requests of our own, which tell of this event alone; moto would answer it otherwise.
    session.events.register_first(f"before-send.sesv2.{operation}", sent)
    return asked


def make_tables() -> dict[str, str]:
    """Make every table as Pulumi would; return the variables that name them."""
    dynamodb = boto3.client("dynamodb")
    for schema in table_schemas().values():
        dynamodb.create_table(**_table(schema))
    return {f"TABLE_{name.upper()}": name for name in table_schemas()}


def _table(schema: TableSchema) -> Any:
    indexes = [
        {
            "IndexName": index.name,
            "KeySchema": _key_schema(index),
            "Projection": {"ProjectionType": "ALL"},
        }
        for index in schema.indexes
    ]
    keyed: tuple[TableSchema | Index, ...] = (schema, *schema.indexes)
    keys = {key for one in keyed for key in (one.hash_key, one.range_key) if key}
    return {
        "TableName": schema.name,
        "KeySchema": _key_schema(schema),
        "AttributeDefinitions": [{"AttributeName": key.name, "AttributeType": key.type} for key in keys],
        "BillingMode": "PAY_PER_REQUEST",
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    }


def _key_schema(keyed: TableSchema | Index) -> list[dict[str, str]]:
    kinds: tuple[tuple[Key | None, str], ...] = ((keyed.hash_key, "HASH"), (keyed.range_key, "RANGE"))
    return [{"AttributeName": key.name, "KeyType": kind} for key, kind in kinds if key]
