"""The tasks of the workflows: each reads its input, makes one call and returns what the state machine goes on with."""

from typing import Any

from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.campaigns.model import CampaignState

steps = Blueprint(__name__)

_LONGEST_REASON = 500


@steps.lambda_function(name="import_recipient_file")
def import_recipient_file(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Split, validate and de-duplicate an uploaded file; one that cannot be read is recorded as rejected."""
    del context
    recipient_file = bootstrap.recipients().import_file(event["key"], event["version_id"], event["size"])
    return {"file_id": recipient_file.file_id, "status": recipient_file.status}


@steps.lambda_function(name="reject_recipient_file")
def reject_recipient_file(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Record that an import failed in a way that no retry mended."""
    del context
    bootstrap.recipients().reject(event["key"], _reason(event))
    return {}


@steps.lambda_function(name="create_part_messages")
def create_part_messages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make the messages of one part."""
    del context
    campaign_id = event["campaign_id"]
    campaign = bootstrap.campaign_execution().get(campaign_id)
    # In any later state the messages exist and may have been sent: making them anew would forget that. A campaign
    # cancelled before is made all the same, so that every recipient is accounted for as skipped.
    cancelled_before = campaign.state is CampaignState.CANCELLED and campaign.started_at is None
    if campaign.state is not CampaignState.PREPARING and not cancelled_before:
        return {"created": 0}
    return {"created": bootstrap.message_creation().create_part(campaign_id, campaign.file_id, event["part"])}


@steps.lambda_function(name="finish_message_plan")
def finish_message_plan(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Check that every message exists, then schedule the campaign or start sending."""
    del context
    campaign = bootstrap.campaign_planning().finish(event["campaign_id"])
    return {"state": campaign.state, "planned": campaign.planned}


@steps.lambda_function(name="fail_campaign")
def fail_campaign(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Record that the messages could not be made."""
    del context
    campaign = bootstrap.campaign_execution().fail(event["campaign_id"], _reason(event))
    return {"state": campaign.state}


@steps.lambda_function(name="claim_campaign")
def claim_campaign(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Let one execution work on the campaign."""
    del context
    return {"proceed": bootstrap.campaign_execution().claim(event["campaign_id"], event["execution"])}


@steps.lambda_function(name="send_part")
def send_part(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work through one part until it is done or this invocation's time is; halt the campaign where SES stops."""
    campaign_id = event["campaign_id"]
    progress = bootstrap.sending(context).send_part(
        campaign_id, event["part"], event["cursor"], owner=context.aws_request_id
    )
    if progress.halted:
        bootstrap.campaign_execution().halt(campaign_id, progress.halted)
    return {"cursor": progress.cursor, "done": progress.done, "wait_seconds": progress.wait_seconds}


@steps.lambda_function(name="settle_campaign")
def settle_campaign(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Add up the account, wait for lost answers, then finish the campaign."""
    del context
    from chalicelib.sending.settlement import POLL_SECONDS

    campaign_id = event["campaign_id"]
    campaign = bootstrap.campaign_execution().get(campaign_id)
    tally = bootstrap.settlement().account(campaign_id, campaign.parts)
    settled = bootstrap.campaign_execution().settle(campaign_id, tally)
    return {"settled": settled, "wait_seconds": 0 if settled else POLL_SECONDS}


@steps.lambda_function(name="halt_campaign")
def halt_campaign(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Record an error that stopped sending; what was not sent stays pending."""
    del context
    campaign = bootstrap.campaign_execution().halt(event["campaign_id"], _reason(event))
    return {"state": campaign.state}


def _reason(event: dict[str, Any]) -> str:
    """Say what a workflow caught."""
    return f"{event.get('error', 'unknown error')}: {event.get('cause', '')}"[:_LONGEST_REASON]
