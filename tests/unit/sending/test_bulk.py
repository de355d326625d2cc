"""Several messages in one call of SES: which ones go together, and what their answers and permits come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.model import MessageStatus
from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import (
    Accepted,
    AccountStopped,
    Answer,
    Directive,
    PermitRequest,
    Quota,
    Refused,
    RenderedMail,
    Throttled,
    Unanswered,
)
from chalicelib.sending.rate import SECOND, SPACING, RateState, Slot, Taking, day_of, plan, slot_of, terms_of
from chalicelib.sending.threads import LEAST_CALLS, MOST_CALLS, Threads
from chalicelib.sending.workers import workers_needed
from tests.fakes.sending import FakeGovernor
from tests.unit.sending.stage import Stage

NOW = 1_772_366_400 * SECOND


def stage(recipients: int) -> Stage:
    made = Stage(recipients)
    made.bulk = 50
    made.governor = FakeGovernor(made.clock, per_second=500.0, bulk=50)
    return made


def answered(made: Stage) -> list[str]:
    return [mail.recipient for mail, _ in made.transport.tries]


def test_a_group_goes_in_one_call() -> None:
    made = stage(50)
    assert made.send_part("a").done
    assert made.transport.calls == [50]
    assert set(made.statuses()) == {MessageStatus.ACCEPTED}
    assert made.orders.tallies[0].accepted == 50


def test_what_does_not_fill_a_call_waits_for_the_next_group_and_the_last_of_it_goes_at_the_end() -> None:
    made = stage(150)
    for number in range(10):
        made.suppress(f"u{number}@example.org")
    assert made.send_part("a").done
    assert made.transport.calls == [50, 50, 40]
    assert sorted(answered(made)) == sorted(made.recipients[10:])
    assert made.orders.tallies[0].accepted == 140
    assert all(claim.closed for claim in made.claims.items.values())


def test_after_a_pause_no_more_than_a_group_goes_out() -> None:
    made = stage(150)
    for number in range(10):
        made.suppress(f"u{number}@example.org")
    made.orders.directives = [Directive.SEND, Directive.SEND, Directive.STOP]
    assert made.send_part("a").done
    assert made.transport.calls == [50, 40]  # the first two groups, whose messages were claimed by then
    assert made.orders.tallies[0].pending == 50


def test_a_mail_that_no_call_carries_with_others_goes_by_itself_at_the_same_moment() -> None:
    made = stage(50)
    made.transport.alone = lambda mail: mail.recipient in {"u7@example.org", "u9@example.org"}
    assert made.send_part("a").done
    assert sorted(made.transport.calls) == [1, 1, 48]
    assert len(made.governor.requests) == 1
    assert made.orders.tallies[0].accepted == 50


def test_each_message_of_a_call_has_the_answer_of_its_own() -> None:
    made = stage(50)
    said: dict[str, Answer] = {"u3@example.org": Refused("MESSAGE_REJECTED: no"), "u4@example.org": Unanswered("lost")}
    made.transport.answer = lambda mail: said.get(mail.recipient, Accepted(f"ses-{mail.recipient}"))
    assert made.send_part("a").done
    assert made.message(3).status is MessageStatus.FAILED
    assert made.message(4).status is MessageStatus.UNKNOWN
    assert made.message(5).provider_id == "ses-u5@example.org"
    assert made.orders.tallies[0].accepted == 48


def test_what_ses_throttles_of_a_call_is_handed_over_again_and_nothing_else_of_it() -> None:
    made = stage(50)
    throttled = {f"u{number}@example.org" for number in range(20, 30)}

    def answer(mail: RenderedMail) -> Answer:
        if mail.recipient in throttled:
            throttled.remove(mail.recipient)
            return Throttled("ACCOUNT_THROTTLED: slower")
        return Accepted(f"ses-{mail.recipient}")

    made.transport.answer = answer
    assert made.send_part("a").done
    assert made.transport.calls == [50, 10]
    assert sorted(made.transport.taken) == sorted(made.recipients)
    assert [request.most for request in made.governor.requests] == [100, 10]


def test_a_call_that_is_refused_as_a_whole_goes_message_by_message() -> None:
    made = stage(50)

    def answer(mail: RenderedMail) -> Answer:
        if made.transport.calls[-1] > 1 or mail.recipient == "u8@example.org":
            return Refused("BadRequestException: an address is none")
        return Accepted(f"ses-{mail.recipient}")

    made.transport.answer = answer
    assert made.send_part("a").done
    assert made.transport.calls == [50, *[1] * 50]
    assert made.message(8).status is MessageStatus.FAILED
    assert made.orders.tallies[0].accepted == 49


def test_a_call_without_an_answer_leaves_all_its_messages_unknown_and_none_is_sent_again() -> None:
    made = stage(50)
    made.transport.answer = lambda _: Unanswered("ReadTimeoutError")
    assert made.send_part("a").done
    assert made.transport.calls == [50]
    assert set(made.statuses()) == {MessageStatus.UNKNOWN}


def test_an_account_that_is_stopped_leaves_them_pending() -> None:
    made = stage(50)
    made.transport.answer = lambda _: AccountStopped("ACCOUNT_SENDING_PAUSED: paused")
    assert made.send_part("a").halted == "ACCOUNT_SENDING_PAUSED: paused"
    assert set(made.statuses()) == {MessageStatus.PENDING}
    assert made.claims.items == {}


@given(rate=st.integers(2, 5_000), bulk=st.integers(2, 50))
def test_a_second_holds_a_whole_number_of_moments_and_never_more_than_the_rate(rate: int, bulk: int) -> None:
    slot = slot_of(float(rate), bulk)
    moments = round(SECOND * SPACING / slot.width)
    assert moments * slot.width == pytest.approx(SECOND * SPACING)
    assert 1 <= slot.messages <= bulk
    assert moments * slot.messages <= rate
    assert moments * slot.messages > rate - moments  # what is left unused is less than a message a moment


@pytest.mark.parametrize(
    ("rate", "messages", "moments"),
    [(14.0, 14, 1), (50.0, 50, 1), (100.0, 50, 2), (130.0, 26, 5), (500.0, 50, 10), (53.0, 26, 2)],
)
def test_moments_are_as_few_as_use_the_rate_best(rate: float, messages: int, moments: int) -> None:
    assert slot_of(rate, 50) == Slot(messages, SECOND * SPACING / moments)


def test_below_two_messages_a_second_there_is_nothing_to_put_together() -> None:
    assert slot_of(0.5, 50) == Slot(1, SECOND * SPACING / 0.5)


def block(rate: float, wanted: int, limits: SendLimits) -> Taking:
    state = RateState(0, 0, NOW, {}, None)
    terms = terms_of(state, Quota(rate), limits.campaigns, None, NOW)
    assert terms.day == day_of(NOW)
    taking = plan(state, terms, PermitRequest("c", ("example.org",) * wanted, wanted), limits, NOW)
    assert isinstance(taking, Taking)
    return taking


def test_a_block_is_a_whole_number_of_moments_however_few_messages_there_are() -> None:
    limits = SendLimits(bulk=50)
    assert block(500, 100, limits).width == pytest.approx(2 * SECOND * SPACING / 10, abs=1)
    assert len(block(500, 300, limits).places) == 100  # a quarter of a second, in whole moments
    assert len(block(500, 90, limits).places) == 50  # the rest waits for more
    assert block(500, 3, limits).width == pytest.approx(SECOND * SPACING / 10, abs=1)
    assert len(block(14, 50, limits).places) == 14


def test_a_worker_has_between_two_and_four_calls_under_way() -> None:
    threads = Threads(16, bulk=50)
    assert threads.at_once == LEAST_CALLS * 50
    for _ in range(200):
        threads.answered(5.0)
        threads.permitted(FakeGovernor(Stage(1).clock, 500, bulk=50).acquire(PermitRequest("c", ("x",) * 100, 100)))
    assert threads.at_once == MOST_CALLS * 50


def test_fewer_workers_are_needed_for_the_same_rate() -> None:
    assert workers_needed(Quota(500), SendLimits(), None, 100) == 14
    assert workers_needed(Quota(500), SendLimits(bulk=50), None, 100) == 6
