"""A campaign while ``send_campaign`` works on it: claimed by one execution, settled at the end."""

from dataclasses import replace

from chalicelib.campaigns.changes import change, end, existing
from chalicelib.campaigns.model import TRANSITIONS, Campaign, CampaignState
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.messages.model import Tally


class CampaignExecution:
    """The campaign's side of ``send_campaign``."""

    def __init__(self, *, campaigns: CampaignRepository, clock: Clock) -> None:
        self._campaigns = campaigns
        self._clock = clock

    def get(self, campaign_id: str) -> Campaign:
        """Return a campaign.

        Raises:
            CampaignNotFoundError: there is none.
        """
        return existing(self._campaigns, campaign_id)

    def claim(self, campaign_id: str, execution: str) -> bool:
        """Let one execution of ``send_campaign`` work on the campaign; tell whether this one may.

        The scheduler may fire twice and a claim may be retried: only the execution recorded first goes on. A cancelled
        campaign is worked through too, so that each of its messages is accounted for as skipped.
        """
        campaign = existing(self._campaigns, campaign_id)
        if campaign.execution == execution:
            return True
        if campaign.state is CampaignState.CANCELLED:
            return True
        if campaign.state is not CampaignState.SCHEDULED:
            return False
        state = TRANSITIONS.check(campaign.state, CampaignState.SENDING)
        started = replace(campaign, state=state, execution=execution, started_at=self._clock.now())
        try:
            self._campaigns.save(started)
        except StaleRevisionError:
            return self.claim(campaign_id, execution)
        return True

    def settle(self, campaign_id: str, tally: Tally) -> bool:
        """Close the account of a campaign whose parts were worked through; tell whether nothing is left to wait for.

        Args:
            campaign_id: the campaign.
            tally: its account as counted now.
        """
        campaign = existing(self._campaigns, campaign_id)
        if campaign.state is CampaignState.SENDING:
            finishing = TRANSITIONS.check(campaign.state, CampaignState.FINISHING)
            campaign = change(
                self._campaigns, campaign_id, campaign.state, lambda now: replace(now, state=finishing, tally=tally)
            )
        if tally.unknown > tally.held:
            return False
        if campaign.state is CampaignState.FINISHING:
            self._close(campaign, tally)
        elif campaign.state is CampaignState.CANCELLED:
            change(self._campaigns, campaign_id, campaign.state, lambda now: replace(now, tally=tally))
        return True

    def _close(self, campaign: Campaign, tally: Tally) -> None:
        if tally.balanced and tally.planned == campaign.planned:
            finished = TRANSITIONS.check(campaign.state, CampaignState.FINISHED)
            at = self._clock.now()
            change(
                self._campaigns,
                campaign.campaign_id,
                campaign.state,
                lambda now: replace(now, state=finished, tally=tally, finished_at=at),
            )
        else:
            self.halt(
                campaign.campaign_id,
                f"The account does not balance: {tally.pending} of {campaign.planned} messages were not worked on.",
            )

    def halt(self, campaign_id: str, reason: str) -> Campaign:
        """Record why sending stopped; what was not sent stays pending and can be resumed."""
        return end(self._campaigns, campaign_id, CampaignState.HALTED, reason)

    def fail(self, campaign_id: str, reason: str) -> Campaign:
        """Record an error that no retry mended before anything was sent."""
        return end(self._campaigns, campaign_id, CampaignState.FAILED, reason)
