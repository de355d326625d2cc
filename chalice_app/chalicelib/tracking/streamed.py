"""Applies the objects in which a delivery stream (Amazon Data Firehose) wrote SES's events into the archive."""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from chalicelib.tracking.archive import Received, opened
from chalicelib.tracking.ingestion import Ingested, apply_records
from chalicelib.tracking.ports import Deadline, EventQueue, StreamedEvents
from chalicelib.tracking.service import TrackingService

_GROUP = 200
"""Events that are in memory and applied together; those of one message among them are one change."""

_LEAST_SECONDS = 60.0
"""Kept to hand over what is left of an object: at some 10 ms for ten events more than the largest object holds."""


class StreamedIngestion:
    """The way of SES's events from a delivery stream's objects into facts.

    What cannot be applied goes to the queue of SES's events, the single event and not its object, and what there is no
    time for goes there as well. From then on it is tried, kept as a dead letter and told of as if SES had put it there.
    """

    def __init__(self, *, objects: StreamedEvents, tracking: TrackingService, queue: EventQueue) -> None:
        self._objects = objects
        self._tracking = tracking
        self._queue = queue

    def apply(self, key: str, version: str | None, *, deadline: Deadline) -> Ingested:
        """Apply an object in bounded memory; it may have been applied before, wholly or in part.

        It is in the archive already, so nothing is written there.

        Returns:
            What became of its events; those that failed, are malformed or were left for want of time were handed over.

        Raises:
            TemporarilyUnavailableError: the queue did not take them; the object has to be handed in again.
            ValueError, OSError, EOFError, zlib.error: it is no object of the archive, or S3 does not answer.
        """
        done = Ingested()
        with closing(self._objects.open(key, version)) as content:
            for group in _groups(opened(content, key)):
                if deadline.remaining_seconds() < _LEAST_SECONDS:
                    applied = Ingested(records=len(group), failed=frozenset(one.record for one in group))
                else:
                    applied = apply_records(self._tracking, group, suppress=True)
                left = applied.failed | applied.malformed
                if left:
                    self._queue.send([one.body for one in group if one.record in left])
                done += applied
        return done


def _groups(records: Iterator[Received]) -> Iterator[list[Received]]:
    while group := list(islice(records, _GROUP)):
        yield group
