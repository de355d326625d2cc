"""Closes ``create_messages``: every planned message must exist before the campaign is scheduled."""

from dataclasses import replace

from chalicelib.campaigns.changes import change, existing
from chalicelib.campaigns.model import TRANSITIONS, Campaign, CampaignState, Wave
from chalicelib.campaigns.ports import CampaignRepository, Scheduler, Slices, Workflows
from chalicelib.campaigns.waves import by_zone, canary_first, is_zone, kept_time, timed
from chalicelib.kernel.clock import Clock
from chalicelib.messages.slices import Division, Slice, part_slices_key, read_slices, slice_list_key
from chalicelib.recipients.places import part_list_key


class IncompletePlanError(Exception):
    """The messages made do not account for every accepted recipient; the workflow fails the campaign with this."""


def division_of(campaign: Campaign) -> Division | None:
    """Return how the parts of a campaign are divided into waves; None: they are not."""
    if campaign.local_time is not None:
        return by_zone(campaign.created_at)
    if campaign.canary is not None:
        return canary_first(campaign.campaign_id, campaign.canary, campaign.planned or 0)
    return None


class CampaignPlanning:
    """The end of ``create_messages``."""

    def __init__(
        self,
        *,
        campaigns: CampaignRepository,
        slices: Slices,
        workflows: Workflows,
        scheduler: Scheduler,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._slices = slices
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
            waves = self._waves(campaign) if campaign.divided else ()
            scheduled = TRANSITIONS.check(campaign.state, CampaignState.SCHEDULED)
            campaign = change(
                self._campaigns,
                campaign_id,
                campaign.state,
                lambda now: timed(replace(now, state=scheduled, waves=waves)),  # the time may have been changed since
            )
        if campaign.state is CampaignState.SCHEDULED and campaign.send_at and campaign.send_at > self._clock.now():
            campaign = put_schedule(self._campaigns, self._scheduler, campaign)
        elif campaign.state in {CampaignState.SCHEDULED, CampaignState.CANCELLED}:
            start(self._workflows, campaign, run=campaign.state)
        return campaign

    def _waves(self, campaign: Campaign) -> tuple[Wave, ...]:
        """Put the slices of all parts together and write down what each wave's map goes through."""
        found: dict[tuple[object, ...], list[tuple[int, Slice]]] = {}
        keys = [part_slices_key(campaign.file_id, campaign.campaign_id, part) for part in range(campaign.parts)]
        for part, document in enumerate(self._slices.read_all(keys)):
            if document is None:
                raise IncompletePlanError(f"Part {part} was not divided.")
            for one in read_slices(document):
                found.setdefault(self._together(campaign, one.key), []).append((part, one))
        total = sum(one.recipients for slices in found.values() for _, one in slices)
        if total != campaign.planned:
            raise IncompletePlanError(f"The waves have {total} of {campaign.planned} recipients.")
        waves = []
        in_order = sorted(found.values(), key=lambda slices: min(one.key for _, one in slices))
        for number, slices in enumerate(in_order):
            self._slices.write_lines(
                slice_list_key(campaign.file_id, campaign.campaign_id, number),
                [{"part": part, "first_group": one.first_group, "groups": one.groups} for part, one in slices],
            )
            zone = slices[0][1].key if campaign.local_time is not None else None
            waves.append(Wave(sum(one.recipients for _, one in slices), number=number, zone=zone))
        return tuple(waves)

    def _together(self, campaign: Campaign, key: str) -> tuple[object, ...]:
        """Return what is equal for the slices of a wave: parts may name one clock after different zones."""
        if campaign.local_time is None:
            return (key,)
        if key and not is_zone(key):
            raise IncompletePlanError(f"A part was divided by {key!r}, which is no time zone.")
        return kept_time(key, campaign.created_at)

    def _check(self, campaign: Campaign) -> None:
        tallies = self._campaigns.tallies(campaign.campaign_id, campaign.parts)
        total = sum(tally.planned for tally in tallies.values())
        if total != campaign.planned or len(tallies) != campaign.parts:
            raise IncompletePlanError(
                f"{total} messages in {len(tallies)} of {campaign.parts} parts for {campaign.planned} recipients"
            )


def start(workflows: Workflows, campaign: Campaign, *, run: str) -> None:
    """Start a campaign's send pipeline; ``run`` tells one intended start from another."""
    workflows.send_campaign(campaign.campaign_id, part_list_key=part_list_key(campaign.file_id), run=run)


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
