"""Histories: ``/v1/messages/{message_id}`` and ``/v1/recipients/{address}/messages``."""

from typing import Any
from urllib.parse import unquote

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.analytics.model import MessageDocument
from chalicelib.entrypoints.http.api import Api, answer, page_of, shown_time
from chalicelib.entrypoints.http.messages import message_document, transactional_document
from chalicelib.entrypoints.http.schemas import ListQuery
from chalicelib.live.history import MessageHistory
from chalicelib.live.history import history as history_of
from chalicelib.messages.model import Message
from chalicelib.tracking.classified import ClassifiedEvent

history = Api(__name__)


@history.operation("GET", "/v1/messages/{message_id}", scope=Scope.READ)
def get_message(message_id: str) -> Response:
    """Show a message of a campaign or a transactional one, what is known of it and everything that happened to it."""
    found = bootstrap.histories().of_message(message_id)
    return answer(
        {
            **_message(found),
            "history": [{"at": shown_time(at), "event": event} for at, event in history_of(found.message)],
            "events": [event_document(event) for event in found.events],
        },
        revision=found.message.revision,
    )


@history.operation("GET", "/v1/recipients/{address}/messages", scope=Scope.READ)
def list_messages_of_recipient(address: str) -> Response:
    """List the messages that an address got, over all campaigns and transactional ones, newest first."""
    query = history.query(ListQuery)
    # A REST API hands a path segment over as the caller wrote it.
    page = bootstrap.histories().of_address(unquote(address), limit=query.limit, cursor=query.cursor)
    return page_of(page, _listed)


def event_document(classified: ClassifiedEvent) -> dict[str, Any]:
    """Show an event; what does not belong to its kind is null."""
    event = classified.event
    return {
        "kind": event.kind,
        "at": shown_time(event.at),
        "recipient": event.recipient,
        "link": event.link,
        "user_agent": event.user_agent,
        "ip_address": event.ip_address,
        "bounce_type": event.bounce_type,
        "bounce_subtype": event.bounce_subtype,
        "diagnostic": event.diagnostic,
        "machine": classified.machine,
        "machine_reasons": list(classified.reasons),
        "rules": classified.rules,
    }


def _message(found: MessageHistory) -> dict[str, Any]:
    if isinstance(found.message, Message):
        return message_document(found.message)
    return transactional_document(found.message, found.status)


def _listed(document: MessageDocument) -> dict[str, Any]:
    return {
        "message_id": document.message_id,
        "kind": document.kind,
        "campaign_id": document.campaign_id,
        "status": document.status,
        "reason": document.reason,
        "created_at": shown_time(document.created_at),
        "accepted_at": shown_time(document.accepted_at),
        "delivered_at": shown_time(document.delivered_at),
        "bounced_at": shown_time(document.bounced_at),
        "bounce_type": document.bounce_type,
        "bounce_subtype": document.bounce_subtype,
        "complained_at": shown_time(document.complained_at),
        "unsubscribed_at": shown_time(document.unsubscribed_at),
        "opens": document.opens,
        "human_opens": document.human_opens,
        "first_opened_at": shown_time(document.first_opened_at),
        "clicks": document.clicks,
        "human_clicks": document.human_clicks,
        "first_clicked_at": shown_time(document.first_clicked_at),
    }
