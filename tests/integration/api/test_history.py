"""Histories through the API: everything that happened to a message, and the messages of an address."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from chalicelib import bootstrap
from chalicelib.analytics.model import document_of
from chalicelib.kernel.addresses import address_hash
from chalicelib.store.transactional import DynamoTransactionalMessages
from tests.contract.analytics import document
from tests.integration.api.journeys import Journeys, apply_events, event_about, index_messages
from tests.integration.api.platform import Api
from tests.integration.api.test_messages import Ses, send
from tests.integration.api.test_messages import ses as ses  # noqa: PLC0414 - a fixture of that module

_UNKNOWN = "cmp_00000000000000000000000000-00000-00000"


@pytest.fixture
def campaign_id(journeys: Journeys) -> str:
    """A campaign of three messages: one clicked, one bounced, one not sent."""
    campaign_id = journeys.campaign_with_messages()
    events = [event_about(name, campaign_id, 0) for name in ("click", "send", "delivery")]
    assert apply_events(*events, *events, event_about("bounce", campaign_id, 1)) == []
    index_messages(campaign_id)
    return campaign_id


def test_a_campaign_message_is_shown_with_everything_that_happened(api: Api, campaign_id: str) -> None:
    answer = api.get(f"/v1/messages/{campaign_id}-00000-00000")
    assert answer.status == 200, answer.body
    shown = answer.document
    assert (shown["campaign_id"], shown["address"], shown["status"]) == (campaign_id, "anna@example.org", "delivered")
    assert answer.headers["etag"]
    events = shown["events"]
    assert sorted(event["kind"] for event in events) == ["click", "delivery", "send"], "each event once"
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    [click] = [event for event in events if event["kind"] == "click"]
    assert click["link"].startswith("http")
    assert click["user_agent"]
    words = [entry["event"] for entry in shown["history"]]
    assert {"created", "accepted", "delivered", "clicked"} == set(words)
    assert [entry["at"] for entry in shown["history"]] == sorted(entry["at"] for entry in shown["history"])


def test_a_bounce_says_what_the_server_said(api: Api, campaign_id: str) -> None:
    [bounce] = api.get(f"/v1/messages/{campaign_id}-00000-00001").document["events"]
    assert (bounce["kind"], bounce["bounce_type"], bounce["machine"]) == ("bounce", "Permanent", None)
    assert bounce["diagnostic"]


def test_a_message_without_events_has_none(api: Api, campaign_id: str) -> None:
    shown = api.get(f"/v1/messages/{campaign_id}-00000-00002").document
    assert (shown["status"], shown["events"]) == ("pending", [])
    assert [entry["event"] for entry in shown["history"]] == ["created"]


@pytest.mark.parametrize("message_id", [_UNKNOWN, "txn_00000000000000000000000000", "nonsense"])
def test_a_message_that_is_not_there_is_not_found(api: Api, message_id: str) -> None:
    api.get(f"/v1/messages/{message_id}").problem(404, "message-not-found")


def test_the_messages_of_an_address_are_of_both_kinds_newest_first(api: Api, campaign_id: str, ses: Ses) -> None:
    sent = send(api).document["message_id"]
    assert len(ses.mails) == 1
    stored = DynamoTransactionalMessages().get(sent)
    assert stored
    bootstrap.analytics_store().index_messages([document_of(stored)])
    path = f"/v1/recipients/{quote('ANNA@example.org', safe='')}/messages"
    listed = api.get(path).document
    assert [item["message_id"] for item in listed["items"]] == [sent, f"{campaign_id}-00000-00000"]
    assert [item["kind"] for item in listed["items"]] == ["transactional", "campaign"]
    first = api.get(f"{path}?limit=1").document
    second = api.get(f"{path}?limit=1&cursor={first['next']}").document
    assert [*first["items"], *second["items"]] == listed["items"]
    assert second["next"] is None


@pytest.mark.parametrize("address", ["nobody@example.org", "zo\u00eb@m\u00fcller.example", "no address at all", "%"])
def test_an_address_that_got_nothing_has_no_messages(api: Api, campaign_id: str, address: str) -> None:
    del campaign_id
    answer = api.get(f"/v1/recipients/{quote(address, safe='')}/messages")
    assert (answer.status, answer.document) == (200, {"items": [], "next": None})


def test_an_internationalised_domain_is_found_in_either_form(api: Api) -> None:
    kept = replace(document(), address_hash=address_hash("anna@xn--mller-kva.example"))
    bootstrap.analytics_store().index_messages([kept])
    for spelling in ("anna@m\u00fcller.example", "Anna@XN--MLLER-KVA.example"):
        answer = api.get(f"/v1/recipients/{quote(spelling, safe='')}/messages")
        assert [item["message_id"] for item in answer.document["items"]] == [kept.message_id]


def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    api.get("/v1/recipients/anna%40example.org/messages?cursor=bm9uc2Vuc2U").problem(422, "invalid-input")
