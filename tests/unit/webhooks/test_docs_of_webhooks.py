"""The page on webhooks tells the numbers and words that the code has."""

import re
from datetime import timedelta
from pathlib import Path

from chalicelib.adapters.webhook_requests import REQUEST_SECONDS
from chalicelib.live.domain_events import DetailType
from chalicelib.webhooks.deliveries import (
    ANSWER_CHARACTERS,
    DELAYS,
    KEPT,
    LONGEST_RETRY_AFTER,
    MOST_ATTEMPTS_KEPT,
    AttemptError,
)
from chalicelib.webhooks.delivering import AT_ONCE
from chalicelib.webhooks.model import (
    DISABLED_AFTER,
    MOST_WEBHOOKS,
    OLD_SECRET_VALID,
    TEST_TYPE,
    DisabledReason,
    event_type,
)

_DOCS = Path(__file__).parents[3] / "docs"
PAGE = (_DOCS / "webhooks.md").read_text()
API = (_DOCS / "api.md").read_text()


def test_every_type_of_event_is_in_the_table_and_no_other() -> None:
    table = dict(re.findall(r"^\| `([a-z_.]+\.[a-z_]+)` \| (.+) \|$", PAGE, re.MULTILINE))
    assert TEST_TYPE in table
    del table[TEST_TYPE]
    assert table == {event_type(kind): kind.value for kind in DetailType}


def test_the_pauses_are_those_of_the_code() -> None:
    (told,) = re.findall(r"the next attempt follows in (.*?), each", PAGE, re.DOTALL)
    units = {"s": 1, "min": 60, "h": 3_600}
    pauses = [timedelta(seconds=int(n) * units[unit]) for n, unit in re.findall(r"(\d+) (s|min|h)\b", told)]
    assert tuple(pauses) == DELAYS


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"within {REQUEST_SECONDS:.0f} seconds" in PAGE
    assert f"{ANSWER_CHARACTERS:,} characters are kept" in PAGE
    assert (OLD_SECRET_VALID, "for 24 hours" in PAGE) == (timedelta(hours=24), True)
    assert (LONGEST_RETRY_AFTER, "up to an hour" in PAGE) == (timedelta(hours=1), True)
    assert (AT_ONCE, "Up to eight requests" in PAGE) == (8, True)
    assert (DISABLED_AFTER, "for five days" in PAGE) == (timedelta(days=5), True)
    assert f"**{KEPT.days} days**" in PAGE
    assert f"latest {MOST_ATTEMPTS_KEPT} attempts" in PAGE.replace("\n", " ")
    assert f"There may be {MOST_WEBHOOKS}." in API


def test_every_reason_and_error_is_explained() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE)) >= {reason.value for reason in DisabledReason}
    told = PAGE.partition("Why an attempt got no answer")[2]
    assert set(re.findall(r"`(\w+)` \(", told)) == {error.value for error in AttemptError}
