"""How a call to OpenSearch is repeated and how its errors are told."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from opensearchpy.exceptions import ConnectionError as NoConnectionError
from opensearchpy.exceptions import TransportError

from chalicelib.kernel.errors import ConfigurationError, TemporarilyUnavailableError

Answer = TypeVar("Answer")
Sleep = Callable[[float], None]

TRIES = 5
_FIRST_WAIT_SECONDS = 0.2
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_REFUSED = frozenset({401, 403})


def is_passing(status: object) -> bool:
    """Tell whether a call or an item with this HTTP status may succeed later."""
    return isinstance(status, int) and (status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR)


def wait(attempt: int, sleep: Sleep = time.sleep) -> None:
    """Wait before try ``attempt + 1``: doubled each time, of random length, so that writers do not keep step."""
    sleep(_FIRST_WAIT_SECONDS * 2**attempt * random.uniform(0.5, 1))  # noqa: S311 - no secret


def call(request: Callable[[], Answer], *, sleep: Sleep = time.sleep) -> Answer:
    """Make an idempotent call, again after a passing error.

    Raises:
        TemporarilyUnavailableError: it kept failing.
        ConfigurationError: OpenSearch refuses this function's credentials.
    """
    for attempt in range(TRIES):
        try:
            return request()
        except TransportError as error:
            if error.status_code in _REFUSED:
                raise ConfigurationError("OpenSearch refuses the function's role; see the domain's policy.") from error
            if not isinstance(error, NoConnectionError) and not is_passing(error.status_code):
                raise
            if attempt == TRIES - 1:
                raise TemporarilyUnavailableError("Analytics did not answer; try again.") from error
        wait(attempt, sleep)
    raise AssertionError("unreachable")
