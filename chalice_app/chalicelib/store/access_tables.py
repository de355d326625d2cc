"""The PynamoDB models of API keys, of what callers use, and of the audit log."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.store.indexes import ListedIndex


class ApiKeyItem(Model):
    """An API key; only the SHA-256 of its secret is kept."""

    class Meta:
        """Table settings."""

        table_name = "api_keys"

    key_id = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)
    listed_index = ListedIndex()
    name = UnicodeAttribute()
    secret_hash = UnicodeAttribute()
    old_secrets: JSONAttribute = JSONAttribute(default=list)
    scopes: JSONAttribute = JSONAttribute()
    created_at = UnicodeAttribute()
    created_by = UnicodeAttribute(default="administrator")
    expires_at = UnicodeAttribute(null=True)
    rotated_at = UnicodeAttribute(null=True)
    revoked_at = UnicodeAttribute(null=True)
    revision = NumberAttribute(default=0)


class CallerUseItem(Model):
    """What a key has used of its requests, or a source of its failures; that of a source is removed by and by.

    ``full_at`` (microseconds since the epoch) is when the bucket is full again: the further ahead, the less is left.
    """

    class Meta:
        """Table settings."""

        table_name = "caller_use"

    bucket = UnicodeAttribute(hash_key=True)
    full_at = NumberAttribute()
    used_at = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class AuditItem(Model):
    """One entry of the audit log, by day (UTC); entry ids sort by time."""

    class Meta:
        """Table settings."""

        table_name = "audit"

    day = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    actor_name = UnicodeAttribute()
    action = UnicodeAttribute()
    resource = UnicodeAttribute()
    request_id = UnicodeAttribute()
    source = UnicodeAttribute(null=True)
    status = NumberAttribute()
    problem = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()
