"""Whatever the docs do not name is a failing test: operations, problems, settings, states and events."""

import re
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path

import pytest

import app
from chalicelib.access.model import KeyState
from chalicelib.account.model import RecordPurpose, RecordState
from chalicelib.analytics.model import RATE_DEFINITIONS
from chalicelib.analytics.timeline import Interval
from chalicelib.campaigns.model import CampaignState
from chalicelib.entrypoints.http.openapi import describe
from chalicelib.exports.model import COLUMNS, ExportState
from chalicelib.messages.model import MessageStatus
from chalicelib.preflight.model import FindingCode, PreflightState
from chalicelib.recipients.model import RecipientFileStatus, RowFlag, RowReason
from chalicelib.settings import Settings
from chalicelib.templates.model import TemplateStatus
from chalicelib.tracking.machines import MachineReason
from chalicelib.tracking.model import EventKind
from chalicelib.webhooks.deliveries import AttemptError, DeliveryState
from chalicelib.webhooks.model import DisabledReason, WebhookState
from local.published import problem_pages
from local.published.registry import problem_types

ROOT = Path(__file__).parents[2]
API = (ROOT / "docs" / "api.md").read_text()
TEXT = "\n".join(page.read_text() for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("README.md")])
OPERATIONS = [f"{method} {path}" for path, methods in app.app.routes.items() for method in methods]
VOCABULARIES: tuple[type[StrEnum], ...] = (
    KeyState,
    RecordPurpose,
    RecordState,
    CampaignState,
    MessageStatus,
    TemplateStatus,
    RecipientFileStatus,
    PreflightState,
    FindingCode,
    RowReason,
    RowFlag,
    EventKind,
    ExportState,
    Interval,
    MachineReason,
    WebhookState,
    DisabledReason,
    DeliveryState,
    AttemptError,
)
WORDS = sorted({word.value for vocabulary in VOCABULARIES for word in vocabulary})


def _slugs() -> dict[str, set[str]]:
    """Return every problem type with the statuses under which it is answered; none where each cause has its own."""
    return {slug: {str(status) for status in known.statuses} for slug, known in problem_types().items()}


def _variables() -> list[str]:
    """Read every setting from an environment that answers with its variable's name."""
    asked: list[str] = []

    class Listening(dict[str, str]):
        def get(self, name: str, default: object = None) -> str:
            del default
            asked.append(name)
            return "1"

    settings = Settings(Listening())
    for name, member in vars(Settings).items():
        if isinstance(member, property):
            getattr(settings, name)
    settings.table("<name>")
    return asked


def _named(word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", TEXT) is not None


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_a_section_with_an_example(operation: str) -> None:
    _, heading, rest = API.partition(f"### `{operation}`\n")
    assert heading
    section = re.split(r"^##", rest, maxsplit=1, flags=re.MULTILINE)[0]
    assert re.search(r"Scope `(read|write|send|keys|admin)`\.|No key\.", section)
    assert "curl " in section


def test_no_section_is_of_an_operation_that_is_gone() -> None:
    assert set(re.findall(r"^### `([A-Z]+ /[^`]*)`$", API, re.MULTILINE)) == set(OPERATIONS)


def test_every_problem_is_in_the_table_and_no_other() -> None:
    table = dict(re.findall(r"^\| `([a-z-]+)` \| ([\dx, ]+) \|", API, re.MULTILINE))
    slugs = _slugs()
    assert set(table) == set(slugs)
    for slug, statuses in slugs.items():
        for status in statuses:
            assert status in table[slug] or table[slug] == f"{status[0]}xx", (slug, status)


def test_every_rate_is_defined_as_it_is_computed() -> None:
    assert dict(re.findall(r"^\| `([a-z_]+_rate)` \| (\w+ / \w+) \|$", API, re.MULTILINE)) == RATE_DEFINITIONS


def test_every_column_of_an_export_is_described_as_in_the_model() -> None:
    section = API.partition("### `POST /v1/campaigns/{campaign_id}/exports`")[2].partition("\n### ")[0]
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)) == COLUMNS


def test_every_status_of_the_table_is_one_of_http() -> None:
    for statuses in re.findall(r"^\| `[a-z-]+` \| ([\d, ]+) \|", API, re.MULTILINE):
        assert all(HTTPStatus(int(status)) for status in statuses.split(", "))


@pytest.mark.parametrize("variable", _variables())
def test_every_setting_is_named(variable: str) -> None:
    assert _named(variable)


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_a_vocabulary_is_named(word: str) -> None:
    assert _named(word)


def test_every_problem_has_a_page_of_its_own_that_is_up_to_date() -> None:
    pages = problem_pages.pages(describe(app.APIS))
    kept = {file: file.read_text(encoding="utf-8") for file in problem_pages.FOLDER.glob("*.md")}
    assert {file.stem for file in kept} == {*problem_types(), "README"}
    assert kept == pages, "run `make openapi`"
