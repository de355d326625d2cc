"""Every Lambda function: its limits, what it is told, and exactly what it may do."""

from collections.abc import Mapping

from infra.analytics_specs import STATISTICS_UPKEEP
from infra.grants import (
    BORDER,
    BORDER_SETTINGS,
    CALLERS,
    CAMPAIGN,
    CAMPAIGN_LISTS,
    LIST_VERSIONS,
    LISTED,
    READ_VERSION,
    REMOVE_VERSION,
    SEND,
    SEND_BULK,
    SES_ACCOUNT,
    STATISTICS,
    FunctionSpec,
    Grant,
    Resource,
    exports,
    on,
    ready_templates,
    recipient_files,
    recipient_uploads,
    schedules,
    ses_list,
    streams,
    suppression_jobs,
    suppression_uploads,
    table,
    template_uploads,
)
from infra.suppression_specs import SUPPRESSIONS
from infra.tracking_specs import TRACKING
from infra.webhook_specs import WEBHOOKS

FUNCTIONS: Mapping[str, FunctionSpec] = {
    "api": FunctionSpec(
        timeout=29,  # API Gateway waits no longer
        memory=1024,
        grants=(
            table("templates", "GetItem", "PutItem", "Query", "BatchGetItem", indexes=LISTED),
            table("recipient_files", "GetItem", "PutItem", indexes=LISTED),
            table("campaigns", "GetItem", "PutItem", "DeleteItem", indexes=CAMPAIGN_LISTS),
            table("messages", "GetItem", "BatchGetItem", "Query"),
            table("transactional", "GetItem"),
            table("requests", "GetItem", "PutItem", "DeleteItem"),
            table("suppressions", "UpdateItem", "Query", "Scan", "DeleteItem"),
            table("api_keys", "GetItem", "PutItem", indexes=LISTED),
            table("caller_use", "BatchGetItem"),
            table("audit", "Query"),
            *BORDER,
            template_uploads("s3:PutObject", *READ_VERSION),
            ready_templates("s3:GetObject"),
            recipient_uploads("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", *READ_VERSION),
            on("bucket.recipients", "s3:ListBucket"),  # without it S3 answers 403 for what is not there
            recipient_files("s3:GetObject"),
            exports("s3:GetObject", "s3:PutObject"),
            suppression_uploads("s3:PutObject"),
            suppression_jobs("s3:GetObject", "s3:PutObject"),
            ses_list("PutSuppressedDestination", "DeleteSuppressedDestination"),
            Grant(
                ("states:StartExecution",),
                tuple(
                    Resource(f"state_machine.{name}")
                    for name in (
                        "create_messages",
                        "send_campaign",
                        "check_campaign",
                        "export_messages",
                        "import_recipients",
                        "remove_recipients",
                        "suppression_jobs",
                    )
                ),
            ),
            schedules("CreateSchedule", "UpdateSchedule", "DeleteSchedule"),
            on("role.schedule", "iam:PassRole"),
            on("ses.identity", "ses:GetEmailIdentity"),
            on(
                "ses.extra_identities",
                "ses:CreateEmailIdentity",
                "ses:DeleteEmailIdentity",
                "ses:PutEmailIdentityDkimSigningAttributes",
                "ses:PutEmailIdentityMailFromAttributes",
            ),
            SES_ACCOUNT,
            STATISTICS,
        ),
        settings=(
            "TEMPLATE_BUCKET",
            "RECIPIENT_BUCKET",
            "CREATE_MESSAGES_ARN",
            "SEND_CAMPAIGN_ARN",
            "CHECK_CAMPAIGN_ARN",
            "EXPORT_MESSAGES_ARN",
            "IMPORT_RECIPIENTS_ARN",
            "REMOVE_RECIPIENTS_ARN",
            "SUPPRESSION_JOBS_ARN",
            "SCHEDULE_GROUP",
            "SCHEDULE_ROLE_ARN",
            "SCHEDULE_DEAD_LETTER_ARN",
            "ANALYTICS_URL",
            "REPUTATION_LIMITS",
            "SENDER_DOMAIN",
            "EXTRA_SENDER_DOMAINS",
            *BORDER_SETTINGS,
        ),
    ),
    "unsubscribe": FunctionSpec(
        timeout=10,
        memory=512,
        grants=(
            table("messages", "GetItem", "PutItem"),
            table("suppressions", "UpdateItem", "Query", "DeleteItem"),
            on("key.token", "kms:GenerateMac"),
        ),
        settings=("TOKEN_KEY_ID", "TOKEN_GENERATIONS"),
    ),
    "test_sends": FunctionSpec(
        timeout=29,  # API Gateway waits no longer
        memory=1024,
        grants=(
            *BORDER,
            table("campaigns", "GetItem"),
            table("templates", "GetItem"),
            table("recipient_files", "GetItem"),
            table("suppressions", "BatchGetItem"),
            table("rate", "GetItem", "UpdateItem"),
            table("requests", "GetItem", "PutItem", "DeleteItem"),
            ready_templates("s3:GetObject"),
            recipient_files("s3:GetObject"),
            SEND,
            SES_ACCOUNT,
        ),
        settings=(
            "TEMPLATE_BUCKET",
            "RECIPIENT_BUCKET",
            "CONFIGURATION_SET",
            "SEND_LIMITS",
            "PUBLIC_BASE_URL",
            *BORDER_SETTINGS,
        ),
    ),
    "transactional": FunctionSpec(
        timeout=29,  # API Gateway waits no longer
        memory=1024,
        grants=(
            *BORDER,
            table("transactional", "GetItem", "PutItem", "DeleteItem"),
            table("templates", "GetItem"),
            table("suppressions", "BatchGetItem"),
            table("rate", "GetItem", "UpdateItem"),
            ready_templates("s3:GetObject"),
            SEND,
            SES_ACCOUNT,
        ),
        settings=("TEMPLATE_BUCKET", "CONFIGURATION_SET", "SEND_LIMITS", *BORDER_SETTINGS),
    ),
    **WEBHOOKS,
    **SUPPRESSIONS,
    "authorize": FunctionSpec(timeout=10, memory=512, grants=(table("api_keys", "GetItem"), CALLERS)),
    "issue_api_key": FunctionSpec(
        timeout=10,
        memory=256,
        grants=(table("api_keys", "PutItem"), table("audit", "PutItem")),
        settings=("AUDIT_RETENTION_DAYS",),
    ),
    "probe_sending": FunctionSpec(
        timeout=150,  # SES's simulator answers within seconds; events that come later are late
        memory=256,
        grants=(table("api_keys", "GetItem", "PutItem"),),  # the key that it calls the API with
    ),
    "validate_template": FunctionSpec(
        timeout=60,
        memory=1769,  # a whole processor: the largest HTML takes some 13 s of one
        grants=(
            table("templates", "GetItem", "PutItem"),
            template_uploads(*READ_VERSION),
            ready_templates("s3:PutObject"),
            on("queue.uploads_dead", "sqs:SendMessage"),
        ),
        settings=("TEMPLATE_BUCKET",),
    ),
    "import_recipient_file": FunctionSpec(
        timeout=900,
        memory=3072,  # a whole processor from 1,769 MB on, and most of a second one to write parts beside the pass
        storage=4096,  # addresses that the pass puts aside to compare them exactly
        grants=(
            table("recipient_files", "GetItem", "PutItem"),
            recipient_uploads(*READ_VERSION, *REMOVE_VERSION),
            recipient_files("s3:PutObject", "s3:AbortMultipartUpload", *REMOVE_VERSION),
            LIST_VERSIONS,
        ),
        settings=("RECIPIENT_BUCKET",),
    ),
    "fail_recipient_file": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(
            table("recipient_files", "GetItem", "PutItem"),
            recipient_files(*REMOVE_VERSION),
            LIST_VERSIONS,
        ),
        settings=("RECIPIENT_BUCKET",),
    ),
    "remove_recipient_file": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(
            table("recipient_files", "GetItem", "DeleteItem"),
            recipient_uploads("s3:AbortMultipartUpload", *REMOVE_VERSION),
            recipient_files(*REMOVE_VERSION),
            LIST_VERSIONS,
        ),
        settings=("RECIPIENT_BUCKET",),
    ),
    "check_preflight_part": FunctionSpec(
        timeout=900,
        memory=1769,  # a whole processor: rendering is all it does
        grants=(
            table("campaigns", "GetItem"),
            table("templates", "GetItem"),
            table("recipient_files", "GetItem"),
            table("suppressions", "BatchGetItem"),
            ready_templates("s3:GetObject"),
            recipient_files("s3:GetObject", "s3:PutObject"),
        ),
        settings=("TEMPLATE_BUCKET", "RECIPIENT_BUCKET", "PUBLIC_BASE_URL"),
    ),
    "finish_preflight": FunctionSpec(
        timeout=300,
        memory=1024,
        grants=(
            CAMPAIGN,
            table("templates", "GetItem"),
            table("recipient_files", "GetItem"),
            ready_templates("s3:GetObject"),
            recipient_files("s3:GetObject", "s3:PutObject"),
            on("bucket.recipients", "s3:ListBucket"),
            on("ses.identity", "ses:GetEmailIdentity"),
            SES_ACCOUNT,
        ),
        settings=("TEMPLATE_BUCKET", "RECIPIENT_BUCKET", "CONFIGURATION_SET", "SEND_LIMITS"),
    ),
    "fail_preflight": FunctionSpec(timeout=30, memory=256, grants=(CAMPAIGN,)),
    "create_part_messages": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(CAMPAIGN, table("messages", "BatchWriteItem"), recipient_files("s3:GetObject", "s3:PutObject")),
        settings=("RECIPIENT_BUCKET",),
    ),
    "finish_message_plan": FunctionSpec(
        timeout=120,
        memory=256,
        grants=(
            table("campaigns", "GetItem", "PutItem", "BatchGetItem"),
            recipient_files("s3:GetObject", "s3:PutObject"),
            on("bucket.recipients", "s3:ListBucket"),
            schedules("CreateSchedule", "UpdateSchedule", "DeleteSchedule"),  # cancelled while it was made
            on("role.schedule", "iam:PassRole"),
            on("state_machine.send_campaign", "states:StartExecution"),
        ),
        settings=(
            "RECIPIENT_BUCKET",
            "SEND_CAMPAIGN_ARN",
            "SCHEDULE_GROUP",
            "SCHEDULE_ROLE_ARN",
            "SCHEDULE_DEAD_LETTER_ARN",
        ),
    ),
    "fail_campaign": FunctionSpec(timeout=30, memory=256, grants=(CAMPAIGN,)),
    "claim_campaign": FunctionSpec(
        timeout=30,
        memory=256,
        grants=(CAMPAIGN, SES_ACCOUNT, on("state_machine.watch_campaign", "states:StartExecution")),
        settings=("CONFIGURATION_SET", "SEND_LIMITS", "WATCH_CAMPAIGN_ARN"),
    ),
    "check_reputation": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(table("campaigns", "GetItem", "PutItem", "BatchGetItem"), table("messages", "Query")),
        settings=("REPUTATION_LIMITS",),
    ),
    "send_part": FunctionSpec(
        timeout=900,
        memory=1024,
        grants=(
            CAMPAIGN,
            table("templates", "GetItem"),
            table("messages", "GetItem", "PutItem", "Query", "PartiQLUpdate"),
            table("claims", "GetItem", "PutItem", "DeleteItem"),
            table("suppressions", "BatchGetItem"),
            table("rate", "GetItem", "UpdateItem"),
            ready_templates("s3:GetObject"),
            SEND,
            SEND_BULK,
            SES_ACCOUNT,
            on("key.token", "kms:GenerateMac"),
        ),
        settings=(
            "TEMPLATE_BUCKET",
            "CONFIGURATION_SET",
            "SEND_LIMITS",
            "PUBLIC_BASE_URL",
            "TOKEN_KEY_ID",
            "TOKEN_GENERATIONS",
        ),
    ),
    "settle_campaign": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(
            table("campaigns", "GetItem", "PutItem", "BatchGetItem"),
            table("messages", "GetItem", "PutItem", "Query"),
        ),
        settings=("SETTLE_SECONDS",),
    ),
    "halt_campaign": FunctionSpec(timeout=30, memory=256, grants=(CAMPAIGN,)),
    **TRACKING,
    **STATISTICS_UPKEEP,
    "write_export": FunctionSpec(
        timeout=900,
        memory=1769,  # a whole processor: reading items is what takes its time
        grants=(
            table("messages", "Query"),
            exports("s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts"),
            on("bucket.recipients", "s3:ListBucket"),  # without it S3 answers 403 for what is not there
        ),
        settings=("RECIPIENT_BUCKET",),
    ),
    "fail_export": FunctionSpec(
        timeout=30,
        memory=256,
        grants=(exports("s3:GetObject", "s3:PutObject"), on("bucket.recipients", "s3:ListBucket")),
        settings=("RECIPIENT_BUCKET",),
    ),
    "index_messages": FunctionSpec(
        timeout=60,
        memory=512,
        grants=(
            *streams("messages", "transactional"),
            on("queue.stream_dead", "sqs:SendMessage"),
            STATISTICS,
        ),
        settings=("ANALYTICS_URL", "STREAM_DEAD_LETTER_URL"),
    ),
    "publish_changes": FunctionSpec(
        timeout=60,
        memory=512,
        grants=(
            *streams("campaigns", "messages", "suppressions", "transactional", "webhooks"),
            on("queue.changes_dead", "sqs:SendMessage"),
            on("bus.events", "events:PutEvents"),
        ),
        settings=("EVENT_BUS", "CHANGES_DEAD_LETTER_URL"),
    ),
}
