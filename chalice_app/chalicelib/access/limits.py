"""How many requests a key may make, and how many failures a source may have."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from chalicelib.access.model import TooManyRequestsError
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import TemporarilyUnavailableError

if TYPE_CHECKING:
    from chalicelib.access.ports import CallerUse

_BATCH = 10
_KEPT_FOR = timedelta(seconds=10)
_BURST_SECONDS = 2

FAILURES_PER_MINUTE: Final = 20
"""Requests with a wrong key that a source may make; after as many at once each further one takes three seconds."""


def _bucket(key_id: str) -> str:
    return f"key#{key_id}"


@dataclass(slots=True)
class _Held:
    """Permits that this process has in hand; they are void after a moment, so that a pause saves up nothing."""

    count: int
    until: datetime


class RequestLimit:
    """The requests of each key, counted together over all processes.

    A process takes permits by the ten, so that most requests ask nobody; the limit is kept within a batch a process.

    Args:
        use: where the permits lie.
        clock: tells the time.
        per_second: requests that a key may make; in a burst as many as in two seconds.
    """

    def __init__(self, *, use: "CallerUse", clock: Clock, per_second: int) -> None:
        self._use = use
        self._clock = clock
        self._per_second = per_second
        self._burst = max(per_second * _BURST_SECONDS, 1)
        self._held: dict[str, _Held] = {}

    def admit(self, key_id: str) -> None:
        """Let a request pass.

        Raises:
            TooManyRequestsError: the key has used up what it may; it says when to come again.
        """
        now = self._clock.now()
        held = self._held.get(key_id)
        if held is None or held.count == 0 or now >= held.until:
            held = self._held[key_id] = _Held(self._taken(key_id, now), now + _KEPT_FOR)
        held.count -= 1

    def last_used(self, *key_ids: str) -> Mapping[str, datetime]:
        """Return when keys were last used, within the time that permits are held; unused ones are left out."""
        used = self._use.last_used([_bucket(key_id) for key_id in key_ids])
        return {key_id: used[_bucket(key_id)] for key_id in key_ids if _bucket(key_id) in used}

    def _taken(self, key_id: str, now: datetime) -> int:
        permits = min(_BATCH, self._burst)
        try:
            wait = self._use.take(
                _bucket(key_id),
                permits=permits,
                per_second=self._per_second,
                burst=self._burst,
                now=now,
                remembered=True,
            )
        except TemporarilyUnavailableError:
            return 1  # the limit keeps callers apart; it is no reason to turn anybody away when it cannot be asked
        if wait:
            raise TooManyRequestsError(
                f"This API key may make {self._per_second} requests a second; slow down.",
                retry_seconds=math.ceil(wait),
            )
        return permits


@dataclass(slots=True)
class FailureLimit:
    """Sources that show one wrong key after the other are refused for a while without a look at their keys.

    Only failures are counted, so nothing is asked for a right key. Each process learns by itself, with the next failure
    of the source, that it is to be refused.
    """

    use: "CallerUse"
    clock: Clock
    _refused_until: dict[str, datetime] = field(default_factory=dict)

    def refuses(self, source: str) -> bool:
        """Tell whether a source is known to have used up its failures."""
        until = self._refused_until.get(source)
        if until is None:
            return False
        if self.clock.now() < until:
            return True
        del self._refused_until[source]
        return False

    def failed(self, source: str) -> bool:
        """Count a failure; tell whether the source had used up its failures before."""
        now = self.clock.now()
        try:
            wait = self.use.take(
                f"failures#{source}",
                permits=1,
                per_second=FAILURES_PER_MINUTE / 60,
                burst=FAILURES_PER_MINUTE,
                now=now,
                remembered=False,
            )
        except TemporarilyUnavailableError:
            return False
        if wait:
            self._refused_until[source] = now + timedelta(seconds=wait)
        return bool(wait)
