"""A request with a key makes one thing, wherever a try breaks off and whoever asks meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.idempotency.model import (
    KEPT,
    LEASE,
    IdempotencyKeyReusedError,
    KeptAnswer,
    KeyUse,
    RequestInProgressError,
)
from chalicelib.idempotency.service import IdempotentRequests
from tests.fakes.idempotency import FakeKeptRequests
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
USE = KeyUse("key_1", "order-1", "fingerprint-1")
OTHER = KeyUse("key_1", "order-1", "fingerprint-2")
ANSWER = KeptAnswer(201, {}, "{}")


class Stage:
    """Requests over a fake store."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOON)
        self.store = FakeKeptRequests()
        self.requests = IdempotentRequests(requests=self.store, clock=self.clock)
        self.made: set[str] = set()

    def pass_time(self, time: timedelta) -> None:
        self.clock.time += time

    def request(self, ends: str, use: KeyUse = USE) -> KeptAnswer | None:
        """Do what a request does up to where it ends; return its answer where there is one."""
        request = self.requests.begin(use, "cmp")
        if request.answer:
            return request.answer
        if ends == "before":
            return None
        if ends == "refused":
            self.requests.give_up(request, nothing_made=True)
            return None
        self.made.add(request.resource_id)
        if ends == "after":
            return None
        if ends == "unavailable":
            self.requests.give_up(request, nothing_made=False)
            return None
        answer = KeptAnswer(201, {}, request.resource_id)
        self.requests.finish(request, answer)
        return answer


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_the_same_request_gets_the_same_answer(stage: Stage) -> None:
    first = stage.request("answered")
    assert first
    assert stage.request("answered") == first
    assert stage.made == {first.body}


def test_another_request_under_the_key_is_refused(stage: Stage) -> None:
    stage.request("answered")
    with pytest.raises(IdempotencyKeyReusedError):
        stage.request("answered", OTHER)


def test_while_a_request_runs_the_same_one_waits_and_another_is_refused(stage: Stage) -> None:
    stage.requests.begin(USE, "cmp")
    with pytest.raises(RequestInProgressError) as refused:
        stage.requests.begin(USE, "cmp")
    assert refused.value.retry_seconds == 1
    with pytest.raises(IdempotencyKeyReusedError):
        stage.requests.begin(OTHER, "cmp")


def test_a_request_that_broke_off_is_gone_on_with_under_the_same_id(stage: Stage) -> None:
    broken = stage.requests.begin(USE, "cmp")
    stage.pass_time(LEASE)
    again = stage.requests.begin(USE, "cmp")
    assert (again.resource_id, again.resumed) == (broken.resource_id, True)
    with pytest.raises(RequestInProgressError):
        stage.requests.begin(USE, "cmp")
    stage.requests.finish(broken, KeptAnswer(201, {}, "too late"))  # it was only slow
    stage.requests.finish(again, ANSWER)
    assert stage.requests.begin(USE, "cmp").answer == ANSWER


def test_a_refusal_uses_up_no_key(stage: Stage) -> None:
    stage.request("refused")
    assert stage.request("answered", OTHER)
    assert len(stage.made) == 1


def test_a_refusal_after_a_try_that_broke_off_does_not_free_the_key(stage: Stage) -> None:
    stage.request("after")
    stage.pass_time(LEASE)
    stage.request("refused")
    with pytest.raises(IdempotencyKeyReusedError):
        stage.request("answered", OTHER)
    assert stage.request("answered")
    assert len(stage.made) == 1


def test_a_key_is_free_after_a_day(stage: Stage) -> None:
    stage.request("answered")
    stage.pass_time(KEPT)
    assert stage.request("answered", OTHER)
    assert len(stage.made) == 2


_ENDS = st.sampled_from(["before", "refused", "after", "unavailable", "answered"])
_PAUSES = st.sampled_from([timedelta(0), timedelta(seconds=1), LEASE])


@given(st.lists(st.tuples(_ENDS, _PAUSES), max_size=12))
def test_one_thing_is_made_and_all_answers_are_one(tries: list[tuple[str, timedelta]]) -> None:
    stage = Stage()
    answers = []
    attempt: Callable[[str], KeptAnswer | None] = stage.request
    for ends, pause in tries:
        try:
            answers.append(attempt(ends))
        except RequestInProgressError:
            assert stage.store.items
        stage.pass_time(pause)
    given_answers = {answer.body for answer in answers if answer}
    assert len(stage.made) <= 1
    assert given_answers <= stage.made
