"""Takes in SES's events: archives them as they came, reads them and applies those that are known; and replays them."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.kernel.clock import Clock
from chalicelib.tracking.archive import CONTENT_TYPE, Received, key_of, packed, unpacked
from chalicelib.tracking.model import ForeignEventError, MalformedEventError, TrackedEvent, UnknownEventError
from chalicelib.tracking.ports import Deadline, RawEvents
from chalicelib.tracking.service import TrackingService
from chalicelib.tracking.ses_events import normalise

_LOG = logging.getLogger(__name__)

_LARGEST_OBJECT = 64 * 1024 * 1024
_LEAST_SECONDS = 60.0
"""More than an object of the archive takes."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of some records.

    Attributes:
        records: how many there were.
        events: read from them, one for each recipient.
        orphans: events whose message is not there any more.
        unknown: records of a kind that is not known here; they are kept in the archive.
        foreign: records about mail without the platform's tags, such as test sends.
        malformed: ids of the records that are no events of SES.
        failed: ids of the records that have to be handed in again.
    """

    records: int = 0
    events: int = 0
    orphans: int = 0
    unknown: int = 0
    foreign: int = 0
    malformed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()

    def __add__(self, other: "Ingested") -> "Ingested":
        """Add up two of them."""
        return Ingested(
            records=self.records + other.records,
            events=self.events + other.events,
            orphans=self.orphans + other.orphans,
            unknown=self.unknown + other.unknown,
            foreign=self.foreign + other.foreign,
            malformed=self.malformed | other.malformed,
            failed=self.failed | other.failed,
        )


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of an hour of the archive.

    Attributes:
        counted: so far, in this call.
        after: key of the last object that was applied, from which to go on; None when the hour is done.
    """

    counted: Ingested
    after: str | None


class Ingestion:
    """The way of SES's events from their queue, or from the archive, into facts."""

    def __init__(self, *, archive: RawEvents, tracking: TrackingService, clock: Clock) -> None:
        self._archive = archive
        self._tracking = tracking
        self._clock = clock

    def ingest(self, records: Sequence[Received]) -> Ingested:
        """Archive records, then apply them.

        If S3 does not take them, nothing is applied: what is applied is in the archive. A record that is handed in
        again is archived again, which a replay does not mind.
        """
        if not records:
            return Ingested()
        now = self._clock.now()
        self._archive.write(key_of(records, now), packed(records, now), content_type=CONTENT_TYPE)
        return apply_records(self._tracking, records, suppress=True)

    def replay(self, prefix: str, after: str | None, *, suppress: bool, deadline: Deadline) -> Replayed:
        """Apply an hour of the archive again, as far as there is time; what was applied before stays as it is.

        Args:
            prefix: of the hour's keys.
            after: key behind which to go on.
            suppress: whether bounces and complaints suppress addresses once more.
            deadline: until when.
        """
        counted = Ingested()
        for key in self._archive.keys(prefix, after):
            records = list(unpacked(self._archive.read(key, None, max_bytes=_LARGEST_OBJECT), key))
            counted += apply_records(self._tracking, records, suppress=suppress)
            if deadline.remaining_seconds() < _LEAST_SECONDS:
                return Replayed(counted, key)
        return Replayed(counted, None)


def apply_records(tracking: TrackingService, records: Sequence[Received], *, suppress: bool) -> Ingested:
    """Read records and apply those that are events known here; any of them may have been applied before.

    Args:
        tracking: what applies them.
        records: in any order.
        suppress: whether bounces and complaints suppress addresses.
    """
    events: list[TrackedEvent] = []
    sources: dict[str, set[str]] = defaultdict(set)
    unknown = foreign = 0
    malformed: set[str] = set()
    for record in records:
        try:
            found = normalise(record.document)
        except UnknownEventError as error:
            unknown += 1
            _LOG.warning("event of no kind known here", extra={"why": str(error), "record": record.record})
        except ForeignEventError:
            foreign += 1
        except MalformedEventError as error:
            malformed.add(record.record)
            _LOG.warning("record is no event of SES", extra={"why": str(error), "record": record.record})
        except Exception:  # noqa: BLE001 - whatever it is, it must not bring back the other records
            malformed.add(record.record)
            _LOG.exception("record cannot be read", extra={"record": record.record})
        else:
            events.extend(found)
            for event in found:
                sources[event.message_id].add(record.record)
    applied = tracking.apply(events, suppress=suppress)
    return Ingested(
        records=len(records),
        events=applied.events,
        orphans=applied.orphans,
        unknown=unknown,
        foreign=foreign,
        malformed=frozenset(malformed),
        failed=frozenset(record for message_id in applied.failed for record in sources[message_id]),
    )
