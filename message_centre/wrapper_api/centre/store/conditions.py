"""Conditional writes, and how DynamoDB's own refusals are told."""

from collections.abc import Iterator
from contextlib import contextmanager

from pynamodb.exceptions import PynamoDBException

from message_centre.wrapper_api.centre.kernel.errors import StaleRevisionError, TemporarilyUnavailableError

_BUSY = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError"}
)


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn DynamoDB's busy answers and unmet conditions into refusals; anything else is a fault and passes.

    Raises:
        StaleRevisionError: the condition of a write was not met.
        TemporarilyUnavailableError: DynamoDB is busy.
    """
    try:
        yield
    except PynamoDBException as error:
        if error.cause_response_code in _BUSY:
            raise TemporarilyUnavailableError("The store is busy; try again.") from error
        if error.cause_response_code == "ConditionalCheckFailedException":
            raise StaleRevisionError("Somebody else changed it in between; read it again.") from error
        raise
