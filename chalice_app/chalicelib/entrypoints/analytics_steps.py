"""Workflow tasks of analytics and exports: each makes one call and returns what the state machine goes on with."""

import logging
from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.entrypoints.steps import reason_of
from chalicelib.exports.model import Position
from chalicelib.kernel.logs import metric

analytics_steps = Blueprint(__name__)

_LOG = logging.getLogger(__name__)


@analytics_steps.lambda_function(name="find_due_campaigns")
def find_due_campaigns(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Name the campaigns to compare with their statistics: those asked for, or those that are due today."""
    del context
    asked = event.get("campaign_ids")
    return {"campaign_ids": asked or bootstrap.campaigns_to_reconcile()}


@analytics_steps.lambda_function(name="reconcile_campaign")
def reconcile_campaign(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Compare a campaign's statistics with its messages, as far as there is time, and mend what differs."""
    campaign_id = event["campaign_id"]
    found = bootstrap.reconciliation(context).reconcile(campaign_id, first=event["part"])
    drift = found.drift
    # A number in any case: an alarm on a metric without data could not tell peace from silence.
    _LOG.log(
        logging.WARNING if drift.total else logging.INFO,
        "statistics compared with the message store",
        extra={
            "campaign_id": campaign_id,
            "messages": found.messages,
            "drift": asdict(drift),
            **metric("StatisticsDrift", drift.total, function=context.function_name),
        },
    )
    done = found.next_part is None
    return {
        "campaign_id": campaign_id,
        "part": 0 if found.next_part is None else found.next_part,
        "done": done,
    }


@analytics_steps.lambda_function(name="expire_statistics")
def expire_statistics(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Remove the statistics of months that are kept no longer."""
    del event, context
    start = bootstrap.expire_statistics()
    _LOG.info("statistics of earlier months removed", extra={"first_month": f"{start:%Y-%m}"})
    return {}


@analytics_steps.lambda_function(name="write_export")
def write_export(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Write an export, as far as there is time."""
    task = {"campaign_id": event["campaign_id"], "export_id": event["export_id"]}
    position = bootstrap.export_writing(context).write(**task, position=Position(**event["position"]))
    return {**task, "position": asdict(position) if position else {}, "done": position is None}


@analytics_steps.lambda_function(name="fail_export")
def fail_export(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Record that an export could not be written."""
    del context
    bootstrap.fail_export(event["campaign_id"], event["export_id"], reason_of(event))
    return {}
