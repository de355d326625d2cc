"""Callers that sign their requests with credentials of IAM, against a gateway that checks signatures and policies."""

import json
import os
import re
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from botocore.credentials import Credentials

from chalicelib.access.model import Scope
from emailplatform import Client, SigV4
from emailplatform.problems import MissingScopeError
from local.emulator import ACCOUNT, REGION
from tests.e2e.conftest import CALLERS, MAILER, READER, Running
from tests.integration.api.test_refusals import SCOPES

STRANGER = f"arn:aws:iam::{ACCOUNT}:role/stranger"
_MAY_CALL = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}


@pytest.fixture(scope="module")
def sessions(running: Running) -> dict[str, Credentials]:
    """Sessions of roles: two that the stack lists, two that it does not, of which one has a policy of its own."""
    return {
        "reader": _session(running, READER),
        "mailer": _session(running, MAILER),
        "stranger": _session(running, STRANGER),
        "permitted stranger": _session(running, f"{STRANGER}-with-policy", _MAY_CALL),
    }


def _session(running: Running, role_arn: str, policy: dict[str, Any] | None = None) -> Credentials:
    """Make a role, and take it on as a program does."""
    iam = running.stack.emulator.client("iam")
    path, _, name = role_arn.partition(":role")[2].rpartition("/")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    iam.create_role(RoleName=name, Path=f"{path}/", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    if policy:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps({"Statement": [policy]}))
    sts = running.stack.emulator.client("sts")
    given = sts.assume_role(RoleArn=role_arn, RoleSessionName=f"{name}-7")["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def _client(running: Running, credentials: Credentials) -> Client:
    return Client(running.stack.outputs["signed_api_url"], signer=SigV4(REGION, credentials))


def _answers(running: Running, auth: httpx.Auth | None, **headers: str) -> Iterator[tuple[Scope, httpx.Response]]:
    """Call every operation; its ids are of nothing, and its body is none."""
    with httpx.Client(auth=auth, timeout=60, headers={"Content-Type": "application/json", **headers}) as http:
        for (method, path), scope in sorted(SCOPES.items()):
            url = running.stack.outputs["signed_api_url"] + re.sub(r"\{\w+\}", "x", path)
            yield scope, http.request(method, url, content="{")


def test_a_role_does_what_its_scopes_permit_and_the_audit_log_names_it(
    running: Running, sessions: dict[str, Credentials]
) -> None:
    address = "signed+caller@example.com"
    with _client(running, sessions["mailer"]) as mailer, _client(running, sessions["reader"]) as reader:
        mailer.put_suppression(address)
        assert reader.get_suppression(address)["items"][0]["scope"] == "all"
        # Each of these is encoded otherwise in a query than in a path.
        assert list(reader.iter_templates(name="a b+c,ü~*:/")) == []
        with pytest.raises(MissingScopeError, match="this caller has: read"):
            reader.delete_suppression(address, reason="all")
        mailer.delete_suppression(address, reason="all")
    admin = running.stack.issue_api_key("auditor", ["admin"])
    with Client(running.stack.api_url, admin) as auditor:
        entries = [(e["action"], e["status"]) for e in auditor.iter_audit_entries(actor=MAILER)]
        assert entries == [("delete_suppression", 204), ("put_suppression", 200)]
        (refused,) = auditor.iter_audit_entries(actor=READER)
    assert (refused["actor_name"], refused["problem"]) == ("reader-7", "missing-scope")


def test_the_command_signs(
    running: Running,
    sessions: dict[str, Credentials],
    command: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("EMAILPLATFORM_URL")
    monkeypatch.delenv("EMAILPLATFORM_KEY")
    url = running.stack.outputs["signed_api_url"]
    _as(monkeypatch, sessions["mailer"])
    refused = command("--url", url, "suppressions", "list", code=5)
    assert "Give an API key" in refused["error"]
    assert "Name the region" in command("--url", url, "--iam", "suppressions", "list", code=5)["error"]
    kept = command("--profile", "inside", "--iam", "--region", REGION, "configure", "--api-url", url)
    assert (kept["profile"], kept["iam"]) == ("inside", True)
    command("--profile", "inside", "suppressions", "add", "iam+command@example.com")
    _as(monkeypatch, sessions["reader"])
    (found,) = command("--profile", "inside", "suppressions", "show", "iam+command@example.com")
    assert found["scope"] == "all"
    refused = command(
        "--profile", "inside", "suppressions", "remove", "iam+command@example.com", "--reason", "all", code=5
    )
    assert refused["type"] == "missing-scope"
    assert "Give an API key" in command("--profile", "inside", "--no-iam", "templates", "list", code=5)["error"]


def _as(monkeypatch: pytest.MonkeyPatch, credentials: Credentials) -> None:
    """Put credentials where every SDK of AWS finds them."""
    for name, value in (
        ("AWS_ACCESS_KEY_ID", credentials.access_key),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_key),
        ("AWS_SESSION_TOKEN", str(credentials.token)),
    ):
        monkeypatch.setenv(name, value)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)


def test_nothing_is_answered_without_a_signature(running: Running) -> None:
    for _, answer in _answers(running, None):
        assert answer.status_code == 401, answer.request.url
        assert answer.json()["type"].endswith("/unauthorized")
        assert answer.headers["WWW-Authenticate"] == "AWS4-HMAC-SHA256"


def test_nothing_is_answered_to_a_key(running: Running) -> None:
    for _, answer in _answers(running, None, Authorization=f"Bearer {running.key}"):
        assert answer.status_code == 403, answer.request.url


@pytest.mark.parametrize("wrong", ["secret", "session token", "another body", "old"])
def test_nothing_is_answered_to_a_wrong_signature(
    running: Running, sessions: dict[str, Credentials], wrong: str
) -> None:
    for _, answer in _answers(running, _Wrong(sessions["mailer"], wrong)):
        assert answer.status_code in {401, 403}, answer.request.url
        assert answer.status_code == 401 or wrong == "session token"


class _Wrong(SigV4):
    """Signs, and something is not right."""

    def __init__(self, credentials: Credentials, wrong: str) -> None:
        token = "" if wrong == "session token" else credentials.token
        secret = credentials.secret_key[::-1] if wrong == "secret" else credentials.secret_key
        super().__init__(REGION, Credentials(credentials.access_key, secret, token))
        self._wrong = wrong

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        for signed in super().auth_flow(request):
            if self._wrong == "another body":
                signed.stream = httpx.ByteStream(b"[")
            if self._wrong == "old":
                date = datetime.now(UTC) - timedelta(hours=1)
                signed.headers["X-Amz-Date"] = date.strftime("%Y%m%dT%H%M%SZ")
            yield signed


@pytest.mark.parametrize("who", ["stranger", "permitted stranger"])
def test_nothing_is_answered_to_a_role_that_is_not_listed(
    running: Running, sessions: dict[str, Credentials], who: str
) -> None:
    for _, answer in _answers(running, SigV4(REGION, sessions[who])):
        assert answer.status_code == 403, answer.request.url
        if who == "permitted stranger":  # let in by IAM, and refused by the function
            assert "this caller has: none" in answer.json()["detail"]


@pytest.mark.parametrize("who", ["reader", "mailer"])
def test_each_operation_wants_its_scope(running: Running, sessions: dict[str, Credentials], who: str) -> None:
    held = set(CALLERS[READER if who == "reader" else MAILER])
    for scope, answer in _answers(running, SigV4(REGION, sessions[who])):
        assert (answer.status_code == 403) is (scope not in held), answer.request.url
        assert answer.status_code not in {401, 500}


def test_the_page_for_recipients_is_not_served_here(running: Running) -> None:
    answer = httpx.get(f"{running.stack.outputs['signed_api_url']}/u/x", timeout=60)
    assert answer.status_code == 401


def test_a_caller_cannot_say_who_he_is(running: Running, sessions: dict[str, Credentials]) -> None:
    headers = dict.fromkeys(("userArn", "X-Amzn-UserArn", "X-Amz-User-Arn", "requestContext"), MAILER)
    url = f"{running.stack.outputs['signed_api_url']}/v1/suppressions/x@example.com"
    forged = httpx.put(url, headers=headers, json={}, auth=SigV4(REGION, sessions["reader"]), timeout=60)
    assert forged.status_code == 403
    open_url = f"{running.stack.api_url}/v1/suppressions/x@example.com"
    assert httpx.put(open_url, headers=headers, json={}, timeout=60).status_code == 401
