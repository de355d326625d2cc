"""The sample files come to what their README says."""

import importlib.util
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.recipients.model import RowAccount
from chalicelib.templates.rendering import compile_content
from tests.fakes.recipients import RecipientStage
from tests.fakes.tracking import FixedClock

SAMPLES = Path(__file__).parents[3] / "samples"


def _account() -> RowAccount:
    stage = RecipientStage(FixedClock(datetime(2026, 11, 25, tzinfo=UTC)))
    return stage.imported((SAMPLES / "recipients.csv").read_bytes()).account


def test_the_recipient_file_has_the_account_that_its_readme_names() -> None:
    numbers = re.search(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", (SAMPLES / "README.md").read_text(), re.MULTILINE)
    assert numbers is not None
    account = _account()
    assert [account.rows, account.accepted, account.duplicates, account.invalid] == [int(n) for n in numbers.groups()]
    assert account.balanced


def test_the_recipient_file_is_what_its_script_writes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_recipients", SAMPLES / "make_recipients.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written = tmp_path / "recipients.csv"
    script.write(written)
    assert written.read_bytes() == (SAMPLES / "recipients.csv").read_bytes()


def test_the_template_renders_with_and_without_a_name() -> None:
    subject = json.loads((SAMPLES / "sample.json").read_text())["subject"]
    html, text = (SAMPLES / "template.html").read_text(), (SAMPLES / "template.txt").read_text()
    content = compile_content(subject, html, text)
    fields = {
        "first_name": "Zoë",
        "city": "A & B",
        "plan": "team",
        "email": "a@example.com",
        "unsubscribe_url": "https://u",
    }
    named = content.render(fields)
    assert named.subject == "Zoë, your autumn news are here"
    assert "A &amp; B" in named.html
    assert "A & B" in named.text
    assert content.render(fields | {"first_name": ""}).subject == "Your autumn news are here"
