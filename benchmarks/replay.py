"""DynamoDB that answers at once: the first answer to each request comes from moto, the same bytes ever after."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any, Final

BARE: Final = "bare Chalice, a constant"
_CONTEXT: Final[Any] = SimpleNamespace(
    aws_request_id="r-1", function_name="benchmark", get_remaining_time_in_millis=lambda: 29_000
)


def request(method: str, path: str, body: Any = None, *, resource: str | None = None) -> dict[str, Any]:
    """Write the event of a request as a REST API makes it (the Lambda proxy integration)."""
    from urllib.parse import parse_qs, urlsplit

    parts = urlsplit(path)
    resource = resource or parts.path
    names, values = resource.split("/"), parts.path.split("/")
    given = {name.strip("{}"): value for name, value in zip(names, values, strict=True) if name.startswith("{")}
    query = parse_qs(parts.query) or None
    return {
        "resource": resource,
        "path": parts.path,
        "httpMethod": method,
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {},
        "queryStringParameters": query and {name: values[-1] for name, values in query.items()},
        "multiValueQueryStringParameters": query,
        "pathParameters": given or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "requestId": "r-1",
            "authorizer": {"principalId": "key_1", "name": "benchmark", "scopes": "admin"},
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


class Answers:
    """Keeps what moto answered, by request."""

    def __init__(self, answer: Callable[[Any], tuple[int, Any, Any] | None]) -> None:
        self.replaying = False
        self._answer = answer
        self._kept: dict[tuple[str, bytes], tuple[int, Any, Any] | None] = {}

    def answer(self, request: Any) -> tuple[int, Any, Any] | None:
        """Answer a request of botocore as moto does: status, headers, body."""
        key = (str(request.headers.get("X-Amz-Target")), bytes(request.body or b""))
        if not self.replaying:
            return self._answer(request)
        if key not in self._kept:
            self._kept[key] = self._answer(request)
        return self._kept[key]

    def prepare(self) -> dict[str, Callable[[], Any]]:
        """Make 50 campaigns; return the calls that are measured."""
        from chalice.app import Chalice

        import app
        from tests.integration.api import platform

        platform.make_tables()
        template = self._made(app.app, "/v1/templates", {"name": "T", "subject": "S"})["template_id"]
        file_id = self._made(app.app, "/v1/recipient-files", {"name": "F"})["file_id"]
        draft = {"name": "C", "template_id": template, "file_id": file_id, "sender": {"address": "a@example.com"}}
        ids = [self._made(app.app, "/v1/campaigns", draft)["campaign_id"] for _ in range(50)]
        constant = Chalice("constant")
        constant.route("/v1/constant")(lambda: {"status": "ok"})
        constant.route("/v1/item")(lambda: {"item": str(self._item(ids[0]))})
        constant.route("/v1/items")(lambda: {"items": str(self._items())})
        self.replaying = True
        events = {
            "GET /v1/health": request("GET", "/v1/health"),
            "GET /v1/campaigns/{campaign_id}": request(
                "GET", f"/v1/campaigns/{ids[0]}", resource="/v1/campaigns/{campaign_id}"
            ),
            "GET /v1/campaigns?limit=1": request("GET", "/v1/campaigns?limit=1"),
            "GET /v1/campaigns?limit=20": request("GET", "/v1/campaigns?limit=20"),
            "GET /v1/campaigns?limit=50": request("GET", "/v1/campaigns?limit=50"),
        }
        bare = {
            BARE: "/v1/constant",
            "bare Chalice, a GetItem by boto3": "/v1/item",
            "bare Chalice, 50 items by boto3": "/v1/items",
        }
        calls: dict[str, Callable[[], Any]] = {}
        for name, path in bare.items():
            calls[name] = partial(self._call, constant, request("GET", path))
        for name, event in events.items():
            calls[name] = partial(self._call, app.app, event)
        return calls

    @classmethod
    def _call(cls, api: Any, event: Any) -> Any:
        return cls._answered(api(event, _CONTEXT))

    def _item(self, campaign_id: str) -> Any:
        return self._dynamodb.get_item(TableName="campaigns", Key={"campaign_id": {"S": campaign_id}})["Item"]

    def _items(self) -> Any:
        """Read as many items as the longest list."""
        return self._dynamodb.scan(TableName="campaigns", Limit=50)["Items"]

    @cached_property
    def _dynamodb(self) -> Any:
        import boto3

        return boto3.client("dynamodb")

    @staticmethod
    def _made(api: Any, path: str, body: Any) -> Any:
        answer = api(request("POST", path, body), _CONTEXT)
        return json.loads(Answers._answered(answer)["body"])

    @staticmethod
    def _answered(answer: Any) -> Any:
        if answer["statusCode"] >= 400:  # noqa: PLR2004 - as HTTP counts
            raise RuntimeError(answer["body"])
        return answer


@contextmanager
def answers() -> Iterator[Answers]:
    """Let DynamoDB answer from moto first, then from what it answered."""
    from moto import mock_aws
    from moto.core.models import botocore_stubber

    stubber: Any = botocore_stubber
    asked = stubber.process_request
    kept = Answers(asked)
    with mock_aws():
        stubber.process_request = kept.answer
        try:
            yield kept
        finally:
            stubber.process_request = asked
