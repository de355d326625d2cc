"""Mails as SendBulkEmail carries them, and what its answers mean; answers as in BulkEmailEntryResult of the API."""

import json
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.ses_answers import ENTRIES, QUOTA_SECONDS, Meaning, answer_of_entry
from chalicelib.adapters.ses_bulk import MOST_ENTRIES, SesBulkTransport, _Request
from chalicelib.sending.model import (
    Accepted,
    AccountStopped,
    Answer,
    Bundle,
    Refused,
    RenderedMail,
    Throttled,
    Unanswered,
)
from tests.unit.sending.test_ses_answers import MAIL, URL, error
from tests.unit.sending.test_shared_content import put_together

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


def arrived(request: dict[str, Any]) -> list[dict[str, str]]:
    """Put each mail's parts together as SES does."""
    template = request["DefaultContent"]["Template"]["TemplateContent"]
    contents = [entry["ReplacementEmailContent"]["ReplacementTemplate"] for entry in request["BulkEmailEntries"]]
    data = [json.loads(content["ReplacementTemplateData"]) for content in contents]
    return [{name: put_together(text, values) for name, text in template.items()} for values in data]


def places(bundles: list[Bundle]) -> list[list[int]]:
    return sorted(list(bundle.places) for bundle in bundles)


@given(st.lists(st.tuples(st.text(CHARACTERS, min_size=1), st.text(CHARACTERS), st.text(CHARACTERS)), max_size=5))
def test_a_request_needs_no_more_room_than_is_foreseen(contents: list[tuple[str, str, str]]) -> None:
    given = [replace(MAIL, subject=subject, html=html, text=text) for subject, html, text in contents]
    bundles = transport(BulkClient()).bundles(given)
    assert sorted(place for bundle in bundles for place in bundle.places) == list(range(len(given)))
    for bundle in bundles:
        if isinstance(bundle.prepared, _Request):
            assert len(json.dumps(bundle.prepared.arguments)) <= bundle.prepared.size
            parts = [{"Subject": m.subject, "Html": m.html, "Text": m.text} for m in (given[p] for p in bundle.places)]
            assert arrived(bundle.prepared.arguments) == [
                {name: text for name, text in mail.items() if text} for mail in parts
            ]


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
    assert arrived(request) == [
        {"Subject": "Hi A&B", "Html": "<p>Anna &amp; \u00e4</p>", "Text": "Hi"},
        {"Subject": MAIL.subject, "Html": MAIL.html, "Text": MAIL.text},
    ]
    _, second = request["BulkEmailEntries"]
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
    assert places(transport(BulkClient()).bundles(given)) == [[0, 2], [1], [3], [4]]


def test_a_mail_longer_than_an_entry_may_be_goes_by_itself() -> None:
    given = [*mails(2), replace(MAIL, html="x" * 262_144)]
    assert places(transport(BulkClient()).bundles(given)) == [[0, 1], [2]]


def test_mails_with_different_parts_or_senders_go_apart() -> None:
    given = [*mails(2), *mails(2, text=""), *mails(1, sender="other@example.com")]
    assert places(transport(BulkClient()).bundles(given)) == [[0, 1], [2, 3], [4]]


def test_a_call_carries_fifty_at_most() -> None:
    assert [len(one.places) for one in transport(BulkClient()).bundles(mails(120))] == [MOST_ENTRIES, MOST_ENTRIES, 20]


@pytest.mark.parametrize(
    "html", ["x" * 60_000, '<a href="x">\n' * 4_000, "\u00e4" * 15_000, "\U0001f600" * 9_000, "\\" * 25_000]
)
def test_a_request_stays_below_a_megabyte(html: str) -> None:
    client = BulkClient()
    given = [replace(mail, html=f"{number}{html}") for number, mail in enumerate(mails(50))]
    bulk = transport(client)
    bundles = bulk.bundles(given)
    assert sorted(place for bundle in bundles for place in bundle.places) == list(range(50))
    assert 1 < len(bundles) < 50
    for bundle in bundles:
        bulk.send_all([given[place] for place in bundle.places], bundle.prepared)
    assert max(len(json.dumps(request)) for request in client.requests) <= 1_000_000


def test_long_mails_go_together_where_they_have_most_in_common() -> None:
    client = BulkClient()
    head, foot = "x" * 60_000, "y" * 60_000
    given = [
        replace(mail, html=f"{head}{number}{foot}", html_pieces=(head, str(number), foot))
        for number, mail in enumerate(mails(50))
    ]
    bulk = transport(client)
    [bundle] = bulk.bundles(given)
    bulk.send_all(given, bundle.prepared)
    assert [mail["Html"] for mail in arrived(client.requests[0])] == [mail.html for mail in given]


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
