"""The account's reputation, and what a sender's DNS records are worth."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.account.model import RecordPurpose, RecordState
from chalicelib.account.service import AccountService, CheckedSender, SenderNotFoundError
from chalicelib.analytics.model import MessageKind, Outcome, Period
from chalicelib.campaigns.reputation import ReputationLimits
from tests.fakes.senders import DOMAIN, IDENTITY, FakeNumbers, FakeResolver, FakeSes
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOTHING = dict.fromkeys(MessageKind, Outcome())
WHOLE = {
    (f"one._domainkey.{DOMAIN}", "CNAME"): ("one.dkim.amazonses.com",),
    (f"two._domainkey.{DOMAIN}", "CNAME"): ("TWO.dkim.amazonses.com.",),
    (f"bounce.{DOMAIN}", "MX"): ("10 feedback-smtp.eu-central-1.amazonses.com",),
    (f"bounce.{DOMAIN}", "TXT"): ("something-else=1", "v=spf1 include:_spf.example.net include:amazonses.com -all"),
    (f"_dmarc.{DOMAIN}", "TXT"): ("v=DMARC1; p=Quarantine; rua=mailto:dmarc@example.com",),
}


def service(
    resolver: FakeResolver | None = None, ses: FakeSes | None = None, numbers: FakeNumbers | None = None
) -> AccountService:
    return AccountService(
        ses=ses or FakeSes(),
        resolver=resolver or FakeResolver(dict(WHOLE)),
        numbers=numbers or FakeNumbers(NOTHING),
        domains=(DOMAIN,),
        limits=ReputationLimits(),
        clock=FixedClock(NOON),
    )


def states(sender: CheckedSender) -> list[tuple[RecordPurpose, RecordState]]:
    return [(record.wanted.purpose, record.state) for record in sender.records]


def test_reputation_adds_campaigns_and_single_messages_of_a_week() -> None:
    numbers = FakeNumbers(
        {
            MessageKind.CAMPAIGN: Outcome(accepted=900, delivered=880, hard_bounced=18, complained=1),
            MessageKind.TRANSACTIONAL: Outcome(accepted=100, delivered=100, hard_bounced=2, complained=0),
        }
    )
    seen = service(numbers=numbers).reputation()
    assert (seen.accepted, seen.bounce_rate, seen.complaint_rate) == (1_000, 0.02, 1 / 980)
    assert set(numbers.asked) == {Period(NOON - timedelta(days=7), NOON)}


def test_without_mail_there_is_no_rate() -> None:
    seen = service().reputation()
    assert (seen.bounce_rate, seen.complaint_rate) == (None, None)


def test_a_sender_whose_records_are_all_there() -> None:
    sender = service().sender("Mail.Example.com")
    assert {state for _, state in states(sender)} == {RecordState.FOUND}
    assert [purpose for purpose, _ in states(sender)] == ["dkim", "dkim", "mail_from", "spf", "dmarc"]
    assert sender.policy == "quarantine"
    assert sender.records[3].found == ("v=spf1 include:_spf.example.net include:amazonses.com -all",)


def test_a_sender_of_whom_dns_knows_nothing_learns_what_to_add() -> None:
    sender = service(FakeResolver()).sender(DOMAIN)
    assert {state for _, state in states(sender)} == {RecordState.MISSING}
    assert sender.policy is None
    assert [(r.wanted.type, r.wanted.name, r.wanted.value) for r in sender.records][1:] == [
        ("CNAME", f"two._domainkey.{DOMAIN}", "two.dkim.amazonses.com"),
        ("MX", f"bounce.{DOMAIN}", "10 feedback-smtp.eu-central-1.amazonses.com"),
        ("TXT", f"bounce.{DOMAIN}", "v=spf1 include:amazonses.com ~all"),
        ("TXT", f"_dmarc.{DOMAIN}", "v=DMARC1; p=none"),
    ]


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ((f"one._domainkey.{DOMAIN}", "CNAME"), ("other.dkim.amazonses.com",)),
        ((f"bounce.{DOMAIN}", "MX"), ("10 mx.example.com",)),
        (
            (f"bounce.{DOMAIN}", "MX"),
            ("10 feedback-smtp.eu-central-1.amazonses.com", "20 mx.example.com"),
        ),
        ((f"bounce.{DOMAIN}", "TXT"), ("v=spf1 include:example.net ~all",)),
        ((f"bounce.{DOMAIN}", "TXT"), ("v=spf1 include:amazonses.com ~all", "v=spf1 -all")),
        ((f"_dmarc.{DOMAIN}", "TXT"), ("v=DMARC1; rua=mailto:a@example.com",)),
        ((f"_dmarc.{DOMAIN}", "TXT"), ("v=DMARC1; p=none", "v=DMARC1; p=reject")),
    ],
)
def test_another_value_is_not_taken_for_the_right_one(key: tuple[str, str], values: tuple[str, ...]) -> None:
    sender = service(FakeResolver({**WHOLE, key: values})).sender(DOMAIN)
    (record,) = [one for one in sender.records if one.state is not RecordState.FOUND]
    assert (record.state, record.found, (record.wanted.name, record.wanted.type)) == (
        RecordState.DIFFERENT,
        values,
        key,
    )
    assert (sender.policy is None) == (record.wanted.purpose is RecordPurpose.DMARC)


def test_the_dmarc_record_of_the_nearest_domain_above_counts() -> None:
    records = {key: value for key, value in WHOLE.items() if not key[0].startswith("_dmarc")}
    above = {**records, ("_dmarc.example.com", "TXT"): ("v=DMARC1;p=reject",)}
    assert service(FakeResolver(above)).sender(DOMAIN).policy == "reject"
    assert (
        service(FakeResolver({**records, ("_dmarc.com", "TXT"): ("v=DMARC1;p=reject",)})).sender(DOMAIN).policy is None
    )


def test_what_dns_does_not_answer_is_unknown_and_not_missing() -> None:
    resolver = FakeResolver(dict(WHOLE), {f"two._domainkey.{DOMAIN}", f"_dmarc.{DOMAIN}"})
    sender = service(resolver).sender(DOMAIN)
    assert [state for _, state in states(sender)] == ["found", "unknown", "found", "found", "unknown"]
    assert sender.policy is None


def test_without_a_mail_from_of_its_own_a_sender_needs_no_spf() -> None:
    ses = FakeSes(replace(IDENTITY, mail_from=None, mail_from_status=None))
    assert [purpose for purpose, _ in states(service(ses=ses).sender(DOMAIN))] == ["dkim", "dkim", "dmarc"]


def test_no_other_domain_is_a_sender() -> None:
    assert service().senders() == [IDENTITY]
    assert service(ses=FakeSes(None)).senders() == []
    for wrong, ses in (("example.com", FakeSes()), (DOMAIN, FakeSes(None))):
        with pytest.raises(SenderNotFoundError):
            service(ses=ses).sender(wrong)
