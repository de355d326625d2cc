"""What it means that SES gives no answer to a call that may be made again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import TemporarilyUnavailableError

_BUSY: Final = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})
_SERVER_ERROR: Final = 500


@contextmanager
def asking(busy: str, *, also_busy: frozenset[str] = frozenset()) -> Iterator[None]:
    """Ask SES; every other refusal passes as it is.

    Args:
        busy: what a caller of the API is told when SES is too busy or has a fault.
        also_busy: further codes of a busy SES.

    Raises:
        TemporarilyUnavailableError: SES is busy, has a fault or cannot be reached.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if code in _BUSY | also_busy or error.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR:
            raise TemporarilyUnavailableError(busy) from error
        raise
    except BotoCoreError as error:
        raise TemporarilyUnavailableError("SES cannot be reached; try again.") from error
