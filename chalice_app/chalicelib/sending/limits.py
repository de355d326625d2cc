"""What the operator sets besides SES's quota: a reserve, limits of recipient domains, a warm-up plan."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chalicelib.kernel.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class WarmUp:
    """A plan by which a new domain or address earns its reputation: how many mails on which day.

    Attributes:
        start: the first day, in UTC like all days of the plan.
        caps: mails of the first day, of the second and so on; after the last of these days there is no cap.
    """

    start: date
    caps: tuple[int, ...]

    def cap(self, day: date) -> int | None:
        """Return how many mails may go out on the day; None: any number. Before the start the first cap holds."""
        place = max((day - self.start).days, 0)
        return self.caps[place] if place < len(self.caps) else None


@dataclass(frozen=True, slots=True)
class Share:
    """What one ledger of permits gives out of SES's quota, as shares between 0 and 1.

    Attributes:
        rate: of MaxSendRate.
        quota: of the 24-hour quota.
    """

    rate: float
    quota: float


@dataclass(frozen=True, slots=True)
class SendLimits:
    """The operator's limits on campaigns.

    Attributes:
        reserve_percent: share of MaxSendRate and of the 24-hour quota that campaigns leave to other mail, 0 to 90.
        domains: messages per second to a recipient domain at most.
        bulk: messages that campaigns hand over in one call at most, so that as many may begin at one moment.
    """

    reserve_percent: int = 0
    domains: Mapping[str, float] = field(default_factory=dict)
    warm_up: WarmUp | None = None
    bulk: int = 1

    @property
    def campaigns(self) -> Share:
        """What campaigns may use."""
        left = (100 - self.reserve_percent) / 100
        return Share(rate=left, quota=left)

    @property
    def reserve(self) -> Share:
        """What single messages may use besides: the rest of the rate, and the 24-hour quota to its end."""
        return Share(rate=self.reserve_percent / 100, quota=1.0)


def read_limits(text: str) -> SendLimits:
    """Read the setting SEND_LIMITS: an object of ``reserve_percent``, ``domains``, ``warm_up`` (or null), ``bulk``.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        document: dict[str, Any] = json.loads(text)
        plan = document["warm_up"]
        return SendLimits(
            reserve_percent=int(document["reserve_percent"]),
            domains={name.lower(): float(limit) for name, limit in document["domains"].items()},
            warm_up=WarmUp(date.fromisoformat(plan["start"]), tuple(map(int, plan["caps"]))) if plan else None,
            bulk=int(document["bulk"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigurationError(f"SEND_LIMITS cannot be read: {type(error).__name__}: {error}") from error
