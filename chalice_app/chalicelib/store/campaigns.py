"""Campaigns and the accounts of their parts in DynamoDB."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.campaigns.model import (
    ALL_CAMPAIGNS,
    Campaign,
    CampaignFilter,
    CampaignState,
    Canary,
    ClockChange,
    Sender,
    Wave,
)
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.kernel.pages import Page
from chalicelib.messages.model import Tally
from chalicelib.store.campaign_lists import LISTED, listing_of
from chalicelib.store.items import item_of_image
from chalicelib.store.listing import folded, read_page
from chalicelib.store.mapping import is_refused, mapped_errors, read, save_revision, written
from chalicelib.store.preflights import preflight_key
from chalicelib.store.tables import CampaignItem, PreflightItem, TallyItem


class DynamoTallies:
    """Accounts of parts: items beside the campaign, replaced and never incremented, so that a retry is harmless."""

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        """Store a part's account, replacing the one before."""
        with mapped_errors():
            TallyItem(_tally_key(campaign_id, part), tally=asdict(tally)).save()

    def tallies(self, campaign_id: str, parts: int) -> dict[int, Tally]:
        """Return the accounts stored so far, by part."""
        keys = {_tally_key(campaign_id, part): part for part in range(parts)}
        with mapped_errors():
            items = list(TallyItem.batch_get(list(keys), consistent_read=True))
        return {keys[item.campaign_id]: Tally(**item.tally) for item in items}


class DynamoCampaigns(DynamoTallies):
    """Implements `campaigns.ports.CampaignRepository`."""

    def add(self, campaign: Campaign) -> Campaign:
        """Store a new campaign."""
        added = replace(campaign, revision=1)
        save_revision(_item(added), 0)
        return added

    def get(self, campaign_id: str) -> Campaign | None:
        """Return a campaign, read consistently, or None."""
        if "#" in campaign_id:
            return None  # the key of a part's account
        with mapped_errors():
            try:
                return _campaign(CampaignItem.get(campaign_id, consistent_read=True))
            except CampaignItem.DoesNotExist:
                return None

    def save(self, campaign: Campaign) -> Campaign:
        """Replace the campaign at this revision; return it with the next one."""
        saved = replace(campaign, revision=campaign.revision + 1)
        save_revision(_item(saved), campaign.revision)
        return saved

    def remove(self, campaign: Campaign) -> None:
        """Remove the campaign at this revision, and its pre-flight."""
        with mapped_errors():
            try:
                CampaignItem(campaign.campaign_id).delete(condition=CampaignItem.revision == campaign.revision)
            except PynamoDBException as error:
                if is_refused(error):
                    raise StaleRevisionError("Somebody else changed it in between; read it again.") from error
                raise
            PreflightItem(preflight_key(campaign.campaign_id)).delete()

    def list(self, wanted: CampaignFilter = ALL_CAMPAIGNS, *, limit: int, cursor: str | None) -> Page[Campaign]:
        """Return the campaigns that are wanted; a page may be short though more follow."""
        items, following = read_page(listing_of(wanted), limit=limit, cursor=cursor)
        return Page([_campaign(item_of_image(CampaignItem, item)) for item in items], following)


def campaign_of_image(image: Mapping[str, Any]) -> Campaign | None:
    """Read a campaign from a stream record's image (DynamoDB JSON); None for an item that stands beside one."""
    return _campaign(item_of_image(CampaignItem, image)) if "listed" in image else None


def _tally_key(campaign_id: str, part: int) -> str:
    return f"{campaign_id}#{part:05d}"


def _item(campaign: Campaign) -> CampaignItem:
    return CampaignItem(
        campaign.campaign_id,
        listed=LISTED,
        listed_at=campaign.campaign_id,
        listed_state=f"{LISTED}#{campaign.state}",
        name=campaign.name,
        name_folded=folded(campaign.name),
        state=campaign.state,
        template_id=campaign.template_id,
        template_version=campaign.template_version,
        file_id=campaign.file_id,
        sender=asdict(campaign.sender),
        reply_to=campaign.reply_to,
        topic=campaign.topic,
        rate_limit=campaign.rate_limit,
        parts=campaign.parts,
        send_at=written(campaign.send_at),
        time_zone=campaign.time_zone,
        clock_change=campaign.clock_change,
        local_time=campaign.local_time.isoformat() if campaign.local_time else None,
        canary=asdict(campaign.canary) if campaign.canary else None,
        waves=[[one.recipients, written(one.at), one.number, one.zone] for one in campaign.waves] or None,
        wave=campaign.wave,
        canary_ends_at=written(campaign.canary_ends_at),
        canary_judged_at=written(campaign.canary_judged_at),
        execution=campaign.execution,
        planned=campaign.planned,
        tally=asdict(campaign.tally),
        started_at=written(campaign.started_at),
        finished_at=written(campaign.finished_at),
        resumed_at=written(campaign.resumed_at),
        resend_before=written(campaign.resend_before),
        reason=campaign.reason,
        changed_by=campaign.changed_by,
        archived_at=written(campaign.archived_at),
        created_at=rfc3339(campaign.created_at),
        revision=campaign.revision,
    )


def _campaign(item: CampaignItem | SimpleNamespace) -> Campaign:
    return Campaign(
        campaign_id=item.campaign_id,
        name=item.name,
        state=CampaignState(item.state),
        template_id=item.template_id,
        template_version=int(item.template_version),
        file_id=item.file_id,
        sender=Sender(**item.sender),
        reply_to=item.reply_to,
        topic=item.topic,
        rate_limit=None if item.rate_limit is None else float(item.rate_limit),
        parts=int(item.parts),
        send_at=read(item.send_at),
        time_zone=item.time_zone,
        clock_change=ClockChange(item.clock_change) if item.clock_change else None,
        local_time=datetime.fromisoformat(item.local_time) if item.local_time else None,
        canary=Canary(**item.canary) if item.canary else None,
        waves=tuple(_wave(place, *values) for place, values in enumerate(item.waves or ())),
        wave=int(item.wave),
        canary_ends_at=read(item.canary_ends_at),
        canary_judged_at=read(item.canary_judged_at),
        execution=item.execution,
        planned=None if item.planned is None else int(item.planned),
        tally=Tally(**item.tally),
        started_at=read(item.started_at),
        finished_at=read(item.finished_at),
        resumed_at=read(item.resumed_at),
        resend_before=read(item.resend_before),
        reason=item.reason,
        changed_by=item.changed_by,
        archived_at=read(item.archived_at),
        created_at=from_rfc3339(item.created_at),
        revision=int(item.revision),
    )


def _wave(place: int, recipients: int, at: str | None, number: int | None = None, zone: str | None = None) -> Wave:
    """Read a wave; those written before waves could be put off do not name their list, and lie in its order."""
    return Wave(recipients, read(at), place if number is None else number, zone)
