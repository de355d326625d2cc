"""How a worker waits, and how much of its invocation is left."""

import time
from typing import Protocol


class InvocationContext(Protocol):
    """What Lambda says of an invocation."""

    @property
    def aws_request_id(self) -> str:
        """Names the invocation."""
        ...

    def get_remaining_time_in_millis(self) -> float:
        """Return the milliseconds until Lambda ends it."""
        ...


class LambdaPace:
    """Implements `sending.ports.Pace` and `recipients.ports.Deadline`."""

    def __init__(self, context: InvocationContext) -> None:
        self._context = context

    def sleep_until(self, moment: float) -> None:
        """Return at the moment (seconds since the epoch), at once if it has passed."""
        time.sleep(max(0.0, moment - time.time()))

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        return self._context.get_remaining_time_in_millis() / 1000
