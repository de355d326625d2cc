"""What holds of a campaign's statistics and exports after it was sent, on the running stack."""

import csv
import json
import time
from dataclasses import replace
from typing import Any

import requests

from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from tests.e2e.conftest import Running

_SECONDS = 120


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
    store = SqliteAnalytics(running.stack.options.folder.absolute() / "analytics.db")
    first, second, *_ = store.part_documents(campaign_id, 0)
    store.remove_messages([first])
    store.restore_messages([replace(second, opens=77)])
    assert running.api.get(path)["totals"] != before
    ended = _executed(running, "reconcile_statistics", {"campaign_ids": [campaign_id]})
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


def _executed(running: Running, machine: str, task: dict[str, Any]) -> dict[str, Any]:
    states = running.stack.emulator.client("stepfunctions")
    arn = running.stack.outputs["state_machine_arns"][machine]
    execution = states.start_execution(stateMachineArn=arn, input=json.dumps(task))["executionArn"]
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        ended: dict[str, Any] = states.describe_execution(executionArn=execution)
        if ended["status"] != "RUNNING":
            return ended
        time.sleep(0.5)
    raise TimeoutError(f"{machine} did not end in {_SECONDS} s")
