"""Closes ``create_messages``: every planned message must exist before the campaign is scheduled."""

from dataclasses import replace

from chalicelib.campaigns.changes import change, existing
from chalicelib.campaigns.model import TRANSITIONS, Campaign, CampaignState
from chalicelib.campaigns.ports import CampaignRepository, Scheduler, Workflows
from chalicelib.kernel.clock import Clock
from chalicelib.recipients.model import part_list_key


class IncompletePlanError(Exception):
    """The messages made do not account for every accepted recipient; the workflow fails the campaign with this."""


class CampaignPlanning:
    """The end of ``create_messages``."""

    def __init__(
        self, *, campaigns: CampaignRepository, workflows: Workflows, scheduler: Scheduler, clock: Clock
    ) -> None:
        self._campaigns = campaigns
        self._workflows = workflows
        self._scheduler = scheduler
        self._clock = clock

    def finish(self, campaign_id: str) -> Campaign:
        """Count what was made, then schedule, or start sending when the time has come.

        A campaign cancelled meanwhile is wound down: its messages become skipped.

        Raises:
            IncompletePlanError: a message is missing.
        """
        campaign = existing(self._campaigns, campaign_id)
        if campaign.state is CampaignState.PREPARING:
            self._check(campaign)
            scheduled = TRANSITIONS.check(campaign.state, CampaignState.SCHEDULED)
            campaign = change(self._campaigns, campaign_id, campaign.state, lambda now: replace(now, state=scheduled))
        if campaign.state is CampaignState.SCHEDULED and campaign.send_at and campaign.send_at > self._clock.now():
            campaign = put_schedule(self._campaigns, self._scheduler, campaign)
        elif campaign.state in {CampaignState.SCHEDULED, CampaignState.CANCELLED}:
            self._start(campaign)
        return campaign

    def _start(self, campaign: Campaign) -> None:
        key = part_list_key(campaign.file_id)
        self._workflows.send_campaign(campaign.campaign_id, part_list_key=key, run=campaign.state)

    def _check(self, campaign: Campaign) -> None:
        tallies = self._campaigns.tallies(campaign.campaign_id, campaign.parts)
        total = sum(tally.planned for tally in tallies.values())
        if total != campaign.planned or len(tallies) != campaign.parts:
            raise IncompletePlanError(
                f"{total} messages in {len(tallies)} of {campaign.parts} parts for {campaign.planned} recipients"
            )


def put_schedule(campaigns: CampaignRepository, scheduler: Scheduler, campaign: Campaign) -> Campaign:
    """Give a scheduled campaign its schedule; return the campaign as it is stored then.

    The campaign is looked at again afterwards: when two changes cross, the schedule made last is the one that agrees.
    """
    while campaign.state is CampaignState.SCHEDULED and campaign.send_at:
        key = part_list_key(campaign.file_id)
        scheduler.schedule(campaign.campaign_id, part_list_key=key, at=campaign.send_at)
        stored = existing(campaigns, campaign.campaign_id)
        if (stored.state, stored.send_at) == (campaign.state, campaign.send_at):
            return stored
        campaign = stored
    if campaign.state is CampaignState.CANCELLED:
        scheduler.cancel(campaign.campaign_id)
    return campaign
