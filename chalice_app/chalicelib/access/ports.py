"""What the access stage needs from outside."""

from typing import Protocol

from chalicelib.access.model import ApiKey


class ApiKeyRepository(Protocol):
    """Keeps API keys."""

    def add(self, key: ApiKey) -> None:
        """Store a new key."""
        ...

    def get(self, key_id: str) -> ApiKey | None:
        """Return a key, or None."""
        ...
