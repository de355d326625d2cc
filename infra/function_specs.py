"""Every Lambda function: its limits, what it is told, and exactly what it may do."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.analytics import HTTP_ACTIONS


@dataclass(frozen=True, slots=True)
class Resource:
    """Something a grant names: a known ARN (``table.templates``) and what is appended to it (``/index/listed``)."""

    name: str
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Exact actions on exact resources.

    Attributes:
        sid: key in `infra.iam.WILDCARDS`, where a resource ends in ``*``.
    """

    actions: tuple[str, ...]
    resources: tuple[Resource, ...]
    sid: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One function.

    Attributes:
        timeout: seconds.
        memory: MB; processor time grows with it.
        settings: environment variables besides those of its tables.
        storage: MB of its temporary folder.
    """

    timeout: int
    memory: int
    grants: tuple[Grant, ...]
    settings: tuple[str, ...] = ()
    storage: int = 512

    @property
    def tables(self) -> tuple[str, ...]:
        """Logical names of the tables it may use."""
        named = [r.name for grant in self.grants for r in grant.resources if r.name.startswith("table.")]
        return tuple(dict.fromkeys(name.removeprefix("table.") for name in named))

    @property
    def environment(self) -> tuple[str, ...]:
        """Names of its environment variables."""
        return (*(f"TABLE_{table.upper()}" for table in self.tables), *self.settings)


def _table(name: str, *actions: str, indexes: tuple[str, ...] = ()) -> Grant:
    resource = f"table.{name}"
    return Grant(
        tuple(f"dynamodb:{action}" for action in actions),
        (Resource(resource), *(Resource(resource, f"/index/{index}") for index in indexes)),
    )


def _template_uploads(*actions: str) -> Grant:
    return Grant(actions, (Resource("bucket.templates", "/uploads/*"),), "TemplateUploads")


def _ready_templates(*actions: str) -> Grant:
    return Grant(actions, (Resource("bucket.templates", "/ready/*"),), "ReadyTemplates")


def _recipient_uploads(*actions: str) -> Grant:
    return Grant(actions, (Resource("bucket.recipients", "/uploads/*"),), "RecipientUploads")


def _recipient_files(*actions: str) -> Grant:
    return Grant(actions, (Resource("bucket.recipients", "/files/*"),), "RecipientFiles")


def _raw_events(*actions: str) -> Grant:
    return Grant(actions, (Resource("bucket.events", "/events/raw/*"),), "RawEvents")


def _exports(*actions: str) -> Grant:
    return Grant(actions, (Resource("bucket.recipients", "/exports/*"),), "Exports")


def _schedules(*actions: str) -> Grant:
    return Grant(
        tuple(f"scheduler:{action}" for action in actions), (Resource("schedules", "/*"),), "CampaignSchedules"
    )


def _on(name: str, *actions: str) -> Grant:
    return Grant(actions, (Resource(name),))


_READ_VERSION = ("s3:GetObject", "s3:GetObjectVersion")
_REMOVE_VERSION = ("s3:DeleteObject", "s3:DeleteObjectVersion")  # DeleteObjects needs the first always
_LIST_VERSIONS = _on("bucket.recipients", "s3:ListBucketVersions")
_STATISTICS = Grant(HTTP_ACTIONS, (Resource("analytics", "/*"),), "AnalyticsPaths")
_SEND = Grant(("ses:SendEmail",), (Resource("ses.identity"), Resource("ses.configuration_set")))
_SES_ACCOUNT = Grant(("ses:GetAccount",), (Resource("any"),), "SesAccount")
_CAMPAIGN = _table("campaigns", "GetItem", "PutItem")
_LISTED = ("listed",)

FUNCTIONS: Mapping[str, FunctionSpec] = {
    "api": FunctionSpec(
        timeout=29,  # API Gateway waits no longer
        memory=1024,
        grants=(
            _table("templates", "GetItem", "PutItem", "Query", indexes=_LISTED),
            _table("recipient_files", "GetItem", "PutItem", "Query", indexes=_LISTED),
            _table("campaigns", "GetItem", "PutItem", "Query", indexes=_LISTED),
            _table("messages", "GetItem", "Query"),
            _table("transactional", "GetItem"),
            _table("suppressions", "UpdateItem", "Query", "DeleteItem"),
            _template_uploads("s3:PutObject"),
            _ready_templates("s3:GetObject"),
            _recipient_uploads(
                "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", *_READ_VERSION
            ),
            _on("bucket.recipients", "s3:ListBucket"),  # without it S3 answers 403 for what is not there
            _recipient_files("s3:GetObject"),
            _exports("s3:GetObject", "s3:PutObject"),
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
                    )
                ),
            ),
            _schedules("CreateSchedule", "UpdateSchedule", "DeleteSchedule"),
            _on("role.schedule", "iam:PassRole"),
            _STATISTICS,
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
            "SCHEDULE_GROUP",
            "SCHEDULE_ROLE_ARN",
            "SCHEDULE_DEAD_LETTER_ARN",
            "ANALYTICS_URL",
        ),
    ),
    "unsubscribe": FunctionSpec(
        timeout=10,
        memory=512,
        grants=(
            _table("messages", "GetItem", "PutItem"),
            _table("suppressions", "UpdateItem", "Query", "DeleteItem"),
            _on("key.token", "kms:GenerateMac"),
        ),
        settings=("TOKEN_KEY_ID",),
    ),
    "test_sends": FunctionSpec(
        timeout=29,  # API Gateway waits no longer
        memory=1024,
        grants=(
            _table("campaigns", "GetItem"),
            _table("templates", "GetItem", "Query"),
            _table("recipient_files", "GetItem"),
            _table("suppressions", "BatchGetItem"),
            _table("rate", "GetItem", "UpdateItem"),
            _ready_templates("s3:GetObject"),
            _recipient_files("s3:GetObject"),
            _SEND,
            _SES_ACCOUNT,
        ),
        settings=("TEMPLATE_BUCKET", "RECIPIENT_BUCKET", "CONFIGURATION_SET", "SEND_LIMITS", "PUBLIC_BASE_URL"),
    ),
    "transactional": FunctionSpec(
        timeout=29,  # API Gateway waits no longer
        memory=1024,
        grants=(
            _table("transactional", "GetItem", "PutItem", "DeleteItem"),
            _table("templates", "GetItem", "Query"),
            _table("suppressions", "BatchGetItem"),
            _table("rate", "GetItem", "UpdateItem"),
            _ready_templates("s3:GetObject"),
            _SEND,
            _SES_ACCOUNT,
        ),
        settings=("TEMPLATE_BUCKET", "CONFIGURATION_SET", "SEND_LIMITS"),
    ),
    "authorize": FunctionSpec(timeout=10, memory=512, grants=(_table("api_keys", "GetItem"),)),
    "issue_api_key": FunctionSpec(timeout=10, memory=256, grants=(_table("api_keys", "PutItem"),)),
    "validate_template": FunctionSpec(
        timeout=60,
        memory=1769,  # a whole processor: the largest HTML takes some 13 s of one
        grants=(
            _table("templates", "GetItem", "PutItem", "Query"),
            _template_uploads(*_READ_VERSION),
            _ready_templates("s3:PutObject"),
            _on("queue.uploads_dead", "sqs:SendMessage"),
        ),
        settings=("TEMPLATE_BUCKET",),
    ),
    "import_recipient_file": FunctionSpec(
        timeout=900,
        memory=3072,  # a whole processor from 1,769 MB on, and most of a second one to write parts beside the pass
        storage=4096,  # addresses that the pass puts aside to compare them exactly
        grants=(
            _table("recipient_files", "GetItem", "PutItem"),
            _recipient_uploads(*_READ_VERSION, *_REMOVE_VERSION),
            _recipient_files("s3:PutObject", "s3:AbortMultipartUpload", *_REMOVE_VERSION),
            _LIST_VERSIONS,
        ),
        settings=("RECIPIENT_BUCKET",),
    ),
    "fail_recipient_file": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(
            _table("recipient_files", "GetItem", "PutItem"),
            _recipient_files(*_REMOVE_VERSION),
            _LIST_VERSIONS,
        ),
        settings=("RECIPIENT_BUCKET",),
    ),
    "remove_recipient_file": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(
            _table("recipient_files", "GetItem", "DeleteItem"),
            _recipient_uploads("s3:AbortMultipartUpload", *_REMOVE_VERSION),
            _recipient_files(*_REMOVE_VERSION),
            _LIST_VERSIONS,
        ),
        settings=("RECIPIENT_BUCKET",),
    ),
    "check_preflight_part": FunctionSpec(
        timeout=900,
        memory=1769,  # a whole processor: rendering is all it does
        grants=(
            _table("campaigns", "GetItem"),
            _table("templates", "GetItem", "Query"),
            _table("recipient_files", "GetItem"),
            _table("suppressions", "BatchGetItem"),
            _ready_templates("s3:GetObject"),
            _recipient_files("s3:GetObject", "s3:PutObject"),
        ),
        settings=("TEMPLATE_BUCKET", "RECIPIENT_BUCKET", "PUBLIC_BASE_URL"),
    ),
    "finish_preflight": FunctionSpec(
        timeout=300,
        memory=1024,
        grants=(
            _CAMPAIGN,
            _table("templates", "GetItem", "Query"),
            _table("recipient_files", "GetItem"),
            _ready_templates("s3:GetObject"),
            _recipient_files("s3:GetObject", "s3:PutObject"),
            _on("bucket.recipients", "s3:ListBucket"),
            _on("ses.identity", "ses:GetEmailIdentity"),
            _SES_ACCOUNT,
        ),
        settings=("TEMPLATE_BUCKET", "RECIPIENT_BUCKET", "CONFIGURATION_SET", "SEND_LIMITS"),
    ),
    "fail_preflight": FunctionSpec(timeout=30, memory=256, grants=(_CAMPAIGN,)),
    "create_part_messages": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(_CAMPAIGN, _table("messages", "BatchWriteItem"), _recipient_files("s3:GetObject", "s3:PutObject")),
        settings=("RECIPIENT_BUCKET",),
    ),
    "finish_message_plan": FunctionSpec(
        timeout=120,
        memory=256,
        grants=(
            _table("campaigns", "GetItem", "PutItem", "BatchGetItem"),
            _recipient_files("s3:GetObject", "s3:PutObject"),
            _on("bucket.recipients", "s3:ListBucket"),
            _schedules("CreateSchedule", "UpdateSchedule"),
            _on("role.schedule", "iam:PassRole"),
            _on("state_machine.send_campaign", "states:StartExecution"),
        ),
        settings=(
            "RECIPIENT_BUCKET",
            "SEND_CAMPAIGN_ARN",
            "SCHEDULE_GROUP",
            "SCHEDULE_ROLE_ARN",
            "SCHEDULE_DEAD_LETTER_ARN",
        ),
    ),
    "fail_campaign": FunctionSpec(timeout=30, memory=256, grants=(_CAMPAIGN,)),
    "claim_campaign": FunctionSpec(
        timeout=30,
        memory=256,
        grants=(_CAMPAIGN, _SES_ACCOUNT, _on("state_machine.watch_campaign", "states:StartExecution")),
        settings=("CONFIGURATION_SET", "SEND_LIMITS", "WATCH_CAMPAIGN_ARN"),
    ),
    "check_reputation": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(_table("campaigns", "GetItem", "PutItem", "BatchGetItem"), _table("messages", "Query")),
        settings=("REPUTATION_LIMITS",),
    ),
    "send_part": FunctionSpec(
        timeout=900,
        memory=1024,
        grants=(
            _CAMPAIGN,
            _table("templates", "GetItem", "Query"),
            _table("messages", "GetItem", "PutItem", "Query", "PartiQLUpdate"),
            _table("claims", "GetItem", "PutItem", "DeleteItem"),
            _table("suppressions", "BatchGetItem"),
            _table("rate", "GetItem", "UpdateItem"),
            _ready_templates("s3:GetObject"),
            _SEND,
            _SES_ACCOUNT,
            _on("key.token", "kms:GenerateMac"),
        ),
        settings=("TEMPLATE_BUCKET", "CONFIGURATION_SET", "SEND_LIMITS", "PUBLIC_BASE_URL", "TOKEN_KEY_ID"),
    ),
    "settle_campaign": FunctionSpec(
        timeout=300,
        memory=512,
        grants=(
            _table("campaigns", "GetItem", "PutItem", "BatchGetItem"),
            _table("messages", "GetItem", "PutItem", "Query"),
        ),
        settings=("SETTLE_SECONDS",),
    ),
    "halt_campaign": FunctionSpec(timeout=30, memory=256, grants=(_CAMPAIGN,)),
    "apply_ses_events": FunctionSpec(
        timeout=60,
        memory=512,
        grants=(
            _table("messages", "GetItem", "PutItem"),
            _table("transactional", "GetItem", "PutItem"),
            _table("suppressions", "UpdateItem"),
            _on("queue.ses_events", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
            _raw_events("s3:PutObject"),
            _STATISTICS,
        ),
        settings=("EVENT_BUCKET", "ANALYTICS_URL"),
    ),
    "plan_replay": FunctionSpec(timeout=30, memory=256, grants=()),
    "replay_hour": FunctionSpec(
        timeout=900,
        memory=1024,
        grants=(
            _table("messages", "GetItem", "PutItem"),
            _table("transactional", "GetItem", "PutItem"),
            _table("suppressions", "UpdateItem"),
            _raw_events("s3:GetObject"),
            _on("bucket.events", "s3:ListBucket"),
            _STATISTICS,
        ),
        settings=("EVENT_BUCKET", "ANALYTICS_URL"),
    ),
    "find_due_campaigns": FunctionSpec(
        timeout=300, memory=512, grants=(_table("campaigns", "Query", indexes=_LISTED),)
    ),
    "reconcile_campaign": FunctionSpec(
        timeout=900,
        memory=1024,  # fifty parts of 1,000 documents that differ, and both sides of one part
        grants=(_table("campaigns", "GetItem"), _table("messages", "Query"), _STATISTICS),
        settings=("ANALYTICS_URL",),
    ),
    "expire_statistics": FunctionSpec(
        timeout=300, memory=512, grants=(_STATISTICS,), settings=("ANALYTICS_URL", "ANALYTICS_RETENTION_MONTHS")
    ),
    "write_export": FunctionSpec(
        timeout=900,
        memory=1769,  # a whole processor: reading items is what takes its time
        grants=(
            _table("messages", "Query"),
            _exports("s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts"),
            _on("bucket.recipients", "s3:ListBucket"),  # without it S3 answers 403 for what is not there
        ),
        settings=("RECIPIENT_BUCKET",),
    ),
    "fail_export": FunctionSpec(
        timeout=30,
        memory=256,
        grants=(_exports("s3:GetObject", "s3:PutObject"), _on("bucket.recipients", "s3:ListBucket")),
        settings=("RECIPIENT_BUCKET",),
    ),
    "index_messages": FunctionSpec(
        timeout=60,
        memory=512,
        grants=(
            Grant(
                ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
                (Resource("stream.messages"), Resource("stream.transactional")),
            ),
            Grant(("dynamodb:ListStreams",), (Resource("any"),), "ListStreams"),
            _on("queue.stream_dead", "sqs:SendMessage"),
            _STATISTICS,
        ),
        settings=("ANALYTICS_URL", "STREAM_DEAD_LETTER_URL"),
    ),
    "publish_changes": FunctionSpec(
        timeout=60,
        memory=512,
        grants=(
            Grant(
                ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
                tuple(
                    Resource(f"stream.{table}") for table in ("campaigns", "messages", "suppressions", "transactional")
                ),
            ),
            Grant(("dynamodb:ListStreams",), (Resource("any"),), "ListStreams"),
            _on("queue.changes_dead", "sqs:SendMessage"),
            _on("bus.events", "events:PutEvents"),
        ),
        settings=("EVENT_BUS", "CHANGES_DEAD_LETTER_URL"),
    ),
}
