"""Webhooks in memory: endpoints, deliveries, wake-ups, and endpoints that answer by script."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor
from chalicelib.webhooks.deliveries import Answer, AttemptError, Delivery, DeliveryNotFoundError, DeliveryState
from chalicelib.webhooks.model import Health, Webhook
from tests.fakes.tracking import FixedClock


@dataclass
class Visitor:
    owner: str
    until: datetime
    turned_away: bool = False


class FakeWebhooks:
    """The `Webhooks` and `Turns` ports."""

    def __init__(self) -> None:
        self.items: dict[str, Webhook] = {}
        self.visitors: dict[str, Visitor] = {}

    def add(self, webhook: Webhook) -> Webhook:
        if webhook.webhook_id in self.items:
            raise StaleRevisionError("There is one already.")
        added = self.items[webhook.webhook_id] = replace(webhook, revision=1)
        return added

    def get(self, webhook_id: str) -> Webhook | None:
        return self.items.get(webhook_id)

    def save(self, webhook: Webhook) -> Webhook:
        stored = self._at(webhook)
        # Health and turns are no part of what is decided.
        saved = replace(webhook, revision=webhook.revision + 1, health=stored.health, turn_at=stored.turn_at)
        self.items[webhook.webhook_id] = saved
        return saved

    def set_health(self, webhook_id: str, health: Health) -> None:
        if webhook_id in self.items:
            self.items[webhook_id] = replace(self.items[webhook_id], health=health)

    def remove(self, webhook: Webhook) -> None:
        self._at(webhook)
        del self.items[webhook.webhook_id]
        self.visitors.pop(webhook.webhook_id, None)

    def list(self, *, limit: int, cursor: str | None) -> Page[Webhook]:
        after = decode_cursor(cursor)
        newest = sorted(self.items.values(), key=lambda one: one.webhook_id, reverse=True)
        rest = [one for one in newest if after is None or one.webhook_id < after]
        return Page(rest[:limit], encode_cursor(rest[limit - 1].webhook_id) if len(rest) > limit else None)

    def enter(self, webhook_id: str, owner: str, *, now: datetime, until: datetime) -> bool:
        if webhook_id not in self.items:
            return False
        there = self.visitors.get(webhook_id)
        if there and there.until > now:
            there.turned_away = True
            return False
        self.visitors[webhook_id] = Visitor(owner, until)
        return True

    def stay(self, webhook_id: str, owner: str, *, until: datetime) -> bool:
        there = self.visitors.get(webhook_id)
        if there is None or there.owner != owner:
            return False
        self.visitors[webhook_id] = Visitor(owner, until)
        return True

    def leave(self, webhook_id: str, owner: str, *, turn_at: datetime | None, anyway: bool = False) -> bool:
        there = self.visitors.get(webhook_id)
        if there is None or there.owner != owner or (there.turned_away and not anyway):
            return False
        del self.visitors[webhook_id]
        self.items[webhook_id] = replace(self.items[webhook_id], turn_at=turn_at)
        return True

    def _at(self, webhook: Webhook) -> Webhook:
        stored = self.items.get(webhook.webhook_id)
        if stored is None or stored.revision != webhook.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        return stored


class FakeDeliveries:
    """The `Deliveries` port.

    Attributes:
        refuse: raised by the additions to come, one each.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Delivery] = {}
        self.refuse: list[Exception] = []

    def add(self, delivery: Delivery) -> bool:
        if self.refuse:
            raise self.refuse.pop(0)
        key = (delivery.webhook_id, delivery.delivery_id)
        if key in self.items:
            return False
        self.items[key] = _kept(replace(delivery, revision=1))
        return True

    def get(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        return self.items.get((webhook_id, delivery_id))

    def change(self, delivery: Delivery, step: Callable[[Delivery], Delivery]) -> Delivery:
        key = (delivery.webhook_id, delivery.delivery_id)
        if key not in self.items:
            raise DeliveryNotFoundError("This delivery was removed meanwhile.")
        stored = self.items[key]
        changed = self.items[key] = _kept(replace(step(stored), revision=stored.revision + 1))
        return changed

    def due(self, webhook_id: str, now: datetime, *, limit: int) -> Sequence[Delivery]:
        due = [one for one in self._waiting(webhook_id) if one.is_due(now)]
        return due[:limit]

    def next_due(self, webhook_id: str) -> datetime | None:
        return next((one.due_at for one in self._waiting(webhook_id)), None)

    def _waiting(self, webhook_id: str) -> list[Delivery]:
        waiting = [one for one in self.items.values() if one.webhook_id == webhook_id and one.due_at is not None]
        return sorted(waiting, key=lambda one: (one.due_at, one.delivery_id))

    def list(self, webhook_id: str, *, state: DeliveryState | None, limit: int, cursor: str | None) -> Page[Delivery]:
        after = decode_cursor(cursor)
        if after is not None and not isinstance(after, str):
            raise unknown_cursor()
        own = sorted((one for one in self.items.values() if one.webhook_id == webhook_id), key=_id, reverse=True)
        rest = [one for one in own if (state in {None, one.state}) and (after is None or one.delivery_id < after)]
        return Page(rest[:limit], encode_cursor(rest[limit - 1].delivery_id) if len(rest) > limit else None)


def _id(delivery: Delivery) -> str:
    return delivery.delivery_id


def _kept(delivery: Delivery) -> Delivery:
    """A store keeps milliseconds."""
    return replace(
        delivery, due_at=_cut(delivery.due_at), delivered_at=_cut(delivery.delivered_at), created_at=delivery.created_at
    )


def _cut(moment: datetime | None) -> datetime | None:
    return None if moment is None else from_rfc3339(rfc3339(moment))


@dataclass
class FakeWakeUps:
    """The `WakeUps` port: a queue of (when, which endpoint).

    Attributes:
        refuse: raised by the calls to come, one each.
    """

    clock: FixedClock
    queue: list[tuple[datetime, str]] = field(default_factory=list)
    refuse: list[Exception] = field(default_factory=list)

    def send(self, webhook_id: str, *, after_seconds: int = 0) -> None:
        assert 0 <= after_seconds <= 900
        if self.refuse:
            raise self.refuse.pop(0)
        self.queue.append((self.clock.now() + timedelta(seconds=after_seconds), webhook_id))


class FakeKeys:
    """The `Keys` port."""

    def derive(self, label: str) -> bytes:
        return hashlib.sha256(label.encode()).digest()


@dataclass(frozen=True)
class Posted:
    """One request."""

    at: datetime
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class FakePoster:
    """The `Poster` port.

    Attributes:
        script: answers to come, by URL; without one it takes everything.
        seconds: how long each request lasts.
        during: what happens while a request is under way, once.
    """

    clock: FixedClock
    script: dict[str, list[Answer | AttemptError]] = field(default_factory=dict)
    seconds: float = 0.0
    during: Callable[[], object] | None = None
    posted: list[Posted] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer | AttemptError:
        self.posted.append(Posted(self.clock.now(), url, headers, body))
        self.clock.time += timedelta(seconds=self.seconds)
        meanwhile, self.during = self.during, None
        if meanwhile:
            meanwhile()
        answers = self.script.get(url, [])
        return answers.pop(0) if answers else Answer(204)


@dataclass
class FakeResolver:
    """The `Resolver` port."""

    names: dict[str, list[str]]

    def resolve(self, host: str, port: int) -> Sequence[str]:
        del port
        return self.names.get(host, [])
