"""Writes docs/events.schema.json anew from the classes of the events: ``make event-schema``."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from chalicelib.live.domain_events import EVENTS, SOURCE

SCHEMA_FILE = Path(__file__).parents[1] / "docs" / "events.schema.json"


def schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) of an event as EventBridge delivers it."""
    kinds: list[tuple[str, Any, TypeAdapter[Any]]] = [
        (kind.__name__, "serialization", TypeAdapter(kind)) for kind in EVENTS
    ]
    references, described = TypeAdapter.json_schemas(kinds)
    for kind in EVENTS:
        definition = described["$defs"][kind.__name__]
        definition["description"] = definition["description"].partition("\n")[0]
        definition["required"] = list(definition["properties"])  # what is not known is null and never absent
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Events of the Email Platform",
        "type": "object",
        "required": ["source", "detail-type", "detail"],
        "properties": {"source": {"const": SOURCE}},
        "oneOf": [
            {
                "properties": {
                    "detail-type": {"const": kind.detail_type},
                    "detail": references[kind.__name__, "serialization"],
                }
            }
            for kind in EVENTS
        ],
        "$defs": described["$defs"],
    }


def written() -> str:
    """Return the file's text."""
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(written(), encoding="utf-8")
