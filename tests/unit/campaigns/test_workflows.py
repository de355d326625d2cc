"""A campaign's side of its workflows: the plan is closed, one execution claims it, the account is settled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.campaigns.changes import change
from chalicelib.campaigns.execution import Entry
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
    stage.cancel(campaign_id)
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
    stage.clock.time = TOMORROW
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=True)
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=False)
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=True)
    campaign = stage.stored(campaign_id)
    assert (campaign.state, campaign.execution, campaign.started_at) == (CampaignState.SENDING, "run-1", TOMORROW)


def test_when_two_executions_claim_at_the_same_moment_one_works(stage: Stage) -> None:
    campaign_id = stage.scheduled()
    rival = replace(stage.stored(campaign_id), state=CampaignState.SENDING, execution="run-2")
    stage.campaigns.rivals = [rival]
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=False)
    assert stage.stored(campaign_id).execution == "run-2"


@pytest.mark.parametrize("state", list(CampaignState))
def test_a_campaign_is_claimed_only_when_it_is_due_or_to_be_wound_down(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state)
    # One that is being sent and belongs to no execution was resumed just now.
    expected = state in {CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.CANCELLED}
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=expected)
    if state is CampaignState.CANCELLED:
        assert stage.stored(campaign_id).state is CampaignState.CANCELLED


def test_a_balanced_account_finishes_the_campaign(stage: Stage) -> None:
    campaign_id = stage.sending()
    assert stage.execution.settle(campaign_id, ALL_ACCEPTED, "run-1") is True
    campaign = stage.stored(campaign_id)
    assert (campaign.state, campaign.tally, campaign.finished_at) == (CampaignState.FINISHED, ALL_ACCEPTED, NOON)
    assert stage.execution.settle(campaign_id, ALL_ACCEPTED, "run-1") is True
    assert stage.stored(campaign_id) == campaign


def test_unsettled_messages_are_waited_for(stage: Stage) -> None:
    campaign_id = stage.sending()
    waiting = Tally(planned=1_500, accepted=1_499, unknown=1)
    assert stage.execution.settle(campaign_id, waiting, "run-1") is False
    assert stage.stored(campaign_id).state is CampaignState.FINISHING
    assert stage.execution.settle(campaign_id, replace(waiting, held=1), "run-1") is True
    assert stage.stored(campaign_id).state is CampaignState.FINISHED
    assert stage.stored(campaign_id).tally == replace(waiting, held=1)


@pytest.mark.parametrize(
    "tally", [Tally(planned=1_500, pending=1, accepted=1_499), Tally(planned=1_499, accepted=1_499)]
)
def test_an_account_that_does_not_balance_halts_the_campaign(stage: Stage, tally: Tally) -> None:
    campaign_id = stage.sending()
    assert stage.execution.settle(campaign_id, tally, "run-1") is True
    campaign = stage.stored(campaign_id)
    assert campaign.state is CampaignState.HALTED
    assert (campaign.reason or "").startswith("The account does not balance")


def test_a_cancelled_campaign_keeps_its_state_and_gets_its_account(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.cancel(campaign_id)
    tally = Tally(planned=1_500, accepted=900, skipped=600)
    assert stage.execution.settle(campaign_id, tally, "run-1") is True
    assert stage.stored(campaign_id).state is CampaignState.CANCELLED
    assert stage.stored(campaign_id).tally == tally


def test_a_halted_campaign_is_left_for_a_person(stage: Stage) -> None:
    campaign_id = stage.sending()
    assert stage.execution.halt(campaign_id, "SendingPausedException", "run-1").reason == "SendingPausedException"
    assert stage.execution.settle(campaign_id, Tally(planned=1_500, pending=1_500), "run-1") is True
    assert stage.stored(campaign_id).state is CampaignState.HALTED


@pytest.mark.parametrize("state", [CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.FAILED])
def test_an_error_that_comes_too_late_changes_nothing(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state)
    before = stage.stored(campaign_id)
    assert stage.execution.halt(campaign_id, "late", "run-1") == before
    assert stage.execution.fail(campaign_id, "late") == before


def test_a_workflow_waits_out_a_change_that_leaves_the_state_alone(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.campaigns.rivals = [replace(stage.stored(campaign_id), name="June")]
    assert stage.execution.settle(campaign_id, ALL_ACCEPTED, "run-1") is True
    campaign = stage.stored(campaign_id)
    assert (campaign.name, campaign.state) == ("June", CampaignState.FINISHED)


def test_a_campaign_that_keeps_changing_is_an_error_in_the_end(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.campaigns.rivals = [stage.stored(campaign_id)] * 9
    with pytest.raises(StaleRevisionError):
        change(stage.campaigns, campaign_id, CampaignState.SENDING, lambda now: replace(now, reason="x"))


def test_a_start_before_the_time_waits_and_starts_nothing(stage: Stage) -> None:
    campaign_id = stage.scheduled(TOMORROW)
    stage.clock.time = TOMORROW - timedelta(seconds=90)
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=False, wait_seconds=90)
    assert stage.stored(campaign_id).state is CampaignState.SCHEDULED
    stage.clock.time = TOMORROW
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=True)


def test_a_start_for_a_time_that_was_changed_is_harmless_and_the_campaign_starts_once(stage: Stage) -> None:
    campaign_id = stage.scheduled(TOMORROW)
    later = TOMORROW + timedelta(days=3)
    stage.service.schedule(campaign_id, later, "UTC", revision=None)
    stage.clock.time = TOMORROW
    assert stage.execution.claim(campaign_id, "stale") == Entry(proceed=False, wait_seconds=86_400)
    stage.clock.time = later
    assert stage.execution.claim(campaign_id, "in time") == Entry(proceed=True)
    assert stage.execution.claim(campaign_id, "stale") == Entry(proceed=False)
    assert stage.stored(campaign_id).execution == "in time"


@pytest.mark.parametrize("late", [timedelta(minutes=5), timedelta(days=30)])
def test_a_start_that_comes_late_is_a_start(stage: Stage, late: timedelta) -> None:
    campaign_id = stage.scheduled(TOMORROW)
    stage.clock.time = TOMORROW + late
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=True)


@pytest.mark.parametrize(
    "state",
    [CampaignState.FINISHED, CampaignState.PAUSED, CampaignState.HALTED, CampaignState.FINISHING, CampaignState.FAILED],
)
def test_a_start_that_comes_after_all_is_harmless(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state, "run-1")
    before = stage.stored(campaign_id)
    assert stage.execution.claim(campaign_id, "again") == Entry(proceed=False)
    assert stage.stored(campaign_id) == before


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.HALTED])
def test_the_execution_of_an_interrupted_campaign_ends_at_once_and_leaves_its_account(
    stage: Stage, state: CampaignState
) -> None:
    campaign_id = stage.put_in(state, "run-1")
    tally = Tally(planned=1_500, pending=700, accepted=799, unknown=1)
    assert stage.execution.settle(campaign_id, tally, "run-1") is True
    assert (stage.stored(campaign_id).state, stage.stored(campaign_id).tally) == (state, tally)


def test_an_execution_that_another_one_followed_neither_closes_nor_halts_the_campaign(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.pause(campaign_id)
    stage.resume(campaign_id)
    before = stage.stored(campaign_id)
    assert stage.execution.settle(campaign_id, Tally(planned=1_500, pending=1_500), "run-1") is True
    assert stage.stored(campaign_id) == before
    stage.execution.claim(campaign_id, "run-2")
    before = stage.stored(campaign_id)
    assert stage.execution.settle(campaign_id, Tally(planned=1_500, pending=1_500), "run-1") is True
    assert stage.execution.halt(campaign_id, "States.Timeout", "run-1") == before
    assert stage.stored(campaign_id) == before


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.CANCELLED])
def test_a_campaign_that_is_stopped_at_the_very_end_keeps_its_account(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.sending()
    stage.campaigns.rivals = [replace(stage.stored(campaign_id), state=state)]
    assert stage.execution.settle(campaign_id, ALL_ACCEPTED, "run-1") is True
    assert (stage.stored(campaign_id).state, stage.stored(campaign_id).tally) == (state, ALL_ACCEPTED)


def test_an_execution_that_left_something_does_not_close_a_cancelled_account(stage: Stage) -> None:
    campaign_id = stage.put_in(CampaignState.CANCELLED)
    assert stage.execution.settle(campaign_id, Tally(planned=1_500, pending=3, accepted=1_497), "run-1") is True
    assert stage.stored(campaign_id).tally == Tally()
    unsettled = Tally(planned=1_500, accepted=1_499, unknown=1)
    assert stage.execution.settle(campaign_id, unsettled, "cancelled") is False
    assert stage.execution.settle(campaign_id, replace(unsettled, held=1), "cancelled") is True
    assert stage.stored(campaign_id).tally == replace(unsettled, held=1)


def test_a_campaign_that_could_not_be_started_is_halted_and_can_be_resumed(stage: Stage) -> None:
    campaign_id = stage.scheduled()
    assert stage.execution.halt(campaign_id, "States.Timeout", "run-1").state is CampaignState.HALTED
    stage.resume(campaign_id)
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=True)
    assert stage.stored(campaign_id).started_at == NOON
