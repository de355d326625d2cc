"""Many changes of messages in few calls: BatchExecuteStatement, each statement with its own condition and answer.

A statement changes only the attributes that differ, and costs the write units that a PutItem of the item costs.
Source: Amazon DynamoDB API Reference, BatchExecuteStatement and BatchStatementError; Developer Guide, "PartiQL update
statements for DynamoDB".
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import Message
from chalicelib.store.mapping import BUSY
from chalicelib.store.message_images import changes_of, partition_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import BatchStatementRequestTypeDef

STATEMENTS = 25
"""Statements that one BatchExecuteStatement takes."""

PUTS = 25
"""Items that one BatchWriteItem takes."""

_REFUSED = "ConditionalCheckFailed"
_BUSY = frozenset(
    {
        "ThrottlingError",
        "RequestLimitExceeded",
        "ProvisionedThroughputExceeded",
        "InternalServerError",
        "TransactionConflict",
    }
)
"""Codes of single statements, which are named otherwise than those of calls: try the statement again."""

_TRIES = 6
_FIRST_PAUSE = 0.05


def _pause(attempt: int) -> float:
    """Return how many seconds to leave the store alone after a try, from 0."""
    longest = _FIRST_PAUSE * 2**attempt
    return random.uniform(longest / 2, longest)  # noqa: S311 - jitter, no secret


class Change(NamedTuple):
    """A message as it was read, and as it is to be stored: its revision is the next one."""

    before: Message
    after: Message


class StatementFailedError(Exception):
    """DynamoDB refused a statement for a reason that no second try mends."""


def write_changes(
    client: "DynamoDBClient", table: str, changes: Sequence[Change], *, sleep: Callable[[float], object] = time.sleep
) -> list[Change]:
    """Store every change whose message is stored at the revision that was read; return the others.

    Args:
        client: of DynamoDB.
        table: the messages' table.
        changes: no message twice.
        sleep: waits for so many seconds.

    Raises:
        TemporarilyUnavailableError: DynamoDB is busy, or its answer was lost; some of the changes may be stored.
        StatementFailedError: it refuses a statement for good.
    """
    stale: list[Change] = []
    for first in range(0, len(changes), STATEMENTS):
        rest: Sequence[Change] = changes[first : first + STATEMENTS]
        for attempt in range(_TRIES):
            refused, rest = _write(client, table, rest)
            stale.extend(refused)
            if not rest:
                break
            sleep(_pause(attempt))
        else:
            raise TemporarilyUnavailableError("The store is busy; try again.")
    return stale


def _write(client: "DynamoDBClient", table: str, changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """Make one call; return the changes whose condition failed and those that DynamoDB was too busy for."""
    try:
        answer = client.batch_execute_statement(Statements=[_statement(table, change) for change in changes])
    except ClientError as error:
        if error.response["Error"].get("Code", "") in BUSY:
            raise TemporarilyUnavailableError("The store is busy; try again.") from error
        raise
    except BotoCoreError as error:
        raise TemporarilyUnavailableError("The store cannot be reached; try again.") from error
    refused: list[Change] = []
    busy: list[Change] = []
    for change, response in zip(changes, answer["Responses"], strict=True):
        code = response.get("Error", {}).get("Code")
        if code == _REFUSED:
            refused.append(change)
        elif code in _BUSY:
            busy.append(change)
        elif code is not None:
            raise StatementFailedError(f"DynamoDB answered {code} to a change of {change.before.message_id}.")
    return refused, busy


def _statement(table: str, change: Change) -> "BatchStatementRequestTypeDef":
    before, after = change
    put, removed = changes_of(before, after)
    key = [{"S": partition_of(before.campaign_id, before.part)}, {"N": str(before.seq)}, {"N": str(before.revision)}]
    parameters: list[Any] = [*put.values(), *key]
    return {"Statement": _update(table, tuple(put), tuple(removed)), "Parameters": parameters}


@lru_cache(maxsize=64)
def _update(table: str, put: tuple[str, ...], removed: tuple[str, ...]) -> str:
    """Return a statement's text, in which only names of attributes stand: every value is a parameter."""
    clauses = " ".join([*(f'SET "{name}"=?' for name in put), *(f'REMOVE "{name}"' for name in removed)])
    return f'UPDATE "{table}" {clauses} WHERE "partition"=? AND "seq"=? AND "revision"=?'


def query_part(
    client: "DynamoDBClient", table: str, partition: str, first: int, last: int, *, only: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the items of a partition whose ``seq`` is in ``first`` .. ``last``, in order, read consistently.

    Args:
        client: of DynamoDB.
        table: the messages' table.
        partition: a part's.
        first: the lowest ``seq``.
        last: the highest one.
        only: attributes that the items come with; by default all.
    """
    request: dict[str, Any] = {
        "TableName": table,
        "ConsistentRead": True,
        "KeyConditionExpression": "#p = :p AND seq BETWEEN :first AND :last",
        "ExpressionAttributeNames": {"#p": "partition"},
        "ExpressionAttributeValues": {":p": {"S": partition}, ":first": {"N": str(first)}, ":last": {"N": str(last)}},
    }
    if only:
        request["ProjectionExpression"] = ", ".join(f"#{number}" for number in range(len(only)))
        request["ExpressionAttributeNames"] |= {f"#{number}": name for number, name in enumerate(only)}
    while True:
        answer = client.query(**request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def put_items(
    client: "DynamoDBClient", table: str, items: Sequence[Any], *, sleep: Callable[[float], object] = time.sleep
) -> None:
    """Store up to 25 items, whatever is there, and again, after a pause, those that DynamoDB did not come to.

    Raises:
        TemporarilyUnavailableError: DynamoDB kept leaving items out.
    """
    requests: Any = [{"PutRequest": {"Item": item}} for item in items]
    for attempt in range(_TRIES):
        requests = client.batch_write_item(RequestItems={table: requests}).get("UnprocessedItems", {}).get(table)
        if not requests:
            return
        sleep(_pause(attempt))
    raise TemporarilyUnavailableError("The store is busy; try again.")
