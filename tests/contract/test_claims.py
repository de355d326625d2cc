"""What the store of claims does: the fake and DynamoDB."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.sending.model import Claim, ClaimLostError
from chalicelib.sending.ports import Claims
from chalicelib.store.claims import DynamoClaims
from chalicelib.store.tables import ClaimItem
from tests.fakes.sending import FakeClaims

CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
LEASE_END = datetime(2026, 3, 1, 12, 1, 0, 250_000, tzinfo=UTC)
MINE = Claim(CAMPAIGN, 0, 3, "mine", LEASE_END)
NOTHING: frozenset[int] = frozenset()
OTHERS = replace(MINE, owner="other", lease_until=LEASE_END + timedelta(seconds=5))


@pytest.fixture
def claims(kind: str) -> Claims:
    return FakeClaims() if kind == "fake" else DynamoClaims()


def test_the_first_claim_on_a_group_stands(claims: Claims) -> None:
    assert claims.take(MINE) == MINE
    assert claims.take(OTHERS) == MINE
    assert claims.take(replace(OTHERS, group=4)) == replace(OTHERS, group=4)
    assert claims.take(replace(OTHERS, part=1)) == replace(OTHERS, part=1)


def test_a_renewed_claim_cannot_be_taken_over_as_it_was(claims: Claims) -> None:
    claims.take(MINE)
    renewed = claims.renew(MINE, LEASE_END + timedelta(seconds=30), NOTHING)
    assert renewed == replace(MINE, lease_until=LEASE_END + timedelta(seconds=30))
    assert claims.take_over(MINE, OTHERS) is False
    assert claims.take_over(renewed, OTHERS) is True
    assert claims.take(MINE) == OTHERS


def test_an_abandoned_claim_is_taken_over_by_one_worker_only(claims: Claims) -> None:
    claims.take(MINE)
    assert claims.take_over(MINE, OTHERS) is True
    assert claims.take_over(MINE, replace(OTHERS, owner="third")) is False
    assert claims.take(MINE) == OTHERS


def test_a_claim_taken_over_cannot_be_renewed_closed_or_released_by_its_former_owner(claims: Claims) -> None:
    claims.take(MINE)
    claims.take_over(MINE, OTHERS)
    with pytest.raises(ClaimLostError):
        claims.renew(MINE, LEASE_END + timedelta(seconds=99), NOTHING)
    claims.close(MINE)
    claims.release(MINE)
    assert claims.take(MINE) == OTHERS


def test_a_closed_claim_stays_closed_and_is_not_taken_over(claims: Claims) -> None:
    claims.take(MINE)
    claims.close(MINE)
    assert claims.take(OTHERS) == replace(MINE, closed=True)
    assert claims.take_over(MINE, OTHERS) is False
    assert claims.take_over(replace(MINE, closed=True), OTHERS) is False


def test_a_released_group_is_free(claims: Claims) -> None:
    claims.take(MINE)
    claims.release(MINE)
    claims.release(MINE)
    assert claims.take(OTHERS) == OTHERS
    with pytest.raises(ClaimLostError):
        claims.renew(MINE, LEASE_END, NOTHING)


@pytest.mark.parametrize("begun", [{0}, {49}, {3, 7, 48}, range(50)])
def test_what_was_begun_is_known_to_whoever_comes_next(claims: Claims, begun: Iterable[int]) -> None:
    claims.take(MINE)
    renewed = claims.renew(MINE, LEASE_END, frozenset(begun))
    assert claims.take(OTHERS) == renewed == replace(MINE, begun=frozenset(begun))
    assert claims.take_over(renewed, replace(OTHERS, begun=renewed.begun)) is True
    assert claims.take(MINE) == replace(OTHERS, begun=frozenset(begun))


def test_a_claim_whose_owner_has_begun_more_since_is_not_taken_over(claims: Claims) -> None:
    claims.take(MINE)
    claims.renew(MINE, LEASE_END, frozenset({1}))
    assert claims.take_over(MINE, OTHERS) is False
    assert claims.take_over(replace(MINE, begun=frozenset({1, 2})), OTHERS) is False
    assert claims.take_over(replace(MINE, begun=frozenset({1})), OTHERS) is True


def test_a_closed_claim_is_reopened_by_one_worker_only(claims: Claims) -> None:
    claims.take(MINE)
    closed = replace(MINE, closed=True)
    assert claims.reopen(closed, OTHERS) is False
    claims.close(MINE)
    assert claims.reopen(closed, OTHERS) is True
    assert claims.reopen(closed, replace(OTHERS, owner="third")) is False
    assert claims.take(MINE) == OTHERS


@pytest.mark.parametrize("kind", ["dynamodb"], indirect=True)
def test_a_claim_that_does_not_say_what_was_begun_may_have_begun_all_of_it(claims: Claims) -> None:
    claims.take(MINE)
    item = ClaimItem.get(f"{CAMPAIGN}#00000", MINE.group)
    item.update(actions=[ClaimItem.begun.remove()])
    unsaid = claims.take(OTHERS)
    assert unsaid == replace(MINE, begun=frozenset(range(50)))
    assert claims.take_over(unsaid, OTHERS) is True


@pytest.mark.parametrize("kind", ["dynamodb"], indirect=True)  # the fakes serve one thread
def test_one_of_many_threads_gets_a_group(claims: Claims) -> None:
    wanted = [replace(MINE, owner=f"worker {number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert len({one.owner for one in pool.map(claims.take, wanted)}) == 1
        abandoned = claims.take(MINE)
        others = [replace(OTHERS, owner=f"successor {number}") for number in range(8)]
        assert sum(pool.map(lambda one: claims.take_over(abandoned, one), others)) == 1
