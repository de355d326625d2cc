"""Sequences of calls that follow the description's links, so that ids, revisions and cursors are real ones.

schemathesis follows the links in random sequences. What the platform's events and workflows would do in between is done
at once (`transport.InProcess`).
"""

from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

import httpx
import schemathesis
from schemathesis.core.transport import Response

from emailplatform import Client
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
from tests.integration.api.linked_calls import LinkedCalls, bodies, fixed
from tests.integration.api.platform import Api
from tests.integration.api.test_fuzz import body_of, path_of
from tests.integration.api.transport import KEY, URL, InProcess

SEQUENCES = 15
STEPS = 25
SUCCEEDING = 0.5
"""Share of the calls by links that do what they are for; others meet a state that does not admit it, such as 409."""

_OF_SES = (
    "CreateEmailIdentity",
    "DeleteEmailIdentity",
    "PutEmailIdentityDkimSigningAttributes",
    "PutEmailIdentityMailFromAttributes",
)


class Caller(LinkedCalls):
    """One sequence of calls; all share the stores."""

    followed: ClassVar[Counter[tuple[str, int]]] = Counter()
    other: ClassVar[Counter[tuple[str, int]]] = Counter()
    written = bodies("news@mail.example.com")

    def __init__(self) -> None:
        super().__init__()
        transport = InProcess(Api())
        self.http = httpx.Client(transport=transport, base_url=URL)
        self.client = Client(URL, KEY, transport=transport)

    def call(self, case: "schemathesis.Case[Any]", **_: Any) -> Response:
        headers = {str(name): str(value) for name, value in (case.headers or {}).items()}
        headers |= {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        answer = self.http.request(case.method, path_of(case), headers=headers, content=body_of(case.body))
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        answer.elapsed = timedelta(0)
        return Response.from_any(answer)


def test_links_lead_to_what_is_there(journeys: Journeys) -> None:
    platform.answer("GetEmailIdentity", platform.VERIFIED)
    for operation in _OF_SES:
        platform.answer(operation, {})
    Caller.ready = {"template_id": journeys.template(), "file_id": journeys.recipient_file()}
    Caller.run(settings=fixed(SEQUENCES, STEPS))
    followed = Caller.followed
    done = sum(count for (_, status), count in followed.items() if status < 300)
    assert followed.total() >= 60
    assert done >= SUCCEEDING * followed.total(), followed
