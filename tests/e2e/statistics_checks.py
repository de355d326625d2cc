"""What holds of a campaign's statistics and exports after it was sent, on the running stack."""

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from chalicelib.adapters.opensearch_connection import connect
from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from chalicelib.kernel.clock import rfc3339
from local.executions import run_to_the_end
from tests.e2e.conftest import Running

_SECONDS = 300


def views_agree_with_the_totals(running: Running, campaign_id: str) -> None:
    """Add up what domains, providers, time line, bounces and the overview say."""
    path = f"/v1/campaigns/{campaign_id}/statistics"
    totals = running.api.get(path)["totals"]
    providers = running.api.get(f"{path}/providers")["providers"]
    for name in ("planned", "accepted", "delivered", "bounced", "complained", "opened", "clicked"):
        assert sum(group["totals"][name] for group in providers) == totals[name], name
    domains = running.api.get(f"{path}/domains", limit=200)["domains"]
    assert sum(group["totals"]["planned"] for group in domains) <= totals["planned"]
    points = running.api.get(f"{path}/timeline", zone="Europe/Berlin", interval="minute")["points"]
    assert sum(point["counts"].get("delivery", 0) for point in points) == totals["delivered"]
    assert sum(point["counts"].get("open", 0) for point in points) == totals["opens"]
    links = running.api.get(f"{path}/links", limit=200)["links"]
    assert sum(link["clicks"] for link in links) == totals["clicks"]
    causes = running.api.get(f"{path}/bounces", limit=200)["bounces"]
    assert sum(cause["events"] for cause in causes) >= totals["bounced"]
    compared = running.api.get("/v1/statistics/campaigns", ids=campaign_id)["campaigns"]
    assert compared[0]["totals"] == totals
    overview = running.api.get("/v1/statistics/overview")
    assert overview["campaign"]["totals"]["accepted"] >= totals["accepted"]


def what_was_changed_in_statistics_is_mended(running: Running, campaign_id: str) -> None:
    """Delete and alter documents, compare with the messages, and find the numbers of before."""
    path = f"/v1/campaigns/{campaign_id}/statistics"
    before = running.api.get(path)["totals"]
    store = SqliteAnalytics(_file(running))
    first, second, *_ = store.part_documents(campaign_id, 0)
    store.remove_messages([first])
    store.restore_messages([replace(second, opens=77)])
    assert running.api.get(path)["totals"] != before
    ended = executed(running, "reconcile_statistics", {"campaign_ids": [campaign_id]})
    assert ended["status"] == "SUCCEEDED", ended
    assert running.api.get(path)["totals"] == before


def an_export_holds_every_message(running: Running, campaign_id: str, planned: int) -> None:
    """Order an export, wait for it, download it and count."""
    order = running.api.post(f"/v1/campaigns/{campaign_id}/exports")
    path = f"/v1/campaigns/{campaign_id}/exports/{order['export_id']}"
    export = running.api.wait(path, lambda shown: shown["state"] != "writing", seconds=_SECONDS)
    assert (export["state"], export["rows"]) == ("ready", planned)
    answer = requests.get(export["url"], timeout=30)
    answer.encoding = "utf-8-sig"
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert len({row["address"] for row in rows}) == len(rows) == planned


def events_that_were_lost_come_back_by_a_replay(running: Running, campaign_id: str) -> None:
    """Delete every event of the statistics, replay the archive, and find the answers of before."""
    before = _answers(running, campaign_id)
    with closing(sqlite3.connect(_file(running))) as database, database:
        database.execute("DELETE FROM events")
    assert _answers(running, campaign_id) != before
    now = datetime.now(UTC)
    arrived = {"from": rfc3339(now - timedelta(hours=3)), "to": rfc3339(now + timedelta(hours=1))}
    ended = executed(running, "replay_events", arrived)
    assert ended["status"] == "SUCCEEDED", ended
    hours = json.loads(ended["output"])
    assert sum(hour["failed"] for hour in hours) == 0
    assert sum(hour["events"] for hour in hours) >= sum(sum(point.values()) for point in before["timeline"])
    assert _answers(running, campaign_id) == before


def statistics_that_were_lost_are_built_anew(running: Running, campaign_id: str) -> None:
    """Delete everything that the statistics hold, build them anew, and find the answers of before."""
    before = _answers(running, campaign_id)
    with closing(sqlite3.connect(_file(running))) as database, database:
        database.execute("DELETE FROM messages")
        database.execute("DELETE FROM events")
    assert _answers(running, campaign_id)["totals"]["planned"] == 0
    ended = executed(running, "rebuild_statistics", {})
    assert ended["status"] == "SUCCEEDED", ended
    assert _answers(running, campaign_id) == before


def statistics_are_built_anew_beside_those_in_force(running: Running, campaign_id: str) -> None:
    """Build new indices, and give up a second attempt; the answers stay what they are."""
    before = _answers(running, campaign_id)
    client = connect(running.stack.analytics_url)
    for task, generation in (({}, "1.2"), ({"cancel": True}, "1.2"), ({}, "1.3")):
        ended = executed(running, "rebuild_statistics", task)
        assert ended["status"] == "SUCCEEDED", ended
        assert _answers(running, campaign_id) == before
        aliased = client.indices.get_alias(name="email-platform-messages")
        assert {name.rpartition("-")[0] for name in aliased} == {f"email-platform-messages-v{generation}"}
    left = client.cat.indices(index="email-platform-*-v*", params={"format": "json", "h": "index"})
    assert {one["index"].rpartition("-v")[2].rpartition("-")[0] for one in left} == {"1.3"}
    client.close()


def _answers(running: Running, campaign_id: str) -> dict[str, Any]:
    """Return what the API answers from messages, events and links."""
    path = f"/v1/campaigns/{campaign_id}/statistics"
    points = running.api.get(f"{path}/timeline", zone="Europe/Berlin", interval="minute")["points"]
    return {
        "totals": running.api.get(path)["totals"],
        "links": running.api.get(f"{path}/links", limit=200)["links"],
        "bounces": running.api.get(f"{path}/bounces", limit=200)["bounces"],
        "timeline": [point["counts"] for point in points],
        "machines": [point["machine"] for point in points],
    }


def _file(running: Running) -> Path:
    return running.stack.options.folder.absolute() / "analytics.db"


def executed(running: Running, machine: str, task: dict[str, Any]) -> dict[str, Any]:
    """Run a state machine to its end; return how it ended."""
    states = running.stack.emulator.client("stepfunctions")
    arn = running.stack.outputs["state_machine_arns"][machine]
    return run_to_the_end(states, arn, task, seconds=_SECONDS)
