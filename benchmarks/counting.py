"""Counts what is asked of AWS: every request, as the SDK's event before it is sent tells of it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.hooks import EventAliaser

GLANCE = "GetItem, eventually consistent"
"""A GetItem that costs half of what a consistent one does."""


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Count every request by its operation."""
    calls: Counter[str] = Counter()
    emit: Any = EventAliaser.emit

    def counting(events: Any, name: str, **told: Any) -> Any:
        if name.startswith("before-send."):
            operation = name.rpartition(".")[2]
            glance = operation == "GetItem" and b'"ConsistentRead": true' not in told["request"].body
            calls[GLANCE if glance else operation] += 1
        return emit(events, name, **told)

    EventAliaser.emit = counting  # type: ignore[method-assign, assignment]  # every request passes here
    try:
        yield calls
    finally:
        EventAliaser.emit = emit  # type: ignore[method-assign]  # as it was
