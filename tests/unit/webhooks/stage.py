"""The stage of webhooks over fakes, with a queue that hands wake-ups out and a fuse on all that a worker does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.kernel.clock import rfc3339
from chalicelib.webhooks.deliveries import Answer, Delivery, DeliveryState, Event, read_event
from chalicelib.webhooks.delivering import Delivering, Visited
from chalicelib.webhooks.planning import DeliveryPlanning, Planned
from chalicelib.webhooks.service import WebhookService
from tests.fakes.sending import Fuse, Fused, InlineExecutor, WorkerKilledError
from tests.fakes.tracking import FixedClock
from tests.fakes.webhooks import FakeDeliveries, FakeKeys, FakePoster, FakeResolver, FakeWakeUps, FakeWebhooks

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOOK = "https://crm.example.com/hook"
OTHER = "https://other.example.com/hook"
HIDDEN = timedelta(seconds=540)
"""How long the queue hides a wake-up that a worker has taken and not done."""

INVOCATION = timedelta(seconds=90)


def envelope(number: int = 0, kind: str = "Message Bounced", at: datetime = NOON) -> dict[str, Any]:
    """Write an event as EventBridge delivers it."""
    detail = {"event_id": f"{number:064x}", "schema_version": 1, "occurred_at": rfc3339(at), "message_id": "m"}
    return {"source": "email-platform", "detail-type": kind, "detail": detail}


def event(number: int = 0, kind: str = "Message Bounced", at: datetime = NOON) -> Event:
    return read_event(envelope(number, kind, at))


@dataclass
class InvocationPace:
    """The `Pace` port."""

    clock: FixedClock
    until: datetime

    def remaining_seconds(self) -> float:
        return (self.until - self.clock.time).total_seconds()


@dataclass
class Stage:
    """Everything that endpoints, planner and workers share."""

    fuse: Fuse = field(default_factory=Fuse)

    def __post_init__(self) -> None:
        self.clock = FixedClock(NOON)
        self.webhooks = FakeWebhooks()
        self.deliveries = FakeDeliveries()
        self.wake_ups = FakeWakeUps(self.clock)
        self.poster = FakePoster(self.clock)
        self.workers = 0
        names = {"crm.example.com": ["93.184.216.34"], "other.example.com": ["93.184.216.35"]}
        self.service = WebhookService(
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            wake_ups=self.wake_ups,
            keys=FakeKeys(),
            resolver=FakeResolver(names),
            networks=(),
            clock=self.clock,
        )

    def hook(self, url: str = HOOK, events: list[str] | None = None) -> str:
        """Register an endpoint; return its id."""
        made = self.service.create(name="CRM", url=url, events=events, created_by="ci")
        return made.webhook.webhook_id

    def plan(self, events: Mapping[str, Event]) -> Planned:
        """Do what the planner does with one batch."""
        fuse = self.fuse
        return DeliveryPlanning(
            webhooks=Fused(self.webhooks, fuse),
            deliveries=Fused(self.deliveries, fuse),
            wake_ups=Fused(self.wake_ups, fuse),
            clock=self.clock,
        ).plan(events)

    def plan_surely(self, events: Mapping[str, Event]) -> None:
        """Do what queue and planner do: what failed comes again."""
        for _ in range(5):
            try:
                if not self.plan(events).failed:
                    return
            except WorkerKilledError:
                self.clock.time += HIDDEN

    def visit(self, webhook_id: str) -> Visited:
        """Do what one invocation does."""
        self.workers += 1
        fuse = self.fuse
        return Delivering(
            webhooks=Fused(self.webhooks, fuse),
            turns=Fused(self.webhooks, fuse),
            deliveries=Fused(self.deliveries, fuse),
            wake_ups=Fused(self.wake_ups, fuse),
            keys=FakeKeys(),
            poster=Fused(self.poster, fuse),
            pool=InlineExecutor(),
            owner=f"worker {self.workers}",
            pace=InvocationPace(self.clock, self.clock.time + INVOCATION),
            clock=self.clock,
            chance=lambda: 0.5,
        ).visit(webhook_id)

    def run(self, until: timedelta = timedelta(days=3)) -> None:
        """Let the queue hand out wake-ups until none is left, or the time is over."""
        end = NOON + until
        while self.wake_ups.queue:
            self.wake_ups.queue.sort()
            at, webhook_id = self.wake_ups.queue.pop(0)
            if at > end:
                self.wake_ups.queue.insert(0, (at, webhook_id))
                return
            began = self.clock.time = max(self.clock.time, at)
            try:
                self.visit(webhook_id)
            except WorkerKilledError:
                self.wake_ups.queue.append((began + HIDDEN, webhook_id))

    def of(self, webhook_id: str) -> list[Delivery]:
        return list(self.service.deliveries(webhook_id, state=None, limit=200, cursor=None).items)

    def states(self, webhook_id: str) -> list[DeliveryState]:
        return [one.state for one in self.of(webhook_id)]

    @property
    def heard(self) -> list[str]:
        """The ids of the requests in their order."""
        return [one.headers["webhook-id"] for one in self.poster.posted]


DOWN = Answer(503, "down")
