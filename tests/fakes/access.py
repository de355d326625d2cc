"""API keys in memory."""

from dataclasses import replace

from chalicelib.access.model import ApiKey
from chalicelib.kernel.errors import StaleRevisionError


class FakeApiKeys:
    """The `ApiKeyRepository` port."""

    def __init__(self) -> None:
        self.items: dict[str, ApiKey] = {}

    def add(self, key: ApiKey) -> None:
        if key.key_id in self.items:
            raise StaleRevisionError("There is one already.")
        self.items[key.key_id] = replace(key, revision=1)

    def get(self, key_id: str) -> ApiKey | None:
        return self.items.get(key_id)
