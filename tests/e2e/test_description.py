"""Every operation over HTTP on a stack of its own: no fault of the server's, no answer that is not described.

What stands between caller and function is there: the gateway with its own refusals, the authorizer, IAM for every call
of the functions, workflows and events. `described.check_answer` holds each answer against the description.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response

import app
from chalicelib.entrypoints.http.openapi import describe
from emailplatform import Client, tasks
from local.stack import LocalStack, Options
from tests.e2e import permissions
from tests.integration.api.described import check_answer
from tests.integration.api.journeys import CSV, HTML
from tests.integration.api.linked_calls import LinkedCalls, bodies, fixed
from tests.integration.api.test_fuzz import body_of, path_of
from tests.integration.api.test_refusals import SCOPES

EXAMPLES = 5
SEQUENCES = 10
STEPS = 20
SUCCEEDING = 0.4
"""Share of the calls by links that do what they are for; workflows take their time here, so that more of them meet a
state that does not admit it."""

SCHEMA = schemathesis.openapi.from_dict(describe(app.APIS))
SCHEMA.config.phases.coverage.enabled = False  # thousands of calls; `test_fuzz` makes them in one process
_NOBODY = "key_" + "0" * 26
_ILLEGAL_IN_HEADERS = re.compile(r"[^\t\x20-\x7e\x80-\xff]")


class Caller:
    """Calls the stack's API as anybody may, and looks at every answer."""

    def __init__(self, url: str, key: str) -> None:
        self._path = urlsplit(url).path
        self._http = httpx.Client(base_url=url, timeout=60, headers={"Authorization": f"Bearer {key}"})
        self.statuses: Counter[int] = Counter()

    def call(
        self, method: str, path: str, resource: str, headers: Mapping[str, str], body: str | bytes | None
    ) -> httpx.Response:
        """Make a request; `resource` is the path with the names of its parameters."""
        # HTTP has no other characters in headers; blanks at their ends are not part of them.
        sent = [
            (name.encode(), _ILLEGAL_IN_HEADERS.sub("?", value).strip().encode("latin-1"))
            for name, value in headers.items()
            if name.lower() != "authorization"  # schemathesis makes keys up; `test_refusals` shows all kinds of them
        ]
        url = self._http.base_url.copy_with(raw_path=(self._path + path).encode())
        answer = self._http.request(method, url, headers=sent, content=body)
        self.statuses[answer.status_code] += 1
        assert answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.text}"
        kind = answer.headers.get("content-type", "").partition(";")[0]
        check_answer(resource, method, answer.status_code, kind, answer.text)
        assert answer.headers.get("x-request-id") or answer.json()["request_id"]
        return answer


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    folder: Path = tmp_path_factory.mktemp("stack")
    with LocalStack(Options(folder, enforce_iam=True, settle_seconds=5)) as started:
        yield started
        permissions.check(started.emulator.folder)


@pytest.fixture(scope="module")
def key(stack: LocalStack) -> str:
    return stack.issue_api_key("described", ["admin"])


@pytest.fixture(scope="module")
def caller(stack: LocalStack, key: str) -> Caller:
    return Caller(stack.api_url, key)


def _headers(case: "schemathesis.Case[Any]") -> dict[str, str]:
    return {"Content-Type": "application/json"} | {str(k): str(v) for k, v in (case.headers or {}).items()}


def test_no_request_is_a_fault_of_the_server(caller: Caller) -> None:
    for found in SCHEMA.get_all_operations():
        assert isinstance(found, Ok)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case: "schemathesis.Case[Any]") -> None:
            caller.call(case.method, path_of(case), case.path, _headers(case), body_of(case.body))

        _run(found.ok(), check)
    assert caller.statuses.total() >= 3 * len(SCOPES)
    assert {200, 404, 422} <= caller.statuses.keys()


def _run(operation: Any, check: Any) -> None:
    from hypothesis import given

    given(case=operation.as_strategy())(check)()


class LinkedOnStack(LinkedCalls):
    """One sequence of calls; all share the stack."""

    followed: ClassVar[Counter[tuple[str, int]]] = Counter()
    other: ClassVar[Counter[tuple[str, int]]] = Counter()
    written = bodies("news@news.example.com")
    caller: ClassVar[Caller]
    shared_client: ClassVar[Client]
    own_key_id: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.client = self.shared_client

    def before_call(self, case: "schemathesis.Case[Any]") -> None:
        super().before_call(case)
        if case.method != "GET" and (case.path_parameters or {}).get("key_id") == self.own_key_id:
            case.path_parameters["key_id"] = _NOBODY  # the branch that one sits on

    def call(self, case: "schemathesis.Case[Any]", **_: Any) -> Response:
        answer = self.caller.call(case.method, path_of(case), case.path, _headers(case), body_of(case.body))
        answer.elapsed = timedelta(0)
        return Response.from_any(answer)


def test_links_lead_to_what_is_there(stack: LocalStack, caller: Caller, key: str, tmp_path: Path) -> None:
    html, csv = tmp_path / "spring.html", tmp_path / "customers.csv"
    html.write_bytes(HTML)
    csv.write_bytes(CSV)
    with Client(stack.api_url, key) as client:
        template = tasks.upload_template(client, {"name": "Spring", "subject": "News for {{ name }}"}, html)
        file_id = tasks.upload_recipients(client, csv)
        tasks.wait_for_recipients(client, file_id)
        LinkedOnStack.ready = {"template_id": template["template_id"], "file_id": file_id}
        LinkedOnStack.caller, LinkedOnStack.shared_client = caller, client
        LinkedOnStack.own_key_id = key.split(".")[1]
        LinkedOnStack.run(settings=fixed(SEQUENCES, STEPS))
    followed = LinkedOnStack.followed
    done = sum(count for (_, status), count in followed.items() if status < 300)
    assert followed.total() >= 40
    assert done >= SUCCEEDING * followed.total(), followed


@pytest.mark.parametrize("length", [250, 251, 5_000])
def test_no_id_is_too_long_to_be_looked_up(caller: Caller, length: int) -> None:
    for method, path in sorted(SCOPES):
        names = set(re.findall(r"{(\w+)}", path)) - {"address"}
        for name in names:
            others = re.sub(r"{(?!" + name + r"})\w+}", "x", path)
            named = others.replace(f"{{{name}}}", "y" * length)
            headers = {"Content-Type": "application/json"}
            answer = caller.call(method, named, path, headers, None if method == "GET" else "{}")
            assert length == 250 or answer.status_code == 422, answer.text


@pytest.mark.parametrize("token", ["ep.key_{}.x", "ep.{}", "{}", "ep.key_1.{}"])
def test_no_key_is_too_long_to_be_unknown(stack: LocalStack, token: str) -> None:
    answer = httpx.get(
        f"{stack.api_url}/v1/campaigns", headers={"Authorization": f"Bearer {token.format('k' * 3_000)}"}, timeout=60
    )
    assert answer.status_code == 401
    assert json.loads(answer.text)["type"].endswith("/unauthorized")
