"""The indices of analytics in OpenSearch: their mappings and what a document of each looks like."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib.adapters.opensearch_bulk import Action
from chalicelib.analytics.model import MessageDocument
from chalicelib.kernel.clock import rfc3339
from chalicelib.tracking.model import EventKind, TrackedEvent

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_LONG = {"type": "long"}

_MAPPINGS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "messages": {
        "message_id": _KEYWORD,
        "version": _LONG,
        "campaign_id": _KEYWORD,
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
        "opens": _LONG,
        "clicks": _LONG,
        "reason": _KEYWORD,
    },
    "events": {
        "message_id": _KEYWORD,
        "campaign_id": _KEYWORD,
        "kind": _KEYWORD,
        "at": _DATE,
        "link": _KEYWORD,
    },
    # One document for each message and link clicked in it, so that distinct messages are counted, not estimated.
    "links": {
        "message_id": _KEYWORD,
        "campaign_id": _KEYWORD,
        "link": _KEYWORD,
    },
}


def templates(prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the index templates by name; a field that no mapping names is refused."""
    for name, properties in _MAPPINGS.items():
        yield (
            f"{prefix}-{name}",
            {
                "index_patterns": [f"{prefix}-{name}"],
                "template": {
                    # One shard: counts by term are exact only there; a second one is for more than some 50 GB.
                    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
                    "mappings": {"dynamic": "strict", "properties": properties},
                },
            },
        )


def message_action(prefix: str, document: MessageDocument) -> Action:
    """Return the bulk action that keeps a message unless a version as new is kept."""
    source = {name: _plain(value) for name, value in asdict(document).items() if value is not None}
    action = {
        "index": {
            "_index": f"{prefix}-messages",
            "_id": document.message_id,
            "version": document.version,
            "version_type": "external",
        }
    }
    return action, source


def event_actions(prefix: str, event: TrackedEvent) -> Iterator[Action]:
    """Return the bulk actions that keep an event; their ids make a second one of the same a conflict."""
    source = {"message_id": event.message_id, "campaign_id": event.campaign_id}
    clicked = {} if event.link is None else {"link": event.link}
    yield (
        {"create": {"_index": f"{prefix}-events", "_id": f"{event.message_id}:{event.fingerprint}"}},
        {**source, "kind": event.kind, "at": rfc3339(event.at), **clicked},
    )
    if event.kind is EventKind.CLICK and event.link is not None:
        digest = hashlib.sha256(event.link.encode()).hexdigest()
        yield (
            {"create": {"_index": f"{prefix}-links", "_id": f"{event.message_id}:{digest}"}},
            {**source, **clicked},
        )


def _plain(value: Any) -> Any:
    return rfc3339(value) if isinstance(value, datetime) else value
