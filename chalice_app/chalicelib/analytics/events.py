"""How a classified event is written into a JSON document, and read back; both analytics stores keep events so."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from chalicelib.analytics.diagnostics import diagnostic_group
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind, TrackedEvent

_NAMES = tuple(field.name for field in fields(TrackedEvent))
_CLASSIFICATION = ("machine", "machine_reasons", "rules")
_DERIVED = ("fingerprint", "diagnostic_group")

EVENT_FIELDS = (*_NAMES, *_CLASSIFICATION, *_DERIVED)
"""Names in the document of an event."""


def event_id_of(document: Mapping[str, Any]) -> str:
    """Return the id of an event's document: the same event always has the same."""
    return event_id(document["message_id"], document["fingerprint"])


def event_id(message_id: str, fingerprint: str) -> str:
    """Return the id of the document of a message's event."""
    return f"{message_id}:{fingerprint}"


def written(classified: ClassifiedEvent) -> dict[str, Any]:
    """Return an event's document; what is not known is left out."""
    event = classified.event
    document: dict[str, Any] = {name: getattr(event, name) for name in _NAMES}
    document |= {
        "at": rfc3339(event.at),
        "machine": classified.machine,
        "machine_reasons": list(classified.reasons) or None,
        "rules": classified.rules,
        "fingerprint": event.fingerprint,
        "diagnostic_group": diagnostic_group(event.diagnostic),
    }
    return {name: value for name, value in document.items() if value is not None}


def read(document: Mapping[str, Any]) -> ClassifiedEvent:
    """Return the event that `written` made the document of."""
    values: dict[str, Any] = {name: document.get(name) for name in _NAMES}
    values |= {"kind": EventKind(document["kind"]), "at": from_rfc3339(document["at"])}
    return ClassifiedEvent(
        event=TrackedEvent(**values),
        machine=document.get("machine"),
        reasons=tuple(document.get("machine_reasons", ())),
        rules=document["rules"],
    )
