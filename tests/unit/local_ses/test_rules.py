"""What SES accepts and refuses."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from local.ses.addresses import parse_address
from local.ses.errors import ServiceError
from local.ses.rules import parse_submission

Simple = Callable[..., dict[str, Any]]


def refusal(document: Any) -> str:
    with pytest.raises(ServiceError) as caught:
        parse_submission(document)
    assert (caught.value.code, caught.value.status) == ("BadRequestException", 400)
    return caught.value.message


def test_a_simple_mail_is_read_with_its_headers_in_the_order_of_a_mail(simple: Simple) -> None:
    document = simple(
        headers=[("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")], ReplyToAddresses=["help@example.com"]
    )
    submission = parse_submission(document)
    assert submission.headers == (
        ("From", "Shop <news@example.com>"),
        ("Reply-To", "help@example.com"),
        ("To", "anna@example.org"),
        ("Subject", "Spring is here"),
        ("MIME-Version", "1.0"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    assert submission.tags == (("campaign_id", "c1"), ("message_id", "m1"))
    assert submission.configuration_set == "campaigns"


def test_bcc_is_in_the_envelope_and_in_no_header(simple: Simple) -> None:
    submission = parse_submission(simple(Destination={"BccAddresses": ["secret@example.org"]}))
    assert [one.bare for one in submission.recipients] == ["secret@example.org"]
    assert "secret@example.org" not in str(submission.headers)


@pytest.mark.parametrize(
    "address",
    ["anna@example.org", "Anna <anna@example.org>", '"Doe, Anna" <anna@example.org>', "a+b.c'd@xn--bcher-kva.example"],
)
def test_addresses_that_ses_takes(address: str) -> None:
    assert parse_address(address).text == address


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("anna", "Missing final"),
        ("@example.org", "Missing final"),
        ("Doe, Anna <anna@example.org>", "Missing final"),
        ("anna@", "Domain"),
        ("anna@bücher.example", "Domain"),
        ("anna@-example.org", "Domain"),
        ("ännä@example.org", "non-ASCII"),
        ("an na@example.org", "whitespace"),
        ("anna..b@example.org", "whitespace"),
        (f"{'a' * 65}@example.org", "Local"),
        ("Ännä <anna@example.org>", "RFC 2047"),
        ("anna@example.org\r\nBcc: x@example.org", "control"),
    ],
)
def test_addresses_that_ses_refuses(simple: Simple, address: str, reason: str) -> None:
    assert reason in refusal(simple(address))


@pytest.mark.parametrize("name", ["To", "FROM", "Subject", "Reply-To", "Date", "Message-ID", "Return-Path", "Bcc"])
def test_headers_that_ses_sets_itself_are_refused(simple: Simple, name: str) -> None:
    assert name in refusal(simple(headers=[(name, "x")]))


@pytest.mark.parametrize(
    "header",
    [
        ("X-Long", "v" * 990),
        ("X-Umlaut", "ä"),
        ("X-Break", "a\r\nBcc: b"),
        ("X Space", "v"),
        ("X:Colon", "v"),
        ("X-" + "n" * 125, "v"),
    ],
)
def test_malformed_headers_are_refused(simple: Simple, header: tuple[str, str]) -> None:
    refusal(simple(headers=[header]))


def test_the_longest_header_and_the_most_headers_are_taken(simple: Simple) -> None:
    headers = [(f"X-{number:02}", "v" * 991) for number in range(15)]
    assert len(parse_submission(simple(headers=headers)).headers) == 4 + 15
    assert "15" in refusal(simple(headers=[*headers, ("X-One-More", "v")]))


@pytest.mark.parametrize(("name", "value"), [("a b", "v"), ("n", "ä"), ("n", ""), ("n" * 257, "v"), ("n", "v" * 257)])
def test_malformed_tags_are_refused(simple: Simple, name: str, value: str) -> None:
    assert "Tag" in refusal(simple(EmailTags=[{"Name": name, "Value": value}]))


def test_recipients_are_one_to_fifty(simple: Simple) -> None:
    addresses = [f"reader{number}@example.org" for number in range(51)]
    assert len(parse_submission(simple(Destination={"ToAddresses": addresses[:50]})).recipients) == 50
    assert "50" in refusal(simple(Destination={"ToAddresses": addresses[:30], "CcAddresses": addresses[30:]}))
    assert "at least one" in refusal(simple(Destination={}))


def test_half_a_character_is_refused(simple: Simple) -> None:
    document = simple()
    document["Content"]["Simple"]["Body"]["Text"]["Data"] = "\ud83c"
    assert "Unicode" in refusal(document)


def test_a_subject_injects_no_header(simple: Simple) -> None:
    document = simple()
    document["Content"]["Simple"]["Subject"]["Data"] = "Hello\nBcc: x@example.org"
    assert "control" in refusal(document)


@pytest.mark.parametrize(
    "document", [None, [], {}, {"Content": {}}, {"Content": {"Template": {}}}, {"Content": {"Simple": {}}}]
)
def test_documents_of_another_shape_are_refused(document: Any) -> None:
    refusal(document)


def test_a_mail_needs_a_body(simple: Simple) -> None:
    document = simple()
    document["Content"]["Simple"]["Body"] = {}
    assert "Html or Text" in refusal(document)


def test_raw_takes_envelope_and_bodies_from_the_message() -> None:
    source = (
        b"From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\r\nTo: a@example.org\r\nBcc: b@example.org\r\nSubject: Hi\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p>\r\n"
    )
    submission = parse_submission({"Content": {"Raw": {"Data": base64.b64encode(source).decode()}}})
    assert submission.sender.bare == "joerg@example.com"
    assert [one.bare for one in submission.recipients] == ["a@example.org", "b@example.org"]
    assert submission.html is not None
    assert submission.html.strip() == "<p>Hi</p>"
    assert "Bcc" not in dict(submission.headers)


@pytest.mark.parametrize("data", ["%%%", base64.b64encode(b"Subject: no sender\r\n\r\nHi").decode()])
def test_raw_that_is_no_message_is_refused(data: str) -> None:
    refusal({"Content": {"Raw": {"Data": data}}})


def test_tracking_can_be_switched_off_for_one_mail(simple: Simple) -> None:
    overrides = {"Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}}
    submission = parse_submission(simple(ConfigurationOverrides=overrides))
    assert (submission.track_opens, submission.track_clicks) == (False, False)
