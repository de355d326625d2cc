"""The rules of the send rate: when permits are due, which messages get one, what the day still allows.

One frontier says when the next permit is due; a block of permits moves it on. Times are whole microseconds since the
epoch, so that the ledger compares them exactly.

No window of one second holds more sends than the rate, whenever in its validity each permit is used: permits stand
``SPACING / rate`` apart and may be used for `LATENESS` only, so a window of one second takes its sends from permits of
1.010 seconds; the rest of the spacing is for clocks that differ.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil, floor

from chalicelib.sending.limits import SendLimits, Share, WarmUp
from chalicelib.sending.model import PermitRequest, Quota

SECOND = 1_000_000

LATENESS = 0.010
"""Seconds after its moment in which a permit may be used."""

SPACING = 1 + LATENESS + 0.002
"""How much wider than ``1 / rate`` permits stand apart; the 0.002 s are for clocks of workers that differ."""

HORIZON = 5 * SECOND
"""No block of a campaign begins later than this after its worker asked: nobody is paid for a longer wait."""

REFRESH_SECONDS = 60
"""SES's quota is asked for again after so long."""

_REFRESH_TAKES = 10 * SECOND
"""A refresh that was begun and not finished is taken to be lost after so long."""

_SOONEST = 30_000
"""A block begins so long after it is asked for: the answer of the ledger must be back before the first moment."""

_BLOCK_SECONDS = 0.25
_BURSTS_A_SECOND = 20
_CROWD_SPREAD = 5
_QUOTA_POLL = 900.0
_LONGEST_WAIT = 3600.0
_FORGOTTEN_AFTER = 60 * SECOND


@dataclass(frozen=True, slots=True)
class Terms:
    """What a look at SES's quota brought, until the next one.

    Attributes:
        per_second: what this ledger gives out of MaxSendRate.
        counted: permits that had been granted at that time.
        uncounted: how many of them SES's own count may have missed.
        quota_ceiling: the count of permits at which the 24-hour quota is used up; None: any number.
        day: the UTC day of the warm-up plan.
        day_start: permits that had been granted when the day began.
        day_ceiling: the count of permits at which the day's cap is used up; None: any number.
    """

    refreshed_at: int
    per_second: float
    counted: int
    uncounted: int
    quota_ceiling: int | None
    day: date
    day_start: int
    day_ceiling: int | None


@dataclass(frozen=True, slots=True)
class RateState:
    """The ledger.

    Attributes:
        next_free: when the next permit is due.
        granted: permits since the ledger was made.
        refresh_begun_at: when somebody last began to look at SES's quota.
        used_until: when each limit of a campaign or domain allows its next message.
        terms: None until the first refresh is finished.
    """

    next_free: int
    granted: int
    refresh_begun_at: int
    used_until: Mapping[str, int]
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Taking:
    """One block to be taken, and the conditions under which it may.

    Attributes:
        places: the messages of the request that get a permit, in order.
        width: the frontier moves on by so much.
        idle: the frontier has fallen behind ``soonest``, and the block begins there; otherwise it begins at the
            frontier, which must lie between ``soonest`` and ``latest``.
        refreshed_at: the terms that it was computed from.
        ceiling: the count of permits that must not be passed.
        uses: by limit, how long after the beginning of the block the limit is used up.
        at_once: so many of the messages begin at one moment.
    """

    places: tuple[int, ...]
    width: int
    idle: bool
    soonest: int
    latest: int
    refreshed_at: int
    ceiling: int | None
    uses: Mapping[str, int]
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """What may begin at one moment.

    Attributes:
        messages: so many at most.
        width: microseconds until the next moment, however few of them begin at this one.
    """

    messages: int
    width: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no permit now, and when to ask again.

    Attributes:
        spread: seconds over which those who ask again should spread, added to ``seconds``.
    """

    reason: str
    seconds: float
    spread: float


def apply(state: RateState, taking: Taking) -> RateState | None:
    """Return the ledger after a block was taken, None where a condition is not met."""
    start = taking.soonest if taking.idle else state.next_free
    met = (
        state.terms is not None
        and state.terms.refreshed_at == taking.refreshed_at
        and (state.next_free < taking.soonest if taking.idle else taking.soonest <= start <= taking.latest)
        and (taking.ceiling is None or state.granted + len(taking.places) <= taking.ceiling)
        and all(state.used_until.get(limit, 0) <= start for limit in taking.uses)
    )
    if not met:
        return None
    used = {limit: start + until for limit, until in taking.uses.items()}
    return replace(
        state,
        next_free=start + taking.width,
        granted=state.granted + len(taking.places),
        used_until={**state.used_until, **used},
    )


def plan(
    state: RateState, terms: Terms, request: PermitRequest, limits: SendLimits, now: int, horizon: int = HORIZON
) -> Taking | Refusal:
    """Choose the block that a request gets from the ledger as it was seen."""
    soonest, latest = now + _SOONEST, now + horizon
    if state.next_free > latest:
        seconds = horizon / SECOND
        return Refusal("All permits of the next seconds are taken.", seconds / 2, _CROWD_SPREAD * seconds)
    left = _left(state, terms)
    if left is not None and left <= 0:
        return _used_up(state, terms, now)
    start = max(state.next_free, soonest)
    slot, patience = slot_of(terms.per_second, limits.bulk), SECOND * request.patience
    most = slot.messages * max(1, floor(terms.per_second * _BLOCK_SECONDS / slot.messages))
    most = min(most, request.most, len(request.domains), *(() if left is None else (left,)))
    if most > slot.messages:
        most -= most % slot.messages  # a moment that is not used to the full is lost
    places, uses, free_at = _choose(state, request, limits, start, most, slot)
    if not places:
        return Refusal("A limit of the campaign or of a recipient domain is reached.", (free_at - start) / SECOND, 0.01)
    return Taking(
        places=places,
        at_once=slot.messages,
        width=ceil(ceil(len(places) / slot.messages) * slot.width + patience),
        idle=state.next_free < soonest,
        soonest=soonest,
        latest=latest,
        refreshed_at=terms.refreshed_at,
        ceiling=_ceiling(terms),
        uses={limit: ceil(until + patience) for limit, until in uses.items()},
    )


def slot_of(per_second: float, bulk: int) -> Slot:
    """Divide a second into moments at which up to ``bulk`` messages begin together.

    Moments are equally far apart, so a window of one second holds a whole number of them and never more messages than
    the rate, if the rate is divided without a remainder or with one that is left unused. A moment that is not used
    to the full could only lend the rest to another one if windows were counted; so it lends nothing.
    """
    if bulk == 1 or per_second < 2:  # noqa: PLR2004 - there are no two messages to put together
        return Slot(1, SECOND * SPACING / per_second)
    least = ceil(per_second / bulk)
    moments = max(range(least, 2 * least + 1), key=lambda count: (count * (per_second // count), -count))
    return Slot(int(per_second // moments), SECOND * SPACING / moments)


def ahead(state: RateState, now: int) -> RateState:
    """Assume that others kept the frontier ahead of now since the ledger was seen."""
    return replace(state, next_free=max(state.next_free, now + SECOND))


def is_due(state: RateState, now: int) -> bool:
    """Tell whether SES's quota must be looked at again, and nobody is about to."""
    if now - state.refresh_begun_at < _REFRESH_TAKES:
        return False
    terms = state.terms
    return terms is None or now - terms.refreshed_at >= REFRESH_SECONDS * SECOND or terms.day != day_of(now)


def terms_of(state: RateState, quota: Quota, share: Share, warm_up: WarmUp | None, now: int) -> Terms:
    """Return what holds from now on.

    What was granted since the refresh before may be missing from SentLast24Hours, so it is subtracted too; the next
    refresh gives back what was subtracted twice, or was never sent.

    Args:
        state: the ledger, read before the quota.
        quota: what SES said.
        share: how much of it this ledger gives out.
        warm_up: caps the days.
        now: microseconds since the epoch.
    """
    granted, before, day = state.granted, state.terms, day_of(now)
    uncounted = granted - before.counted if before else 0
    quota_ceiling = None
    if quota.max_24_hours is not None:
        allowed = floor(quota.max_24_hours * share.quota + 1e-6) - ceil(quota.sent_24_hours) - uncounted
        quota_ceiling = granted + max(allowed, 0)
    day_start = before.day_start if before and before.day == day else granted
    cap = warm_up.cap(day) if warm_up else None
    return Terms(
        refreshed_at=now,
        per_second=_whole(quota.per_second * share.rate),
        counted=granted,
        uncounted=uncounted,
        quota_ceiling=quota_ceiling,
        day=day,
        day_start=day_start,
        day_ceiling=None if cap is None else day_start + cap,
    )


def forgotten(state: RateState, now: int) -> dict[str, int]:
    """Return the limits that nobody has used for a while."""
    return {limit: until for limit, until in state.used_until.items() if until < now - _FORGOTTEN_AFTER}


def day_of(now: int) -> date:
    """Return the UTC day."""
    return datetime.fromtimestamp(now / SECOND, UTC).date()


def _whole(per_second: float) -> float:
    """Round a rate down to whole messages: what a window of one second can hold."""
    return float(floor(per_second + 1e-6)) if per_second >= 1 else max(per_second, 1e-3)


def _ceiling(terms: Terms) -> int | None:
    ceilings = [ceiling for ceiling in (terms.quota_ceiling, terms.day_ceiling) if ceiling is not None]
    return min(ceilings) if ceilings else None


def _left(state: RateState, terms: Terms) -> int | None:
    ceiling = _ceiling(terms)
    return None if ceiling is None else ceiling - state.granted


def _used_up(state: RateState, terms: Terms, now: int) -> Refusal:
    if terms.day_ceiling is not None and state.granted >= terms.day_ceiling:
        tomorrow = datetime(terms.day.year, terms.day.month, terms.day.day, tzinfo=UTC) + timedelta(days=1)
        left = tomorrow.timestamp() - now / SECOND
        # Looked at again each hour: a campaign that is cancelled meanwhile must not stay open for a day.
        return Refusal("The day's cap of the warm-up plan is used up.", min(max(left, 10.0), _LONGEST_WAIT), 60.0)
    # SES does not say when its 24-hour window moves on; what was subtracted as uncounted is back with the next refresh.
    soon = terms.uncounted > 0 or state.granted > terms.counted
    return Refusal("SES's 24-hour quota is used up.", REFRESH_SECONDS if soon else _QUOTA_POLL, 60.0)


def _choose(
    state: RateState, request: PermitRequest, limits: SendLimits, start: int, most: int, slot: Slot
) -> tuple[tuple[int, ...], dict[str, float], int]:
    """Choose messages that no limit holds back at the start of a block.

    Returns:
        The places; by limit, how long after the start it is used up; and, if no message can go, when one can.
    """
    places: list[int] = []
    counts: Counter[str] = Counter()
    uses: dict[str, float] = {}
    free_at: list[int] = []
    for place, domain in enumerate(request.domains):
        held = _limits_on(request, domain, limits)
        until = max((state.used_until.get(limit, 0) for limit in held), default=0)
        if until > start:
            free_at.append(until)
            continue
        if any(counts[limit] >= _burst(allowed) for limit, allowed in held.items()):
            continue
        for limit, allowed in held.items():
            counts[limit] += 1
            begins = len(places) // slot.messages * slot.width
            uses[limit] = max(uses.get(limit, 0.0), begins) + SECOND / _paced(allowed)
        places.append(place)
        if len(places) == most:
            break
    return tuple(places), uses, min(free_at, default=start)


def _limits_on(request: PermitRequest, domain: str, limits: SendLimits) -> dict[str, float]:
    held = {}
    if request.rate_limit is not None:
        held[f"campaign {request.campaign_id}"] = request.rate_limit
    if domain in limits.domains:
        held[f"domain {domain}"] = limits.domains[domain]
    return held


def _burst(allowed: float) -> int:
    """How many messages under one limit a block may hold: they stand closer than the limit alone would have it."""
    return max(1, floor(allowed / _BURSTS_A_SECOND))


def _paced(allowed: float) -> float:
    """The rate that with bursts on top stays within the limit in every window of one second."""
    return (allowed - _burst(allowed) + 1) / SPACING
