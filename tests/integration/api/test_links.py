"""Sequences of calls that follow the description's links, so that ids, revisions and cursors are real ones.

schemathesis follows the links in random sequences. What the platform's events and workflows would do in between is done
at once (`transport.InProcess`).
"""

import json
from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar
from unittest import mock

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.core.transport import Response
from schemathesis.generation.stateful.control import TransitionController
from schemathesis.generation.stateful.state_machine import StepInput, StepOutput
from schemathesis.specs.openapi import stateful

import app
from chalicelib.entrypoints.http.openapi import describe
from emailplatform import Client
from tests.integration.api import platform
from tests.integration.api.journeys import CSV, HTML, Journeys
from tests.integration.api.platform import Api
from tests.integration.api.test_fuzz import body_of, path_of
from tests.integration.api.transport import KEY, URL, InProcess

SEQUENCES = 15
STEPS = 25
SUCCEEDING = 0.5
"""Share of the calls by links that do what they are for; others meet a state that does not admit it, such as 409."""
SCHEMA = schemathesis.openapi.from_dict(describe(app.APIS))
SCHEMA.config.generation.update(modes=[GenerationMode.POSITIVE])
SCHEMA.config.phases.stateful.inference.algorithms = []  # links are followed that are described, and no others
FILES = {
    "create_template": HTML,
    "create_template_version": HTML,
    "create_recipient_file": CSV,
    "import_suppressions": b"email,reason\nanna@example.org,bounce\n",
}
"""What is uploaded to what an operation makes."""

_OF_SES = (
    "CreateEmailIdentity",
    "DeleteEmailIdentity",
    "PutEmailIdentityDkimSigningAttributes",
    "PutEmailIdentityMailFromAttributes",
)
_ADDRESS = {"address": "news@mail.example.com"}
_BODIES: dict[str, dict[str, Any]] = {
    "create_template": {"name": "Spring", "subject": "News for {{ name }}"},
    "create_template_version": {"subject": "More news for {{ name }}"},
    "create_recipient_file": {"name": "Customers"},
    "create_campaign": {"name": "Spring", "sender": _ADDRESS},
    "edit_campaign": {"name": "Summer"},
    "schedule_campaign": {"at": "2099-01-01T09:00:00", "timezone": "Europe/Berlin"},
    "create_api_key": {"name": "CI", "scopes": ["read"]},
    "create_webhook": {"name": "CRM", "url": "https://crm.example.com/hook"},
    "create_sender": {"domain": "shop.example.org"},
    "send_message": {
        "to": "anna@example.org",
        "from": {"address": "news@mail.example.com"},
        "inline": {"subject": "Your order", "text": "Thank you."},
    },
}
"""What a caller writes of his own: what is made up from a schema is no template and no host that is known."""


class _Beginnings(TransitionController):
    """A sequence begins where no id is needed; it looks at a list once and makes things more often."""

    def allow_root_transition(self, source: str, bundles: Any) -> bool:
        looked = source.startswith("GET") and self._root_calls(source)
        return not looked and super().allow_root_transition(source, bundles)


with mock.patch.object(stateful, "is_likely_root_transition", lambda operation, *_: not operation.path_parameters):
    # schemathesis begins nowhere where a body names ids; `ready` has them.
    _Described = SCHEMA.as_state_machine()


class Caller(_Described):  # type: ignore[misc, valid-type]
    """One sequence of calls; all share the stores."""

    followed: ClassVar[Counter[tuple[str, int]]] = Counter()
    """Operation and status of the calls that a link led to."""
    other: ClassVar[Counter[tuple[str, int]]] = Counter()
    """Those of the calls that begin a sequence, and of the few that schemathesis makes with ids of nothing."""
    ready: ClassVar[dict[str, str]] = {}
    """Ids of a template and a recipient file that campaigns can be made of."""

    def __init__(self) -> None:
        super().__init__()
        self.control = _Beginnings(self._transitions, self._root_labels)
        transport = InProcess(Api())
        self.http = httpx.Client(transport=transport, base_url=URL)
        self.client = Client(URL, KEY, transport=transport)

    def step(self, input: StepInput) -> StepOutput:  # noqa: A002 - the name is schemathesis's
        # Nobody makes up a cursor or a revision: they come by a link, or are left out.
        taken = {name for _, name in input.applied_parameters}
        for given, name in ((input.case.query, "cursor"), (input.case.headers, "If-Match")):
            if given and name not in taken:
                given.pop(name, None)
        output: StepOutput = super().step(input)
        counted = self.followed if input.is_applied else self.other
        counted[input.case.operation.label, output.response.status_code] += 1
        return output

    def before_call(self, case: "schemathesis.Case[Any]") -> None:
        if written := _BODIES.get(_name(case)):
            case.body = {**written, **(self.ready if _name(case) == "create_campaign" else {})}

    def call(self, case: "schemathesis.Case[Any]", **_: Any) -> Response:
        headers = {str(name): str(value) for name, value in (case.headers or {}).items()}
        headers |= {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        answer = self.http.request(case.method, path_of(case), headers=headers, content=body_of(case.body))
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        answer.elapsed = timedelta(0)
        return Response.from_any(answer)

    def after_call(self, response: Response, case: "schemathesis.Case[Any]") -> None:
        super().after_call(response, case)
        if response.status_code == 201 and (file := FILES.get(_name(case))):
            self.client.upload(json.loads(response.content)["upload"], file)

    def validate_response(self, response: Response, case: Any, *_: Any, **__: Any) -> None:
        """`Api.call` has held it against the description."""


def _name(case: "schemathesis.Case[Any]") -> str:
    return str(case.operation.definition.raw["operationId"])


def test_links_lead_to_what_is_there(journeys: Journeys) -> None:
    platform.answer("GetEmailIdentity", platform.VERIFIED)
    for operation in _OF_SES:
        platform.answer(operation, {})
    Caller.ready.update(template_id=journeys.template(), file_id=journeys.recipient_file())
    Caller.run(
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )
    followed = Caller.followed
    done = sum(count for (_, status), count in followed.items() if status < 300)
    assert followed.total() >= 60
    assert done >= SUCCEEDING * followed.total(), followed
