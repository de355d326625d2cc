"""Deliveries of webhooks in DynamoDB, and beside each that waits an item that says when it is due.

Reads of one partition can be consistent, those of an index cannot: whoever is woken sees what woke it. The two items
need no transaction, since what says when is written first and removed last, and counts only if the delivery agrees.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.kernel.pages import Page
from chalicelib.store.listing import Listing, read_page
from chalicelib.store.mapping import is_refused, mapped_errors, read, save_revision, written
from chalicelib.store.webhook_tables import DeliveryItem, DueItem
from chalicelib.webhooks.deliveries import (
    KEPT,
    Attempt,
    AttemptError,
    Delivery,
    DeliveryNotFoundError,
    DeliveryState,
)

_TRIES = 10
_IN_LIST = frozenset({"webhook_id", "delivery_id"})
_AFTER_ANY = "#~"
"""Sorts behind every delivery that is due at the same moment."""


class DynamoDeliveries:
    """Implements `webhooks.ports.Deliveries`."""

    def add(self, delivery: Delivery) -> bool:
        """Store a new one and when it is due; tell whether it was new. One that is there already stays as it is."""
        try:
            save_revision(_item(replace(delivery, revision=1)), 0)
        except StaleRevisionError:
            new = False
        else:
            new = True
        # Also when it is not new: whoever added it may have died before this.
        self._put_due(delivery)
        return new

    def get(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        """Return one, read consistently, or None."""
        with mapped_errors():
            try:
                return _delivery(DeliveryItem.get(webhook_id, delivery_id, consistent_read=True))
            except DeliveryItem.DoesNotExist:
                return None

    def change(self, delivery: Delivery, step: Callable[[Delivery], Delivery]) -> Delivery:
        """Apply a pure step and store its result and when it is due; on a conflict apply it to what is there.

        Raises:
            DeliveryNotFoundError: it was removed meanwhile.
            StaleRevisionError: it kept changing.
        """
        for _ in range(_TRIES):
            changed = replace(step(delivery), revision=delivery.revision + 1)
            if changed.due_at != delivery.due_at:
                self._put_due(changed)
            try:
                save_revision(_item(changed), delivery.revision)
            except StaleRevisionError:
                stored = self.get(delivery.webhook_id, delivery.delivery_id)
                if stored is None:
                    raise DeliveryNotFoundError("This delivery was removed meanwhile.") from None
                delivery = stored
                continue
            if delivery.due_at is not None and changed.due_at != delivery.due_at:
                self._remove_due(delivery.webhook_id, _due_key(delivery.due_at, delivery.delivery_id))
            return changed
        raise StaleRevisionError("This delivery kept changing; read it again.")

    def due(self, webhook_id: str, now: datetime, *, limit: int) -> Sequence[Delivery]:
        """Return deliveries that are due, the longest waiting first, read consistently."""
        until = DueItem.delivery_id <= f"{rfc3339(now)}{_AFTER_ANY}"
        with mapped_errors():
            keys = [
                item.delivery_id
                for item in DueItem.query(_due(webhook_id), until, consistent_read=True, limit=limit, page_size=limit)
            ]
        found: dict[str, Delivery] = {}
        for key in keys:
            delivery_id = key.partition("#")[2]
            delivery = found.get(delivery_id) or self.get(webhook_id, delivery_id)
            if delivery is None or not delivery.is_due(now) or delivery_id in found:
                self._remove_due(webhook_id, key)
            else:
                found[delivery_id] = delivery
        return list(found.values())

    def next_due(self, webhook_id: str) -> datetime | None:
        """Return when the next one may be due, read consistently; None when nothing waits."""
        with mapped_errors():
            for item in DueItem.query(_due(webhook_id), consistent_read=True, limit=1):
                return from_rfc3339(item.delivery_id.partition("#")[0])
        return None

    def list(self, webhook_id: str, *, state: DeliveryState | None, limit: int, cursor: str | None) -> Page[Delivery]:
        """Return an endpoint's deliveries, the latest event first; a page may be short though more follow."""
        only = None if state is None else DeliveryItem.state == state
        listing = Listing(DeliveryItem, webhook_id, _IN_LIST, (webhook_id, state), only=only)
        items, following = read_page(listing, limit=limit, cursor=cursor)
        return Page([_delivery(DeliveryItem.from_raw_data(item)) for item in items], following)

    def _put_due(self, delivery: Delivery) -> None:
        if delivery.due_at is None:
            return
        with mapped_errors():
            DueItem(
                _due(delivery.webhook_id),
                _due_key(delivery.due_at, delivery.delivery_id),
                expires_at=_expires(delivery.created_at),
            ).save()

    def _remove_due(self, webhook_id: str, key: str) -> None:
        with mapped_errors():
            try:
                DueItem(_due(webhook_id), key).delete()
            except PynamoDBException as error:
                if not is_refused(error):
                    raise


def _due(webhook_id: str) -> str:
    return f"{webhook_id}#due"


def _due_key(due_at: datetime, delivery_id: str) -> str:
    return f"{rfc3339(due_at)}#{delivery_id}"


def _expires(created_at: datetime) -> int:
    return int((created_at + KEPT).timestamp())


def _item(delivery: Delivery) -> DeliveryItem:
    return DeliveryItem(
        delivery.webhook_id,
        delivery.delivery_id,
        event_id=delivery.event_id,
        kind=delivery.kind,
        body=delivery.body,
        created_at=rfc3339(delivery.created_at),
        state=delivery.state,
        tries=delivery.tries,
        due_at=written(delivery.due_at),
        delivered_at=written(delivery.delivered_at),
        attempts=[_attempt_document(attempt) for attempt in delivery.attempts],
        revision=delivery.revision,
        expires_at=_expires(delivery.created_at),
    )


def _delivery(item: DeliveryItem) -> Delivery:
    return Delivery(
        webhook_id=item.webhook_id,
        delivery_id=item.delivery_id,
        event_id=item.event_id,
        kind=item.kind,
        body=item.body,
        created_at=from_rfc3339(item.created_at),
        state=DeliveryState(item.state),
        tries=int(item.tries),
        due_at=read(item.due_at),
        delivered_at=read(item.delivered_at),
        attempts=tuple(_attempt(document) for document in item.attempts),
        revision=int(item.revision),
    )


def _attempt_document(attempt: Attempt) -> dict[str, Any]:
    return {
        "at": rfc3339(attempt.at),
        "milliseconds": attempt.milliseconds,
        "status": attempt.status,
        "error": attempt.error,
        "answer": attempt.answer,
    }


def _attempt(document: dict[str, Any]) -> Attempt:
    error = document["error"]
    return Attempt(
        at=from_rfc3339(document["at"]),
        milliseconds=document["milliseconds"],
        status=document["status"],
        error=None if error is None else AttemptError(error),
        answer=document["answer"],
    )
