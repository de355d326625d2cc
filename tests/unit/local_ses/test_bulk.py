"""SendBulkEmail of the local SES: the same mail as by SendEmail, and what is refused, by call and by entry."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.adapters.ses import SesTransport
from chalicelib.adapters.ses_bulk import SesBulkTransport
from chalicelib.sending.model import Accepted, RenderedMail, Throttled, Unanswered
from local.ses.server import LocalSes
from tests.unit.local_ses.test_server import ask, refused, stored

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from tests.unit.local_ses.conftest import RecordingTopic

MAIL = RenderedMail(
    "Shop <news@example.com>",
    "anna@example.org",
    'Zoë & "friends" \\ {x} 50 %',
    '<body><a href="https://example.com/a?x=1&amp;y=2">Look &lt;here&gt;</a>\n\t{x} }} \\n äöü 😀</body>',
    "Line one\nLine two: }} & <b> \\ 😀",
    reply_to="help@example.com",
    headers=(
        ("X-Kind", 'spring; y="z"'),
        ("List-Unsubscribe", "<https://example.com/u/1?t=a%20b&c=d>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ),
    tags=(("message_id", "m-1"), ("campaign_id", "c-1")),
)
_OWN = {"Message-ID", "Date"}


def many(count: int) -> list[RenderedMail]:
    return [replace(MAIL, recipient=f"u{n}@example.org", tags=(("message_id", f"m-{n}"),)) for n in range(count)]


def content(ses: LocalSes, answer: object) -> dict[str, Any]:
    """What a recipient gets, without what differs from mail to mail."""
    assert isinstance(answer, Accepted)
    mail = stored(ses, answer.provider_id)
    text = json.dumps(
        {
            "headers": [(h["name"], h["value"]) for h in mail["headers"] if h["name"] not in _OWN],
            **{name: mail[name] for name in ("subject", "html", "text", "tags", "links")},
        }
    )
    return dict(json.loads(text.replace(answer.provider_id, "ID")))


def test_a_mail_is_the_same_by_either_operation(ses: LocalSes, client: "SESV2Client") -> None:
    bulk = SesBulkTransport("campaigns", connections=1, client=client)
    single = SesTransport("campaigns", connections=1, client=client).send(MAIL)
    first, second = bulk.send_all([MAIL, replace(MAIL, recipient="ben@example.org", tags=(("message_id", "m-2"),))])
    assert content(ses, first) == content(ses, single)
    assert content(ses, second)["tags"] == {"message_id": "m-2"}
    assert ("To", "ben@example.org") in [tuple(pair) for pair in content(ses, second)["headers"]]


def test_events_of_a_call_name_each_message(ses: LocalSes, client: "SESV2Client", topic: "RecordingTopic") -> None:
    del ses
    SesBulkTransport("campaigns", connections=1, client=client).send_all(many(3))
    sent = [one["mail"]["tags"]["message_id"] for one in topic.wait(6) if one["eventType"] == "Send"]
    assert sorted(sent) == [["m-0"], ["m-1"], ["m-2"]]


def test_the_rate_refuses_single_entries(build: Callable[..., LocalSes], boto: Callable[[LocalSes], Any]) -> None:
    with build(max_send_rate=10) as ses:
        answers = SesBulkTransport("campaigns", connections=1, client=boto(ses)).send_all(many(15))
        assert [type(answer) for answer in answers] == [Accepted] * 10 + [Throttled] * 5
        assert ask(f"{ses.url}/inbox/api/count").document["count"] == 10


def test_a_call_whose_answer_is_lost_was_accepted_and_is_unknown(ses: LocalSes, client: "SESV2Client") -> None:
    ask(f"{ses.url}/faults", "PUT", {"fail_after": 1})
    answers = SesBulkTransport("campaigns", connections=1, client=client).send_all(many(3))
    assert all(isinstance(answer, Unanswered) for answer in answers)
    assert ask(f"{ses.url}/inbox/api/count").document["count"] == 3


def test_one_address_that_is_none_refuses_the_whole_call(ses: LocalSes, client: "SESV2Client") -> None:
    bulk = SesBulkTransport("campaigns", connections=1, client=client)
    answers = bulk.send_all([*many(2), replace(MAIL, recipient="nobody")])
    assert {type(answer).__name__ for answer in answers} == {"Refused"}
    assert ask(f"{ses.url}/inbox/api/count").document["count"] == 0


def request(entries: int = 1, data: str = '{"name": "Anna"}', **template: Any) -> dict[str, Any]:
    entry = {
        "Destination": {"ToAddresses": ["anna@example.org"]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
    }
    content = {"Subject": "Hi {{name}}", "Text": "Hi {{ name }} from {{shop}}"}
    return {
        "FromEmailAddress": "news@example.com",
        "ConfigurationSetName": "campaigns",
        "DefaultContent": {"Template": {"TemplateContent": content, "TemplateData": '{"shop": "us"}', **template}},
        "BulkEmailEntries": [entry] * entries,
    }


def test_values_of_an_entry_stand_before_those_of_all(ses: LocalSes, client: "SESV2Client") -> None:
    [result] = client.send_bulk_email(**request(data='{"name": "A&B", "shop": "me"}'))["BulkEmailEntryResults"]
    mail = stored(ses, result["MessageId"])
    assert (mail["subject"], mail["text"]) == ("Hi A&B", "Hi A&B from me")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (request(data="{}"), "name is not present"),
        (request(data="no JSON"), "no JSON object"),
        (request(data="[]"), "required, as an object"),
        (request(entries=51), "1 to 50 entries"),
        (request(data=json.dumps({"name": "x" * 262_144})), "at most 262144"),
        (request(entries=5, data=json.dumps({"name": "x" * 250_000})), "at most 1000000 bytes"),
    ],
    ids=["missing", "no JSON", "no object", "too many", "too long", "too large"],
)
def test_a_request_beyond_the_limits_is_refused(client: "SESV2Client", wrong: dict[str, Any], why: str) -> None:
    code, status, message = refused(lambda: client.send_bulk_email(**wrong))
    assert (code, status) == ("BadRequestException", 400)
    assert why in message
