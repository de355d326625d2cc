"""Workers that send under the governor in virtual time: slow stores, late threads, pauses, crashes, wrong clocks.

A worker does what `sending.group` does: it asks for a block when half of its threads are free, begins each send at the
moment of its permit, asks again for those that came too late, and after each group waits for all answers.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from math import ceil, inf
from random import Random
from typing import TypeVar

from chalicelib.sending.governor import SendGovernor
from chalicelib.sending.handover import patience
from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import Permit, PermitRequest, PermitsUnavailableError, Quota
from chalicelib.sending.rate import RateState, Taking, Terms
from tests.fakes.sending import FakeRateLedger
from tests.unit.sending.virtual_time import VirtualTime

START = 1_772_366_400.0
"""2026-03-01, noon."""

GROUP, SHORT_WAIT, SHORT_WAITS = 50, 1.0, 5


T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """What is simulated.

    Attributes:
        rate: MaxSendRate.
        threads: of each worker; where mails go in bulk, mails that it may have under way.
        group: messages after which a worker waits for all its answers and for the store; None: never.
        pause_every: mean seconds between two stalls of a worker; 0: none.
        crash_every: mean seconds between two crashes, of whichever worker; 0: none.
        latency: mean seconds that SES takes to answer.
        wakes_late: mean seconds by which a thread wakes too late.
        limits: what the operator set.
        domain: chooses a message's domain.
        campaign_limit: messages per second.
    """

    workers: int
    rate: float
    threads: int = 8
    seconds: float = 60.0
    group: int | None = GROUP
    pause_every: float = 60.0
    crash_every: float = 240.0
    latency: float = 0.08
    wakes_late: float = 0.0005
    limits: SendLimits = field(default_factory=SendLimits)
    domain: Callable[[Random], str] = lambda _: "example.org"
    campaign_limit: float | None = None
    quota: Callable[["Simulation"], Quota] | None = None


@dataclass(frozen=True)
class Sent:
    """A send that was begun."""

    moment: float
    domain: str


class Simulation:
    """One run.

    Attributes:
        sent: every send, in order of time.
        counts: what happened how often, among it calls of the ledger and writes that it refused.
    """

    def __init__(self, setting: Setting, seed: int) -> None:
        self.setting = setting
        self.random = Random(seed)  # noqa: S311 - the same run again, no secret
        self.time = VirtualTime(START)
        self.ledger = FakeRateLedger()
        self.sent: list[Sent] = []
        self.counts: Counter[str] = Counter()

    def run(self) -> "Simulation":
        for _ in range(self.setting.workers):
            Worker(self).begin()
        self.time.run(START + self.setting.seconds)
        self.sent.sort(key=lambda sent: sent.moment)
        self.counts["refused writes"] = self.ledger.refused
        return self

    def most_in_a_second(self, domain: str | None = None) -> int:
        """Count the fullest window of one second, wherever it begins."""
        moments = [sent.moment for sent in self.sent if domain in {None, sent.domain}]
        most = begin = 0
        for end, moment in enumerate(moments):
            while moment - moments[begin] >= 1:
                begin += 1
            most = max(most, end - begin + 1)
        return most

    def share_of_rate(self) -> float:
        """Return what was sent after the first second, by what the rate allows."""
        moments = [sent.moment for sent in self.sent]
        after = len(moments) - bisect_right(moments, START + 1)
        return after / (self.setting.rate * (self.setting.seconds - 1))

    def quota(self) -> Quota:
        self.counts["quota asked"] += 1
        return self.setting.quota(self) if self.setting.quota else Quota(self.setting.rate)


class Worker:
    """One invocation after the other of a worker; also its clock and its way to the ledger."""

    def __init__(self, simulation: Simulation) -> None:
        self._run = simulation
        self._setting = simulation.setting
        self._time = simulation.time
        self._random = Random(simulation.random.random())  # noqa: S311 - as the simulation's
        self._clock_is_wrong_by = self._random.uniform(-0.0005, 0.0005)
        self._pauses = self._made_pauses()
        self._in_flight = 0
        self._ready: list[str] = []
        self._wakers: list[Callable[[], None]] = []
        self._governor = SendGovernor(
            ledger=self, quota=simulation.quota, limits=self._setting.limits, clock=self, chance=self._random.random
        )

    def begin(self) -> None:
        each = self._setting.crash_every * self._setting.workers
        crash = self._random.expovariate(1 / each) if each else inf
        self._dies_at = self._time.now + crash
        self._time.spawn(self._work)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._time.now + self._clock_is_wrong_by, UTC)

    def read(self) -> RateState | None:
        return self._call("reads", self._run.ledger.read)

    def take(self, taking: Taking) -> RateState | None:
        return self._call("writes", lambda: self._run.ledger.take(taking))

    def begin_refresh(self, seen: RateState | None, now: int) -> bool:
        return self._call("refreshes", lambda: self._run.ledger.begin_refresh(seen, now))

    def finish_refresh(self, begun_at: int, terms: Terms) -> None:
        self._call("refreshes", lambda: self._run.ledger.finish_refresh(begun_at, terms))

    def forget(self, limit: str, used_until: int) -> None:
        self._call("refreshes", lambda: self._run.ledger.forget(limit, used_until))

    def _call(self, kind: str, call: Callable[[], T]) -> T:
        self._run.counts[kind] += 1
        self._sleep(self._random.uniform(0.001, 0.005))
        answer = call()
        self._sleep(self._random.uniform(0.001, 0.005) + self._rarely(0.02))
        return answer

    def _work(self) -> None:
        """Send until the worker dies or is told to wait; then begin anew, as the workflow has it."""
        in_group, refusals = 0, 0
        while self._time.now < self._dies_at:
            self._wait_for(self._setting.threads // 2)
            room = self._setting.threads - self._in_flight
            if self._setting.group:
                room = min(room, self._setting.group - in_group)
            if len(self._ready) < GROUP:
                self._ready += [self._setting.domain(self._random) for _ in range(room)]
            offered = tuple(self._ready)
            self._ready = []
            try:
                permits = self._governor.acquire(PermitRequest("c", offered, room, self._setting.campaign_limit))
            except PermitsUnavailableError as error:
                refusals += 1
                self._ready += offered
                if error.wait_seconds <= SHORT_WAIT and refusals <= SHORT_WAITS:
                    self._sleep(error.wait_seconds)
                elif self._in_flight:
                    self._wait_for(self._in_flight - 1)
                else:
                    self._run.counts["waits of the workflow"] += 1
                    self._sleep(max(ceil(error.wait_seconds), 1) + 0.3)
                    refusals = 0
                continue
            refusals = 0
            placed = {permit.place for permit in permits}
            self._ready += [domain for place, domain in enumerate(offered) if place not in placed]
            self._in_flight += len(permits)
            for moment in dict.fromkeys(permit.moment for permit in permits):
                call = [permit for permit in permits if permit.moment == moment]
                self._begin_send(call[0], tuple(offered[permit.place] for permit in call))
            in_group += len(permits)
            if self._setting.group and in_group >= self._setting.group:
                in_group = 0
                self._wait_for(0)
                self._sleep(self._random.uniform(0.02, 0.05))
        self._run.counts["crashes"] += 1
        self._time.at(self._time.now + self._random.uniform(1, 5), Worker(self._run).begin)

    def _begin_send(self, permit: Permit, call: tuple[str, ...], late: int = 0) -> None:
        woken = self._awake(permit.moment - self._clock_is_wrong_by)
        woken += self._random.expovariate(1 / self._setting.wakes_late)
        woken += self._rarely(0.05)

        def send() -> None:
            if self._time.now >= self._dies_at:
                self._land(len(call))
                return
            if self._time.now + self._clock_is_wrong_by > permit.expires:
                self._run.counts["permits that came too late"] += 1
                self._time.spawn(partial(self._replace_permit, call, late + 1))
                return
            self._run.sent.extend(Sent(self._time.now, domain) for domain in call)
            answered = self._time.now + self._random.gammavariate(4, self._setting.latency / 4)
            self._time.at(answered, partial(self._land, len(call)))

        self._time.at(woken, send)

    def _replace_permit(self, call: tuple[str, ...], late: int) -> None:
        request = PermitRequest("c", call, len(call), self._setting.campaign_limit, patience(late))
        try:
            permits = self._governor.acquire(request)
        except PermitsUnavailableError:
            self._ready.extend(call)
            self._land(len(call))
            return
        moment = min(permit.moment for permit in permits)
        chosen = {permit.place: permit for permit in permits if permit.moment == moment}
        left = [domain for place, domain in enumerate(call) if place not in chosen]
        self._ready.extend(left)
        self._land(len(left))
        permit = next(iter(chosen.values()))
        self._begin_send(permit, tuple(call[place] for place in chosen), late)

    def _land(self, mails: int) -> None:
        self._in_flight -= mails
        while self._wakers:
            self._wakers.pop()()

    def _wait_for(self, most_in_flight: int) -> None:
        self._time.park(lambda: self._in_flight <= most_in_flight, self._wakers)

    def _sleep(self, seconds: float) -> None:
        self._time.sleep_until(self._awake(self._time.now + seconds))

    def _awake(self, moment: float) -> float:
        """Return when a worker that pauses now and then does what is due."""
        for begin, end in self._pauses:
            if begin <= moment < end:
                return end
        return moment

    def _made_pauses(self) -> list[tuple[float, float]]:
        """Short stalls, as of a collector of garbage or a processor that is taken away, and now and then a long one."""
        pauses, at = [], self._time.now
        while self._setting.pause_every and at < START + self._setting.seconds:
            at += self._random.expovariate(1 / self._setting.pause_every)
            long = self._random.random() < 0.02
            end = at + (self._random.uniform(0.5, 5) if long else self._random.uniform(0.005, 0.15))
            pauses.append((at, end))
            at = end
        return pauses

    def _rarely(self, seconds: float) -> float:
        return self._random.uniform(0, seconds) if self._random.random() < 0.002 else 0.0
