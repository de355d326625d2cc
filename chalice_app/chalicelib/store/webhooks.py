"""Webhooks in DynamoDB: one item an endpoint.

What is decided on it, how it has been answering and who visits it are attributes apart, each changed by updates of its
own, so that a visit cannot undo a decision.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.pages import Page
from chalicelib.store.listing import Listing, read_page
from chalicelib.store.mapping import is_refused, mapped_errors, read, save_revision, written
from chalicelib.store.webhook_tables import WebhookItem
from chalicelib.webhooks.model import DisabledReason, Health, Secret, Webhook, WebhookState

_LISTED = "webhook"
_IN_LIST = frozenset({"webhook_id", "listed", "listed_at"})
_TRIES = 5


class DynamoWebhooks:
    """Implements `webhooks.ports.Webhooks`."""

    def add(self, webhook: Webhook) -> Webhook:
        """Store a new one; return it with its revision.

        Raises:
            StaleRevisionError: there is one with its id.
        """
        added = replace(webhook, revision=1)
        item = WebhookItem(
            added.webhook_id,
            listed=_LISTED,
            listed_at=added.webhook_id,
            created_at=rfc3339(added.created_at),
            created_by=added.created_by,
            **_decided(added),
        )
        save_revision(item, 0)
        return added

    def get(self, webhook_id: str) -> Webhook | None:
        """Return one, read consistently, or None."""
        with mapped_errors():
            try:
                return _webhook(WebhookItem.get(webhook_id, consistent_read=True))
            except WebhookItem.DoesNotExist:
                return None

    def save(self, webhook: Webhook) -> Webhook:
        """Replace what is decided on the one at this revision; return it with the next one.

        Raises:
            StaleRevisionError: the stored one has another revision, or is gone.
        """
        saved = replace(webhook, revision=webhook.revision + 1)
        actions = [_set(name, value) for name, value in _decided(saved).items()]
        if not _taken(webhook.webhook_id, actions, WebhookItem.revision == webhook.revision):
            raise _stale()
        return saved

    def set_health(self, webhook_id: str, health: Health) -> None:
        """Record how an endpoint has been answering, if it is still there."""
        actions = [
            _set("delivered_at", written(health.delivered_at)),
            _set("failing_since", written(health.failing_since)),
        ]
        _taken(webhook_id, actions, WebhookItem.revision.exists())

    def remove(self, webhook: Webhook) -> None:
        """Remove the one at this revision.

        Raises:
            StaleRevisionError: the stored one has another revision, or is gone.
        """
        with mapped_errors():
            try:
                WebhookItem(webhook.webhook_id).delete(condition=WebhookItem.revision == webhook.revision)
            except PynamoDBException as error:
                if is_refused(error):
                    raise _stale() from error
                raise

    def list(self, *, limit: int, cursor: str | None) -> Page[Webhook]:
        """Return endpoints, newest first; one that was just made may be missing for a moment."""
        listing = Listing(WebhookItem.listed_index, _LISTED, _IN_LIST, _LISTED)
        items, following = read_page(listing, limit=limit, cursor=cursor)
        return Page([webhook_of_image(item) for item in items], following)


class DynamoTurns:
    """Implements `webhooks.ports.Turns`."""

    def enter(self, webhook_id: str, owner: str, *, now: datetime, until: datetime) -> bool:
        """Begin a visit; False when another worker is there, who is told, or when the endpoint is gone.

        Raises:
            TemporarilyUnavailableError: others kept coming and going.
        """
        there = WebhookItem.revision.exists()
        free = WebhookItem.visitor.does_not_exist() | (WebhookItem.visited_until <= rfc3339(now))
        entered = [
            WebhookItem.visitor.set(owner),
            WebhookItem.visited_until.set(rfc3339(until)),
            WebhookItem.turned_away.remove(),
        ]
        for _ in range(_TRIES):
            if _taken(webhook_id, entered, there & free):
                return True
            busy = WebhookItem.visitor.exists() & (WebhookItem.visited_until > rfc3339(now))
            if _taken(webhook_id, [WebhookItem.turned_away.set(True)], there & busy):
                return False
            if DynamoWebhooks().get(webhook_id) is None:
                return False
        raise TemporarilyUnavailableError("Others keep visiting this endpoint; try again.")

    def stay(self, webhook_id: str, owner: str, *, until: datetime) -> bool:
        """Go on with a visit after somebody else was turned away; False when it is no longer this worker's."""
        actions = [WebhookItem.visited_until.set(rfc3339(until)), WebhookItem.turned_away.remove()]
        return _taken(webhook_id, actions, WebhookItem.visitor == owner)

    def leave(self, webhook_id: str, owner: str, *, turn_at: datetime | None, anyway: bool = False) -> bool:
        """End a visit; False when somebody was turned away meanwhile, or it is no longer this worker's."""
        actions = [
            WebhookItem.visitor.remove(),
            WebhookItem.visited_until.remove(),
            WebhookItem.turned_away.remove(),
            _set("turn_at", written(turn_at)),
        ]
        condition = WebhookItem.visitor == owner
        return _taken(
            webhook_id, actions, condition if anyway else condition & WebhookItem.turned_away.does_not_exist()
        )


def webhook_of_image(image: dict[str, Any]) -> Webhook:
    """Read an endpoint from a stream record's image (DynamoDB JSON)."""
    return _webhook(WebhookItem.from_raw_data(image))


def _set(name: str, value: Any) -> Any:
    attribute = getattr(WebhookItem, name)
    return attribute.remove() if value is None else attribute.set(value)


def _taken(webhook_id: str, actions: list[Any], condition: Any) -> bool:
    """Make a conditional update; tell whether its condition held."""
    with mapped_errors():
        try:
            WebhookItem(webhook_id).update(actions, condition=condition)
        except PynamoDBException as error:
            if is_refused(error):
                return False
            raise
    return True


def _stale() -> StaleRevisionError:
    return StaleRevisionError("Somebody else changed it in between; read it again.")


def _decided(webhook: Webhook) -> dict[str, Any]:
    return {
        "name": webhook.name,
        "url": webhook.url,
        "events": None if webhook.events is None else list(webhook.events),
        "state": webhook.state,
        "disabled_reason": webhook.disabled_reason,
        "disabled_at": written(webhook.disabled_at),
        "secret": _written(webhook.secret),
        "previous": _written(webhook.previous) if webhook.previous else None,
        "revision": webhook.revision,
    }


def _webhook(item: WebhookItem) -> Webhook:
    return Webhook(
        webhook_id=item.webhook_id,
        name=item.name,
        url=item.url,
        events=None if item.events is None else tuple(item.events),
        state=WebhookState(item.state),
        disabled_reason=None if item.disabled_reason is None else DisabledReason(item.disabled_reason),
        disabled_at=read(item.disabled_at),
        secret=_read(item.secret),
        previous=_read(item.previous) if item.previous else None,
        health=Health(read(item.delivered_at), read(item.failing_since)),
        turn_at=read(item.turn_at),
        created_at=from_rfc3339(item.created_at),
        created_by=item.created_by,
        revision=int(item.revision),
    )


def _written(secret: Secret) -> dict[str, str]:
    return {"seed": secret.seed, "made_at": rfc3339(secret.made_at)}


def _read(document: dict[str, str]) -> Secret:
    return Secret(document["seed"], from_rfc3339(document["made_at"]))
