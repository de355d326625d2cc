"""What tracking writes to, in memory, and a sink that fails on demand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.kernel.addresses import canonical
from chalicelib.messages.model import Message, MessageKey, key_of
from chalicelib.suppressions.model import Suppression, SuppressionScope
from chalicelib.tracking.model import TrackedEvent


class FakeTrackedMessages:
    """The `TrackedMessages` port."""

    def __init__(self, *messages: Message) -> None:
        self.items = {key_of(message.message_id): message for message in messages}

    def get(self, key: MessageKey) -> Message | None:
        return self.items.get(key)

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        key = key_of(message.message_id)
        stored = self.items[key]
        changed = step(stored)
        if changed != stored:
            self.items[key] = replace(changed, revision=stored.revision + 1)
        return self.items[key]


class FakeSuppressionSink:
    """The `SuppressionSink` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, SuppressionScope], Suppression] = {}

    def put(self, suppression: Suppression) -> Suppression:
        return self.items.setdefault((canonical(suppression.address), suppression.scope), suppression)


class FakeEventSink:
    """The `EventSink` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], TrackedEvent] = {}

    def record_events(self, events: Sequence[TrackedEvent]) -> None:
        for event in events:
            self.items.setdefault((event.message_id, event.fingerprint), event)


@dataclass
class FixedClock:
    """A clock that a test sets."""

    time: datetime

    def now(self) -> datetime:
        return self.time


class CrashError(Exception):
    """The process died here."""


@dataclass
class Crashing:
    """Wraps a step and dies once, before or after it is done."""

    step: Callable[..., object]
    after: bool
    crashed: bool = field(default=False)

    def __call__(self, *args: object) -> object:
        if self.crashed:
            return self.step(*args)
        self.crashed = True
        if self.after:
            self.step(*args)
        raise CrashError
