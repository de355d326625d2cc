"""What is needed from outside to remember requests."""

from datetime import datetime
from typing import Protocol

from chalicelib.idempotency.model import KeptRequest


class KeptRequests(Protocol):
    """Remembers requests by caller and key; each change is one conditional write."""

    def take(self, request: KeptRequest, now: datetime) -> KeptRequest:
        """Remember a request whose key is unused or expired; return the one in force, which may be another."""
        ...

    def replace(self, before: KeptRequest, after: KeptRequest) -> bool:
        """Replace what is remembered while owner and lease are those of ``before``; tell whether they were."""
        ...

    def remove(self, request: KeptRequest) -> bool:
        """Forget a request while owner and lease are its own; tell whether they were."""
        ...
