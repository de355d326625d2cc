"""A browser that uses the wrapper API as API Gateway hands requests over: cookies, tokens, revisions."""

import functools
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from message_centre.tests.fakes.issuer import FakeIssuer
from message_centre.wrapper_api.app import app
from message_centre.wrapper_api.centre import bootstrap

ORIGIN = "https://centre.example.com"


def forget() -> None:
    """Have the next request make every part anew."""
    for part in vars(bootstrap).values():
        if isinstance(part, functools._lru_cache_wrapper):
            part.cache_clear()
    # PynamoDB keeps a connection a model; moto gives each test an account of its own.


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def slug(self) -> str:
        assert self.headers["Content-Type"] == "application/problem+json"
        return str(self.json["type"]).rpartition("/")[2]


class Browser:
    def __init__(self, issuer: FakeIssuer, *, origin: str = ORIGIN) -> None:
        self.issuer = issuer
        self.origin = origin
        self.cookies: dict[str, str] = {}
        self.token: str | None = None

    def call(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, raw: str | None = None
    ) -> Answered:
        sent = {"content-type": "application/json", "origin": self.origin, **(headers or {})}
        if self.token:
            sent.setdefault("authorization", f"Bearer {self.token}")
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        text = raw if raw is not None else ("" if body is None else json.dumps(body))
        answered = app(_event(method, path, text, sent), _Context())
        cookies = answered.get("multiValueHeaders", {}).get("Set-Cookie", [])
        cookies += [value for name, value in answered["headers"].items() if name == "Set-Cookie"]
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return Answered(answered["statusCode"], answered["headers"], cookies, answered["body"])

    def sign_in(self, *groups: str, sub: str = "anna", back: str = "/campaigns") -> "Browser":
        started = self.call("GET", f"/api/v1/session/start?return={quote(back, safe='')}")
        assert started.status == 302, started.text
        query = self.issuer.sign_in(started.headers["Location"], sub=sub, groups=list(groups))
        finished = self.call("GET", f"/api/v1/session/callback?code={query['code']}&state={query['state']}")
        assert finished.headers["Location"] == back, finished
        assert self.refresh().status == 200
        return self

    def refresh(self) -> Answered:
        answered = self.call("POST", "/api/v1/session/refresh", headers={"x-message-centre": "1"})
        if answered.status == 200:
            self.token = answered.json["access_token"]
        return answered

    def done(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Return the document of an answer that is no refusal."""
        answered = self.call(method, f"/api/v1{path}", body, **more)
        assert answered.status < 300, answered.text
        return json.loads(answered.text) if answered.text else None

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> str:
        """Return the problem of a refusal."""
        answered = self.call(method, f"/api/v1{path}", body, **more)
        assert answered.status >= 400, answered.text
        assert set(answered.json) >= {"type", "title", "status", "detail", "help"}
        return answered.slug


class _Context:
    function_name = "centre-api"
    aws_request_id = "lambda-request"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:centre-api"


def _event(method: str, path: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
    parts = urlsplit(path)
    resource, given = _resource(method, parts.path)
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    return {
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": query or None,
        "pathParameters": given or None,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": resource,
            "requestId": "req-1",
            "identity": {"sourceIp": "192.0.2.1"},
        },
    }


def _resource(method: str, path: str) -> tuple[str, dict[str, str]]:
    for template, methods in app.routes.items():
        match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
        if match and method in methods:
            return template, match.groupdict()
    return path, {}
