"""A worker begins the next group while it waits for the last answers of the one before."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Event

import pytest

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import GROUP_SIZE, Message, MessageStatus, Tally
from chalicelib.sending.model import Accepted, AccountStopped, Answer, Claim, RenderedMail
from tests.fakes.messages import FakeMessages
from tests.fakes.sending import FakeClaims
from tests.unit.sending.stage import Stage

_PATIENCE = 30  # seconds after which a test that would wait for ever fails


class SlowAnswer:
    """What SES answers: to one recipient only after another's mail was handed over."""

    def __init__(self, slow: str, awaited: str, answer: Callable[[str], Answer] | None = None) -> None:
        self._slow = slow
        self._awaited = awaited
        self._answer = answer or (lambda recipient: Accepted(f"ses-{recipient}"))
        self._handed_over = Event()
        self.met = False

    def __call__(self, mail: RenderedMail) -> Answer:
        if mail.recipient == self._awaited:
            self._handed_over.set()
        if mail.recipient == self._slow:
            self.met = self._handed_over.wait(_PATIENCE)
        return self._answer(mail.recipient)


@pytest.fixture
def stage() -> Stage:
    return Stage(2 * GROUP_SIZE + 20)


def _last_of_the_first_group(stage: Stage) -> str:
    return stage.recipients[GROUP_SIZE - 1]


def _run(stage: Stage, owner: str = "one", cursor: int = 0) -> tuple[int, bool]:
    with ThreadPoolExecutor(8) as pool:
        progress = stage.send_part(owner, cursor, pool=pool)
    return progress.cursor, progress.done


def test_the_next_group_is_begun_before_the_last_answer_of_the_one_before(stage: Stage) -> None:
    slow = SlowAnswer(_last_of_the_first_group(stage), stage.recipients[GROUP_SIZE + 20])
    stage.transport.answer = slow
    assert _run(stage) == (3, True)
    assert slow.met
    assert Counter(stage.transport.taken) == Counter(stage.recipients)
    assert stage.orders.tallies[0] == Tally(planned=len(stage.recipients), accepted=len(stage.recipients))
    assert all(claim.closed for claim in stage.claims.items.values())


def test_a_late_answer_that_stops_the_account_stops_the_group_begun_meanwhile(stage: Stage) -> None:
    slow = _last_of_the_first_group(stage)
    stops: Callable[[str], Answer] = lambda recipient: (  # noqa: E731 - an answer by recipient
        AccountStopped("paused") if recipient == slow else Accepted(recipient)
    )
    stage.transport.answer = SlowAnswer(slow, stage.recipients[GROUP_SIZE + 4], stops)
    with ThreadPoolExecutor(8) as pool:
        progress = stage.send_part("one", pool=pool)
    assert (progress.halted, progress.cursor) == ("paused", 0)
    assert stage.message(GROUP_SIZE - 1).status is MessageStatus.PENDING
    assert stage.message(2 * GROUP_SIZE).status is MessageStatus.PENDING

    stage.transport.answer = lambda mail: Accepted(mail.recipient)
    assert _run(stage, "two") == (3, True)
    assert Counter(stage.transport.taken) == Counter(stage.recipients)


class ForgetfulMessages(FakeMessages):
    """Cannot record what became of one recipient."""

    def __init__(self, stage: Stage, address: str) -> None:
        super().__init__()
        self.items = stage.messages.items
        self._address = address

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        if message.address == self._address:
            raise TemporarilyUnavailableError("not now")
        return super().change(message, step)


def test_after_an_error_all_groups_under_way_are_given_back_and_only_the_unrecorded_send_is_unknown(
    stage: Stage,
) -> None:
    slow, whole = _last_of_the_first_group(stage), stage.messages
    stage.transport.answer = SlowAnswer(slow, stage.recipients[GROUP_SIZE + 4])
    stage.messages = ForgetfulMessages(stage, slow)
    with pytest.raises(TemporarilyUnavailableError):
        _run(stage)

    stage.messages = whole
    assert _run(stage, "two") == (3, True)
    assert Counter(stage.transport.taken) == Counter(stage.recipients)
    counts = Counter(stage.statuses())
    assert counts == {MessageStatus.ACCEPTED: len(stage.recipients) - 1, MessageStatus.UNKNOWN: 1}
    assert stage.message(GROUP_SIZE - 1).status is MessageStatus.UNKNOWN


class TakenOverClaims(FakeClaims):
    """Another worker has taken over a group by the time that its claim is renewed."""

    def __init__(self, group: int) -> None:
        super().__init__()
        self._group = group

    def renew(self, claim: Claim, lease_until: datetime, begun: frozenset[int]) -> Claim:
        if claim.group == self._group:
            self.items[claim.campaign_id, claim.part, claim.group] = replace(claim, owner="another")
        return super().renew(claim, lease_until, begun)


def test_a_group_that_is_lost_is_left_to_its_new_owner_and_the_one_before_is_closed(stage: Stage) -> None:
    stage.claims = TakenOverClaims(1)
    assert _run(stage) == (1, False)
    assert Counter(stage.transport.taken) == Counter(stage.recipients[:GROUP_SIZE])
    first, second = stage.claims.items.values()
    assert (first.closed, second.closed, second.owner) == (True, False, "another")
