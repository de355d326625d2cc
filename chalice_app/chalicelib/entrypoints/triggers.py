"""What events start: an uploaded template, SES's events and their replay, changed messages, an administrator."""

import logging
from typing import Any

from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.kernel.logs import metric

triggers = Blueprint(__name__)

_LOG = logging.getLogger(__name__)


@triggers.lambda_function(name="validate_template")
def validate_template(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Check an uploaded template (S3's "Object Created" event by EventBridge)."""
    del context
    uploaded, inliner = event["detail"]["object"], bootstrap.style_inliner()
    bootstrap.templates().validate(uploaded["key"], uploaded.get("version-id"), uploaded["size"], inliner)
    return {}


@triggers.lambda_function(name="apply_ses_events")
def apply_ses_events(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Archive and apply SES's events from the queue; only those that failed come back, later to the dead letters."""
    from chalicelib.tracking.archive import Received

    records = [Received.of(record["messageId"], record["body"]) for record in event["Records"]]
    done = bootstrap.ingestion().ingest(records)
    _LOG.log(
        logging.WARNING if done.failed or done.malformed or done.unknown else logging.INFO,
        "events applied",
        extra={
            "records": done.records,
            "events": done.events,
            "orphans": done.orphans,
            "foreign": done.foreign,
            "malformed": len(done.malformed),
            "failed": len(done.failed),
            # A number in any case: an alarm on a metric without data could not tell peace from silence.
            **metric("UnknownEvents", done.unknown, function=context.function_name),
        },
    )
    return {"batchItemFailures": [{"itemIdentifier": record} for record in sorted(done.failed | done.malformed)]}


@triggers.lambda_function(name="plan_replay")
def plan_replay(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Name the hours of the archive that a replay covers, by the time at which events arrived."""
    del context
    from chalicelib.kernel.clock import from_rfc3339
    from chalicelib.tracking.archive import hours

    return {
        "hours": hours(from_rfc3339(event["from"]), from_rfc3339(event["to"])),
        "suppress": event.get("suppress", False) is True,
    }


@triggers.lambda_function(name="replay_hour")
def replay_hour(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply an hour of the archive again, as far as there is time."""
    from chalicelib.adapters.pace import LambdaPace

    done = bootstrap.ingestion().replay(
        event["hour"], event["after"] or None, suppress=event["suppress"], deadline=LambdaPace(context)
    )
    counted = done.counted
    _LOG.log(
        logging.WARNING if counted.failed else logging.INFO,
        "events replayed",
        extra={
            "hour": event["hour"],
            "records": counted.records,
            "events": counted.events,
            "unknown": counted.unknown,
            "malformed": len(counted.malformed),
            **metric("EventsNotReplayed", len(counted.failed), function=context.function_name),
        },
    )
    return {
        "hour": event["hour"],
        "suppress": event["suppress"],
        "after": done.after or "",
        "done": done.after is None,
        "events": event["events"] + counted.events,
        "failed": event["failed"] + len(counted.failed),
    }


@triggers.lambda_function(name="index_messages")
def index_messages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Index the messages that changed; after a failure the stream hands the batch in again."""
    del context
    from chalicelib.analytics.model import document_of
    from chalicelib.store.messages import message_of_image

    documents = {}
    for record in event["Records"]:
        image = record["dynamodb"].get("NewImage")
        if image:
            document = document_of(message_of_image(image))
            documents[document.message_id] = document
    bootstrap.analytics_store().index_messages(list(documents.values()))
    return {"batchItemFailures": []}


@triggers.lambda_function(name="issue_api_key")
def issue_api_key(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make an API key; only who may invoke this function by IAM gets one, and the first key comes from here."""
    del context
    from chalicelib.access.model import Scope

    key, token = bootstrap.access().issue(str(event["name"]), frozenset(Scope(scope) for scope in event["scopes"]))
    return {"key_id": key.key_id, "token": token, "scopes": sorted(key.scopes)}
