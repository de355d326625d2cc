"""The functions of the workflow that builds statistics anew, over DynamoDB, S3 and SQLite, handed on as it does."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

import app
from chalicelib import bootstrap
from chalicelib.bootstrap import base
from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.kernel.ids import new_id
from chalicelib.messages.model import Facts, Message
from chalicelib.store.campaigns import DynamoCampaigns
from chalicelib.store.messages import DynamoMessages
from chalicelib.store.tables import TABLES
from chalicelib.store.transactional import DynamoTransactionalMessages
from chalicelib.tracking.archive import Received, key_of, packed
from chalicelib.transactional.model import TransactionalMessage
from infra import asl
from tests.contract import dynamo

NOW = datetime.now(UTC)
CAMPAIGN = new_id("cmp", NOW - timedelta(days=3))
MADE = (base.settings, base.analytics_store, base.campaign_store, base.message_store)


class Context:
    function_name = "fill_indices"

    @staticmethod
    def get_remaining_time_in_millis() -> float:
        return 900_000.0


@pytest.fixture
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    monkeypatch.setenv("EVENT_BUCKET", "raw-events")
    monkeypatch.setenv("ANALYTICS_URL", f"sqlite://{tmp_path}/analytics.db")
    monkeypatch.setenv("ANALYTICS_RETENTION_MONTHS", "3")
    for name in TABLES:
        monkeypatch.setenv(f"TABLE_{name.upper()}", f"contract-{name}")
    with dynamo.tables():
        configuration: Any = {"LocationConstraint": dynamo.REGION}
        boto3.client("s3").create_bucket(Bucket="raw-events", CreateBucketConfiguration=configuration)
        for made in MADE:
            made.cache_clear()
        yield
    for made in MADE:
        made.cache_clear()


def _world() -> None:
    """Put a campaign of two parts, a transactional message and one archived click into the stores."""
    sender = Sender("news@shop.example")
    DynamoCampaigns().add(Campaign(CAMPAIGN, "News", CampaignState.FINISHED, "tpl", 1, "file", sender, NOW, parts=2))
    messages = [
        Message(CAMPAIGN, part, seq, f"r{seq}@a.example", NOW, facts=Facts(accepted_at=NOW))
        for part in range(2)
        for seq in range(3)
    ]
    DynamoMessages().put_all(messages)
    single = TransactionalMessage(new_id("txn", NOW), "anna@a.example", "s@a.example", NOW, "key")
    DynamoTransactionalMessages().add(single, NOW + timedelta(days=1))
    at = NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    tags = {"message_id": [messages[0].message_id], "campaign_id": [CAMPAIGN]}
    mail = {"timestamp": at, "messageId": "provider", "destination": ["r0@a.example"], "tags": tags}
    click = {"eventType": "Click", "mail": mail, "click": {"timestamp": at, "link": "https://a.example/"}}
    records = [Received.of("record", json.dumps(click))]
    boto3.client("s3").put_object(Bucket="raw-events", Key=key_of(records, NOW), Body=packed(records, NOW))


def _lanes(work: str, begun: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a map of the workflow as its definition says."""
    (machine,) = [
        state
        for state in asl.load("rebuild_statistics")["States"].values()
        if state["Type"] == "Map" and state["ItemSelector"]["work"] == work
    ]
    done = []
    for lane in begun["lanes"]:
        selected = machine["ItemSelector"]
        task = {**selected, "name": begun["name"], "lane": lane}
        (state,) = [one for one in machine["ItemProcessor"]["States"].values() if one["Type"] == "Task"]
        given = {name.removesuffix(".$"): task[path.removeprefix("$.")] for name, path in state["Parameters"].items()}
        done.append(app.fill_indices(given, Context()))
        assert done[-1]["done"]
        assert given.keys() <= done[-1].keys(), "the next turn finds what it needs"
    return done


@pytest.mark.usefixtures("_surroundings")
def test_empty_statistics_are_filled_compared_and_put_in_force() -> None:
    _world()
    begun = app.manage_indices({"step": "begin", "input": {}}, Context())
    assert not begun["cancel"]
    filled, completed, verified = (_lanes(work, begun) for work in ("fill", "complete", "verify"))
    assert sum(lane["counted"]["messages"] for lane in filled) == 7
    assert sum(lane["counted"]["events"] for lane in completed) == 1
    assert [lane["counted"]["mended"] for lane in verified] == [0] * len(begun["lanes"])
    compared = app.compare_indices({"name": begun["name"], "after": "", "campaigns": 0, "differing": 0}, Context())
    assert (compared["done"], compared["campaigns"], compared["differing"]) == (True, 2, 0)
    for step in ("switch", "retire", "remove"):
        assert app.manage_indices({"step": step, "name": begun["name"]}, Context()) == {}
    store = bootstrap.analytics_store()
    assert store.campaign_totals(CAMPAIGN).accepted == 6
    assert [link.clicks for link in store.links(CAMPAIGN, limit=5)] == [1]
    assert store.campaign_totals("transactional").planned == 1


@pytest.mark.usefixtures("_surroundings")
def test_giving_up_needs_no_lanes_and_an_unknown_step_is_refused() -> None:
    assert app.manage_indices({"step": "begin", "input": {"cancel": True}}, Context()) == {
        "name": "",
        "cancel": True,
        "lanes": [],
    }
    with pytest.raises(ValueError, match="no step 'leap'"):
        app.manage_indices({"step": "leap", "name": "1"}, Context())
