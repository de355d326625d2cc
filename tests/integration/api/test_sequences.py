"""Templates, recipient files and campaigns changed in any sequence, with revisions that are old or new.

After each request: no fault of the server's own; a refusal changed nothing; what has the same ETag is the same; an old
revision is refused always, the present one never for that. `described.check_answer` holds each answer against the
description.
"""

import json
import random
from collections import Counter
from typing import Any

import pytest

from tests.integration.api import platform
from tests.integration.api.journeys import Journeys
from tests.integration.api.platform import Answer, Api

STEPS = 150
_NAMES = ["Spring", "Grüße", "  ", "two\nlines", None, 7]
_GONE = f"rcp_{'0' * 26}"
_BODIES: dict[str, list[dict[str, Any]]] = {
    "PATCH templates": [{"name": name} for name in _NAMES],
    "PATCH campaigns": [
        {},
        {"name": "Spring"},
        {"name": "Grüße", "topic": "offers"},
        {"topic": None, "rate_limit": 1},
        {"sender": {"name": "Other"}},
        {"canary": {"recipients": 20}},
        {"canary": {"recipients": None, "share": 0.1}},
        {"canary": None},
        {"template_version": None},
        {"template_version": 2},
        {"canary": {"share": 0.1}},
        {"sender": {"address": "x"}},
        {"name": None},
        {"file_id": _GONE},
    ],
    "POST campaigns/cancel": [{}, {"reason": "typo"}, {"reason": ""}],
    "POST campaigns/schedule": [{"at": "2020-01-01T00:00:00"}, {"at": "2999-01-01T00:00:00"}],
    "POST templates/versions": [{"subject": "Hi"}, {"subject": "{{"}],
}
_CHANGES = [
    *_BODIES,
    "POST templates/archive",
    "POST templates/unarchive",
    "POST campaigns/archive",
    "POST campaigns/unarchive",
    "POST campaigns/send",
    "POST campaigns/pause",
    "POST campaigns/resume",
    "POST campaigns/resend-unknown",
    "POST recipient-files/cancel",
    "POST recipient-files/retry",
    "POST recipient-files/upload/complete",
    "DELETE recipient-files",
    "DELETE campaigns",
]
_REVISIONS = ["none", "present", "present", "old", "later"]


class Resources:
    """Two resources of each kind; another draft where one was deleted or archived."""

    def __init__(self, api: Api, journeys: Journeys) -> None:
        self._api = api
        self._journeys = journeys
        self._content = (journeys.template(), journeys.recipient_file())
        self.paths = {
            "templates": [f"/v1/templates/{one}" for one in (journeys.template(), journeys.template())],
            "recipient-files": [
                f"/v1/recipient-files/{one}"
                for one in (journeys.recipient_file(), journeys.new_recipient_file()["file_id"])
            ],
            "campaigns": [self._campaign(), self._campaign()],
        }

    def _campaign(self) -> str:
        return f"/v1/campaigns/{self._journeys.draft(*self._content)}"

    def path(self, kind: str, place: int) -> str:
        """Return where a resource is."""
        path = self.paths[kind][place]
        if kind == "campaigns" and _is_over(self._api.get(path)):
            path = self.paths[kind][place] = self._campaign()
        return path


def _is_over(campaign: Answer) -> bool:
    return campaign.status == 404 or campaign.document["archived_at"] is not None


def _revision(shown: Answer, match: str) -> dict[str, str]:
    number = int(shown.headers["etag"].strip('"'))
    given_number = {"present": number, "old": number - 1, "later": number + 1}.get(match)
    return {} if given_number is None else {"if-match": f'"{given_number}"'}


def _hold(change: str, match: str, before: Answer, answer: Answer, after: Answer) -> None:
    assert answer.status < 500, answer.body
    if match in {"old", "later"} and answer.status not in {409, 422}:
        answer.problem(412, "stale-revision")
    if match in {"none", "present"}:
        assert answer.status != 412, answer.body
    if answer.status >= 400:
        assert (after.body, after.headers.get("etag")) == (before.body, before.headers["etag"]), (change, answer.body)
    elif after.status == 200 and after.headers["etag"] == before.headers["etag"]:
        assert after.body == before.body, (change, before.body, after.body)


@pytest.mark.parametrize("seed", range(3))
def test_refusals_change_nothing_and_changes_have_revisions(seed: int, api: Api, journeys: Journeys) -> None:
    platform.answer("GetEmailIdentity", platform.VERIFIED)
    resources, chance = Resources(api, journeys), random.Random(seed)  # noqa: S311 - no secret
    done: Counter[str] = Counter()
    for _ in range(STEPS):
        change, match = chance.choice(_CHANGES), chance.choice(_REVISIONS)
        method, _, rest = change.partition(" ")
        kind, _, action = rest.partition("/")
        path = resources.path(kind, chance.randrange(2))
        before = api.get(path)
        body = None if method == "DELETE" else json.dumps(chance.choice(_BODIES.get(change, [{}])))
        answer = api.call(method, f"{path}/{action}".rstrip("/"), body, _revision(before, match))
        _hold(change, match, before, answer, api.get(path))
        done[f"{change} {answer.status}"] += 1
    statuses = {one.rpartition(" ")[2] for one in done}
    assert statuses >= {"200", "202", "409", "412", "422"}, done
    assert sum(one.rpartition(" ")[2] < "300" for one in done) >= 6, done
