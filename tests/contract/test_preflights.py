"""What the store of pre-flights does: the fake and DynamoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.preflight.model import Preflight, PreflightState
from chalicelib.preflight.ports import PreflightRepository
from chalicelib.store.campaigns import DynamoCampaigns
from chalicelib.store.preflights import DynamoPreflights
from tests.contract import dynamo
from tests.fakes.preflight import FakePreflights

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CAMPAIGN = "cmp_1"
STARTED = Preflight(CAMPAIGN, 1, PreflightState.CHECKING, "basis", 3, "tpl_1", 2, "rcf_1", 7, NOON)


@pytest.fixture
def preflights(kind: str) -> PreflightRepository:
    return FakePreflights() if kind == "fake" else DynamoPreflights()


def test_a_campaign_without_one_has_none(preflights: PreflightRepository) -> None:
    assert preflights.get(CAMPAIGN) is None


def test_every_value_comes_back(preflights: PreflightRepository) -> None:
    started = preflights.save(STARTED)
    assert preflights.get(CAMPAIGN) == started == replace(STARTED, revision=1)
    finished = replace(
        started,
        state=PreflightState.FINISHED,
        tolerated_failures=5,
        finished_at=NOON + timedelta(seconds=5),
        passed=False,
        blocking=("render_failed", "dkim_not_verified"),
        reason="because",
    )
    assert preflights.save(finished) == replace(finished, revision=2)
    assert preflights.get(CAMPAIGN) == replace(finished, revision=2)


def test_only_the_stored_revision_is_replaced(preflights: PreflightRepository) -> None:
    started = preflights.save(STARTED)
    with pytest.raises(StaleRevisionError):
        preflights.save(STARTED)
    preflights.save(replace(started, run=2))
    with pytest.raises(StaleRevisionError):
        preflights.save(replace(started, run=3))
    stored = preflights.get(CAMPAIGN)
    assert stored
    assert (stored.run, stored.revision) == (2, 2)


def test_it_is_no_campaign_and_in_no_list_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        DynamoPreflights().save(STARTED)
        assert DynamoCampaigns().get(f"{CAMPAIGN}#preflight") is None
        assert DynamoCampaigns().list(limit=10, cursor=None).items == []
