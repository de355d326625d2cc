"""What the probe needs from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered; ``document`` is empty when that was no JSON object."""

    status: int
    document: Mapping[str, Any] = field(default_factory=dict)


class Api(Protocol):
    """The platform's API as its callers reach it."""

    def call(
        self, method: str, path: str, *, token: str, document: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        """Make a request.

        Args:
            method: of HTTP.
            path: with its query.
            token: of an API key.
            document: the body.
            key: the Idempotency-Key.

        Raises:
            OSError: the API was not reached or did not answer in time.
        """
        ...


class Pace(Protocol):
    """The time of one invocation."""

    def sleep_until(self, moment: float) -> None:
        """Return at the moment (seconds since the epoch), at once if it has passed."""
        ...

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...
