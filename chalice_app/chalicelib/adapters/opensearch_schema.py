"""The indices of analytics in OpenSearch: their mappings and what a document of each looks like."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
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
"""Part of the names of the indices; raise it with every change of a mapping, then let the statistics be built anew.

A change may add fields. A field that gets another meaning or type gets another name: while the new indices are filled,
the old ones go on being written.
"""

KINDS = tuple(_MAPPINGS)
FIELDS: Mapping[str, frozenset[str]] = {kind: frozenset(properties) for kind, properties in _MAPPINGS.items()}
"""Names that the mappings of `SCHEMA_VERSION` know, by kind."""

_MONTH = re.compile(r"-(?P<year>\d{4})\.(?P<month>\d\d)$")
_UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Generation:
    """Indices that belong together: one a month of each kind.

    Attributes:
        name: the version of its schema; behind a dot a number, where indices of that schema were built once more.
        fields: names that its mappings know, by kind.
    """

    name: str
    fields: Mapping[str, Collection[str]]

    @property
    def is_of_this_schema(self) -> bool:
        """Tell whether it was made with the mappings of this module."""
        return self.name.partition(".")[0] == str(SCHEMA_VERSION)

    def fitting(self, kind: str, source: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a document without the fields that this generation's mapping would refuse."""
        if self.is_of_this_schema:
            return source
        known = self.fields[kind]
        return {name: value for name, value in source.items() if name in known}


def family_of(prefix: str, kind: str, generation: str) -> str:
    """Return what the names of a generation's indices of a kind begin with."""
    return f"{prefix}-{kind}-v{generation}"


def index_of(prefix: str, kind: str, generation: str, message_id: str) -> str:
    """Return the index that a message's documents stand in: by the month in which its id was made.

    It follows from the id alone, so every change of a message goes to the same index, in whatever month it happens.
    """
    made = made_at(message_id)
    month = _UNDATED if made is None else f"{made:%Y.%m}"
    return f"{family_of(prefix, kind, generation)}-{month}"


def month_of_index(name: str) -> datetime | None:
    """Return the start of the month whose messages an index holds; None for an index of another kind."""
    match = _MONTH.search(name)
    return match and datetime(int(match["year"]), int(match["month"]), 1, tzinfo=UTC)


def generation_of_index(prefix: str, kind: str, index: str) -> str:
    """Return the generation that an index belongs to, from its name."""
    return index.removeprefix(family_of(prefix, kind, "")).rpartition("-")[0]


def template(prefix: str, kind: str, generation: str, *, in_force: bool) -> tuple[str, dict[str, Any]]:
    """Return the name and body of the template of a generation's indices; a field that no mapping names is refused.

    Args:
        prefix: begins the names of the indices.
        kind: of documents.
        generation: its name.
        in_force: whether each new index stands behind the alias of its kind, through which all searches go.
    """
    name = family_of(prefix, kind, generation)
    body: dict[str, Any] = {
        # One shard: a month is far below the 50 GB that one may hold. No routing: it pays from several on.
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
        "mappings": {"dynamic": "strict", "properties": _MAPPINGS[kind]},
    }
    if in_force:
        body["aliases"] = {f"{prefix}-{kind}": {}}
    return name, {"index_patterns": [f"{name}-*"], "template": body}


def message_action(prefix: str, generation: Generation, document: MessageDocument) -> Action:
    """Return the bulk action that keeps a message unless a version as new is kept."""
    return _indexing(prefix, generation, document, "external")


def restoring_action(prefix: str, generation: Generation, document: MessageDocument) -> Action:
    """Return the bulk action that keeps a message unless a newer version is kept."""
    return _indexing(prefix, generation, document, "external_gte")


def removal_action(prefix: str, generation: Generation, document: MessageDocument) -> Action:
    """Return the bulk action that removes a message unless a newer version is kept."""
    return {"delete": _addressed(prefix, generation, document, "external_gte")}, None


def message_of_source(source: Mapping[str, Any]) -> MessageDocument:
    """Return the document of a message as it was kept."""
    known = {name: value for name, value in source.items() if name in _NAMED}
    times = {name: from_rfc3339(value) for name, value in known.items() if name.endswith("_at")}
    return MessageDocument(**{**known, **times})


_NAMED = frozenset(_MESSAGE_FIELDS)


def event_actions(
    prefix: str,
    generation: Generation,
    classified: ClassifiedEvent,
    recorded_at: str,
    *,
    version: int | None = None,
) -> Iterator[Action]:
    """Return the bulk actions that keep an event; the conclusion of the higher version stays.

    Args:
        prefix: begins the names of the indices.
        generation: that it is kept in.
        classified: the event.
        recorded_at: when it was recorded, RFC 3339.
        version: of the conclusion, for an event that is kept only where no conclusion of this or a higher version is;
            None: that of the event, which is kept anew in the place of one of its own version.
    """
    event, document = classified.event, {**written(classified), "recorded_at": recorded_at}
    versioned: dict[str, Any] = {"version": classified.version, "version_type": "external_gte"}
    if version is not None:
        versioned = {"version": version, "version_type": "external"}
    index = index_of(prefix, "events", generation.name, event.message_id)
    yield (
        {"index": {"_index": index, "_id": event_id_of(document), **versioned}},
        generation.fitting("events", document),
    )
    if event.kind is EventKind.CLICK and event.link is not None:
        digest = hashlib.sha256(event.link.encode()).hexdigest()
        index = index_of(prefix, "links", generation.name, event.message_id)
        yield (
            {"create": {"_index": index, "_id": f"{event.message_id}:{digest}"}},
            {"message_id": event.message_id, "campaign_id": event.campaign_id, "link": event.link},
        )


def _indexing(prefix: str, generation: Generation, document: MessageDocument, version_type: str) -> Action:
    named = ((name, getattr(document, name)) for name in _MESSAGE_FIELDS)  # dataclasses.asdict copies every value
    source = {name: _plain(value) for name, value in named if value is not None}
    action = {"index": _addressed(prefix, generation, document, version_type)}
    return action, generation.fitting("messages", source)


def _addressed(prefix: str, generation: Generation, document: MessageDocument, version_type: str) -> dict[str, Any]:
    return {
        "_index": index_of(prefix, "messages", generation.name, document.message_id),
        "_id": document.message_id,
        "version": document.version,
        "version_type": version_type,
    }


def _plain(value: Any) -> Any:
    return rfc3339(value) if isinstance(value, datetime) else value
