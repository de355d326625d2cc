"""A message as DynamoDB's own attribute values, written and read without a model in between.

A worker reads and writes thousands of messages; building a PynamoDB model of each takes several times as long. The
model (`tables.MessageItem`) stays the schema: a test keeps both ways equal, attribute by attribute.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.messages.model import Facts, Message, MessageStatus, Tally, tally_of, tally_one

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Image = dict[str, AttributeValueTypeDef]

_TIMES = tuple(name for name in (f.name for f in fields(Facts)) if name.endswith(("_at", "_since")))
_TEXTS = ("bounce_type", "bounce_subtype", "reason")
_COUNTS = ("opens", "clicks", "human_opens", "human_clicks")


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
    facts = message.facts
    image: Image = {"status": {"S": message.status.value}, "revision": {"N": str(message.revision)}}
    if message.provider_id is not None:
        image["provider_id"] = {"S": message.provider_id}
    for name in _TIMES:
        moment = getattr(facts, name)
        if moment is not None:
            image[name] = {"S": rfc3339(moment)}
    for name in _TEXTS:
        text = getattr(facts, name)
        if text is not None:
            image[name] = {"S": text}
    for name in _COUNTS:
        count = getattr(facts, name)
        if count:
            image[name] = {"N": str(count)}
    if facts.seen:
        image["seen"] = {"SS": sorted(facts.seen)}
    return image


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
    known: dict[str, Any] = {name: from_rfc3339(image[name]["S"]) for name in _TIMES if name in image}
    known.update((name, image[name]["S"]) for name in _TEXTS if name in image)
    known.update((name, int(image[name]["N"])) for name in _COUNTS if name in image)
    if "seen" in image:
        known["seen"] = frozenset(image["seen"]["SS"])
    return Message(
        campaign_id=campaign_id,
        part=int(part),
        seq=int(image["seq"]["N"]),
        address=image["address"]["S"],
        fields=json.loads(image["fields"]["S"], strict=False),
        provider_id=image["provider_id"]["S"] if "provider_id" in image else None,
        created_at=from_rfc3339(image["created_at"]["S"]),
        facts=Facts(**known),
        revision=int(image["revision"]["N"]),
    )
