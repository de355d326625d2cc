"""A worker may die at any step: no mail goes out twice, and the account balances after settlement."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.messages.model import Tally
from chalicelib.sending.model import Accepted, Answer, Claim, Refused, RenderedMail, Throttled, Unanswered
from tests.fakes.sending import FakeClaims, WorkerKilledError
from tests.unit.sending.stage import CAMPAIGN, EXECUTION, NOON, SETTLE_SECONDS, Stage

RECIPIENTS = 53
"""Two groups, the second of them short."""

Script = Callable[[RenderedMail], Answer]


def all_taken() -> Script:
    return lambda mail: Accepted(f"ses-{mail.recipient}")


def mixed() -> Script:
    """Refuse, lose and throttle some; what is throttled is taken the second time."""
    throttled: set[str] = set()

    def answer(mail: RenderedMail) -> Answer:
        number = int(mail.recipient.removeprefix("u").partition("@")[0])
        if number % 10 == 3:
            return Refused("MessageRejected")
        if number % 10 == 5:
            return Unanswered("ReadTimeoutError")
        if number % 10 == 7 and mail.recipient not in throttled:
            throttled.add(mail.recipient)
            return Throttled("slow")
        return Accepted(f"ses-{mail.recipient}")

    return answer


def prepared(script: Script) -> Stage:
    stage = Stage(RECIPIENTS)
    stage.transport.answer = script
    stage.suppress("u1@example.org")
    stage.forget_fields(2)
    campaign = Campaign(CAMPAIGN, "May", CampaignState.SENDING, "tpl", 1, "rcf", Sender("shop@example.com"), NOON)
    stage.accounts.add(replace(campaign, parts=1, planned=RECIPIENTS, execution=EXECUTION))
    return stage


def work(stage: Stage, kills: list[int]) -> None:
    """Invoke, wait and retry a dead invocation with its input, as the workflow does; each kill ends one invocation."""
    cursor = 0
    rest = list(kills)
    for invocation in range(20):
        stage.fuse.rearm(rest.pop(0) if rest else -1)
        try:
            progress = stage.send_part(f"invocation-{invocation}", cursor)
        except WorkerKilledError:
            stage.pass_time(1)
            continue
        if progress.done:
            return
        cursor = progress.cursor
        stage.pass_time(progress.wait_seconds)
    pytest.fail("the part was never done")


def settle(stage: Stage) -> Tally:
    """Wait out the settling window as the workflow does, then close the campaign."""
    settlement, execution = stage.settlement(), stage.execution()
    for _ in range(2):
        tally = settlement.account(CAMPAIGN, 1)
        if execution.settle(CAMPAIGN, tally, EXECUTION):
            break
        stage.pass_time(SETTLE_SECONDS)
    else:
        tally = settlement.account(CAMPAIGN, 1)
        assert execution.settle(CAMPAIGN, tally, EXECUTION)
    return tally


def check(stage: Stage, why: str) -> None:
    """Count mails at the transport; compare the account with them."""
    taken = stage.transport.taken
    assert len(taken) == len(set(taken)), why
    assert not {"u1@example.org", "u2@example.org"} & set(taken), why
    tally = settle(stage)
    assert tally.balanced, why
    assert tally.planned == RECIPIENTS, why
    assert stage.accounts.items[CAMPAIGN].state is CampaignState.FINISHED, why
    stage.send_events_arrive()
    settled = stage.messages.tally(CAMPAIGN, 0)
    assert settled.accepted == len(taken), why
    assert settled.balanced, why


@pytest.mark.parametrize("script", [all_taken, mixed])
def test_wherever_in_two_groups_a_worker_dies_no_mail_goes_out_twice_and_the_account_balances(
    script: Callable[[], Script],
) -> None:
    undisturbed = prepared(script())
    work(undisturbed, [])
    steps = undisturbed.fuse.passed
    assert steps > 3 * RECIPIENTS
    check(undisturbed, "undisturbed")
    for step in range(0, steps, 3):  # the fault matrix goes through every step of a smaller campaign
        stage = prepared(script())
        work(stage, [step])
        check(stage, f"killed at step {step}")


@settings(max_examples=60)
@given(kills=st.lists(st.integers(0, 300), max_size=4), lost=st.sets(st.integers(0, RECIPIENTS - 1)))
def test_workers_may_die_one_after_another(kills: list[int], lost: set[int]) -> None:
    names = {f"u{number}@example.org" for number in lost}
    stage = prepared(lambda mail: Unanswered("lost") if mail.recipient in names else Accepted(f"ses-{mail.recipient}"))
    work(stage, kills)
    check(stage, f"killed at {kills}")


def test_what_a_dead_worker_may_have_sent_is_held_and_the_rest_of_its_group_is_sent() -> None:
    stage = prepared(all_taken())

    def die_once(mail: RenderedMail) -> Answer:
        stage.transport.answer = all_taken()
        stage.transport.tries.append((mail, Accepted("ses-lost")))
        raise WorkerKilledError

    stage.transport.answer = die_once
    work(stage, [])
    # u1 is suppressed and u2 cannot be rendered: the first sends that it wrote down were those to u0 and u3 to u8.
    assert stage.transport.taken == ["u0@example.org", *stage.recipients[9:]]
    assert settle(stage) == Tally(planned=RECIPIENTS, accepted=44, unknown=7, skipped=2, held=7)


def test_a_worker_that_dies_with_all_its_threads_in_ses_costs_as_many_messages_as_it_has_threads() -> None:
    together = Barrier(8, timeout=30)
    outbox: list[str] = []

    def die_after_acceptance(mail: RenderedMail) -> Answer:
        together.wait()
        outbox.append(mail.recipient)
        raise WorkerKilledError

    stage = Stage(60)
    stage.transport.answer = die_after_acceptance
    with ThreadPoolExecutor(8) as pool, pytest.raises(WorkerKilledError):
        stage.send_part("a", pool=pool)
    assert sorted(outbox) == stage.recipients[:8]
    stage.transport.answer = all_taken()
    stage.pass_time(61)
    assert stage.send_part("b").done
    assert stage.transport.taken == stage.recipients[8:]
    assert stage.orders.tallies[0] == Tally(planned=60, accepted=52, unknown=8)


def test_what_is_written_down_as_begun_is_never_more_than_the_threads_can_send() -> None:
    class Watched(FakeClaims):
        def renew(self, claim: Claim, lease_until: datetime, begun: frozenset[int]) -> Claim:
            written.append(len(begun))
            return super().renew(claim, lease_until, begun)

    written: list[int] = []
    stage = Stage(50)
    stage.claims = Watched()
    with ThreadPoolExecutor(8) as pool:
        assert stage.send_part("a", pool=pool).done
    assert sorted(stage.transport.taken) == sorted(stage.recipients)
    assert max(written) <= 8
    assert 7 <= len(written) <= 13
