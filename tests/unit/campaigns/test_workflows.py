"""A campaign's side of its workflows: the plan is closed, one execution claims it, the account is settled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.campaigns.changes import change
from chalicelib.campaigns.model import CampaignState
from chalicelib.campaigns.planning import IncompletePlanError
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.messages.model import Tally
from tests.unit.campaigns.stage import NOON, PART_LIST, Stage

TOMORROW = NOON + timedelta(days=1)
ALL_ACCEPTED = Tally(planned=1_500, accepted=1_500)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_complete_plan_is_sent_at_once_when_no_time_was_given(stage: Stage) -> None:
    campaign_id = stage.scheduled()
    assert stage.stored(campaign_id).state is CampaignState.SCHEDULED
    assert stage.workflows.sent == {(campaign_id, "scheduled"): PART_LIST}
    assert stage.scheduler.items == {}


def test_a_complete_plan_is_scheduled_when_its_time_is_to_come(stage: Stage) -> None:
    campaign_id = stage.scheduled(TOMORROW)
    assert stage.scheduler.items == {campaign_id: TOMORROW}
    assert stage.workflows.sent == {}


def test_a_plan_that_took_longer_than_its_time_is_sent_at_once(stage: Stage) -> None:
    campaign_id = stage.preparing(TOMORROW)
    stage.messages_exist(campaign_id)
    stage.clock.time = TOMORROW
    stage.planning.finish(campaign_id)
    assert stage.workflows.sent == {(campaign_id, "scheduled"): PART_LIST}


def test_closing_a_plan_twice_starts_it_once(stage: Stage) -> None:
    campaign_id = stage.scheduled()
    stage.planning.finish(campaign_id)
    assert stage.stored(campaign_id).revision == 3
    assert len(stage.workflows.sent) == 1


@pytest.mark.parametrize("counts", [(), (1_000,), (1_500,), (1_000, 499), (1_000, 501)])
def test_an_incomplete_plan_is_an_error_and_starts_nothing(stage: Stage, counts: tuple[int, ...]) -> None:
    campaign_id = stage.preparing()
    for part, count in enumerate(counts):
        stage.campaigns.put_tally(campaign_id, part, Tally(planned=count, pending=count))
    with pytest.raises(IncompletePlanError):
        stage.planning.finish(campaign_id)
    assert stage.stored(campaign_id).state is CampaignState.PREPARING
    assert stage.workflows.sent == {}
    assert stage.execution.fail(campaign_id, "incomplete").state is CampaignState.FAILED


def test_a_campaign_cancelled_while_its_messages_were_made_is_wound_down(stage: Stage) -> None:
    campaign_id = stage.preparing(TOMORROW)
    stage.service.cancel(campaign_id, revision=None)
    stage.planning.finish(campaign_id)
    assert stage.workflows.sent == {(campaign_id, "cancelled"): PART_LIST}
    assert stage.scheduler.items == {}


def test_a_cancellation_at_the_very_moment_of_scheduling_is_kept(stage: Stage) -> None:
    campaign_id = stage.preparing(TOMORROW)
    stage.messages_exist(campaign_id)
    stage.campaigns.rivals = [replace(stage.stored(campaign_id), state=CampaignState.CANCELLED)]
    assert stage.planning.finish(campaign_id).state is CampaignState.CANCELLED
    assert stage.workflows.sent == {(campaign_id, "cancelled"): PART_LIST}
    assert stage.scheduler.items == {}


def test_when_the_scheduler_fires_twice_one_execution_works(stage: Stage) -> None:
    campaign_id = stage.scheduled(TOMORROW)
    assert stage.execution.claim(campaign_id, "run-1") is True
    assert stage.execution.claim(campaign_id, "run-2") is False
    assert stage.execution.claim(campaign_id, "run-1") is True
    campaign = stage.stored(campaign_id)
    assert (campaign.state, campaign.execution, campaign.started_at) == (CampaignState.SENDING, "run-1", NOON)


def test_when_two_executions_claim_at_the_same_moment_one_works(stage: Stage) -> None:
    campaign_id = stage.scheduled()
    rival = replace(stage.stored(campaign_id), state=CampaignState.SENDING, execution="run-2")
    stage.campaigns.rivals = [rival]
    assert stage.execution.claim(campaign_id, "run-1") is False
    assert stage.stored(campaign_id).execution == "run-2"


@pytest.mark.parametrize("state", list(CampaignState))
def test_a_campaign_is_claimed_only_when_it_is_due_or_to_be_wound_down(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state)
    expected = state in {CampaignState.SCHEDULED, CampaignState.CANCELLED}
    assert stage.execution.claim(campaign_id, "run-1") is expected
    if state is CampaignState.CANCELLED:
        assert stage.stored(campaign_id).state is CampaignState.CANCELLED


def test_a_balanced_account_finishes_the_campaign(stage: Stage) -> None:
    campaign_id = stage.sending()
    assert stage.execution.settle(campaign_id, ALL_ACCEPTED) is True
    campaign = stage.stored(campaign_id)
    assert (campaign.state, campaign.tally, campaign.finished_at) == (CampaignState.FINISHED, ALL_ACCEPTED, NOON)
    assert stage.execution.settle(campaign_id, ALL_ACCEPTED) is True
    assert stage.stored(campaign_id) == campaign


def test_unsettled_messages_are_waited_for(stage: Stage) -> None:
    campaign_id = stage.sending()
    waiting = Tally(planned=1_500, accepted=1_499, unknown=1)
    assert stage.execution.settle(campaign_id, waiting) is False
    assert stage.stored(campaign_id).state is CampaignState.FINISHING
    assert stage.execution.settle(campaign_id, replace(waiting, held=1)) is True
    assert stage.stored(campaign_id).state is CampaignState.FINISHED
    assert stage.stored(campaign_id).tally == replace(waiting, held=1)


@pytest.mark.parametrize(
    "tally", [Tally(planned=1_500, pending=1, accepted=1_499), Tally(planned=1_499, accepted=1_499)]
)
def test_an_account_that_does_not_balance_halts_the_campaign(stage: Stage, tally: Tally) -> None:
    campaign_id = stage.sending()
    assert stage.execution.settle(campaign_id, tally) is True
    campaign = stage.stored(campaign_id)
    assert campaign.state is CampaignState.HALTED
    assert (campaign.reason or "").startswith("The account does not balance")


def test_a_cancelled_campaign_keeps_its_state_and_gets_its_account(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.service.cancel(campaign_id, revision=None)
    tally = Tally(planned=1_500, accepted=900, skipped=600)
    assert stage.execution.settle(campaign_id, tally) is True
    assert stage.stored(campaign_id).state is CampaignState.CANCELLED
    assert stage.stored(campaign_id).tally == tally


def test_a_halted_campaign_is_left_for_a_person(stage: Stage) -> None:
    campaign_id = stage.sending()
    assert stage.execution.halt(campaign_id, "SendingPausedException").reason == "SendingPausedException"
    assert stage.execution.settle(campaign_id, Tally(planned=1_500, pending=1_500)) is True
    assert stage.stored(campaign_id).state is CampaignState.HALTED


@pytest.mark.parametrize("state", [CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.FAILED])
def test_an_error_that_comes_too_late_changes_nothing(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state)
    before = stage.stored(campaign_id)
    assert stage.execution.halt(campaign_id, "late") == before
    assert stage.execution.fail(campaign_id, "late") == before


def test_a_workflow_waits_out_a_change_that_leaves_the_state_alone(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.campaigns.rivals = [replace(stage.stored(campaign_id), name="June")]
    assert stage.execution.settle(campaign_id, ALL_ACCEPTED) is True
    campaign = stage.stored(campaign_id)
    assert (campaign.name, campaign.state) == ("June", CampaignState.FINISHED)


def test_a_campaign_that_keeps_changing_is_an_error_in_the_end(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.campaigns.rivals = [stage.stored(campaign_id)] * 9
    with pytest.raises(StaleRevisionError):
        change(stage.campaigns, campaign_id, CampaignState.SENDING, lambda now: replace(now, reason="x"))
