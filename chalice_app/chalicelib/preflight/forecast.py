"""How long a campaign takes within the rate and the quotas, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import Quota

SES_PRICE = Decimal("0.10")
"""US dollars that SES takes for a thousand mails (Amazon SES pricing, outbound e-mail, without options)."""

PLATFORM_PRICE = Decimal("0.006")
"""US dollars for a thousand mails that the platform itself may cost at most: Lambda, DynamoDB, Step Functions, SQS."""

_DAY = timedelta(days=1)
_LONGEST = 366
"""Days after which a plan is said never to end."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a campaign ends if nothing else is sent meanwhile.

    Attributes:
        seconds: from its start to its last mail.
        days: 24-hour periods in which it sends.
    """

    starts_at: datetime
    ends_at: datetime
    seconds: int
    days: int


def forecast(
    planned: int, quota: Quota, limits: SendLimits, rate_limit: float | None, *, starts_at: datetime, now: datetime
) -> Forecast | None:
    """Estimate when the last of ``planned`` mails is sent; None if that is not within a year.

    Args:
        planned: mails.
        quota: what SES allows the account now.
        limits: what the operator leaves to campaigns of it.
        rate_limit: messages per second that the campaign sends at most; None: what the account allows.
        starts_at: when it begins.
        now: when the quota was read; what was sent of it counts for a start within the next 24 hours.
    """
    per_second = quota.per_second * limits.campaigns.rate
    if rate_limit is not None:
        per_second = min(per_second, rate_limit)
    if per_second <= 0:
        return None
    left, moment = planned, starts_at
    for day in range(1, _LONGEST + 1):
        allowed = int(per_second * _DAY.total_seconds())
        if quota.max_24_hours is not None:
            used = quota.sent_24_hours if moment - now < _DAY else 0.0
            allowed = min(allowed, int(quota.max_24_hours * limits.campaigns.quota - used))
        cap = limits.warm_up.cap(moment.astimezone(UTC).date()) if limits.warm_up else None
        sent = max(0, min(left, allowed, allowed if cap is None else cap))
        left -= sent
        if not left:
            ends_at = moment + timedelta(seconds=sent / per_second)
            return Forecast(starts_at, ends_at, round((ends_at - starts_at).total_seconds()), day)
        moment += _DAY
    return None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What of a campaign is sent together.

    Attributes:
        planned: mails.
        at: when it is due; None: when the one before it is done.
        pause: what is waited for before it.
        ends_at: when its last mail is sent; None if that is not within a year.
    """

    planned: int
    at: datetime | None = None
    pause: timedelta = timedelta()
    ends_at: datetime | None = None


def forecast_waves(
    waves: Sequence[Stretch],
    quota: Quota,
    limits: SendLimits,
    rate_limit: float | None,
    *,
    starts_at: datetime,
    now: datetime,
) -> tuple[Forecast | None, tuple[Stretch, ...]]:
    """Estimate when each wave ends, one after the other, and when all of them do; the arguments are `forecast`'s.

    What a wave leaves of the day's quota to the next one is not looked at: within a day an estimate may be too early.
    """
    ended: list[Stretch] = []
    moment, first = starts_at, None
    for wave in waves:
        begins = max(moment + wave.pause, wave.at or moment)
        ahead = forecast(wave.planned, quota, limits, rate_limit, starts_at=begins, now=now)
        if ahead is None:
            return None, (*ended, *waves[len(ended) :])
        first = first or ahead.starts_at
        moment = ahead.ends_at
        ended.append(replace(wave, ends_at=moment))
    first = first or starts_at
    lasting = moment - first
    return Forecast(first, moment, round(lasting.total_seconds()), lasting // _DAY + 1), tuple(ended)


def cost(mails: int) -> dict[str, str]:
    """Return what so many mails cost in US dollars, as decimal texts."""
    ses, platform = (price * mails / 1000 for price in (SES_PRICE, PLATFORM_PRICE))
    return {"currency": "USD", "ses": _cents(ses), "platform": _cents(platform), "total": _cents(ses + platform)}


def _cents(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))
