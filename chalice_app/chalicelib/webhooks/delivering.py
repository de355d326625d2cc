"""A visit to an endpoint: whatever is due is delivered, by one worker at a time.

So an endpoint that is slow or down keeps one worker busy and no other endpoint waiting. A visit begins by a wake-up,
and whoever leaves while something waits has arranged the next one before. A wake-up is done when the visit is, so one
whose worker dies comes again.
"""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.webhooks.deliveries import Answer, AttemptError, Delivery, DeliveryNotFoundError, attempted
from chalicelib.webhooks.model import DisabledReason, Health, Webhook, WebhookState, disabled, has_failed_too_long
from chalicelib.webhooks.ports import Deliveries, Keys, Pace, Poster, Turns, WakeUps, Webhooks
from chalicelib.webhooks.signing import signed_headers

AT_ONCE = 8
"""Requests to one endpoint at the same time."""

LONGEST_DELAY = 900
"""Seconds that SQS delays a message at most; what is due later is looked at in between."""

TURN = timedelta(seconds=120)
"""How long an endpoint belongs to a worker that is not heard of again; longer than an invocation can last."""

RESERVED_SECONDS = 40.0
"""What is left of an invocation when no more requests are begun: enough for those under way."""

USER_AGENT = "EmailPlatform-Webhooks/1"

_READ = 25
"""Deliveries that are read together; the endpoint is read again as often, so a change takes effect soon."""


@dataclass(frozen=True, slots=True)
class Visited:
    """What a visit came to.

    Attributes:
        taken, refused: attempts that went well and those that did not.
        disabled: why the endpoint was disabled, if it was.
    """

    taken: int = 0
    refused: int = 0
    disabled: DisabledReason | None = None


@dataclass(slots=True)
class _Attempted:
    """One request that is under way."""

    delivery: Delivery
    at: datetime
    future: "Future[tuple[Answer | AttemptError, timedelta]]"


class Delivering:
    """Visits endpoints.

    Args:
        pool: threads that make requests, at least `AT_ONCE`.
        owner: names this worker.
        chance: returns a number from 0 to 1, for the jitter.
    """

    def __init__(
        self,
        *,
        webhooks: Webhooks,
        turns: Turns,
        deliveries: Deliveries,
        wake_ups: WakeUps,
        keys: Keys,
        poster: Poster,
        pool: Executor,
        owner: str,
        pace: Pace,
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._webhooks = webhooks
        self._turns = turns
        self._deliveries = deliveries
        self._wake_ups = wake_ups
        self._keys = keys
        self._poster = poster
        self._pool = pool
        self._owner = owner
        self._pace = pace
        self._clock = clock
        self._chance = chance

    def visit(self, webhook_id: str) -> Visited:
        """Deliver what is due at an endpoint, as far as there is time."""
        now = self._clock.now()
        if not self._turns.enter(webhook_id, self._owner, now=now, until=now + TURN):
            return Visited()
        total = Visited()
        while True:
            total = _added(total, self._work(webhook_id))
            if self._leave(webhook_id):
                return total
            # There is more to do: time is up, or somebody came by with something new and was turned away.
            if not self._has_time():
                self._wake_ups.send(webhook_id)
                self._turns.leave(webhook_id, self._owner, turn_at=None, anyway=True)
                return total
            if not self._turns.stay(webhook_id, self._owner, until=self._clock.now() + TURN):
                return total

    def _work(self, webhook_id: str) -> Visited:
        done = Visited()
        while self._has_time():
            webhook = self._webhooks.get(webhook_id)
            if webhook is None or webhook.state is WebhookState.DISABLED:
                break
            due = self._deliveries.due(webhook_id, self._clock.now(), limit=_READ)
            if not due:
                break
            batch = self._deliver(webhook, due)
            done = _added(done, replace(batch, disabled=self._judge(webhook, batch)))
        return done

    def _deliver(self, webhook: Webhook, due: Sequence[Delivery]) -> Visited:
        """Make a request for each delivery, some at once, and record each as soon as it is known."""
        taken = refused = 0
        gone = False
        secrets = webhook.valid_secrets(self._clock.now())
        keys = [self._keys.derive(secret.label(webhook.webhook_id)) for secret in secrets]
        waiting = iter(due)
        under_way = [self._begin(webhook.url, keys, one) for one in _next(waiting, AT_ONCE)]
        while under_way:
            wait([one.future for one in under_way], return_when=FIRST_COMPLETED)
            ended = [one for one in under_way if one.future.done()]
            under_way = [one for one in under_way if not one.future.done()]
            for one in ended:
                outcome, took = one.future.result()
                self._record(one, outcome, took)
                if isinstance(outcome, Answer) and outcome.taken:
                    taken += 1
                else:
                    refused += 1
                    gone = gone or (isinstance(outcome, Answer) and outcome.gone)
            if not gone and self._has_time():
                under_way += [self._begin(webhook.url, keys, one) for one in _next(waiting, len(ended))]
        return Visited(taken, refused, DisabledReason.GONE if gone else None)

    def _begin(self, url: str, keys: Sequence[bytes], delivery: Delivery) -> _Attempted:
        now, body = self._clock.now(), delivery.body.encode()
        headers = {
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            **signed_headers(keys, delivery.event_id, now, body),
        }
        return _Attempted(delivery, now, self._pool.submit(self._post, url, headers, body))

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[Answer | AttemptError, timedelta]:
        began = self._clock.now()
        outcome = self._poster.post(url, headers, body)
        return outcome, self._clock.now() - began

    def _record(self, one: _Attempted, outcome: Answer | AttemptError, took: timedelta) -> None:
        chance = self._chance()
        # Not found: its thirty days are over.
        with suppress(DeliveryNotFoundError):
            self._deliveries.change(
                one.delivery, lambda stored: attempted(stored, outcome, at=one.at, took=took, chance=chance)
            )

    def _judge(self, webhook: Webhook, batch: Visited) -> DisabledReason | None:
        """Record how the endpoint answered; disable it when it wants nothing more or took nothing for days."""
        now = self._clock.now()
        health = webhook.health
        if batch.taken:
            health = Health(now)
        elif batch.refused and health.failing_since is None:
            health = replace(health, failing_since=now)
        if health != webhook.health:
            self._webhooks.set_health(webhook.webhook_id, health)
        reason = batch.disabled
        if reason is None and batch.refused and has_failed_too_long(health, now):
            reason = DisabledReason.FAILING
        if reason is None:
            return None
        try:
            self._webhooks.save(disabled(webhook, reason, now))
        except StaleRevisionError:
            return None  # somebody is just changing it: what they made of it is tried first
        return reason

    def _leave(self, webhook_id: str) -> bool:
        """End the visit, having arranged the next one if something waits; False when there is more to do now."""
        webhook = self._webhooks.get(webhook_id)
        if webhook is None:
            return True
        now = self._clock.now()
        following = self._deliveries.next_due(webhook_id) if webhook.state is WebhookState.ENABLED else None
        if following is None:
            return self._turns.leave(webhook_id, self._owner, turn_at=None)
        if following <= now:
            return False
        wanted = min(following, now + timedelta(seconds=LONGEST_DELAY))
        turn_at = webhook.turn_at
        if turn_at is None or not now < turn_at <= wanted:
            seconds = math.ceil((wanted - now).total_seconds())
            self._wake_ups.send(webhook_id, after_seconds=min(seconds, LONGEST_DELAY))
            turn_at = wanted
        return self._turns.leave(webhook_id, self._owner, turn_at=turn_at)

    def _has_time(self) -> bool:
        return self._pace.remaining_seconds() > RESERVED_SECONDS


def _next(deliveries: Iterator[Delivery], count: int) -> list[Delivery]:
    return list(islice(deliveries, count))


def _added(first: Visited, second: Visited) -> Visited:
    return Visited(first.taken + second.taken, first.refused + second.refused, second.disabled or first.disabled)
