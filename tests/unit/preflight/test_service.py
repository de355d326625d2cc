"""Starting, showing and requiring a pre-flight."""

from dataclasses import replace

import pytest

from chalicelib.campaigns.model import CampaignNotFoundError, CampaignState
from chalicelib.kernel.errors import ConflictError, TemporarilyUnavailableError
from chalicelib.preflight.model import (
    TRANSITIONS,
    PreflightBlockedError,
    PreflightNeededError,
    PreflightNotFoundError,
    PreflightState,
)
from chalicelib.preflight.records import PreflightRecords
from chalicelib.recipients.model import RecipientFileNotReadyError, RecipientFileStatus
from chalicelib.templates.model import TemplateNotReadyError, TemplateStatus
from tests.unit.preflight.stage import CAMPAIGN, NOON, Stage, people


def test_starting_stores_what_is_checked_and_starts_the_workflow() -> None:
    stage = Stage(people("Anna"), people("Bob"))
    stored = stage.service.start(CAMPAIGN).preflight
    assert stage.workflows.started == [(CAMPAIGN, 1, "files/rcf_1/parts.jsonl")]
    assert (stored.state, stored.passed, stored.parts) == (PreflightState.CHECKING, None, 2)
    assert (stored.template_version, stored.file_id, stored.campaign_revision) == (1, "rcf_1", 1)


def test_progress_follows_the_parts() -> None:
    stage = Stage(people("Anna"), people("Bob"))
    run = stage.start()
    assert stage.service.get(CAMPAIGN).parts_done == 0
    stage.check_part(run, 1)
    stage.check_part(run, 1)
    shown = stage.service.get(CAMPAIGN)
    assert (shown.parts_done, shown.report, shown.outdated) == (1, None, False)


def test_it_can_be_started_again_at_any_point() -> None:
    stage = Stage()
    stage.start()
    stage.start()
    stage.check()
    stage.start()
    assert [run for _, run, _ in stage.workflows.started] == [1, 2, 3, 4]
    shown = stage.service.get(CAMPAIGN)
    assert (shown.preflight.state, shown.preflight.passed, shown.report) == (PreflightState.CHECKING, None, None)


def test_two_who_start_at_once_make_two_runs() -> None:
    stage = Stage()
    stage.start()
    stage.preflights.rivals = [replace(stage.preflights.items[CAMPAIGN], run=2)]
    assert stage.start() == 3


def test_a_workflow_that_does_not_start_fails_the_pre_flight() -> None:
    stage = Stage()
    stage.workflows.available = False
    with pytest.raises(TemporarilyUnavailableError):
        stage.start()
    stored = stage.service.get(CAMPAIGN).preflight
    assert stored.state is PreflightState.FAILED
    assert "could not be started" in (stored.reason or "")
    stage.workflows.available = True
    assert stage.start() == 2


@pytest.mark.parametrize(
    "state", [CampaignState.FINISHING, CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.FAILED]
)
def test_a_campaign_of_which_nothing_is_left_is_not_checked(state: CampaignState) -> None:
    stage = Stage()
    stage.change_campaign(state=state)
    with pytest.raises(ConflictError, match="nothing is left"):
        stage.start()
    assert stage.workflows.started == []


def test_a_template_or_a_file_that_is_not_ready_is_refused() -> None:
    stage = Stage()
    stage.files.save(replace(stage.files.items["rcf_1"], status=RecipientFileStatus.PROCESSING))
    with pytest.raises(RecipientFileNotReadyError, match="processing"):
        stage.start()
    stage.files.remove("rcf_1")
    with pytest.raises(RecipientFileNotReadyError, match="gone"):
        stage.start()
    stage.templates.version = replace(stage.templates.version, status=TemplateStatus.INVALID)
    with pytest.raises(TemplateNotReadyError):
        stage.start()
    assert stage.preflights.items == {}


def test_what_is_not_there_is_not_shown() -> None:
    stage = Stage()
    with pytest.raises(PreflightNotFoundError):
        stage.service.get(CAMPAIGN)
    with pytest.raises(CampaignNotFoundError):
        stage.service.get("cmp_" + "0" * 26)


def test_any_change_of_a_draft_makes_it_outdated() -> None:
    stage = Stage()
    assert stage.check().outdated is False
    stage.change_campaign(name="June")
    assert stage.service.get(CAMPAIGN).outdated is True


def test_a_campaign_that_only_moves_on_leaves_it_as_it_is() -> None:
    stage = Stage()
    stage.check()
    stage.change_campaign(state=CampaignState.SCHEDULED, send_at=NOON)
    assert stage.service.get(CAMPAIGN).outdated is False
    stage.change_campaign(template_version=2)
    assert stage.service.get(CAMPAIGN).outdated is True


def test_a_report_that_went_with_its_file_makes_it_outdated() -> None:
    stage = Stage()
    stage.check()
    stage.results.items.clear()
    shown = stage.service.get(CAMPAIGN)
    assert (shown.outdated, shown.report) == (True, None)


def test_scheduling_needs_a_check_to_the_end_of_the_campaign_as_it_is() -> None:
    stage = Stage()
    with pytest.raises(PreflightNeededError, match="first: POST /v1/campaigns/"):
        stage.service.require(stage.campaign)
    run = stage.start()
    with pytest.raises(PreflightNeededError, match="wait until GET"):
        stage.service.require(stage.campaign)
    PreflightRecords(stage.preflights).fail(CAMPAIGN, run, "no luck", NOON)
    with pytest.raises(PreflightNeededError, match="no luck"):
        stage.service.require(stage.campaign)
    stage.check()
    stage.service.require(stage.campaign)
    stage.change_campaign(name="June")
    with pytest.raises(PreflightNeededError, match="changed"):
        stage.service.require(stage.campaign)


def test_what_blocks_is_named_to_who_schedules() -> None:
    stage = Stage(html="<a href='page.html'>{{ city }}</a>")
    stage.check()
    with pytest.raises(PreflightBlockedError, match="field_missing, render_failed, link_unusable"):
        stage.service.require(stage.campaign)


def test_a_failure_keeps_the_first_reason() -> None:
    stage = Stage()
    run = stage.start()
    records = PreflightRecords(stage.preflights)
    records.fail(CAMPAIGN, run, "first", NOON)
    records.fail(CAMPAIGN, run, "second", NOON)
    assert stage.preflights.items[CAMPAIGN].reason == "first"


def test_every_state_can_be_checked_again() -> None:
    assert all(TRANSITIONS.allows(state, PreflightState.CHECKING) for state in PreflightState)
