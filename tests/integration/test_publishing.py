"""The publisher's function over the adapters: images as DynamoDB writes them, a bus, a dead-letter queue."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

import app
from chalicelib.adapters.event_bus import EventBridgeBus
from chalicelib.bootstrap import base, following
from chalicelib.campaigns.model import CampaignState
from chalicelib.kernel.addresses import address_hash
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.live import telling
from chalicelib.live.domain_events import DomainEvent
from chalicelib.messages.model import Message
from chalicelib.store import campaigns, messages, transactional, webhooks
from chalicelib.store.tables import SuppressionItem
from chalicelib.store.webhook_tables import WebhookItem
from chalicelib.webhooks.model import DisabledReason, Webhook, disabled
from tests.unit.live.test_telling import CAMPAIGN, LATER, MESSAGE, NOON, SINGLE, WEBHOOK

Image = dict[str, Any]
BUS = "events"


@dataclass
class Context:
    function_name: str = "publish_changes"


@dataclass
class Surroundings:
    """What is around the function.

    Attributes:
        dead: address of the dead-letter queue.
        put: entries that were put on the bus, taken away when they are read.
    """

    dead: str
    put: list[dict[str, Any]] = field(default_factory=list)

    def heard(self) -> list[dict[str, Any]]:
        told = [{**entry, "Detail": json.loads(entry["Detail"])} for entry in self.put]
        self.put.clear()
        return told

    def letters(self) -> list[dict[str, Any]]:
        answer = boto3.client("sqs").receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10)
        return [json.loads(one["Body"]) for one in answer.get("Messages", [])]


@pytest.fixture
def around(monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        session = boto3.Session()
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        session.client("events").create_event_bus(Name=BUS)
        dead = session.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
        surroundings = Surroundings(dead)
        # A rule's target needs a library that is not here; the end-to-end test has one.
        session.events.register(
            "before-parameter-build.events.PutEvents", lambda params, **_: surroundings.put.extend(params["Entries"])
        )
        monkeypatch.setenv("EVENT_BUS", BUS)
        monkeypatch.setenv("CHANGES_DEAD_LETTER_URL", dead)
        for made in (base.settings, following.publishing):
            made.cache_clear()
        yield surroundings
    for made in (base.settings, following.publishing):
        made.cache_clear()


def _record(place: int, old: Image | None, new: Image | None) -> dict[str, Any]:
    either = new or old or {}
    keys = ("partition", "seq", "record_id", "campaign_id", "address_hash", "scope", "webhook_id")
    images = {"OldImage": old, "NewImage": new}
    return {
        "eventName": "MODIFY" if old else "INSERT",
        "dynamodb": {
            "SequenceNumber": str(place),
            "ApproximateCreationDateTime": NOON.timestamp(),
            "Keys": {name: either[name] for name in keys if name in either},
            **{name: image for name, image in images.items() if image},
        },
    }


def _suppression(**causes: str) -> Image:
    item = SuppressionItem(address_hash("anna@example.org"), "all", address="anna@example.org")
    for reason, source in causes.items():
        setattr(item, reason, {"source": source, "since": "2026-03-01T12:00:00.000Z"})
    return cast("Image", item.serialize())


def _webhook(webhook: Webhook) -> Image:
    item = WebhookItem(webhook.webhook_id, created_at=rfc3339(NOON), created_by="ci", **webhooks._decided(webhook))
    return cast("Image", item.serialize())


def _campaign(state: CampaignState, revision: int) -> Image:
    return cast("Image", campaigns._item(replace(CAMPAIGN, state=state, revision=revision)).serialize())


def test_changes_of_every_table_are_told_and_what_cannot_be_read_is_put_aside(
    around: Surroundings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("chalicelib"), "propagate", True)
    bounced = MESSAGE.with_facts(bounced_at=LATER, bounce_type="Permanent", bounce_subtype="General")
    complained = SINGLE.with_facts(complained_at=LATER)
    draft, sending = _campaign(CampaignState.DRAFT, 1), _campaign(CampaignState.SENDING, 2)
    pairs: list[tuple[Image | None, Image | None]] = [
        (messages._item(MESSAGE).serialize(), messages._item(bounced).serialize()),
        (transactional._item(SINGLE).serialize(), transactional._item(complained).serialize()),
        (None, draft),
        (draft, sending),
        (sending, sending | {"revision": {"N": "3"}}),
        (None, {"campaign_id": {"S": f"{CAMPAIGN.campaign_id}#00000"}, "tally": {"S": "{}"}}),
        (None, {"record_id": {"S": "key_1#abc"}, "message_id": {"S": SINGLE.message_id}, "expires_at": {"N": "1"}}),
        (None, _suppression(bounce=MESSAGE.message_id)),
        (_suppression(bounce="x"), _suppression(bounce="x", manual="key")),
        (_suppression(bounce="x", manual="key"), _suppression(bounce="x")),
        (_suppression(bounce="x"), None),
        (_webhook(WEBHOOK), _webhook(disabled(WEBHOOK, DisabledReason.GONE, LATER))),
        (None, {"partition": {"S": "unreadable"}, "seq": {"N": "2"}, "address": {"S": "carl@example.org"}}),
    ]
    event = {"Records": [_record(place, old, new) for place, (old, new) in enumerate(pairs)]}
    assert app.publish_changes(event, Context()) == {"batchItemFailures": []}
    first = around.heard()
    assert [one["DetailType"] for one in first] == [
        "Message Bounced",
        "Message Complained",
        "Campaign State Changed",
        "Campaign State Changed",
        "Address Suppressed",
        "Address Suppressed",
        "Suppression Lifted",
        "Webhook Disabled",
    ]
    assert {(one["Source"], one["EventBusName"]) for one in first} == {("email-platform", BUS)}
    assert [one["Detail"]["state"] for one in first[2:4]] == ["draft", "sending"]
    assert [one["Detail"]["reason"] for one in first[4:6]] == ["bounce", "manual"]
    assert (first[6]["Detail"]["reasons"], first[6]["Detail"]["free"]) == (["manual"], False)
    assert [one for one in first if "anna@example.org" in str(one)] == first[4:7]
    (letter,) = around.letters()
    assert json.loads(letter["key"]) == {"partition": {"S": "unreadable"}, "seq": {"N": "2"}}
    assert "carl" not in json.dumps(letter)
    logged = [vars(record) for record in caplog.records if record.getMessage() == "changes published"]
    assert {(one["events"], one["PublishingRefusals"]) for one in logged} == {(8, 1)}
    assert "@" not in caplog.text

    app.publish_changes(event, Context())
    ids = [[one["Detail"]["event_id"] for one in told] for told in (first, around.heard())]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 8


def _events(count: int) -> list[DomainEvent]:
    changed: list[Message] = [replace(MESSAGE, seq=place) for place in range(count)]
    return [event for one in changed for event in telling.of_message(one, one.with_facts(complained_at=NOON))]


def test_more_than_one_call_takes_is_put_in_several(around: Surroundings) -> None:
    events = _events(23)
    assert not EventBridgeBus(BUS).put(events).waiting
    told = [one["Detail"]["event_id"] for one in around.heard()]
    assert told == [event.event_id for event in events]


@dataclass
class Client:
    """Answers for each entry as the real one does; `faults` says which fail, with which code and how often."""

    faults: dict[int, tuple[str, int]] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    error: str = ""

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        if self.error:
            raise ClientError({"Error": {"Code": self.error}}, "PutEvents")
        self.sizes.append(len(Entries))
        assert all(isinstance(entry["Time"], datetime) and entry["Time"].tzinfo is UTC for entry in Entries)
        return {"Entries": [self._answer(json.loads(entry["Detail"])["message_id"]) for entry in Entries]}

    def _answer(self, message_id: str) -> dict[str, str]:
        seq = int(message_id.rpartition("-")[2])
        code, times = self.faults.get(seq, ("", 0))
        if not times:
            return {"EventId": "1"}
        self.faults[seq] = (code, times - 1)
        return {"ErrorCode": code, "ErrorMessage": "no"}


def _bus(client: Client, waits: list[float]) -> EventBridgeBus:
    return EventBridgeBus(BUS, cast("Any", client), waits.append)


def test_entries_that_failed_in_passing_are_put_again_by_themselves() -> None:
    client, waits = Client({3: ("ThrottlingException", 2), 12: ("InternalException", 1)}), list[float]()
    untaken = _bus(client, waits).put(_events(15))
    assert (list(untaken.waiting), dict(untaken.refused)) == ([], {})
    assert client.sizes == [10, 1, 1, 5, 1]
    assert waits == [0.2, 0.4, 0.2]


def test_what_keeps_failing_waits_with_all_that_follows() -> None:
    events = _events(25)
    client = Client({12: ("ThrottlingException", 9), 4: ("MalformedDetail", 9)})
    untaken = _bus(client, []).put(events)
    assert untaken.waiting == [event.event_id for event in (events[12], *events[20:])]
    assert untaken.refused == {events[4].event_id: "MalformedDetail"}


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_bus_that_is_not_there_is_a_fault_of_the_deployment(code: str) -> None:
    with pytest.raises(ConfigurationError, match=code):
        _bus(Client(error=code), []).put(_events(1))
    with pytest.raises(ConfigurationError, match=code):
        _bus(Client({0: (code, 1)}), []).put(_events(1))


def test_a_busy_bus_is_tried_three_times_and_a_fault_is_not_hidden() -> None:
    waits = list[float]()
    assert len(_bus(Client(error="ThrottlingException"), waits).put(_events(2)).waiting) == 2
    assert waits == [0.2, 0.4]
    with pytest.raises(ClientError):
        _bus(Client(error="ValidationException"), []).put(_events(1))
