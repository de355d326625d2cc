"""Compares what statistics are counted from with the message store, which is right, and mends what differs.

The stream keeps both alike within seconds. What this finds is what a stream cannot tell of: records that ended in a
dead letter, an index restored from a snapshot, a document that somebody changed.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.analytics.model import MessageDocument, document_of
from chalicelib.analytics.ports import Reconciled
from chalicelib.kernel.errors import NotFoundError
from chalicelib.kernel.pages import Page
from chalicelib.messages.model import MOST_PLACES, Message

DUE_ON_DAYS = frozenset({1, 2, 3, 7, 14, 30, 60})
"""Days after its start on which a campaign is compared: most happens to its messages on the first ones."""

CATCH_UP_SECONDS = 15.0
"""How long a document that differs is given to arrive by the stream, before it counts as a difference."""

_PAGE = 200
_STRETCH = 50
"""Parts that share one wait."""
_LEAST_SECONDS = 300.0
"""More than a stretch takes: two readings of both sides, one wait, one writing."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How many documents of analytics differed from the message store.

    Attributes:
        missing: messages without a document; made.
        stale: documents of an older version; replaced.
        altered: documents of the right version that say something else; replaced.
        stray: documents without a message; removed.
        ahead: documents of a version that the store has not reached, as after the table was restored; left alone,
            because a newer version is never overwritten: only a new index mends them.
    """

    missing: int = 0
    stale: int = 0
    altered: int = 0
    stray: int = 0
    ahead: int = 0

    def __add__(self, other: "Drift") -> "Drift":
        """Add two counts."""
        return Drift(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def total(self) -> int:
        """All documents that differed."""
        return sum(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What comparing some parts came to.

    Attributes:
        messages: how many messages were compared.
        next_part: where to go on; None when all parts were compared.
    """

    messages: int
    drift: Drift
    next_part: int | None


class ReconciledCampaign(Protocol):
    """What is known of a campaign here."""

    @property
    def campaign_id(self) -> str:
        """Its id."""
        ...

    @property
    def parts(self) -> int:
        """How many parts its messages lie in."""
        ...

    @property
    def started_at(self) -> datetime | None:
        """When it began to be sent."""
        ...


class Campaigns(Protocol):
    """The campaigns by their id."""

    def get(self, campaign_id: str) -> ReconciledCampaign | None:
        """Return a campaign, or None."""
        ...


class CampaignList(Protocol):
    """All campaigns."""

    def list(self, *, limit: int, cursor: str | None) -> Page[ReconciledCampaign]:
        """Return campaigns, newest first."""
        ...


class StoredMessages(Protocol):
    """The message store, as far as it is compared."""

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> Sequence[Message]:
        """Return the messages whose ``seq`` is in ``first`` .. ``first + count - 1``, read consistently."""
        ...


class Deadline(Protocol):
    """How long this invocation may still work."""

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...


class ReconciliationService:
    """Compares campaigns part by part.

    Args:
        campaigns: the campaigns.
        messages: the message store.
        index: the documents of analytics.
        deadline: how long there is time.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        *,
        campaigns: Campaigns,
        messages: StoredMessages,
        index: Reconciled,
        deadline: Deadline,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._campaigns = campaigns
        self._messages = messages
        self._index = index
        self._deadline = deadline
        self._sleep = sleep

    def reconcile(self, campaign_id: str, *, first: int = 0) -> Reconciliation:
        """Compare a campaign's parts from ``first`` on, as many as there is time for; mend what differs.

        Raises:
            NotFoundError: there is no such campaign.
        """
        campaign = self._campaigns.get(campaign_id)
        if campaign is None:
            raise NotFoundError(f"There is no campaign {campaign_id!r}.")
        messages, drift = 0, Drift()
        for start in range(first, campaign.parts, _STRETCH):
            if start > first and self._deadline.remaining_seconds() < _LEAST_SECONDS:
                return Reconciliation(messages, drift, start)
            compared, found = self._stretch(campaign_id, range(start, min(start + _STRETCH, campaign.parts)))
            messages += compared
            drift += found
        return Reconciliation(messages, drift, None)

    def _stretch(self, campaign_id: str, parts: Iterable[int]) -> tuple[int, Drift]:
        """Compare some parts; those that differ once more after the stream had time to catch up."""
        messages = 0
        suspects: dict[int, _Documents] = {}
        for part in parts:
            stored = self._stored(campaign_id, part)
            messages += len(stored)
            differing = _differing(stored, self._indexed(campaign_id, part))
            if differing:
                suspects[part] = {name: stored[name] for name in differing & stored.keys()}
        drift = Drift()
        if suspects:
            self._sleep(CATCH_UP_SECONDS)
            for part, before in suspects.items():
                drift += self._mend(campaign_id, part, before)
        return messages, drift

    def _mend(self, campaign_id: str, part: int, before: "_Documents") -> Drift:
        """Mend what is not even at the version that the store had before the wait."""
        # The documents first: one that is newer than what the store holds after them really is ahead.
        indexed = self._indexed(campaign_id, part)
        after = self._stored(campaign_id, part)
        missing, stale, altered, ahead = [], [], [], []
        for message_id, stored in before.items():
            kept, now = indexed.get(message_id), after.get(message_id, stored)
            if kept is None:
                missing.append(now)
            elif kept.version < stored.version:
                stale.append(now)
            elif kept.version == stored.version and kept != stored:
                altered.append(stored)
            elif kept.version > now.version:
                ahead.append(kept)
        stray = [document for message_id, document in indexed.items() if message_id not in after]
        self._index.restore_messages([*missing, *stale, *altered])
        self._index.remove_messages(stray)
        return Drift(len(missing), len(stale), len(altered), len(stray), len(ahead))

    def _stored(self, campaign_id: str, part: int) -> "_Documents":
        return _by_id(map(document_of, self._messages.read_group(campaign_id, part, 0, MOST_PLACES)))

    def _indexed(self, campaign_id: str, part: int) -> "_Documents":
        return _by_id(self._index.part_documents(campaign_id, part))


def due_campaigns(campaigns: CampaignList, now: datetime) -> list[str]:
    """Return the campaigns that a daily run compares, newest first."""
    found: list[str] = []
    cursor = None
    while True:
        page = campaigns.list(limit=_PAGE, cursor=cursor)
        found += [campaign.campaign_id for campaign in page.items if _is_due(campaign.started_at, now)]
        cursor = page.next_cursor
        if cursor is None:
            return found


def _is_due(started_at: datetime | None, now: datetime) -> bool:
    return started_at is not None and (now.date() - started_at.date()).days in DUE_ON_DAYS


_Documents = dict[str, MessageDocument]


def _by_id(documents: Iterable[MessageDocument]) -> _Documents:
    return {document.message_id: document for document in documents}


def _differing(stored: _Documents, indexed: _Documents) -> set[str]:
    return {name for name in stored.keys() | indexed.keys() if stored.get(name) != indexed.get(name)}
