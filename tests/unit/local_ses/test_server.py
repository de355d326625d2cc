"""The local SES as its callers see it: a real boto3 client, a recording topic, plain HTTP for readers and the inbox."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local.ses.server import LocalSes

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from tests.unit.local_ses.conftest import RecordingTopic

Boto = Callable[[LocalSes], "SESV2Client"]
Simple = Callable[..., dict[str, Any]]
Build = Callable[..., LocalSes]

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Test"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def ask(url: str, method: str = "GET", document: Any = None) -> Answer:
    data = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"User-Agent": BROWSER})  # noqa: S310 - loopback
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=10) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())


def stored(ses: LocalSes, message_id: str) -> Any:
    return ask(f"{ses.url}/inbox/api/messages/{message_id}").document


def refused(call: Callable[[], Any]) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call()
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


def test_a_mail_is_kept_with_everything_that_ses_adds(ses: LocalSes, client: "SESV2Client", simple: Simple) -> None:
    unsubscribe = ("List-Unsubscribe", "<https://example.com/u/1>")
    message_id = client.send_email(**simple(headers=[unsubscribe]))["MessageId"]
    mail = stored(ses, message_id)
    headers = {header["name"]: header["value"] for header in mail["headers"]}
    assert headers["List-Unsubscribe"] == unsubscribe[1]
    assert headers["Message-ID"] == f"<{message_id}@email.amazonses.com>"
    assert {"Date", "Feedback-ID", "X-SES-Outgoing"} <= set(headers)
    assert mail["html"] == (
        f'<body><a href="{ses.url}/l/{message_id}/0">Look</a>'
        f'<img alt="" src="{ses.url}/o/{message_id}.gif" style="display:none" width="1" height="1"></body>'
    )
    assert mail["text"] == f"Look: {ses.url}/l/{message_id}/1."
    assert [link["target"] for link in mail["links"]] == ["https://example.com/a?x=1&y=2", "https://example.com/text"]
    assert mail["tags"] == {"campaign_id": "c1", "message_id": "m1"}


def test_without_a_configuration_set_nothing_is_tracked_and_nothing_published(
    ses: LocalSes, client: "SESV2Client", simple: Simple, topic: "RecordingTopic"
) -> None:
    request = simple()
    del request["ConfigurationSetName"]
    message_id = client.send_email(**request)["MessageId"]
    time.sleep(0.1)
    mail = stored(ses, message_id)
    assert mail["html"] == request["Content"]["Simple"]["Body"]["Html"]["Data"]
    assert [(event["type"], event["state"]) for event in mail["events"]] == [("Send", "kept"), ("Delivery", "kept")]
    assert topic.documents == []


def test_a_reader_who_opens_and_clicks_is_seen(
    ses: LocalSes, client: "SESV2Client", simple: Simple, topic: "RecordingTopic"
) -> None:
    message_id = client.send_email(**simple())["MessageId"]
    topic.wait(2)
    pixel = ask(f"{ses.url}/o/{message_id}.gif")
    assert (pixel.status, pixel.headers["Content-Type"], pixel.body[:6]) == (200, "image/gif", b"GIF89a")
    topic.wait(3)
    click = ask(f"{ses.url}/l/{message_id}/0")
    assert (click.status, click.headers["Location"]) == (302, "https://example.com/a?x=1&y=2")
    documents = topic.wait(4)
    assert topic.kinds() == ["Send", "Delivery", "Open", "Click"]
    assert documents[2]["open"]["userAgent"] == BROWSER
    assert documents[3]["click"]["link"] == "https://example.com/a?x=1&y=2"
    assert documents[3]["click"]["ipAddress"] == "127.0.0.1"
    assert {document["mail"]["tags"]["message_id"][0] for document in documents} == {"m1"}


def test_unknown_pixels_and_links_are_404_and_no_event(
    ses: LocalSes, client: "SESV2Client", simple: Simple, topic: "RecordingTopic"
) -> None:
    message_id = client.send_email(**simple())["MessageId"]
    for path in ("o/none.gif", "l/none/0", f"l/{message_id}/9", f"l/{message_id}/-1"):
        assert ask(f"{ses.url}/{path}").status == 404
    assert ask(f"{ses.url}/l/{message_id}/0", "HEAD").status == 302
    topic.wait(2)
    time.sleep(0.05)
    assert topic.kinds() == ["Send", "Delivery"]


def test_the_suppression_list_bounces_what_was_accepted(
    client: "SESV2Client", simple: Simple, topic: "RecordingTopic"
) -> None:
    address = "Anna+news@example.org"
    client.put_suppressed_destination(EmailAddress=address, Reason="COMPLAINT")
    entry = client.get_suppressed_destination(EmailAddress=address)["SuppressedDestination"]
    assert (entry["EmailAddress"], entry["Reason"]) == ("anna+news@example.org", "COMPLAINT")
    assert abs(entry["LastUpdateTime"].timestamp() - time.time()) < 60
    client.send_email(**simple(address))
    assert topic.wait(2)[1]["bounce"]["bounceSubType"] == "OnAccountSuppressionList"
    client.delete_suppressed_destination(EmailAddress=address)
    for operation in (client.get_suppressed_destination, client.delete_suppressed_destination):
        assert refused(partial(operation, EmailAddress=address))[:2] == ("NotFoundException", 404)


def test_the_suppression_list_is_read_page_by_page(client: "SESV2Client") -> None:
    for number in range(5):
        client.put_suppressed_destination(EmailAddress=f"u{number}@example.org", Reason="BOUNCE")
    found: list[str] = []
    token: Any = {}
    for _ in range(3):
        page = client.list_suppressed_destinations(PageSize=2, **token)
        found += [one["EmailAddress"] for one in page["SuppressedDestinationSummaries"]]
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else None
    assert (found, token) == ([f"u{number}@example.org" for number in range(5)], None)


def test_a_mail_over_the_rate_is_refused_and_not_kept(ses: LocalSes, client: "SESV2Client", simple: Simple) -> None:
    ask(f"{ses.url}/faults", "PUT", {"rate_limit": 0.1})
    assert client.get_account()["SendQuota"]["MaxSendRate"] == 0.1
    client.send_email(**simple())
    assert refused(lambda: client.send_email(**simple())) == (
        "TooManyRequestsException",
        429,
        "Maximum sending rate exceeded.",
    )
    assert ask(f"{ses.url}/inbox/api/count").document == {"count": 1}


def test_the_daily_quota_holds_over_a_restart(build: Build, boto: Boto, simple: Simple) -> None:
    with build(max_24_hour_send=2) as first:
        boto(first).send_email(**simple())
        boto(first).send_email(**simple())
    with build(max_24_hour_send=2) as second:
        client = boto(second)
        assert client.get_account()["SendQuota"]["SentLast24Hours"] == 2
        code, status, message = refused(lambda: client.send_email(**simple()))
    assert (code, status, message) == ("LimitExceededException", 400, "Daily message quota exceeded.")


def test_a_restart_keeps_mails_and_the_port_of_their_links(build: Build, boto: Boto, simple: Simple) -> None:
    with build() as first:
        message_id = boto(first).send_email(**simple())["MessageId"]
        url = stored(first, message_id)["links"][0]["url"]
    with build() as second:
        assert stored(second, message_id)["subject"] == "Spring is here"
        assert second.url == first.url
        assert ask(url).status == 302


def test_a_paused_account_says_so(ses: LocalSes, client: "SESV2Client", simple: Simple) -> None:
    account = client.get_account()
    assert (account["SendingEnabled"], account["EnforcementStatus"]) == (True, "HEALTHY")
    ask(f"{ses.url}/faults", "PUT", {"pause_account": True})
    assert refused(lambda: client.send_email(**simple()))[0] == "SendingPausedException"
    account = client.get_account()
    assert (account["SendingEnabled"], account["EnforcementStatus"]) == (False, "SHUTDOWN")


def test_an_unverified_sender_is_rejected(ses: LocalSes, client: "SESV2Client", simple: Simple) -> None:
    identity = client.get_email_identity(EmailIdentity="example.com")
    assert (identity["VerifiedForSendingStatus"], identity["DkimAttributes"]["Status"]) == (True, "SUCCESS")
    ask(f"{ses.url}/faults", "PUT", {"unverified": ["example.com"]})
    assert client.get_email_identity(EmailIdentity="example.com")["VerifiedForSendingStatus"] is False
    code, status, message = refused(lambda: client.send_email(**simple()))
    assert (code, status) == ("MessageRejected", 400)
    assert "not verified" in message


def test_an_unknown_configuration_set_is_not_found_where_names_are_known(
    build: Build, boto: Boto, simple: Simple
) -> None:
    with build(configuration_sets=frozenset({"campaigns"})) as server:
        client = boto(server)
        client.send_email(**simple())
        code, status, _ = refused(lambda: client.send_email(**simple(ConfigurationSetName="other")))
    assert (code, status) == ("NotFoundException", 404)


def test_faults_before_acceptance_keep_nothing(ses: LocalSes, client: "SESV2Client", simple: Simple) -> None:
    ask(f"{ses.url}/faults", "PUT", {"fail_before": 1, "throttle": 1})
    assert refused(lambda: client.send_email(**simple()))[:2] == ("InternalFailure", 500)
    assert refused(lambda: client.send_email(**simple()))[:2] == ("TooManyRequestsException", 429)
    assert ask(f"{ses.url}/inbox/api/count").document == {"count": 0}
    client.send_email(**simple())


def test_a_fault_after_acceptance_keeps_the_mail_and_answers_nothing(
    ses: LocalSes, client: "SESV2Client", simple: Simple, topic: "RecordingTopic"
) -> None:
    ask(f"{ses.url}/faults", "PUT", {"fail_after": 1})
    with pytest.raises(ConnectionClosedError):
        client.send_email(**simple())
    assert ask(f"{ses.url}/inbox/api/count").document == {"count": 1}
    topic.wait(2)
    client.send_email(**simple())


def test_latency_is_waited(ses: LocalSes, client: "SESV2Client", simple: Simple) -> None:
    ask(f"{ses.url}/faults", "PUT", {"latency_ms": 60})
    before = time.monotonic()
    client.send_email(**simple())
    assert time.monotonic() - before >= 0.06


def test_faults_are_shown_refused_and_ended(ses: LocalSes) -> None:
    url = f"{ses.url}/faults"
    assert ask(url, "PUT", {"throttle": 2}).document["throttle"] == 2
    assert ask(url, "PUT", {"nonsense": 2}).status == 400
    assert ask(url).document["throttle"] == 2
    assert ask(url, "DELETE").document["throttle"] == 0


def test_what_is_not_offered_says_so(ses: LocalSes, client: "SESV2Client") -> None:
    assert refused(client.list_email_templates)[0] == "UnknownOperationException"
    entry = {"Destination": {"ToAddresses": ["a@example.org"]}}
    code, _, message = refused(
        lambda: client.send_bulk_email(DefaultContent={"Template": {"TemplateName": "x"}}, BulkEmailEntries=[entry])  # type: ignore[list-item]
    )
    assert code == "BadRequestException"
    assert "TemplateContent" in message
    assert ask(f"{ses.url}/v2/email/outbound-emails", "POST", []).headers["x-amzn-errortype"] == "BadRequestException"


def test_raw_mail_is_tracked_too(ses: LocalSes, client: "SESV2Client") -> None:
    raw = (
        b"From: news@example.com\r\nTo: anna@example.org\r\nSubject: Raw\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: text/html; charset=utf-8\r\n\r\n<a href="https://example.com/r">R</a>\r\n'
    )
    message_id = client.send_email(Content={"Raw": {"Data": raw}}, ConfigurationSetName="campaigns")["MessageId"]
    mail = stored(ses, message_id)
    assert (mail["subject"], mail["to"], mail["links"][0]["target"]) == (
        "Raw",
        ["anna@example.org"],
        "https://example.com/r",
    )
    source = ask(f"{ses.url}/inbox/messages/{message_id}.eml")
    assert source.headers["Content-Type"] == "message/rfc822"
    assert f"/l/{message_id}/0".encode() in source.body.replace(b"=\r\n", b"")
