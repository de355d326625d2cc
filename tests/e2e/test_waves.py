"""Campaigns in waves, counted in the inbox of the local SES: by the recipients' local time, and a canary first."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from local import sample
from tests.e2e.conftest import Running

_GONE_BY = {"Etc/GMT-3": 70, "Etc/GMT-2": 40}
"""Recipients in zones where the time has passed: these waves go at once."""

_SOON = {"Etc/UTC": 60, "Mars/Olympus_Mons": 5, "": 5}
_LATER = {"Etc/GMT+5": 30}


@pytest.mark.timeout(280)
def test_each_zone_gets_its_mail_at_its_own_time_and_a_cancelled_wave_gets_none(
    running: Running, tmp_path: Path
) -> None:
    file = tmp_path / "zones.csv"
    zones = {**_GONE_BY, **_SOON, **_LATER}
    rows = [
        (f"zone{zone}{number}@example.com", name) for zone, name in enumerate(zones) for number in range(zones[name])
    ]
    rows = [rows[place * 101 % len(rows)] for place in range(len(rows))]  # zones in no order
    file.write_text("email,first_name,city,timezone\n" + "".join(f"{who},Ann,Bern,{name}\n" for who, name in rows))
    campaign_id = _draft(running, file)
    sample.check(running.api, campaign_id)
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=25)
    path = f"/v1/campaigns/{campaign_id}"
    asked = {"at": due.replace(tzinfo=None).isoformat(), "time_zone": "Etc/UTC", "recipient_local": True}
    foreseen = running.api.get(f"{path}/preflight/waves?at={asked['at']}&time_zone=Etc/UTC")
    tomorrow = due + timedelta(days=1)
    running.api.post(f"{path}/schedule", {**asked, "at": tomorrow.replace(tzinfo=None).isoformat()})
    put_off = running.api.wait(path, lambda c: bool(c["waves"]), seconds=60)
    assert datetime.fromisoformat(put_off["waves"][2]["at"]) == tomorrow
    running.api.post(f"{path}/schedule", asked)

    planned = running.api.get(path)
    assert [wave["recipients"] for wave in planned["waves"]] == [70, 40, 70, 30]
    assert [(wave["at"], wave["recipients"]) for wave in foreseen["waves"]] == [
        (wave["at"], wave["recipients"]) for wave in planned["waves"]
    ]
    assert datetime.fromisoformat(planned["waves"][2]["at"]) == due
    running.api.wait(path, lambda c: c["waves"][2]["done"], seconds=150)
    now = sum(_GONE_BY.values()) + sum(_SOON.values())
    mails = _mails(running, campaign_id)
    assert len(mails) == now
    at = {mail["recipients"]: datetime.fromisoformat(mail["sent_at"]) for mail in mails}
    assert all(at[who] >= due for who, name in rows if name in _SOON)
    assert all(who not in at for who, name in rows if name in _LATER)

    running.api.post(f"{path}/pause")
    running.api.post(f"{path}/resume")
    assert running.api.get(path)["state"] == "sending"
    running.api.post(f"{path}/cancel")
    ended = running.api.wait(path, lambda c: c["account"]["planned"] > 0, seconds=60)
    assert ended["state"] == "cancelled"
    account = ended["account"]
    assert (account["planned"], account["accepted"], account["skipped"]) == (now + 30, now, 30)
    assert len(_mails(running, campaign_id)) == now
    assert _duplicates(running, campaign_id) == []


@pytest.mark.timeout(280)
def test_a_canary_that_bounces_halts_the_campaign_and_who_resumes_it_sends_the_rest(
    running: Running, tmp_path: Path
) -> None:
    file = tmp_path / "canary.csv"
    everybody = [f"bounce+canary{number:02d}@simulator.amazonses.com" for number in range(60)]
    file.write_text("email,first_name,city\n" + "".join(f"{who},Ann,Bern\n" for who in everybody))
    campaign_id = _draft(running, file, canary={"recipients": 20, "wait_minutes": 1})
    path = f"/v1/campaigns/{campaign_id}"
    sample.start(running.api, campaign_id, timedelta())

    halted = running.api.wait(path, lambda c: c["state"] in {"halted", "finished", "failed"}, seconds=200)
    assert (halted["state"], halted["waves"][1]["done"]) == ("halted", False)
    assert halted["reason"].startswith("Canary: Reputation guard: 20 hard bounces among 20 messages")
    drawn = {mail["recipients"] for mail in _mails(running, campaign_id)}
    assert len(drawn) == 20
    assert drawn != set(everybody[:20])

    running.api.post(f"{path}/resume")
    ended = running.api.wait(path, lambda c: c["state"] in {"halted", "finished", "failed"}, seconds=120)
    assert ended["state"] == "finished", ended["reason"]
    account = ended["account"]
    assert account["planned"] == account["accepted"] == 60
    assert {mail["recipients"] for mail in _mails(running, campaign_id)} == set(everybody)
    assert _duplicates(running, campaign_id) == []


def _draft(running: Running, file: Path, **more: Any) -> str:
    template_id = sample.upload_template(running.api)
    file_id = sample.upload_recipients(running.api, file)["file_id"]
    sender = {"name": "Shop", "address": "shop@news.example.com"}
    draft = {"name": file.stem, "template_id": template_id, "file_id": file_id, "sender": sender, **more}
    return str(running.api.post("/v1/campaigns", draft)["campaign_id"])


def _mails(running: Running, campaign_id: str) -> list[dict[str, Any]]:
    return list(_inbox(running, "messages", campaign_id=campaign_id, limit=500)["messages"])


def _duplicates(running: Running, campaign_id: str) -> list[Any]:
    return list(_inbox(running, "duplicates", tag="campaign_id", value=campaign_id)["duplicates"])


def _inbox(running: Running, path: str, **query: Any) -> dict[str, Any]:
    answer = requests.get(f"{running.stack.inbox_url}/inbox/api/{path}", params=query, timeout=30)
    answer.raise_for_status()
    document: dict[str, Any] = answer.json()
    return document
