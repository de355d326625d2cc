"""The sample campaign, driven through the public API only, then read and clicked as its recipients would."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from local.client import ApiClient

SAMPLES = Path(__file__).parents[1] / "samples"
_START_IN = timedelta(seconds=20)
_READERS = 60
_CLICKERS = 20
_TIMEOUT_SECONDS = 30
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the sample came to.

    Attributes:
        recipient_file: the API's account of the file's rows.
        campaign: the campaign as the API shows it at the end.
        statistics: the API's statistics at the end.
        opened, clicked: mails that were opened and clicked here.
        seconds: from the first request to the last number.
    """

    recipient_file: dict[str, Any]
    campaign: dict[str, Any]
    statistics: dict[str, Any]
    opened: int
    clicked: int
    seconds: float


def run(api: ApiClient, inbox_url: str, *, tell: Callable[[str], None] = print, at: timedelta = _START_IN) -> Outcome:
    """Run the sample campaign from its files to its statistics.

    Args:
        api: the Email API with a key of the scopes read, write and send.
        inbox_url: the local SES, where mails are opened and clicked.
        tell: is told each step.
        at: how far ahead the campaign is scheduled; zero sends at once.
    """
    began = time.monotonic()
    tell("uploading the template and the recipient file")
    template_id = upload_template(api)
    recipient_file = upload_recipients(api)
    campaign_id = create_campaign(api, template_id, recipient_file["file_id"])
    tell("checking every mail before it is scheduled")
    start(api, campaign_id, at)
    tell(f"campaign {campaign_id} starts in {at.total_seconds():.0f} s")
    path = f"/v1/campaigns/{campaign_id}"
    campaign = api.wait(path, lambda c: c["state"] in {"finished", "halted", "failed"}, seconds=300)
    if campaign["state"] != "finished":
        raise RuntimeError(f"the campaign is {campaign['state']}: {campaign['reason']}")
    tell("opening and clicking some of the mails")
    opened, clicked = read_mails(inbox_url, campaign_id)
    statistics = api.wait(
        f"{path}/statistics", lambda s: _complete(s["totals"], campaign, opened, clicked), seconds=120
    )
    return Outcome(recipient_file, campaign, statistics, opened, clicked, time.monotonic() - began)


def create_campaign(api: ApiClient, template_id: str, file_id: str) -> str:
    """Make the sample's draft; return its id."""
    created = api.post(
        "/v1/campaigns",
        {
            "name": "Autumn news",
            "template_id": template_id,
            "file_id": file_id,
            "sender": {"name": "Müller & Söhne", "address": "autumn@news.example.com"},
        },
    )
    return str(created["campaign_id"])


def check(api: ApiClient, campaign_id: str) -> dict[str, Any]:
    """Let every mail of a campaign be rendered and all else be checked; return the pre-flight.

    Raises:
        RuntimeError: something keeps the campaign from being sent.
    """
    path = f"/v1/campaigns/{campaign_id}/preflight"
    api.post(path)
    preflight = api.wait(path, lambda p: p["state"] != "checking", seconds=120)
    if not preflight["passed"]:
        raise RuntimeError(f"the pre-flight did not pass: {preflight['reason'] or preflight['report']['findings']}")
    return preflight


def start(api: ApiClient, campaign_id: str, at: timedelta) -> None:
    """Check a campaign, then schedule it or send it at once."""
    check(api, campaign_id)
    if at:
        moment = (datetime.now(UTC) + at).isoformat(timespec="seconds")
        api.post(f"/v1/campaigns/{campaign_id}/schedule", {"at": moment, "time_zone": "Europe/Berlin"})
    else:
        api.post(f"/v1/campaigns/{campaign_id}/send")


def upload_template(api: ApiClient) -> str:
    """Make the sample template and wait until it is ready; return its id."""
    described = json.loads((SAMPLES / "sample.json").read_text(encoding="utf-8"))
    created = api.post(
        "/v1/templates",
        {
            "name": described["name"],
            "subject": described["subject"],
            "text": (SAMPLES / "template.txt").read_text(encoding="utf-8"),
        },
    )
    api.upload(created["upload"], SAMPLES / "template.html")
    path = f"/v1/templates/{created['template_id']}"
    template = api.wait(path, lambda t: t["status"] in {"ready", "invalid"}, seconds=60)
    if template["status"] != "ready":
        raise RuntimeError(f"the template is invalid: {template['findings']}")
    return str(created["template_id"])


def upload_recipients(
    api: ApiClient, file: Path = SAMPLES / "recipients.csv", *, multipart: bool = False, seconds: float = 120
) -> dict[str, Any]:
    """Upload a recipient file and wait until it is processed; return the API's record of it.

    Args:
        api: the Email API.
        file: the recipients.
        multipart: upload it in parts.
        seconds: how long its import may take.
    """
    created = api.post(
        "/v1/recipient-files", {"name": file.name, "file_bytes": file.stat().st_size, "multipart": multipart}
    )
    path = f"/v1/recipient-files/{created['file_id']}"
    api.upload(created["upload"], file)
    if multipart:
        api.post(f"{path}/upload/complete")
    recipient_file = api.wait(path, lambda f: f["status"] in {"ready", "rejected", "failed"}, seconds=seconds)
    if recipient_file["status"] != "ready":
        raise RuntimeError(f"the recipient file is {recipient_file['status']}: {recipient_file['reason']}")
    return recipient_file


def read_mails(inbox_url: str, campaign_id: str) -> tuple[int, int]:
    """Open some mails and click a link in some of these, as a browser does; return how many of each."""
    query: dict[str, Any] = {"campaign_id": campaign_id, "limit": _READERS + _CLICKERS}
    page = requests.get(f"{inbox_url}/inbox/api/messages", params=query, timeout=_TIMEOUT_SECONDS).json()
    readers = [m for m in page["messages"] if "simulator" not in m["recipients"]][:_READERS]
    browser = requests.Session()
    browser.headers["User-Agent"] = _BROWSER
    for mail in readers:
        browser.get(f"{inbox_url}/o/{mail['id']}.gif", timeout=_TIMEOUT_SECONDS)
    for mail in readers[:_CLICKERS]:
        document = browser.get(f"{inbox_url}/inbox/api/messages/{mail['id']}", timeout=_TIMEOUT_SECONDS).json()
        browser.get(document["links"][0]["url"], timeout=_TIMEOUT_SECONDS, allow_redirects=False)
    return len(readers), len(readers[:_CLICKERS])


def _complete(totals: dict[str, Any], campaign: dict[str, Any], opened: int, clicked: int) -> bool:
    """Tell whether every event of the sample has reached the statistics."""
    account = campaign["account"]
    return bool(
        totals["planned"] == account["planned"]
        and totals["accepted"] == account["accepted"]
        and totals["delivered"] + totals["bounced"] >= totals["accepted"]
        and totals["opened"] >= opened
        and totals["clicked"] >= clicked
    )


def account(outcome: Outcome) -> list[tuple[str, str]]:
    """Return the short account that ``make run`` prints: what and how many."""
    rows = outcome.recipient_file["account"]
    ended, totals = outcome.campaign["account"], outcome.statistics["totals"]
    invalid, bounces = _listed(rows["invalid_reasons"]), _listed(totals["bounces"])
    return [
        ("rows", f"{rows['rows']}"),
        ("accepted", f"{rows['accepted']} ({rows['repaired']} repaired)"),
        ("duplicates", f"{rows['duplicates']}"),
        ("invalid", f"{rows['invalid']}{invalid}"),
        ("planned", f"{ended['planned']}"),
        ("accepted by SES", f"{ended['accepted']}"),
        ("failed / skipped / unknown", f"{ended['failed']} / {ended['skipped']} / {ended['unknown']}"),
        ("delivered", f"{totals['delivered']}"),
        ("bounced", f"{totals['bounced']}{bounces}"),
        ("complained", f"{totals['complained']}"),
        ("opened", f"{totals['opened']} of {outcome.opened} mails opened here"),
        ("clicked", f"{totals['clicked']} of {outcome.clicked} mails clicked here"),
        ("seconds", f"{outcome.seconds:.1f}"),
    ]


def _listed(counts: dict[str, int]) -> str:
    """Write counts by name in brackets, nothing when there are none."""
    return f" ({', '.join(f'{count} {name}' for name, count in sorted(counts.items()))})" if counts else ""
