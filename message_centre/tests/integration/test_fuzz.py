"""Every operation, called by a person of each role with what its description allows: no fault of the wrapper's own.

Each answer is held against the description, and each request that the platform gets in turn against the platform's.
"""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.core import NotSet

from message_centre.tests.fakes import account
from message_centre.tests.fakes.description import Description
from message_centre.tests.fakes.platform import FILE, FakePlatform
from message_centre.tests.fakes.wrapper import Browser
from message_centre.wrapper_api.centre.entrypoints.centre import DESCRIPTION_FILE
from message_centre.wrapper_api.centre.people.model import Role

DOCUMENT: dict[str, Any] = json.loads(DESCRIPTION_FILE.read_text(encoding="utf-8"))
DESCRIPTION = Description(DOCUMENT)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
EXAMPLES = 10
COMPLETE = {
    "audience": {"file_id": FILE},
    "content": {"html": "<p>Hello</p>"},
    "settings": {"subject": "News", "from_address": "news@example.com"},
}
turns = itertools.cycle((Role.VIEWER, None, Role.AUTHOR, Role.SENDER))


@dataclass(slots=True)
class Signed:
    """A browser with an access token by role, None for nobody's; and a plan that can be checked."""

    browser: Browser
    platform: FakePlatform
    tokens: Mapping[Role | None, str | None]
    plan_id: str = ""

    def plan_of(self, case: "schemathesis.Case[Any]") -> str | None:
        """Return the plan that a case may be about, whatever became of it in the cases before."""
        if "{plan_id}" not in case.path:
            return None
        self.browser.token = self.tokens[Role.ADMIN]
        if not self.plan_id or case.method == "DELETE":
            self.plan_id = str(self.browser.done("POST", "/plans", {"name": "Spring"})["plan_id"])
            self.browser.done("PATCH", f"/plans/{self.plan_id}", COMPLETE)
        return self.plan_id


@pytest.fixture(scope="module")
def signed() -> Iterator[Signed]:
    with (
        pytest.MonkeyPatch.context() as patched,
        account.serving_platform() as platform,
        account.serving_issuer() as issuer,
        account.made_tables(patched) as tables,
        account.made_wrapper(patched, platform, issuer, tables),
    ):
        account.make_user_pool(patched)
        browser = Browser(issuer)
        tokens: dict[Role | None, str | None] = {None: None}
        for role in Role:
            tokens[role] = browser.sign_in(role, sub=role).token
        yield Signed(browser, platform, tokens)


def path_of(case: "schemathesis.Case[Any]", plan_id: str | None) -> str:
    """Write the path and query of a case; with a plan's id if given. An empty segment would be another path."""
    given = {**(case.path_parameters or {}), **({"plan_id": plan_id} if plan_id else {})}
    values = {name: quote(str(value), safe="", errors="replace") for name, value in given.items()}
    path = re.sub(r"{(\w+)}", lambda name: values[name[1]] or "x", case.path)
    query = {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in (case.query or {}).items()
    }
    return f"{path}?{urlencode(query, errors='replace')}" if query else path


def body_of(body: Any) -> str | None:
    if isinstance(body, NotSet):
        return None
    return body.decode("latin-1") if isinstance(body, bytes) else json.dumps(body)


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_is_a_fault_of_the_wrapper(case: "schemathesis.Case[Any]", signed: Signed) -> None:
    body = body_of(case.body)
    headers = {name.lower(): str(value) for name, value in (case.headers or {}).items()}
    headers.pop("authorization", None)
    found = DESCRIPTION.find(case.method, case.path)
    made = signed.plan_of(case)
    # The administrator comes through to what is behind; the others take turns.
    for role in (Role.ADMIN, next(turns)):
        signed.browser.token = signed.tokens[role]
        for plan_id in {None, made}:
            path = path_of(case, plan_id)
            answered = signed.browser.call(case.method, path, raw=body or "", headers=headers)
            assert answered.status < 500 or answered.status == 503, answered.text
            assert answered.headers["X-Request-Id"]
            if answered.status >= 400:
                assert answered.headers["Content-Type"] == "application/problem+json"
            if found is None:
                assert answered.slug == "method-not-allowed"
            else:
                assert list(DESCRIPTION.faults_of_answer(found, answered.status, answered.text.encode())) == []
    assert signed.platform.faults == []
