"""Changes of a stored campaign: those of a workflow and of a caller that names no revision wait out others."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.campaigns.model import TRANSITIONS, Campaign, CampaignNotFoundError, CampaignState
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.kernel import revisions

Step = Callable[[Campaign], Campaign]


def existing(campaigns: CampaignRepository, campaign_id: str) -> Campaign:
    """Return a campaign.

    Raises:
        CampaignNotFoundError: there is none.
    """
    campaign = campaigns.get(campaign_id)
    if campaign is None:
        raise CampaignNotFoundError(f"There is no campaign {campaign_id!r}.")
    return campaign


def at_revision(campaign: Campaign, revision: int | None) -> Campaign:
    """Return the campaign if it is at this revision; None: whatever it is.

    Raises:
        StaleRevisionError: it is at another.
    """
    return revisions.at_revision(campaign, revision, "campaign")


def apply(campaigns: CampaignRepository, campaign_id: str, step: Step, *, revision: int | None = None) -> Campaign:
    """Apply a step to the stored campaign, again after a conflict unless it must be at one revision.

    Args:
        campaigns: the store.
        campaign_id: the campaign.
        step: returns the campaign changed, or the same one when there is nothing to change; may refuse by raising.
        revision: change it only if this is its revision (If-Match); None: whatever it is.

    Raises:
        StaleRevisionError: it is at another revision, or it kept changing.
    """
    return revisions.apply_step(
        lambda: existing(campaigns, campaign_id),
        campaigns.save,
        step,
        revision=revision,
        what="campaign",
        name=campaign_id,
    )


def change(campaigns: CampaignRepository, campaign_id: str, expected: CampaignState, step: Step) -> Campaign:
    """Apply a step while the campaign is in the expected state; in another one it is left alone.

    Returns the campaign as it is stored then.
    """
    return apply(campaigns, campaign_id, lambda now: step(now) if now.state is expected else now)


def end(campaigns: CampaignRepository, campaign_id: str, target: CampaignState, reason: str) -> Campaign:
    """Take a campaign to ``failed`` or ``halted`` with its reason, if its state allows that."""

    def step(now: Campaign) -> Campaign:
        if not TRANSITIONS.allows(now.state, target):
            return now
        return replace(now, state=target, reason=reason, changed_by=None)

    return apply(campaigns, campaign_id, step)
