"""What callers have used of what they may, in DynamoDB: one item a bucket, one or two conditional writes a taking."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.store.access_tables import CallerUseItem
from chalicelib.store.mapping import is_refused, mapped_errors

_SECOND = 1_000_000  # in the microseconds of the items
_FORGOTTEN_AFTER = timedelta(days=1)


class DynamoCallerUse:
    """Implements `access.ports.CallerUse`."""

    def take(
        self, bucket: str, *, permits: int, per_second: float, burst: int, now: datetime, remembered: bool
    ) -> float:
        """Take permits out of a bucket, all or none; return 0, or in how many seconds so many will be there."""
        moment = int(now.timestamp() * _SECOND)
        cost, most = int(permits * _SECOND / per_second), int(burst * _SECOND / per_second)
        used: list[Any] = [CallerUseItem.used_at.set(rfc3339(now))]
        if not remembered:
            forgotten = now + timedelta(microseconds=most) + _FORGOTTEN_AFTER
            used.append(CallerUseItem.expires_at.set(int(forgotten.timestamp())))
        full_at: Any = CallerUseItem.full_at
        full = full_at.does_not_exist() | (full_at < moment)
        partly = full_at.between(moment, moment + most - cost)
        if _written(bucket, [*used, full_at.set(moment + cost)], full) or _written(
            bucket, [*used, full_at.set(full_at + cost)], partly
        ):
            return 0
        with mapped_errors():
            try:
                stored = int(CallerUseItem.get(bucket, consistent_read=True).full_at)
            except CallerUseItem.DoesNotExist:  # removed this moment
                return 0
        # Somebody's taking may have ended between the writes and the look; then a moment later there is room.
        return max(stored + cost - most - moment, 1) / _SECOND

    def last_used(self, buckets: Iterable[str]) -> Mapping[str, datetime]:
        """Return when permits were last taken out of buckets; those that were never used are left out."""
        with mapped_errors():
            return {item.bucket: from_rfc3339(item.used_at) for item in CallerUseItem.batch_get(list(buckets))}


def _written(bucket: str, actions: list[Any], condition: Any) -> bool:
    with mapped_errors():
        try:
            CallerUseItem(bucket).update(actions, condition=condition)
        except PynamoDBException as error:
            if is_refused(error):
                return False
            raise
    return True
