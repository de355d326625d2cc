"""One governor for all workers and campaigns: it leases blocks of permits and asks SES what the account allows."""

import random
from collections.abc import Callable
from math import ceil

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.sending.limits import SendLimits, Share
from chalicelib.sending.model import Permit, PermitRequest, PermitsUnavailableError, Quota
from chalicelib.sending.ports import RateLedger
from chalicelib.sending.rate import (
    HORIZON,
    LATENESS,
    SECOND,
    RateState,
    Refusal,
    Taking,
    Terms,
    ahead,
    forgotten,
    is_due,
    plan,
    terms_of,
)

_TRIES = 20
_NO_QUOTA_SECONDS = 5.0
_NO_LEDGER_SECONDS = 5.0


class SendGovernor:
    """Implements `sending.ports.Governor`; threads may share it.

    While the rate is used to the full, a block costs one write: it is planned from what this worker saw last, and moves
    a frontier on that may meanwhile be anywhere up to the horizon. Only where that is refused is the ledger read.

    Args:
        quota: asks SES what it allows; asked about once a minute by all workers together.
        share: how much of it is given out here; None: what campaigns may use.
        horizon: microseconds after which no block begins.
        chance: a number between 0 and 1; spreads the workers that have to ask again.
    """

    def __init__(
        self,
        *,
        ledger: RateLedger,
        quota: Callable[[], Quota],
        limits: SendLimits,
        clock: Clock,
        share: Share | None = None,
        horizon: int = HORIZON,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._ledger = ledger
        self._quota = quota
        self._limits = limits
        self._share = share or limits.campaigns
        self._horizon = horizon
        self._clock = clock
        self._chance = chance
        self._seen: RateState | None = None
        self._running = False

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        """Take a block of permits for some of the messages, at least for one; ask again for the others.

        Raises:
            PermitsUnavailableError: none can be had now; the error says when.
        """
        try:
            return self._acquire(request)
        except PermitsUnavailableError:
            raise
        except TemporarilyUnavailableError as error:
            raise PermitsUnavailableError(error.detail, wait_seconds=_NO_LEDGER_SECONDS) from error

    def _acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        seen = self._seen
        fresh = seen is None
        for _ in range(_TRIES):
            state, terms = self._current(seen)
            fresh = fresh or state is not seen
            now = self._now()
            likely = ahead(state, now) if self._running and not fresh else state
            taking = plan(likely, terms, request, self._limits, now, self._horizon)
            if isinstance(taking, Refusal) and fresh:
                wait = taking.seconds + taking.spread * self._chance()
                raise PermitsUnavailableError(taking.reason, wait_seconds=wait)
            after = None if isinstance(taking, Refusal) else self._ledger.take(taking)
            if after and isinstance(taking, Taking):
                self._seen, self._running = after, not taking.idle
                return _permits(after, taking, LATENESS + request.patience)
            seen, fresh = self._ledger.read(), True
        raise PermitsUnavailableError("Too many workers asked for send permits at once.", wait_seconds=self._chance())

    def _current(self, seen: RateState | None) -> tuple[RateState, Terms]:
        """Return the ledger with terms that hold now, from SES if it is this worker's turn to ask."""
        if seen is None or seen.terms is None or is_due(seen, self._now()):
            seen, now = self._ledger.read(), self._now()
            if seen is None or is_due(seen, now):
                if self._ledger.begin_refresh(seen, now):
                    self._refresh(seen or RateState(0, 0, now, {}, None), now)
                seen = self._ledger.read()
        if seen is None or seen.terms is None:
            raise PermitsUnavailableError("SES's quota is not known yet.", wait_seconds=self._chance())
        return seen, seen.terms

    def _refresh(self, state: RateState, begun: int) -> None:
        try:
            quota = self._quota()
        except TemporarilyUnavailableError as error:
            if state.terms is None:
                raise PermitsUnavailableError(error.detail, wait_seconds=_NO_QUOTA_SECONDS) from error
            return  # the terms before hold until somebody asks again
        terms = terms_of(state, quota, self._share, self._limits.warm_up, begun)
        self._ledger.finish_refresh(begun, terms)
        for limit, until in forgotten(state, begun).items():
            self._ledger.forget(limit, until)

    def _now(self) -> int:
        return round(self._clock.now().timestamp() * SECOND)


def _permits(after: RateState, taking: Taking, valid: float) -> tuple[Permit, ...]:
    start = after.next_free - taking.width
    width = taking.width / ceil(len(taking.places) / taking.at_once)
    moments = [(start + number // taking.at_once * width) / SECOND for number in range(len(taking.places))]
    return tuple(Permit(place, moment, moment + valid) for place, moment in zip(taking.places, moments, strict=True))
