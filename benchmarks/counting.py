"""Counts what is asked of AWS, where the SDK makes its requests."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.endpoint import Endpoint

GLANCE = "GetItem, eventually consistent"
"""A GetItem that costs half of what a consistent one does."""


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Count every call of the SDK by its operation."""
    calls: Counter[str] = Counter()
    make: Any = Endpoint.make_request

    def counting(endpoint: Any, operation: Any, request: Any) -> Any:
        glance = operation.name == "GetItem" and b'"ConsistentRead": true' not in request["body"]
        calls[GLANCE if glance else operation.name] += 1
        return make(endpoint, operation, request)

    Endpoint.make_request = counting  # type: ignore[method-assign, assignment]  # every call passes here
    try:
        yield calls
    finally:
        Endpoint.make_request = make  # type: ignore[method-assign]  # as it was
