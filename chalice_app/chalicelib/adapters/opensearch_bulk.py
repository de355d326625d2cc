"""Writes many documents to OpenSearch in few requests, telling a stale version from a failure."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from chalicelib.adapters.opensearch_calls import TRIES, Sleep, call, is_passing, wait
from chalicelib.analytics.ports import DocumentsRefusedError, DocumentsWaitingError
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


class Entry(NamedTuple):
    """An encoded action: the id of its document, and its lines in the request."""

    name: str
    lines: bytes


def write(client: BulkClient, actions: Iterable[Action], *, refresh: bool = False, sleep: Sleep = time.sleep) -> None:
    """Write documents; one that is kept already in this version or a newer one (409) is no failure.

    Args:
        client: its own retries must be off.
        actions: may be many; they are sent in chunks of at most `LARGEST_REQUEST` bytes.
        refresh: make the documents visible to searches before returning.
        sleep: waits between tries, in seconds.

    Raises:
        DocumentsRefusedError: some documents were refused; all others are written.
        DocumentsWaitingError: some were not taken, though tried again.
    """
    refused: dict[str, str] = {}
    waiting: list[str] = []
    for chunk in chunks(actions):
        if not waiting:
            left = _send(client, chunk, refused, refresh=refresh, sleep=sleep)
            waiting += [entry.name for entry in left]
        else:  # one chunk after all its tries shows that OpenSearch is away: the rest need not wait as long each
            waiting += [entry.name for entry in chunk]
    if waiting:
        raise DocumentsWaitingError(f"OpenSearch did not take {len(waiting)} documents; try again.", waiting, refused)
    if refused:
        raise refusal(refused)


def refusal(refused: Mapping[str, str]) -> DocumentsRefusedError:
    """Return the error that names documents which were refused, by id, with the type of OpenSearch's error."""
    kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(Counter(refused.values()).items()))
    return DocumentsRefusedError(f"OpenSearch refused {len(refused)} documents: {kinds}", refused)


def chunks(actions: Iterable[Action], largest: int = LARGEST_REQUEST) -> Iterator[list[Entry]]:
    """Encode actions and pack them into requests; one that is larger by itself makes a request of its own."""
    chunk: list[Entry] = []
    size = 0
    for action, source in actions:
        lines = (action,) if source is None else (action, source)
        encoded = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        if chunk and size + len(encoded) > largest:
            yield chunk
            chunk, size = [], 0
        (target,) = action.values()
        chunk.append(Entry(target["_id"], encoded))
        size += len(encoded)
    if chunk:
        yield chunk


def _send(
    client: BulkClient, chunk: Sequence[Entry], refused: dict[str, str], *, refresh: bool, sleep: Sleep
) -> Sequence[Entry]:
    """Send one request, and again what was not taken; note what is refused, return what is still not taken."""
    pending = chunk
    params = {"refresh": "true"} if refresh else {}
    for attempt in range(TRIES):
        if attempt:
            wait(attempt - 1, sleep)
        body = b"".join(entry.lines for entry in pending)
        try:
            answer = call(partial(client.bulk, body=body, params=params), sleep=sleep)
        except TemporarilyUnavailableError:
            return pending
        passing = []
        for entry, item in zip(pending, answer["items"], strict=True):
            (result,) = item.values()
            status = result["status"]
            if is_passing(status):
                passing.append(entry)
            elif status >= _ERROR and status != _CONFLICT and "error" in result:  # what is not there is deleted already
                refused[entry.name] = result["error"]["type"]
        if not passing:
            return ()
        pending = passing
    return pending
