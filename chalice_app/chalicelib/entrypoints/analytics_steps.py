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

_LANES = 4
"""Calls that fill statistics side by side; what arrives meanwhile is not to be held up."""


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


@analytics_steps.lambda_function(name="manage_indices")
def manage_indices(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take a step of building statistics anew: begin, switch, write only what is read, remove the rest.

    With ``cancel`` the first step gives up what is being built instead.
    """
    del context
    statistics = bootstrap.analytics_store()
    match event["step"]:
        case "begin" if event["input"].get("cancel") is True:
            statistics.write_only_what_is_read()
            return {"name": "", "cancel": True, "lanes": []}
        case "begin":
            return {"name": bootstrap.begin_rebuild(), "cancel": False, "lanes": list(range(_LANES))}
        case "switch":
            statistics.switch_to(event["name"])
        case "retire":
            statistics.write_only_what_is_read()
        case "remove":
            _LOG.info("indices removed", extra={"indices": statistics.remove_unused()})
        case step:
            raise ValueError(f"There is no step {step!r}.")
    return {}


@analytics_steps.lambda_function(name="fill_indices")
def fill_indices(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Fill statistics that are built anew, complete them or look for what they lack, as far as there is time."""
    from chalicelib.analytics.rebuilding import Lane, Position

    service = bootstrap.rebuilding(context)
    work = {"fill": service.fill, "complete": service.complete, "verify": service.verify}[event["work"]]
    done = work(event["name"], Lane(event["lane"], _LANES), Position(**event["position"]))
    task = {"name": event["name"], "lane": event["lane"], "work": event["work"]}
    counted = {name: event["counted"][name] + getattr(done, name) for name in ("messages", "events", "mended")}
    _LOG.log(
        logging.WARNING if done.mended else logging.INFO,
        "statistics filled",
        extra={"generation": event["name"], "lane": event["lane"], "work": event["work"], **counted},
    )
    position = asdict(done.position) if done.position else {}
    return {**task, "position": position, "counted": counted, "done": done.position is None}


@analytics_steps.lambda_function(name="compare_indices")
def compare_indices(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Compare the numbers of each campaign with those in force, as far as there is time."""
    found = bootstrap.rebuild_comparison(context).compare(event["name"], event["after"] or None)
    return {
        "name": event["name"],
        "campaigns": event["campaigns"] + found.campaigns,
        "differing": event["differing"] + len(found.differing),
        "after": found.after or "",
        "done": found.after is None,
    }


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
