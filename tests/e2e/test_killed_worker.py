"""Workers killed at several steps of sending: nobody gets the mail twice, nobody is forgotten, the account balances.

Mails are counted in the inbox of the local SES, not in the platform's own store.
"""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.sending.threads import MOST
from local import sample
from local.client import ApiClient
from tests.e2e.conftest import Running

_FAST, _SLOW = 120, 20
"""Recipients of a campaign that is killed while its mails are at SES, and of one that mostly waits for permits."""

_LOST, _REFUSED, _THROTTLED = 4, 3, 5


@pytest.mark.timeout(420)
def test_killed_send_workers_mail_nobody_twice_and_lose_nobody(running: Running, tmp_path: Path) -> None:
    api, inbox = running.api, running.stack.inbox_url
    template_id = sample.upload_template(api)
    fast = _campaign(api, template_id, tmp_path, "fast", _FAST)
    slow = _campaign(api, template_id, tmp_path, "slow", _SLOW, rate_limit=4)

    # Slow enough to be in the middle of it when the workers die; some answers go wrong before that too.
    faults = {"latency_ms": 150, "fail_after": _LOST, "fail_before": _REFUSED, "throttle": _THROTTLED}
    requests.put(f"{inbox}/faults", json=faults, timeout=30).raise_for_status()
    for campaign_id in (slow, fast):
        sample.start(api, campaign_id, timedelta())
    _wait_for_mails(running, {fast: 20, slow: 2})
    workers = running.stack.emulator.lambda_worker_pids(running.stack.outputs["function_names"]["send_part"])
    assert len(workers) >= 2
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    requests.delete(f"{inbox}/faults", timeout=30).raise_for_status()
    assert _count(inbox, fast) < _FAST
    assert _count(inbox, slow) < _SLOW

    unknown = sum(_check(running, campaign_id, planned) for campaign_id, planned in ((fast, _FAST), (slow, _SLOW)))
    # Each campaign has one part, hence one worker. What SES did not take and nobody can tell of is held for a person:
    # the sends that the workers had begun, and those that SES answered with an error of its own.
    assert unknown <= 2 * MOST + _REFUSED


def _check(running: Running, campaign_id: str, planned: int) -> int:
    """Wait for the campaign's end and compare its account with the inbox; return how many are unknown."""
    api, inbox = running.api, running.stack.inbox_url
    campaign = api.wait(
        f"/v1/campaigns/{campaign_id}", lambda c: c["state"] in {"finished", "halted", "failed"}, seconds=240
    )
    assert campaign["state"] == "finished", campaign["reason"]
    account = campaign["account"]
    assert account["planned"] == planned == account["accepted"] + account["unknown"]
    assert account["unknown"] == account["held"]
    assert _count(inbox, campaign_id) == account["accepted"]
    duplicates = requests.get(
        f"{inbox}/inbox/api/duplicates", params={"tag": "campaign_id", "value": campaign_id}, timeout=30
    )
    assert duplicates.json()["duplicates"] == []
    return int(account["unknown"])


def _campaign(
    api: ApiClient, template_id: str, folder: Path, name: str, recipients: int, *, rate_limit: float | None = None
) -> str:
    """Make the draft of a campaign to recipients of its own; return its id."""
    file = folder / f"{name}.csv"
    rows = [f"{name}{number}@example.com,Ann,Bern\n" for number in range(recipients)]
    file.write_text("email,first_name,city\n" + "".join(rows))
    draft: dict[str, Any] = {
        "name": name,
        "template_id": template_id,
        "file_id": sample.upload_recipients(api, file)["file_id"],
        "sender": {"name": "Shop", "address": "shop@news.example.com"},
    }
    if rate_limit:
        draft["rate_limit"] = rate_limit
    return str(api.post("/v1/campaigns", draft)["campaign_id"])


def _count(inbox: str, campaign_id: str) -> int:
    answer = requests.get(f"{inbox}/inbox/api/count", params={"campaign_id": campaign_id}, timeout=30)
    return int(answer.json()["count"])


def _wait_for_mails(running: Running, at_least: dict[str, int]) -> None:
    """Wait until each campaign has sent so many, and is still at it."""
    deadline = time.monotonic() + 120
    while any(_count(running.stack.inbox_url, campaign_id) < count for campaign_id, count in at_least.items()):
        if time.monotonic() > deadline:
            raise TimeoutError([running.api.get(f"/v1/campaigns/{campaign_id}") for campaign_id in at_least])
        time.sleep(0.02)
