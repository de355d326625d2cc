"""Events in SES's JSON.

The expected members are those of AWS's samples:
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
"""

from collections.abc import Callable
from typing import Any

import pytest

from local.ses import events
from local.ses.links import Link
from local.ses.mail import Envelope
from local.ses.simulator import ADDRESSES_TO_TRY, is_infected, plan

Build = Callable[..., Envelope]

AT = 1_700_000_001.5


def document(envelope: Envelope, event: events.Event) -> dict[str, Any]:
    return events.document(envelope, event, account="123456789012", region="eu-west-1")


def test_the_mail_object_has_the_members_of_the_sample(envelope: Build) -> None:
    mail = document(envelope(), events.send(AT))["mail"]
    assert mail == {
        "timestamp": "2023-11-14T22:13:20.250Z",
        "source": "Shop <news@example.com>",
        "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
        "sendingAccountId": "123456789012",
        "messageId": "0100018f00000000-00000000-0000-4000-8000-000000000000-000000",
        "destination": ["anna@example.org"],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": "Shop <news@example.com>"},
            {"name": "To", "value": "anna@example.org"},
            {"name": "Subject", "value": "Spring is here"},
        ],
        "commonHeaders": {
            "from": ["Shop <news@example.com>"],
            "to": ["anna@example.org"],
            "date": "Tue, 14 Nov 2023 22:13:20 +0000",
            "messageId": "0100018f00000000-00000000-0000-4000-8000-000000000000-000000",
            "subject": "Spring is here",
        },
        "tags": {
            "ses:operation": ["SendEmail"],
            "ses:configuration-set": ["campaigns"],
            "ses:source-ip": ["127.0.0.1"],
            "ses:from-domain": ["example.com"],
            "ses:caller-identity": ["local"],
            "campaign_id": ["c1"],
        },
    }


@pytest.mark.parametrize(
    ("event", "name", "members"),
    [
        (events.send(AT), "send", set()),
        (events.reject(AT), "reject", {"reason"}),
        (
            events.delivery(AT, "a@b", sent_at=AT - 1),
            "delivery",
            {"timestamp", "processingTimeMillis", "recipients", "smtpResponse", "remoteMtaIp", "reportingMTA"},
        ),
        (
            events.delivery_delay(AT, "a@b"),
            "deliveryDelay",
            {"timestamp", "delayType", "expirationTime", "delayedRecipients", "reportingMTA"},
        ),
        (
            events.bounce(AT, "a@b", events.Bounce("Permanent", "General", "5.1.1", "smtp; 550")),
            "bounce",
            {"bounceType", "bounceSubType", "bouncedRecipients", "timestamp", "feedbackId", "reportingMTA"},
        ),
        (
            events.complaint(AT, "a@b"),
            "complaint",
            {
                *("complainedRecipients", "timestamp", "feedbackId", "complaintSubType"),
                *("userAgent", "complaintFeedbackType", "arrivalDate"),
            },
        ),
        (events.opened(AT, ip_address="i", user_agent="u"), "open", {"ipAddress", "timestamp", "userAgent"}),
        (
            events.clicked(AT, Link("https://example.com"), ip_address="i", user_agent="u"),
            "click",
            {"ipAddress", "timestamp", "userAgent", "link", "linkTags"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_has_its_object(envelope: Build, event: events.Event, name: str, members: set[str]) -> None:
    found = document(envelope(), event)
    assert set(found) == {"eventType", "mail", name}
    assert set(found[name]) == members
    assert found[name].get("timestamp", "2023-11-14T22:13:21.500Z") == "2023-11-14T22:13:21.500Z"


def test_long_headers_are_cut_and_said_to_be(envelope: Build) -> None:
    headers = (("Date", "now"), *((f"X-{number}", "v" * 990) for number in range(15)))
    mail = document(envelope(headers=headers), events.send(AT))["mail"]
    assert mail["headersTruncated"] is True
    assert len(mail["headers"]) == 10


def kinds(envelope: Envelope, *, suppressed: set[str] | None = None) -> list[str]:
    return [str(event.kind) for event in plan(envelope, suppressed=suppressed or set(), delay=0.1)]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("anna@example.org", ["Send", "Delivery"]),
        ("success@simulator.amazonses.com", ["Send", "Delivery"]),
        ("ooto@simulator.amazonses.com", ["Send", "Delivery"]),
        ("Bounce+label1@SIMULATOR.amazonses.com", ["Send", "Bounce"]),
        ("complaint+x@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]),
        ("suppressionlist@simulator.amazonses.com", ["Send", "Bounce"]),
        ("bounce@example.org", ["Send", "Delivery"]),
        ("anna.bounce-soft@example.org", ["Send", "Bounce"]),
        ("delivery-delay@example.org", ["Send", "DeliveryDelay", "Delivery"]),
    ],
)
def test_what_happens_to_an_address(envelope: Build, address: str, expected: list[str]) -> None:
    assert kinds(envelope(recipients=(address,))) == expected


@pytest.mark.parametrize(
    ("address", "suppressed", "words"),
    [
        ("bounce@simulator.amazonses.com", False, ("Permanent", "General", "5.1.1")),
        ("suppressionlist@simulator.amazonses.com", False, ("Permanent", "OnAccountSuppressionList", "5.1.1")),
        ("Anna@example.org", True, ("Permanent", "OnAccountSuppressionList", "5.1.1")),
        ("bounce-soft@example.org", False, ("Transient", "MailboxFull", "4.2.2")),
    ],
)
def test_the_words_of_a_bounce(envelope: Build, address: str, words: tuple[str, ...], *, suppressed: bool) -> None:
    listed = {address.lower()} if suppressed else set()
    detail = plan(envelope(recipients=(address,)), suppressed=listed, delay=0.1)[-1].detail
    assert (detail["bounceType"], detail["bounceSubType"], detail["bouncedRecipients"][0]["status"]) == words
    assert detail["bouncedRecipients"][0]["emailAddress"] == address


def test_each_recipient_has_a_fate_of_its_own_and_the_mail_one_send(envelope: Build) -> None:
    addresses = ("bounce@simulator.amazonses.com", "anna@example.org", "complaint@simulator.amazonses.com")
    assert kinds(envelope(recipients=addresses)) == ["Send", "Bounce", "Delivery", "Delivery", "Complaint"]


def test_a_virus_is_rejected(envelope: Build) -> None:
    assert is_infected(None, "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")
    happening = plan(envelope(), suppressed=(), delay=0.1, infected=True)
    assert [event.kind for event in happening] == ["Send", "Reject"]


def test_the_page_names_every_address_of_the_simulator() -> None:
    named = " ".join(address for address, _ in ADDRESSES_TO_TRY)
    for mailbox in ("success", "bounce", "complaint", "ooto", "suppressionlist"):
        assert f"{mailbox}@simulator.amazonses.com" in named
