"""A campaign as the API drives it: drafted, scheduled, sent, cancelled."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.campaigns.model import (
    CampaignNotFoundError,
    CampaignNotReadyError,
    CampaignState,
    ClockChange,
    Draft,
    ScheduleInPastError,
)
from chalicelib.campaigns.orders import CampaignOrders, from_header
from chalicelib.kernel.errors import ConflictError, StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.messages.model import Tally
from chalicelib.recipients.model import RecipientFileNotFoundError, RecipientFileNotReadyError, RecipientFileStatus
from chalicelib.sending.model import Directive
from chalicelib.templates.model import TemplateNotFoundError, TemplateNotReadyError, TemplateStatus
from tests.unit.campaigns.stage import NOON, PART_LIST, SENDER, Stage, findings, version

TOMORROW = NOON + timedelta(days=1)
IN_BERLIN = datetime.fromisoformat("2026-03-29T02:30")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_draft_fixes_the_latest_version_of_its_template(stage: Stage) -> None:
    campaign = stage.stored(stage.draft())
    stage.templates.versions[3] = version(3)
    assert (campaign.state, campaign.template_version, campaign.created_at) == (CampaignState.DRAFT, 2, NOON)


@pytest.mark.parametrize(
    ("template_id", "file_id", "error"),
    [("tpl_9", "rcf_1", TemplateNotFoundError), ("tpl_1", "rcf_9", RecipientFileNotFoundError)],
)
def test_a_draft_needs_a_template_and_a_file_that_exist(
    stage: Stage, template_id: str, file_id: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        stage.drafts.create(Draft("May", template_id, None, file_id, SENDER))
    assert stage.campaigns.items == {}


def test_a_campaign_that_is_not_there_is_not_found(stage: Stage) -> None:
    for call in (stage.service.get, stage.execution.get, stage.planning.finish):
        with pytest.raises(CampaignNotFoundError):
            call("cmp_none")


def test_sending_now_begins_with_making_the_messages(stage: Stage) -> None:
    campaign_id = stage.draft()
    campaign = stage.service.send_now(campaign_id, revision=1)
    assert campaign == stage.stored(campaign_id)
    assert (campaign.state, campaign.send_at) == (CampaignState.PREPARING, None)
    assert (campaign.parts, campaign.planned) == (2, 1_500)
    assert stage.workflows.created == {campaign_id: PART_LIST}


def test_a_schedule_is_kept_in_utc_with_the_zone_it_was_given_in(stage: Stage) -> None:
    campaign_id = stage.draft()
    campaign = stage.service.schedule(campaign_id, IN_BERLIN, "Europe/Berlin", revision=None)
    assert (campaign.send_at, campaign.time_zone) == (
        datetime.fromisoformat("2026-03-29T01:00+00:00"),
        "Europe/Berlin",
    )
    assert stage.workflows.created == {campaign_id: PART_LIST}
    assert stage.scheduler.items == {}


def test_a_time_that_has_passed_is_refused(stage: Stage) -> None:
    campaign_id = stage.draft()
    with pytest.raises(ScheduleInPastError):
        stage.service.schedule(campaign_id, NOON, "UTC", revision=None)
    assert stage.stored(campaign_id).state is CampaignState.DRAFT


@pytest.mark.parametrize("revision", [0, 2, 7])
def test_a_stale_revision_changes_nothing(stage: Stage, revision: int) -> None:
    campaign_id = stage.draft()
    with pytest.raises(StaleRevisionError):
        stage.service.send_now(campaign_id, revision=revision)
    with pytest.raises(StaleRevisionError):
        stage.service.schedule(campaign_id, TOMORROW, "UTC", revision=revision)
    with pytest.raises(StaleRevisionError):
        stage.cancel(campaign_id, revision)
    assert stage.stored(campaign_id).revision == 1
    assert stage.workflows.created == {}


def test_a_change_between_reading_and_saving_is_a_stale_revision(stage: Stage) -> None:
    campaign_id = stage.draft()
    stage.campaigns.rivals = [replace(stage.stored(campaign_id), state=CampaignState.CANCELLED)]
    with pytest.raises(StaleRevisionError):
        stage.service.send_now(campaign_id, revision=None)
    assert stage.stored(campaign_id).state is CampaignState.CANCELLED
    assert stage.workflows.created == {}


@pytest.mark.parametrize("state", [state for state in CampaignState if state is not CampaignState.DRAFT])
def test_only_a_draft_is_sent(stage: Stage, state: CampaignState) -> None:
    campaign_id = stage.put_in(state)
    with pytest.raises(InvalidTransitionError):
        stage.service.send_now(campaign_id, revision=None)


def test_the_file_must_be_ready(stage: Stage) -> None:
    campaign_id = stage.draft()
    stage.files.file = replace(stage.files.file, status=RecipientFileStatus.PROCESSING)
    with pytest.raises(RecipientFileNotReadyError):
        stage.service.send_now(campaign_id, revision=None)


def test_the_template_must_be_ready(stage: Stage) -> None:
    campaign_id = stage.draft()
    stage.templates.versions[2] = version(2, TemplateStatus.INVALID)
    with pytest.raises(TemplateNotReadyError):
        stage.service.send_now(campaign_id, revision=None)


def test_the_file_must_have_what_the_template_needs(stage: Stage) -> None:
    campaign_id = stage.draft()
    stage.files.file = replace(stage.files.file, findings=findings({"E-Mail": "email"}))
    with pytest.raises(CampaignNotReadyError) as refusal:
        stage.service.send_now(campaign_id, revision=None)
    assert [error.detail for error in refusal.value.errors] == ["No column gives 'name'; add it or use a default."]
    assert stage.stored(campaign_id).state is CampaignState.DRAFT


def test_a_campaign_is_sent_only_after_its_pre_flight_has_passed(stage: Stage) -> None:
    campaign_id = stage.draft()
    stage.preflights.refusal = ConflictError("Check the campaign first.")
    with pytest.raises(ConflictError, match="Check the campaign first"):
        stage.service.send_now(campaign_id, revision=None)
    with pytest.raises(ConflictError, match="Check the campaign first"):
        stage.service.schedule(campaign_id, TOMORROW, "UTC", revision=None)
    assert stage.stored(campaign_id).state is CampaignState.DRAFT
    assert stage.workflows.created == {}


def test_a_campaign_whose_workflow_does_not_start_has_failed(stage: Stage) -> None:
    campaign_id = stage.draft()
    stage.workflows.available = False
    with pytest.raises(TemporarilyUnavailableError):
        stage.service.send_now(campaign_id, revision=None)
    campaign = stage.stored(campaign_id)
    assert campaign.state is CampaignState.FAILED
    assert campaign.reason == "The workflow could not be started: Step Functions did not start the workflow."


def test_until_it_starts_a_campaign_can_be_given_another_time(stage: Stage) -> None:
    campaign_id = stage.scheduled(TOMORROW)
    later = TOMORROW + timedelta(hours=1)
    campaign = stage.service.schedule(campaign_id, later, "UTC", revision=3)
    assert (campaign.state, campaign.send_at, campaign.revision) == (CampaignState.SCHEDULED, later, 4)
    assert stage.scheduler.items == {campaign_id: later}
    with pytest.raises(StaleRevisionError):
        stage.service.schedule(campaign_id, TOMORROW, "UTC", revision=3)
    with pytest.raises(ScheduleInPastError):
        stage.service.schedule(campaign_id, NOON, "UTC", revision=None)
    assert stage.scheduler.items == {campaign_id: later}


def test_a_time_changed_while_the_messages_are_made_is_the_one_that_counts(stage: Stage) -> None:
    campaign_id = stage.preparing(TOMORROW)
    later = TOMORROW + timedelta(hours=1)
    assert stage.service.schedule(campaign_id, later, "UTC", revision=None).state is CampaignState.PREPARING
    assert stage.scheduler.items == {}
    stage.messages_exist(campaign_id)
    stage.planning.finish(campaign_id)
    assert stage.scheduler.items == {campaign_id: later}


def test_a_campaign_that_has_started_keeps_its_time(stage: Stage) -> None:
    campaign_id = stage.sending()
    with pytest.raises(InvalidTransitionError):
        stage.service.schedule(campaign_id, TOMORROW, "UTC", revision=None)
    waiting = stage.scheduled(TOMORROW)
    stage.campaigns.rivals = [replace(stage.stored(waiting), state=CampaignState.SENDING)]
    with pytest.raises(InvalidTransitionError):
        stage.service.schedule(waiting, TOMORROW + timedelta(hours=1), "UTC", revision=None)
    assert stage.stored(waiting).send_at == TOMORROW


@pytest.mark.parametrize("cancelled", [False, True])
def test_when_two_changes_of_the_time_cross_the_schedule_agrees_with_the_campaign(
    stage: Stage, *, cancelled: bool
) -> None:
    campaign_id = stage.scheduled(TOMORROW)
    last = TOMORROW + timedelta(hours=2)

    def meanwhile() -> None:
        state = CampaignState.CANCELLED if cancelled else CampaignState.SCHEDULED
        stage.campaigns.save(replace(stage.stored(campaign_id), state=state, send_at=last))
        stage.scheduler.items[campaign_id] = last

    stage.scheduler.before_next = meanwhile
    stage.service.schedule(campaign_id, TOMORROW + timedelta(hours=1), "UTC", revision=None)
    assert stage.scheduler.items == ({} if cancelled else {campaign_id: last})


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (IN_BERLIN, ClockChange.SKIPPED),
        (datetime.fromisoformat("2026-10-25T02:30"), ClockChange.REPEATED),
        (datetime.fromisoformat("2026-10-25T04:30"), None),
    ],
)
def test_what_a_clock_change_did_to_the_time_is_told(
    stage: Stage, local: datetime, expected: ClockChange | None
) -> None:
    campaign_id = stage.draft()
    assert stage.service.schedule(campaign_id, local, "Europe/Berlin", revision=None).clock_change is expected
    again = stage.service.schedule(campaign_id, TOMORROW, "Europe/Berlin", revision=None)
    assert again.clock_change is None


def test_campaigns_are_listed_newest_first(stage: Stage) -> None:
    ids = []
    for _ in range(3):
        ids.append(stage.draft())
        stage.clock.time += timedelta(seconds=1)
    page = stage.service.list(limit=2, cursor=None)
    rest = stage.service.list(limit=2, cursor=page.next_cursor)
    assert [one.campaign_id for one in [*page.items, *rest.items]] == ids[::-1]


@pytest.mark.parametrize("state", list(CampaignState))
def test_a_worker_sends_only_while_the_campaign_is_sending(stage: Stage, state: CampaignState) -> None:
    orders = CampaignOrders(campaigns=stage.campaigns, templates=stage.templates)
    expected = {CampaignState.SENDING: Directive.SEND, CampaignState.CANCELLED: Directive.SKIP}
    campaign_id = stage.put_in(state, "run-1")
    assert orders.directive(campaign_id, "run-1") is expected.get(state, Directive.STOP)
    assert orders.directive("cmp_none", "run-1") is Directive.STOP
    # A worker of an execution that another one followed sends nothing more.
    expected.pop(CampaignState.SENDING)
    assert orders.directive(campaign_id, "run-2") is expected.get(state, Directive.STOP)


def test_an_order_holds_what_all_messages_have_in_common(stage: Stage) -> None:
    orders = CampaignOrders(campaigns=stage.campaigns, templates=stage.templates)
    order = orders.order(stage.draft())
    assert (order.sender, order.subject, order.text) == (
        "Shop <shop@example.com>",
        "Hi {{ name }}",
        "Hello {{ name }}",
    )
    with pytest.raises(CampaignNotFoundError):
        orders.order("cmp_none")
    orders.put_tally("cmp_1", 0, Tally(planned=1))
    assert stage.campaigns.tallies("cmp_1", 1) == {0: Tally(planned=1)}


@pytest.mark.parametrize("topic", [None, "news"])
def test_an_order_says_what_its_recipients_unsubscribe_from(stage: Stage, topic: str | None) -> None:
    campaign = stage.drafts.create(Draft("May", "tpl_1", None, "rcf_1", SENDER, topic=topic, rate_limit=2.5))
    orders = CampaignOrders(campaigns=stage.campaigns, templates=stage.templates)
    order = orders.order(campaign.campaign_id)
    assert (campaign.topic, order.topic) == (topic, topic)
    assert (campaign.rate_limit, order.rate_limit) == (2.5, 2.5)


def test_a_senders_name_is_encoded_where_it_must_be() -> None:
    assert from_header(SENDER) == "Shop <shop@example.com>"
    assert from_header(replace(SENDER, name="")) == "shop@example.com"
    assert from_header(replace(SENDER, name="Müller, AG")) == "=?utf-8?b?TcO8bGxlciwgQUc=?= <shop@example.com>"
