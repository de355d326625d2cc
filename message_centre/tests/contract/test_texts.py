"""The pages have words of their own, in each language, for all that the APIs say in words of a fixed list."""

import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

from emailplatform.problems import BY_SLUG
from message_centre.tests.fakes.description import platform as description
from message_centre.wrapper_api import centre
from message_centre.wrapper_api.centre.kernel.errors import CentreError
from message_centre.wrapper_api.centre.platform.operations import FORWARDED

ROOT = Path(__file__).parents[3]
TEXTS = ROOT / "message_centre/web/src/i18n"
LANGUAGES = sorted(folder.name for folder in TEXTS.iterdir() if folder.is_dir())

GROUPS = {
    "CampaignState": ("campaigns", "states"),
    "MessageStatus": ("campaign", "statuses"),
    "ProofStatus": ("plan", "proofs"),
    "RecipientFileStatus": ("files", "states"),
    "TemplateStatus": ("templates", "states"),
    "SuppressionReason": ("suppressions", "reasons"),
    "KeyState": ("api-keys", "states"),
    "Scope": ("api-keys", "scopeNames"),
    "AttemptError": ("webhooks", "errors"),
    "DeliveryState": ("webhooks", "deliveryStates"),
    "DisabledReason": ("webhooks", "disabledNotes"),
    "RecordPurpose": ("senders", "purposes"),
    "RecordState": ("senders", "states"),
}
"""Where the words of a list of the platform's description stand."""

OWN_GROUPS = {"PlanStatus": ("campaigns", "planStates"), "Role": ("core", "role"), "Decision": ("plan", "decisions")}
"""Likewise, of the wrapper's."""


def texts(language: str, part: str, *names: str) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads((TEXTS / language / f"{part}.json").read_text(encoding="utf-8"))
    for name in names:
        entry = entry[name]
    return entry


def own_problems() -> set[str]:
    """Return the problems of the wrapper; classes are known once their modules are loaded."""
    for module in pkgutil.walk_packages(centre.__path__, f"{centre.__name__}."):
        importlib.import_module(module.name)

    def below(kind: type[CentreError]) -> set[str]:
        return {kind.problem}.union(*map(below, kind.__subclasses__()))

    return below(CentreError)


def words(document: dict[str, Any], schema: str) -> set[str]:
    return set(document["components"]["schemas"][schema]["enum"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_a_sentence(language: str) -> None:
    known = texts(language, "core", "problem", "types")
    assert {slug for slug in own_problems() | set(BY_SLUG) if not known.get(slug, {}).get("text")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("schema", [*GROUPS, *OWN_GROUPS])
def test_every_word_of_a_list_is_translated(language: str, schema: str) -> None:
    if schema in GROUPS:
        document, place = description().document, GROUPS[schema]
    else:
        path = ROOT / "message_centre/wrapper_api/openapi.json"
        document, place = json.loads(path.read_text(encoding="utf-8")), OWN_GROUPS[schema]
    assert words(document, schema) - texts(language, *place).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_of_a_check_has_a_name_and_says_what_to_do(language: str) -> None:
    table = (ROOT / "docs/api.md").read_text(encoding="utf-8").partition("| code | severity | found when |")[2]
    codes = set(re.findall(r"^\| `(\w+)` \|", table.partition("\n\n")[0], re.MULTILINE))
    assert "field_missing" in codes
    assert codes == texts(language, "plan", "findings").keys() == texts(language, "plan", "findingTexts").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_people_do_has_a_name_in_the_activity_log(language: str) -> None:
    assert {one.operation for one in FORWARDED if one.changes} - texts(language, "activity", "actions").keys() == set()


def test_texts_are_translated() -> None:
    """A text that is the same in two languages is a name, or one that nobody translated."""
    same = []
    for path in sorted((TEXTS / "en").glob("*.json")):
        english, german = (leaves(texts(language, path.stem)) for language in ("en", "de"))
        same += [
            f"{path.stem}.{name}"
            for name, text in english.items()
            if text == german[name] and len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{+[^}]*\}+", "", text))) > 2
        ]
    assert same == []


def leaves(entry: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in entry.items():
        found |= leaves(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found
