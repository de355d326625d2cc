"""Histories: ``/v1/messages/{message_id}`` and ``/v1/recipients/{address}/messages``."""

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.analytics.model import MessageDocument, MessageKind
from chalicelib.entrypoints.http.api import Answer, Api, PageDocument, Time, answer, decoded, page_of, shown_time
from chalicelib.entrypoints.http.messages import (
    CampaignMessageDocument,
    TransactionalDocument,
    message_document,
    transactional_document,
)
from chalicelib.entrypoints.http.schemas import ListQuery
from chalicelib.live.history import MessageHistory
from chalicelib.live.history import history as history_of
from chalicelib.messages.model import Message, MessageNotFoundError, MessageStatus
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind

history = Api(__name__)


class Happening(TypedDict):
    """One thing that happened to a message."""

    at: Time | None
    event: str


class EventDocument(TypedDict):
    """An event that SES told; what does not belong to its kind is null.

    Attributes:
        machine: whether a machine opened or clicked, as the version ``rules`` of the rules tells.
    """

    kind: EventKind
    at: Time | None
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


class _Histories(TypedDict):
    history: list[Happening]
    events: list[EventDocument]


class CampaignMessageHistory(CampaignMessageDocument, _Histories):
    """A message of a campaign and everything that happened to it."""


class TransactionalHistory(TransactionalDocument, _Histories):
    """A transactional message and everything that happened to it."""


class ReceivedMessage(TypedDict):
    """A message that an address got, as the list of them shows it."""

    message_id: str
    kind: MessageKind
    campaign_id: str
    status: MessageStatus
    reason: str | None
    created_at: Time | None
    accepted_at: Time | None
    delivered_at: Time | None
    bounced_at: Time | None
    bounce_type: str | None
    bounce_subtype: str | None
    complained_at: Time | None
    unsubscribed_at: Time | None
    opens: int
    human_opens: int
    first_opened_at: Time | None
    clicks: int
    human_clicks: int
    first_clicked_at: Time | None


@history.operation("GET", "/v1/messages/{message_id}", scope=Scope.READ, refuses=(MessageNotFoundError,))
def get_message(message_id: str) -> Answer[CampaignMessageHistory | TransactionalHistory]:
    """Show a message of a campaign or a transactional one, what is known of it and everything that happened to it."""
    found = bootstrap.histories().of_message(message_id)
    return answer(_message(found), revision=found.message.revision)


@history.operation("GET", "/v1/recipients/{address}/messages", scope=Scope.READ)
def list_messages_of_recipient(address: str, query: ListQuery) -> Answer[PageDocument[ReceivedMessage]]:
    """List the messages that an address got, over all campaigns and transactional ones, newest first."""
    page = bootstrap.histories().of_address(decoded(address), limit=query.limit, cursor=query.cursor)
    return page_of(page, _listed)


def event_document(classified: ClassifiedEvent) -> EventDocument:
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


def _message(found: MessageHistory) -> CampaignMessageHistory | TransactionalHistory:
    histories: _Histories = {
        "history": [{"at": shown_time(at), "event": event} for at, event in history_of(found.message)],
        "events": [event_document(event) for event in found.events],
    }
    if isinstance(found.message, Message):
        return {**message_document(found.message), **histories}
    return {**transactional_document(found.message, found.status), **histories}


def _listed(document: MessageDocument) -> ReceivedMessage:
    return {
        "message_id": document.message_id,
        "kind": MessageKind(document.kind),
        "campaign_id": document.campaign_id,
        "status": MessageStatus(document.status),
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
