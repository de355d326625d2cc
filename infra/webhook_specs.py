"""The functions of webhooks: management, planning, delivering."""

from collections.abc import Mapping

from infra.grants import BORDER, BORDER_SETTINGS, LISTED, RECEIVE, FunctionSpec, on, table

WEBHOOKS: Mapping[str, FunctionSpec] = {
    "webhooks": FunctionSpec(
        timeout=29,  # API Gateway waits no longer
        memory=512,
        grants=(
            *BORDER,
            table("webhooks", "GetItem", "PutItem", "UpdateItem", "DeleteItem", indexes=LISTED),
            table("webhook_deliveries", "GetItem", "PutItem", "DeleteItem", "Query"),
            table("requests", "GetItem", "PutItem", "DeleteItem"),
            on("key.webhooks", "kms:GenerateMac"),
            on("queue.webhook_turns", "sqs:SendMessage"),
        ),
        settings=("WEBHOOK_KEY_ID", "WEBHOOK_TURNS_URL", "WEBHOOK_NETWORKS", *BORDER_SETTINGS),
    ),
    "plan_deliveries": FunctionSpec(
        timeout=60,
        memory=512,
        grants=(
            table("webhooks", indexes=LISTED),
            table("webhook_deliveries", "PutItem"),
            on("queue.webhook_events", *RECEIVE),
            on("queue.webhook_turns", "sqs:SendMessage"),
        ),
        settings=("WEBHOOK_TURNS_URL",),
    ),
    "deliver_webhooks": FunctionSpec(
        timeout=90,
        memory=512,
        grants=(
            table("webhooks", "GetItem", "UpdateItem"),
            table("webhook_deliveries", "GetItem", "PutItem", "DeleteItem", "Query"),
            on("key.webhooks", "kms:GenerateMac"),
            on("queue.webhook_turns", *RECEIVE, "sqs:SendMessage"),
        ),
        settings=("WEBHOOK_KEY_ID", "WEBHOOK_TURNS_URL", "WEBHOOK_NETWORKS"),
    ),
}
