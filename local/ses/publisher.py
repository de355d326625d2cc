"""The thread that hands due events to where they go, ten at a time, until each was taken."""

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from local.ses import events
from local.ses.outbox import Due, Outbox

_BATCH = 10  # what PublishBatch takes
_TURN = 20 * _BATCH
_PUBLISHERS = 2
_GATHER_SECONDS = 0.02  # while mail comes in, a call then carries ten events and not one
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0

_log = logging.getLogger(__name__)


class DestinationUnavailableError(Exception):
    """The destination could not be asked at all; every document of the call is tried again."""


class EventDestination(Protocol):
    """Where events go: an SNS topic or a delivery stream of Amazon Data Firehose."""

    def publish(self, documents: Sequence[str]) -> Sequence[bool]:
        """Publish up to ten documents; tell of each whether it was taken.

        Raises:
            DestinationUnavailableError: none is known to be taken.
        """
        ...


class Publisher:
    """Publishes at least once: an event counts as published after the topic's answer."""

    def __init__(
        self,
        outbox: Outbox,
        destination: EventDestination,
        *,
        account: str,
        region: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._outbox = outbox
        self._destination = destination
        self._account, self._region = account, region
        self._clock = clock
        self._pause = _FIRST_PAUSE_SECONDS
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(_PUBLISHERS, thread_name_prefix="publish")
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        """Start; what an earlier process left is published first."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batches under way; the rest stays in the outbox."""
        self._stopping.set()
        self._awake.set()
        self._thread.join()
        self._pool.shutdown()

    def wake(self) -> None:
        """Look at the outbox now: it has new events."""
        self._awake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._awake.clear()
            try:
                pause = self._turn()
            except Exception:  # noqa: BLE001 - the next line's reason
                # The thread must outlive whatever one event brings; the events stay and are tried again.
                _log.exception("publishing failed")
                pause = self._back_off()
            if pause is None or pause > 0:
                self._awake.wait(pause)
                self._stopping.wait(_GATHER_SECONDS)

    def _turn(self) -> float | None:
        """Publish what is due; return the seconds until the next event, or ``None`` when there is none."""
        due = self._outbox.due(self._clock(), limit=_TURN)
        if not due:
            next_at = self._outbox.next_due_at()
            return None if next_at is None else max(next_at - self._clock(), 0.0)
        batches = [due[start : start + _BATCH] for start in range(0, len(due), _BATCH)]
        taken = [seq for seqs in self._pool.map(self._publish, batches) for seq in seqs]
        self._outbox.mark_published(taken)
        if len(taken) < len(due):
            _log.warning("%d of %d events were not taken by their destination", len(due) - len(taken), len(due))
            # Not woken by new mail: a destination that is away is not asked more often because mail goes on.
            self._stopping.wait(self._back_off())
        else:
            self._pause = _FIRST_PAUSE_SECONDS
        return 0.0

    def _publish(self, batch: Sequence[Due]) -> list[int]:
        documents = [
            json.dumps(events.document(one.envelope, one.event, account=self._account, region=self._region))
            for one in batch
        ]
        try:
            taken = self._destination.publish(documents)
        except DestinationUnavailableError:
            return []
        return [one.seq for one, accepted in zip(batch, taken, strict=True) if accepted]

    def _back_off(self) -> float:
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        return pause
