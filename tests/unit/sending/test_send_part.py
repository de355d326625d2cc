"""A worker brings the messages of its part to recorded outcomes and hands no mail over twice."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import MessageStatus, Tally
from chalicelib.sending.group import LEASE, SEND_MARGIN
from chalicelib.sending.model import (
    Accepted,
    AccountStopped,
    Answer,
    Claim,
    Directive,
    PartProgress,
    Refused,
    RenderedMail,
    Throttled,
    Unanswered,
)
from chalicelib.suppressions.model import Suppression, SuppressionScope
from chalicelib.tracking.facts import apply
from chalicelib.tracking.model import EventKind, TrackedEvent
from tests.fakes.sending import FakeClaims
from tests.fakes.suppressions import FakeSuppressions
from tests.unit.sending.stage import CAMPAIGN, NOON, Stage


def taken(mail: RenderedMail) -> Answer:
    return Accepted(f"ses-{mail.recipient}")


def answers(*script: Answer) -> Callable[[RenderedMail], Answer]:
    """Answer in this order, and take every further mail."""
    rest = iter(script)
    return lambda mail: next(rest, taken(mail))


def test_every_recipient_gets_one_mail_and_the_part_is_accounted_for() -> None:
    stage = Stage(120)
    assert stage.send_part("a") == PartProgress(cursor=3, done=True)
    assert stage.transport.taken == stage.recipients
    assert set(stage.statuses()) == {MessageStatus.ACCEPTED}
    assert stage.message(7).provider_id == "ses-u7@example.org"
    assert stage.orders.tallies == {0: Tally(planned=120, accepted=120)}
    assert all(claim.closed for claim in stage.claims.items.values())


def test_a_mail_carries_its_sender_link_and_tags() -> None:
    stage = Stage(1)
    stage.send_part("a")
    [(mail, _)] = stage.transport.tries
    link = f"https://example.com/u/{stage.message(0).message_id}"
    assert (mail.sender, mail.html) == ("Shop <shop@example.com>", "<p>Hi Zoë</p>")
    assert dict(mail.headers) == {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert dict(mail.tags) == {"message_id": stage.message(0).message_id, "campaign_id": CAMPAIGN}


def test_a_part_that_is_done_is_not_sent_again() -> None:
    stage = Stage(60)
    stage.send_part("a")
    assert stage.send_part("b") == PartProgress(cursor=2, done=True)
    assert len(stage.transport.tries) == 60


def test_an_address_suppressed_while_the_campaign_runs_gets_nothing_more() -> None:
    stage = Stage(60)

    def answer(mail: RenderedMail) -> Answer:
        stage.suppress("U55@example.org")
        return taken(mail)

    stage.transport.answer = answer
    stage.send_part("a")
    assert stage.transport.taken == [one for one in stage.recipients if one != "u55@example.org"]
    assert stage.message(55).facts.reason == "suppressed: complaint"
    assert stage.orders.tallies[0] == Tally(planned=60, accepted=59, skipped=1)


@pytest.mark.parametrize(
    ("campaign", "left", "reached"),
    [
        (None, None, False),
        ("news", "news", False),
        ("news", None, False),
        ("news", "offers", True),
        (None, "news", True),
    ],
)
def test_who_unsubscribed_is_kept_from_all_campaigns_or_from_those_of_a_topic(
    campaign: str | None, left: str | None, *, reached: bool
) -> None:
    stage = Stage(2)
    stage.orders.topic = campaign
    stage.unsubscribe("U1@example.org", left)
    stage.send_part("a")
    assert ("u1@example.org" in stage.transport.taken) is reached
    assert stage.message(1).facts.reason == (None if reached else "suppressed: unsubscribe")


def test_nobody_is_mailed_unchecked_when_the_suppressions_cannot_be_looked_up() -> None:
    class Busy(FakeSuppressions):
        def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
            del addresses, scopes
            raise TemporarilyUnavailableError("busy")

    stage = Stage(3)
    stage.suppressions = Busy()
    assert stage.send_part("a") == PartProgress(cursor=0, done=False, wait_seconds=5)
    assert stage.transport.tries == []
    assert stage.claims.items == {}
    stage.suppressions = FakeSuppressions()
    stage.suppress("u1@example.org")
    stage.send_part("b")
    assert stage.transport.taken == ["u0@example.org", "u2@example.org"]


def test_the_link_in_a_mail_is_about_the_campaigns_topic() -> None:
    stage = Stage(1)
    stage.orders.topic = "news"
    stage.send_part("a")
    [(mail, _)] = stage.transport.tries
    assert dict(mail.headers)["List-Unsubscribe"] == f"<https://example.com/u/{stage.message(0).message_id}.news>"


def test_a_mail_that_cannot_be_rendered_is_skipped_and_the_others_are_sent() -> None:
    stage = Stage(10)
    stage.forget_fields(4)
    stage.send_part("a")
    assert len(stage.transport.taken) == 9
    assert stage.message(4).status is MessageStatus.SKIPPED
    assert (stage.message(4).facts.reason or "").startswith("render_failed: html: the field")


def test_a_refused_mail_is_failed_with_the_reason_of_ses() -> None:
    stage = Stage(3)
    stage.transport.answer = answers(Refused("MessageRejected: no"))
    stage.send_part("a")
    assert stage.message(0).facts.reason == "MessageRejected: no"
    assert stage.orders.tallies[0] == Tally(planned=3, accepted=2, failed=1)


def test_a_lost_answer_is_unknown_and_never_sent_again() -> None:
    stage = Stage(3)
    stage.transport.answer = answers(Unanswered("ReadTimeoutError"))
    stage.send_part("a")
    stage.send_part("b")
    assert stage.statuses() == [MessageStatus.UNKNOWN, MessageStatus.ACCEPTED, MessageStatus.ACCEPTED]
    assert stage.transport.taken == stage.recipients


def test_a_throttled_mail_is_handed_over_again_until_it_is_taken() -> None:
    stage = Stage(1)
    stage.transport.answer = answers(Throttled("slow"), Throttled("slow"))
    assert stage.send_part("a") == PartProgress(cursor=1, done=True)
    assert len(stage.transport.tries) == 3
    assert stage.transport.taken == stage.recipients
    assert stage.clock.now() == NOON + timedelta(seconds=0.25 + 0.5)


def test_throttling_that_outlasts_the_lease_leaves_the_rest_pending_and_asks_to_wait() -> None:
    stage = Stage(10)
    moments: list[datetime] = []

    def answer(mail: RenderedMail) -> Answer:
        moments.append(stage.clock.now())
        return taken(mail) if mail.recipient == "u0@example.org" else Throttled("slow")

    stage.transport.answer = answer
    progress = stage.send_part("a")
    assert progress == PartProgress(cursor=0, done=False, wait_seconds=5)
    assert stage.statuses() == [MessageStatus.ACCEPTED, *[MessageStatus.PENDING] * 9]
    assert stage.claims.items == {}
    assert max(moments) <= NOON + LEASE - SEND_MARGIN
    stage.transport.answer = taken
    assert stage.send_part("b").done
    assert stage.transport.taken == stage.recipients


def test_a_stopped_account_halts_the_campaign_and_gives_the_group_back() -> None:
    stage = Stage(20)
    stage.transport.answer = answers(Accepted("ses-u0@example.org"), AccountStopped("SendingPausedException: paused"))
    progress = stage.send_part("a", at_once=1)
    assert progress == PartProgress(cursor=0, done=True, halted="SendingPausedException: paused")
    assert len(stage.transport.tries) == 2
    assert stage.orders.tallies[0] == Tally(planned=20, pending=19, accepted=1)
    assert stage.claims.items == {}


def test_a_second_invocation_waits_while_the_first_is_alive() -> None:
    stage = Stage(2)
    waited: list[PartProgress] = []

    def answer(mail: RenderedMail) -> Answer:
        waited.append(stage.send_part("b"))
        return taken(mail)

    stage.transport.answer = answer
    stage.send_part("a", at_once=1)
    assert stage.transport.taken == stage.recipients
    assert {progress.done for progress in waited} == {False}
    assert waited[0].wait_seconds == 61


def test_a_worker_whose_lease_was_taken_over_while_it_slept_leaves_the_rest_to_the_other() -> None:
    def meanwhile() -> None:
        stage.pass_time(61)
        stage.send_part("b")

    stage = Stage(12)
    stage.pace.asleep = meanwhile
    stage.send_part("a")
    assert stage.transport.taken == stage.recipients[8:]
    # The first eight were about to be sent: nobody else can know that they were not.
    assert stage.statuses() == [*[MessageStatus.UNKNOWN] * 8, *[MessageStatus.ACCEPTED] * 4]
    assert stage.orders.tallies[0] == Tally(planned=12, accepted=4, unknown=8)


def test_what_a_worker_that_sleeps_past_its_lease_did_not_send_is_sent_by_the_next_one() -> None:
    stage = Stage(12)
    stage.pace.asleep = lambda: stage.pass_time(61)
    assert stage.send_part("a") == PartProgress(cursor=0, done=False, wait_seconds=5)
    assert stage.transport.tries == []
    assert stage.send_part("b").done
    assert stage.transport.taken == stage.recipients


def test_an_outcome_recorded_late_replaces_unknown() -> None:
    stage = Stage(1)

    def answer(mail: RenderedMail) -> Answer:
        stage.pass_time(61)
        stage.send_part("b")
        assert stage.message(0).status is MessageStatus.UNKNOWN
        return taken(mail)

    stage.transport.answer = answer
    stage.send_part("a")
    assert stage.statuses() == [MessageStatus.ACCEPTED]
    assert len(stage.transport.tries) == 1


def test_only_one_of_two_successors_deals_with_an_abandoned_group() -> None:
    stage = Stage(1)
    abandoned = stage.claims.take(Claim(CAMPAIGN, 0, 0, "dead", NOON + LEASE))
    stage.pass_time(61)
    assert stage.claims.take_over(abandoned, replace(abandoned, owner="b", lease_until=stage.clock.now() + LEASE))
    assert stage.send_part("c").wait_seconds == 61
    assert stage.transport.tries == []


def test_what_another_worker_recorded_before_it_gave_the_group_back_is_seen() -> None:
    class Crossing(FakeClaims):
        """Another worker sends one mail and gives the group back just before this one's claim."""

        def take(self, claim: Claim) -> Claim:
            if claim.owner == "a":
                stage.transport.answer = answers(taken_first, AccountStopped("paused"))
                stage.send_part("b", at_once=1)
                stage.transport.answer = taken
            return super().take(claim)

    taken_first = Accepted("ses-u0@example.org")
    stage = Stage(5)
    stage.claims = Crossing()
    stage.send_part("a")
    assert stage.transport.taken == stage.recipients


def test_messages_of_a_cancelled_campaign_are_skipped() -> None:
    stage = Stage(60)
    stage.orders.directives = [Directive.SEND, Directive.SKIP]
    assert stage.send_part("a").done
    assert stage.transport.taken == stage.recipients[:50]
    assert stage.orders.tallies[0] == Tally(planned=60, accepted=50, skipped=10)
    assert stage.message(59).facts.reason == "cancelled"


def test_a_paused_campaign_stops_after_the_group_in_hand() -> None:
    stage = Stage(60)
    stage.orders.directives = [Directive.SEND, Directive.STOP]
    assert stage.send_part("a") == PartProgress(cursor=1, done=True)
    assert stage.orders.tallies[0] == Tally(planned=60, pending=10, accepted=50)


@pytest.mark.parametrize("cursor", [0, 1])
def test_a_worker_out_of_time_hands_its_cursor_back(cursor: int) -> None:
    stage = Stage(120)
    stage.pace.remaining = 89
    assert stage.send_part("a", cursor) == PartProgress(cursor=cursor, done=False)
    assert stage.transport.tries == []
    assert stage.claims.items == {}


def test_the_next_invocation_goes_on_at_the_cursor() -> None:
    stage = Stage(120)

    def answer(mail: RenderedMail) -> Answer:
        stage.pace.remaining -= 20
        return taken(mail)

    stage.transport.answer = answer
    first = stage.send_part("a")
    stage.pace.remaining = 1e6
    assert first == PartProgress(cursor=1, done=False)
    assert stage.send_part("b", first.cursor).done
    assert stage.transport.taken == stage.recipients


def test_a_send_event_of_a_recorded_message_needs_no_write() -> None:
    stage = Stage(recipients=2)
    took = timedelta(milliseconds=80)

    def answer(mail: RenderedMail) -> Accepted:
        stage.clock.time += took
        return Accepted(f"ses-{mail.recipient}")

    stage.transport.answer = answer
    stage.send_part("worker")
    for message in list(stage.messages.items.values()):
        assert message.facts.accepted_at is not None
        event = TrackedEvent(
            EventKind.SEND,
            message.message_id,
            message.campaign_id,
            f"ses-{message.address}",
            message.address,
            message.facts.accepted_at + took / 2,
        )
        assert apply(message, event) is message


def test_a_send_that_fails_is_recorded_when_that_is_known() -> None:
    stage = Stage(recipients=1)

    def answer(_mail: RenderedMail) -> Refused:
        stage.clock.time += timedelta(seconds=3)
        return Refused("no such address")

    stage.transport.answer = answer
    stage.send_part("worker")
    assert stage.message(0).facts.failed_at == stage.clock.now()
