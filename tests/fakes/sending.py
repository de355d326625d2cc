"""The send stage's ports in memory, and a fuse that kills a worker at any single step."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import Tally
from chalicelib.sending.model import (
    Accepted,
    Answer,
    Bundle,
    Claim,
    ClaimLostError,
    Directive,
    Permit,
    PermitRequest,
    Quota,
    RenderedMail,
    SendOrder,
    Unanswered,
)
from chalicelib.sending.rate import LATENESS, RateState, Taking, Terms, apply
from tests.fakes.tracking import FixedClock

P = ParamSpec("P")
T = TypeVar("T")


class WorkerKilledError(BaseException):
    """The worker's process ended here; no handler of the worker runs."""


@dataclass
class Fuse:
    """Kills the worker at the ``blows_at``-th point from now, counted from 0, and never again; below 0: never."""

    blows_at: int = -1
    passed: int = 0

    def point(self) -> None:
        blown = self.passed == self.blows_at
        self.passed += 1
        if blown:
            raise WorkerKilledError

    def rearm(self, blows_at: int = -1) -> None:
        self.blows_at, self.passed = blows_at, 0


class Fused:
    """Any port, with a point of the fuse before and after each call."""

    def __init__(self, port: object, fuse: Fuse) -> None:
        self._port = port
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._fuse.point()
            answer = method(*args, **kwargs)
            self._fuse.point()
            return answer

        return call


class FakeClaims:
    """The `Claims` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, int, int], Claim] = {}

    def take(self, claim: Claim) -> Claim:
        return self.items.setdefault(_place(claim), claim)

    def take_over(self, abandoned: Claim, claim: Claim) -> bool:
        stored = self.items.get(_place(claim))
        if stored != abandoned or stored.closed:
            return False
        self.items[_place(claim)] = claim
        return True

    def reopen(self, closed: Claim, claim: Claim) -> bool:
        stored = self.items.get(_place(claim))
        if stored != closed or not stored.closed:
            return False
        self.items[_place(claim)] = claim
        return True

    def renew(self, claim: Claim, lease_until: datetime, begun: frozenset[int]) -> Claim:
        if not self._owns(claim):
            raise ClaimLostError(f"group {claim.group} of part {claim.part} of {claim.campaign_id}")
        self.items[_place(claim)] = replace(claim, lease_until=lease_until, begun=begun)
        return self.items[_place(claim)]

    def close(self, claim: Claim) -> None:
        if self._owns(claim):
            self.items[_place(claim)] = replace(claim, closed=True)

    def release(self, claim: Claim) -> None:
        if self._owns(claim):
            del self.items[_place(claim)]

    def _owns(self, claim: Claim) -> bool:
        stored = self.items.get(_place(claim))
        return stored is not None and stored.owner == claim.owner


def _place(claim: Claim) -> tuple[str, int, int]:
    return claim.campaign_id, claim.part, claim.group


class FakeGovernor:
    """The `Governor` port at a constant rate.

    Attributes:
        requests: every request, in order.
    """

    def __init__(self, clock: Clock, per_second: float = 100.0, bulk: int = 1) -> None:
        self._clock = clock
        self._interval = bulk / per_second
        self._bulk = bulk
        self._next_free = 0.0
        self.requests: list[PermitRequest] = []

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        self.requests.append(request)
        count = min(len(request.domains), request.most)
        count -= count % self._bulk if count > self._bulk else 0
        start = max(self._next_free, self._clock.now().timestamp())
        self._next_free = start + -(-count // self._bulk) * self._interval
        moments = [start + place // self._bulk * self._interval for place in range(count)]
        return tuple(Permit(place, moment, moment + LATENESS) for place, moment in enumerate(moments))


class FakeRateLedger:
    """The `RateLedger` port.

    Attributes:
        refused: takings whose conditions were not met.
    """

    def __init__(self) -> None:
        self.state: RateState | None = None
        self.refused = 0

    def read(self) -> RateState | None:
        return self.state

    def take(self, taking: Taking) -> RateState | None:
        after = apply(self.state, taking) if self.state else None
        if after:
            self.state = after
        else:
            self.refused += 1
        return after

    def begin_refresh(self, seen: RateState | None, now: int) -> bool:
        state = self.state
        if seen is None:
            if state is None:
                self.state = RateState(0, 0, now, {}, None)
            return state is None
        if state is None or state.refresh_begun_at != seen.refresh_begun_at:
            return False
        self.state = replace(state, refresh_begun_at=now)
        return True

    def finish_refresh(self, begun_at: int, terms: Terms) -> None:
        if self.state and self.state.refresh_begun_at == begun_at:
            self.state = replace(self.state, terms=terms)

    def forget(self, limit: str, used_until: int) -> None:
        state = self.state
        if state and state.used_until.get(limit) == used_until:
            kept = {name: until for name, until in state.used_until.items() if name != limit}
            self.state = replace(state, used_until=kept)


class FakeTransport:
    """The `Transport` port.

    Attributes:
        answer: decides what SES answers to a mail; it may also do what happens meanwhile.
        tries: every mail handed over, with what was answered.
        calls: how many mails each call carried.
        alone: mails that no call carries together with others.
    """

    def __init__(self) -> None:
        self.answer: Callable[[RenderedMail], Answer] = lambda mail: Accepted(f"ses-{mail.recipient}")
        self.tries: list[tuple[RenderedMail, Answer]] = []
        self.calls: list[int] = []
        self.alone: Callable[[RenderedMail], bool] = lambda _: False

    def send(self, mail: RenderedMail) -> Answer:
        self.calls.append(1)
        return self._answer(mail)

    def send_all(self, mails: Sequence[RenderedMail], prepared: object = None) -> list[Answer]:
        if prepared is not None:
            assert prepared == [mail.recipient for mail in mails]
        self.calls.append(len(mails))
        return [self._answer(mail) for mail in mails]

    def bundles(self, mails: Sequence[RenderedMail]) -> list[Bundle]:
        together = tuple(place for place, mail in enumerate(mails) if not self.alone(mail))
        bundles = [Bundle(together, [mails[place].recipient for place in together])] if together else []
        return [*bundles, *(Bundle((place,)) for place in range(len(mails)) if place not in together)]

    def _answer(self, mail: RenderedMail) -> Answer:
        answer = self.answer(mail)
        self.tries.append((mail, answer))
        return answer

    def quota(self) -> Quota:
        return Quota(100.0)

    @property
    def taken(self) -> list[str]:
        """Recipients of the mails that SES took or may have taken, in order, as often as it did."""
        return [mail.recipient for mail, answer in self.tries if isinstance(answer, Accepted | Unanswered)]


@dataclass
class FakePace:
    """The `Pace` port: sleeping moves the clock.

    Attributes:
        remaining: seconds that the invocation may still run.
        asleep: what happens during the next sleep, once.
    """

    clock: FixedClock
    remaining: float = 900.0
    asleep: Callable[[], object] | None = None

    def sleep_until(self, moment: float) -> None:
        self.clock.time = max(self.clock.time, datetime.fromtimestamp(moment, UTC))
        meanwhile, self.asleep = self.asleep, None
        if meanwhile:
            meanwhile()

    def remaining_seconds(self) -> float:
        return self.remaining


@dataclass
class FakeOrders:
    """The `Orders` port.

    Attributes:
        directives: answers to come; the last one stays.
        topic: what the campaign is about.
        resend_before: held messages may be sent again, if they were held by then.
        tallies: accounts by part.
    """

    directives: list[Directive] = field(default_factory=lambda: [Directive.SEND])
    tallies: dict[int, Tally] = field(default_factory=dict)
    topic: str | None = None
    rate_limit: float | None = None
    resend_before: datetime | None = None

    def order(self, campaign_id: str) -> SendOrder:
        return SendOrder(
            campaign_id,
            "Shop <shop@example.com>",
            "Hi",
            "<p>Hi {{ name }}</p>",
            "Hi {{ name }}",
            topic=self.topic,
            rate_limit=self.rate_limit,
            resend_before=self.resend_before,
        )

    def directive(self, campaign_id: str, execution: str) -> Directive:
        del campaign_id, execution
        return self.directives.pop(0) if len(self.directives) > 1 else self.directives[0]

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        del campaign_id
        self.tallies[part] = tally


class InlineExecutor(Executor):
    """Runs each call at once in the caller's thread, so that a kill ends the whole worker."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as every executor does; a kill passes
            future.set_exception(error)
        return future
