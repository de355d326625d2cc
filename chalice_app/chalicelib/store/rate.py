"""The send rate in DynamoDB: one item says when the next permit is free (a generic cell rate algorithm).

A worker that takes permits moves that moment on by ``count / rate`` in one conditional write. No permit is free before
its time and none is handed out twice; what a lost worker had taken is over when its moment has passed.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime

from pynamodb.exceptions import PynamoDBException

from chalicelib.sending.model import Permits, PermitsUnavailableError, Quota
from chalicelib.store.mapping import is_refused, mapped_errors
from chalicelib.store.tables import RateItem

_BUCKET = "ses"
_TRIES = 20
_QUOTA_SECONDS = 60.0


class DynamoGovernor:
    """Implements `sending.ports.Governor`.

    Args:
        quota: asks SES what it allows; asked once a minute.
    """

    def __init__(self, quota: Callable[[], Quota]) -> None:
        self._quota = quota
        self._rate = 0.0
        self._asked_at = float("-inf")

    def acquire(self, count: int, now: datetime) -> Permits:
        """Take permits for ``count`` sends.

        Raises:
            PermitsUnavailableError: too many workers asked at once.
        """
        moment = now.timestamp()
        interval = 1.0 / self._per_second(moment)
        for attempt in range(_TRIES):
            free = self._next_free()
            start = max(free or 0.0, moment)
            if self._advance(free, start + count * interval):
                return Permits(start, interval, count)
            time.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 5)))  # noqa: S311 - jitter, no secret
        raise PermitsUnavailableError("Too many workers asked for send permits at once; ask again.")

    def _per_second(self, moment: float) -> float:
        if moment - self._asked_at >= _QUOTA_SECONDS:
            self._rate = max(self._quota().per_second, 1.0)
            self._asked_at = moment
        return self._rate

    def _next_free(self) -> float | None:
        with mapped_errors():
            try:
                return float(RateItem.get(_BUCKET, consistent_read=True).next_free)
            except RateItem.DoesNotExist:
                return None

    def _advance(self, seen: float | None, next_free: float) -> bool:
        condition = RateItem.bucket.does_not_exist() if seen is None else RateItem.next_free == seen
        with mapped_errors():
            try:
                RateItem(_BUCKET, next_free=round(next_free, 6)).save(condition=condition)
            except PynamoDBException as error:
                if is_refused(error):
                    return False
                raise
        return True
