"""Writes many documents to OpenSearch in few requests, telling a stale version from a failure."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from chalicelib.adapters.opensearch_calls import TRIES, Sleep, call, is_passing, wait
from chalicelib.kernel.errors import TemporarilyUnavailableError

Action = tuple[Mapping[str, Any], Mapping[str, Any] | None]
"""A bulk action and its document; a deletion has none."""

LARGEST_REQUEST = 4 * 1024 * 1024
"""Bytes of a request; OpenSearch's advice is 3 to 5 MiB, AWS's smallest domains refuse more than 10."""

_CONFLICT = 409
_ERROR = 400


class BulkClient(Protocol):
    """The part of ``opensearchpy.OpenSearch`` that is needed here."""

    def bulk(self, *, body: Any, params: Any = None) -> Any:
        """Send one bulk request."""
        ...


class BulkRejectedError(Exception):
    """OpenSearch refused documents for good, for instance because their fields do not fit the mapping."""


def write(client: BulkClient, actions: Iterable[Action], *, refresh: bool = False, sleep: Sleep = time.sleep) -> None:
    """Write documents; one that is kept already in this version or a newer one (409) is no failure.

    Args:
        client: its own retries must be off.
        actions: may be many; they are sent in chunks of at most `LARGEST_REQUEST` bytes.
        refresh: make the documents visible to searches before returning.
        sleep: waits between tries, in seconds.

    Raises:
        BulkRejectedError: some documents were refused; all others are written.
        TemporarilyUnavailableError: some were not taken, though tried again.
    """
    rejected: Counter[str] = Counter()
    for chunk in chunks(actions):
        rejected += _send(client, chunk, refresh=refresh, sleep=sleep)
    if rejected:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(rejected.items()))
        raise BulkRejectedError(f"OpenSearch refused {rejected.total()} documents: {kinds}")


def chunks(actions: Iterable[Action], largest: int = LARGEST_REQUEST) -> Iterator[list[bytes]]:
    """Encode actions and pack them into requests; one that is larger by itself makes a request of its own."""
    chunk: list[bytes] = []
    size = 0
    for action, source in actions:
        lines = (action,) if source is None else (action, source)
        entry = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        if chunk and size + len(entry) > largest:
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += len(entry)
    if chunk:
        yield chunk


def _send(client: BulkClient, chunk: Sequence[bytes], *, refresh: bool, sleep: Sleep) -> Counter[str]:
    """Send one request, and again what was not taken; return the refused ones by the type of the error."""
    rejected: Counter[str] = Counter()
    pending = chunk
    params = {"refresh": "true"} if refresh else {}
    for attempt in range(TRIES):
        answer = call(partial(client.bulk, body=b"".join(pending), params=params), sleep=sleep)
        passing = []
        for entry, item in zip(pending, answer["items"], strict=True):
            (result,) = item.values()
            status = result["status"]
            if is_passing(status):
                passing.append(entry)
            elif status >= _ERROR and status != _CONFLICT and "error" in result:  # what is not there is deleted already
                rejected[result["error"]["type"]] += 1
        if not passing:
            return rejected
        pending = passing
        if attempt < TRIES - 1:
            wait(attempt, sleep)
    raise TemporarilyUnavailableError(f"OpenSearch did not take {len(pending)} documents; try again.")
