"""Mails as SendBulkEmail carries them, and what its answers mean; answers as in BulkEmailEntryResult of the API."""

import json
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.ses_answers import ENTRIES, QUOTA_SECONDS, Meaning, answer_of_entry
from chalicelib.adapters.ses_bulk import MOST_ENTRIES, SesBulkTransport, _entry, _size
from chalicelib.sending.model import Accepted, AccountStopped, Answer, Refused, RenderedMail, Throttled, Unanswered
from tests.unit.sending.test_ses_answers import MAIL, URL, error

CHARACTERS = st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\\\n\r\t{}ö€😀\x01')


class BulkClient:
    """As much of SES's client as is called."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.requests: list[dict[str, Any]] = []
        self.single: list[dict[str, Any]] = []
        self.results: list[dict[str, str]] | None = None

    def send_email(self, **request: Any) -> dict[str, Any]:
        self.single.append(request)
        return {"MessageId": "single"}

    def send_bulk_email(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        if self.failure:
            raise self.failure
        made = [{"Status": "SUCCESS", "MessageId": f"ses-{n}"} for n, _ in enumerate(request["BulkEmailEntries"])]
        return {"BulkEmailEntryResults": made if self.results is None else self.results}


def transport(client: BulkClient) -> SesBulkTransport:
    return SesBulkTransport("events", connections=1, client=client)  # type: ignore[arg-type]  # a part of the client


def mails(count: int, **changes: Any) -> list[RenderedMail]:
    return [
        replace(MAIL, recipient=f"u{n}@example.org", tags=(("message_id", f"m-{n}"),), **changes) for n in range(count)
    ]


@settings(deadline=None)
@given(subject=st.text(CHARACTERS), html=st.text(CHARACTERS), text=st.text(CHARACTERS))
def test_a_mail_needs_no_more_room_than_is_kept_for_it(subject: str, html: str, text: str) -> None:
    mail = replace(MAIL, subject=subject, html=html, text=text)
    contents = {"subject": subject, "html": html, "text": text}
    data = {name: value for name, value in contents.items() if value or name == "subject"}
    entry = _entry(mail)
    assert json.loads(entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"]) == data
    size = _size(mail)
    if size is None:
        assert not subject or any("{{" in value for value in contents.values())
    else:
        assert len(json.dumps(entry)) <= size


def test_every_mail_brings_its_own_content_headers_and_tags() -> None:
    client = BulkClient()
    given = [
        replace(MAIL, html="<p>Anna &amp; \u00e4</p>", subject="Hi A&B"),
        replace(MAIL, recipient="ben@example.org", tags=(("message_id", "m-2"),)),
    ]
    assert transport(client).send_all(given) == [Accepted("ses-0"), Accepted("ses-1")]
    [request] = client.requests
    assert request["FromEmailAddress"] == "Shop <shop@example.com>"
    assert request["ReplyToAddresses"] == ["help@example.com"]
    assert request["ConfigurationSetName"] == "events"
    template = request["DefaultContent"]["Template"]
    assert template["TemplateContent"] == {"Subject": "{{subject}}", "Html": "{{html}}", "Text": "{{text}}"}
    first, second = request["BulkEmailEntries"]
    data = json.loads(first["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"])
    assert data == {"subject": "Hi A&B", "html": "<p>Anna &amp; \u00e4</p>", "text": "Hi"}
    assert second["Destination"] == {"ToAddresses": ["ben@example.org"]}
    assert second["ReplacementTags"] == [{"Name": "message_id", "Value": "m-2"}]
    assert second["ReplacementHeaders"] == [{"Name": "List-Unsubscribe", "Value": "<https://example.com/u/1>"}]


def test_a_part_that_no_mail_has_is_not_in_the_template() -> None:
    client = BulkClient()
    transport(client).send_all(mails(2, text=""))
    assert set(client.requests[0]["DefaultContent"]["Template"]["TemplateContent"]) == {"Subject", "Html"}


def test_a_mail_by_itself_goes_by_send_email() -> None:
    client = BulkClient()
    assert transport(client).send_all([MAIL]) == [Accepted("single")]
    assert not client.requests


def test_what_ses_might_read_something_into_goes_by_itself() -> None:
    given = mails(5)
    given[1] = replace(given[1], html="<p>{{ left over }}</p>")
    given[3] = replace(given[3], subject="{{x}}")
    given[4] = replace(given[4], subject="")
    assert sorted(transport(BulkClient()).bundles(given)) == [[0, 2], [1], [3], [4]]


def test_a_mail_longer_than_an_entry_may_be_goes_by_itself() -> None:
    given = [*mails(2), replace(MAIL, html="x" * 262_144)]
    assert sorted(transport(BulkClient()).bundles(given)) == [[0, 1], [2]]


def test_mails_with_different_parts_or_senders_go_apart() -> None:
    given = [*mails(2), *mails(2, text=""), *mails(1, sender="other@example.com")]
    assert sorted(transport(BulkClient()).bundles(given)) == [[0, 1], [2, 3], [4]]


def test_a_call_carries_fifty_at_most() -> None:
    assert [len(one) for one in transport(BulkClient()).bundles(mails(120))] == [MOST_ENTRIES, MOST_ENTRIES, 20]


@pytest.mark.parametrize(
    "html", ["x" * 60_000, '<a href="x">\n' * 4_000, "\u00e4" * 15_000, "\U0001f600" * 9_000, "\\" * 25_000]
)
def test_a_request_stays_below_a_megabyte(html: str) -> None:
    client = BulkClient()
    bulk, given = transport(client), mails(50, html=html)
    bundles = bulk.bundles(given)
    assert sorted(place for bundle in bundles for place in bundle) == list(range(50))
    assert 1 < len(bundles) < 50
    for bundle in bundles:
        bulk.send_all([given[place] for place in bundle])
    assert max(len(json.dumps(request)) for request in client.requests) <= 1_000_000


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (error("TooManyRequestsException", 429), Throttled("TooManyRequestsException: said so")),
        (error("BadRequestException", 400), Refused("BadRequestException: said so")),
        (error("InternalFailure", 500), Unanswered("InternalFailure: said so")),
        (ConnectTimeoutError(endpoint_url=URL), Throttled("SES cannot be reached: ConnectTimeoutError")),
        (ReadTimeoutError(endpoint_url=URL), Unanswered("ReadTimeoutError")),
    ],
    ids=str,
)
def test_what_is_answered_to_the_call_holds_for_all_its_mails(failure: Exception, answer: Answer) -> None:
    client = BulkClient(failure)
    assert transport(client).send_all(mails(3)) == [answer] * 3
    assert len(client.requests) == 1


def test_an_answer_that_does_not_tell_of_every_mail_tells_of_none() -> None:
    client = BulkClient()
    client.results = [{"Status": "SUCCESS", "MessageId": "ses-0"}]
    assert transport(client).send_all(mails(2)) == [Unanswered("SES's answer does not tell of every message.")] * 2


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        ({"Status": "SUCCESS", "MessageId": "ses-1"}, Accepted("ses-1")),
        ({"Status": "SUCCESS"}, Unanswered("SES's answer names no message.")),
        ({"Status": "ACCOUNT_THROTTLED", "Error": "slower"}, Throttled("ACCOUNT_THROTTLED: slower")),
        (
            {"Status": "ACCOUNT_DAILY_QUOTA_EXCEEDED", "Error": "enough"},
            Throttled("ACCOUNT_DAILY_QUOTA_EXCEEDED: enough", QUOTA_SECONDS),
        ),
        ({"Status": "TRANSIENT_FAILURE"}, Throttled("TRANSIENT_FAILURE: ")),
        ({"Status": "MESSAGE_REJECTED", "Error": "a virus"}, Refused("MESSAGE_REJECTED: a virus")),
        (
            {"Status": "MESSAGE_REJECTED", "Error": "Email address is not verified."},
            AccountStopped("MESSAGE_REJECTED: Email address is not verified."),
        ),
        ({"Status": "ACCOUNT_SENDING_PAUSED"}, AccountStopped("ACCOUNT_SENDING_PAUSED: ")),
        ({"Status": "SOMETHING_NEW"}, Unanswered("SOMETHING_NEW: ")),
        ({}, Unanswered(": ")),
    ],
    ids=lambda value: value.get("Status", "nothing") if isinstance(value, dict) else None,
)
def test_the_status_of_an_entry_means_one_thing(result: dict[str, str], answer: Answer) -> None:
    assert answer_of_entry(result) == answer


def test_every_status_and_error_that_the_sdk_knows_of_bulk_is_in_the_tables() -> None:
    model = botocore.session.get_session().get_service_model("sesv2")
    assert set(model.shape_for("BulkEmailStatus").enum) == {*ENTRIES, "SUCCESS"}  # type: ignore[attr-defined]  # a StringShape
    bulk, single = (model.operation_model(name).error_shapes for name in ("SendBulkEmail", "SendEmail"))
    assert {shape.name for shape in bulk} == {shape.name for shape in single}
    assert Meaning.UNANSWERED not in ENTRIES.values()  # SES says of each that the message was not taken
