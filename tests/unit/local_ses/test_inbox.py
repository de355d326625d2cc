"""The inbox: JSON for programs, pages for people."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from local.ses.server import LocalSes

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from tests.unit.local_ses.conftest import RecordingTopic

Simple = Callable[..., dict[str, Any]]


def get(ses: LocalSes, path: str, **query: str) -> tuple[dict[str, str], str]:
    url = f"{ses.url}{path}?{urlencode(query)}"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
        return dict(answer.headers), answer.read().decode()


def document(ses: LocalSes, path: str, **query: str) -> Any:
    return json.loads(get(ses, path, **query)[1])


def recipients(found: Any) -> list[str]:
    return [mail["recipients"] for mail in found["messages"]]


@pytest.fixture
def sent(client: "SESV2Client", simple: Simple, topic: "RecordingTopic") -> list[str]:
    """Send three mails, one of them a duplicate of another campaign, and wait for their delivery."""
    ids = []
    for address, campaign in (("anna@example.org", "c1"), ("joanna@example.org", "c1"), ("Anna@Example.org", "c1")):
        tags = [{"Name": "campaign_id", "Value": campaign}]
        ids.append(client.send_email(**simple(address, EmailTags=tags))["MessageId"])
    other = simple("bob@example.org", EmailTags=[{"Name": "campaign_id", "Value": "c2"}])
    other["Content"]["Simple"]["Subject"]["Data"] = "100% <b>off</b>"
    ids.append(client.send_email(**other)["MessageId"])
    topic.wait(8)
    return ids


def test_mails_are_found_by_address_subject_and_campaign(ses: LocalSes, sent: list[str]) -> None:
    path = "/inbox/api/messages"
    everyone = ["bob@example.org", "Anna@Example.org", "joanna@example.org", "anna@example.org"]
    assert recipients(document(ses, path)) == everyone
    assert recipients(document(ses, path, to="ANNA@example.org")) == ["Anna@Example.org", "anna@example.org"]
    assert recipients(document(ses, path, subject="0% <")) == ["bob@example.org"]
    assert recipients(document(ses, path, campaign_id="c2")) == ["bob@example.org"]
    assert document(ses, "/inbox/api/count", campaign_id="c1") == {"count": 3}
    assert document(ses, "/inbox/api/count", q="joanna") == {"count": 1}
    assert document(ses, path)["messages"][0]["events"] == ["Send", "Delivery"]
    assert document(ses, path)["messages"][0]["id"] == sent[-1]


@pytest.mark.usefixtures("sent")
def test_pages_follow_each_other_without_gap(ses: LocalSes) -> None:
    first = document(ses, "/inbox/api/messages", limit="3")
    second = document(ses, "/inbox/api/messages", limit="3", cursor=str(first["cursor"]))
    assert recipients(first) + recipients(second) == recipients(document(ses, "/inbox/api/messages"))
    assert second["cursor"] is None


@pytest.mark.usefixtures("sent")
def test_addresses_with_more_than_one_mail_of_a_campaign_are_found(ses: LocalSes) -> None:
    found = document(ses, "/inbox/api/duplicates", tag="campaign_id", value="c1")
    assert found == {"duplicates": [{"address": "anna@example.org", "mails": 2}]}
    assert document(ses, "/inbox/api/duplicates", value="c2") == {"duplicates": []}


@pytest.mark.usefixtures("sent")
def test_the_list_escapes_what_a_mail_says(ses: LocalSes) -> None:
    headers, page = get(ses, "/")
    assert "100% &lt;b&gt;off&lt;/b&gt;" in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "joanna@example.org" not in get(ses, "/", q="bob")[1]
    assert "No mail to or about" in get(ses, "/", q="nobody")[1]


@pytest.mark.parametrize(
    ("tab", "shown"),
    [
        ("html", "<iframe"),
        ("text", "/l/"),
        ("headers", "Message-ID"),
        ("source", "Content-Type: multipart/alternative"),
        ("events", "250 2.6.0 Message received"),
    ],
)
def test_each_tab_shows_its_side_of_a_mail(ses: LocalSes, sent: list[str], tab: str, shown: str) -> None:
    assert shown in get(ses, f"/inbox/messages/{sent[0]}", tab=tab)[1]


def test_the_html_of_a_mail_is_shown_in_a_sandbox(ses: LocalSes, sent: list[str]) -> None:
    headers, body = get(ses, f"/inbox/messages/{sent[0]}/html")
    assert headers["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "allow-scripts" not in headers["Content-Security-Policy"]
    assert body == document(ses, f"/inbox/api/messages/{sent[0]}")["html"] + '<base target="_blank">'


@pytest.mark.usefixtures("sent")
def test_the_inbox_can_be_emptied(ses: LocalSes) -> None:
    request = urllib.request.Request(f"{ses.url}/inbox/api/messages", method="DELETE")  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
        assert answer.status == 204
    assert document(ses, "/inbox/api/count") == {"count": 0}
    assert document(ses, "/health") == {"status": "ok", "events_waiting": 0}


def test_malformed_filters_are_refused(ses: LocalSes) -> None:
    for query in ({"limit": "0"}, {"limit": "1001"}, {"cursor": "x"}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(ses, "/inbox/api/messages", **query)
        with caught.value:
            assert caught.value.code == 400
