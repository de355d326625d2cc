"""Exports through the API: ordered, written by their function, downloaded."""

import csv
import gzip
import io
from typing import Any

import boto3
import pytest

import app
from tests.integration.api import platform
from tests.integration.api.journeys import Journeys, apply_events, event_about
from tests.integration.api.platform import CONTEXT, Api


def _written(api: Api, campaign_id: str, **wishes: Any) -> dict[str, Any]:
    """Order an export and do what its workflow does; return what the API shows then."""
    ordered = api.post(f"/v1/campaigns/{campaign_id}/exports", wishes)
    assert ordered.status == 202, ordered.body
    assert (ordered.document["state"], ordered.document["url"]) == ("writing", None)
    task = {"campaign_id": campaign_id, "export_id": ordered.document["export_id"]}
    assert app.write_export({**task, "position": {}}, CONTEXT) == {**task, "position": {}, "done": True}
    shown: dict[str, Any] = api.get(ordered.headers["location"]).document
    return shown


def _content(export: dict[str, Any], ending: str = "") -> bytes:
    name = f"{export['campaign_id']}-messages.csv{ending}"
    key = f"exports/{export['campaign_id']}/{export['export_id']}/{name}"
    assert key in export["url"]
    body: bytes = boto3.client("s3").get_object(Bucket=platform.RECIPIENT_BUCKET, Key=key)["Body"].read()
    return body


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_an_export_holds_every_message_as_the_store_knows_it(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    apply_events(event_about("bounce", campaign_id, 1))
    export = _written(api, campaign_id)
    assert (export["state"], export["rows"], export["gzip"]) == ("ready", 3, False)
    rows = _rows(_content(export))
    assert [(row["address"], row["status"]) for row in rows] == [
        ("anna@example.org", "pending"),
        ("bob@example.org", "bounced"),
        ("cleo@example.org", "pending"),
    ]
    assert rows[1]["bounce_type"] == "Permanent"


def test_an_export_can_be_of_one_status_and_compressed(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.campaign_with_messages()
    apply_events(event_about("bounce", campaign_id, 1))
    export = _written(api, campaign_id, status="bounced", gzip=True)
    assert (export["rows"], export["status"]) == (1, "bounced")
    assert [row["address"] for row in _rows(gzip.decompress(_content(export, ".gz")))] == ["bob@example.org"]


def test_a_failed_export_says_why(api: Api, journeys: Journeys) -> None:
    campaign_id = journeys.draft()
    ordered = api.post(f"/v1/campaigns/{campaign_id}/exports")
    task = {"campaign_id": campaign_id, "export_id": ordered.document["export_id"]}
    assert app.fail_export({**task, "error": "States.Timeout", "cause": ""}, CONTEXT) == {}
    shown = api.get(ordered.headers["location"]).document
    assert (shown["state"], shown["reason"], shown["url"]) == ("failed", "States.Timeout: ", None)


@pytest.mark.parametrize("wishes", [{"status": "lost"}, {"gzip": "perhaps"}, {"format": "xlsx"}])
def test_what_cannot_be_exported_is_refused(api: Api, journeys: Journeys, wishes: dict[str, str]) -> None:
    api.post(f"/v1/campaigns/{journeys.draft()}/exports", wishes).problem(422, "invalid-input")


def test_what_is_not_there_is_not_found(api: Api, journeys: Journeys) -> None:
    unknown = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
    api.post(f"/v1/campaigns/{unknown}/exports").problem(404, "campaign-not-found")
    api.get(f"/v1/campaigns/{journeys.draft()}/exports/exp_1").problem(404, "export-not-found")
