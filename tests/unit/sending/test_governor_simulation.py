"""The send rate over whole runs in virtual time: slow stores, late threads, stalls, crashes, clocks that differ."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest

from chalicelib.sending.limits import SendLimits, WarmUp
from chalicelib.sending.model import Quota
from chalicelib.sending.rate import day_of
from tests.unit.sending.rate_simulation import START, Setting, Simulation

TODAY = day_of(round(START * 1_000_000))


def gmail(share: float) -> Callable[[Random], str]:
    return lambda random: "gmail.com" if random.random() < share else "example.org"


def saturated() -> list[Setting]:
    """One worker without its pauses between groups, for there is nobody to send meanwhile; others as they are."""
    return [
        Setting(1, 1, group=None, crash_every=0, seconds=3000),
        Setting(1, 14, group=None, crash_every=0, seconds=300),
        Setting(1, 100, threads=32, group=None, crash_every=0),
        Setting(10, 14, seconds=600),
        Setting(10, 100),
        Setting(10, 500, threads=32, seconds=30),
        Setting(200, 14, seconds=150),
        Setting(200, 100),
        Setting(200, 500, seconds=30),
    ]


@pytest.mark.parametrize("setting", saturated(), ids=lambda s: f"{s.workers} workers, {s.rate} a second")
def test_the_rate_is_used_up_and_never_passed_in_any_second(setting: Setting) -> None:
    run = Simulation(setting, seed=1).run()
    assert run.most_in_a_second() <= setting.rate
    assert run.share_of_rate() >= 0.98
    assert run.counts["permits that came too late"] > 0


BULK = SendLimits(bulk=50)


@pytest.mark.parametrize(
    ("workers", "rate", "seconds", "share"),
    [
        (1, 14, 120, 0.98),
        (1, 100, 60, 0.98),
        (8, 500, 60, 0.98),
        (10, 130, 60, 0.98),
        (20, 2000, 30, 0.98),
        (4, 53, 60, 0.96),  # 52 of 53: a prime cannot be divided
    ],
)
def test_calls_of_many_messages_use_the_rate_up_and_never_pass_it_in_any_second(
    workers: int, rate: int, seconds: int, share: float
) -> None:
    in_bulk = Setting(workers, rate, 100, seconds, group=None, limits=BULK, latency=0.3, crash_every=0)
    run = Simulation(in_bulk, seed=1).run()
    assert run.most_in_a_second() <= rate
    assert run.share_of_rate() >= share


@pytest.mark.parametrize("seed", range(2, 6))
def test_calls_of_many_messages_never_pass_the_rate_though_they_are_seldom_full(seed: int) -> None:
    """Groups that end between calls, stalls and crashes leave calls of any size."""
    run = Simulation(
        Setting(10, 120, threads=100, limits=BULK, seconds=40, pause_every=3, crash_every=2, group=37), seed
    ).run()
    assert run.most_in_a_second() <= 120
    assert run.share_of_rate() > 0.3


def test_a_domain_keeps_its_limit_where_calls_carry_many_messages() -> None:
    limits = SendLimits(bulk=50, domains={"gmail.com": 20.0})
    run = Simulation(Setting(4, 200, threads=100, seconds=30, limits=limits, domain=gmail(0.3)), seed=1).run()
    assert run.most_in_a_second("gmail.com") <= 20
    assert run.most_in_a_second() <= 200


@pytest.mark.parametrize("seed", range(2, 8))
def test_the_rate_is_not_passed_however_often_workers_stall_and_die(seed: int) -> None:
    run = Simulation(Setting(20, 50, seconds=40, pause_every=3, crash_every=2), seed).run()
    assert run.most_in_a_second() <= 50
    assert run.counts["crashes"] > 5
    assert run.share_of_rate() > 0.7


@pytest.mark.parametrize("wakes_late", [0.01, 0.05, 0.2])
def test_on_machines_that_are_too_busy_every_message_still_gets_its_turn(wakes_late: float) -> None:
    run = Simulation(Setting(10, 50, seconds=40, wakes_late=wakes_late), seed=1).run()
    assert run.most_in_a_second() <= 50
    assert run.share_of_rate() > 0.05


def test_workers_do_not_refuse_each_others_writes_while_the_rate_is_used_up() -> None:
    run = Simulation(Setting(200, 500, seconds=30), seed=1).run()
    assert run.counts["refused writes"] < 0.02 * run.counts["writes"]
    assert run.counts["writes"] < 0.3 * len(run.sent)
    assert run.counts["quota asked"] == 1


def test_the_quota_is_asked_for_once_a_minute_by_all_workers_together() -> None:
    run = Simulation(Setting(30, 14, seconds=181), seed=1).run()
    assert 3 <= run.counts["quota asked"] <= 4


def test_permits_of_a_crashed_worker_are_free_again_when_their_time_has_passed() -> None:
    run = Simulation(Setting(1, 14, group=None, crash_every=20, pause_every=0, seconds=300), seed=1).run()
    moments = [sent.moment for sent in run.sent]
    assert run.counts["crashes"] > 3
    # A worker is back after 5 seconds at most, and waits for what was leased before to be over.
    assert max(later - earlier for earlier, later in pairwise(moments)) < 5 + 1


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_a_recipient_domain_gets_no_more_than_its_limit_in_any_second(share: float) -> None:
    limits = SendLimits(domains={"gmail.com": 20.0})
    run = Simulation(Setting(10, 100, seconds=30, limits=limits, domain=gmail(share)), seed=1).run()
    to_gmail = sum(sent.domain == "gmail.com" for sent in run.sent) / run.setting.seconds
    assert run.most_in_a_second("gmail.com") <= 20
    assert run.most_in_a_second() <= 100
    assert to_gmail >= 0.8 * min(20, 100 * share)


def test_mail_to_other_domains_goes_on_while_one_domain_is_at_its_limit() -> None:
    limits = SendLimits(domains={"gmail.com": 20.0})
    run = Simulation(Setting(10, 100, limits=limits, domain=gmail(0.1)), seed=1).run()
    assert run.share_of_rate() >= 0.98


@pytest.mark.parametrize(("limit", "most"), [(0.2, 1), (2.5, 3), (10, 10), (30, 30), (90, 90), (200, 100)])
def test_a_campaign_keeps_its_own_limit_in_any_second(limit: float, most: int) -> None:
    run = Simulation(Setting(10, 100, seconds=30, campaign_limit=limit), seed=1).run()
    assert run.most_in_a_second() <= most
    assert len(run.sent) >= 0.8 * min(limit, 100) * run.setting.seconds - 2


def test_campaigns_leave_the_reserve_of_the_rate_to_others() -> None:
    run = Simulation(Setting(10, 50, limits=SendLimits(reserve_percent=20)), seed=1).run()
    assert run.most_in_a_second() <= 40
    assert run.share_of_rate() >= 0.8 * 0.98


def test_a_day_of_the_warm_up_plan_ends_at_its_cap_and_workers_end_with_it() -> None:
    limits = SendLimits(warm_up=WarmUp(TODAY, (300, 1000)))
    run = Simulation(Setting(10, 50, limits=limits, pause_every=0, crash_every=0), seed=1).run()
    assert len(run.sent) <= 300
    assert len(run.sent) >= 280
    assert run.counts["waits of the workflow"] == 10


@pytest.mark.parametrize("lag", [0.0, 5.0, 50.0])
def test_the_24_hour_quota_is_not_passed_although_ses_counts_late(lag: float) -> None:
    def quota(run: Simulation) -> Quota:
        counted = sum(sent.moment <= run.time.now - lag for sent in run.sent)
        return Quota(50, max_24_hours=5000, sent_24_hours=1000 + counted)

    run = Simulation(Setting(10, 50, seconds=400, quota=quota), seed=1).run()
    assert 3950 <= len(run.sent) <= 4000


def test_the_same_seed_gives_the_same_run() -> None:
    first, second = (Simulation(Setting(10, 100, seconds=5), seed=3).run() for _ in range(2))
    assert first.sent == second.sent
    assert first.counts == second.counts
