"""A campaign under way: paused, resumed, cancelled, and what is held as unknown sent again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.campaigns.execution import Entry
from chalicelib.campaigns.model import (
    TRANSITIONS,
    CampaignNotSettledError,
    CampaignState,
    NothingHeldError,
)
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.messages.model import Tally
from tests.unit.campaigns.stage import NOON, PART_LIST, Stage

TOMORROW = NOON + timedelta(days=1)
INTERRUPTED = [CampaignState.PAUSED, CampaignState.HALTED]
HELD = Tally(planned=1_500, accepted=1_497, unknown=3, held=3)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("state", [one for one in CampaignState if one is not CampaignState.PAUSED])
def test_a_campaign_is_paused_while_it_is_sent(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state)
    if state is not CampaignState.SENDING:
        with pytest.raises(InvalidTransitionError):
            stage.pause(campaign_id)
        return
    paused = stage.pause(campaign_id)
    assert (paused.state, paused.reason, paused.changed_by) == (CampaignState.PAUSED, "typo", "ann")
    assert stage.pause(campaign_id) == paused


@pytest.mark.parametrize("state", list(CampaignState))
def test_a_paused_or_halted_campaign_goes_on_in_an_execution_of_its_own(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state, "run-1")
    if state not in INTERRUPTED:
        with pytest.raises(InvalidTransitionError):
            stage.resume(campaign_id)
        assert stage.workflows.sent == {}
        return
    resumed = stage.resume(campaign_id)
    assert (resumed.state, resumed.execution, resumed.reason) == (CampaignState.SENDING, None, None)
    assert (resumed.changed_by, resumed.resumed_at) == ("bob", NOON)
    assert stage.workflows.sent == {(campaign_id, f"resumed-{resumed.revision}"): PART_LIST}
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=True)
    assert stage.execution.claim(campaign_id, "run-3") == Entry(proceed=False)


def test_resuming_again_starts_what_the_first_call_could_not(stage: Stage) -> None:
    campaign_id = stage.put_in(CampaignState.PAUSED, "run-1")
    first = stage.resume(campaign_id)
    assert stage.resume(campaign_id) == first
    assert len(stage.workflows.sent) == 1


@pytest.mark.parametrize("state", INTERRUPTED)
def test_a_campaign_that_cannot_be_resumed_now_stands_where_it_stood(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state, "run-1")
    before = stage.stored(campaign_id)
    stage.workflows.available = False
    with pytest.raises(TemporarilyUnavailableError):
        stage.resume(campaign_id)
    assert replace(stage.stored(campaign_id), revision=before.revision) == before
    stage.workflows.available = True
    assert stage.resume(campaign_id).state is CampaignState.SENDING


def test_a_campaign_may_be_paused_and_resumed_many_times(stage: Stage) -> None:
    campaign_id = stage.sending()
    for _ in range(3):
        stage.pause(campaign_id)
        run = f"resumed-{stage.resume(campaign_id).revision}"
        assert stage.execution.claim(campaign_id, run) == Entry(proceed=True)
    assert len(stage.workflows.sent) == 4


@pytest.mark.parametrize("state", [one for one in CampaignState if one is not CampaignState.CANCELLED])
def test_a_campaign_is_cancelled_wherever_it_can_be(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state, "run-1")
    stage.scheduler.items[campaign_id] = TOMORROW
    if not TRANSITIONS.allows(state, CampaignState.CANCELLED):
        with pytest.raises(InvalidTransitionError):
            stage.cancel(campaign_id)
        assert stage.stored(campaign_id).state is state
        assert stage.scheduler.items == {campaign_id: TOMORROW}
        return
    campaign = stage.control.cancel(campaign_id, reason="wrong list", by="ann", revision=None)
    assert (campaign.state, campaign.finished_at) == (CampaignState.CANCELLED, NOON)
    assert (campaign.reason, campaign.changed_by) == ("wrong list", "ann")
    assert stage.scheduler.items == {}
    # A draft has no messages; while they are made or sent, a workflow is at work that will skip them.
    wound_down = state in {CampaignState.SCHEDULED, *INTERRUPTED}
    assert stage.workflows.sent == ({(campaign_id, "cancelled-2"): PART_LIST} if wound_down else {})


def test_a_campaign_cancelled_before_its_resumed_execution_came_is_wound_down(stage: Stage) -> None:
    campaign_id = stage.put_in(CampaignState.PAUSED, "run-1")
    stage.resume(campaign_id)
    stage.cancel(campaign_id)
    assert list(stage.workflows.sent) == [(campaign_id, "resumed-2"), (campaign_id, "cancelled-3")]


def test_cancelling_again_winds_down_what_the_first_call_could_not(stage: Stage) -> None:
    campaign_id = stage.put_in(CampaignState.HALTED)
    stage.workflows.available = False
    with pytest.raises(TemporarilyUnavailableError):
        stage.cancel(campaign_id)
    stage.workflows.available = True
    assert stage.cancel(campaign_id).state is CampaignState.CANCELLED
    assert stage.workflows.sent == {(campaign_id, "cancelled-3"): PART_LIST}


def test_cancelling_again_changes_nothing_once_the_account_is_closed(stage: Stage) -> None:
    for campaign_id in (stage.draft(), stage.put_in(CampaignState.PAUSED)):
        stage.cancel(campaign_id)
        stage.execution.settle(campaign_id, Tally(planned=1_500, skipped=1_500), "cancelled")
        stage.workflows.sent.clear()
        before = stage.stored(campaign_id)
        assert stage.cancel(campaign_id) == before
        assert stage.workflows.sent == {}


@pytest.mark.parametrize("state", list(CampaignState))
def test_what_is_held_is_sent_again_only_when_the_campaign_is_finished(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state, "run-1")
    stage.campaigns.items[campaign_id] = replace(stage.stored(campaign_id), tally=HELD, finished_at=NOON)
    stage.clock.time = TOMORROW
    if state is not CampaignState.FINISHED:
        with pytest.raises(CampaignNotSettledError):
            stage.resend(campaign_id)
        return
    campaign = stage.resend(campaign_id)
    assert (campaign.state, campaign.execution, campaign.finished_at) == (CampaignState.SENDING, None, None)
    assert (campaign.resend_before, campaign.changed_by) == (TOMORROW, "bob")
    assert stage.resend(campaign_id) == campaign
    assert stage.workflows.sent == {(campaign_id, "resumed-2"): PART_LIST}


def test_nothing_is_sent_again_where_nothing_is_held(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.execution.settle(campaign_id, Tally(planned=1_500, accepted=1_500), "run-1")
    with pytest.raises(NothingHeldError):
        stage.resend(campaign_id)
    assert stage.stored(campaign_id).state is CampaignState.FINISHED


def test_a_campaign_whose_second_sending_cannot_start_stays_finished(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.execution.settle(campaign_id, HELD, "run-1")
    before = stage.stored(campaign_id)
    stage.workflows.available = False
    with pytest.raises(TemporarilyUnavailableError):
        stage.resend(campaign_id)
    assert replace(stage.stored(campaign_id), revision=before.revision) == before


def test_a_stale_revision_changes_nothing(stage: Stage) -> None:
    for state, call in (
        (CampaignState.SENDING, stage.pause),
        (CampaignState.PAUSED, stage.resume),
        (CampaignState.SENDING, stage.cancel),
        (CampaignState.FINISHED, stage.resend),
    ):
        campaign_id = stage.put_in(state, "run-1")
        before = replace(stage.stored(campaign_id), tally=HELD)
        stage.campaigns.items[campaign_id] = before
        with pytest.raises(StaleRevisionError):
            call(campaign_id, before.revision + 1)
        stage.campaigns.rivals = [before]
        with pytest.raises(StaleRevisionError):
            call(campaign_id, before.revision)
        assert stage.stored(campaign_id) == replace(before, revision=before.revision + 1)
        assert stage.workflows.sent == {}
        assert call(campaign_id, before.revision + 1).state is not state
        stage.workflows.sent.clear()


def test_who_names_no_revision_waits_out_a_change_that_leaves_the_state_alone(stage: Stage) -> None:
    campaign_id = stage.sending()
    stage.campaigns.rivals = [replace(stage.stored(campaign_id), name="June")]
    paused = stage.pause(campaign_id)
    assert (paused.name, paused.state) == ("June", CampaignState.PAUSED)
    stage.campaigns.rivals = [replace(paused, state=CampaignState.CANCELLED)]
    with pytest.raises(InvalidTransitionError):
        stage.resume(campaign_id)
