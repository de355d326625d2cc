"""DynamoDB in memory, with every table as the models describe it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import boto3
from moto import mock_aws
from moto.core.models import botocore_stubber

from chalicelib.settings import Settings
from chalicelib.store.schema import Key, TableSchema, table_schemas
from chalicelib.store.tables import TABLES, bind

REGION = "eu-central-1"


@contextmanager
def tables() -> Iterator[None]:
    """Make the tables and point the models at them; AWS_DEFAULT_REGION must name `REGION`."""
    settings = Settings({f"TABLE_{name.upper()}": f"contract-{name}" for name in TABLES})
    with mock_aws(), _one_request_at_a_time():
        make_tables(boto3.client("dynamodb", region_name=REGION))
        for name in TABLES:
            bind(name, settings)
        yield


def make_tables(client: Any) -> None:
    """Make every table as the models describe it."""
    for name, schema in table_schemas().items():
        client.create_table(TableName=f"contract-{name}", BillingMode="PAY_PER_REQUEST", **_definition(schema))


@contextmanager
def _one_request_at_a_time() -> Iterator[None]:
    """Let no two requests overlap.

    Moto checks a condition and writes in two steps, DynamoDB in one: two threads could both find the condition met.
    """
    process, lock = botocore_stubber.process_request, Lock()

    def locked(request: Any) -> Any:
        with lock:
            return process(request)

    botocore_stubber.process_request = locked  # type: ignore[method-assign]  # the one way in for every client
    try:
        yield
    finally:
        botocore_stubber.process_request = process  # type: ignore[method-assign]  # as above


def _definition(schema: TableSchema) -> dict[str, Any]:
    pairs = [(schema.hash_key, schema.range_key), *((index.hash_key, index.range_key) for index in schema.indexes)]
    types = {key.name: key.type for pair in pairs for key in pair if key}
    definition: dict[str, Any] = {
        "KeySchema": _key_schema(schema.hash_key, schema.range_key),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()],
    }
    if schema.indexes:
        definition["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _key_schema(index.hash_key, index.range_key),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in schema.indexes
        ]
    return definition


def _key_schema(hash_key: Key, range_key: Key | None) -> list[dict[str, str]]:
    keys = [{"AttributeName": hash_key.name, "KeyType": "HASH"}]
    if range_key:
        keys.append({"AttributeName": range_key.name, "KeyType": "RANGE"})
    return keys
