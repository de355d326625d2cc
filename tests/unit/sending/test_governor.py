"""The governor leases blocks from the shared ledger and finds out what SES allows."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.kernel.errors import ConfigurationError, TemporarilyUnavailableError
from chalicelib.sending.governor import SendGovernor
from chalicelib.sending.limits import SendLimits, WarmUp, read_limits
from chalicelib.sending.model import Permit, PermitRequest, PermitsUnavailableError, Quota
from chalicelib.sending.rate import LATENESS, RateState, Taking
from tests.fakes.sending import FakeRateLedger
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Account:
    """SES's answer to GetAccount.

    Attributes:
        answer: what is answered; None: nothing.
        asked: how often.
    """

    def __init__(self, answer: Quota | None) -> None:
        self.answer = answer
        self.asked = 0

    def quota(self) -> Quota:
        self.asked += 1
        if self.answer is None:
            raise TemporarilyUnavailableError("SES did not say.")
        return self.answer


class Bench:
    """Workers that share a ledger and an account."""

    def __init__(self, quota: Quota | None, limits: SendLimits | None = None) -> None:
        self.clock = FixedClock(NOON)
        self.account = Account(quota)
        self.ledger = FakeRateLedger()
        self._limits = limits or SendLimits()

    def worker(self, ledger: FakeRateLedger | None = None) -> SendGovernor:
        return SendGovernor(
            ledger=ledger or self.ledger,
            quota=self.account.quota,
            limits=self._limits,
            clock=self.clock,
            chance=lambda: 0.5,
        )

    def pass_time(self, seconds: float) -> None:
        self.clock.time += timedelta(seconds=seconds)


def request(count: int = 1, rate_limit: float | None = None) -> PermitRequest:
    return PermitRequest("cmp", ("example.org",) * count, count, rate_limit)


def due(permits: tuple[Permit, ...]) -> list[float]:
    """Return the moments, in seconds since noon."""
    return [round(permit.moment - NOON.timestamp(), 4) for permit in permits]


def refused(ask: Callable[[], object]) -> PermitsUnavailableError:
    with pytest.raises(PermitsUnavailableError) as caught:
        ask()
    return caught.value


def test_each_permit_of_a_block_has_its_own_moment() -> None:
    permits = Bench(Quota(100)).worker().acquire(request(3))
    assert [permit.place for permit in permits] == [0, 1, 2]
    assert due(permits) == [0.03, 0.0401, 0.0502]
    assert {round(permit.expires - permit.moment, 4) for permit in permits} == {LATENESS}


def test_the_rate_is_left_unused_while_a_permit_may_be_late() -> None:
    bench = Bench(Quota(100))
    worker = bench.worker()
    [permit] = worker.acquire(replace(request(), patience=0.5))
    assert permit.expires - permit.moment == pytest.approx(0.51, abs=1e-6)
    assert due(worker.acquire(request())) == [0.5401]


def test_workers_and_campaigns_share_one_rate() -> None:
    bench = Bench(Quota(10))
    moments = [moment for _ in range(3) for moment in due(bench.worker().acquire(request(2)))]
    assert moments == [0.03, 0.1312, 0.2324, 0.3336, 0.4348, 0.536]
    assert bench.account.asked == 1


def test_while_the_rate_is_used_up_a_block_costs_one_write() -> None:
    class Counting(FakeRateLedger):
        reads = 0

        def read(self) -> RateState | None:
            self.reads += 1
            return super().read()

    bench = Bench(Quota(10))
    bench.ledger = ledger = Counting()
    first, second = bench.worker(), bench.worker()
    for worker in (first, second, first, second):
        worker.acquire(request(2))
    reads, refusals = ledger.reads, ledger.refused
    for worker in (first, second, first, second):
        worker.acquire(request(2))
    assert (ledger.reads, ledger.refused) == (reads, refusals)


def test_no_permits_are_saved_up_while_nobody_sends() -> None:
    bench = Bench(Quota(10))
    worker = bench.worker()
    worker.acquire(request(2))
    bench.pass_time(30)
    assert due(worker.acquire(request(2))) == [30.03, 30.1312]


def test_a_worker_behind_all_others_is_told_when_to_come_back() -> None:
    bench = Bench(Quota(1))
    worker = bench.worker()
    moments = [due(worker.acquire(request()))[0] for _ in range(5)]
    assert moments == [0.03, 1.042, 2.054, 3.066, 4.078]
    assert refused(lambda: worker.acquire(request())).wait_seconds == 2.5 + 0.5 * 25


def test_a_new_quota_holds_for_all_workers_after_a_minute() -> None:
    bench = Bench(Quota(10))
    first, second = bench.worker(), bench.worker()
    first.acquire(request(2))
    second.acquire(request(2))
    bench.account.answer = Quota(50)
    bench.pass_time(60)
    assert due(first.acquire(request(2))) == [60.03, 60.0502]
    assert due(second.acquire(request(2))) == [60.0705, 60.0907]
    assert bench.account.asked == 2


def test_terms_that_changed_under_a_worker_are_read_again() -> None:
    class Overtaken(FakeRateLedger):
        """Another worker finishes a refresh just before this one's first write."""

        def take(self, taking: Taking) -> RateState | None:
            if self.state and self.state.terms and not self.refused:
                terms = replace(self.state.terms, per_second=2.0, refreshed_at=self.state.terms.refreshed_at + 1)
                self.state = replace(self.state, terms=terms)
            return super().take(taking)

    ledger = Overtaken()
    assert due(Bench(Quota(10)).worker(ledger).acquire(request(2))) == [0.03]
    assert ledger.refused == 1


def test_without_an_answer_of_ses_the_terms_before_hold() -> None:
    bench = Bench(Quota(10))
    worker = bench.worker()
    worker.acquire(request())
    bench.account.answer = None
    bench.pass_time(61)
    assert worker.acquire(request())
    assert bench.worker().acquire(request())
    assert bench.account.asked == 2
    bench.pass_time(11)
    worker.acquire(request())
    assert bench.account.asked == 3


def test_before_any_answer_of_ses_there_are_no_permits() -> None:
    bench = Bench(None)
    assert refused(lambda: bench.worker().acquire(request())).wait_seconds == 5
    assert refused(lambda: bench.worker().acquire(request())).wait_seconds == 0.5
    bench.account.answer = Quota(10)
    bench.pass_time(11)
    assert bench.worker().acquire(request())


def test_a_ledger_that_is_busy_is_asked_again_later() -> None:
    class Busy(FakeRateLedger):
        def take(self, taking: Taking) -> RateState | None:
            del taking
            raise TemporarilyUnavailableError("The store is busy.")

    assert refused(lambda: Bench(Quota(10)).worker(Busy()).acquire(request())).wait_seconds == 5


def test_a_worker_that_is_refused_again_and_again_gives_up() -> None:
    class Crowded(FakeRateLedger):
        def take(self, taking: Taking) -> RateState | None:
            del taking
            return None

    bench = Bench(Quota(10))
    assert refused(lambda: bench.worker(Crowded()).acquire(request())).wait_seconds == 0.5


def test_the_24_hour_quota_ends_the_permits_and_a_refresh_brings_new_ones() -> None:
    bench = Bench(Quota(100, max_24_hours=200, sent_24_hours=197))
    worker = bench.worker()
    assert len(worker.acquire(request(8))) == 3
    error = refused(lambda: worker.acquire(request()))
    assert error.wait_seconds == 60 + 0.5 * 60
    bench.account.answer = Quota(100, max_24_hours=200, sent_24_hours=150)
    bench.pass_time(90)
    assert sum(len(worker.acquire(request(10))) for _ in range(5)) == 47


def test_a_reserve_of_the_24_hour_quota_is_left_to_other_mail() -> None:
    bench = Bench(Quota(100, max_24_hours=200, sent_24_hours=150), SendLimits(reserve_percent=20))
    worker = bench.worker()
    assert len(worker.acquire(request(12))) == 10
    refused(lambda: worker.acquire(request()))


def test_a_warm_up_plan_ends_the_permits_of_a_day() -> None:
    bench = Bench(Quota(100), SendLimits(warm_up=WarmUp(date(2026, 2, 28), (5, 8, 13))))
    worker = bench.worker()
    assert len(worker.acquire(request(10))) == 8
    assert refused(lambda: worker.acquire(request())).wait_seconds == 3600 + 0.5 * 60
    bench.pass_time(12 * 3600 + 1)
    assert len(worker.acquire(request(20))) == 13


@pytest.mark.parametrize(
    ("day", "cap"), [(date(2025, 1, 1), 5), (date(2026, 3, 1), 5), (date(2026, 3, 2), 8), (date(2026, 3, 3), None)]
)
def test_a_warm_up_plan_says_how_many_mails_a_day_may_have(day: date, cap: int | None) -> None:
    assert WarmUp(date(2026, 3, 1), (5, 8)).cap(day) == cap


def test_a_limit_of_a_campaign_that_is_over_is_forgotten() -> None:
    bench = Bench(Quota(100))
    worker = bench.worker()
    worker.acquire(request(1, rate_limit=2.0))
    assert bench.ledger.state is not None
    assert set(bench.ledger.state.used_until) == {"campaign cmp"}
    bench.pass_time(120)
    worker.acquire(request())
    assert bench.ledger.state.used_until == {}


def test_the_limits_are_read_from_the_setting() -> None:
    text = json.dumps(
        {
            "reserve_percent": 10,
            "domains": {"Gmail.com": 20},
            "warm_up": {"start": "2026-03-01", "caps": [50, 100]},
            "bulk": 50,
        }
    )
    assert read_limits(text) == SendLimits(10, {"gmail.com": 20.0}, WarmUp(date(2026, 3, 1), (50, 100)), 50)
    assert read_limits('{"reserve_percent": 0, "domains": {}, "warm_up": null, "bulk": 1}') == SendLimits()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"reserve_percent": 0, "domains": 1, "warm_up": null, "bulk": 1}'])
def test_a_setting_that_holds_no_limits_is_a_fault_of_the_deployment(text: str) -> None:
    with pytest.raises(ConfigurationError, match="SEND_LIMITS"):
        read_limits(text)
