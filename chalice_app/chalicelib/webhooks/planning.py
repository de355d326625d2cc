"""Which endpoints an event is delivered to: one delivery for each, however often the event comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import DomainError
from chalicelib.webhooks.deliveries import Event, delivery_of
from chalicelib.webhooks.model import MOST_WEBHOOKS, Webhook
from chalicelib.webhooks.ports import Deliveries, WakeUps, Webhooks

_LISTED = 2 * MOST_WEBHOOKS  # two requests at one moment may make one more than there may be


@dataclass(frozen=True, slots=True)
class Planned:
    """What became of events.

    Attributes:
        deliveries: how many were made.
        failed: records whose events are to be handed in again.
    """

    deliveries: int
    failed: frozenset[str]


class DeliveryPlanning:
    """Makes deliveries of events."""

    def __init__(self, *, webhooks: Webhooks, deliveries: Deliveries, wake_ups: WakeUps, clock: Clock) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._wake_ups = wake_ups
        self._clock = clock

    def plan(self, events: Mapping[str, Event]) -> Planned:
        """Make the deliveries of events and have their endpoints visited.

        Args:
            events: by the record that each came in.
        """
        webhooks = self._webhooks.list(limit=_LISTED, cursor=None).items
        made, failed = 0, set[str]()
        waiting: dict[str, set[str]] = {}
        for record, event in events.items():
            try:
                made += self._deliver(event, webhooks)
            except DomainError:
                failed.add(record)
            for webhook in webhooks:
                if webhook.wants(event.kind):
                    waiting.setdefault(webhook.webhook_id, set()).add(record)
        for webhook_id, records in waiting.items():
            try:
                self._wake_ups.send(webhook_id)
            except DomainError:
                failed |= records
        return Planned(made, frozenset(failed))

    def _deliver(self, event: Event, webhooks: Sequence[Webhook]) -> int:
        now = self._clock.now()
        wanted = [webhook.webhook_id for webhook in webhooks if webhook.wants(event.kind)]
        return sum(self._deliveries.add(delivery_of(event, webhook_id, now)) for webhook_id in wanted)
