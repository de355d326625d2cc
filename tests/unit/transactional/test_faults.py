"""Whatever happens at whatever point of a request: nobody is mailed twice, and the answers agree with the mails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.idempotency.model import RequestInProgressError
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import MessageStatus
from chalicelib.sending.model import AccountStopped, Answer, Refused, RenderedMail, Throttled, Unanswered
from chalicelib.transactional.model import (
    LEASE,
    SendingBusyError,
    SendingStoppedError,
    TransactionalMessage,
    outcome,
)
from tests.fakes.sending import Fuse, WorkerKilledError
from tests.unit.transactional.stage import Stage, taken

POINTS = 60
"""More than the longest request passes."""

THROTTLED: list[Answer] = [Throttled("slow")] * 9
SCRIPTS: dict[str, list[Answer]] = {
    "accepted": [],
    "throttled once": THROTTLED[:1],
    "throttled throughout": THROTTLED,
    "refused": [Refused("MessageRejected")],
    "lost": [Unanswered("ReadTimeoutError")],
    "stopped": [AccountStopped("SendingPausedException: paused")],
}


def persist(stage: Stage) -> TransactionalMessage:
    """Repeat the request until it is answered, as a caller does."""
    for _ in range(20):
        try:
            return stage.send()
        except RequestInProgressError:
            stage.pass_time(LEASE.total_seconds() / 3)
        except TemporarilyUnavailableError:
            stage.pass_time(5)
    pytest.fail("the request was never answered")


def check(stage: Stage, message: TransactionalMessage) -> None:
    """Compare the last answer with the mails that SES took, before and after its Send events."""
    assert stage.mails <= 1
    told = outcome(message)
    if told is MessageStatus.ACCEPTED:
        assert stage.mails == 1
    if told in {MessageStatus.FAILED, MessageStatus.SKIPPED}:
        assert stage.mails == 0
    stage.settle()
    settled = stage.send()
    assert settled.message_id == message.message_id
    if stage.mails == 1:
        assert outcome(settled) is MessageStatus.ACCEPTED
    else:
        assert outcome(settled) is told
    if told is not MessageStatus.UNKNOWN:
        assert (outcome(settled), settled.provider_id) == (told, message.provider_id)


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_request_has_more_points_than_are_tried(script: str) -> None:
    stage = Stage()
    stage.answer(*SCRIPTS[script])
    with suppress(TemporarilyUnavailableError):
        stage.send()
    assert 0 < stage.fuse.passed < POINTS


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_request_may_be_killed_at_any_point(script: str) -> None:
    for point in range(POINTS):
        _killed(point, script)


def _killed(point: int, script: str) -> None:
    stage = Stage()
    stage.answer(*SCRIPTS[script])
    stage.fuse.rearm(point)
    try:
        stage.send()
    except WorkerKilledError:
        claimed = any(message.owner for message in stage.messages.items.values())
    except TemporarilyUnavailableError:
        claimed = False
    else:
        claimed = True
    stage.fuse.rearm()
    message = persist(stage)
    check(stage, message)
    if not claimed and script != "refused":
        assert stage.mails == 1, "nobody is lost who was not claimed"


@given(kills=st.lists(st.integers(0, POINTS), min_size=2, max_size=4), script=st.sampled_from(sorted(SCRIPTS)))
def test_requests_may_be_killed_again_and_again(kills: list[int], script: str) -> None:
    stage = Stage()
    stage.answer(*SCRIPTS[script])
    for number, point in enumerate(kills):
        stage.fuse.rearm(point)
        try:
            stage.send()
        except (WorkerKilledError, TemporarilyUnavailableError, RequestInProgressError):
            stage.pass_time(number * 25)
    stage.fuse.rearm()
    check(stage, persist(stage))


@dataclass
class Refusal(Fuse):
    """The service that is called at one point, or from one point on, is busy."""

    lasting: bool = False

    def point(self) -> None:
        place, self.passed = self.passed, self.passed + 1
        if place == self.blows_at or (self.lasting and 0 <= self.blows_at < place):
            raise TemporarilyUnavailableError("busy")


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("lasting", [False, True])
def test_any_call_may_be_refused_before_or_after_it_took_effect(script: str, *, lasting: bool) -> None:
    for point in range(POINTS):
        _refused(point, script, lasting=lasting)


def _refused(point: int, script: str, *, lasting: bool) -> None:
    fuse = Refusal(lasting=lasting)
    stage = Stage(fuse, refusing=True)
    stage.answer(*SCRIPTS[script])
    fuse.rearm(point)
    told = None
    with suppress(TemporarilyUnavailableError, RequestInProgressError):
        told = stage.send()
    fuse.rearm()
    message = persist(stage)
    check(stage, message)
    if told:
        assert told.message_id == message.message_id
        assert outcome(message) in {outcome(told), MessageStatus.UNKNOWN}


@dataclass
class Interruption(Fuse):
    """Something else happens at one point."""

    meanwhile: Callable[[], object] = lambda: None

    def point(self) -> None:
        place, self.passed = self.passed, self.passed + 1
        if place == self.blows_at:
            self.blows_at = -1
            self.meanwhile()


@pytest.mark.parametrize("inner", SCRIPTS)
@pytest.mark.parametrize("outer", SCRIPTS)
def test_the_same_request_may_come_at_any_point_of_another(outer: str, inner: str) -> None:
    """Whatever the two are answered by SES, and whichever of them the other finds in whatever state."""
    for point in range(POINTS):
        _interrupted(point, outer, inner)


def _interrupted(point: int, outer: str, inner: str) -> None:
    fuse = Interruption()
    stage = Stage(fuse)
    stage.answer(*SCRIPTS[outer])
    of_outer = stage.transport.answer
    answers: list[TransactionalMessage] = []

    def ask() -> None:
        with suppress(RequestInProgressError, SendingBusyError, SendingStoppedError):
            answers.append(stage.send())

    def meanwhile() -> None:
        passed = fuse.passed
        stage.answer(*SCRIPTS[inner])
        ask()
        stage.transport.answer, fuse.passed = of_outer, passed

    fuse.meanwhile = meanwhile
    fuse.rearm(point)
    ask()
    fuse.rearm()
    stage.answer()
    message = persist(stage)
    assert {(one.message_id, outcome(one)) for one in answers} <= {(message.message_id, outcome(message))}
    check(stage, message)


def test_of_many_requests_at_once_one_sends() -> None:
    stage = Stage()
    together = Barrier(8)
    reached = Barrier(2, timeout=5)

    def slow(mail: RenderedMail) -> Answer:
        reached.wait()
        return taken(mail)

    stage.transport.answer = slow

    def ask() -> TransactionalMessage | None:
        together.wait()
        try:
            return stage.send()
        except RequestInProgressError:
            return None

    with ThreadPoolExecutor(8) as pool:
        requests = [pool.submit(ask) for _ in range(8)]
        reached.wait()
        answers = [answer for request in requests if (answer := request.result())]
    assert stage.mails == 1
    assert len(stage.messages.items) == 1
    assert {(one.message_id, outcome(one)) for one in answers} == {
        (next(iter(stage.messages.items)), MessageStatus.ACCEPTED)
    }
