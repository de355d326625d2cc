"""What delivers webhooks: events of the bus become deliveries, and endpoints are visited."""

import json
import logging
from typing import Any

from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.kernel.logs import metric

webhook_steps = Blueprint(__name__)

_LOG = logging.getLogger(__name__)


@webhook_steps.lambda_function(name="plan_deliveries")
def plan_deliveries(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make a delivery of each event of the bus for each endpoint that wants it; only records that failed come back."""
    del context
    from chalicelib.webhooks.deliveries import Event, read_event

    events: dict[str, Event] = {}
    failed = set[str]()
    for record in event["Records"]:
        try:
            events[record["messageId"]] = read_event(json.loads(record["body"]))
        except (ValueError, KeyError, TypeError):
            _LOG.exception("event not readable", extra={"record": record["messageId"]})
            failed.add(record["messageId"])
    planned = bootstrap.delivery_planning().plan(events)
    failed |= planned.failed
    _LOG.log(
        logging.WARNING if failed else logging.INFO,
        "deliveries planned",
        extra={"events": len(events), "deliveries": planned.deliveries, "failed": len(failed)},
    )
    return {"batchItemFailures": [{"itemIdentifier": record} for record in sorted(failed)]}


@webhook_steps.lambda_function(name="deliver_webhooks")
def deliver_webhooks(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Visit the endpoint of a wake-up and deliver what is due there."""
    for record in event["Records"]:  # one: the queue hands wake-ups over one by one
        webhook_id = json.loads(record["body"])["webhook_id"]
        visited = bootstrap.delivering(context).visit(webhook_id)
        _LOG.log(
            logging.WARNING if visited.refused or visited.disabled else logging.INFO,
            "endpoint visited",
            extra={
                "webhook_id": webhook_id,
                "taken": visited.taken,
                "refused": visited.refused,
                "disabled": visited.disabled,
                **metric("WebhooksDisabled", int(visited.disabled is not None), function=context.function_name),
            },
        )
    return {"batchItemFailures": []}
