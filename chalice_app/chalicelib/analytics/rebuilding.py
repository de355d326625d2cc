"""Builds statistics anew beside those in force, from the message store and the archive of events.

What changes meanwhile is written to both, so it does not matter in which order things are filled in: of two versions
the newer one stays. Each step says how far it came and may be repeated from there.
"""

import logging
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.analytics.comparing import LEAST_SECONDS, RebuildDiffersError, is_kept, kept_campaigns
from chalicelib.analytics.model import MessageDocument, document_of
from chalicelib.analytics.rebuilding_ports import Rebuild, Rebuildable, StoredMessages, StoredTransactional
from chalicelib.analytics.reconciliation import CATCH_UP_SECONDS, CampaignList, Deadline
from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import MOST_PLACES, Message, MessageNotFoundError, key_of
from chalicelib.tracking.archive import PREFIX, unpacked
from chalicelib.tracking.conclusions import conclude
from chalicelib.tracking.machines import RULES
from chalicelib.tracking.model import ForeignEventError, MalformedEventError, TrackedEvent, UnknownEventError
from chalicelib.tracking.ports import RawEvents
from chalicelib.tracking.ses_events import normalise
from chalicelib.transactional.model import CAMPAIGN, TransactionalMessage, is_transactional

_LOG = logging.getLogger(__name__)

_MOST_SUSPECTS = 5_000
_LARGEST_OBJECT = 64 * 1024 * 1024
_DAY = timedelta(days=1)


class Stage(StrEnum):
    """What is filled in, in this order."""

    CAMPAIGNS = "campaigns"
    TRANSACTIONAL = "transactional"
    TRANSACTIONAL_EVENTS = "transactional_events"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a lane has come.

    Attributes:
        campaign_id, part: the last part that is done, in the first stage.
        key: where the store, the statistics or (`RebuildService.complete`) the archive go on; empty at their beginning.
    """

    stage: Stage = Stage.CAMPAIGNS
    campaign_id: str = ""
    part: int = -1
    key: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One of several that share the work; each part, page and day belongs to one of them."""

    number: int = 0
    of: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """What a call came to.

    Attributes:
        position: where to go on; None when the lane is done.
        messages: documents that were written or looked at.
        events: events that the archive added to those in force.
        mended: documents that differed from the store; they were written again.
    """

    position: Position | None
    messages: int = 0
    events: int = 0
    mended: int = 0


class RebuildService:
    """Fills statistics and compares them with the store.

    Args:
        statistics: those in force.
        campaigns: the campaigns.
        messages, transactional: the stores of messages.
        archive: SES's events as they came.
        first: messages that were made before are left out, as their time is over.
        deadline: how long there is time.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        *,
        statistics: Rebuildable,
        campaigns: CampaignList,
        messages: StoredMessages,
        transactional: StoredTransactional,
        archive: RawEvents,
        clock: Clock,
        first: datetime,
        deadline: Deadline,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._statistics = statistics
        self._campaigns = campaigns
        self._messages = messages
        self._transactional = transactional
        self._archive = archive
        self._clock = clock
        self._first = first
        self._deadline = deadline
        self._sleep = sleep

    def fill(self, name: str, lane: Lane, position: Position) -> Progress:
        """Fill statistics with messages from the store and with events from those in force.

        Raises:
            ConflictError: they are not being built any more.
        """
        rebuild = self._statistics.rebuild(name)
        messages = 0
        for place, group in self._groups(lane, position):
            documents = [document_of(message) for message in group]
            rebuild.index_messages(documents)
            if place.stage is Stage.CAMPAIGNS:
                self._copy(rebuild, place.campaign_id, place.part)
            messages += len(documents)
            if self._is_short():
                return Progress(place, messages)
        key = position.key if position.stage is Stage.TRANSACTIONAL_EVENTS else ""
        left = self._copy(rebuild, CAMPAIGN, None, key) if lane.number == 0 else None
        return Progress(None if left is None else Position(Stage.TRANSACTIONAL_EVENTS, key=left), messages)

    def complete(self, name: str, lane: Lane, position: Position) -> Progress:
        """Add events that only the archive has, or of which newer rules conclude something else.

        All lanes must be filled: what is added counts as recorded now, so that who follows a campaign's events gets it.

        Raises:
            ConflictError: they are not being built any more.
        """
        rebuild = self._statistics.rebuild(name)
        events = 0
        for key in self._archived(lane, position.key):
            events += self._add(rebuild, key)
            if self._is_short():
                return Progress(Position(key=key), events=events)
        return Progress(None, events=events)

    def verify(self, name: str, lane: Lane, position: Position) -> Progress:
        """Compare each document with its message; one that stays different is written again.

        Raises:
            RebuildDiffersError: some are different even then.
            ConflictError: they are not being built any more.
        """
        rebuild = self._statistics.rebuild(name)
        messages, suspects = 0, list[MessageDocument]()
        for place, group in self._groups(lane, position):
            stored = [document_of(message) for message in group]
            messages += len(stored)
            suspects += _behind(stored, rebuild)
            if self._is_short() or len(suspects) > _MOST_SUSPECTS:
                return Progress(place, messages, mended=self._settle(rebuild, suspects))
        return Progress(None, messages, mended=self._settle(rebuild, suspects))

    def _settle(self, rebuild: Rebuild, suspects: Sequence[MessageDocument]) -> int:
        """Give documents time to arrive by the stream; write what is still behind, and look again."""
        if not suspects:
            return 0
        self._sleep(CATCH_UP_SECONDS)
        behind = _behind(suspects, rebuild)
        rebuild.restore_messages(behind)
        if left := _behind(behind, rebuild):
            raise RebuildDiffersError(f"{len(left)} messages cannot be kept, such as {left[0].message_id}.")
        return len(behind)

    def _groups(
        self, lane: Lane, after: Position
    ) -> Iterator[tuple[Position, Sequence[Message] | Sequence[TransactionalMessage]]]:
        """Read the stores behind a position, each group with the position at its end."""
        if after.stage is Stage.CAMPAIGNS:
            for campaign_id, parts in kept_campaigns(self._campaigns, self._first):
                for part in range(parts):
                    if (zlib.crc32(campaign_id.encode()) + part) % lane.of != lane.number:
                        continue
                    if (campaign_id, part) > (after.campaign_id, after.part):
                        group = self._messages.read_group(campaign_id, part, 0, MOST_PLACES)
                        yield replace(after, campaign_id=campaign_id, part=part), group
        if after.stage in {Stage.CAMPAIGNS, Stage.TRANSACTIONAL}:
            cursor = after.key or None
            while True:
                page = self._transactional.page(lane.number, lane.of, cursor)
                cursor = page.next_cursor
                stage = Stage.TRANSACTIONAL if cursor else Stage.TRANSACTIONAL_EVENTS
                kept = [message for message in page.items if is_kept(message.message_id, self._first)]
                yield Position(stage, key=cursor or ""), kept
                if cursor is None:
                    return

    def _copy(self, rebuild: Rebuild, campaign_id: str, part: int | None, after: str = "") -> str | None:
        """Copy events, all of a part; of a whole campaign as many as there is time for."""
        cursor = rebuild.copy_events(campaign_id, part, after or None)
        while cursor is not None and not (part is None and self._is_short()):
            cursor = rebuild.copy_events(campaign_id, part, cursor)
        return cursor

    def _archived(self, lane: Lane, after: str) -> Iterator[str]:
        """Return the keys of the days of a lane, from the first month that is kept until today."""
        day, today = self._first, self._clock.now()
        while day <= today:
            prefix = day.astimezone(UTC).strftime(f"{PREFIX}%Y/%m/%d/")
            if day.toordinal() % lane.of == lane.number and prefix >= after[: len(prefix)]:
                yield from self._archive.keys(prefix, after or None)
            day += _DAY

    def _add(self, rebuild: Rebuild, key: str) -> int:
        """Add the events of an object of the archive that are missing, or were judged by older rules."""
        events: list[TrackedEvent] = []
        for record in unpacked(self._archive.read(key, None, max_bytes=_LARGEST_OBJECT), key):
            try:
                events += normalise(record.document)
            except (UnknownEventError, ForeignEventError, MalformedEventError):
                continue
            except Exception:  # noqa: BLE001 - whatever it is, `replay_events` counts it
                _LOG.exception("record cannot be read", extra={"record": record.record})
        groups: dict[str, list[TrackedEvent]] = defaultdict(list)
        kept = [event for event in events if is_kept(event.message_id, self._first)]
        for event in rebuild.missing_events(kept, RULES):
            groups[event.message_id].append(event)
        added = [one for name, group in groups.items() for one in conclude(group, self._find(name))]
        rebuild.add_events(added)
        return len(added)

    def _find(self, message_id: str) -> Message | TransactionalMessage | None:
        if is_transactional(message_id):
            return self._transactional.get(message_id)
        try:
            return self._messages.get(key_of(message_id))
        except MessageNotFoundError:
            return None

    def _is_short(self) -> bool:
        return self._deadline.remaining_seconds() < LEAST_SECONDS


def _behind(stored: Sequence[MessageDocument], rebuild: Rebuild) -> list[MessageDocument]:
    """Return the documents that are not there, older there, or other ones of the same version."""
    kept = {document.message_id: document for document in rebuild.documents_of([one.message_id for one in stored])}
    return [one for one in stored if not _is_as_new(kept.get(one.message_id), one)]


def _is_as_new(kept: MessageDocument | None, stored: MessageDocument) -> bool:
    return kept is not None and (kept.version > stored.version or kept == stored)
