"""What a record of a table's stream tells, by the keys that it has."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.live import telling
from chalicelib.live.domain_events import DomainEvent
from chalicelib.store.campaigns import campaign_of_image
from chalicelib.store.streams import message_of_image
from chalicelib.store.suppressions import suppressions_of_image
from chalicelib.store.webhooks import webhook_of_image


def told_by(change: Mapping[str, Any]) -> list[DomainEvent]:
    """Return the events that a change gives.

    Args:
        change: the ``dynamodb`` part of a stream record with both images (DynamoDB JSON); without an old image the item
            is new.
    """
    keys, old, new = change["Keys"], change.get("OldImage"), change.get("NewImage")
    if not new:
        return []  # what is removed tells nothing
    stored_at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    if "address_hash" in keys:
        before_it = suppressions_of_image(old) if old else []
        return telling.of_suppressions(before_it, suppressions_of_image(new), stored_at)
    if "webhook_id" in keys:
        return telling.of_webhook(webhook_of_image(old) if old else None, webhook_of_image(new))
    if "campaign_id" in keys:
        campaign = campaign_of_image(new)
        before = campaign_of_image(old) if old else None
        return telling.of_campaign(before, campaign, stored_at) if campaign else []
    message = message_of_image(new)
    return telling.of_message(message_of_image(old) if old else None, message) if message else []
