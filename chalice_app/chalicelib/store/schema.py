"""What Pulumi needs to know of a table, read from its PynamoDB model so that the two cannot drift."""

from dataclasses import dataclass
from typing import Any

from chalicelib.store.tables import TABLES


@dataclass(frozen=True, slots=True)
class Key:
    """A key attribute: its name and DynamoDB type (``S`` or ``N``)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index that projects all attributes."""

    name: str
    hash_key: Key
    range_key: Key | None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table.

    Attributes:
        streamed: its changes are read by a function, each with the item before and after.
        ttl: attribute by which DynamoDB removes items, if any.
    """

    name: str
    hash_key: Key
    range_key: Key | None
    indexes: tuple[Index, ...]
    streamed: bool
    ttl: str | None


_STREAMED = frozenset({"campaigns", "messages", "suppressions", "transactional", "webhooks"})
_TTL = dict.fromkeys(("audit", "caller_use", "claims", "requests", "transactional", "webhook_deliveries"), "expires_at")


def table_schemas() -> dict[str, TableSchema]:
    """Return every table's schema by logical name."""
    schemas = {}
    for name, (model, *_others) in TABLES.items():
        definition = model._get_schema()  # noqa: SLF001 - PynamoDB's own create_table reads it too; a test pins it
        types = {entry["AttributeName"]: entry["AttributeType"] for entry in definition["attribute_definitions"]}
        hash_key, range_key = _keys(definition["key_schema"], types)
        indexes = []
        for index in definition["global_secondary_indexes"]:
            index_hash, index_range = _keys(index["key_schema"], types)
            indexes.append(Index(index["index_name"], index_hash, index_range))
        schemas[name] = TableSchema(
            name=name,
            hash_key=hash_key,
            range_key=range_key,
            indexes=tuple(indexes),
            streamed=name in _STREAMED,
            ttl=_TTL.get(name),
        )
    return schemas


def _keys(key_schema: list[Any], types: dict[str, str]) -> tuple[Key, Key | None]:
    by_kind = {entry["KeyType"]: entry["AttributeName"] for entry in key_schema}
    hash_name = by_kind["HASH"]
    range_name = by_kind.get("RANGE")
    return Key(hash_name, types[hash_name]), Key(range_name, types[range_name]) if range_name else None
