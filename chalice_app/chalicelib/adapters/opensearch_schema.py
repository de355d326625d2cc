"""The indices of analytics in OpenSearch: their mappings and what a document of each looks like."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.opensearch_bulk import Action
from chalicelib.analytics.events import event_id_of, written
from chalicelib.analytics.model import MessageDocument
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.ids import made_at
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_LONG = {"type": "long"}
_FLAG = {"type": "boolean"}
_KEPT = {"type": "keyword", "index": False, "doc_values": False}
"""Shown, never searched for."""

_MAPPINGS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "messages": {
        "message_id": _KEYWORD,
        "version": _LONG,
        "kind": _KEYWORD,
        "campaign_id": _KEYWORD,
        "address_hash": _KEYWORD,
        "recipient_domain": _KEYWORD,
        "status": _KEYWORD,
        "created_at": _DATE,
        "accepted_at": _DATE,
        "delivered_at": _DATE,
        "bounced_at": _DATE,
        "bounce_type": _KEYWORD,
        "bounce_subtype": _KEYWORD,
        "complained_at": _DATE,
        "unsubscribed_at": _DATE,
        "first_opened_at": _DATE,
        "first_clicked_at": _DATE,
        "first_human_opened_at": _DATE,
        "first_human_clicked_at": _DATE,
        "opens": _LONG,
        "clicks": _LONG,
        "human_opens": _LONG,
        "human_clicks": _LONG,
        "reason": _KEYWORD,
    },
    "events": {
        "message_id": _KEYWORD,
        "campaign_id": _KEYWORD,
        "kind": _KEYWORD,
        "at": _DATE,
        "fingerprint": _KEYWORD,
        "provider_id": _KEYWORD,
        "recipient": _KEPT,
        "link": _KEYWORD,
        "user_agent": _KEPT,
        "ip_address": _KEPT,
        "bounce_type": _KEYWORD,
        "bounce_subtype": _KEYWORD,
        "diagnostic": _KEPT,
        "diagnostic_group": _KEYWORD,
        "bot": _FLAG,
        "machine": _FLAG,
        "machine_reasons": _KEYWORD,
        "rules": _LONG,
        "recorded_at": _DATE,
    },
    # One document for each message and link clicked in it, so that distinct messages are counted, not estimated.
    "links": {
        "message_id": _KEYWORD,
        "campaign_id": _KEYWORD,
        "link": _KEYWORD,
    },
}


_MESSAGE_FIELDS = tuple(field.name for field in fields(MessageDocument))

SCHEMA_VERSION = 1
"""Part of the names of the indices; raise it with every change of a mapping."""

KINDS = tuple(_MAPPINGS)

_MONTH = re.compile(r"-(?P<year>\d{4})\.(?P<month>\d\d)$")


def index_of(prefix: str, kind: str, message_id: str) -> str:
    """Return the index that a message's documents stand in: by the month in which its id was made.

    It follows from the id alone, so every change of a message goes to the same index, in whatever month it happens.
    """
    made = made_at(message_id)
    month = "undated" if made is None else f"{made:%Y.%m}"
    return f"{prefix}-{kind}-v{SCHEMA_VERSION}-{month}"


def month_of_index(name: str) -> datetime | None:
    """Return the start of the month whose messages an index holds; None for an index of another kind."""
    match = _MONTH.search(name)
    return match and datetime(int(match["year"]), int(match["month"]), 1, tzinfo=UTC)


def templates(prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the index templates by name; a field that no mapping names is refused.

    Each new index stands behind the alias of its kind, through which all searches go.
    """
    for kind, properties in _MAPPINGS.items():
        name = f"{prefix}-{kind}-v{SCHEMA_VERSION}"
        yield (
            name,
            {
                "index_patterns": [f"{name}-*"],
                "template": {
                    # One shard: a month is far below the 50 GB that one may hold. No routing: it pays from several on.
                    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
                    "mappings": {"dynamic": "strict", "properties": properties},
                    "aliases": {f"{prefix}-{kind}": {}},
                },
            },
        )


def message_action(prefix: str, document: MessageDocument) -> Action:
    """Return the bulk action that keeps a message unless a version as new is kept."""
    return _indexing(prefix, document, "external")


def restoring_action(prefix: str, document: MessageDocument) -> Action:
    """Return the bulk action that keeps a message unless a newer version is kept."""
    return _indexing(prefix, document, "external_gte")


def removal_action(prefix: str, document: MessageDocument) -> Action:
    """Return the bulk action that removes a message unless a newer version is kept."""
    return {"delete": _addressed(prefix, document, "external_gte")}, None


def message_of_source(source: Mapping[str, Any]) -> MessageDocument:
    """Return the document of a message as it was kept."""
    times = {name: from_rfc3339(value) for name, value in source.items() if name.endswith("_at")}
    return MessageDocument(**{**source, **times})


def event_actions(prefix: str, classified: ClassifiedEvent, recorded_at: str) -> Iterator[Action]:
    """Return the bulk actions that keep an event, as recorded now; the conclusion of the higher version stays."""
    event, document = classified.event, {**written(classified), "recorded_at": recorded_at}
    versioned = {"version": classified.version, "version_type": "external_gte"}
    yield (
        {"index": {"_index": index_of(prefix, "events", event.message_id), "_id": event_id_of(document), **versioned}},
        document,
    )
    if event.kind is EventKind.CLICK and event.link is not None:
        digest = hashlib.sha256(event.link.encode()).hexdigest()
        yield (
            {"create": {"_index": index_of(prefix, "links", event.message_id), "_id": f"{event.message_id}:{digest}"}},
            {"message_id": event.message_id, "campaign_id": event.campaign_id, "link": event.link},
        )


def _indexing(prefix: str, document: MessageDocument, version_type: str) -> Action:
    named = ((name, getattr(document, name)) for name in _MESSAGE_FIELDS)  # dataclasses.asdict copies every value
    source = {name: _plain(value) for name, value in named if value is not None}
    return {"index": _addressed(prefix, document, version_type)}, source


def _addressed(prefix: str, document: MessageDocument, version_type: str) -> dict[str, Any]:
    return {
        "_index": index_of(prefix, "messages", document.message_id),
        "_id": document.message_id,
        "version": document.version,
        "version_type": version_type,
    }


def _plain(value: Any) -> Any:
    return rfc3339(value) if isinstance(value, datetime) else value
