"""Campaigns by the recipients' local time are put off, or called forward, until their first wave has begun."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.execution import Entry
from chalicelib.campaigns.model import CampaignState, Wave, WavesFixedError
from chalicelib.campaigns.waves import Moments, by_zone
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.kernel.zones import transitions
from chalicelib.messages.slices import slice_list_key
from tests.unit.campaigns.stage import NOON
from tests.unit.campaigns.waved import DAY, Waved, people

TOMORROW = NOON + DAY
EVERY_ZONE = sorted(available_timezones())


@pytest.fixture
def stage() -> Waved:
    return Waved()


def _scheduled(stage: Waved) -> str:
    campaign_id = stage.local()
    stage.make_messages(campaign_id)
    stage.planning.finish(campaign_id)
    return campaign_id


def _put_off(stage: Waved, campaign_id: str, at: datetime, zone: str = "UTC", *, revision: int | None = None) -> None:
    stage.service.schedule(campaign_id, at.replace(tzinfo=None), zone, revision=revision, recipient_local=True)


def test_recipients_keep_their_places_and_their_waves_get_other_moments(stage: Waved) -> None:
    campaign_id = _scheduled(stage)
    messages, lists = dict(stage.messages.items), dict(stage.slices.lists)
    summer = datetime(2026, 6, 1, 9, tzinfo=UTC)
    _put_off(stage, campaign_id, summer)
    campaign = stage.stored(campaign_id)
    assert campaign.waves == (
        Wave(501, summer - timedelta(hours=2), 1, "Europe/Berlin"),
        Wave(999, summer, 0, "Etc/UTC"),
    )
    assert campaign.send_at == summer - timedelta(hours=2)
    assert stage.scheduler.items == {campaign_id: campaign.send_at}
    assert (stage.messages.items, stage.slices.lists) == (messages, lists)


def test_zones_that_go_together_in_winter_part_in_summer(stage: Waved) -> None:
    stage.people = [people(["Europe/Berlin", "Africa/Lagos", "Europe/Paris", ""] * 250), people(["Europe/Rome"] * 500)]
    campaign_id = _scheduled(stage)
    assert [(one.recipients, one.at) for one in stage.stored(campaign_id).waves] == [
        (250, TOMORROW - timedelta(hours=1)),
        (1_000, TOMORROW - timedelta(hours=1)),
        (250, TOMORROW),
    ]
    summer = datetime(2026, 6, 1, 9, tzinfo=UTC)
    _put_off(stage, campaign_id, summer, "America/New_York")
    assert [(one.recipients, one.at) for one in stage.stored(campaign_id).waves] == [
        (1_000, summer - timedelta(hours=2)),
        (250, summer - timedelta(hours=1)),
        (250, summer + timedelta(hours=4)),  # who names no zone follows the one in which the time is given
    ]


def test_the_time_may_be_changed_while_the_messages_are_made(stage: Waved) -> None:
    campaign_id = stage.local()
    stage.make_messages(campaign_id)
    before = stage.campaigns.get(campaign_id)
    assert before is not None
    local = (TOMORROW + DAY).replace(tzinfo=None)
    stage.campaigns.rivals = [replace(before, local_time=local, send_at=TOMORROW + DAY)]
    campaign = stage.planning.finish(campaign_id)
    assert [one.at for one in campaign.waves] == [TOMORROW + DAY - timedelta(hours=1), TOMORROW + DAY]
    assert stage.scheduler.items == {campaign_id: campaign.send_at}


def test_a_campaign_whose_first_wave_is_past_at_the_new_time_starts_at_once(stage: Waved) -> None:
    campaign_id = _scheduled(stage)
    _put_off(stage, campaign_id, NOON + timedelta(minutes=30))
    campaign = stage.stored(campaign_id)
    assert stage.workflows.sent == {(campaign_id, f"scheduled-{campaign.revision}"): "files/rcf_1/parts.jsonl"}
    assert stage.scheduler.items == {}
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=True, wave=0, last=False)


def test_an_execution_of_the_time_before_waits_and_of_two_only_one_goes_on(stage: Waved) -> None:
    campaign_id = _scheduled(stage)
    _put_off(stage, campaign_id, TOMORROW + timedelta(hours=6))
    stage.clock.time = TOMORROW - timedelta(hours=1)
    assert stage.execution.claim(campaign_id, "of-before") == Entry(proceed=False, wait_seconds=6 * 3_600)
    stage.clock.time += timedelta(hours=6)
    assert stage.execution.claim(campaign_id, "of-now").proceed
    assert stage.execution.claim(campaign_id, "of-before") == Entry(proceed=False)


def test_once_the_first_wave_has_begun_the_time_stands(stage: Waved) -> None:
    campaign_id = _scheduled(stage)
    stage.clock.time = TOMORROW - timedelta(hours=1)
    stage.execution.claim(campaign_id, "run-1")
    before = stage.stored(campaign_id)
    with pytest.raises(InvalidTransitionError):
        _put_off(stage, campaign_id, TOMORROW + DAY)
    assert stage.stored(campaign_id) == before
    stage.pause(campaign_id)
    with pytest.raises(InvalidTransitionError):
        _put_off(stage, campaign_id, TOMORROW + DAY)


def test_a_start_that_comes_between_wins(stage: Waved) -> None:
    campaign_id = _scheduled(stage)
    begun = replace(stage.stored(campaign_id), state=CampaignState.SENDING, execution="run-1")
    stage.campaigns.rivals = [begun]
    with pytest.raises(InvalidTransitionError):
        _put_off(stage, campaign_id, TOMORROW + DAY)
    assert stage.stored(campaign_id).waves == begun.waves


def test_who_saw_another_revision_changes_nothing(stage: Waved) -> None:
    campaign_id = _scheduled(stage)
    before = stage.stored(campaign_id)
    with pytest.raises(StaleRevisionError):
        _put_off(stage, campaign_id, TOMORROW + DAY, revision=before.revision - 1)
    assert stage.stored(campaign_id) == before


@pytest.mark.parametrize("hours", [-12, 48])
def test_killed_between_the_change_and_the_new_start_nobody_is_mailed_early(stage: Waved, hours: int) -> None:
    campaign_id = _scheduled(stage)
    old_start = stage.scheduler.items[campaign_id]
    at = TOMORROW + timedelta(hours=hours)
    fired: list[str] = []

    def killed() -> None:
        fired.append(campaign_id)
        raise TemporarilyUnavailableError("killed")

    stage.scheduler.before_next = killed
    with pytest.raises(TemporarilyUnavailableError):
        _put_off(stage, campaign_id, at)
    assert fired
    assert stage.scheduler.items == {campaign_id: old_start}
    # The schedule of before fires: too early it waits for the new time, too late the campaign goes on all the same.
    stage.clock.time = old_start
    first = at - timedelta(hours=1)
    assert stage.execution.claim(campaign_id, "of-before").proceed is (first <= old_start)
    stage.clock.time = max(first, old_start)
    assert stage.execution.claim(campaign_id, "of-before") == Entry(proceed=True, wave=0, last=False)


def test_the_same_call_again_mends_one_that_was_killed(stage: Waved) -> None:
    campaign_id = _scheduled(stage)
    stage.workflows.available = False
    with pytest.raises(TemporarilyUnavailableError):
        _put_off(stage, campaign_id, NOON + timedelta(minutes=30))
    stage.workflows.available = True
    _put_off(stage, campaign_id, NOON + timedelta(minutes=30))
    assert len(stage.workflows.sent) == 1
    assert stage.execution.claim(campaign_id, "run-1").proceed


def test_the_kind_of_time_stands_once_the_messages_are_made(stage: Waved) -> None:
    for campaign_id, recipient_local in (
        (stage.local(), False),
        (stage.preparing(TOMORROW), True),
        (_scheduled(stage), False),
    ):
        before = stage.stored(campaign_id)
        with pytest.raises(WavesFixedError):
            stage.service.schedule(
                campaign_id,
                (NOON + 2 * DAY).replace(tzinfo=None),
                "UTC",
                revision=None,
                recipient_local=recipient_local,
            )
        assert stage.stored(campaign_id) == before


def test_waves_divided_by_their_first_time_alone_stand(stage: Waved) -> None:
    campaign_id = _scheduled(stage)
    stored = stage.stored(campaign_id)
    stage.campaigns.items[campaign_id] = replace(stored, waves=tuple(replace(one, zone=None) for one in stored.waves))
    with pytest.raises(WavesFixedError):
        _put_off(stage, campaign_id, TOMORROW + DAY)


@given(
    zones=st.lists(st.sampled_from([*EVERY_ZONE, "", "nowhere"]), min_size=1, max_size=40),
    local=st.datetimes(datetime(2026, 3, 4), datetime(2035, 12, 31)),  # noqa: DTZ001 - wall-clock times
    own=st.sampled_from(EVERY_ZONE),
)
def test_whatever_the_time_a_slice_has_one_moment_and_it_is_each_recipients_own(
    zones: Sequence[str], local: datetime, own: str
) -> None:
    moments = Moments(local, own)
    for zone, together in by_zone(NOON)(0, people(list(zones))).items():
        assert {moments.of(one.fields["timezone"]) for one in together} == {moments.of(zone)}


@given(zone=st.sampled_from(EVERY_ZONE), moment=st.datetimes(datetime(2026, 3, 2), datetime(2036, 2, 28)))  # noqa: DTZ001
def test_the_transitions_of_a_zone_are_its_offsets_at_every_moment(zone: str, moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    known = [offset for since, offset in transitions(zone, NOON) if since <= at]
    assert known[-1] == at.astimezone(ZoneInfo(zone)).utcoffset()


def test_the_worlds_zones_are_few_clocks(stage: Waved) -> None:
    del stage
    assert len({transitions(zone, NOON) for zone in EVERY_ZONE}) < 80


def test_every_list_holds_the_slices_of_its_own_clock(stage: Waved) -> None:
    stage.people = [people(["Europe/Paris", "Asia/Tokyo"] * 500), people(["Europe/Berlin", "Japan"] * 250)]
    campaign_id = _scheduled(stage)
    waves = stage.stored(campaign_id).waves
    assert [one.recipients for one in waves] == [750, 750]
    for one in waves:
        items = stage.slices.lists[slice_list_key("rcf_1", campaign_id, one.number)]
        assert [item["part"] for item in items] == [0, 1]
