"""The stream's function over the adapters: images as DynamoDB writes them, SQLite, and a dead-letter queue."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

import app
from chalicelib import bootstrap
from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from chalicelib.analytics.model import CampaignTotals
from chalicelib.bootstrap import base, feedback
from chalicelib.messages.model import Facts, Message
from chalicelib.store import messages, transactional
from chalicelib.transactional.model import CAMPAIGN, TransactionalMessage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN_ID = f"cmp_{'0' * 26}"


@dataclass
class Context:
    function_name: str = "index_messages"


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        url = boto3.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
        monkeypatch.setenv("STREAM_DEAD_LETTER_URL", url)
        monkeypatch.setenv("ANALYTICS_URL", f"sqlite://{tmp_path}/analytics.db")
        for made in (base.settings, base.analytics_store, feedback.indexing):
            made.cache_clear()
        yield url
    for made in (base.settings, base.analytics_store, feedback.indexing):
        made.cache_clear()


def _record(place: int, image: dict[str, Any]) -> dict[str, Any]:
    keys = {name: image[name] for name in ("partition", "seq", "record_id") if name in image}
    return {
        "eventName": "MODIFY",
        "dynamodb": {"SequenceNumber": str(place), "Keys": keys, "NewImage": image},
    }


def test_messages_of_both_tables_are_indexed_and_what_cannot_be_read_is_put_aside(
    queue: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("chalicelib"), "propagate", True)
    message = Message(CAMPAIGN_ID, 0, 1, "anna@example.org", NOON, facts=Facts(accepted_at=NOON), revision=2)
    single = TransactionalMessage(f"txn_{'0' * 26}", "bob@example.org", "a@example.com", NOON, "key", revision=1)
    readable: dict[str, Any] = messages._item(message).serialize()
    images = [
        readable,
        {"partition": {"S": f"{CAMPAIGN_ID}#00000"}, "seq": {"N": "2"}, "address": {"S": "carl@example.org"}},
        transactional._item(single).serialize(),
        {"record_id": {"S": "key_1#abc"}, "message_id": {"S": single.message_id}, "expires_at": {"N": "1"}},
    ]
    event = {"Records": [*(_record(place, image) for place, image in enumerate(images)), {"dynamodb": {"Keys": {}}}]}
    assert app.index_messages(event, Context()) == {"batchItemFailures": []}
    store = bootstrap.analytics_store()
    assert isinstance(store, SqliteAnalytics)
    assert store.campaign_totals(CAMPAIGN_ID).by_status == {"accepted": 1}
    assert store.campaign_totals(CAMPAIGN) == CampaignTotals(planned=1, by_status={"pending": 1})
    letters = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    (letter,) = [json.loads(one["Body"]) for one in letters]
    assert json.loads(letter["key"]) == {"partition": {"S": f"{CAMPAIGN_ID}#00000"}, "seq": {"N": "2"}}
    assert letter["document"] is None
    assert "carl" not in letters[0]["Body"]
    refusals = [vars(record) for record in caplog.records if record.getMessage() == "messages not indexed"]
    assert {refusal["IndexingRefusals"] for refusal in refusals} == {1}
