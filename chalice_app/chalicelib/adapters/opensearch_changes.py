"""A campaign's events in OpenSearch in the order in which they were kept.

Each event is stamped by its writer just before it is written. Writers work at the same time and what they write becomes
visible a little later, so an event may appear behind one with a later stamp. Therefore events are shown only when their
stamp is `HELD_BACK_SECONDS` old, and a writer that took longer than `WRITE_SECONDS` stamps and writes its events anew.
The difference between the two is for the index's refresh (1 s) and for clocks that differ.
"""

import time
from collections.abc import Callable, Collection
from typing import Any

from chalicelib.adapters.opensearch_queries import Body, of_campaign
from chalicelib.adapters.opensearch_searching import OpenSearchSearching
from chalicelib.analytics.changes import START, Changes, Point, changes_of, point_of
from chalicelib.analytics.events import read
from chalicelib.analytics.history import moment_of
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.tracking.model import EventKind

HELD_BACK_SECONDS = 10.0
WRITE_SECONDS = 7.0

_TRIES = 3


def write_stamped(
    write: Callable[[str], None],
    *,
    now: Callable[[], float] = time.time,
    passed: Callable[[], float] = time.monotonic,
) -> None:
    """Write events with the present as their stamp, and again if that took so long that readers may have passed it.

    Args:
        write: writes them all with the stamp (RFC 3339) that it is given; may be called again.
        now: seconds since 1970.
        passed: seconds, for measuring how long a write took.

    Raises:
        TemporarilyUnavailableError: each try took too long; hand the events in again.
    """
    for _ in range(_TRIES):
        begun = passed()
        write(rfc3339(moment_of(now() * 1000)))
        if passed() - begun <= WRITE_SECONDS:
            return
    raise TemporarilyUnavailableError("Analytics takes events too slowly for readers to follow; try again.")


class OpenSearchChanges(OpenSearchSearching):
    """The `ChangeLog` port over OpenSearch.

    Attributes:
        held_back: seconds that an event must be old to be shown; less than `HELD_BACK_SECONDS` only where one test
            both writes and reads.
    """

    held_back = HELD_BACK_SECONDS

    def changes(
        self, campaign_id: str, *, after: str | None, kinds: Collection[EventKind] | None, limit: int
    ) -> Changes:
        """Return events behind a point, in the order in which they were kept."""
        point = point_of(after)
        visible = rfc3339(moment_of((time.time() - self.held_back) * 1000))
        filters = [*of_campaign(campaign_id), {"range": {"recorded_at": {"lte": visible}}}]
        if kinds is not None:
            filters.append({"terms": {"kind": sorted(kinds)}})
        sort = ("recorded_at", "message_id", "fingerprint")
        found = self.found_documents("events", filters, sort, "asc", limit, after=_behind(point))
        return changes_of([(_point(hit), read(hit["_source"])) for hit in found], point, limit)


def _behind(point: Point) -> list[Any] | None:
    if point == START:
        return None
    message_id, _, fingerprint = point[1].rpartition(":")
    return [point[0], message_id, fingerprint]


def _point(hit: Body) -> Point:
    recorded, message_id, fingerprint = hit["sort"]
    return recorded, f"{message_id}:{fingerprint}"
