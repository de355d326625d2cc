"""Reading many items by their keys: BatchGetItem in chunks, and again, after a pause, what DynamoDB left out."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from chalicelib.kernel.errors import TemporarilyUnavailableError

Key = TypeVar("Key")
Item = TypeVar("Item")

CHUNK = 100
"""Keys that one BatchGetItem takes (Amazon DynamoDB API Reference, BatchGetItem)."""

_TRIES = 9
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0


def read_all(
    read: Callable[[list[Key]], tuple[list[Item], list[Key]]],
    keys: Iterable[Key],
    *,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Item]:
    """Yield every item that exists under the keys, in no order.

    Args:
        read: makes one call; returns the items found and the keys that DynamoDB did not come to.
        keys: none of them twice.
        sleep: waits for so many seconds.

    Raises:
        TemporarilyUnavailableError: DynamoDB kept leaving keys out.
    """
    rest = iter(keys)
    while chunk := list(islice(rest, CHUNK)):
        for attempt in range(_TRIES):
            items, chunk = read(chunk)
            yield from items
            if not chunk:
                break
            # AWS asks for exponential back-off here: a table that is busy would refuse the same keys again.
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt)
            sleep(random.uniform(longest / 2, longest))  # noqa: S311 - jitter, no secret
        else:
            raise TemporarilyUnavailableError("The store is busy; try again.")
