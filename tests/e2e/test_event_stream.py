"""A campaign whose events come by a delivery stream, on a stack of its own with IAM enforced."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.kernel.clock import rfc3339
from chalicelib.tracking.archive import PREFIX, STREAMED, unpacked
from local import sample
from local.client import ApiClient
from local.emulator_process import CALLS
from local.executions import run_to_the_end
from local.stack import FIREHOSE, LocalStack, Options

_RECIPIENTS = 60
_BOUNCES = "bounce+stream@simulator.amazonses.com"
_COMPLAINS = "complaint+stream@simulator.amazonses.com"
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"


def test_a_campaigns_events_arrive_by_objects_of_a_delivery_stream(tmp_path: Path) -> None:
    file = tmp_path / "stream.csv"
    addresses = [*(f"stream{number}@example.com" for number in range(_RECIPIENTS - 2)), _BOUNCES, _COMPLAINS]
    file.write_text("email,first_name,city\n" + "".join(f"{address},A&B,Bern\n" for address in addresses))
    options = Options(tmp_path / "stack", settle_seconds=60, event_delivery=FIREHOSE, event_buffer_seconds=2)
    with LocalStack(options) as stack:
        api = ApiClient(stack.api_url, stack.issue_api_key("e2e", ["read", "write", "send"]))
        file_id = sample.upload_recipients(api, file)["file_id"]
        campaign_id = sample.create_campaign(api, sample.upload_template(api), file_id)
        # The answer of one call is lost: its message is settled by a Send event, which comes by the stream like all.
        requests.put(f"{stack.inbox_url}/faults", json={"fail_after": 1}, timeout=30).raise_for_status()
        sample.start(api, campaign_id, timedelta())
        over = {"finished", "halted", "failed"}
        campaign = api.wait(f"/v1/campaigns/{campaign_id}", lambda c: c["state"] in over, seconds=400)
        totals = _totals_of(api, campaign_id, delivered=_RECIPIENTS - 1, bounced=1, complained=1)
        _open_one(stack, campaign_id)
        opened = _totals_of(api, campaign_id, opened=1)
        suppressed = {one["address"]: one["reason"] for one in api.get("/v1/suppressions")["items"]}
        objects = _objects(stack)
        left = _waiting(stack)
        roles = _asked(stack)
        replayed = _replayed(stack)
        again = api.get(f"/v1/campaigns/{campaign_id}/statistics")["totals"]

    assert campaign["state"] == "finished", campaign["reason"]
    account = campaign["account"]
    told = {name: account[name] for name in ("planned", "accepted", "skipped", "unknown")}
    assert told == {"planned": _RECIPIENTS, "accepted": _RECIPIENTS, "skipped": 0, "unknown": 0}
    assert (totals["accepted"], opened["delivered"], opened["bounced"]) == (_RECIPIENTS, _RECIPIENTS - 1, 1)
    assert suppressed == {_BOUNCES: "bounce", _COMPLAINS: "complaint"}
    assert objects, "nothing came by the stream"
    assert all(key.startswith(PREFIX) and key.endswith(STREAMED) for key in objects), "and nothing by the queue"
    events = [json.loads(line) for body in objects.values() for line in gzip.decompress(body).splitlines()]
    different = {(event["eventType"], event["mail"]["messageId"]) for event in events}
    kinds = [kind for kind, _ in different]
    assert (kinds.count("Send"), kinds.count("Delivery")) == (_RECIPIENTS, _RECIPIENTS - 1)
    assert len(events) > len(objects), "events are gathered"
    assert sum(len(list(unpacked(body))) for body in objects.values()) == len(events)
    assert left == {}
    assert roles >= {("event-stream", "s3:PutObject"), ("publish-events", "firehose:PutRecordBatch")}
    assert replayed == len(events)
    assert again == opened, "a replay of the stream's objects changes nothing"


def _totals_of(api: ApiClient, campaign_id: str, **wanted: int) -> dict[str, Any]:
    """Wait until the statistics say so; return all of them."""
    answer = api.wait(
        f"/v1/campaigns/{campaign_id}/statistics",
        lambda shown: all(shown["totals"][name] >= count for name, count in wanted.items()),
        seconds=200,
    )
    totals: dict[str, Any] = answer["totals"]
    assert {name: totals[name] for name in wanted} == wanted
    return totals


def _open_one(stack: LocalStack, campaign_id: str) -> None:
    query = {"campaign_id": campaign_id, "limit": "500"}
    mails = requests.get(f"{stack.inbox_url}/inbox/api/messages", params=query, timeout=30).json()["messages"]
    mail = next(mail for mail in mails if mail["recipients"] == "stream0@example.com")
    requests.get(f"{stack.inbox_url}/o/{mail['id']}.gif", headers={"User-Agent": _BROWSER}, timeout=30)


def _objects(stack: LocalStack) -> dict[str, bytes]:
    """Return everything in the archive of events."""
    s3, bucket = stack.emulator.client("s3"), stack.outputs["bucket_names"]["events"]
    found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in found}


def _waiting(stack: LocalStack) -> dict[str, int]:
    """Return how much waits in queues in which nothing should."""
    sqs = stack.emulator.client("sqs")
    urls = {"ses-events": stack.outputs["ses_events_queue_url"], **stack.outputs["dead_letter_queue_urls"]}
    asked = ["ApproximateNumberOfMessages"]
    counts = {
        name: int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"][asked[0]])
        for name, url in urls.items()
    }
    return {name: count for name, count in counts.items() if count}


def _asked(stack: LocalStack) -> set[tuple[str, str]]:
    """Return which of the two services' roles asked IAM for what."""
    lines = (stack.emulator.folder / CALLS).read_text(encoding="utf-8").splitlines()
    found = set()
    for principal, action, _, _ in map(json.loads, lines):
        found |= {(role, action) for role in ("event-stream", "publish-events") if f"{role}-role" in principal}
    return found


def _replayed(stack: LocalStack) -> int:
    """Replay everything; return how many events that were."""
    now = datetime.now(UTC)
    arrived = {"from": rfc3339(now - timedelta(hours=1)), "to": rfc3339(now + timedelta(hours=1))}
    machine = stack.outputs["state_machine_arns"]["replay_events"]
    ended = run_to_the_end(stack.emulator.client("stepfunctions"), machine, arrived, seconds=200)
    if ended["status"] != "SUCCEEDED":
        pytest.fail(f"the replay ended with {ended}")
    hours = json.loads(ended["output"])
    assert sum(hour["failed"] for hour in hours) == 0
    return sum(hour["events"] for hour in hours)
