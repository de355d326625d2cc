"""Lost answers are awaited, then held; an event of SES settles them at any time."""

import pytest

from chalicelib.messages.model import MessageStatus, Tally
from chalicelib.sending.model import Unanswered
from tests.unit.sending.stage import CAMPAIGN, SETTLE_SECONDS, Stage


@pytest.fixture
def stage() -> Stage:
    """A part of three of whose answers the last was lost."""
    stage = Stage(3)
    script = stage.transport.answer
    stage.transport.answer = lambda mail: (
        Unanswered("ReadTimeoutError") if mail.recipient == "u2@example.org" else script(mail)
    )
    stage.send_part("a")
    return stage


def test_an_unknown_message_is_awaited_within_the_window(stage: Stage) -> None:
    stage.pass_time(SETTLE_SECONDS - 1)
    assert stage.settlement().account(CAMPAIGN, 1) == Tally(planned=3, accepted=2, unknown=1)


def test_an_unknown_message_is_held_when_its_window_has_passed(stage: Stage) -> None:
    stage.pass_time(SETTLE_SECONDS)
    assert stage.settlement().account(CAMPAIGN, 1) == Tally(planned=3, accepted=2, unknown=1, held=1)
    assert stage.message(2).status is MessageStatus.UNKNOWN
    assert stage.message(2).facts.held_at == stage.clock.now()


def test_a_send_event_settles_an_unknown_message(stage: Stage) -> None:
    stage.send_events_arrive()
    assert stage.settlement().account(CAMPAIGN, 1) == Tally(planned=3, accepted=3)
    assert stage.accounts.tallies(CAMPAIGN, 1) == {0: Tally(planned=3, accepted=3)}


def test_a_send_event_settles_a_message_that_is_held_already(stage: Stage) -> None:
    stage.pass_time(SETTLE_SECONDS)
    stage.settlement().account(CAMPAIGN, 1)
    stage.send_events_arrive()
    assert stage.message(2).status is MessageStatus.ACCEPTED
    assert stage.messages.tally(CAMPAIGN, 0) == Tally(planned=3, accepted=3)


def test_a_part_without_an_account_is_counted(stage: Stage) -> None:
    stage.orders.tallies.clear()
    assert stage.settlement().account(CAMPAIGN, 2) == Tally(planned=3, accepted=2, unknown=1)


def test_a_settled_part_is_not_read_again(stage: Stage) -> None:
    stage.orders.tallies[0] = Tally(planned=3, accepted=1, failed=2)
    writes = stage.messages.writes
    stage.pass_time(SETTLE_SECONDS)
    assert stage.settlement().account(CAMPAIGN, 1) == Tally(planned=3, accepted=1, failed=2)
    assert stage.messages.writes == writes
