"""Everything that the deployment reads out of the wrapper API; no other file of infra imports it."""

from typing import Any, NamedTuple

HANDLER = "message_centre.wrapper_api.app.app"


class Key(NamedTuple):
    """A key attribute: its name and DynamoDB type (``S`` or ``N``)."""

    name: str
    type: str


class Index(NamedTuple):
    """A global secondary index; ``projected`` None: all attributes."""

    name: str
    hash_key: Key
    range_key: Key | None
    projected: tuple[str, ...] | None


class TableSchema(NamedTuple):
    """A table as its PynamoDB model says; ``ttl`` names the attribute by which DynamoDB removes items."""

    hash_key: Key
    range_key: Key | None
    indexes: tuple[Index, ...]
    ttl: str | None


def table_schemas() -> dict[str, TableSchema]:
    """Return every table's schema by logical name."""
    from message_centre.wrapper_api.centre.store.tables import EXPIRING, TABLES

    schemas = {}
    for name, model in TABLES.items():
        definition = model._get_schema()  # noqa: SLF001 - PynamoDB's own create_table reads it too
        types = {entry["AttributeName"]: entry["AttributeType"] for entry in definition["attribute_definitions"]}
        indexes = tuple(
            Index(index["index_name"], *_keys(index["key_schema"], types), _projected(index["projection"]))
            for index in definition["global_secondary_indexes"]
        )
        ttl = "expires_at" if name in EXPIRING else None
        schemas[name] = TableSchema(*_keys(definition["key_schema"], types), indexes, ttl)
    return schemas


def _keys(key_schema: list[Any], types: dict[str, str]) -> tuple[Key, Key | None]:
    by_kind = {entry["KeyType"]: entry["AttributeName"] for entry in key_schema}
    hash_name, range_name = by_kind["HASH"], by_kind.get("RANGE")
    return Key(hash_name, types[hash_name]), Key(range_name, types[range_name]) if range_name else None


def _projected(projection: dict[str, Any]) -> tuple[str, ...] | None:
    return tuple(projection["NonKeyAttributes"]) if projection["ProjectionType"] == "INCLUDE" else None


def api_body(function_arn: str, region: str) -> dict[str, Any]:
    """Return the REST API as Swagger 2.0, every route bound to the function."""
    from chalice.deploy.swagger import SwaggerGenerator

    from message_centre.wrapper_api.app import app

    deployed = {"api_handler_name": "api", "api_handler_arn": function_arn, "lambda_functions": {}}
    body: dict[str, Any] = SwaggerGenerator(region, deployed).generate_swagger(app)
    body["x-amazon-apigateway-binary-media-types"] = []
    return body


def problem_base_uri() -> str:
    """Return what the type URI of every problem document of the Message Centre begins with."""
    from message_centre.wrapper_api.centre.entrypoints.problems import BASE_URI

    return BASE_URI
