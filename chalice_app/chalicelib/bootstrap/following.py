"""What is told of what happened: histories."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import analytics_store, clock, message_store, transactional_store

if TYPE_CHECKING:
    from chalicelib.live.history import HistoryService


@cache
def histories() -> "HistoryService":
    """Return the histories of messages and addresses."""
    from chalicelib.live.history import HistoryService

    return HistoryService(
        campaigns=message_store(), transactional=transactional_store(), events=analytics_store(), clock=clock()
    )
