"""Sequences of calls that follow the description's links, wherever the API answers; schemathesis makes them up."""

import json
from collections import Counter
from typing import Any, ClassVar
from unittest import mock

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
from tests.integration.api.journeys import CSV, HTML

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


def bodies(sender: str) -> dict[str, dict[str, Any]]:
    """Return what a caller writes of his own: what is made up from a schema is no template and no host that is known.

    Args:
        sender: an address that mail may be from.
    """
    return {
        "create_template": {"name": "Spring", "subject": "News for {{ name }}"},
        "create_template_version": {"subject": "More news for {{ name }}"},
        "create_recipient_file": {"name": "Customers"},
        "create_campaign": {"name": "Spring", "sender": {"address": sender}},
        "edit_campaign": {"name": "Summer"},
        "schedule_campaign": {"at": "2099-01-01T09:00:00", "timezone": "Europe/Berlin"},
        "create_api_key": {"name": "CI", "scopes": ["read"]},
        "create_webhook": {"name": "CRM", "url": "https://crm.example.com/hook"},
        "create_sender": {"domain": "shop.example.org"},
        "send_message": {
            "to": "anna@example.org",
            "from": {"address": sender},
            "inline": {"subject": "Your order", "text": "Thank you."},
        },
    }


class _Beginnings(TransitionController):
    """A sequence begins where no id is needed; it looks at a list once and makes things more often."""

    def allow_root_transition(self, source: str, bundles: Any) -> bool:
        looked = source.startswith("GET") and self._root_calls(source)
        return not looked and super().allow_root_transition(source, bundles)


with mock.patch.object(stateful, "is_likely_root_transition", lambda operation, *_: not operation.path_parameters):
    # schemathesis begins nowhere where a body names ids; `ready` has them.
    _Described = SCHEMA.as_state_machine()


class LinkedCalls(_Described):  # type: ignore[misc, valid-type]
    """One sequence of calls. A subclass says how they are made (`call`), and has counters of its own."""

    followed: ClassVar[Counter[tuple[str, int]]]
    """Operation and status of the calls that a link led to."""
    other: ClassVar[Counter[tuple[str, int]]]
    """Those of the calls that begin a sequence, and of the few that schemathesis makes with ids of nothing."""
    ready: ClassVar[dict[str, str]] = {}
    """Ids of a template and a recipient file that campaigns can be made of."""
    written: ClassVar[dict[str, dict[str, Any]]]
    """What `bodies` gave."""
    client: Client

    def __init__(self) -> None:
        super().__init__()
        self.control = _Beginnings(self._transitions, self._root_labels)

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
        if written := self.written.get(name_of(case)):
            case.body = {**written, **(self.ready if name_of(case) == "create_campaign" else {})}

    def after_call(self, response: Response, case: "schemathesis.Case[Any]") -> None:
        super().after_call(response, case)
        if response.status_code == 201 and (file := FILES.get(name_of(case))):
            self.client.upload(json.loads(response.content)["upload"], file)

    def validate_response(self, response: Response, case: Any, *_: Any, **__: Any) -> None:
        """`call` has held it against the description."""


def name_of(case: "schemathesis.Case[Any]") -> str:
    """Return the operation's name."""
    return str(case.operation.definition.raw["operationId"])


def fixed(sequences: int, steps: int) -> settings:
    """Return the settings of sequences that are the same in every run."""
    return settings(
        max_examples=sequences,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
