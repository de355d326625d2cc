"""What is held as unknown is sent again only by a person's decision, once each, whatever happens meanwhile."""

from datetime import datetime, timedelta

import pytest

from chalicelib.messages.model import MessageStatus, Tally
from chalicelib.sending.model import Accepted, Answer, Directive, PartProgress, RenderedMail, Unanswered
from tests.fakes.sending import WorkerKilledError
from tests.unit.sending.stage import CAMPAIGN, SETTLE_SECONDS, Stage

LOST = ["u2@example.org", "u51@example.org"]


def losing(mail: RenderedMail) -> Answer:
    return Unanswered("ReadTimeoutError") if mail.recipient in LOST else Accepted(f"ses-{mail.recipient}")


def finished(recipients: int = 53) -> Stage:
    """A part whose lost answers are held; no Send event came for them."""
    stage = Stage(recipients)
    stage.transport.answer = losing
    stage.send_part("a")
    stage.pass_time(SETTLE_SECONDS)
    stage.settlement().account(CAMPAIGN, 1)
    stage.transport.tries.clear()
    return stage


def allow(stage: Stage, by: timedelta = timedelta()) -> datetime:
    stage.pass_time(60)
    stage.orders.resend_before = stage.clock.now() + by
    return stage.clock.now()


def test_what_is_held_is_not_sent_again_by_itself() -> None:
    stage = finished()
    assert stage.send_part("b").done
    assert stage.transport.tries == []


def test_what_is_held_is_sent_again_when_somebody_allows_it_and_nothing_else() -> None:
    stage = finished()
    allow(stage)
    stage.transport.answer = lambda mail: Accepted(f"again-{mail.recipient}")
    assert stage.send_part("b") == PartProgress(cursor=2, done=True)
    assert stage.transport.taken == LOST
    assert set(stage.statuses()) == {MessageStatus.ACCEPTED}
    assert stage.orders.tallies[0] == Tally(planned=53, accepted=53)
    stage.send_part("c")
    assert stage.transport.taken == LOST


def test_what_an_event_settled_meanwhile_is_not_sent_again() -> None:
    stage = finished()
    stage.transport.tries = [(mail, answer) for mail, answer in stage.transport.tries if mail.recipient == LOST[0]]
    stage.messages.change(stage.message(2), lambda m: m.with_facts(accepted_at=stage.clock.now()))
    allow(stage)
    stage.send_part("b")
    assert stage.transport.taken == LOST[1:]


def test_a_decision_is_about_what_was_held_by_then() -> None:
    stage = finished()
    allow(stage, by=-timedelta(hours=1))
    stage.send_part("b")
    assert stage.transport.tries == []


def test_an_answer_that_is_lost_again_is_held_again_and_needs_another_decision() -> None:
    stage = finished()
    allowed = allow(stage)
    for owner in ("b", "c"):
        stage.send_part(owner)
        assert stage.transport.taken == LOST
        stage.pass_time(SETTLE_SECONDS)
        assert stage.settlement().account(CAMPAIGN, 1) == Tally(planned=53, accepted=51, unknown=2, held=2)
    assert stage.message(2).facts.released_at == allowed
    allow(stage)
    stage.transport.answer = lambda mail: Accepted(f"again-{mail.recipient}")
    stage.send_part("d")
    assert stage.transport.taken == LOST * 2
    assert stage.orders.tallies[0] == Tally(planned=53, accepted=53)


def test_an_address_suppressed_meanwhile_gets_nothing() -> None:
    stage = finished()
    allow(stage)
    stage.suppress(LOST[0])
    stage.send_part("b")
    assert stage.transport.taken == LOST[1:]
    assert stage.message(2).status is MessageStatus.SKIPPED


def test_a_cancelled_campaign_skips_also_what_came_into_a_closed_group() -> None:
    stage = Stage(60)
    stage.orders.directives = [Directive.SKIP]
    stage.send_part("a")
    stage.messages.put_all([stage.message(7).with_facts(skipped_at=None, reason=None)])
    assert stage.send_part("b").done
    assert set(stage.statuses()) == {MessageStatus.SKIPPED}
    assert stage.orders.tallies[0] == Tally(planned=60, skipped=60)


def work(stage: Stage, kill: int) -> None:
    stage.fuse.rearm(kill)
    for invocation in range(9):
        try:
            progress = stage.send_part(f"{kill}-{invocation}")
        except WorkerKilledError:
            stage.pass_time(1)
            continue
        if progress.done:
            return
        stage.pass_time(progress.wait_seconds)
    pytest.fail("the part was never done")


def test_wherever_a_worker_dies_while_sending_again_one_decision_sends_each_at_most_once() -> None:
    undisturbed = finished()
    allow(undisturbed)
    work(undisturbed, -1)
    for step in range(undisturbed.fuse.passed):
        stage = finished()
        stage.transport.answer = lambda mail: Accepted(f"again-{mail.recipient}")
        allow(stage)
        work(stage, step)
        taken = stage.transport.taken
        assert len(taken) == len(set(taken)), step
        assert set(taken) <= set(LOST), step
        for place in (2, 51):  # one decision reaches each of them: what is unknown again is so by a new send
            facts = stage.message(place).facts
            assert facts.released_at is not None, step
            assert facts.accepted_at or (facts.unknown_since and facts.unknown_since >= facts.released_at), step
        stage.pass_time(SETTLE_SECONDS)
        tally = stage.settlement().account(CAMPAIGN, 1)
        assert tally.balanced, step
        assert tally.held == tally.unknown, step
