"""A closed claim is opened again by one worker only: the fake and DynamoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.sending.model import Claim
from chalicelib.sending.ports import Claims
from chalicelib.store.claims import DynamoClaims
from tests.fakes.sending import FakeClaims

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLOSED = Claim("cmp_01k9xq8z0v5w3r7t2y4n6m8p0s", 3, 7, "a", NOON, closed=True)


@pytest.fixture
def claims(kind: str) -> Claims:
    return FakeClaims() if kind == "fake" else DynamoClaims()


def mine(owner: str) -> Claim:
    return replace(CLOSED, owner=owner, lease_until=NOON + timedelta(minutes=1), closed=False)


def test_one_worker_opens_a_closed_claim_again(claims: Claims) -> None:
    claims.take(replace(CLOSED, closed=False))
    claims.close(CLOSED)
    assert claims.reopen(CLOSED, mine("b"))
    assert not claims.reopen(CLOSED, mine("c"))
    assert claims.take(mine("d")) == mine("b")
    claims.close(mine("b"))
    assert claims.take(mine("d")).closed


@pytest.mark.parametrize("change", [{"owner": "x"}, {"lease_until": NOON + timedelta(seconds=1)}])
def test_a_claim_that_is_not_the_stored_one_stays_closed(claims: Claims, change: dict[str, object]) -> None:
    claims.take(replace(CLOSED, closed=False))
    claims.close(CLOSED)
    assert not claims.reopen(replace(CLOSED, **change), mine("b"))  # type: ignore[arg-type]  # names are the claim's own
    assert claims.take(mine("d")) == CLOSED


def test_an_open_claim_and_one_that_is_not_there_cannot_be_opened_again(claims: Claims) -> None:
    assert not claims.reopen(CLOSED, mine("b"))
    claims.take(replace(CLOSED, closed=False))
    assert not claims.reopen(replace(CLOSED, closed=False), mine("b"))
    assert not claims.reopen(CLOSED, mine("b"))
