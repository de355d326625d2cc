"""Single messages overtake campaigns by permits of the reserve, and both together keep to SES's rate."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from chalicelib.sending.governor import SendGovernor
from chalicelib.sending.limits import SendLimits, WarmUp
from chalicelib.sending.model import PermitRequest, PermitsUnavailableError, Quota
from chalicelib.sending.reserve import ReserveGovernor
from tests.fakes.sending import FakeRateLedger
from tests.fakes.tracking import FixedClock
from tests.unit.sending.rate_simulation import Sent, Setting, Simulation

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = PermitRequest("transactional", ("example.org",), 1)
MANY = PermitRequest("c", ("example.org",) * 50, 50)


class Account:
    """Campaigns and single messages of one account."""

    def __init__(self, quota: Quota, limits: SendLimits) -> None:
        self.clock = FixedClock(NOON)
        self.quota = quota
        self.campaigns = SendGovernor(
            ledger=FakeRateLedger(), quota=self._quota, limits=limits, clock=self.clock, chance=lambda: 0.5
        )
        self.single = ReserveGovernor(
            ledger=FakeRateLedger(), quota=self._quota, limits=limits, clock=self.clock, campaigns=self.campaigns
        )

    def _quota(self) -> Quota:
        return self.quota

    def take_all_of_campaigns(self) -> None:
        with suppress(PermitsUnavailableError):
            while self.campaigns.acquire(MANY):
                pass

    def wait_of_a_single_message(self) -> float:
        [permit] = self.single.acquire(ONE)
        return permit.moment - self.clock.now().timestamp()


def test_a_single_message_does_not_wait_behind_a_campaign() -> None:
    account = Account(Quota(20), SendLimits(reserve_percent=10))
    account.take_all_of_campaigns()
    assert account.wait_of_a_single_message() < 0.1


def test_when_the_reserve_is_used_up_a_single_message_stands_with_the_campaigns() -> None:
    account = Account(Quota(20), SendLimits(reserve_percent=10))
    waits = [account.wait_of_a_single_message() for _ in range(8)]
    assert max(waits) < 0.5  # the reserve alone, two a second, would make the last one wait for four seconds
    account.take_all_of_campaigns()
    with pytest.raises(PermitsUnavailableError) as refused:
        account.single.acquire(ONE)
    assert 0 < refused.value.wait_seconds < 2


def test_the_cap_of_a_warm_up_day_does_not_stop_single_messages() -> None:
    account = Account(Quota(20), SendLimits(reserve_percent=10, warm_up=WarmUp(date(2026, 3, 1), (1, 1))))
    account.take_all_of_campaigns()
    for _ in range(5):
        assert account.wait_of_a_single_message() < 0.1
        account.clock.time += timedelta(seconds=1)


def test_single_messages_may_use_the_24_hour_quota_to_its_end() -> None:
    account = Account(Quota(20, max_24_hours=100, sent_24_hours=90), SendLimits(reserve_percent=10))
    account.take_all_of_campaigns()
    for _ in range(10):
        assert account.wait_of_a_single_message() < 0.1
        account.clock.time += timedelta(seconds=1)
    with pytest.raises(PermitsUnavailableError, match="24-hour quota"):
        account.single.acquire(ONE)


@pytest.mark.parametrize(("rate", "percent"), [(14, 5), (14, 20), (50, 10), (5, 50)])
def test_campaigns_and_single_messages_together_never_pass_the_rate(rate: float, percent: int) -> None:
    limits = SendLimits(reserve_percent=percent)
    run = Simulation(Setting(10, rate, seconds=60, limits=limits), seed=4)
    chance, reserve = Random(9), FakeRateLedger()  # noqa: S311 - the same run again, no secret
    waits: list[float] = []

    class Request:
        """People who ask for single messages, twice as often as the reserve allows."""

        def now(self) -> datetime:
            return datetime.fromtimestamp(run.time.now, UTC)

        def work(self) -> None:
            campaigns = SendGovernor(
                ledger=run.ledger, quota=run.quota, limits=limits, clock=self, chance=chance.random
            )
            single = ReserveGovernor(ledger=reserve, quota=run.quota, limits=limits, clock=self, campaigns=campaigns)
            while True:
                run.time.sleep_until(run.time.now + chance.expovariate(2 * rate * percent / 100))
                try:
                    [permit] = single.acquire(ONE)
                except PermitsUnavailableError:
                    continue
                waits.append(permit.moment - run.time.now)
                run.time.at(permit.moment, lambda: run.sent.append(Sent(run.time.now, "single")))

    run.time.spawn(Request().work)
    run.run()
    singles = sum(sent.domain == "single" for sent in run.sent)
    assert singles >= 0.7 * 60 * rate * percent / 100
    assert run.most_in_a_second() <= rate
    assert sorted(waits)[len(waits) // 2] < 5
