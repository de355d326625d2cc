"""Workflow tasks of jobs on the list of suppressions: each goes as far as there is time, and says where to go on."""

from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.entrypoints.steps import reason_of
from chalicelib.suppression_jobs.model import Position, job_of

suppression_steps = Blueprint(__name__)


@suppression_steps.lambda_function(name="import_suppressions")
def import_suppressions(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take in a file of suppressions."""
    work = bootstrap.suppression_import(context).work
    return _done(event, work(job_of(event["key"]), event.get("version"), Position(**event["position"])))


@suppression_steps.lambda_function(name="export_suppressions")
def export_suppressions(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Write the list of suppressions into a file."""
    return _done(event, bootstrap.suppression_export(context).work(event["job_id"], Position(**event["position"])))


@suppression_steps.lambda_function(name="copy_suppressions")
def copy_suppressions(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Copy the account's list in SES."""
    return _done(event, bootstrap.ses_list_copy(context).work(event["job_id"], Position(**event["position"])))


@suppression_steps.lambda_function(name="fail_suppression_job")
def fail_suppression_job(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Record why a job came to nothing."""
    del context
    job_id = job_of(event["key"]) if "key" in event else event["job_id"]
    bootstrap.suppression_job_records().fail(job_id, reason_of(event))
    return {}


def _done(event: dict[str, Any], position: Position | None) -> dict[str, Any]:
    return {**event, "position": asdict(position) if position else {}, "done": position is None}
