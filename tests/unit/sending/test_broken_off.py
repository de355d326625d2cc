"""An error in the middle of a group: it reaches the workflow, and what was not handed over is sent later."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import Message, MessageStatus, Tally
from chalicelib.sending.model import (
    Accepted,
    AccountStopped,
    Answer,
    Claim,
    PartProgress,
    Permit,
    PermitRequest,
    RenderedMail,
    Throttled,
)
from chalicelib.suppressions.model import Suppression, SuppressionScope
from tests.fakes.messages import FakeMessages
from tests.fakes.sending import FakeClaims, FakeGovernor
from tests.fakes.suppressions import FakeSuppressions
from tests.unit.sending.stage import CAMPAIGN, NOON, SETTLE_SECONDS, Stage


class AccessDeniedError(Exception):
    """An error that nobody foresaw."""


@dataclass
class Breaks:
    """Raises an error at the calls with these numbers, counted from 1."""

    at: set[int]
    error: type[Exception] = AccessDeniedError
    calls: int = field(default=0)

    def point(self) -> None:
        self.calls += 1
        if self.calls in self.at:
            raise self.error("not now")


class BrokenGovernor(FakeGovernor):
    def __init__(self, stage: Stage, breaks: Breaks) -> None:
        super().__init__(stage.clock)
        self._breaks = breaks

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        self._breaks.point()
        return super().acquire(request)


class BrokenSuppressions(FakeSuppressions):
    def __init__(self, breaks: Breaks) -> None:
        super().__init__()
        self._breaks = breaks

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        self._breaks.point()
        return super().blocked(addresses, scopes)


class BrokenMessages(FakeMessages):
    def __init__(self, stage: Stage, breaks: Breaks) -> None:
        super().__init__()
        self.items = stage.messages.items
        self._breaks = breaks

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        self._breaks.point()
        return super().change(message, step)


class BrokenClaims(FakeClaims):
    """Cannot be written to from a renewal on: neither that, nor what comes after it."""

    def __init__(self, renewals: int) -> None:
        super().__init__()
        self.renewals = renewals

    def renew(self, claim: Claim, lease_until: Any, begun: frozenset[int]) -> Claim:
        self.renewals -= 1
        if self.renewals < 0:
            raise TemporarilyUnavailableError("busy")
        return super().renew(claim, lease_until, begun)

    def release(self, claim: Claim) -> None:
        if self.renewals < 0:
            raise TemporarilyUnavailableError("busy")
        super().release(claim)


def finish(stage: Stage) -> None:
    """Invoke again and again, as the workflow does."""
    for number in range(5):
        progress = stage.send_part(f"later-{number}")
        if progress.done:
            return
        stage.pass_time(progress.wait_seconds)
    pytest.fail("the part was never done")


@pytest.mark.parametrize("call", [1, 2, 7])
def test_permits_that_may_not_be_asked_for_leave_nothing_unknown(call: int) -> None:
    stage = Stage(60)
    stage.governor = BrokenGovernor(stage, Breaks({call}))
    with pytest.raises(AccessDeniedError):
        stage.send_part("a")
    assert stage.claims.items == {}
    assert MessageStatus.UNKNOWN not in stage.statuses()
    assert stage.send_part("b") == PartProgress(cursor=2, done=True)
    assert stage.transport.taken == stage.recipients


def test_an_error_in_asking_for_a_second_permit_leaves_nothing_unknown() -> None:
    stage = Stage(3)
    stage.governor = BrokenGovernor(stage, Breaks({2}))
    script = iter([Throttled("slow")])
    stage.transport.answer = lambda mail: next(script, Accepted(f"ses-{mail.recipient}"))
    with pytest.raises(AccessDeniedError):
        stage.send_part("a")
    assert stage.claims.items == {}
    finish(stage)
    assert sorted(stage.transport.taken) == stage.recipients


def test_an_error_before_the_first_send_gives_the_group_back() -> None:
    stage = Stage(3)
    stage.suppressions = BrokenSuppressions(Breaks({1}))
    with pytest.raises(AccessDeniedError):
        stage.send_part("a")
    assert stage.claims.items == {}
    finish(stage)
    assert stage.transport.taken == stage.recipients


@pytest.mark.parametrize("error", [AccessDeniedError, TemporarilyUnavailableError])
def test_only_a_mail_whose_outcome_could_not_be_recorded_is_unknown(error: type[Exception]) -> None:
    stage = Stage(60)
    messages = BrokenMessages(stage, Breaks({3, 6}, error))  # with the others, then by itself
    stage.messages = messages
    with pytest.raises(error):
        stage.send_part("a")
    [claim] = stage.claims.items.values()
    assert (claim.begun, claim.lease_until) == (frozenset({2}), stage.clock.now())
    assert stage.transport.taken == stage.recipients[:8]
    assert stage.send_part("b") == PartProgress(cursor=2, done=True)
    assert stage.transport.taken == stage.recipients
    assert stage.orders.tallies[0] == Tally(planned=60, accepted=59, unknown=1)
    assert stage.message(2).facts.reason == "the worker that had claimed it recorded no answer"
    stage.send_events_arrive()
    assert stage.messages.tally(CAMPAIGN, 0) == Tally(planned=60, accepted=60)


def test_a_mail_that_a_fault_of_the_transport_swallowed_is_unknown() -> None:
    def answer(mail: RenderedMail) -> Answer:
        if mail.recipient == "u1@example.org":
            raise AccessDeniedError
        return Accepted(f"ses-{mail.recipient}")

    stage = Stage(3)
    stage.transport.answer = answer
    with pytest.raises(AccessDeniedError):
        stage.send_part("a")
    stage.transport.answer = lambda mail: Accepted(f"ses-{mail.recipient}")
    finish(stage)
    assert stage.orders.tallies[0] == Tally(planned=3, accepted=2, unknown=1)
    assert stage.transport.taken == ["u0@example.org", "u2@example.org"]


def test_a_store_that_cannot_take_the_group_back_costs_one_block_of_it() -> None:
    stage = Stage(20)
    claims = BrokenClaims(renewals=1)
    stage.claims = claims
    with pytest.raises(TemporarilyUnavailableError):
        stage.send_part("a")
    claims.renewals = 100
    stage.pass_time(stage.send_part("b").wait_seconds)
    assert len(stage.transport.tries) == 8
    finish(stage)
    # The first block was recorded; the second was never written down, so nobody takes it for sent.
    assert stage.orders.tallies[0] == Tally(planned=20, accepted=20)
    assert stage.transport.taken == stage.recipients


def test_a_successor_that_fails_to_settle_leaves_that_to_the_next_one() -> None:
    stage = Stage(12)
    stage.claims.take(Claim(CAMPAIGN, 0, 0, "dead", NOON, begun=frozenset({3, 4})))
    stage.messages = BrokenMessages(stage, Breaks({2}))
    with pytest.raises(AccessDeniedError):
        stage.send_part("a")
    stage.pass_time(61)
    finish(stage)
    assert stage.transport.taken == [one for one in stage.recipients if one not in {"u3@example.org", "u4@example.org"}]
    assert stage.orders.tallies[0] == Tally(planned=12, accepted=10, unknown=2)


def test_a_cancelled_campaign_settles_what_a_dead_worker_had_begun_and_skips_the_rest() -> None:
    stage = Stage(12)
    stage.suppress("u5@example.org")
    stage.claims.take(Claim(CAMPAIGN, 0, 0, "dead", NOON, begun=frozenset({3, 4})))
    stage.orders.directives = [stage.orders.directives[0].SKIP]
    assert stage.send_part("a").done
    assert stage.orders.tallies[0] == Tally(planned=12, skipped=10, unknown=2)
    stage.pass_time(SETTLE_SECONDS)
    assert stage.settlement().account(CAMPAIGN, 1) == Tally(planned=12, skipped=10, unknown=2, held=2)


def test_a_quota_that_is_used_up_is_waited_for_by_the_workflow_and_halts_nothing() -> None:
    stage = Stage(20)
    script = iter([Throttled("LimitExceededException", wait_seconds=900)])
    stage.transport.answer = lambda mail: next(script, Accepted(f"ses-{mail.recipient}"))
    assert stage.send_part("a", at_once=1) == PartProgress(cursor=0, done=False, wait_seconds=900)
    assert len(stage.transport.tries) == 1
    assert stage.claims.items == {}
    finish(stage)
    assert stage.transport.taken == stage.recipients


def test_an_account_that_stops_in_the_middle_of_a_block_leaves_nothing_unknown() -> None:
    stage = Stage(20)
    script: Iterator[Answer] = iter([Accepted("ses-u0@example.org"), *[AccountStopped("SendingPausedException")] * 7])
    stage.transport.answer = lambda mail: next(script, Accepted(f"ses-{mail.recipient}"))
    assert stage.send_part("a").halted == "SendingPausedException"
    assert stage.orders.tallies[0] == Tally(planned=20, pending=19, accepted=1)
    finish(stage)
    assert stage.transport.taken == stage.recipients
