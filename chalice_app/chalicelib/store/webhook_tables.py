"""The PynamoDB models of webhooks and of what is delivered to them."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.store.indexes import ListedIndex


class WebhookItem(Model):
    """An endpoint: what is decided on it (by revision), how it has been answering, and who visits it now."""

    class Meta:
        """Table settings."""

        table_name = "webhooks"

    webhook_id = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)
    listed_index = ListedIndex()
    name = UnicodeAttribute()
    url = UnicodeAttribute()
    events: JSONAttribute = JSONAttribute(null=True)
    state = UnicodeAttribute()
    disabled_reason = UnicodeAttribute(null=True)
    disabled_at = UnicodeAttribute(null=True)
    secret: JSONAttribute = JSONAttribute()
    previous: JSONAttribute = JSONAttribute(null=True)
    created_at = UnicodeAttribute()
    created_by = UnicodeAttribute()
    revision = NumberAttribute(default=0)
    delivered_at = UnicodeAttribute(null=True)
    failing_since = UnicodeAttribute(null=True)
    visitor = UnicodeAttribute(null=True)
    visited_until = UnicodeAttribute(null=True)
    turned_away = BooleanAttribute(null=True)
    turn_at = UnicodeAttribute(null=True)


class DeliveryItem(Model):
    """One event for one endpoint; DynamoDB removes it when ``expires_at`` (epoch seconds) is long past."""

    class Meta:
        """Table settings."""

        table_name = "webhook_deliveries"

    webhook_id = UnicodeAttribute(hash_key=True)
    delivery_id = UnicodeAttribute(range_key=True)
    event_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    body = UnicodeAttribute()
    created_at = UnicodeAttribute()
    state = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    due_at = UnicodeAttribute(null=True)
    delivered_at = UnicodeAttribute(null=True)
    attempts: JSONAttribute = JSONAttribute(default=list)
    revision = NumberAttribute(default=0)
    expires_at = NumberAttribute()


class DueItem(Model):
    """When a delivery is due, beside it under ``<webhook id>#due`` and ``<time>#<delivery id>``.

    It is written before the delivery says so and removed after, so there may be one too many, and never one too few.
    """

    class Meta:
        """Table settings."""

        table_name = "webhook_deliveries"

    webhook_id = UnicodeAttribute(hash_key=True)
    delivery_id = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute()
