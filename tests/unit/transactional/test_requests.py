"""What a request for a transactional message is answered, and what it sends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.idempotency.model import KEPT, IdempotencyKeyReusedError, KeyUse, RequestInProgressError
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.live.history import history
from chalicelib.messages.model import MessageStatus
from chalicelib.sending.model import (
    AccountStopped,
    Answer,
    Permit,
    PermitRequest,
    PermitsUnavailableError,
    Refused,
    RenderedMail,
    Throttled,
    Unanswered,
)
from chalicelib.suppressions.model import SuppressionReason, SuppressionScope
from chalicelib.tracking.model import EventKind
from chalicelib.transactional.model import (
    LEASE,
    SendingBusyError,
    SendingStoppedError,
    TransactionalMessage,
    is_transactional,
    outcome,
)
from tests.fakes.sending import WorkerKilledError
from tests.unit.transactional.stage import NOON, RESET, USE, Stage, taken

OTHER_BODY = replace(USE, fingerprint="fingerprint-2")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_the_same_request_again_gets_the_same_answer_and_sends_nothing(stage: Stage) -> None:
    first = stage.send()
    assert (outcome(first), first.provider_id) == (MessageStatus.ACCEPTED, f"ses-{RESET.to}")
    assert is_transactional(first.message_id)
    assert stage.send() == first
    stage.track(EventKind.BOUNCE, first.message_id, bounce="Permanent")
    again = stage.send()
    assert (again.message_id, outcome(again), again.provider_id) == (
        first.message_id,
        MessageStatus.ACCEPTED,
        first.provider_id,
    )
    assert stage.mails == 1


def test_a_key_belongs_to_its_request_and_its_caller(stage: Stage) -> None:
    first = stage.send()
    with pytest.raises(IdempotencyKeyReusedError):
        stage.send(use=OTHER_BODY)
    assert stage.mails == 1
    assert stage.send(use=KeyUse("key_2", USE.key, "fingerprint-2")).message_id != first.message_id
    assert stage.mails == 2


def test_a_key_is_free_again_after_a_day(stage: Stage) -> None:
    first = stage.send()
    stage.pass_time(KEPT.total_seconds() - 1)
    with pytest.raises(IdempotencyKeyReusedError):
        stage.send(use=OTHER_BODY)
    stage.pass_time(1)
    assert stage.send(use=OTHER_BODY).message_id != first.message_id
    assert stage.mails == 2


def test_the_mail_carries_its_message_in_tags_besides_the_callers(stage: Stage) -> None:
    message = stage.send(replace(RESET, tags=(("flow", "reset"),)))
    [(mail, _)] = stage.transport.tries
    assert mail.tags == (("message_id", message.message_id), ("campaign_id", "transactional"), ("flow", "reset"))
    assert stage.messages.items[message.message_id].tags == (("flow", "reset"),)


@pytest.mark.parametrize("reason", [SuppressionReason.BOUNCE, SuppressionReason.COMPLAINT, SuppressionReason.MANUAL])
def test_who_is_to_get_nothing_at_all_gets_nothing(stage: Stage, reason: SuppressionReason) -> None:
    stage.suppress(SuppressionScope.ALL, reason)
    message = stage.send()
    assert (outcome(message), message.facts.reason) == (MessageStatus.SKIPPED, f"suppressed: {reason}")
    stage.suppressions.items.clear()
    assert stage.send() == message, "the key keeps its answer"
    assert stage.mails == 0


@pytest.mark.parametrize("scope", ["campaigns", "topic:news"])
def test_an_unsubscription_keeps_no_transactional_mail_away(stage: Stage, scope: str) -> None:
    stage.suppress(SuppressionScope(scope), SuppressionReason.UNSUBSCRIBE)
    assert outcome(stage.send()) is MessageStatus.ACCEPTED
    assert stage.mails == 1


def test_what_ses_refuses_is_failed_for_good(stage: Stage) -> None:
    stage.answer(Refused("MessageRejected: no"))
    message = stage.send()
    assert (outcome(message), message.facts.reason) == (MessageStatus.FAILED, "MessageRejected: no")
    assert stage.send() == message
    assert len(stage.transport.tries) == 1


def test_a_lost_answer_is_unknown_and_settled_by_an_event(stage: Stage) -> None:
    stage.answer(Unanswered("ReadTimeoutError"))
    message = stage.send()
    assert outcome(message) is stage.status(message.message_id) is MessageStatus.UNKNOWN
    assert stage.send() == message
    stage.pass_time(1)
    stage.track(EventKind.SEND, message.message_id, provider_id="ses-late")
    settled = stage.send()
    assert (outcome(settled), settled.provider_id) == (MessageStatus.ACCEPTED, "ses-late")
    assert [event for _, event in history(settled)] == ["created", "unknown", "accepted"]
    assert stage.mails == 1


def test_a_throttled_mail_is_handed_over_again_within_the_request(stage: Stage) -> None:
    stage.answer(Throttled("slow"), Throttled("slow"))
    assert outcome(stage.send()) is MessageStatus.ACCEPTED
    assert len(stage.transport.tries) == 3
    assert stage.clock.time - NOON < timedelta(seconds=2)


def test_a_mail_that_stays_throttled_frees_its_key_in_time(stage: Stage) -> None:
    stage.transport.answer = lambda _: Throttled("slow")
    with pytest.raises(SendingBusyError) as refusal:
        stage.send()
    assert refusal.value.retry_seconds >= 1
    assert stage.clock.time - NOON < timedelta(seconds=29 - 15), "a send that begins later could outlast the request"
    assert stage.empty
    stage.answer()
    assert outcome(stage.send(use=OTHER_BODY)) is MessageStatus.ACCEPTED
    assert stage.mails == 1


def test_a_quota_that_is_used_up_is_not_waited_for(stage: Stage) -> None:
    stage.answer(Throttled("quota", wait_seconds=900))
    with pytest.raises(SendingBusyError) as refusal:
        stage.send()
    assert refusal.value.retry_seconds == 900
    assert len(stage.transport.tries) == 1
    assert stage.empty


def test_an_account_that_is_stopped_frees_the_key_and_tells_no_names(stage: Stage) -> None:
    stage.answer(AccountStopped("AccessDeniedException: User arn:aws:sts::123456789012:assumed-role/x may not"))
    with pytest.raises(SendingStoppedError, match="AccessDeniedException") as refusal:
        stage.send()
    assert "arn" not in refusal.value.detail
    assert refusal.value.retry_seconds == 60
    assert stage.empty
    assert outcome(stage.send()) is MessageStatus.ACCEPTED


class NoPermits:
    """The `Governor` port without permits, for the first requests."""

    def __init__(self, *waits: float) -> None:
        self.waits = list(waits)
        self.requests: list[PermitRequest] = []

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        self.requests.append(request)
        if self.waits:
            raise PermitsUnavailableError("No permits.", wait_seconds=self.waits.pop(0))
        return (Permit(0, NOON.timestamp(), NOON.timestamp() + 3600),)


def test_a_request_waits_for_permits_as_long_as_it_lasts(stage: Stage) -> None:
    stage.governor = governor = NoPermits(0.5, 3)
    assert outcome(stage.send()) is MessageStatus.ACCEPTED
    assert stage.clock.time - NOON == timedelta(seconds=3.5)
    assert {request.domains for request in governor.requests} == {("example.org",)}


def test_without_permits_in_time_the_caller_is_told_when_to_come_back(stage: Stage) -> None:
    stage.governor = NoPermits(41.5)
    with pytest.raises(SendingBusyError) as refusal:
        stage.send()
    assert refusal.value.retry_seconds == 42
    assert stage.clock.time == NOON
    assert stage.empty
    assert outcome(stage.send()) is MessageStatus.ACCEPTED


class LatePermits:
    """The `Governor` port whose first permits are over before they come."""

    def __init__(self, stage: Stage, late: int) -> None:
        self.stage = stage
        self.late = late
        self.patience: list[float] = []

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        self.patience.append(request.patience)
        now = self.stage.clock.time.timestamp()
        self.late -= 1
        return (Permit(0, now, now - 1 if self.late >= 0 else now + 1),)


def test_a_permit_that_came_too_late_is_replaced_with_growing_patience(stage: Stage) -> None:
    stage.governor = governor = LatePermits(stage, 3)
    assert outcome(stage.send()) is MessageStatus.ACCEPTED
    assert governor.patience == [0.0, 0.0, 0.02, 0.04]
    assert stage.mails == 1


def test_while_a_request_is_sending_the_same_one_is_told_to_wait(stage: Stage) -> None:
    def meanwhile(mail: RenderedMail) -> Answer:
        stage.transport.answer = taken
        with pytest.raises(RequestInProgressError):
            stage.send()
        [message] = stage.messages.items.values()
        assert stage.status(message.message_id) is MessageStatus.PENDING
        return taken(mail)

    stage.transport.answer = meanwhile
    assert outcome(stage.send()) is MessageStatus.ACCEPTED
    assert stage.mails == 1


def test_a_store_that_refuses_after_acceptance_is_asked_again(stage: Stage) -> None:
    busy = TemporarilyUnavailableError("busy")

    def refuse(mail: RenderedMail) -> Answer:
        stage.messages.refuse = [busy, busy]
        return taken(mail)

    stage.transport.answer = refuse
    message = stage.send()
    assert stage.messages.items[message.message_id] == message
    assert outcome(stage.send()) is MessageStatus.ACCEPTED
    assert stage.mails == 1


def test_an_acceptance_that_cannot_be_recorded_is_answered_and_never_sent_again(stage: Stage) -> None:
    def refuse(mail: RenderedMail) -> Answer:
        stage.messages.refuse = [RuntimeError("the network is down")] * 4
        return taken(mail)

    stage.transport.answer = refuse
    message = stage.send()
    assert (outcome(message), message.provider_id) == (MessageStatus.ACCEPTED, f"ses-{RESET.to}")
    with pytest.raises(RequestInProgressError):
        stage.send()
    stage.pass_time(LEASE.total_seconds())
    assert outcome(stage.send()) is MessageStatus.UNKNOWN
    stage.settle()
    settled = stage.send()
    assert (outcome(settled), settled.provider_id) == (MessageStatus.ACCEPTED, message.provider_id)
    assert stage.mails == 1


def test_suppressions_that_cannot_be_read_keep_everything_as_it_was(stage: Stage) -> None:
    def busy(*_: object) -> dict[str, object]:
        raise TemporarilyUnavailableError("busy")

    stage.suppressions.blocked = busy  # type: ignore[method-assign, assignment]  # a fake that fails
    with pytest.raises(TemporarilyUnavailableError):
        stage.send()
    assert stage.empty


def test_who_is_suppressed_after_a_request_died_is_not_mailed_by_its_repetition(stage: Stage) -> None:
    stage.fuse.rearm(9)
    with pytest.raises(WorkerKilledError):
        stage.send()
    assert stage.keys.items
    stage.suppress(SuppressionScope.ALL, SuppressionReason.COMPLAINT)
    stage.fuse.rearm()
    assert outcome(stage.send()) is MessageStatus.SKIPPED
    assert stage.mails == 0


def test_a_message_that_no_request_came_to_claim_may_be_forgotten_with_its_key(stage: Stage) -> None:
    stage.fuse.rearm(9)
    with pytest.raises(WorkerKilledError):
        stage.send()
    [message_id] = stage.messages.items
    [record] = stage.keys.items.values()
    assert stage.messages.forgotten_at == {message_id: record.expires_at}
    stage.fuse.rearm()
    assert stage.send().message_id == message_id
    assert stage.messages.forgotten_at == {}


def test_events_become_facts_and_suppressions(stage: Stage) -> None:
    message = stage.send()
    for seconds, kind in enumerate((EventKind.DELIVERY, EventKind.OPEN, EventKind.CLICK, EventKind.OPEN)):
        stage.pass_time(seconds)
        stage.track(kind, message.message_id)
    stored = stage.messages.items[message.message_id]
    assert (stored.facts.opens, stored.facts.clicks) == (2, 1)
    assert [event for _, event in history(stored)] == ["created", "accepted", "delivered", "opened", "clicked"]
    assert stage.status(message.message_id) is MessageStatus.DELIVERED
    stage.track(EventKind.COMPLAINT, message.message_id)
    assert stage.status(message.message_id) is MessageStatus.COMPLAINED
    assert outcome(stage.send(use=replace(USE, key="order-2"))) is MessageStatus.SKIPPED


@pytest.mark.parametrize(("kind", "blocked"), [("Permanent", True), ("Transient", False)])
def test_only_a_hard_bounce_suppresses(stage: Stage, kind: str, *, blocked: bool) -> None:
    message = stage.send()
    stage.track(EventKind.BOUNCE, message.message_id, bounce=kind)
    assert stage.status(message.message_id) is MessageStatus.BOUNCED
    assert bool(stage.suppressions.items) is blocked


def test_a_claim_outlasts_any_request() -> None:
    assert timedelta(seconds=29) < LEASE


def test_facts_known_from_events_are_not_taken_back(stage: Stage) -> None:
    """The Send event may overtake the answer of SES."""

    def event_first(mail: RenderedMail) -> Answer:
        stage.track(EventKind.DELIVERY, dict(mail.tags)["message_id"], provider_id="ses-event")
        return Unanswered("ReadTimeoutError")

    stage.transport.answer = event_first
    message: TransactionalMessage = stage.send()
    assert (outcome(message), message.facts.unknown_since) == (MessageStatus.ACCEPTED, None)
    assert message.provider_id == "ses-event"
