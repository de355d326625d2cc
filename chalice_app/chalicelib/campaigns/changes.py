"""Changes that a workflow makes: they wait out a concurrent change of the same campaign."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.campaigns.model import TRANSITIONS, Campaign, CampaignNotFoundError, CampaignState
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.kernel.errors import StaleRevisionError

_TRIES = 5


def existing(campaigns: CampaignRepository, campaign_id: str) -> Campaign:
    """Return a campaign.

    Raises:
        CampaignNotFoundError: there is none.
    """
    campaign = campaigns.get(campaign_id)
    if campaign is None:
        raise CampaignNotFoundError(f"There is no campaign {campaign_id!r}.")
    return campaign


def change(
    campaigns: CampaignRepository, campaign_id: str, expected: CampaignState, step: Callable[[Campaign], Campaign]
) -> Campaign:
    """Apply a step to the stored campaign while it is in the expected state, again after a conflict.

    Returns the campaign as it is stored then; in another state it is left alone.
    """
    for _ in range(_TRIES):
        campaign = existing(campaigns, campaign_id)
        if campaign.state is not expected:
            return campaign
        try:
            return campaigns.save(step(campaign))
        except StaleRevisionError:
            continue
    raise StaleRevisionError(f"Campaign {campaign_id} kept changing while a workflow wanted to change it.")


def end(campaigns: CampaignRepository, campaign_id: str, target: CampaignState, reason: str) -> Campaign:
    """Take a campaign to ``failed`` or ``halted`` with its reason, if its state allows that."""
    campaign = existing(campaigns, campaign_id)
    if not TRANSITIONS.allows(campaign.state, target):
        return campaign
    return change(campaigns, campaign_id, campaign.state, lambda now: replace(now, state=target, reason=reason))
