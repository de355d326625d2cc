"""The ledger of the send rate in DynamoDB: one item, and for each block of permits one conditional write.

A block is added to what is stored, so a write does not need to know where the frontier is: workers do not refuse each
other's writes while the rate is used to the full.
"""

from datetime import date
from typing import Any, cast

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.sending.rate import RateState, Taking, Terms
from chalicelib.store.clients import client_of
from chalicelib.store.mapping import is_refused, is_refused_call, mapped_errors
from chalicelib.store.tables import RateItem

CAMPAIGNS = "ses"
RESERVE = "ses-reserve"


class DynamoRateLedger:
    """Implements `sending.ports.RateLedger`.

    Args:
        bucket: `CAMPAIGNS` or `RESERVE`.
    """

    def __init__(self, bucket: str = CAMPAIGNS) -> None:
        self._bucket = bucket

    def read(self) -> RateState | None:
        """Return what is stored, read consistently; None before the first refresh began."""
        with mapped_errors():
            try:
                return _state(RateItem.get(self._bucket, consistent_read=True))
            except RateItem.DoesNotExist:
                return None

    def take(self, taking: Taking) -> RateState | None:
        """Move on as `sending.rate.apply` says; return what is stored then, None where a condition is not met."""
        # In DynamoDB's own notation: a worker takes a block every few messages.
        count = len(taking.places)
        names: dict[str, str] = {}
        numbers = {":terms": taking.refreshed_at, ":soonest": taking.soonest, ":count": count, ":width": taking.width}
        conditions = ["refreshed_at = :terms"]
        start = ":soonest" if taking.idle else "next_free"
        if taking.idle:
            conditions.append("next_free < :soonest")
        else:
            conditions.append("next_free BETWEEN :soonest AND :latest")
            numbers[":latest"] = taking.latest
        if taking.ceiling is not None:
            conditions.append("granted <= :most")
            numbers[":most"] = taking.ceiling - count
        actions = [f"next_free = {start} + :width", "granted = granted + :count"]
        for number, (limit, until) in enumerate(taking.uses.items()):
            names[f"#limit{number}"] = limit
            numbers[f":until{number}"] = until
            used = f"used_until.#limit{number}"
            conditions.append(f"(attribute_not_exists({used}) OR {used} <= {start})")
            actions.append(f"{used} = {start} + :until{number}")
        return self._take(f"SET {', '.join(actions)}", " AND ".join(conditions), names, numbers)

    def begin_refresh(self, seen: RateState | None, now: int) -> bool:
        """Reserve the next look at SES's quota, if nobody else did since; tell whether it is reserved."""
        begun: list[Any] = [RateItem.refresh_begun_at.set(now)]
        if seen is not None:
            return self._update(begun, RateItem.refresh_begun_at == seen.refresh_begun_at) is not None
        empty = [RateItem.next_free.set(0), RateItem.granted.set(0), RateItem.used_until.set({})]
        return self._update(begun + empty, RateItem.bucket.does_not_exist()) is not None

    def finish_refresh(self, begun_at: int, terms: Terms) -> None:
        """Store what the refresh brought; nothing happens if another refresh has begun since."""
        ceilings = ((RateItem.quota_ceiling, terms.quota_ceiling), (RateItem.day_ceiling, terms.day_ceiling))
        self._update(
            [
                RateItem.refreshed_at.set(terms.refreshed_at),
                RateItem.per_second.set(terms.per_second),
                RateItem.counted.set(terms.counted),
                RateItem.uncounted.set(terms.uncounted),
                RateItem.day.set(terms.day.isoformat()),
                RateItem.day_start.set(terms.day_start),
                *(a.remove() if value is None else a.set(value) for a, value in ceilings),
            ],
            RateItem.refresh_begun_at == begun_at,
        )

    def forget(self, limit: str, used_until: int) -> None:
        """Drop a limit that nobody uses any more, unless it was used since."""
        used: Any = RateItem.used_until[limit]
        self._update([used.remove()], used == used_until)

    def _take(self, update: str, condition: str, names: dict[str, str], numbers: dict[str, int]) -> RateState | None:
        request: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        with mapped_errors():
            try:
                answer = client_of(RateItem).update_item(
                    TableName=RateItem.Meta.table_name,
                    Key={"bucket": {"S": self._bucket}},
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeValues={name: {"N": str(number)} for name, number in numbers.items()},
                    ReturnValues="ALL_NEW",
                    **request,
                )
            except ClientError as error:
                if is_refused_call(error):
                    return None
                raise
        return _state(RateItem.from_raw_data(cast("dict[str, Any]", answer["Attributes"])))

    def _update(self, actions: list[Any], condition: Any) -> RateState | None:
        item = RateItem(self._bucket)
        with mapped_errors():
            try:
                item.update(actions, condition=condition)
            except PynamoDBException as error:
                if is_refused(error):
                    return None
                raise
        return _state(item)


def _state(item: RateItem) -> RateState:
    terms = None
    if item.refreshed_at is not None and item.per_second is not None and item.day is not None:
        terms = Terms(
            refreshed_at=int(item.refreshed_at),
            per_second=float(item.per_second),
            counted=int(item.counted or 0),
            uncounted=int(item.uncounted or 0),
            quota_ceiling=_whole(item.quota_ceiling),
            day=date.fromisoformat(item.day),
            day_start=int(item.day_start or 0),
            day_ceiling=_whole(item.day_ceiling),
        )
    return RateState(
        next_free=int(item.next_free),
        granted=int(item.granted),
        refresh_begun_at=int(item.refresh_begun_at),
        used_until={limit: int(until) for limit, until in item.used_until.as_dict().items()},  # type: ignore[no-untyped-call]  # PynamoDB's
        terms=terms,
    )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
