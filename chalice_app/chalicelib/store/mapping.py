"""Conversions between the platform's values and DynamoDB's, and conditional saves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException
from pynamodb.models import Model

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError

_REFUSED = "ConditionalCheckFailedException"
BUSY = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError"}
)
"""Codes of calls that may be made again later."""


def written(moment: datetime | None) -> str | None:
    """Write a time as it is stored, or None."""
    return None if moment is None else rfc3339(moment)


def read(text: str | None) -> datetime | None:
    """Read a stored time, or None."""
    return None if text is None else from_rfc3339(text)


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn DynamoDB's busy answers into `TemporarilyUnavailableError`; anything else is a fault and passes."""
    try:
        yield
    except PynamoDBException as error:
        if error.cause_response_code in BUSY:
            raise TemporarilyUnavailableError("The store is busy; try again.") from error
        raise
    except ClientError as error:  # of a call that needs no model
        if error.response["Error"].get("Code", "") in BUSY:
            raise TemporarilyUnavailableError("The store is busy; try again.") from error
        raise


def is_refused(error: PynamoDBException) -> bool:
    """Tell whether a conditional write found its condition unmet."""
    return error.cause_response_code == _REFUSED


def is_refused_call(error: ClientError) -> bool:
    """Tell the same of a call that needs no model."""
    return error.response["Error"].get("Code") == _REFUSED


def save_revision(item: Model, expected: int) -> None:
    """Store an item in place of the one at the expected revision; 0 means that there is none yet.

    Raises:
        StaleRevisionError: the stored one has another revision.
    """
    model: Any = type(item)
    condition = model.revision.does_not_exist() if expected == 0 else model.revision == expected
    with mapped_errors():
        try:
            item.save(condition=condition)
        except PynamoDBException as error:
            if is_refused(error):
                raise StaleRevisionError("Somebody else changed it in between; read it again.") from error
            raise
