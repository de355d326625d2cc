"""How long after an event the API shows it, on the whole local stack: in the message's history and in the totals.

A mail is opened as its recipient would, and the API is asked over and over until it knows. Before the next mail is
opened there is a pause of random length, so that events fall anywhere into the second for which queue and stream gather
batches. What counts from the open to the answer: the local SES, its topic and queue, `apply_ses_events`, the table's
stream, `index_messages`, the store of statistics and one request to the API, which here takes as long as is printed.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import requests

from local.client import ApiClient
from local.stack import OPENSEARCH, SQLITE, LocalStack, Options

_TIMEOUT_SECONDS = 60
_LONGEST_PAUSE_SECONDS = 1.0
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
_OVERVIEW = "/v1/statistics/overview"


def main() -> None:
    """Measure with each store of statistics that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lag", description=__doc__)
    parser.add_argument("--events", type=int, default=60, help="mails that are opened")
    parser.add_argument("--analytics", nargs="+", default=[SQLITE, OPENSEARCH], help=f"{SQLITE}, {OPENSEARCH} or a URL")
    arguments = parser.parse_args()
    for analytics in arguments.analytics:
        with tempfile.TemporaryDirectory() as folder, LocalStack(Options(Path(folder), analytics=analytics)) as stack:
            _measure(stack, arguments.events)


def _measure(stack: LocalStack, count: int) -> None:
    api = ApiClient(stack.api_url, stack.issue_api_key("lag", ["read", "write", "send"]))
    ids = [_send(api, number) for number in range(count)]
    api.wait(_OVERVIEW, lambda shown: _totals(shown)["delivered"] == count, seconds=_TIMEOUT_SECONDS)
    page = requests.get(f"{stack.inbox_url}/inbox/api/messages", params={"limit": count}, timeout=_TIMEOUT_SECONDS)
    mails = {mail["recipients"]: mail["id"] for mail in page.json()["messages"]}
    history, totals, asked = list[float](), list[float](), list[float]()
    chance = random.Random(7)  # noqa: S311 - a pause, no secret
    for opened, message_id in enumerate(ids, 1):
        time.sleep(chance.uniform(0, _LONGEST_PAUSE_SECONDS))
        began = time.monotonic()
        requests.get(
            f"{stack.inbox_url}/o/{mails[_address(opened - 1)]}.gif",
            headers={"User-Agent": _BROWSER},
            timeout=_TIMEOUT_SECONDS,
        )
        _until(api, f"/v1/messages/{message_id}", _has_open, asked)
        history.append(time.monotonic() - began)
        _until(api, _OVERVIEW, _has_opened(opened), asked)
        totals.append(time.monotonic() - began)
    print(f"{count} mails opened, statistics in {stack.options.analytics}:")
    print(f"  event in the message's history    {_summary(history)}")
    print(f"  message in the totals             {_summary(totals)}")
    print(f"  of it one request to the API      {_summary(asked)}", flush=True)


def _address(number: int) -> str:
    return f"r{number}@example.org"


def _send(api: ApiClient, number: int) -> str:
    mail = {"to": _address(number), "from": {"address": "login@news.example.com"}}
    content = {"inline": {"subject": "Your code", "text": "4711", "html": "<p>4711</p>"}}
    answer = api.post("/v1/messages", {**mail, **content}, headers={"Idempotency-Key": f'"{number}"'})
    return str(answer["message_id"])


def _until(api: ApiClient, path: str, done: Callable[[dict[str, Any]], bool], asked: list[float]) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while True:
        began = time.monotonic()
        shown = api.get(path)
        asked.append(time.monotonic() - began)
        if done(shown):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} after {_TIMEOUT_SECONDS} s: {shown}")


def _has_open(message: dict[str, Any]) -> bool:
    return any(event["kind"] == "open" for event in message["events"])


def _has_opened(count: int) -> Callable[[dict[str, Any]], bool]:
    return lambda overview: bool(_totals(overview)["opened"] == count)


def _totals(overview: dict[str, Any]) -> dict[str, Any]:
    totals: dict[str, Any] = overview["transactional"]["totals"]
    return totals


def _summary(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"median {statistics.median(ordered):.2f} s, p99 {ordered[int(0.99 * (len(ordered) - 1))]:.2f} s"


if __name__ == "__main__":
    main()
