"""A message as DynamoDB's own attribute values, written and read without a model in between.

A worker reads and writes thousands of messages; building a PynamoDB model of each takes several times as long. The
model (`tables.MessageItem`) stays the schema: a test keeps both ways equal, attribute by attribute.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.messages.model import Facts, Message, MessageStatus, Tally, tally_of, tally_one

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Image = dict[str, AttributeValueTypeDef]

_TIMES = tuple(name for name in (f.name for f in fields(Facts)) if name.endswith(("_at", "_since")))
_TEXTS = ("bounce_type", "bounce_subtype", "reason")
_COUNTS = ("opens", "clicks", "human_opens", "human_clicks")

_FIELDS = json.JSONDecoder(strict=False)

_made_at = lru_cache(maxsize=64)(from_rfc3339)
"""The messages of a part were made at a few moments."""


def partition_of(campaign_id: str, part: int) -> str:
    """Return the partition key of a part."""
    return f"{campaign_id}#{part:05d}"


def image_of(message: Message) -> "Image":
    """Write a message; facts that are not known are absent."""
    image: Image = {
        "partition": {"S": partition_of(message.campaign_id, message.part)},
        "seq": {"N": str(message.seq)},
        "address": {"S": message.address},
        "fields": {"S": json.dumps(dict(message.fields))},
        "created_at": {"S": rfc3339(message.created_at)},
        **state_of(message),
    }
    return image


def state_of(message: Message) -> "Image":
    """Write what changes in the life of a message: its facts, what follows from them, and its revision."""
    image: Image = {"status": {"S": message.status.value}, "revision": {"N": str(message.revision)}}
    for (name, written), value in zip(_WRITTEN.items(), _values_of(message), strict=True):
        attribute = written(value)
        if attribute is not None:
            image[name] = attribute
    return image


def changes_of(before: Message, after: Message) -> "tuple[Image, list[str]]":
    """Return what `state_of` writes otherwise of ``after`` than of ``before``, and which attributes it leaves out."""
    put: Image = {}
    removed: list[str] = []
    if after.status is not before.status:
        put["status"] = {"S": after.status.value}
    if after.revision != before.revision:
        put["revision"] = {"N": str(after.revision)}
    values = zip(_WRITTEN.items(), _values_of(before), _values_of(after), strict=True)
    for (name, written), was, value in values:
        if was is value:
            continue
        known, wanted = written(was), written(value)
        if wanted is None and known is not None:
            removed.append(name)
        elif wanted is not None and wanted != known:
            put[name] = wanted
    return put, removed


def _time(value: datetime | None) -> "AttributeValueTypeDef | None":
    return None if value is None else {"S": rfc3339(value)}


def _text(value: str | None) -> "AttributeValueTypeDef | None":
    return None if value is None else {"S": value}


def _count(value: int) -> "AttributeValueTypeDef | None":
    return {"N": str(value)} if value else None


def _texts(value: frozenset[str]) -> "AttributeValueTypeDef | None":
    return {"SS": sorted(value)} if value else None


_WRITTEN: Mapping[str, Callable[[Any], "AttributeValueTypeDef | None"]] = {
    "provider_id": _text,
    **dict.fromkeys(_TIMES, _time),
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_COUNTS, _count),
    "seen": _texts,
}
"""How each attribute is written that changes in the life of a message, besides its status and its revision."""

_values_of: Callable[[Message], tuple[Any, ...]] = attrgetter(
    *(name if name == "provider_id" else f"facts.{name}" for name in _WRITTEN)
)

_READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_TIMES, lambda value: from_rfc3339(value["S"])),
    **dict.fromkeys(_TEXTS, lambda value: value["S"]),
    **dict.fromkeys(_COUNTS, lambda value: int(value["N"])),
    "seen": lambda value: frozenset(value["SS"]),
}
"""How each fact is read."""


COUNTED = ("status", "unknown_since", "held_at", "released_at")
"""Attributes that the account of a message follows from."""


def counted_as(image: Mapping[str, Any]) -> Tally:
    """Return the account of a message whose image has at least these attributes."""
    if image["status"]["S"] != MessageStatus.UNKNOWN:
        return tally_of(MessageStatus(image["status"]["S"]))
    known: dict[str, Any] = {name: from_rfc3339(image[name]["S"]) for name in COUNTED[1:] if name in image}
    return tally_one(Facts(**known))


def message_of_image(image: Mapping[str, Any]) -> Message:
    """Read a message, from a table or from a record of its stream."""
    campaign_id, _, part = image["partition"]["S"].partition("#")
    known: dict[str, Any] = {name: _READ[name](image[name]) for name in _READ.keys() & image.keys()}
    return Message(
        campaign_id=campaign_id,
        part=int(part),
        seq=int(image["seq"]["N"]),
        address=image["address"]["S"],
        fields=_FIELDS.decode(image["fields"]["S"]),
        provider_id=image["provider_id"]["S"] if "provider_id" in image else None,
        created_at=_made_at(image["created_at"]["S"]),
        facts=Facts(**known),
        revision=int(image["revision"]["N"]),
    )
