"""The probe: a round through the API, and where it says that the way ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.service import AccessService
from chalicelib.probing.ports import Answer
from chalicelib.probing.service import ARRIVES, BOUNCES, KEY_ID, SCOPES, Probe, ProbeFailedError
from tests.fakes.access import FakeApiKeys


@dataclass
class Moving:
    """A clock that sleeping moves, and the time of an invocation."""

    at: datetime = datetime(2026, 11, 26, tzinfo=UTC)
    left: float = 150.0

    def now(self) -> datetime:
        return self.at

    def sleep_until(self, moment: float) -> None:
        until = datetime.fromtimestamp(moment, UTC)
        self.left -= (until - self.at).total_seconds()
        self.at = until

    def remaining_seconds(self) -> float:
        return self.left


@dataclass
class FakeApi:
    """The `Api` port: messages whose facts come after some readings."""

    access: AccessService
    readings: int = 2
    status: str = "accepted"
    facts: Mapping[str, str] = field(default_factory=lambda: {ARRIVES: "delivered_at", BOUNCES: "bounced_at"})
    refused: Answer | None = None
    down: bool = False
    suppressed: bool = True
    sent: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)

    def call(
        self, method: str, path: str, *, token: str, document: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        if self.down:
            raise ConnectionRefusedError
        self.access.authenticate(f"Bearer {token}")
        if method == "DELETE":
            assert path == "/v1/suppressions/bounce%40simulator.amazonses.com?reason=all"
            return Answer(204) if self.suppressed else Answer(404)
        if method == "POST":
            assert document is not None
            assert key is not None
            self.sent[key] = document
            return self.refused or Answer(201, {"message_id": key, "status": self.status})
        name = path.rpartition("/")[2]
        self.read[name] = self.read.get(name, 0) + 1
        known = self.read[name] >= self.readings
        fact = self.facts.get(str(self.sent[name]["to"]), "")
        return Answer(200, {fact: "2026-11-26T00:00:00.000Z" if known else None})


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def keys() -> FakeApiKeys:
    return FakeApiKeys()


@pytest.fixture
def access(keys: FakeApiKeys, clock: Moving) -> AccessService:
    return AccessService(keys=keys, clock=clock)


def _run(access: AccessService, clock: Moving, api: FakeApi) -> dict[str, float]:
    return Probe(access=access, clock=clock).run(api, clock, sender="probe@mail.example.com", name="round-1")


def test_a_round_sends_both_mails_and_ends_when_the_api_tells_of_both(access: AccessService, clock: Moving) -> None:
    api = FakeApi(access)
    assert _run(access, clock, api) == {ARRIVES: 6.0, BOUNCES: 6.0}
    assert {one["to"] for one in api.sent.values()} == {ARRIVES, BOUNCES}
    assert api.sent.keys() == {"round-1-success", "round-1-bounce"}
    assert all(one["from"] == {"address": "probe@mail.example.com"} for one in api.sent.values())


def test_the_first_round_finds_no_suppression_to_lift(access: AccessService, clock: Moving) -> None:
    assert _run(access, clock, FakeApi(access, suppressed=False)).keys() == {ARRIVES, BOUNCES}


def test_its_key_is_one_whose_secret_changes_with_the_process(
    access: AccessService, keys: FakeApiKeys, clock: Moving
) -> None:
    probe = Probe(access=access, clock=clock)
    for name in ("one", "two"):
        probe.run(FakeApi(access), clock, sender="probe@mail.example.com", name=name)
        clock.left = 150.0
    first = keys.items[KEY_ID].secret_hash
    assert keys.items[KEY_ID].revision == 1
    _run(access, clock, FakeApi(access))
    assert keys.items.keys() == {KEY_ID}
    assert keys.items[KEY_ID].scopes == SCOPES
    assert keys.items[KEY_ID].secret_hash != first
    assert not [one for one in keys.items[KEY_ID].old_secrets if one.until > clock.now() + timedelta()]


def test_an_event_that_does_not_come_is_named_before_the_invocation_ends(access: AccessService, clock: Moving) -> None:
    with pytest.raises(ProbeFailedError, match="did not come in time: bounced_at"):
        _run(access, clock, FakeApi(access, facts={ARRIVES: "delivered_at"}))
    assert clock.left > 0


def test_a_mail_that_ses_does_not_take_ends_the_round(access: AccessService, clock: Moving) -> None:
    with pytest.raises(ProbeFailedError, match="did not take a mail: skipped"):
        _run(access, clock, FakeApi(access, status="skipped"))


def test_what_the_api_refuses_is_said(access: AccessService, clock: Moving) -> None:
    refused = Answer(503, {"title": "Sending stopped"})
    with pytest.raises(ProbeFailedError, match="refused to send: 503 Sending stopped"):
        _run(access, clock, FakeApi(access, refused=refused))


def test_an_api_that_is_not_there_is_told_apart(access: AccessService, clock: Moving) -> None:
    with pytest.raises(ProbeFailedError, match="not reached: ConnectionRefusedError"):
        _run(access, clock, FakeApi(access, down=True))
