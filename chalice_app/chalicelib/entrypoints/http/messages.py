"""How the API shows a message."""

from typing import Any

from chalicelib.entrypoints.http.api import shown_time
from chalicelib.messages.model import Message


def message_document(message: Message) -> dict[str, Any]:
    """Show a message with the facts known about it."""
    facts = message.facts
    return {
        "message_id": message.message_id,
        "campaign_id": message.campaign_id,
        "address": message.address,
        "status": message.status,
        "reason": facts.reason,
        "provider_id": message.provider_id,
        "created_at": shown_time(message.created_at),
        "accepted_at": shown_time(facts.accepted_at),
        "delivered_at": shown_time(facts.delivered_at),
        "bounced_at": shown_time(facts.bounced_at),
        "bounce_type": facts.bounce_type,
        "bounce_subtype": facts.bounce_subtype,
        "complained_at": shown_time(facts.complained_at),
        "unsubscribed_at": shown_time(facts.unsubscribed_at),
        "opens": facts.opens,
        "first_opened_at": shown_time(facts.first_opened_at),
        "clicks": facts.clicks,
        "first_clicked_at": shown_time(facts.first_clicked_at),
    }
