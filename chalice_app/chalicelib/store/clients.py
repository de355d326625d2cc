"""The SDK's clients behind PynamoDB's models, for the calls that are made for every message."""

from functools import cache
from typing import TYPE_CHECKING, Any

from pynamodb.models import Model

from chalicelib.wire.direct import direct

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

_DIRECT = {
    "batch_execute_statement": "BatchExecuteStatement",
    "batch_get_item": "BatchGetItem",
    "batch_write_item": "BatchWriteItem",
    "delete_item": "DeleteItem",
    "get_item": "GetItem",
    "put_item": "PutItem",
    "query": "Query",
    "update_item": "UpdateItem",
}


def client_of(model: type[Model]) -> "DynamoDBClient":
    """Return the client that PynamoDB made for a model, with its time limits; what it does for messages is direct.

    Attributes must hold no bytes.
    """
    client: Any = model._get_connection().connection.client  # noqa: SLF001 - PynamoDB has no public way to it
    return _direct(client)


@cache
def _direct(client: Any) -> "DynamoDBClient":
    made: DynamoDBClient = direct(client, _DIRECT, again=True)
    return made
