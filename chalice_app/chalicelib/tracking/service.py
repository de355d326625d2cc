"""Applies what SES tells: facts on messages, suppressions, events for analytics."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.kernel.addresses import canonical
from chalicelib.messages.model import Message, MessageNotFoundError, key_of
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.tracking import facts
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.facts import Tracked
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.tracking.ports import EventSink, SuppressionSink, TrackedMessages, TrackedTransactional
from chalicelib.transactional.model import is_transactional

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a batch of events.

    Attributes:
        events: how many there were.
        orphans: those of them whose message is not there any more.
    """

    events: int
    orphans: int


class TrackingService:
    """What happens to messages after they were sent."""

    def __init__(
        self,
        *,
        messages: TrackedMessages,
        transactional: TrackedTransactional,
        suppressions: SuppressionSink,
        events: EventSink,
    ) -> None:
        self._messages = messages
        self._transactional = transactional
        self._suppressions = suppressions
        self._events = events

    def apply(self, events: Sequence[TrackedEvent]) -> Applied:
        """Apply events; any of them may have been applied before, wholly or in part.

        Suppressions come first, because mailing an address again is the worst that a crash could lead to. Each step
        may be repeated, so whoever fails here hands the same events in again. An event whose message is not there (its
        campaign was deleted) still suppresses its address and is kept for analytics.
        """
        by_message: dict[str, list[TrackedEvent]] = defaultdict(list)
        for event in events:
            by_message[event.message_id].append(event)
        orphans = 0
        for message_id, group in by_message.items():
            if is_transactional(message_id):
                found = self._apply_group(self._transactional.get(message_id), group, self._transactional.change)
            else:
                found = self._apply_group(self._find(message_id), group, self._messages.change)
            if not found:
                orphans += len(group)
                _LOG.warning(
                    "events of a message that is not there", extra={"message_id": message_id, "events": len(group)}
                )
        self._events.record_events([ClassifiedEvent(event) for event in events])
        return Applied(events=len(events), orphans=orphans)

    def _apply_group(
        self,
        message: Tracked | None,
        group: Sequence[TrackedEvent],
        change: Callable[[Tracked, Callable[[Tracked], Tracked]], Tracked],
    ) -> bool:
        """Apply the events of one message; tell whether it is there."""
        for event in group:
            self._suppress(event, message.address if message else event.recipient)
        if message:
            change(message, partial(_apply_all, events=group))
        return message is not None

    def _find(self, message_id: str) -> Message | None:
        try:
            return self._messages.get(key_of(message_id))
        except MessageNotFoundError:
            return None

    def _suppress(self, event: TrackedEvent, address: str) -> None:
        """Suppress the address that was mailed; a bounce may name another one, to which it was forwarded."""
        if event.is_hard_bounce:
            reason = SuppressionReason.BOUNCE
        elif event.kind is EventKind.COMPLAINT:
            reason = SuppressionReason.COMPLAINT
        else:
            return
        self._suppressions.put(
            Suppression(
                address=canonical(address),
                scope=SuppressionScope.ALL,
                reason=reason,
                source=event.message_id,
                since=event.at,
            )
        )


def _apply_all(message: Tracked, *, events: Sequence[TrackedEvent]) -> Tracked:
    for event in events:
        message = facts.apply(message, event)
    return message
