"""Applies what SES tells: facts on messages, suppressions, events for analytics."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.kernel.addresses import canonical
from chalicelib.kernel.errors import ConfigurationError, TemporarilyUnavailableError
from chalicelib.messages.model import Message, MessageKey, MessageNotFoundError, key_of
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.tracking import facts
from chalicelib.tracking.conclusions import AnyMessage, conclude, unsettled
from chalicelib.tracking.facts import Tracked, remembered
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.tracking.ports import EventSink, SuppressionSink, TrackedMessages, TrackedTransactional
from chalicelib.transactional.model import is_transactional

_LOG = logging.getLogger(__name__)

_MOST_TURNS = 5
"""Times that conclusions are drawn again because other workers changed the same messages meanwhile."""

Groups = Mapping[str, Sequence[TrackedEvent]]
"""Events by message id."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a batch of events.

    Attributes:
        events: how many there were.
        orphans: those of them whose message is not there any more.
        failed: ids of messages whose events have to be handed in again.
    """

    events: int
    orphans: int
    failed: frozenset[str] = frozenset()


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

    def apply(self, events: Sequence[TrackedEvent], *, suppress: bool = True) -> Applied:
        """Apply events; any of them may have been applied before, wholly or in part.

        Suppressions come first, because mailing an address again is the worst that a crash could lead to. Each step
        may be repeated, so whoever fails here hands the same events in again. The events of one message are one change,
        and a message whose events could not be applied holds up no other. An event whose message is not there (its
        campaign was deleted) still suppresses its address and is kept for analytics.

        Args:
            events: of any messages, in any order.
            suppress: whether bounces and complaints suppress addresses; a replay may not want to, since it would put
                back what an operator has lifted.

        Raises:
            ConfigurationError: the deployment is wrong, so no event can be applied.
        """
        groups: dict[str, list[TrackedEvent]] = defaultdict(list)
        for event in events:
            groups[event.message_id].append(event)
        changed: dict[str, AnyMessage | None] = {}
        failed: set[str] = set()
        for message_id, group in groups.items():
            try:
                changed[message_id] = self._change(message_id, group, suppress=suppress)
            except ConfigurationError:
                raise
            except Exception:  # noqa: BLE001 - whatever it is, it is this message's
                _LOG.exception("events not applied", extra={"message_id": message_id, "events": len(group)})
                failed.add(message_id)
        failed |= self._record({name: groups[name] for name in changed}, changed)
        orphans = sum(len(groups[name]) for name, message in changed.items() if message is None)
        return Applied(events=len(events), orphans=orphans, failed=frozenset(failed))

    def _change(self, message_id: str, group: Sequence[TrackedEvent], *, suppress: bool) -> AnyMessage | None:
        """Apply the events of one message to it; return it as it is then, or None if it is not there."""
        if is_transactional(message_id):
            return self._apply(
                self._transactional.get(message_id), group, self._transactional.change, suppress=suppress
            )
        # What was true a moment ago is enough: facts only grow, and a change is stored on the newest revision only.
        message = self._find(message_id, self._messages.glance) or self._find(message_id)
        return self._apply(message, group, self._messages.change, suppress=suppress)

    def _apply(
        self,
        message: Tracked | None,
        group: Sequence[TrackedEvent],
        change: Callable[[Tracked, Callable[[Tracked], Tracked]], Tracked],
        *,
        suppress: bool,
    ) -> Tracked | None:
        for event in group if suppress else ():
            self._suppress(event, message.address if message else event.recipient)
        if message is None:
            message_id = group[0].message_id
            _LOG.warning("events of a message that is not there", extra={"message_id": message_id})
            return None
        return change(message, lambda now: facts.apply(now, *group))

    def _find(self, message_id: str, read: Callable[[MessageKey], Message | None] | None = None) -> Message | None:
        try:
            return (read or self._messages.get)(key_of(message_id))
        except MessageNotFoundError:
            return None

    def _record(self, groups: Groups, messages: Mapping[str, AnyMessage | None]) -> set[str]:
        """Keep events for analytics; return the messages whose events could not be kept.

        If one event is refused for good, the others are kept all the same: each message by itself.
        """
        if not groups:
            return set()
        try:
            self._conclude(groups, messages)
        except ConfigurationError:
            raise
        except TemporarilyUnavailableError:
            _LOG.exception("events not kept for analytics")
            return set(groups)
        except Exception:  # noqa: BLE001 - one document that is refused for good must not keep the others away
            if len(groups) == 1:
                _LOG.exception("events not kept for analytics", extra={"message_id": next(iter(groups))})
                return set(groups)
            alone = [self._record({name: group}, messages) for name, group in groups.items()]
            return set().union(*alone)
        return set()

    def _conclude(self, groups: Groups, messages: Mapping[str, AnyMessage | None]) -> None:
        """Keep events with what is concluded about them, and earlier ones about which something else is true now.

        Another worker may have added events to a message since it was changed here. Each keeps its own events before
        it looks at the message again, so whoever looks last sees all of them; and of two conclusions the one from the
        later revision stays.
        """
        self._events.record_events(
            [one for name, group in groups.items() for one in conclude(group, messages.get(name))]
        )
        seen = {name: message for name, message in messages.items() if message and name in groups}
        pending = {name: message for name, message in seen.items() if unsettled(message, groups[name])}
        if pending:
            self._conclude_again(pending)
        for _ in range(_MOST_TURNS):
            seen = self._moved_on({name: m for name, m in seen.items() if m.facts.seen})
            if not seen:
                return
            self._conclude_again(seen)

    def _conclude_again(self, messages: Mapping[str, AnyMessage]) -> None:
        """Keep every open and click of messages with what follows from their facts now."""
        kept: dict[str, list[TrackedEvent]] = defaultdict(list)
        for recorded in self._events.recorded_events(
            {name: remembered(message.facts) for name, message in messages.items()}
        ):
            kept[recorded.event.message_id].append(recorded.event)
        self._events.record_events(
            [
                one
                for name, events in kept.items()
                for one in conclude(events, messages[name])
                if one.machine is not None
            ]
        )

    def _moved_on(self, messages: Mapping[str, AnyMessage]) -> dict[str, AnyMessage]:
        """Return the messages that have another revision now."""
        found: dict[str, AnyMessage] = {}
        for name, known in messages.items():
            now = self._transactional.get(name) if is_transactional(name) else self._find(name)
            if now is not None and now.revision != known.revision:
                found[name] = now
        return found

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
