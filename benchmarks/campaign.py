"""A whole campaign on the local stack, by its public API: `make bench-campaign MESSAGES=100000`.

It prints how long each step took, the rate of sending, and the account as the API tells it beside the local SES's own
record of mails.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from local.client import ApiClient
from local.sample import create_campaign, upload_recipients, upload_template
from local.stack import LocalStack, Options

_HOURS = 6 * 3600.0
_OVER = {"finished", "halted", "failed"}


def write_recipients(file: Path, count: int) -> None:
    """Write a recipient file of so many rows."""
    with file.open("w", encoding="utf-8") as out:
        out.write("email,first_name,city,voucher,plan\n")
        out.writelines(f"person{number}@example.org,Zoë,Köln,WELCOME-{number},gold\n" for number in range(count))


class _Steps:
    """Prints how long each step takes."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def done(self, name: str, count: int) -> None:
        """End a step that went through so many recipients."""
        now = time.monotonic()
        seconds, self._began = now - self._began, now
        print(f"{name}: {seconds:.1f} s, {count / seconds:,.0f} recipients/s", flush=True)


def run(api: ApiClient, recipients: Path, count: int) -> dict[str, Any]:
    """Run the campaign to its end; return it as the API shows it."""
    steps = _Steps()
    recipient_file = upload_recipients(api, recipients, seconds=_HOURS)
    steps.done("recipient file", count)
    campaign_id = create_campaign(api, upload_template(api), recipient_file["file_id"])
    path = f"/v1/campaigns/{campaign_id}"
    steps.done("template and draft", count)
    api.post(f"{path}/preflight")
    preflight = api.wait(f"{path}/preflight", lambda one: one["state"] != "checking", seconds=_HOURS)
    if not preflight["passed"]:
        raise RuntimeError(f"the pre-flight did not pass: {preflight['reason'] or preflight['report']['findings']}")
    steps.done("pre-flight, every mail rendered", count)
    api.post(f"{path}/send")
    api.wait(path, _in({"sending", "finishing", *_OVER}), seconds=_HOURS)
    steps.done("messages made", count)
    campaign = api.wait(path, _in(_OVER), seconds=_HOURS)
    steps.done("sent, settled and counted", count)
    return campaign


def _in(states: set[str]) -> Callable[[dict[str, Any]], bool]:
    return lambda campaign: campaign["state"] in states


def _print_record(file: Path) -> None:
    """Print what the local SES took."""
    with closing(sqlite3.connect(file)) as record:
        [(mails, first, last)] = record.execute("SELECT COUNT(*), MIN(sent_at), MAX(sent_at) FROM mails").fetchall()
        [(addresses,)] = record.execute("SELECT COUNT(DISTINCT address) FROM recipients").fetchall()
        seconds = "SELECT COUNT(*) AS n FROM mails GROUP BY CAST(sent_at AS INTEGER)"
        [(busiest,)] = record.execute(f"SELECT MAX(n) FROM ({seconds})").fetchall()  # noqa: S608 - a constant
    print(f"SES's record: {mails:,} mails to {addresses:,} addresses in {last - first:.1f} s")
    print(f"  {mails / (last - first):,.1f} mails/s, {busiest} in the busiest second of the clock")


def main() -> None:
    """Run one campaign and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--bulk", type=int, default=1, help="messages a call of SES")
    parser.add_argument("--per-second", type=int, default=500, help="SES's rate")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recipients = folder / "recipients.csv"
        write_recipients(recipients, options.messages)
        stack_options = Options(folder / "stack", max_send_rate=options.per_second, bulk_messages=options.bulk)
        with LocalStack(stack_options) as stack:
            api = ApiClient(stack.api_url, stack.issue_api_key("bench", ["read", "write", "send"]))
            print(f"{options.messages:,} recipients, {options.bulk} messages a call, {options.per_second} a second")
            campaign = run(api, recipients, options.messages)
            print(f"campaign: {campaign['state']}, account {campaign['account']}")
            _print_record(folder / "stack" / "ses" / "ses.sqlite3")


if __name__ == "__main__":
    main()
