"""What tracking writes to, in memory; a crash plan lets it die before or after any single write."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.messages.model import Message, MessageKey, key_of
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.tracking.classified import ClassifiedEvent
from tests.fakes.suppressions import FakeSuppressions


class CrashError(BaseException):
    """The process died here: nothing catches it."""


class InterruptionPlan:
    """Lets somebody else act at the ``remaining``-th point from now, counted from 0."""

    def __init__(self, remaining: int, act: Callable[[], object]) -> None:
        self._remaining = remaining
        self._act = act

    def point(self) -> None:
        self._remaining -= 1
        if self._remaining == -1:
            self._act()


@dataclass
class CrashPlan:
    """Raises at the ``remaining``-th point from now, counted from 0, and never again; below 0: never."""

    remaining: int = -1

    def point(self) -> None:
        self.remaining -= 1
        if self.remaining == -1:
            raise CrashError


class FakeTrackedMessages:
    """The `TrackedMessages` port."""

    def __init__(self, *messages: Message, plan: CrashPlan | InterruptionPlan | None = None) -> None:
        self.items = {key_of(message.message_id): message for message in messages}
        self._before: dict[MessageKey, Message] = {}
        self._plan = plan or CrashPlan()

    def get(self, key: MessageKey) -> Message | None:
        return self.items.get(key)

    def glance(self, key: MessageKey) -> Message | None:
        """As late as can be: the revision before the last one, and nothing of a new message."""
        return self._before.get(key)

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        self._plan.point()
        key = key_of(message.message_id)
        changed = step(message)
        if changed == message:
            self._plan.point()
            return message
        stored = self.items[key]
        changed = step(stored)
        if changed != stored:
            self._before[key] = stored
            self.items[key] = replace(changed, revision=stored.revision + 1)
        self._plan.point()
        return self.items[key]


class CrashingSuppressions(FakeSuppressions):
    """The `SuppressionSink` and `Unsubscriptions` ports."""

    def __init__(self, plan: CrashPlan | InterruptionPlan | None = None) -> None:
        super().__init__()
        self._plan = plan or CrashPlan()

    def put(self, suppression: Suppression) -> Suppression:
        self._plan.point()
        kept = super().put(suppression)
        self._plan.point()
        return kept

    def delete(self, address: str, scope: SuppressionScope, reason: SuppressionReason | None) -> bool:
        self._plan.point()
        lifted = super().delete(address, scope, reason)
        self._plan.point()
        return lifted


class FakeEventSink:
    """The `EventSink` port."""

    def __init__(self, plan: CrashPlan | InterruptionPlan | None = None) -> None:
        self.items: dict[tuple[str, str], ClassifiedEvent] = {}
        self._plan = plan or CrashPlan()

    def record_events(self, events: Sequence[ClassifiedEvent]) -> None:
        self._plan.point()
        for classified in events:
            key = (classified.event.message_id, classified.event.fingerprint)
            kept = self.items.get(key)
            if kept is None or classified.version >= kept.version:
                self.items[key] = classified
        self._plan.point()

    def recorded_events(self, wanted: Mapping[str, Collection[str] | None]) -> list[ClassifiedEvent]:
        return [kept for key, kept in self.items.items() if is_wanted(key, wanted)]


def is_wanted(key: tuple[str, str], wanted: Mapping[str, Collection[str] | None]) -> bool:
    """Tell whether an event, by message id and fingerprint, is among those wanted."""
    message_id, fingerprint = key
    fingerprints = wanted.get(message_id, ())
    return fingerprints is None or fingerprint in fingerprints


@dataclass
class FixedClock:
    """A clock that a test sets."""

    time: datetime

    def now(self) -> datetime:
        return self.time
