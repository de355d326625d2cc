"""The documents that the API reads and answers.

Written by `make openapi` from the description of the API; do not change it by hand.
"""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

AttemptError: TypeAlias = Literal["unresolved", "address_refused", "connection", "tls", "timeout", "protocol"]
"""Why an attempt got no answer."""

CampaignState: TypeAlias = Literal[
    "draft", "preparing", "scheduled", "sending", "paused", "finishing", "finished", "cancelled", "halted", "failed"
]
"""Where a campaign is in its life."""

ClockChange: TypeAlias = Literal["skipped", "repeated"]
"""What a clock change did to the wall-clock time that somebody asked for."""

Compression: TypeAlias = Literal["none", "gzip", "zip"]
"""How an upload is packed."""

DeliveryState: TypeAlias = Literal["waiting", "delivered", "failed"]
"""How far a delivery is."""

DisabledReason: TypeAlias = Literal["asked", "gone", "failing"]
"""Why an endpoint is disabled."""

EventKind: TypeAlias = Literal[
    "send",
    "delivery",
    "delivery_delay",
    "bounce",
    "complaint",
    "reject",
    "rendering_failure",
    "open",
    "click",
    "subscription",
]
"""What happened to a message."""

ExportState: TypeAlias = Literal["writing", "ready", "failed"]
"""Where an export is in its life."""

Interval: TypeAlias = Literal["minute", "5m", "hour", "day"]
"""The lengths of a time line's intervals."""

JobKind: TypeAlias = Literal["import", "export", "from_ses"]
"""What a job does."""

JobState: TypeAlias = Literal["awaiting_upload", "running", "done", "failed"]
"""Where a job is in its life."""

KeyState: TypeAlias = Literal["active", "expired", "revoked"]
"""Whether a key is good."""

MessageKind: TypeAlias = Literal["campaign", "transactional"]
"""What a message was sent as."""

MessageStatus: TypeAlias = Literal[
    "pending", "accepted", "delivered", "bounced", "complained", "rejected", "skipped", "failed", "unknown"
]
"""What is known of a message, the strongest fact first in `status_of`."""

PreflightState: TypeAlias = Literal["checking", "finished", "failed"]
"""Where a pre-flight is."""

ProofStatus: TypeAlias = Literal["accepted", "refused", "unknown"]
"""What became of a test mail."""

RecipientFileStatus: TypeAlias = Literal[
    "awaiting_upload", "processing", "ready", "rejected", "failed", "cancelled", "deleting"
]
"""Where a recipient file is in its life."""

RecordPurpose: TypeAlias = Literal["dkim", "mail_from", "spf", "dmarc"]
"""What a DNS record is for."""

RecordState: TypeAlias = Literal["found", "missing", "different", "unknown"]
"""Whether DNS answers what it should."""

Scope: TypeAlias = Literal["read", "write", "send", "keys", "admin"]
"""What a key may do; `admin` includes the others."""

SuppressionReason: TypeAlias = Literal["complaint", "bounce", "unsubscribe", "manual"]
"""Why an address is suppressed, the gravest reason first."""

TemplateStatus: TypeAlias = Literal["awaiting_upload", "validating", "ready", "invalid"]
"""Where a template version is in its life."""

UploadType: TypeAlias = Literal["text/csv", "application/gzip", "application/zip"]
"""Content type that an upload is permitted to carry; what the file is, the import finds from its content."""

WebhookState: TypeAlias = Literal["enabled", "disabled"]
"""Whether events are delivered to an endpoint."""


class AccountDocument(TypedDict):
    """The account: SES's limits, and the reputation by the own statistics."""

    sending: "SendingDocument"
    reputation: "ReputationDocument"


class ApiKeyDocument(TypedDict):
    """An API key, without its secret."""

    key_id: str
    name: str
    scopes: "list[Scope]"
    state: "KeyState"
    created_at: str | None
    created_by: str
    expires_at: str | None
    rotated_at: str | None
    old_secrets_until: str | None
    revoked_at: str | None
    last_used_at: str | None


class AttemptDocument(TypedDict):
    """One request to an endpoint."""

    at: str | None
    milliseconds: int
    status: int | None
    error: "AttemptError | None"
    answer: str


class AuditDocument(TypedDict):
    """One request that changed something, or was meant to."""

    entry_id: str
    at: str | None
    actor: str
    actor_name: str
    action: str
    resource: str
    request_id: str
    source: str | None
    status: int
    problem: str | None


class BounceCause(TypedDict):
    """Bounces that say the same."""

    bounce_type: str
    bounce_subtype: str
    diagnostic: str | None
    events: int


class CampaignBounces(TypedDict):
    """What the bounces of a campaign say, the most frequent first."""

    campaign_id: str
    bounces: "list[BounceCause]"


class CampaignDocument(TypedDict):
    """A campaign."""

    campaign_id: str
    name: str
    state: "CampaignState"
    reason: str | None
    changed_by: str | None
    archived_at: str | None
    template_id: str
    template_version: int
    file_id: str
    sender: "SentFrom"
    reply_to: str | None
    topic: str | None
    rate_limit: float | None
    send_at: str | None
    time_zone: str
    clock_change: "ClockChange | None"
    recipient_local: bool
    canary: "CanaryShown | None"
    waves: "list[WaveShown]"
    planned: int | None
    account: "Tally"
    created_at: str | None
    started_at: str | None
    resumed_at: str | None
    finished_at: str | None


class CampaignDomains(TypedDict):
    """What became of the messages to each recipient domain, the largest first."""

    campaign_id: str
    domains: "list[DomainDocument]"


class CampaignLinks(TypedDict):
    """The links of a campaign, most clicked first."""

    campaign_id: str
    links: "list[LinkCount]"


class CampaignMessageDocument(TypedDict):
    """A message of a campaign."""

    reason: str | None
    accepted_at: str | None
    unknown_since: str | None
    delivered_at: str | None
    bounced_at: str | None
    bounce_type: str | None
    bounce_subtype: str | None
    complained_at: str | None
    opens: int
    first_opened_at: str | None
    human_opens: int
    clicks: int
    human_clicks: int
    first_clicked_at: str | None
    message_id: str
    campaign_id: str
    address: str
    status: "MessageStatus"
    provider_id: str | None
    created_at: str | None
    held_at: str | None
    released_at: str | None
    unsubscribed_at: str | None


class CampaignMessageHistory(TypedDict):
    """A message of a campaign and everything that happened to it."""

    reason: str | None
    accepted_at: str | None
    unknown_since: str | None
    delivered_at: str | None
    bounced_at: str | None
    bounce_type: str | None
    bounce_subtype: str | None
    complained_at: str | None
    opens: int
    first_opened_at: str | None
    human_opens: int
    clicks: int
    human_clicks: int
    first_clicked_at: str | None
    message_id: str
    campaign_id: str
    address: str
    status: "MessageStatus"
    provider_id: str | None
    created_at: str | None
    held_at: str | None
    released_at: str | None
    unsubscribed_at: str | None
    history: "list[Happening]"
    events: "list[EventDocument]"


class CampaignProviders(TypedDict):
    """What became of the messages to each mailbox provider, the largest first."""

    campaign_id: str
    providers: "list[ProviderDocument]"


class CampaignShare(TypedDict):
    """What became of the messages of one campaign in a period."""

    totals: dict[str, int]
    rates: dict[str, float | None]
    campaign_id: str


class CampaignStatistics(TypedDict):
    """The numbers of a campaign, and how the rates are defined."""

    totals: "CampaignTotals"
    rates: dict[str, float | None]
    campaign_id: str
    definitions: dict[str, str]


class CampaignTimeline(TypedDict):
    """A campaign's events in intervals of a zone's wall clock."""

    interval: "Interval"
    zone: str
    end: str | None
    points: "list[PointDocument]"
    campaign_id: str


class CampaignTotals(TypedDict):
    """Exact numbers of a campaign, or of a period, from one document a message."""

    planned: NotRequired[int]
    accepted: NotRequired[int]
    delivered: NotRequired[int]
    bounced: NotRequired[int]
    hard_bounced: NotRequired[int]
    soft_bounced: NotRequired[int]
    complained: NotRequired[int]
    unsubscribed: NotRequired[int]
    opened: NotRequired[int]
    human_opened: NotRequired[int]
    clicked: NotRequired[int]
    human_clicked: NotRequired[int]
    by_status: NotRequired[dict[str, int]]
    bounces: NotRequired[dict[str, int]]
    opens: NotRequired[int]
    human_opens: NotRequired[int]
    clicks: NotRequired[int]
    human_clicks: NotRequired[int]
    reasons: NotRequired[dict[str, int]]


class CanaryChange(TypedDict):
    """What changes of a canary."""

    recipients: NotRequired[int | None]
    share: NotRequired[float | None]
    wait_minutes: NotRequired[int | None]


class CanaryDocument(TypedDict):
    """Who is mailed before the others: either so many `recipients`, or a `share` of them."""

    recipients: NotRequired[int | None]
    share: NotRequired[float | None]
    wait_minutes: NotRequired[int]


class CanaryShown(TypedDict):
    """Who is mailed before the others."""

    recipients: int | None
    share: float | None
    wait_minutes: int
    ends_at: str | None
    judged_at: str | None


class ChangeApiKey(TypedDict):
    """What to change of an API key; what is left out stays."""

    name: NotRequired[str]
    scopes: NotRequired["list[Scope]"]
    expires_at: NotRequired[str | None]


class ChangeWebhook(TypedDict):
    """What is given is changed; `events` that are null stand for every one."""

    name: NotRequired[str]
    url: NotRequired[str]
    events: NotRequired[
        list[
            Literal[
                "campaign.state_changed",
                "message.bounced",
                "message.complained",
                "message.rejected",
                "message.unsubscribed",
                "address.suppressed",
                "suppression.lifted",
                "webhook.disabled",
            ]
        ]
        | None
    ]


class CheckedSenderDocument(TypedDict):
    """A sender with its DNS records as they are now."""

    domain: str
    verified: bool
    dkim_status: str
    dkim_signing: bool
    mail_from: str | None
    mail_from_status: str | None
    dmarc_policy: str | None
    records: "list[RecordDocument]"


class ComparedCampaign(TypedDict):
    """The numbers of one of several campaigns."""

    totals: "CampaignTotals"
    rates: dict[str, float | None]
    campaign_id: str
    name: str
    state: "CampaignState"
    started_at: str | None


class Comparison(TypedDict):
    """The numbers of several campaigns in the order asked for, and how the rates are defined."""

    campaigns: "list[ComparedCampaign]"
    definitions: dict[str, str]


class CopyFromSes(TypedDict):
    """Copy the account's list in SES."""

    source: NotRequired[Literal["ses"]]


class CreateApiKey(TypedDict):
    """A new API key."""

    name: str
    scopes: "list[Scope]"
    expires_at: NotRequired[str | None]


class CreateCampaign(TypedDict):
    """A new draft."""

    name: str
    template_id: str
    template_version: NotRequired[int | None]
    file_id: str
    sender: "SenderDocument"
    reply_to: NotRequired[str | None]
    topic: NotRequired[str | None]
    rate_limit: NotRequired[float | None]
    canary: NotRequired["CanaryDocument | None"]


class CreateRecipientFile(TypedDict):
    """A new recipient file; it is uploaded afterwards. The stage itself says what is wrong with its size."""

    name: str
    address_column: NotRequired[str | int | None]
    content_type: NotRequired["UploadType"]
    file_bytes: NotRequired[int | None]
    multipart: NotRequired[bool]


class CreateSender(TypedDict):
    """A domain that mail is to be from, and the label below it that bounces go to."""

    domain: str
    mail_from: NotRequired[str | None]


class CreateTemplate(TypedDict):
    """A new template; the HTML of its first version is uploaded afterwards."""

    subject: str
    text: NotRequired[str | None]
    preheader: NotRequired[str | None]
    headers: NotRequired[dict[str, str]]
    name: str


class CreateWebhook(TypedDict):
    """A new endpoint; without a choice of events it gets every one."""

    name: str
    url: str
    events: NotRequired[
        list[
            Literal[
                "campaign.state_changed",
                "message.bounced",
                "message.complained",
                "message.rejected",
                "message.unsubscribed",
                "address.suppressed",
                "suppression.lifted",
                "webhook.disabled",
            ]
        ]
        | None
    ]


class DeliveryDocument(TypedDict):
    """One event for one endpoint."""

    delivery_id: str
    webhook_id: str
    event_id: str
    event_type: str
    state: "DeliveryState"
    attempts_made: int
    next_attempt_at: str | None
    delivered_at: str | None
    last_status: int | None
    last_error: "AttemptError | None"
    created_at: str | None


class DomainDocument(TypedDict):
    """What became of the messages to one recipient domain."""

    totals: dict[str, int]
    rates: dict[str, float | None]
    domain: str


class DuplicateCampaign(TypedDict):
    """What the copy is called."""

    name: NotRequired[str | None]


class DuplicateTemplate(TypedDict):
    """Which version is copied, the current one when left out, and what the copy is called."""

    name: NotRequired[str | None]
    version: NotRequired[int | None]


class EditCampaign(TypedDict):
    """What changes of a draft, by JSON merge patch (RFC 7396): null takes a value out, what is left out stays."""

    name: NotRequired[str | None]
    template_id: NotRequired[str | None]
    template_version: NotRequired[int | None]
    file_id: NotRequired[str | None]
    sender: NotRequired["SenderChange | None"]
    reply_to: NotRequired[str | None]
    topic: NotRequired[str | None]
    rate_limit: NotRequired[float | None]
    canary: NotRequired["CanaryChange | None"]


class EventDocument(TypedDict):
    """An event that SES told; what does not belong to its kind is null."""

    kind: "EventKind"
    at: str | None
    recipient: str
    link: str | None
    user_agent: str | None
    ip_address: str | None
    bounce_type: str | None
    bounce_subtype: str | None
    diagnostic: str | None
    machine: bool | None
    machine_reasons: list[str]
    rules: int


class EventsDocument(TypedDict):
    """Events since a point, in the order in which they were kept."""

    items: "list[KeptEvent]"
    cursor: str
    retry_after: int


class ExportDocument(TypedDict):
    """An export."""

    export_id: str
    campaign_id: str
    state: "ExportState"
    reason: str | None
    status: "MessageStatus | None"
    gzip: bool
    rows: int | None
    url: str | None
    created_at: str | None
    finished_at: str | None
    expires_at: str | None


class ExportSuppressions(TypedDict):
    """Which suppressions are written into a file, and how."""

    scope: NotRequired[str | None]
    reason: NotRequired["SuppressionReason | None"]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    gzip: NotRequired[bool]


class FieldProblem(TypedDict):
    """One value that cannot be taken, by its JSON pointer into the request (RFC 6901)."""

    pointer: str
    detail: str


class FileRow(TypedDict):
    """An accepted row of a recipient file."""

    file_id: str
    row: NotRequired[int]


class FoundRecipientDocument(TypedDict):
    """A recipient of a file."""

    row: int
    address: str


class Happening(TypedDict):
    """One thing that happened to a message."""

    at: str | None
    event: str


class HealthDocument(TypedDict):
    """That the API answers."""

    status: Literal["ok"]


class ImportSuppressions(TypedDict):
    """A file of suppressions is taken in; what its rows do not say is said here."""

    scope: NotRequired[str]
    reason: NotRequired["SuppressionReason"]


class InlineMail(TypedDict):
    """A mail as it is sent."""

    subject: str
    html: NotRequired[str | None]
    text: NotRequired[str | None]


class IssuedApiKeyDocument(TypedDict):
    """An API key with its token, which is shown this once."""

    key_id: str
    name: str
    scopes: "list[Scope]"
    state: "KeyState"
    created_at: str | None
    created_by: str
    expires_at: str | None
    rotated_at: str | None
    old_secrets_until: str | None
    revoked_at: str | None
    last_used_at: str | None
    token: str | None


class KeptEvent(TypedDict):
    """An event of a campaign; it keeps its `event_id` when it comes again."""

    kind: "EventKind"
    at: str | None
    recipient: str
    link: str | None
    user_agent: str | None
    ip_address: str | None
    bounce_type: str | None
    bounce_subtype: str | None
    diagnostic: str | None
    machine: bool | None
    machine_reasons: list[str]
    rules: int
    event_id: str
    message_id: str


class LinkCount(TypedDict):
    """One link of a campaign."""

    url: str
    clicks: int
    human_clicks: int
    messages: int


class LinkDocument(TypedDict):
    """A short-lived address from which a file can be downloaded."""

    url: str


class NewRecipientFileDocument(TypedDict):
    """A recipient file and where it is uploaded."""

    file_id: str
    name: str
    status: "RecipientFileStatus"
    reason: str | None
    content_type: "UploadType"
    multipart: bool
    file_bytes: int | None
    wanted_column: str | None
    encoding: str | None
    compression: "Compression | None"
    delimiter: str | None
    header: bool | None
    address_column: str | None
    columns: dict[str, str]
    account: "RowAccount"
    progress: "ProgressDocument | None"
    parts: int | None
    attempts: int
    ignored_uploads: int
    created_at: str | None
    finished_at: str | None
    upload: "UploadDocument | PartsDocument"


class NewTemplateDocument(TypedDict):
    """A template and where the HTML of its first version goes."""

    template_id: str
    version: int
    status: "TemplateStatus"
    subject: str
    preheader: str | None
    headers: dict[str, str]
    variables: list[str]
    required_variables: list[str]
    text_generated: bool
    html_bytes: int | None
    findings: list[str]
    created_at: str | None
    name: str
    latest_version: int
    archived_at: str | None
    upload: "UploadDocument"


class NewTemplateVersionDocument(TypedDict):
    """A template version and where its HTML goes."""

    template_id: str
    version: int
    status: "TemplateStatus"
    subject: str
    preheader: str | None
    headers: dict[str, str]
    variables: list[str]
    required_variables: list[str]
    text_generated: bool
    html_bytes: int | None
    findings: list[str]
    created_at: str | None
    upload: "UploadDocument"


class NewVersionSources(TypedDict):
    """What a template version consists of; its HTML is uploaded afterwards."""

    subject: str
    text: NotRequired[str | None]
    preheader: NotRequired[str | None]
    headers: NotRequired[dict[str, str]]


class NoDetails(TypedDict):
    """An empty document: the path says everything."""


class NumbersDocument(TypedDict):
    """Totals and the rates that follow from them; a rate is null where there is nothing to divide by."""

    totals: "CampaignTotals"
    rates: dict[str, float | None]


class OrderExport(TypedDict):
    """Which messages of a campaign are exported, and how."""

    status: NotRequired["MessageStatus | None"]
    gzip: NotRequired[bool]


OverviewDocument = TypedDict(
    "OverviewDocument",
    {
        "from": str | None,
        "to": str | None,
        "campaign": "NumbersDocument",
        "transactional": "NumbersDocument",
        "campaigns": "list[CampaignShare]",
        "timeline": "TimelineDocument",
        "definitions": dict[str, str],
    },
)
"""What the whole account sent in a period and what became of it."""


class ApiKeyDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[ApiKeyDocument]"
    next: str | None


class AuditDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[AuditDocument]"
    next: str | None


class CampaignDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[CampaignDocument]"
    next: str | None


class CampaignMessageDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[CampaignMessageDocument]"
    next: str | None


class DeliveryDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[DeliveryDocument]"
    next: str | None


class FoundRecipientDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[FoundRecipientDocument]"
    next: str | None


class ReceivedMessagePage(TypedDict):
    """A page of a list."""

    items: "list[ReceivedMessage]"
    next: str | None


class RecipientFileDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[RecipientFileDocument]"
    next: str | None


class SuppressionDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[SuppressionDocument]"
    next: str | None


class TemplateDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[TemplateDocument]"
    next: str | None


class TemplateVersionDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[TemplateVersionDocument]"
    next: str | None


class WebhookDocumentPage(TypedDict):
    """A page of a list."""

    items: "list[WebhookDocument]"
    next: str | None


class PartLink(TypedDict):
    """Where one part of a multipart upload goes: PUT exactly this many bytes to the address."""

    number: int
    url: str
    bytes: int


class PartsDocument(TypedDict):
    """An upload in parts: PUT each to its address, then call `upload/complete`."""

    method: Literal["multipart"]
    part_bytes: int
    parts: "list[PartLink]"
    arrived: list[int]
    expires_at: str | None


class PlannedWaveDocument(TypedDict):
    """Those to whom the time asked for comes at the same moment."""

    at: str | None
    past: bool
    recipients: int
    zones: "list[ZoneDocument]"


class PlannedWavesDocument(TypedDict):
    """When recipients would get their mail by their own clocks."""

    campaign_id: str
    run: int
    outdated: bool
    at: str
    time_zone: str
    recipients: int
    waves: "list[PlannedWaveDocument]"


class PointDocument(TypedDict):
    """Events in the interval that begins at `start`: by kind, and those of them that machines made."""

    start: str | None
    counts: dict[str, int]
    machine: dict[str, int]


class PreflightDocument(TypedDict):
    """The last check of a campaign."""

    campaign_id: str
    run: int
    state: "PreflightState"
    reason: str | None
    passed: bool | None
    outdated: bool
    template_id: str
    template_version: int
    file_id: str
    campaign_revision: int
    tolerated_failures: int
    progress: "PreflightProgress"
    started_at: str | None
    finished_at: str | None
    report: dict[str, Any] | None


class PreflightProgress(TypedDict):
    """Parts of the recipient file, and those of them that were checked."""

    parts: int
    parts_done: int


class PreviewTemplate(TypedDict):
    """Fields to render a template with, over those of a recipient; stand-ins for those that are missing."""

    fields: NotRequired[dict[str, str]]
    recipient: NotRequired["FileRow | None"]
    stand_ins: NotRequired[bool]


class Problem(TypedDict):
    """Why a request was refused (RFC 9457); `type` is stable, the words are not."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired["list[FieldProblem]"]
    request_id: NotRequired[str]


class ProgressDocument(TypedDict):
    """How far an import is."""

    rows: int
    bytes: int
    percent: float | None
    rows_per_second: float | None
    estimated_end: str | None
    updated_at: str | None


class Proof(TypedDict):
    """One test mail."""

    address: str
    status: "ProofStatus"
    reason: NotRequired[str | None]
    provider_id: NotRequired[str | None]


class ProofsDocument(TypedDict):
    """What became of test mails."""

    items: "list[Proof]"


class ProviderDocument(TypedDict):
    """What became of the messages to one mailbox provider."""

    totals: dict[str, int]
    rates: dict[str, float | None]
    provider: str


class PutOneOfMany(TypedDict):
    """An address to suppress; its form is checked by the stage itself, which takes any mailbox."""

    address: str
    scope: NotRequired[str]
    reason: NotRequired["SuppressionReason"]
    since: NotRequired[str | None]


class PutSuppression(TypedDict):
    """What to keep away from an address, and whether SES is told to keep its mail away too."""

    scope: NotRequired[str]
    in_ses: NotRequired[bool]


class PutSuppressions(TypedDict):
    """Addresses to suppress."""

    items: "list[PutOneOfMany]"


class ReceivedMessage(TypedDict):
    """A message that an address got, as the list of them shows it."""

    message_id: str
    kind: "MessageKind"
    campaign_id: str
    status: "MessageStatus"
    reason: str | None
    created_at: str | None
    accepted_at: str | None
    delivered_at: str | None
    bounced_at: str | None
    bounce_type: str | None
    bounce_subtype: str | None
    complained_at: str | None
    unsubscribed_at: str | None
    opens: int
    human_opens: int
    first_opened_at: str | None
    clicks: int
    human_clicks: int
    first_clicked_at: str | None


class RecipientFileDocument(TypedDict):
    """A recipient file; what its import found out is null before it."""

    file_id: str
    name: str
    status: "RecipientFileStatus"
    reason: str | None
    content_type: "UploadType"
    multipart: bool
    file_bytes: int | None
    wanted_column: str | None
    encoding: str | None
    compression: "Compression | None"
    delimiter: str | None
    header: bool | None
    address_column: str | None
    columns: dict[str, str]
    account: "RowAccount"
    progress: "ProgressDocument | None"
    parts: int | None
    attempts: int
    ignored_uploads: int
    created_at: str | None
    finished_at: str | None


class RecordDocument(TypedDict):
    """A DNS record that the sender needs."""

    purpose: "RecordPurpose"
    type: str
    name: str
    value: str
    state: "RecordState"
    found: list[str]


class RenameTemplate(TypedDict):
    """What a template is called from now on."""

    name: str


class RenderedDocument(TypedDict):
    """A rendered mail."""

    subject: str
    preheader: str | None
    html: str
    text: str
    headers: dict[str, str]


class ReputationDocument(TypedDict):
    """What became of the mails that SES accepted in the last seven days; rates are shares between 0 and 1."""

    since: str | None
    until: str | None
    accepted: int
    delivered: int
    hard_bounced: int
    complained: int
    bounce_rate: float | None
    bounce_limit: float
    complaint_rate: float | None
    complaint_limit: float


class ResendUnknown(TypedDict):
    """The words that allow to send again what SES may have taken already."""

    confirm: Literal["may send twice"]


class RetryRecipientFile(TypedDict):
    """How to import the same upload again."""

    address_column: NotRequired[str | int | None]


class RotateApiKey(TypedDict):
    """How long the old secret stays good."""

    overlap_seconds: NotRequired[int]


class RowAccount(TypedDict):
    """What became of every row; `rows == accepted + duplicates + invalid` always."""

    rows: NotRequired[int]
    accepted: NotRequired[int]
    duplicates: NotRequired[int]
    invalid: NotRequired[int]
    repaired: NotRequired[int]
    invalid_reasons: NotRequired[dict[str, int]]
    flags: NotRequired[dict[str, int]]


class SampleRecipient(TypedDict):
    """For whom a test mail is rendered: either given `fields`, or those of an accepted `row` of the file."""

    fields: NotRequired[dict[str, str] | None]
    row: NotRequired[int | None]


class ScheduleCampaign(TypedDict):
    """When to send: wall-clock time in an IANA zone or in each recipient's own, or a time with its own offset."""

    at: str
    time_zone: NotRequired[str]
    recipient_local: NotRequired[bool]


SendMessage = TypedDict(
    "SendMessage",
    {
        "to": str,
        "from": "SenderDocument",
        "reply_to": NotRequired[str | None],
        "template": NotRequired["TemplateContent | None"],
        "inline": NotRequired["InlineMail | None"],
        "headers": NotRequired[dict[str, str]],
        "tags": NotRequired[dict[str, str]],
    },
)
"""A transactional message: to whom, and what is sent: either `template` or `inline`."""


class SendNow(TypedDict):
    """An empty document: the campaign itself says everything."""


class SendTest(TypedDict):
    """Where a test mail goes, and for whom it is rendered; left out: for the first row of the file."""

    addresses: list[str]
    recipient: NotRequired["SampleRecipient"]


class SenderChange(TypedDict):
    """What changes of a sender."""

    address: NotRequired[str | None]
    name: NotRequired[str | None]


class SenderDocument(TypedDict):
    """Who the mail is from."""

    address: str
    name: NotRequired[str]


class SenderIdentityDocument(TypedDict):
    """A domain that mail may be from, as SES knows it."""

    domain: str
    verified: bool
    dkim_status: str
    dkim_signing: bool
    mail_from: str | None
    mail_from_status: str | None


class SendersDocument(TypedDict):
    """The domains that mail may be from."""

    items: "list[SenderIdentityDocument]"


class SendingDocument(TypedDict):
    """What SES allows the account now."""

    enabled: bool
    status: str
    production: bool
    max_per_second: float
    max_24_hours: float | None
    sent_24_hours: float


class SentFrom(TypedDict):
    """Who the mail is from."""

    address: str
    name: str


class SentMessage(TypedDict):
    """What became of a request to send."""

    message_id: str
    status: "MessageStatus"
    provider_id: str | None
    reason: str | None
    created_at: str | None


class StartPreflight(TypedDict):
    """How to check a campaign."""

    tolerated_failures: NotRequired[int]


class StopCampaign(TypedDict):
    """Why somebody pauses or cancels a campaign; kept with it."""

    reason: NotRequired[str | None]


class SuppressionDocument(TypedDict):
    """One reason for which one address gets nothing in one scope."""

    address: str
    scope: str
    reason: "SuppressionReason"
    source: str
    since: str | None


class SuppressionJobDocument(TypedDict):
    """A job on the list of suppressions."""

    job_id: str
    kind: "JobKind"
    state: "JobState"
    failure: str | None
    rows: int
    suppressed: int
    refused: int
    upload: "UploadDocument | None"
    url: str | None
    created_at: str | None
    created_by: str
    finished_at: str | None
    expires_at: str | None


class SuppressionsDocument(TypedDict):
    """All suppressions of an address."""

    items: "list[SuppressionDocument]"


class Tally(TypedDict):
    """The account of a part or of a campaign: `planned == pending + accepted + failed + skipped + unknown`."""

    planned: NotRequired[int]
    pending: NotRequired[int]
    accepted: NotRequired[int]
    failed: NotRequired[int]
    skipped: NotRequired[int]
    unknown: NotRequired[int]
    held: NotRequired[int]


class TemplateContent(TypedDict):
    """A template and the values that it reads."""

    template_id: str
    version: NotRequired[int | None]
    fields: NotRequired[dict[str, str]]


class TemplateDocument(TypedDict):
    """A template with its current version."""

    template_id: str
    version: int
    status: "TemplateStatus"
    subject: str
    preheader: str | None
    headers: dict[str, str]
    variables: list[str]
    required_variables: list[str]
    text_generated: bool
    html_bytes: int | None
    findings: list[str]
    created_at: str | None
    name: str
    latest_version: int
    archived_at: str | None


class TemplateSourceDocument(TypedDict):
    """What a version was made from, besides what the version shows."""

    url: str
    text: str | None


class TemplateVersionDocument(TypedDict):
    """A template version."""

    template_id: str
    version: int
    status: "TemplateStatus"
    subject: str
    preheader: str | None
    headers: dict[str, str]
    variables: list[str]
    required_variables: list[str]
    text_generated: bool
    html_bytes: int | None
    findings: list[str]
    created_at: str | None


class TimelineDocument(TypedDict):
    """Events in intervals of a zone's wall clock."""

    interval: "Interval"
    zone: str
    end: str | None
    points: "list[PointDocument]"


TransactionalHistory = TypedDict(
    "TransactionalHistory",
    {
        "reason": str | None,
        "accepted_at": str | None,
        "unknown_since": str | None,
        "delivered_at": str | None,
        "bounced_at": str | None,
        "bounce_type": str | None,
        "bounce_subtype": str | None,
        "complained_at": str | None,
        "opens": int,
        "first_opened_at": str | None,
        "human_opens": int,
        "clicks": int,
        "human_clicks": int,
        "first_clicked_at": str | None,
        "from": str,
        "message_id": str,
        "address": str,
        "template_id": str | None,
        "template_version": int | None,
        "tags": dict[str, str],
        "status": "MessageStatus",
        "provider_id": str | None,
        "created_at": str | None,
        "history": "list[Happening]",
        "events": "list[EventDocument]",
    },
)
"""A transactional message and everything that happened to it."""

TryTemplate = TypedDict(
    "TryTemplate",
    {
        "fields": NotRequired[dict[str, str]],
        "recipient": NotRequired["FileRow | None"],
        "stand_ins": NotRequired[bool],
        "addresses": list[str],
        "from": "SenderDocument",
        "reply_to": NotRequired[str | None],
    },
)
"""Where a test mail goes, who it is from, and what it is rendered with."""


class UploadDocument(TypedDict):
    """A form: POST its fields in this order as multipart/form-data, the file last."""

    method: Literal["post"]
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_at: str | None


class WaveShown(TypedDict):
    """What of a campaign is sent together."""

    at: str | None
    recipients: int
    done: bool


class WebhookDocument(TypedDict):
    """An endpoint."""

    webhook_id: str
    name: str
    url: str
    events: list[str] | None
    state: "WebhookState"
    disabled_reason: "DisabledReason | None"
    disabled_at: str | None
    delivered_at: str | None
    failing_since: str | None
    secret_made_at: str | None
    previous_secret_until: str | None
    created_at: str | None
    created_by: str


class WebhookWithSecret(TypedDict):
    """An endpoint with its secret, which is shown this once; null when the answer is given again."""

    webhook_id: str
    name: str
    url: str
    events: list[str] | None
    state: "WebhookState"
    disabled_reason: "DisabledReason | None"
    disabled_at: str | None
    delivered_at: str | None
    failing_since: str | None
    secret_made_at: str | None
    previous_secret_until: str | None
    created_at: str | None
    created_by: str
    secret: str | None


class WholeDelivery(TypedDict):
    """A delivery with what is sent and the latest attempts."""

    delivery_id: str
    webhook_id: str
    event_id: str
    event_type: str
    state: "DeliveryState"
    attempts_made: int
    next_attempt_at: str | None
    delivered_at: str | None
    last_status: int | None
    last_error: "AttemptError | None"
    created_at: str | None
    body: str
    attempts: "list[AttemptDocument]"


class ZoneDocument(TypedDict):
    """The recipients of one zone."""

    time_zone: str
    recipients: int
    clock_change: "ClockChange | None"
