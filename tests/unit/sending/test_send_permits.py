"""A worker sends each message at the moment of its permit, and waits itself only where that is short."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import Tally
from chalicelib.sending.model import (
    Accepted,
    Answer,
    PartProgress,
    Permit,
    PermitRequest,
    PermitsUnavailableError,
    RenderedMail,
    Throttled,
)
from tests.fakes.sending import FakeGovernor
from tests.unit.sending.stage import CAMPAIGN, NOON, Stage


def taken(mail: RenderedMail) -> Answer:
    return Accepted(f"ses-{mail.recipient}")


def answers(*script: Answer) -> Callable[[RenderedMail], Answer]:
    """Answer in this order, and take every further mail."""
    rest = iter(script)
    return lambda mail: next(rest, taken(mail))


class Crowded(FakeGovernor):
    """Grants ``after`` blocks, then refuses ``times`` times."""

    def __init__(self, clock: Clock, *, after: int, wait_seconds: float, times: int = 1000) -> None:
        super().__init__(clock)
        self._after = after
        self._wait_seconds = wait_seconds
        self._times = times

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        if len(self.requests) >= self._after and self._times:
            self._times -= 1
            raise PermitsUnavailableError("Too many workers.", wait_seconds=self._wait_seconds)
        return super().acquire(request)


def test_sends_wait_for_their_permits() -> None:
    stage = Stage(16)
    stage.governor = FakeGovernor(stage.clock, per_second=2)
    moments: list[datetime] = []

    def answer(mail: RenderedMail) -> Answer:
        moments.append(stage.clock.now())
        return taken(mail)

    stage.transport.answer = answer
    stage.send_part("a")
    due = [NOON + timedelta(seconds=place / 2) for place in range(16)]
    assert all(moment >= at for moment, at in zip(moments, due, strict=True))
    assert moments[-1] == due[-1]


def test_a_worker_that_gets_no_permits_gives_the_group_back_and_asks_to_wait() -> None:
    stage = Stage(20)
    stage.governor = Crowded(stage.clock, after=1, wait_seconds=3.2)
    assert stage.send_part("a") == PartProgress(cursor=0, done=False, wait_seconds=4)
    assert stage.transport.taken == stage.recipients[:8]
    assert stage.claims.items == {}
    stage.governor = FakeGovernor(stage.clock)
    stage.send_part("b")
    assert stage.transport.taken == stage.recipients
    assert stage.orders.tallies[0] == Tally(planned=20, accepted=20)


def test_a_short_wait_for_permits_is_waited_for_in_the_worker() -> None:
    stage = Stage(20)
    stage.governor = Crowded(stage.clock, after=0, wait_seconds=0.25, times=5)
    assert stage.send_part("a").done
    assert stage.clock.now() >= NOON + timedelta(seconds=1.25)
    assert stage.transport.taken == stage.recipients


def test_a_worker_refused_again_and_again_leaves_the_waiting_to_the_workflow() -> None:
    stage = Stage(20)
    stage.governor = Crowded(stage.clock, after=0, wait_seconds=0.25, times=6)
    assert stage.send_part("a") == PartProgress(cursor=0, done=False, wait_seconds=1)
    assert stage.transport.tries == []


def test_a_permit_that_comes_too_late_is_replaced() -> None:
    stage = Stage(3)
    stage.pace.asleep = lambda: stage.pass_time(0.5)
    moments: list[datetime] = []

    def answer(mail: RenderedMail) -> Answer:
        moments.append(stage.clock.now())
        return taken(mail)

    stage.transport.answer = answer
    stage.send_part("a", at_once=1)
    assert moments[0] == NOON + timedelta(seconds=0.5)
    assert [len(request.domains) for request in stage.governor.requests] == [1, 1, 1, 1]


def test_a_message_that_is_late_again_and_again_gets_a_permit_with_patience() -> None:
    def stall() -> None:
        stage.pass_time(0.03)
        stalls.append(stall)
        if len(stalls) < 4:
            stage.pace.asleep = stall

    stalls: list[Callable[[], None]] = []
    stage = Stage(1)
    stage.pace.asleep = stall
    assert stage.send_part("a").done
    assert [request.patience for request in stage.governor.requests] == [0, 0, 0.02, 0.04, 0.08]
    assert stage.transport.taken == stage.recipients


def test_a_throttled_mail_takes_a_permit_for_each_try() -> None:
    stage = Stage(1)
    stage.transport.answer = answers(Throttled("slow"), Throttled("slow"))
    stage.send_part("a")
    assert len(stage.governor.requests) == 3


def test_the_governor_is_told_the_recipients_domains_and_the_campaigns_own_limit() -> None:
    stage = Stage(2)
    stage.orders.rate_limit = 7.5
    stage.send_part("a")
    assert stage.governor.requests == [PermitRequest(CAMPAIGN, ("example.org", "example.org"), 8, 7.5)]


def test_a_message_without_a_permit_is_asked_for_again() -> None:
    class Picky(FakeGovernor):
        def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
            [*_, (last, domain)] = enumerate(request.domains)
            [permit] = super().acquire(replace(request, domains=(domain,)))
            return (replace(permit, place=last),)

    stage = Stage(20)
    stage.governor = Picky(stage.clock)
    assert stage.send_part("a").done
    assert sorted(stage.transport.taken) == sorted(stage.recipients)
    assert stage.orders.tallies[0] == Tally(planned=20, accepted=20)


def test_a_lease_is_renewed_while_permits_are_slow() -> None:
    stage = Stage(12)
    stage.governor = FakeGovernor(stage.clock, per_second=0.1)
    assert stage.send_part("a", at_once=1).done
    assert stage.transport.taken == stage.recipients
