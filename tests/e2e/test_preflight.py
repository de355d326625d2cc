"""A campaign is checked by its workflow, and tried with a mail, on the whole stack with IAM enforced."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.sample import create_campaign, upload_recipients, upload_template
from tests.e2e.conftest import Running

_SECONDS = 120


@pytest.fixture
def campaign_id(running: Running) -> str:
    recipient_file = upload_recipients(running.api)
    return create_campaign(running.api, upload_template(running.api), recipient_file["file_id"])


@pytest.fixture
def unverified(running: Running) -> Iterator[None]:
    """Until the test ends, the local SES knows the sender's domain and has not verified it."""
    faults = f"{running.stack.inbox_url}/faults"
    requests.put(faults, json={"unverified": ["news.example.com"]}, timeout=30)
    yield
    requests.delete(faults, timeout=30)


def _checked(running: Running, campaign_id: str) -> dict[str, Any]:
    path = f"/v1/campaigns/{campaign_id}/preflight"
    running.api.post(path)
    return running.api.wait(path, lambda shown: shown["state"] != "checking", seconds=_SECONDS)


def test_every_recipient_of_a_campaign_is_checked(running: Running, campaign_id: str) -> None:
    shown = _checked(running, campaign_id)
    assert (shown["state"], shown["reason"], shown["passed"], shown["outdated"]) == ("finished", None, True, False)
    assert shown["progress"] == {"parts": 1, "parts_done": 1}
    report = shown["report"]
    assert report["recipients"] == report["sendable"] == 955
    assert report["estimate"]["seconds"] > 0
    assert [one["code"] for one in report["findings"]] == ["link_placeholder"]


def test_what_ses_says_of_the_sender_is_found(running: Running, campaign_id: str, unverified: None) -> None:
    del unverified
    shown = _checked(running, campaign_id)
    assert (shown["state"], shown["passed"]) == ("finished", False)
    blocking = [one["code"] for one in shown["report"]["findings"] if one["severity"] == "blocking"]
    assert blocking == ["identity_not_verified", "dkim_not_verified"]


def test_a_test_mail_arrives_and_the_campaign_knows_nothing_of_it(running: Running, campaign_id: str) -> None:
    address = f"{campaign_id}@example.com"
    answer = running.api.post(f"/v1/campaigns/{campaign_id}/test-sends", {"addresses": [address]})
    assert [one["status"] for one in answer["items"]] == ["accepted"]
    inbox = f"{running.stack.inbox_url}/inbox/api/messages"
    [mail] = requests.get(inbox, params={"to": address}, timeout=30).json()["messages"]
    assert mail["subject"].startswith("[Test] ")
    assert mail["tags"] == {"purpose": "test"}
    headers = requests.get(f"{inbox}/{mail['id']}", timeout=30).json()["headers"]
    link = next(one["value"] for one in headers if one["name"] == "List-Unsubscribe").strip("<>")
    assert requests.post(link, timeout=30).status_code == 404
    assert running.api.get(f"/v1/campaigns/{campaign_id}/messages")["items"] == []
