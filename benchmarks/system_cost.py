"""What a million mails cost in the whole platform, by stage, from counted calls; `make cost` writes it into the docs.

Prices of us-east-1 (November 2026), without free tiers.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import counts
from benchmarks.counts import Counted, Counts
from benchmarks.sending_cost import READ, WRITE, cost_of_a_million

PAGE = Path(__file__).resolve().parents[1] / "docs" / "operations.md"
BEGIN, END = "<!-- cost: written by `make cost` -->", "<!-- /cost -->"
_MILLION = 1_000_000

_WRITES = {"PutItem": 1, "UpdateItem": 1, "DeleteItem": 1, "PartiQLUpdate": 1, "BatchWriteItem": 25}
"""Write units of a call: items are below 1 KB, and 25 messages are written at once."""

_READS = {"GetItem": 1, "Query": 1, "BatchGetItem": 100}
"""Read units of a call: one item or a short page; suppressions are looked up for 50 messages in two scopes at once."""

_PART_READS = 150
"""Read units of a query of messages: a part of 1,000 of some 600 bytes."""

_OTHER_CALLS = {
    "s3:PutObject": 5e-6,
    "s3:ListBucket": 5e-6,
    "s3:GetObject": 0.4e-6,
    "s3:GetObjectVersion": 0.4e-6,
    "kms:GenerateMac": 3e-6,
    "kms:Decrypt": 3e-6,
    "sqs:SendMessage": 0.4e-6,
    "events:PutEvents": 1e-6,
}
"""Dollars a call; what is missing here is free, or counted as a transition of a workflow."""

_TRANSITION, _PART = 25e-6, 1_000
_TRANSITIONS = {"import": 6, "check": 4}
"""State transitions a part of 1,000 recipients besides those of creation and sending (docs/decisions/0010)."""

_GB_SECOND = 0.0000133334  # arm64, the default of `architecture`
_GB_SECONDS = {"import": 3.0 * 10, "check": 1.769 * 130}
"""GB seconds of Lambda a million, measured for import and check (docs/decisions/0018, 0021)."""

_STAGES: Mapping[str, tuple[str, ...]] = {
    "import": ("import_recipient_file",),
    "check": ("check_preflight_part", "finish_preflight"),
}
_NAMES = {
    "import": "recipients imported, by counted calls",
    "check": "campaign checked before it is sent (pre-flight), by counted calls",
    "statistics": "statistics, events for other programs and the watch over the campaign, by counted calls",
}
_COUNTED_ELSEWHERE = {"create_part_messages", "send_part", "apply_ses_events"}
"""Functions whose calls are in the lines of `benchmarks.sending_cost`."""

_OF_PEOPLE = {"api", "authorize"}
"""Functions that are called by whoever watches, as often as that one wants."""

_STARTS = {"claim_campaign", "finish_message_plan", "find_due_campaigns", "validate_template", "issue_api_key"}
"""Functions that run once a campaign or by the clock."""

_AFTERWARDS = {"check_reputation", "index_messages", "plan_deliveries", "publish_changes", "settle_campaign"}

KNOWN = _COUNTED_ELSEWHERE | _OF_PEOPLE | _STARTS | _AFTERWARDS | {name for names in _STAGES.values() for name in names}


def dollars_of_call(call: Counted) -> float:
    """Return what one call costs."""
    service, _, action = call.action.partition(":")
    if service != "dynamodb":
        return _OTHER_CALLS.get(call.action, 0.0)
    if action in _WRITES:
        return _WRITES[action] * WRITE
    units = _PART_READS if (action, call.table) == ("Query", "messages") else _READS.get(action, 0)
    return units * READ


def before_and_after(counted: Counts) -> dict[str, float]:
    """Return the dollars a million of what is not making, sending and tracking messages, by name."""
    found = {}
    for stage, functions in {**_STAGES, "statistics": tuple(_AFTERWARDS)}.items():
        calls = sum(
            dollars_of_call(call) * number for call, number in counted.others.items() if call.function in functions
        )
        dollars = calls / counted.messages * _MILLION + _GB_SECONDS.get(stage, 0.0) * _GB_SECOND
        found[_NAMES[stage]] = dollars + _TRANSITIONS.get(stage, 0) * _TRANSITION * _MILLION / _PART
    return found


def columns(counted: Counts) -> list[dict[str, float]]:
    """Return what is paid for and its dollars: with one message a call of SES and with 50, by each way of events."""
    found = []
    for events in (counted.notified, counted.streamed):
        for worker in (counted.single, counted.bulk):
            lines = dict(
                cost_of_a_million(
                    worker.calls,
                    worker.messages,
                    event_calls=events.calls,
                    events=events.events,
                    tracked=events.messages,
                    gathered=events is counted.streamed,
                )
            )
            del lines["sum"]
            lines = {**before_and_after(counted), **lines}
            found.append({**lines, "sum": sum(lines.values())})
    return found


def table() -> str:
    """Return the table of the docs."""
    found = columns(counts.read())
    names = dict.fromkeys(name for column in found for name in column if name != "sum")
    rows = [_row(name, [column.get(name) for column in found]) for name in (*names, "sum")]
    return "\n".join(
        [
            "| US dollars a million mails | one message a call | 50 a call | one, `firehose` | 50, `firehose` |",
            "|---|---|---|---|---|",
            *rows,
            _row("SES's own price", [100] * len(found)),
        ]
    )


def _row(name: str, dollars: Sequence[float | None]) -> str:
    weight = "**" if name == "sum" else ""
    cells = ["" if one is None else f"{weight}{one:.2f}{weight}" for one in dollars]
    return f"| {weight}{name}{weight} | " + " | ".join(cells) + " |"


def written(page: str) -> str:
    """Return the page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Write the table, after counting anew if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", action="store_true", help="count the calls anew, some minutes")
    if parser.parse_args().count:
        counts.count()
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(table())


if __name__ == "__main__":
    main()
