"""How many mails a worker has under way at once: as many as its permits need while SES takes its time to answer."""

from collections.abc import Sequence
from math import ceil

from chalicelib.sending.model import Permit

LEAST = 8
"""Sends at once before anything is measured; enough for 40 messages a second at 100 ms."""

MOST = 16
"""Sends at once at most; so many answers a dead worker may leave open."""

LEAST_CALLS = 2
MOST_CALLS = 4
"""Calls at once where a call carries several mails: a dead worker may leave open what stands in so many."""

_WEIGHT = 1 / 16
_BLOCKS = 2
"""Permits come in blocks: one block is under way while the next one is taken."""


class Threads:
    """Measures, in seconds, how long SES takes and how far permits stand apart.

    Threads report without a lock: a measurement that is lost now and then changes nothing.

    Args:
        most: as many threads as there are.
        bulk: mails that a call carries at most.
    """

    def __init__(self, most: int, bulk: int = 1) -> None:
        self._most = most
        self._bulk = bulk
        self._answer = 0.0
        self._interval = 0.0

    def answered(self, seconds: float) -> None:
        """Take note of the time that SES took to answer."""
        self._answer = _towards(self._answer, seconds)

    def permitted(self, permits: Sequence[Permit]) -> None:
        """Take note of a block of permits."""
        moments = sorted({permit.moment for permit in permits})
        if len(moments) > 1:
            self._interval = _towards(self._interval, (moments[-1] - moments[0]) / (len(moments) - 1))

    @property
    def at_once(self) -> int:
        """How many mails may be under way now."""
        needed = ceil(_BLOCKS * self._answer / self._interval) if self._interval else 0
        if self._bulk > 1:
            return self._bulk * min(max(needed, LEAST_CALLS), MOST_CALLS)
        return min(max(needed, LEAST), self._most)


def _towards(known: float, new: float) -> float:
    return known + (new - known) * _WEIGHT if known else new
