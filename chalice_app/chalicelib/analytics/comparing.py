"""Compares statistics that were built anew with those in force, campaign by campaign."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.analytics.rebuilding_ports import Rebuild, Rebuildable
from chalicelib.analytics.reconciliation import CampaignList, Deadline
from chalicelib.kernel.ids import made_at
from chalicelib.transactional.model import CAMPAIGN

_LOG = logging.getLogger(__name__)

KNOWN_AFTER_SECONDS: Final = 15
"""When every writer knows that new statistics are built, or that old ones are given up; the workflow waits as long."""

LEAST_SECONDS: Final = 120.0
"""More than a part, a page, an object of the archive or a campaign takes."""

_PAGE = 200
_LOOKS = 4
_BETWEEN_LOOKS_SECONDS = 3.0


class RebuildDiffersError(Exception):
    """What was built lacks what the store or the statistics in force have; they stay in force."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How numbers built and numbers in force compare.

    Attributes:
        campaigns: how many campaigns were looked at.
        differing: ids of those whose totals are not the same; what was built follows the store.
        after: id of the last one, behind which to go on; None when all are compared.
    """

    campaigns: int
    differing: Sequence[str]
    after: str | None


class RebuildComparison:
    """Compares numbers.

    Args:
        statistics: those in force.
        campaigns: the campaigns.
        first: campaigns that were made before are left out, as their time is over.
        deadline: how long there is time.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        *,
        statistics: Rebuildable,
        campaigns: CampaignList,
        first: datetime,
        deadline: Deadline,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._statistics = statistics
        self._campaigns = campaigns
        self._first = first
        self._deadline = deadline
        self._sleep = sleep

    def compare(self, name: str, after: str | None) -> Compared:
        """Compare the numbers of each campaign, and those of transactional messages, with those in force.

        Args:
            name: of what was built.
            after: where the call before ended.

        Raises:
            RebuildDiffersError: events are missing that the statistics in force have.
            ConflictError: they are not being built any more.
        """
        rebuild = self._statistics.rebuild(name)
        wanted = sorted({CAMPAIGN, *(campaign_id for campaign_id, _ in kept_campaigns(self._campaigns, self._first))})
        compared, differing = 0, list[str]()
        for campaign_id in wanted:
            if after is not None and campaign_id <= after:
                continue
            compared += 1
            if not self._is_alike(rebuild, campaign_id):
                differing.append(campaign_id)
            if self._deadline.remaining_seconds() < LEAST_SECONDS:
                return Compared(compared, differing, campaign_id)
        return Compared(compared, differing, None)

    def _is_alike(self, rebuild: Rebuild, campaign_id: str) -> bool:
        """Tell whether totals are the same; they are asked for one after the other, so mail that is sent differs."""
        lost: dict[str, int] = {}
        for look in range(_LOOKS):
            if look:
                self._sleep(_BETWEEN_LOOKS_SECONDS)
            # Those in force first: no event is ever removed, so what was built must have at least as many after that.
            events, totals = self._statistics.events_by_kind(campaign_id), self._statistics.campaign_totals(campaign_id)
            rebuild.show()
            built = rebuild.events_by_kind(campaign_id)
            lost = {kind: count - built.get(kind, 0) for kind, count in events.items() if count > built.get(kind, 0)}
            if not lost and rebuild.campaign_totals(campaign_id) == totals:
                return True
        if lost:
            raise RebuildDiffersError(f"Of {campaign_id} these events are missing: {lost}.")
        _LOG.warning("totals differ from those in force", extra={"campaign_id": campaign_id})
        return False


def kept_campaigns(campaigns: CampaignList, first: datetime) -> list[tuple[str, int]]:
    """Return every campaign whose statistics are kept and how many parts it has, by id."""
    found: list[tuple[str, int]] = []
    cursor = None
    while True:
        page = campaigns.list(limit=_PAGE, cursor=cursor)
        found += [(one.campaign_id, one.parts) for one in page.items if is_kept(one.campaign_id, first)]
        cursor = page.next_cursor
        if cursor is None:
            return sorted(found)


def is_kept(identifier: str, first: datetime) -> bool:
    """Tell whether a campaign or message was made in a month whose statistics are kept."""
    made = made_at(identifier)
    return made is None or made >= first
