"""Who is mailed in which wave, and what an execution may do between two of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.execution import Entry
from chalicelib.campaigns.model import (
    Campaign,
    CampaignNotReadyError,
    CampaignState,
    Canary,
    Wave,
)
from chalicelib.campaigns.planning import IncompletePlanError
from chalicelib.campaigns.waves import Moments, by_zone, canary_first, most_in_part
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.messages.model import GROUP_SIZE, Tally
from chalicelib.messages.slices import placed, slice_list_key
from tests.unit.campaigns.stage import NOON, Stage
from tests.unit.campaigns.waved import DAY, Waved, people

NINE = datetime(2026, 3, 29, 9)  # noqa: DTZ001 - a wall-clock time, on the day of Europe's clock change
ZONES = ["", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "nowhere", "../etc", "Europe"]


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        (NINE, "Europe/Berlin", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (NINE, " Asia/Kathmandu ", datetime(2026, 3, 29, 3, 15, tzinfo=UTC)),
        (NINE, "", datetime(2026, 3, 29, 13, tzinfo=UTC)),
        (NINE, "Mars/Olympus_Mons", datetime(2026, 3, 29, 13, tzinfo=UTC)),
        (datetime(2026, 3, 29, 2, 30), "Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 10, 25, 2, 30), "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # noqa: DTZ001
    ],
)
def test_a_local_time_comes_at_each_zones_own_moment(local: datetime, zone: str, expected: datetime) -> None:
    moments = Moments(local, "America/New_York")
    assert moments.of(zone) == moments.of(zone) == expected


@given(zones=st.lists(st.sampled_from(ZONES), max_size=200))
def test_every_recipient_is_in_one_wave_and_every_group_begins_with_a_message(zones: list[str]) -> None:
    everybody = people(zones)
    divided = by_zone(NOON)(0, everybody)
    slices = list(placed(divided))
    assert sorted(one.address for _, members in slices for one in members) == sorted(one.address for one in everybody)
    assert [one.key for one, _ in slices] == sorted(divided)
    group = 0
    for one, members in slices:
        assert one.first_group == group
        assert (one.groups - 1) * GROUP_SIZE < one.recipients == len(members) <= one.groups * GROUP_SIZE
        group += one.groups


@given(
    sizes=st.lists(st.integers(1, 300), min_size=1, max_size=8),
    canary=st.builds(Canary, recipients=st.integers(20, 400)) | st.builds(Canary, share=st.floats(0.001, 0.5)),
)
def test_a_canary_is_drawn_from_every_part_by_its_size(sizes: list[int], canary: Canary) -> None:
    planned = sum(sizes)
    divide = canary_first("cmp_1", canary, planned)
    drawn = 0
    for part, size in enumerate(sizes):
        everybody = people([""] * size)
        divided = divide(part, everybody)
        assert divided == divide(part, everybody), "a retry draws the same"
        chosen, rest = divided["canary"], divided["rest"]
        assert sorted(one.address for one in chosen + rest) == sorted(one.address for one in everybody)
        assert abs(len(chosen) - size * canary.size(planned) / planned) < 1
        assert len(chosen) <= most_in_part(canary, planned, size)
        drawn += len(chosen)
    assert abs(drawn - canary.size(planned)) < len(sizes)


def test_a_canary_is_not_the_beginning_of_the_file() -> None:
    everybody = people([""] * 1_000)
    chosen = canary_first("cmp_1", Canary(share=0.1), 1_000)(0, everybody)["canary"]
    assert len(chosen) == 100
    assert len(set(map(id, chosen)) & set(map(id, everybody[:100]))) < 30


@pytest.fixture
def stage() -> Waved:
    return Waved()


def test_the_waves_of_local_times_are_written_down_and_the_first_starts_the_campaign(stage: Waved) -> None:
    campaign_id = stage.local()
    stage.make_messages(campaign_id)
    campaign = stage.planning.finish(campaign_id)
    tomorrow = NOON + DAY
    berlin = Wave(501, tomorrow - timedelta(hours=1), 1, "Europe/Berlin")
    assert campaign.waves == (berlin, Wave(999, tomorrow, 0, "Etc/UTC"))
    assert stage.scheduler.items == {campaign_id: tomorrow - timedelta(hours=1)}
    assert stage.slices.lists[slice_list_key("rcf_1", campaign_id, 1)] == [
        {"part": 0, "first_group": 14, "groups": 7},
        {"part": 1, "first_group": 7, "groups": 4},
    ]
    assert sum(stage.messages.tally(campaign_id, part).planned for part in (0, 1)) == 1_500


def test_a_part_that_was_not_divided_is_an_error(stage: Waved) -> None:
    campaign_id = stage.local()
    stage.messages_exist(campaign_id)
    with pytest.raises(IncompletePlanError, match="Part 0 was not divided"):
        stage.planning.finish(campaign_id)
    assert stage.stored(campaign_id).state is CampaignState.PREPARING


@pytest.mark.parametrize("at", [NOON + DAY, datetime(9999, 12, 31, 23)])  # noqa: DTZ001 - one with an offset, one without
def test_a_local_time_must_come_in_every_zone(stage: Waved, at: datetime) -> None:
    with pytest.raises(InvalidInputError):
        stage.service.schedule(stage.draft(), at, "UTC", revision=None, recipient_local=True)


def test_local_times_and_a_canary_exclude_each_other(stage: Waved) -> None:
    campaign_id = stage.draft()
    stage.campaigns.items[campaign_id] = replace(stage.stored(campaign_id), canary=Canary(share=0.1))
    with pytest.raises(InvalidInputError, match="exclude each other"):
        stage.service.schedule(campaign_id, NINE, "UTC", revision=None, recipient_local=True)


def test_without_a_column_of_zones_there_are_no_local_times() -> None:
    stage = Stage()
    with pytest.raises(CampaignNotReadyError):
        stage.service.schedule(stage.draft(), NINE, "UTC", revision=None, recipient_local=True)


def test_an_execution_goes_from_wave_to_wave_and_waits_for_the_time_of_each(stage: Waved) -> None:
    campaign_id = stage.local()
    stage.make_messages(campaign_id)
    stage.planning.finish(campaign_id)
    claim = stage.execution.claim
    assert claim(campaign_id, "run-1") == Entry(proceed=False, wait_seconds=23 * 3_600)
    stage.clock.time = NOON + timedelta(hours=23)
    first = Entry(proceed=True, wave=0, last=False)
    assert claim(campaign_id, "run-1") == claim(campaign_id, "run-1") == first
    waiting = Entry(proceed=False, wait_seconds=3_600)
    assert claim(campaign_id, "run-1", 0) == claim(campaign_id, "run-1", 0) == claim(campaign_id, "run-1") == waiting
    assert claim(campaign_id, "run-2") == Entry(proceed=False)
    stage.clock.time = NOON + DAY
    assert claim(campaign_id, "run-1") == Entry(proceed=True, wave=1, last=True)
    stage.execution.settle(campaign_id, Tally(planned=1_500, accepted=1_499, pending=1), "run-1")
    halted = stage.stored(campaign_id)
    assert (halted.state, halted.wave) == (CampaignState.HALTED, 2)
    stage.resume(campaign_id)
    assert claim(campaign_id, "run-2") == Entry(proceed=True), "what is left may be in any wave"


def test_a_campaign_paused_between_waves_goes_on_with_the_next_and_still_waits(stage: Waved) -> None:
    campaign_id = _between_waves(stage)
    stage.pause(campaign_id)
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=False, settle=True)
    stage.resume(campaign_id)
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=False, wait_seconds=3_600)
    assert stage.execution.claim(campaign_id, "run-1", 0) == Entry(proceed=False), "it is another's now"
    assert stage.stored(campaign_id).wave == 1


def test_a_worker_that_was_stopped_has_done_no_wave(stage: Waved) -> None:
    campaign_id = stage.local()
    stage.make_messages(campaign_id)
    stage.planning.finish(campaign_id)
    stage.clock.time = NOON + timedelta(hours=23)
    stage.execution.claim(campaign_id, "run-1")
    stage.pause(campaign_id)
    assert stage.execution.claim(campaign_id, "run-1", 0).settle
    stage.resume(campaign_id)
    # The execution before may come first, and works through the wave again.
    assert stage.execution.claim(campaign_id, "run-1", 0) == Entry(proceed=True, wave=0, last=False)
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=False)


def test_a_campaign_cancelled_between_waves_is_wound_down_at_once(stage: Waved) -> None:
    campaign_id = _between_waves(stage)
    cancelled = stage.cancel(campaign_id)
    run = f"cancelled-{cancelled.revision}"
    assert (campaign_id, run) in stage.workflows.sent
    assert stage.execution.claim(campaign_id, run) == Entry(proceed=True)
    stage.execution.settle(campaign_id, Tally(planned=1_500, accepted=501, skipped=999), run)
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=False), "nothing is left when it wakes"


def _between_waves(stage: Waved) -> str:
    campaign_id = stage.local()
    stage.make_messages(campaign_id)
    stage.planning.finish(campaign_id)
    stage.clock.time = NOON + timedelta(hours=23)
    stage.execution.claim(campaign_id, "run-1")
    stage.execution.claim(campaign_id, "run-1", 0)
    return campaign_id


def _judged(stage: Waved, bounced: int) -> tuple[str, Campaign]:
    campaign_id = stage.canary()
    claim = stage.execution.claim
    assert claim(campaign_id, "run-1") == Entry(proceed=True, wave=0, last=False)
    stage.bounce(campaign_id, bounced)
    assert claim(campaign_id, "run-1", 0) == Entry(proceed=False, wait_seconds=1_800)
    stage.clock.time += timedelta(minutes=30)
    assert claim(campaign_id, "run-1") == Entry(proceed=False, judge=True)
    stage.guard().judge_canary(campaign_id, "run-2")
    assert claim(campaign_id, "run-1") == Entry(proceed=False, judge=True), "another execution judges nothing"
    stage.guard().judge_canary(campaign_id, "run-1")
    return campaign_id, stage.stored(campaign_id)


def test_a_canary_without_too_many_bounces_lets_the_rest_follow(stage: Waved) -> None:
    campaign_id, campaign = _judged(stage, 8)
    assert (campaign.state, campaign.canary_judged_at) == (CampaignState.SENDING, stage.clock.time)
    assert [wave.recipients for wave in campaign.waves] == [150, 1_350]
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=True, wave=1, last=True)


def test_a_canary_that_bounces_halts_and_who_resumes_has_no_second_one(stage: Waved) -> None:
    campaign_id, campaign = _judged(stage, 20)
    assert campaign.state is CampaignState.HALTED
    assert (campaign.reason or "").startswith("Canary: Reputation guard: 20 hard bounces among 150 messages")
    assert stage.execution.claim(campaign_id, "run-1") == Entry(proceed=False, settle=True)
    stage.resume(campaign_id)
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=True, wave=1, last=True)


def test_who_resumes_a_campaign_halted_while_the_canary_is_watched_has_seen_it(stage: Waved) -> None:
    campaign_id = stage.canary()
    stage.execution.claim(campaign_id, "run-1")
    stage.execution.claim(campaign_id, "run-1", 0)
    stage.execution.halt(campaign_id, "SES stopped it", "run-1")
    stage.resume(campaign_id)
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=True, wave=1, last=True)


def test_a_campaign_paused_while_the_canary_is_watched_is_still_judged(stage: Waved) -> None:
    campaign_id = stage.canary()
    stage.execution.claim(campaign_id, "run-1")
    stage.execution.claim(campaign_id, "run-1", 0)
    stage.pause(campaign_id)
    stage.resume(campaign_id)
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=False, wait_seconds=1_800)
    stage.clock.time += timedelta(minutes=31)
    assert stage.execution.claim(campaign_id, "run-2") == Entry(proceed=False, judge=True)


@pytest.mark.parametrize(("canary", "planned", "size"), [(Canary(share=0.01), 1_000, 20), (Canary(20), 5, 5)])
def test_a_canary_is_never_too_small_to_say_something_nor_larger_than_all(
    canary: Canary, planned: int, size: int
) -> None:
    assert canary.size(planned) == size
