"""The sample on a stack whose statistics are kept in a real OpenSearch, compared with the local SES's own record."""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local import sample
from local.client import ApiClient
from local.opensearch.server import missing_tools
from local.stack import OPENSEARCH, LocalStack, Options
from tests.e2e import statistics_checks
from tests.e2e.conftest import Running


@pytest.fixture
def searching(tmp_path: Path) -> Iterator[Running]:
    missing = missing_tools()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"a real OpenSearch needs {' and '.join(missing)}; CI runs this test")
    with LocalStack(Options(tmp_path, settle_seconds=5, analytics=OPENSEARCH)) as stack:
        key = stack.issue_api_key("e2e", ["read", "write", "send"])
        yield Running(stack, ApiClient(stack.api_url, key), key)


@pytest.mark.timeout(600)
def test_the_numbers_of_the_sample_are_those_of_the_local_ses(searching: Running) -> None:
    outcome = sample.run(searching.api, searching.stack.inbox_url, tell=lambda _: None, at=timedelta(0))
    campaign_id = outcome.campaign["campaign_id"]
    path = f"/v1/campaigns/{campaign_id}/statistics"
    totals = searching.api.wait(path, lambda shown: _counted(shown["totals"]) == _recorded(searching)[0], seconds=120)[
        "totals"
    ]
    _, events, bounces = _recorded(searching)
    assert (totals["opens"], totals["clicks"]) == (events["Open"], events["Click"])
    assert totals["bounces"] == bounces
    assert totals["accepted"] == outcome.recipient_file["account"]["accepted"]
    statistics_checks.views_agree_with_the_totals(searching, campaign_id)
    statistics_checks.statistics_are_built_anew_beside_those_in_force(searching, campaign_id)
    _a_transactional_message_is_counted(searching)


def _a_transactional_message_is_counted(running: Running) -> None:
    mail = {"to": "anna@example.org", "from": {"address": "login@news.example.com"}}
    content = {"inline": {"subject": "Your code", "text": "4711"}}
    answer = running.api.post("/v1/messages", {**mail, **content}, headers={"Idempotency-Key": '"4711"'})
    assert answer["status"] == "accepted", answer
    wanted = {"planned": 1, "accepted": 1, "delivered": 1}
    running.api.wait(
        "/v1/statistics/overview",
        lambda shown: wanted.items() <= shown["transactional"]["totals"].items(),
        seconds=60,
    )


def _counted(totals: dict[str, Any]) -> dict[str, int]:
    names = {"accepted": "Send", "delivered": "Delivery", "bounced": "Bounce", "complained": "Complaint"}
    return {event: totals[name] for name, event in {**names, "opened": "Open", "clicked": "Click"}.items()}


def _recorded(running: Running) -> tuple[dict[str, int], Counter[str], Counter[str]]:
    """Count the local SES's mails by what happened to them, its events by kind and its bounces by cause."""
    (file,) = (running.stack.options.folder / "ses").glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT mail, kind, detail FROM events WHERE state = 'published'").fetchall()
    mails = Counter(kind for _, kind in {(mail, kind) for mail, kind, _ in rows})
    causes = {mail: json.loads(detail) for mail, kind, detail in rows if kind == "Bounce"}
    bounces = Counter(f"{cause['bounceType']}/{cause['bounceSubType']}" for cause in causes.values())
    return dict(mails), Counter(kind for _, kind, _ in rows), bounces
