"""What is told of what happened: histories, and events for other programs."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import analytics_store, clock, message_store, settings, transactional_store

if TYPE_CHECKING:
    from chalicelib.live.history import HistoryService
    from chalicelib.live.publishing import Publishing


@cache
def histories() -> "HistoryService":
    """Return the histories of messages and addresses."""
    from chalicelib.live.history import HistoryService

    return HistoryService(
        campaigns=message_store(), transactional=transactional_store(), events=analytics_store(), clock=clock()
    )


@cache
def publishing() -> "Publishing":
    """Return what publishes domain events."""
    from chalicelib.adapters.dead_letters import SqsDeadLetters
    from chalicelib.adapters.event_bus import EventBridgeBus
    from chalicelib.live.publishing import Publishing

    return Publishing(
        bus=EventBridgeBus(settings().event_bus), dead_letters=SqsDeadLetters(settings().changes_dead_letter_url)
    )
