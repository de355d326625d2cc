"""The tasks of the workflows: each reads its input, makes one call and returns what the state machine goes on with."""

import json
from contextlib import suppress
from typing import Any

from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.campaigns.model import CampaignState
from chalicelib.campaigns.planning import division_of
from chalicelib.messages.model import MOST_PLACES
from chalicelib.messages.slices import slice_list_key

steps = Blueprint(__name__)

_LONGEST_REASON = 500


@steps.lambda_function(name="import_recipient_file")
def import_recipient_file(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Split, validate and de-duplicate an uploaded file; one that cannot be read is recorded as rejected."""
    imported = bootstrap.recipient_import(context).import_file(event["key"], event["version_id"], event["size"])
    return {"file_id": imported.file_id, "status": imported.status} if imported else {"status": "deleted"}


@steps.lambda_function(name="fail_recipient_file")
def fail_recipient_file(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Record that an import failed in a way that no retry mended."""
    failed = bootstrap.recipient_import(context).fail(
        event["key"], event["version_id"], event["size"], reason_of(event)
    )
    return {"file_id": failed.file_id, "status": failed.status}


@steps.lambda_function(name="remove_recipient_file")
def remove_recipient_file(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Remove a deleted file's uploads, parts and reports, as many as there is time for."""
    return {"done": bootstrap.recipient_removal(context).remove(event["file_id"])}


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
    created = bootstrap.message_creation().create_part(
        campaign_id, campaign.file_id, event["part"], division_of(campaign)
    )
    return {"created": created}


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
    campaign = bootstrap.campaign_execution().fail(event["campaign_id"], reason_of(event))
    return {"state": campaign.state}


@steps.lambda_function(name="check_preflight_part")
def check_preflight_part(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Render every recipient of one part and keep what was found."""
    check = bootstrap.preflight_part_check(context)
    return {"recipients": check.check_part(event["campaign_id"], event["run"], event["part"])}


@steps.lambda_function(name="finish_preflight")
def finish_preflight(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Add up the parts, look at the campaign as a whole, record what follows."""
    del context
    preflight = bootstrap.preflight_completion().finish(event["campaign_id"], event["run"])
    return {"state": preflight.state, "passed": preflight.passed} if preflight else {"state": None, "passed": None}


@steps.lambda_function(name="fail_preflight")
def fail_preflight(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Record that a campaign could not be checked."""
    del context
    bootstrap.fail_preflight(event["campaign_id"], event["run"], reason_of(event))
    return {}


@steps.lambda_function(name="claim_campaign")
def claim_campaign(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Let one execution work on the campaign, wave by wave where it has any."""
    del context
    campaign_id, execution = event["campaign_id"], event["execution"]
    entry = bootstrap.campaign_execution().claim(campaign_id, execution, event.get("done_wave"))
    workers, part_list = 0, event.get("part_list_key")  # executions begun before there were waves do not say it
    if entry.proceed:
        campaign = bootstrap.campaign_execution().get(campaign_id)
        if entry.wave is not None:
            part_list = slice_list_key(campaign.file_id, campaign_id, campaign.waves[entry.wave].number)
        workers = event["most_workers"]
        if campaign.state is not CampaignState.CANCELLED:  # skipping takes no permits and sends nothing
            workers = bootstrap.workers(campaign.rate_limit, workers)
            bootstrap.watching().watch_campaign(campaign_id, execution=execution, workers=workers)
    return {
        "proceed": entry.proceed,
        "wait_seconds": entry.wait_seconds,
        "settle": entry.settle,
        "judge": entry.judge,
        "wave": entry.wave,
        "last": entry.last,
        "part_list_key": part_list,
        "execution": execution,
        "workers": workers,
    }


@steps.lambda_function(name="send_part")
def send_part(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work through one part, or a slice of it, until it is done or this invocation's time is; halt where SES stops."""
    campaign_id, item = event["campaign_id"], event.get("item", event)  # those tell of the part alone
    first = item.get("first_group", 0)
    progress = bootstrap.sending(context).send_part(
        campaign_id,
        item["part"],
        max(event["cursor"], first),
        owner=context.aws_request_id,
        execution=event["execution"],
        until=first + item.get("groups", MOST_PLACES),
    )
    if progress.halted:
        bootstrap.campaign_execution().halt(campaign_id, progress.halted, event["execution"])
    return {"cursor": progress.cursor, "done": progress.done, "wait_seconds": progress.wait_seconds}


@steps.lambda_function(name="check_reputation")
def check_reputation(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Look at what became of the mail so far; halt the campaign when too much of it bounces or is complained about."""
    del context
    if event.get("canary"):
        bootstrap.reputation_guard().judge_canary(event["campaign_id"], event["execution"])
        return {}
    watch = bootstrap.reputation_guard().check(event["campaign_id"], event["execution"], event["workers"])
    return {"go_on": watch.go_on, "wait_seconds": watch.wait_seconds}


@steps.lambda_function(name="settle_campaign")
def settle_campaign(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Add up the account, wait for lost answers, then finish the campaign."""
    del context
    from chalicelib.sending.settlement import POLL_SECONDS

    campaign_id = event["campaign_id"]
    campaign = bootstrap.campaign_execution().get(campaign_id)
    tally = bootstrap.settlement().account(campaign_id, campaign.parts)
    settled = bootstrap.campaign_execution().settle(campaign_id, tally, event["execution"])
    campaign = bootstrap.campaign_execution().get(campaign_id)
    halted = campaign.state is CampaignState.HALTED and campaign.execution == event["execution"]
    return {"settled": settled, "halted": halted, "wait_seconds": 0 if settled else POLL_SECONDS}


@steps.lambda_function(name="halt_campaign")
def halt_campaign(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Record an error that stopped sending; what was not sent stays pending."""
    del context
    campaign = bootstrap.campaign_execution().halt(event["campaign_id"], reason_of(event), event["execution"])
    return {"state": campaign.state}


def reason_of(event: dict[str, Any]) -> str:
    """Say what a workflow caught; of what Lambda tells of an exception, its message."""
    cause = str(event.get("cause", ""))
    with suppress(ValueError, TypeError, KeyError):  # a cause of Step Functions itself is plain text
        cause = json.loads(cause)["errorMessage"]
    return f"{event.get('error', 'unknown error')}: {cause}"[:_LONGEST_REASON]
