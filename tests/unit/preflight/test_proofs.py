"""Test sends: a few mails outside of the campaign's messages."""

from dataclasses import replace

import pytest

from chalicelib.kernel.errors import InvalidInputError
from chalicelib.preflight.proofs import Proof, ProofStatus
from chalicelib.preflight.trying import WantedTest
from chalicelib.recipients.model import Recipient, RecipientFileNotReadyError, RecipientFileStatus
from chalicelib.sending.model import (
    AccountStopped,
    Answer,
    Permit,
    PermitsUnavailableError,
    Refused,
    RenderedMail,
    Throttled,
    Unanswered,
)
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from tests.fakes.preflight import ScriptedGovernor
from tests.unit.preflight.stage import LINK, NOON, Stage, people

ME, YOU = "me@shop.example", "you@shop.example"
NOW = NOON.timestamp()


def test_the_mail_is_that_of_the_files_first_recipient_with_a_marked_subject() -> None:
    stage = Stage(people("Anna", "Bob"), subject="For {{ name }} {{ email }}")
    assert stage.proofs(ME, YOU) == [
        Proof(ME, ProofStatus.ACCEPTED, provider_id=f"ses-{ME}"),
        Proof(YOU, ProofStatus.ACCEPTED, provider_id=f"ses-{YOU}"),
    ]
    mail = stage.mails()[0]
    assert (mail.recipient, mail.subject) == (ME, "[Test] For Anna anna@example.org")
    assert "Hi Anna" in mail.html
    assert "Hi Anna" in mail.text


def test_another_row_or_fields_of_ones_own_can_be_chosen() -> None:
    stage = Stage(people("Anna", "Bob"), subject="For {{ name }} {{ email }}")
    stage.proofs(ME, row=2)
    stage.proofs(ME, fields={"name": "Zoë"})
    assert [mail.subject for mail in stage.mails()] == ["[Test] For Bob bob@example.org", f"[Test] For Zoë {ME}"]


def test_nothing_in_the_mail_stands_for_a_message_or_a_recipient() -> None:
    stage = Stage()
    stage.proofs(ME)
    [mail] = stage.mails()
    assert mail.tags == (("purpose", "test"),)
    assert dict(mail.headers)["List-Unsubscribe"] == f"<{LINK}>"
    assert LINK in mail.html


def test_a_suppressed_address_is_refused_and_the_others_are_not() -> None:
    stage = Stage()
    stage.suppress(ME)
    first, second = stage.proofs(ME, YOU)
    assert (first.status, first.reason) == (ProofStatus.REFUSED, "suppressed: bounce")
    assert second.status is ProofStatus.ACCEPTED
    assert [mail.recipient for mail in stage.mails()] == [YOU]


def test_an_address_given_twice_gets_one_mail() -> None:
    stage = Stage()
    assert len(stage.proofs(ME, ME.upper())) == 1
    assert len(stage.mails()) == 1


def test_each_call_sends() -> None:
    stage = Stage()
    stage.proofs(ME)
    stage.proofs(ME)
    assert len(stage.mails()) == 2


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Refused("MessageRejected"), ProofStatus.REFUSED),
        (Throttled("TooManyRequests"), ProofStatus.REFUSED),
        (AccountStopped("SendingPaused"), ProofStatus.REFUSED),
        (Unanswered("ReadTimeout"), ProofStatus.UNKNOWN),
    ],
)
def test_what_ses_answers_is_told(answer: Answer, status: ProofStatus) -> None:
    stage = Stage()

    def answered(mail: RenderedMail) -> Answer:
        del mail
        return answer

    stage.transport.answer = answered
    [proof] = stage.proofs(ME)
    assert (proof.status, proof.provider_id) == (status, None)
    assert proof.reason
    assert proof.reason in str(answer)


def test_a_mail_that_cannot_be_rendered_sends_nothing() -> None:
    stage = Stage()
    with pytest.raises(InvalidInputError, match="'name'") as refused:
        stage.proofs(ME, fields={})
    assert refused.value.errors[0].pointer == "/recipient"
    assert stage.mails() == []


@pytest.mark.parametrize("row", [3, 1_001])
def test_a_row_that_is_not_there_is_refused(row: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Stage().proofs(ME, row=row)
    assert refused.value.errors[0].pointer == "/recipient/row"
    assert "1 to 2" in refused.value.errors[0].detail


def test_fields_of_ones_own_need_no_file() -> None:
    stage = Stage()
    stage.files.save(replace(stage.files.items["rcf_1"], status=RecipientFileStatus.PROCESSING))
    with pytest.raises(RecipientFileNotReadyError, match="give the fields"):
        stage.proofs(ME)
    stage.files.remove("rcf_1")
    with pytest.raises(RecipientFileNotReadyError, match="gone"):
        stage.proofs(ME)
    assert stage.proofs(ME, fields={"name": "Zoë"})[0].status is ProofStatus.ACCEPTED


def test_permits_are_asked_for_outside_of_the_campaigns_own_limit_and_waited_for() -> None:
    stage = Stage()
    stage.change_campaign(rate_limit=0.01)
    governor = ScriptedGovernor(
        PermitsUnavailableError("busy", wait_seconds=0.5),
        [Permit(1, NOW + 1, NOW + 2)],
        [Permit(0, NOW + 1.5, NOW + 2)],
    )
    stage.governor = governor
    assert [proof.status for proof in stage.proofs(ME, YOU)] == [ProofStatus.ACCEPTED] * 2
    assert [mail.recipient for mail in stage.mails()] == [YOU, ME]
    assert {request.rate_limit for request in governor.requests} == {None}
    assert governor.requests[0].domains == ("shop.example", "shop.example")
    assert stage.clock.now().timestamp() == NOW + 1.5


def test_nobody_waits_long_for_a_permit() -> None:
    stage = Stage()
    stage.governor = ScriptedGovernor(PermitsUnavailableError("The day's quota is used up.", wait_seconds=60))
    [proof] = stage.proofs(ME)
    assert (proof.status, proof.reason) == (ProofStatus.REFUSED, "The day's quota is used up.")


def test_a_permit_that_came_too_late_is_replaced() -> None:
    stage = Stage()
    governor = ScriptedGovernor(
        [Permit(0, NOW - 1, NOW - 0.9)], [Permit(0, NOW - 1, NOW - 0.9)], [Permit(0, NOW, NOW + 1)]
    )
    stage.governor = governor
    assert stage.proofs(ME)[0].status is ProofStatus.ACCEPTED
    assert [request.patience > 0 for request in governor.requests] == [False, False, True]


def test_a_replacement_that_is_not_to_be_had_is_told() -> None:
    stage = Stage()
    stage.governor = ScriptedGovernor([Permit(0, NOW - 1, NOW - 0.9)], PermitsUnavailableError("busy", wait_seconds=60))
    assert stage.proofs(ME)[0].reason == "busy"


def test_no_mail_is_begun_at_the_end_of_the_request() -> None:
    stage = Stage()
    stage.pace.remaining = 3
    [proof] = stage.proofs(ME)
    assert (proof.status, stage.mails()) == (ProofStatus.REFUSED, [])


def test_an_address_of_the_file_in_another_spelling_stands_in_the_mail() -> None:
    stage = Stage(
        [Recipient("zoe@xn--bcher-kva.example", {"name": "Zoë", "email": "zoe@bücher.example"})], subject="{{ email }}"
    )
    stage.proofs(ME)
    assert stage.mails()[0].subject == "[Test] zoe@bücher.example"


TRY = WantedTest([ME], "news@shop.example", "Shop", reply_to="help@shop.example", fields={"name": "Zoë"})


def test_a_template_is_tried_without_a_campaign() -> None:
    stage = Stage(subject="For {{ name }} {{ email }}")
    assert stage.template_proofs(TRY) == [Proof(ME, ProofStatus.ACCEPTED, provider_id=f"ses-{ME}")]
    [mail] = stage.mails()
    assert (mail.sender, mail.reply_to) == ("Shop <news@shop.example>", "help@shop.example")
    assert mail.subject == f"[Test] For Zoë {ME}"
    assert mail.tags == (("purpose", "test"),)
    assert LINK in mail.html


def test_a_template_is_tried_for_a_row_over_which_given_fields_stand() -> None:
    stage = Stage(people("Anna", "Bob"), subject="For {{ name }} {{ email }}")
    stage.template_proofs(replace(TRY, fields=None, file_id="rcf_1", row=2))
    stage.template_proofs(replace(TRY, file_id="rcf_1", row=2))
    assert [mail.subject for mail in stage.mails()] == [
        "[Test] For Bob bob@example.org",
        "[Test] For Zoë bob@example.org",
    ]


def test_a_template_is_not_tried_without_its_fields_unless_stand_ins_are_asked_for() -> None:
    stage = Stage(subject="For {{ name }}")
    with pytest.raises(InvalidInputError) as refused:
        stage.template_proofs(replace(TRY, fields=None))
    assert [fault.pointer for fault in refused.value.errors] == ["/fields/name"]
    assert stage.mails() == []
    stage.template_proofs(replace(TRY, fields=None, stand_ins=True))
    assert stage.mails()[0].subject == "[Test] For [name]"


def test_who_left_all_campaigns_gets_no_trial_of_a_template_and_who_left_a_topic_does() -> None:
    stage = Stage()
    stage.suppress(ME)
    offers = SuppressionScope("topic:offers")
    stage.suppressions.put(Suppression(YOU, offers, SuppressionReason.UNSUBSCRIBE, "test", NOON))
    first, second = stage.template_proofs(replace(TRY, addresses=[ME, YOU]))
    assert (first.status, second.status) == (ProofStatus.REFUSED, ProofStatus.ACCEPTED)
