"""A worker killed in the middle of sending: nobody gets the mail twice, nobody is forgotten, the account balances."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from local import sample
from tests.e2e.conftest import Running

_RECIPIENTS = 240


@pytest.mark.timeout(420)
def test_a_killed_send_worker_mails_nobody_twice_and_loses_nobody(running: Running, tmp_path: Path) -> None:
    api, inbox = running.api, running.stack.inbox_url
    file = tmp_path / "recipients.csv"
    file.write_text(
        "email,first_name,city\n" + "".join(f"killed{n}@example.com,Ann,Bern\n" for n in range(_RECIPIENTS))
    )
    template_id = sample.upload_template(api)
    campaign_id = sample.create_campaign(api, template_id, sample.upload_recipients(api, file)["file_id"])

    # Slow enough to be in the middle of it when the worker dies.
    requests.put(f"{inbox}/faults", json={"latency_ms": 150}, timeout=30).raise_for_status()
    sample.start(api, campaign_id, timedelta())
    sent_before = _wait_for_mails(inbox, campaign_id, at_least=60)
    workers = running.stack.emulator.lambda_worker_pids(running.stack.outputs["function_names"]["send_part"])
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    requests.delete(f"{inbox}/faults", timeout=30).raise_for_status()
    assert sent_before < _RECIPIENTS

    campaign = api.wait(
        f"/v1/campaigns/{campaign_id}", lambda c: c["state"] in {"finished", "halted", "failed"}, seconds=300
    )
    assert campaign["state"] == "finished", campaign["reason"]
    account = campaign["account"]
    assert account["planned"] == _RECIPIENTS
    assert account["planned"] == account["accepted"] + account["unknown"]
    # What stays unknown was claimed by the killed worker: held for a person, never sent again.
    assert account["unknown"] == account["held"] < 50
    assert _count(inbox, campaign_id) == account["accepted"]
    duplicates = requests.get(
        f"{inbox}/inbox/api/duplicates", params={"tag": "campaign_id", "value": campaign_id}, timeout=30
    )
    assert duplicates.json()["duplicates"] == []


def _count(inbox: str, campaign_id: str) -> int:
    answer = requests.get(f"{inbox}/inbox/api/count", params={"campaign_id": campaign_id}, timeout=30)
    return int(answer.json()["count"])


def _wait_for_mails(inbox: str, campaign_id: str, *, at_least: int) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        count = _count(inbox, campaign_id)
        if count >= at_least:
            return count
        time.sleep(0.02)
    raise TimeoutError(f"fewer than {at_least} mails were sent")
