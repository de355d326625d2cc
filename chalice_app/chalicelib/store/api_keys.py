"""API keys in DynamoDB."""

from dataclasses import replace

from chalicelib.access.model import ApiKey, Scope
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.store.mapping import mapped_errors, read, save_revision, written
from chalicelib.store.tables import ApiKeyItem


class DynamoApiKeys:
    """Implements `access.ports.ApiKeyRepository`."""

    def add(self, key: ApiKey) -> None:
        """Store a new key."""
        stored = replace(key, revision=1)
        item = ApiKeyItem(
            stored.key_id,
            name=stored.name,
            secret_hash=stored.secret_hash,
            scopes=sorted(stored.scopes),
            created_at=rfc3339(stored.created_at),
            revoked_at=written(stored.revoked_at),
            revision=stored.revision,
        )
        save_revision(item, 0)

    def get(self, key_id: str) -> ApiKey | None:
        """Return a key, or None."""
        with mapped_errors():
            try:
                item = ApiKeyItem.get(key_id, consistent_read=True)
            except ApiKeyItem.DoesNotExist:
                return None
        return ApiKey(
            key_id=item.key_id,
            name=item.name,
            secret_hash=item.secret_hash,
            scopes=frozenset(Scope(scope) for scope in item.scopes),
            created_at=from_rfc3339(item.created_at),
            revoked_at=read(item.revoked_at),
            revision=int(item.revision),
        )
