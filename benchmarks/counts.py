"""What is counted for `make cost COUNT=1`, and kept in counted_calls.json: calls of AWS by those who make them.

Workers and events are counted as `make bench-sending` does, at their own pace, on which it depends how many calls a
message takes there. What everything else calls is the difference between two campaigns on the local stack, a small one
and a larger one: what is done once a campaign is in neither.
"""

import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.campaign import run, write_recipients
from benchmarks.playground import playground
from benchmarks.sending import MOST_A_SECOND, measured
from benchmarks.sending_cost import FIREHOSE_SECONDS
from local.client import ApiClient
from local.emulator_process import CALLS
from local.stack import LocalStack, Options

COUNTS = Path(__file__).with_name("counted_calls.json")
_ROLE = re.compile(r"/email-platform-local-(?P<function>[a-z-]+?)-role(-[0-9a-f]+)?/")
_TABLE = re.compile(r":table/email-platform-local-(?P<table>[a-z-]+?)(-[0-9a-f]{7})?(?P<index>/index/[a-z_]+)?$")
_SMALL, _LARGE = 1_000, 4_000
_MESSAGES, _TURNS, _PER_SECOND, _BULK = 300, 3, 30.0, 50
_RATE = 500
_FLUSHED_SECONDS = 3.0


class Counted(NamedTuple):
    """What one function called: the action, on a table or index where it is one of DynamoDB's."""

    function: str
    action: str
    table: str


class Worker(NamedTuple):
    """Calls of send workers by operation, and the messages that they sent with them."""

    calls: Mapping[str, int]
    messages: int


class Events(NamedTuple):
    """Calls of applying events by operation, the events, and the messages whose they were."""

    calls: Mapping[str, int]
    events: int
    messages: int


class Counts(NamedTuple):
    """Everything that was counted.

    Attributes:
        single: workers with one message a call of SES.
        bulk: workers with 50.
        notified: of events that came by notifications.
        streamed: of the same events by a delivery stream.
        others: of every function in so many messages of a campaign.
        messages: those.
    """

    single: Worker
    bulk: Worker
    notified: Events
    streamed: Events
    others: Mapping[Counted, int]
    messages: int


def read() -> Counts:
    """Return what was counted last."""
    document = json.loads(COUNTS.read_text(encoding="utf-8"))
    return Counts(
        Worker(**document["single"]),
        Worker(**document["bulk"]),
        Events(**document["notified"]),
        Events(**document["streamed"]),
        {Counted(*call.split(" ")): number for call, number in document["campaign"]["calls"].items()},
        document["campaign"]["messages"],
    )


def count() -> None:
    """Count everything anew."""
    parts = {**_workers_and_events(), "campaign": _campaigns()}
    COUNTS.write_text(json.dumps(parts, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _workers_and_events() -> dict[str, dict[str, Any]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        playground(Path(folder), per_second=MOST_A_SECOND) as ground,
    ):
        worker = "benchmarks.send_worker"
        single = measured(ground, worker, messages=_MESSAGES, per_second=_PER_SECOND, turns=_TURNS)
        many = _MESSAGES * 5
        bulk = measured(ground, worker, messages=many, per_second=_PER_SECOND * 10, turns=_TURNS, bulk=_BULK)
        events = "benchmarks.event_calls"
        notified = measured(ground, events, messages=_MESSAGES)
        streamed = measured(ground, events, messages=_MESSAGES, gathered=FIREHOSE_SECONDS)
    return {
        "single": {"calls": single["calls"], "messages": _MESSAGES * _TURNS},
        "bulk": {"calls": bulk["calls"], "messages": many * _TURNS},
        "notified": {**notified, "messages": _MESSAGES},
        "streamed": {**streamed, "messages": _MESSAGES},
    }


def _campaigns() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with LocalStack(Options(folder / "stack", max_send_rate=_RATE, bulk_messages=_BULK, settle_seconds=5)) as stack:
            api = ApiClient(stack.api_url, stack.issue_api_key("cost", ["read", "write", "send"]))
            log = stack.emulator.folder / CALLS
            seen = [Counter[Counted]()]
            for size in (_SMALL, _LARGE):
                recipients = folder / f"{size}.csv"
                write_recipients(recipients, size)
                campaign = run(api, recipients, size)
                if campaign["account"]["accepted"] != size:
                    raise RuntimeError(f"not every message was accepted: {campaign['account']}")
                seen.append(_settled(log))
    small, large = seen[1] - seen[0], seen[2] - seen[1]
    calls = {" ".join(call): number for call, number in (large - small).items()}
    return {"calls": calls, "messages": _LARGE - _SMALL}


def _settled(log: Path) -> Counter[Counted]:
    """Return the calls so far, once nothing is called any more."""
    calls = _calls(log)
    while True:
        time.sleep(_FLUSHED_SECONDS)
        before, calls = calls, _calls(log)
        if calls == before:
            return calls


def _calls(log: Path) -> Counter[Counted]:
    found: Counter[Counted] = Counter()
    for line in log.read_text(encoding="utf-8").splitlines():
        principal, action, resource, number = json.loads(line)
        if role := _ROLE.search(principal):
            table = _TABLE.search(resource)
            name = f"{table['table']}{table['index'] or ''}" if table else ""
            found[Counted(role["function"].replace("-", "_"), action, name.replace("-", "_"))] += number
    return found
