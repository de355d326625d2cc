"""Changes of a pre-flight's record by the workflow of its run."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.campaigns.model import Campaign, CampaignState
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.preflight.model import TRANSITIONS, Preflight, PreflightState, is_outdated
from chalicelib.preflight.ports import PreflightRepository

_TRIES = 5

_CHANGED = "The campaign was changed while it was checked; check it again."
_STOP_REASONS = {
    CampaignState.CANCELLED: "The campaign was cancelled while it was checked.",
    CampaignState.FAILED: "The campaign failed while it was checked.",
}


@dataclass(frozen=True, slots=True)
class PreflightRecords:
    """The records, changed only by the run that is the last one."""

    preflights: PreflightRepository

    def running(self, campaign_id: str, run: int) -> Preflight | None:
        """Return the pre-flight while this run of it is under way; None when it has ended or another took its place."""
        stored = self.preflights.get(campaign_id)
        if stored is None or stored.run != run or stored.state is not PreflightState.CHECKING:
            return None
        return stored

    def fail(self, campaign_id: str, run: int, reason: str, at: datetime) -> Preflight | None:
        """Record why a run came to nothing; return what is stored then."""
        state = PreflightState.FAILED
        return self.change(
            campaign_id,
            run,
            lambda now: replace(now, state=TRANSITIONS.check(now.state, state), reason=reason, finished_at=at),
        )

    def change(self, campaign_id: str, run: int, step: Callable[[Preflight], Preflight]) -> Preflight | None:
        """Apply a step while this run is under way; return what is stored then.

        Raises:
            StaleRevisionError: the record kept changing.
        """
        for _ in range(_TRIES):
            stored = self.running(campaign_id, run)
            if stored is None:
                return self.preflights.get(campaign_id)
            try:
                return self.preflights.save(step(stored))
            except StaleRevisionError:
                continue
        raise StaleRevisionError(f"The pre-flight of campaign {campaign_id} kept changing.")


def stop_reason(preflight: Preflight, campaign: Campaign) -> str | None:
    """Return why there is no use in going on with a run, or None."""
    if campaign.state in _STOP_REASONS:
        return _STOP_REASONS[campaign.state]
    return _CHANGED if is_outdated(preflight, campaign) else None
