"""The schema of the events is that of the classes, what is published fits it, and the docs describe every field."""

import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from chalicelib.campaigns.model import CampaignState
from chalicelib.live import telling
from chalicelib.live.domain_events import EVENTS, SOURCE, DetailType, DomainEvent
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.webhooks.model import DisabledReason
from local.event_schema import SCHEMA_FILE, written
from tests.unit.live.test_telling import CAMPAIGN, LATER, MESSAGE, NOON, SINGLE, WEBHOOK

DOCS = (Path(__file__).parents[3] / "docs" / "events.md").read_text()
SCHEMA = json.loads(SCHEMA_FILE.read_text())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
BOUNCE = {"bounced_at": NOON, "bounce_type": "Permanent", "bounce_subtype": "General"}
SUPPRESSED = Suppression("anna@example.org", SuppressionScope("topic:news"), SuppressionReason.MANUAL, "key", NOON)
TOLD: list[DomainEvent] = [
    *telling.of_campaign(None, CAMPAIGN, NOON),
    *telling.of_campaign(CAMPAIGN, replace(CAMPAIGN, state=CampaignState.FAILED, reason="r", changed_by="k"), NOON),
    *telling.of_message(
        MESSAGE, MESSAGE.with_facts(complained_at=NOON, rejected_at=NOON, unsubscribed_at=LATER, **BOUNCE)
    ),
    *telling.of_message(None, SINGLE.with_facts(**BOUNCE)),
    *telling.of_suppressions([], [SUPPRESSED], NOON),
    *telling.of_suppressions([SUPPRESSED], [], LATER),
    *telling.of_webhook(WEBHOOK, replace(WEBHOOK, disabled_reason=DisabledReason.FAILING, disabled_at=LATER)),
]


def _delivered(event: DomainEvent) -> dict[str, Any]:
    text = json.dumps({"source": SOURCE, "detail-type": event.detail_type, "detail": event.detail()})
    document: dict[str, Any] = json.loads(text)
    return document


def test_the_schema_that_is_checked_in_is_that_of_the_classes() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA_FILE.read_text() == written()


def test_every_kind_is_told_here_and_has_a_class() -> None:
    assert {event.detail_type for event in TOLD} == set(DetailType) == {kind.detail_type for kind in EVENTS}


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event.detail_type.replace(" ", "-"))
def test_what_is_published_fits_the_schema_and_nothing_less_does(event: DomainEvent) -> None:
    document = _delivered(event)
    VALIDATOR.validate(document)
    for name in document["detail"]:
        less = {key: value for key, value in document["detail"].items() if key != name}
        with pytest.raises(ValidationError):
            VALIDATOR.validate({**document, "detail": less})
    with pytest.raises(ValidationError):
        VALIDATOR.validate({**document, "detail": {**document["detail"], "schema_version": 2}})


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_the_docs_describe_exactly_the_fields_of_each_event(kind: type[DomainEvent]) -> None:
    section = DOCS.partition(f"## `{kind.detail_type}`\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    common = {field.name for field in fields(DomainEvent)}
    assert sorted(named) == sorted(field.name for field in fields(kind) if field.name not in common)
    assert common <= set(re.findall(r"`(\w+)`", DOCS.partition("\n## ")[0]))


def test_the_example_of_the_docs_fits_the_schema() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
    VALIDATOR.validate(json.loads(example))
