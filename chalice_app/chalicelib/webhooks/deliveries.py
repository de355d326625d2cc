"""Deliveries: one event for one endpoint, its attempts, and when the next one is made."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from chalicelib.kernel.clock import from_rfc3339
from chalicelib.kernel.errors import NotFoundError
from chalicelib.kernel.ids import time_digits
from chalicelib.kernel.states import TransitionTable
from chalicelib.webhooks.model import event_type

KEPT = timedelta(days=30)
"""How long a delivery is kept."""

DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 25_200, 36_000))
"""Pauses between attempts, before jitter: eleven attempts within about 25 hours."""

JITTER = 0.2
"""A pause is up to so much shorter or longer, by chance, so that what failed together does not come back together."""

LONGEST_RETRY_AFTER = timedelta(hours=1)
"""A longer ``Retry-After`` counts as this."""

MOST_ATTEMPTS_KEPT = 30
ANSWER_CHARACTERS = 1_024
"""How much of an endpoint's answer is kept."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_HASH_DIGITS = 16


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


DELIVERY_STATES = TransitionTable(
    "delivery",
    {
        DeliveryState.WAITING: {
            DeliveryState.WAITING: "an attempt failed and another one follows, or somebody wants it at once",
            DeliveryState.DELIVERED: "the endpoint answered 2xx",
            DeliveryState.FAILED: "the last attempt failed, or the endpoint answered 410",
        },
        DeliveryState.DELIVERED: {DeliveryState.WAITING: "somebody wants it delivered again"},
        DeliveryState.FAILED: {DeliveryState.WAITING: "somebody wants it tried again"},
    },
)


class AttemptError(StrEnum):
    """Why an attempt got no answer."""

    UNRESOLVED = "unresolved"
    ADDRESS_REFUSED = "address_refused"
    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"


class DeliveryNotFoundError(NotFoundError):
    """There is no such delivery, or it was removed."""

    problem = "delivery-not-found"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered.

    Attributes:
        text: the beginning of its body, at most `ANSWER_CHARACTERS`.
        retry_after: how long it asks to be left alone.
    """

    status: int
    text: str = ""
    retry_after: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Whether it took the event: 2xx. A redirection is not followed, so it is a failure."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def gone(self) -> bool:
        """Whether it wants no event ever again: 410."""
        return self.status == HTTPStatus.GONE


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to an endpoint.

    Attributes:
        milliseconds: how long it took.
        status: HTTP status; None without an answer.
        error: None with an answer.
        answer: the beginning of the answer's body.
    """

    at: datetime
    milliseconds: int
    status: int | None
    error: AttemptError | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of the bus.

    Attributes:
        kind: its type as webhooks name it.
        data: its detail.
    """

    event_id: str
    kind: str
    occurred_at: datetime
    data: Mapping[str, Any]

    def body(self) -> str:
        """Return what is sent: JSON of ``type``, ``timestamp`` and ``data``, the same text in every attempt."""
        document = {"type": self.kind, "timestamp": self.data["occurred_at"], "data": self.data}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint.

    Attributes:
        body: the text that is sent.
        tries: attempts since it was last asked for.
        due_at: when the next attempt is made; None when none is.
        attempts: the latest ones, in the order of time.
    """

    webhook_id: str
    delivery_id: str
    event_id: str
    kind: str
    body: str
    created_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    tries: int = 0
    due_at: datetime | None
    delivered_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    revision: int = 0

    def is_due(self, now: datetime) -> bool:
        """Tell whether an attempt is to be made."""
        return self.state is DeliveryState.WAITING and self.due_at is not None and self.due_at <= now


def read_event(envelope: Mapping[str, Any]) -> Event:
    """Read an event as EventBridge delivers it.

    Raises:
        ValueError, KeyError, TypeError: it is none of the platform's.
    """
    detail = envelope["detail"]
    return Event(
        event_id=str(detail["event_id"]),
        kind=event_type(envelope["detail-type"]),
        occurred_at=from_rfc3339(detail["occurred_at"]),
        data=detail,
    )


def delivery_of(event: Event, webhook_id: str, now: datetime) -> Delivery:
    """Return the delivery of an event to an endpoint; the same event always has the same delivery."""
    return Delivery(
        webhook_id=webhook_id,
        delivery_id=delivery_id(event),
        event_id=event.event_id,
        kind=event.kind,
        body=event.body(),
        created_at=now,
        due_at=now,
    )


def delivery_id(event: Event) -> str:
    """Return an id that follows from the event and sorts by the time at which it happened."""
    number = int.from_bytes(hashlib.sha256(event.event_id.encode()).digest()[:10], "big")
    digits = [_ALPHABET[number >> shift & 31] for shift in range(5 * (_HASH_DIGITS - 1), -1, -5)]
    return f"dlv_{time_digits(event.occurred_at)}{''.join(digits)}"


def attempted(
    delivery: Delivery, outcome: Answer | AttemptError, *, at: datetime, took: timedelta, chance: float
) -> Delivery:
    """Record an attempt and decide what follows.

    Args:
        delivery: as it is stored now; somebody may have changed it during the attempt.
        outcome: the answer, or why there is none.
        at: when the attempt was begun.
        took: how long it lasted.
        chance: 0 to 1, for the jitter.
    """
    answer = outcome if isinstance(outcome, Answer) else None
    attempt = Attempt(
        at=at,
        milliseconds=round(took / timedelta(milliseconds=1)),
        status=answer.status if answer else None,
        error=None if isinstance(outcome, Answer) else outcome,
        answer=answer.text if answer else "",
    )
    known = replace(delivery, attempts=(*delivery.attempts, attempt)[-MOST_ATTEMPTS_KEPT:])
    if delivery.state is not DeliveryState.WAITING:
        return known
    tries, ended = delivery.tries + 1, at + took
    if answer and answer.taken:
        return _moved(known, DeliveryState.DELIVERED, tries=tries, due_at=None, delivered_at=ended)
    if tries > len(DELAYS) or (answer and answer.gone):
        return _moved(known, DeliveryState.FAILED, tries=tries, due_at=None)
    pause = DELAYS[tries - 1] * (1 - JITTER + 2 * JITTER * chance)
    if answer and answer.retry_after:
        pause = max(pause, min(answer.retry_after, LONGEST_RETRY_AFTER))
    return _moved(known, DeliveryState.WAITING, tries=tries, due_at=ended + pause)


def asked_again(delivery: Delivery, now: datetime) -> Delivery:
    """Have it delivered at once, with as many attempts as a new one."""
    return _moved(delivery, DeliveryState.WAITING, tries=0, due_at=now)


def _moved(delivery: Delivery, state: DeliveryState, **changes: Any) -> Delivery:
    return replace(delivery, state=DELIVERY_STATES.check(delivery.state, state), **changes)
