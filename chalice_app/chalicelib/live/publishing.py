"""Publishes what changes tell, in the order of the stream."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.kernel.dead_letters import DeadLetter, DeadLetters
from chalicelib.live.domain_events import DomainEvent


@dataclass(frozen=True, slots=True)
class Told:
    """What one change tells.

    Attributes:
        position: of the change in its stream.
    """

    position: str
    events: Sequence[DomainEvent]


@dataclass(frozen=True, slots=True)
class Untaken:
    """What a bus did not take, by event id.

    Attributes:
        waiting: may be taken later.
        refused: will never be, with the bus's word for why.
    """

    waiting: Collection[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


class EventBus(Protocol):
    """Where events are published."""

    def put(self, events: Sequence[DomainEvent]) -> Untaken:
        """Publish events in their order; one may be published twice."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """How publishing went.

    Attributes:
        events: how many the bus took.
        dead: how many changes or events were put aside.
        again: position from which the stream is to hand changes in again; None when all are done.
    """

    events: int
    dead: int
    again: str | None


class Publishing:
    """Publishes domain events.

    Args:
        bus: where to.
        dead_letters: where that is kept which the bus will never take, and what cannot be read.
    """

    def __init__(self, *, bus: EventBus, dead_letters: DeadLetters) -> None:
        self._bus = bus
        self._dead_letters = dead_letters

    def publish(self, told: Sequence[Told], unreadable: Sequence[DeadLetter] = ()) -> Published:
        """Publish what changes tell.

        Args:
            told: in the order of the stream.
            unreadable: what came with them and cannot be read.
        """
        events = [event for one in told for event in one.events]
        untaken = self._bus.put(events) if events else Untaken()
        waiting = set(untaken.waiting)
        first = next(
            (place for place, one in enumerate(told) if any(event.event_id in waiting for event in one.events)),
            len(told),
        )
        # What stands behind the first one that waits comes again, and with it what is refused there.
        done = [event for one in told[:first] for event in one.events]
        refused = [
            DeadLetter(_name(event), untaken.refused[event.event_id])
            for event in done
            if event.event_id in untaken.refused
        ]
        letters = [*unreadable, *refused]
        if letters:
            self._dead_letters.keep(letters)
        return Published(
            events=len(events) - len(waiting) - len(untaken.refused),
            dead=len(letters),
            again=told[first].position if first < len(told) else None,
        )


def _name(event: DomainEvent) -> str:
    """Tell which event it is; an address stays out."""
    detail = event.detail()
    named = {key: detail[key] for key in ("campaign_id", "message_id") if detail.get(key)}
    return json.dumps({"detail_type": event.detail_type, "event_id": event.event_id, **named})
