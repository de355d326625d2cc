"""Grants as functions need them: exact actions on exact resources."""

from dataclasses import dataclass


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
        indexes: of tables, that may be queried beside.
    """

    actions: tuple[str, ...]
    resources: tuple[Resource, ...]
    sid: str | None = None
    indexes: tuple[Resource, ...] = ()

    @property
    def analyses(self) -> bool:
        """Whether it is on the statistics' store."""
        return any(resource.name == "analytics" for resource in self.resources)


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
    def analyses(self) -> bool:
        """Whether it uses the statistics' store."""
        return any(grant.analyses for grant in self.grants)

    @property
    def environment(self) -> tuple[str, ...]:
        """Names of its environment variables."""
        return (*(f"TABLE_{table.upper()}" for table in self.tables), *self.settings)


ON_INDEX = "dynamodb:Query"
"""What is allowed on an index."""


def table(name: str, *actions: str, indexes: tuple[str, ...] = ()) -> Grant:
    """Allow actions on a table, and to query indexes of it, which is no right to query the table."""
    resource = f"table.{name}"
    return Grant(
        tuple(f"dynamodb:{action}" for action in actions),
        (Resource(resource),),
        indexes=tuple(Resource(resource, f"/index/{index}") for index in indexes),
    )


def streams(*tables: str) -> tuple[Grant, Grant]:
    """Allow to read the streams of tables, as Lambda does for a function."""
    return (
        Grant(
            ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
            tuple(Resource(f"stream.{table}") for table in tables),
        ),
        Grant(("dynamodb:ListStreams",), (Resource("any"),), "ListStreams"),
    )


def template_uploads(*actions: str) -> Grant:
    """Allow actions on uploaded templates."""
    return Grant(actions, (Resource("bucket.templates", "/uploads/*"),), "TemplateUploads")


def ready_templates(*actions: str) -> Grant:
    """Allow actions on templates that were checked."""
    return Grant(actions, (Resource("bucket.templates", "/ready/*"),), "ReadyTemplates")


def recipient_uploads(*actions: str) -> Grant:
    """Allow actions on uploaded recipient files."""
    return Grant(actions, (Resource("bucket.recipients", "/uploads/*"),), "RecipientUploads")


def recipient_files(*actions: str) -> Grant:
    """Allow actions on what imports wrote."""
    return Grant(actions, (Resource("bucket.recipients", "/files/*"),), "RecipientFiles")


def raw_events(*actions: str) -> Grant:
    """Allow actions on the archive of events."""
    return Grant(actions, (Resource("bucket.events", "/events/raw/*"),), "RawEvents")


def suppression_uploads(*actions: str) -> Grant:
    """Allow actions on uploaded files of suppressions."""
    return Grant(actions, (Resource("bucket.recipients", "/suppressions/uploads/*"),), "SuppressionUploads")


def suppression_jobs(*actions: str) -> Grant:
    """Allow actions on the records of jobs on the list of suppressions and what they write."""
    return Grant(actions, (Resource("bucket.recipients", "/suppressions/jobs/*"),), "SuppressionJobs")


def exports(*actions: str) -> Grant:
    """Allow actions on exports."""
    return Grant(actions, (Resource("bucket.recipients", "/exports/*"),), "Exports")


def schedules(*actions: str) -> Grant:
    """Allow actions on the stack's schedules."""
    return Grant(
        tuple(f"scheduler:{action}" for action in actions), (Resource("schedules", "/*"),), "CampaignSchedules"
    )


def statistics(*verbs: str) -> Grant:
    """Allow requests with these HTTP verbs to the statistics' OpenSearch domain."""
    return Grant(tuple(f"es:ESHttp{verb}" for verb in verbs), (Resource("analytics", "/*"),), "AnalyticsPaths")


def on(name: str, *actions: str) -> Grant:
    """Allow actions on one thing as a whole."""
    return Grant(actions, (Resource(name),))


RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
READ_VERSION = ("s3:GetObject", "s3:GetObjectVersion")
REMOVE_VERSION = ("s3:DeleteObject", "s3:DeleteObjectVersion")  # DeleteObjects needs the first always
LIST_VERSIONS = on("bucket.recipients", "s3:ListBucketVersions")
STATISTICS = statistics("Get", "Post", "Put")
"""Reading and writing documents; `Put` makes the index of a new month."""
SEND = Grant(("ses:SendEmail",), (Resource("ses.identity"), Resource("ses.configuration_set")))
SEND_BULK = Grant(
    # AWS checks the operation's own name and that of the older API; its messages name the latter.
    ("ses:SendBulkEmail", "ses:SendBulkTemplatedEmail"),
    (Resource("ses.identity"), Resource("ses.configuration_set")),
)


def ses_list(*actions: str) -> Grant:
    """Allow actions on the account's suppression list in SES."""
    return Grant(tuple(f"ses:{action}" for action in actions), (Resource("any"),), "SesSuppressions")


SES_ACCOUNT = Grant(("ses:GetAccount",), (Resource("any"),), "SesAccount")
CAMPAIGN = table("campaigns", "GetItem", "PutItem")
LISTED = ("listed",)
CAMPAIGN_LISTS = (*LISTED, "by_state", "by_send_time")
CALLERS = table("caller_use", "GetItem", "UpdateItem")
BORDER = (CALLERS, table("audit", "PutItem"))
"""What every function that serves routes of the API needs: it counts requests and logs changes."""

BORDER_SETTINGS = ("API_CALLERS", "KEY_RATE_LIMIT", "AUDIT_RETENTION_DAYS")
"""What it is told for this."""
