"""Webhooks as the API manages them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.kernel.clock import Clock, rfc3339
from chalicelib.kernel.errors import FieldError, InvalidInputError, StaleRevisionError
from chalicelib.kernel.ids import made_at, new_id
from chalicelib.kernel.pages import Page
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.webhooks.deliveries import (
    Delivery,
    DeliveryNotFoundError,
    DeliveryState,
    Event,
    asked_again,
    delivery_of,
)
from chalicelib.webhooks.model import (
    ID_PREFIX,
    MOST_WEBHOOKS,
    TEST_TYPE,
    DisabledReason,
    Health,
    Secret,
    TooManyWebhooksError,
    Webhook,
    WebhookNotFoundError,
    WebhookState,
    disabled,
    enabled,
    new_secret,
    rotated,
)
from chalicelib.webhooks.ports import Deliveries, Keys, Resolver, WakeUps, Webhooks
from chalicelib.webhooks.signing import write_secret
from chalicelib.webhooks.targets import Networks, TargetRefusedError, check_addresses, read_target

_ID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")


@dataclass(frozen=True, slots=True)
class WithSecret:
    """An endpoint with its secret, which is shown this once."""

    webhook: Webhook
    secret: str


class WebhookService:
    """Endpoints and their deliveries.

    Args:
        networks: those of the operator besides public ones.
    """

    def __init__(
        self,
        *,
        webhooks: Webhooks,
        deliveries: Deliveries,
        wake_ups: WakeUps,
        keys: Keys,
        resolver: Resolver,
        networks: Networks,
        clock: Clock,
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._wake_ups = wake_ups
        self._keys = keys
        self._resolver = resolver
        self._networks = networks
        self._clock = clock

    def create(
        self, *, name: str, url: str, events: Sequence[str] | None, created_by: str, webhook_id: str | None = None
    ) -> WithSecret:
        """Register an endpoint.

        Args:
            name: for people.
            url: where events are delivered.
            events: types of events; None: every one.
            created_by: name of the API key.
            webhook_id: its id; one that is there was registered by an earlier try of the same request.

        Raises:
            InvalidInputError: nothing may be delivered to this address.
            TooManyWebhooksError: there are as many as there may be.
        """
        self._check(url)
        known = self._webhooks.get(webhook_id) if webhook_id else None
        if known is not None:
            return self._with_secret(known)
        if len(self._webhooks.list(limit=MOST_WEBHOOKS, cursor=None).items) >= MOST_WEBHOOKS:
            raise TooManyWebhooksError(f"There are {MOST_WEBHOOKS} webhooks already; delete one first.")
        now = self._clock.now()
        webhook = Webhook(
            webhook_id=webhook_id or new_id(ID_PREFIX, now),
            name=name,
            url=url,
            events=_chosen(events),
            secret=new_secret(now),
            created_at=now,
            created_by=created_by,
        )
        try:
            return self._with_secret(self._webhooks.add(webhook))
        except StaleRevisionError:  # the other try was just before this one
            return self._with_secret(self.get(webhook.webhook_id))

    def get(self, webhook_id: str) -> Webhook:
        """Return an endpoint.

        Raises:
            WebhookNotFoundError: there is none.
        """
        webhook = self._webhooks.get(webhook_id) if _ID.fullmatch(webhook_id) else None
        if webhook is None:
            raise WebhookNotFoundError(f"There is no webhook {webhook_id!r}.")
        return webhook

    def list(self, *, limit: int = 50, cursor: str | None = None) -> Page[Webhook]:
        """Return the endpoints, newest first."""
        return self._webhooks.list(limit=limit, cursor=cursor)

    def change(self, webhook_id: str, revision: int | None, changes: dict[str, Any]) -> Webhook:
        """Change name, url or events.

        Args:
            webhook_id: of the endpoint.
            revision: the one that the caller saw; None: whatever it is.
            changes: what is given becomes what it is.

        Raises:
            WebhookNotFoundError: there is none.
            InvalidInputError: nothing may be delivered to this address.
            StaleRevisionError: somebody else changed it.
        """
        if "url" in changes:
            self._check(changes["url"])
        if "events" in changes:
            changes = {**changes, "events": _chosen(changes["events"])}
        return self._changed(webhook_id, revision, lambda webhook: replace(webhook, **changes))

    def delete(self, webhook_id: str, revision: int | None) -> None:
        """Remove an endpoint; what waits for it is not delivered any more.

        Raises:
            WebhookNotFoundError: there is none.
            StaleRevisionError: somebody else changed it.
        """
        self._webhooks.remove(_at(self.get(webhook_id), revision))

    def rotate_secret(self, webhook_id: str, revision: int | None, *, made_by: str) -> WithSecret:
        """Give an endpoint another secret; the present one is used beside it for `model.OLD_SECRET_VALID`.

        Args:
            webhook_id: of the endpoint.
            revision: the one that the caller saw; None: whatever it is.
            made_by: what tells the request from others; the secret that an earlier try of it made stays.

        Raises:
            WebhookNotFoundError: there is none.
            StaleRevisionError: somebody else changed it.
        """
        webhook = self.get(webhook_id)
        if webhook.secret.seed == made_by:
            return self._with_secret(webhook)
        secret = Secret(made_by, self._clock.now())
        return self._with_secret(self._changed(webhook_id, revision, lambda one: rotated(one, secret)))

    def disable(self, webhook_id: str, revision: int | None) -> Webhook:
        """Deliver nothing to an endpoint until it is enabled.

        Raises:
            WebhookNotFoundError: there is none.
            InvalidTransitionError: it is disabled already.
            StaleRevisionError: somebody else changed it.
        """
        now = self._clock.now()
        return self._changed(webhook_id, revision, lambda webhook: disabled(webhook, DisabledReason.ASKED, now))

    def enable(self, webhook_id: str, revision: int | None) -> Webhook:
        """Deliver to an endpoint again, first what still waits for it.

        Raises:
            WebhookNotFoundError: there is none.
            InvalidTransitionError: it is enabled already.
            StaleRevisionError: somebody else changed it.
        """
        webhook = self.get(webhook_id)
        # First, so that a time of failing that has passed does not disable it at the next failure.
        forgiven = Health(webhook.health.delivered_at)
        if webhook.state is WebhookState.DISABLED:
            self._webhooks.set_health(webhook_id, forgiven)
        changed = replace(self._changed(webhook_id, revision, enabled), health=forgiven)
        self._wake_ups.send(webhook_id)
        return changed

    def test(self, webhook_id: str, event_id: str) -> Delivery:
        """Deliver an event that was made for trying.

        Args:
            webhook_id: of the endpoint.
            event_id: an id made by `kernel.ids.new_id`; the same one always means the same delivery.

        Raises:
            WebhookNotFoundError: there is no such endpoint.
            InvalidTransitionError: it is disabled.
        """
        self._deliverable(webhook_id)
        now = made_at(event_id) or self._clock.now()
        data = {"event_id": event_id, "schema_version": 1, "occurred_at": rfc3339(now), "webhook_id": webhook_id}
        event = Event(event_id=event_id, kind=TEST_TYPE, occurred_at=now, data=data)
        delivery = delivery_of(event, webhook_id, now)
        self._deliveries.add(delivery)
        self._wake_ups.send(webhook_id)
        return delivery

    def deliveries(
        self, webhook_id: str, *, state: DeliveryState | None, limit: int, cursor: str | None
    ) -> Page[Delivery]:
        """Return what was and is to be delivered to an endpoint, the latest event first.

        Raises:
            WebhookNotFoundError: there is no such endpoint.
        """
        self.get(webhook_id)
        return self._deliveries.list(webhook_id, state=state, limit=limit, cursor=cursor)

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery:
        """Return a delivery with its attempts.

        Raises:
            WebhookNotFoundError: there is no such endpoint.
            DeliveryNotFoundError: there is no such delivery to it.
        """
        self.get(webhook_id)
        found = self._deliveries.get(webhook_id, delivery_id) if _ID.fullmatch(delivery_id) else None
        if found is None:
            raise DeliveryNotFoundError(f"There is no delivery {delivery_id!r} to this webhook.")
        return found

    def redeliver(self, webhook_id: str, delivery_id: str) -> Delivery:
        """Have an event delivered at once, again if it was delivered, with as many attempts as a new one.

        Raises:
            WebhookNotFoundError: there is no such endpoint.
            DeliveryNotFoundError: there is no such delivery to it.
            InvalidTransitionError: the endpoint is disabled.
        """
        self._deliverable(webhook_id)
        now = self._clock.now()
        changed = self._deliveries.change(self.delivery(webhook_id, delivery_id), lambda one: asked_again(one, now))
        self._wake_ups.send(webhook_id)
        return changed

    def _deliverable(self, webhook_id: str) -> None:
        if self.get(webhook_id).state is WebhookState.DISABLED:
            raise InvalidTransitionError("This webhook is disabled; enable it first.")

    def _changed(self, webhook_id: str, revision: int | None, step: Callable[[Webhook], Webhook]) -> Webhook:
        return self._webhooks.save(step(_at(self.get(webhook_id), revision)))

    def _with_secret(self, webhook: Webhook) -> WithSecret:
        return WithSecret(webhook, write_secret(self._keys.derive(webhook.secret.label(webhook.webhook_id))))

    def _check(self, url: str) -> None:
        """Pass if events may be delivered there.

        Raises:
            InvalidInputError: they may not.
        """
        try:
            target = read_target(url)
            check_addresses(target, self._resolver.resolve(target.host, target.port), self._networks)
        except TargetRefusedError as error:
            raise InvalidInputError(
                "Nothing is delivered to this address.", errors=(FieldError("/url", f"The address {error}."),)
            ) from None


def _at(webhook: Webhook, revision: int | None) -> Webhook:
    if revision is not None and revision != webhook.revision:
        raise StaleRevisionError(f"The webhook has revision {webhook.revision}, not {revision}; read it again.")
    return webhook


def _chosen(events: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if events is None else tuple(sorted(set(events)))
