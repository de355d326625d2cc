"""The account's sending limits, measured by the server: recipients per second and in 24 hours."""

import threading
from collections import deque
from collections.abc import Iterable

from local.ses.errors import ServiceError

_DAY_SECONDS = 86_400
_MINUTE_SECONDS = 60
_UNLIMITED = -1


class SendLimits:
    """A token bucket that holds one second's worth, and a count of the last 24 hours by the minute."""

    def __init__(self, *, max_24_hour_send: float, sent: Iterable[tuple[int, int]] = ()) -> None:
        """Start with what was sent before: (minute since the epoch, recipients), oldest first."""
        self._max_24_hour_send = max_24_hour_send
        self._minutes = deque(sent)
        self._total = sum(count for _, count in self._minutes)
        self._tokens = float("inf")
        self._filled_at = 0.0
        self._lock = threading.Lock()

    def take(self, recipients: int, *, rate: float, now: float) -> None:
        """Count one send.

        Args:
            recipients: how many addresses the mail goes to.
            rate: recipients per second allowed now.
            now: seconds since the epoch.

        Raises:
            ServiceError: TooManyRequestsException or LimitExceededException; nothing was counted then.
        """
        with self._lock:
            self._forget(now)
            if _UNLIMITED != self._max_24_hour_send < self._total + recipients:
                raise ServiceError("LimitExceededException", "Daily message quota exceeded.")
            capacity = max(rate, 1.0)
            self._tokens = min(capacity, self._tokens + max(now - self._filled_at, 0.0) * rate)
            self._filled_at = now
            if self._tokens < min(recipients, capacity):
                raise ServiceError("TooManyRequestsException", "Maximum sending rate exceeded.", 429)
            self._tokens -= recipients
            self._count(int(now // _MINUTE_SECONDS), recipients)

    def sent_last_24_hours(self, now: float) -> int:
        """Return the recipients of the last 24 hours."""
        with self._lock:
            self._forget(now)
            return self._total

    def _count(self, minute: int, recipients: int) -> None:
        if self._minutes and self._minutes[-1][0] == minute:
            recipients_before = self._minutes.pop()[1]
            self._minutes.append((minute, recipients_before + recipients))
        else:
            self._minutes.append((minute, recipients))
        self._total += recipients

    def _forget(self, now: float) -> None:
        oldest = (now - _DAY_SECONDS) // _MINUTE_SECONDS
        while self._minutes and self._minutes[0][0] < oldest:
            self._total -= self._minutes.popleft()[1]
