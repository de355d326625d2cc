"""Many messages a call, on a stack of its own with IAM enforced, counted in the local SES's record of mails."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from local import sample
from local.client import ApiClient
from local.stack import LocalStack, Options

_A_CALL = 10
_RECIPIENTS = 95
_SUPPRESSED = "bulk7@example.com"
_BOUNCES = "bounce+bulk@simulator.amazonses.com"


def test_many_messages_a_call_reach_everybody_once_though_the_answer_to_a_call_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "bulk.csv"
    addresses = [*(f"bulk{number}@example.com" for number in range(_RECIPIENTS - 1)), _BOUNCES]
    file.write_text("email,first_name,city\n" + "".join(f"{address},A&B,Bern\n" for address in addresses))
    options = Options(tmp_path / "stack", settle_seconds=120, bulk_messages=_A_CALL)
    with LocalStack(options) as stack:
        api = ApiClient(stack.api_url, stack.issue_api_key("e2e", ["read", "write", "send"]))
        api.post("/v1/suppressions", {"items": [{"address": _SUPPRESSED}]})
        file_id = sample.upload_recipients(api, file)["file_id"]
        campaign_id = sample.create_campaign(api, sample.upload_template(api), file_id)
        requests.put(f"{stack.inbox_url}/faults", json={"fail_after": 1}, timeout=30).raise_for_status()
        sample.start(api, campaign_id, timedelta())
        over = {"finished", "halted", "failed"}
        campaign = api.wait(f"/v1/campaigns/{campaign_id}", lambda c: c["state"] in over, seconds=400)
        mails = _inbox(stack, "messages", campaign_id=campaign_id, limit=500)["messages"]
        duplicates = _inbox(stack, "duplicates", tag="campaign_id", value=campaign_id)["duplicates"]
        lost = _without_an_answer(stack)

    assert campaign["state"] == "finished", campaign["reason"]
    account = campaign["account"]
    told = {name: account[name] for name in ("planned", "accepted", "skipped", "unknown")}
    assert told == {"planned": _RECIPIENTS, "accepted": _RECIPIENTS - 1, "skipped": 1, "unknown": 0}
    assert {mail["recipients"] for mail in mails} == set(addresses) - {_SUPPRESSED}
    assert len(mails) == _RECIPIENTS - 1
    assert duplicates == []
    assert lost == _A_CALL  # one answer was lost, and with it that of all the messages of its call


def _inbox(stack: LocalStack, path: str, **query: Any) -> dict[str, Any]:
    answer = requests.get(f"{stack.inbox_url}/inbox/api/{path}", params=query, timeout=30)
    answer.raise_for_status()
    document: dict[str, Any] = answer.json()
    return document


def _without_an_answer(stack: LocalStack) -> int:
    """Count the messages that were unknown for a while, in the table."""
    client = stack.emulator.client("dynamodb")
    [table] = [name for name in client.list_tables()["TableNames"] if "messages" in name]
    found = client.scan(TableName=table, FilterExpression="attribute_exists(unknown_since)")
    return int(found["Count"])
