"""The PynamoDB models: keys, indexes and attributes of every table, and the only description of them.

Those of webhooks stand in `store.webhook_tables`, those of who calls the API in `store.access_tables`.

Pulumi makes the tables from `store.schema`, which reads these classes. Table names are bound by `bind` from the
function's settings before the first call.
"""

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.models import Model

from chalicelib.settings import Settings
from chalicelib.store.access_tables import ApiKeyItem, AuditItem, CallerUseItem
from chalicelib.store.indexes import ListedIndex, SendTimeIndex, StateIndex
from chalicelib.store.webhook_tables import DeliveryItem, DueItem, WebhookItem


class TemplateItem(Model):
    """What the versions of a template have in common, before them under the version 0."""

    class Meta:
        """Table settings."""

        table_name = "templates"

    template_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(range_key=True)
    listed = UnicodeAttribute()
    listed_at = UnicodeAttribute()
    listed_index = ListedIndex()
    name = UnicodeAttribute()
    name_folded = UnicodeAttribute()
    latest = NumberAttribute()
    current = NumberAttribute()
    archived_at = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    revision = NumberAttribute(default=0)


class TemplateVersionItem(Model):
    """A template version, from 1."""

    class Meta:
        """Table settings."""

        table_name = "templates"

    template_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(range_key=True)
    status = UnicodeAttribute()
    subject = UnicodeAttribute()
    text = UnicodeAttribute(null=True)
    text_generated = BooleanAttribute(default=False)
    preheader = UnicodeAttribute(null=True)
    headers: JSONAttribute = JSONAttribute(default=list)
    variables: JSONAttribute = JSONAttribute(default=list)
    required: JSONAttribute = JSONAttribute(default=list)
    object_key = UnicodeAttribute()
    object_version = UnicodeAttribute(null=True)
    sent_key = UnicodeAttribute(null=True)
    html_bytes = NumberAttribute(null=True)
    findings: JSONAttribute = JSONAttribute(default=list)
    made_by = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    revision = NumberAttribute(default=0)


class RecipientFileItem(Model):
    """A recipient file's record."""

    class Meta:
        """Table settings."""

        table_name = "recipient_files"

    file_id = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)
    listed_index = ListedIndex()
    name = UnicodeAttribute()
    name_folded = UnicodeAttribute()
    status = UnicodeAttribute()
    object_key = UnicodeAttribute()
    upload_type = UnicodeAttribute(default="text/csv")
    upload_id = UnicodeAttribute(null=True)
    object_version = UnicodeAttribute(null=True)
    file_bytes = NumberAttribute(null=True)
    wanted_column = UnicodeAttribute(null=True)
    account: JSONAttribute = JSONAttribute(default=dict)
    findings: JSONAttribute = JSONAttribute(null=True)
    progress: JSONAttribute = JSONAttribute(null=True)
    parts = NumberAttribute(default=0)
    reason = UnicodeAttribute(null=True)
    attempts = NumberAttribute(default=0)
    ignored_uploads = NumberAttribute(default=0)
    created_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)
    revision = NumberAttribute(default=0)


class CampaignItem(Model):
    """A campaign."""

    class Meta:
        """Table settings."""

        table_name = "campaigns"

    campaign_id = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)
    listed_state = UnicodeAttribute(null=True)
    listed_index = ListedIndex()
    state_index = StateIndex()
    send_time_index = SendTimeIndex()
    name = UnicodeAttribute()
    name_folded = UnicodeAttribute()
    state = UnicodeAttribute()
    template_id = UnicodeAttribute()
    template_version = NumberAttribute()
    file_id = UnicodeAttribute()
    sender: JSONAttribute = JSONAttribute()
    reply_to = UnicodeAttribute(null=True)
    topic = UnicodeAttribute(null=True)
    rate_limit = NumberAttribute(null=True)
    parts = NumberAttribute(default=0)
    send_at = UnicodeAttribute(null=True)
    time_zone = UnicodeAttribute(default="UTC")
    clock_change = UnicodeAttribute(null=True)
    local_time = UnicodeAttribute(null=True)
    canary: JSONAttribute = JSONAttribute(null=True)
    waves: JSONAttribute = JSONAttribute(null=True)
    wave = NumberAttribute(default=0)
    canary_ends_at = UnicodeAttribute(null=True)
    canary_judged_at = UnicodeAttribute(null=True)
    execution = UnicodeAttribute(null=True)
    planned = NumberAttribute(null=True)
    tally: JSONAttribute = JSONAttribute(default=dict)
    started_at = UnicodeAttribute(null=True)
    finished_at = UnicodeAttribute(null=True)
    resumed_at = UnicodeAttribute(null=True)
    resend_before = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    changed_by = UnicodeAttribute(null=True)
    archived_at = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    revision = NumberAttribute(default=0)


class TallyItem(Model):
    """The account of one part, beside its campaign under ``<campaign_id>#<part>``; replaced, never incremented."""

    class Meta:
        """Table settings."""

        table_name = "campaigns"

    campaign_id = UnicodeAttribute(hash_key=True)
    tally: JSONAttribute = JSONAttribute()


class PreflightItem(Model):
    """The last pre-flight of a campaign, beside it under ``<campaign_id>#preflight``."""

    class Meta:
        """Table settings."""

        table_name = "campaigns"

    campaign_id = UnicodeAttribute(hash_key=True)
    run = NumberAttribute()
    state = UnicodeAttribute()
    basis = UnicodeAttribute()
    campaign_revision = NumberAttribute()
    template_id = UnicodeAttribute()
    template_version = NumberAttribute()
    file_id = UnicodeAttribute()
    parts = NumberAttribute()
    tolerated_failures = NumberAttribute(default=0)
    passed = BooleanAttribute(null=True)
    blocking: JSONAttribute = JSONAttribute(default=list)
    reason = UnicodeAttribute(null=True)
    started_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)
    revision = NumberAttribute(default=0)


class MessageItem(Model):
    """A message; facts that are not known are absent."""

    class Meta:
        """Table settings."""

        table_name = "messages"

    partition = UnicodeAttribute(hash_key=True)
    seq = NumberAttribute(range_key=True)
    address = UnicodeAttribute()
    fields: JSONAttribute = JSONAttribute(default=dict)
    status = UnicodeAttribute()
    provider_id = UnicodeAttribute(null=True)
    accepted_at = UnicodeAttribute(null=True)
    delivered_at = UnicodeAttribute(null=True)
    delayed_at = UnicodeAttribute(null=True)
    bounced_at = UnicodeAttribute(null=True)
    bounce_type = UnicodeAttribute(null=True)
    bounce_subtype = UnicodeAttribute(null=True)
    complained_at = UnicodeAttribute(null=True)
    rejected_at = UnicodeAttribute(null=True)
    failed_at = UnicodeAttribute(null=True)
    skipped_at = UnicodeAttribute(null=True)
    unknown_since = UnicodeAttribute(null=True)
    held_at = UnicodeAttribute(null=True)
    released_at = UnicodeAttribute(null=True)
    unsubscribed_at = UnicodeAttribute(null=True)
    first_opened_at = UnicodeAttribute(null=True)
    first_clicked_at = UnicodeAttribute(null=True)
    first_human_opened_at = UnicodeAttribute(null=True)
    first_human_clicked_at = UnicodeAttribute(null=True)
    opens = NumberAttribute(null=True)
    clicks = NumberAttribute(null=True)
    human_opens = NumberAttribute(null=True)
    human_clicks = NumberAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    seen = UnicodeSetAttribute(null=True)
    created_at = UnicodeAttribute()
    revision = NumberAttribute(default=0)


class TransactionalItem(Model):
    """A transactional message; facts that are not known are absent.

    DynamoDB removes it when ``expires_at`` (epoch seconds) is long past; what a request has claimed has none.
    """

    class Meta:
        """Table settings."""

        table_name = "transactional"

    record_id = UnicodeAttribute(hash_key=True)
    address = UnicodeAttribute()
    sender = UnicodeAttribute()
    created_at = UnicodeAttribute()
    created_by = UnicodeAttribute()
    template_id = UnicodeAttribute(null=True)
    template_version = NumberAttribute(null=True)
    tags: JSONAttribute = JSONAttribute(default=list)
    provider_id = UnicodeAttribute(null=True)
    facts: JSONAttribute = JSONAttribute(default=dict)
    owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    revision = NumberAttribute(default=0)
    expires_at = NumberAttribute(null=True)


class IdempotencyKeyItem(Model):
    """An idempotency key, beside the messages under ``<API key>#<SHA-256 of the key>``; the key itself is not kept."""

    class Meta:
        """Table settings."""

        table_name = "transactional"

    record_id = UnicodeAttribute(hash_key=True)
    message_id = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    expires_at = NumberAttribute()


class KeptRequestItem(Model):
    """A request that makes something, under ``<API key>#<SHA-256 of its idempotency key>``; the key is not kept.

    ``answer`` is compressed; DynamoDB removes the item when ``expires_at`` (epoch seconds) is long past.
    """

    class Meta:
        """Table settings."""

        table_name = "requests"

    record_id = UnicodeAttribute(hash_key=True)
    fingerprint = UnicodeAttribute()
    resource_id = UnicodeAttribute()
    owner = UnicodeAttribute()
    lease_until = UnicodeAttribute()
    answer = BinaryAttribute(null=True, legacy_encoding=False)
    expires_at = NumberAttribute()


class ClaimItem(Model):
    """A worker's claim on one group of a part; DynamoDB removes it when ``expires_at`` (epoch seconds) is long past.

    ``begun`` has one bit for each message of the group, the lowest for the first.
    """

    class Meta:
        """Table settings."""

        table_name = "claims"

    partition = UnicodeAttribute(hash_key=True)
    group = NumberAttribute(range_key=True)
    owner = UnicodeAttribute()
    lease_until = UnicodeAttribute()
    closed = BooleanAttribute(default=False)
    begun = NumberAttribute(null=True)
    expires_at = NumberAttribute()


class SuppressionItem(Model):
    """One address suppressed in one scope: for each reason that it has, what caused it and since when."""

    class Meta:
        """Table settings."""

        table_name = "suppressions"

    address_hash = UnicodeAttribute(hash_key=True)
    scope = UnicodeAttribute(range_key=True)
    address = UnicodeAttribute()
    complaint: JSONAttribute = JSONAttribute(null=True)
    bounce: JSONAttribute = JSONAttribute(null=True)
    unsubscribe: JSONAttribute = JSONAttribute(null=True)
    manual: JSONAttribute = JSONAttribute(null=True)


class RateItem(Model):
    """The send rate that all workers share; times are microseconds since the epoch (see `sending.rate`)."""

    class Meta:
        """Table settings."""

        table_name = "rate"

    bucket = UnicodeAttribute(hash_key=True)
    next_free = NumberAttribute()
    granted = NumberAttribute()
    refresh_begun_at = NumberAttribute()
    used_until: MapAttribute[str, Any] = MapAttribute(default=dict)  # type: ignore[no-untyped-call]  # PynamoDB's own constructor
    refreshed_at = NumberAttribute(null=True)
    per_second = NumberAttribute(null=True)
    counted = NumberAttribute(null=True)
    uncounted = NumberAttribute(null=True)
    quota_ceiling = NumberAttribute(null=True)
    day = UnicodeAttribute(null=True)
    day_start = NumberAttribute(null=True)
    day_ceiling = NumberAttribute(null=True)


TABLES: dict[str, tuple[type[Model], ...]] = {
    "templates": (TemplateItem, TemplateVersionItem),
    "recipient_files": (RecipientFileItem,),
    "campaigns": (CampaignItem, TallyItem, PreflightItem),
    "messages": (MessageItem,),
    "transactional": (TransactionalItem, IdempotencyKeyItem),
    "requests": (KeptRequestItem,),
    "claims": (ClaimItem,),
    "suppressions": (SuppressionItem,),
    "api_keys": (ApiKeyItem,),
    "caller_use": (CallerUseItem,),
    "audit": (AuditItem,),
    "rate": (RateItem,),
    "webhooks": (WebhookItem,),
    "webhook_deliveries": (DeliveryItem, DueItem),
}
"""Table by logical name; the first model of each says what its key and indexes are."""


def bind(name: str, settings: Settings) -> None:
    """Point the models of one table at the table that the function's settings name."""
    for model in TABLES[name]:
        model.Meta.table_name = settings.table(name)
