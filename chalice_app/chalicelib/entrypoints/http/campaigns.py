"""``/v1/campaigns`` and a campaign's messages."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.campaigns.model import Campaign, Sender
from chalicelib.entrypoints.http.api import Api, answer, page_of, shown_time
from chalicelib.entrypoints.http.messages import message_document
from chalicelib.entrypoints.http.schemas import (
    CreateCampaign,
    ListQuery,
    MessageListQuery,
    ResendUnknown,
    ScheduleCampaign,
    SendNow,
    StopCampaign,
)

campaigns = Api(__name__)


@campaigns.operation("POST", "/v1/campaigns", scope=Scope.WRITE)
def create_campaign() -> Response:
    """Make a draft."""
    request = campaigns.document(CreateCampaign)
    campaign = bootstrap.campaigns().create(
        name=request.name,
        template_id=request.template_id,
        template_version=request.template_version,
        file_id=request.file_id,
        sender=Sender(request.sender.address, request.sender.name),
        reply_to=request.reply_to,
        topic=request.topic,
        rate_limit=request.rate_limit,
    )
    return answer(
        campaign_document(campaign), status=HTTPStatus.CREATED, location=f"/v1/campaigns/{campaign.campaign_id}"
    )


@campaigns.operation("GET", "/v1/campaigns", scope=Scope.READ)
def list_campaigns() -> Response:
    """List campaigns, newest first."""
    query = campaigns.query(ListQuery)
    return page_of(bootstrap.campaigns().list(limit=query.limit, cursor=query.cursor), campaign_document)


@campaigns.operation("GET", "/v1/campaigns/{campaign_id}", scope=Scope.READ)
def get_campaign(campaign_id: str) -> Response:
    """Show a campaign."""
    return _shown(bootstrap.campaigns().get(campaign_id))


@campaigns.operation("POST", "/v1/campaigns/{campaign_id}/schedule", scope=Scope.SEND)
def schedule_campaign(campaign_id: str) -> Response:
    """Make the messages now and send at a time to come; until it starts, change the time."""
    request = campaigns.document(ScheduleCampaign)
    revision = campaigns.if_match()
    return _shown(
        bootstrap.campaigns().schedule(campaign_id, request.at, request.time_zone, revision=revision),
        HTTPStatus.ACCEPTED,
    )


@campaigns.operation("POST", "/v1/campaigns/{campaign_id}/send", scope=Scope.SEND)
def send_campaign(campaign_id: str) -> Response:
    """Make the messages and send as soon as they exist."""
    campaigns.document(SendNow)
    return _shown(bootstrap.campaigns().send_now(campaign_id, revision=campaigns.if_match()), HTTPStatus.ACCEPTED)


@campaigns.operation("POST", "/v1/campaigns/{campaign_id}/cancel", scope=Scope.SEND)
def cancel_campaign(campaign_id: str) -> Response:
    """Stop a campaign for good; whatever was not sent becomes skipped."""
    request = campaigns.document(StopCampaign)
    cancelled = bootstrap.campaign_control().cancel(
        campaign_id, reason=request.reason, by=campaigns.principal.name, revision=campaigns.if_match()
    )
    return _shown(cancelled, HTTPStatus.ACCEPTED)


@campaigns.operation("POST", "/v1/campaigns/{campaign_id}/pause", scope=Scope.SEND)
def pause_campaign(campaign_id: str) -> Response:
    """Stop sending until somebody resumes the campaign."""
    request = campaigns.document(StopCampaign)
    paused = bootstrap.campaign_control().pause(
        campaign_id, reason=request.reason, by=campaigns.principal.name, revision=campaigns.if_match()
    )
    return _shown(paused, HTTPStatus.ACCEPTED)


@campaigns.operation("POST", "/v1/campaigns/{campaign_id}/resume", scope=Scope.SEND)
def resume_campaign(campaign_id: str) -> Response:
    """Send the rest of a paused or halted campaign."""
    campaigns.document(SendNow)
    resumed = bootstrap.campaign_control().resume(
        campaign_id, by=campaigns.principal.name, revision=campaigns.if_match()
    )
    return _shown(resumed, HTTPStatus.ACCEPTED)


@campaigns.operation("POST", "/v1/campaigns/{campaign_id}/resend-unknown", scope=Scope.SEND)
def resend_unknown_messages(campaign_id: str) -> Response:
    """Send again what a finished campaign holds as unknown, though SES may have taken it."""
    campaigns.document(ResendUnknown)
    resending = bootstrap.campaign_control().resend_unknown(
        campaign_id, by=campaigns.principal.name, revision=campaigns.if_match()
    )
    return _shown(resending, HTTPStatus.ACCEPTED)


@campaigns.operation("GET", "/v1/campaigns/{campaign_id}/messages", scope=Scope.READ)
def list_campaign_messages(campaign_id: str) -> Response:
    """List messages in the order of the recipient file; a page may be short though ``next`` says that more follow."""
    query = campaigns.query(MessageListQuery)
    campaign = bootstrap.campaigns().get(campaign_id)
    page = bootstrap.messages().list(
        campaign_id, parts=campaign.parts, status=query.status, limit=query.limit, cursor=query.cursor
    )
    return page_of(page, message_document)


def _shown(campaign: Campaign, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return answer(campaign_document(campaign), status=status, revision=campaign.revision)


def campaign_document(campaign: Campaign) -> dict[str, Any]:
    """Show a campaign."""
    return {
        "campaign_id": campaign.campaign_id,
        "name": campaign.name,
        "state": campaign.state,
        "reason": campaign.reason,
        "changed_by": campaign.changed_by,
        "template_id": campaign.template_id,
        "template_version": campaign.template_version,
        "file_id": campaign.file_id,
        "sender": {"address": campaign.sender.address, "name": campaign.sender.name},
        "reply_to": campaign.reply_to,
        "topic": campaign.topic,
        "rate_limit": campaign.rate_limit,
        "send_at": shown_time(campaign.send_at),
        "time_zone": campaign.time_zone,
        "clock_change": campaign.clock_change,
        "planned": campaign.planned,
        "account": asdict(campaign.tally),
        "created_at": shown_time(campaign.created_at),
        "started_at": shown_time(campaign.started_at),
        "resumed_at": shown_time(campaign.resumed_at),
        "finished_at": shown_time(campaign.finished_at),
    }
