"""API keys in DynamoDB."""

from dataclasses import replace

from chalicelib.access.model import ApiKey, OldSecret, Scope
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.pages import Page
from chalicelib.store.access_tables import ApiKeyItem
from chalicelib.store.listing import Listing, read_page
from chalicelib.store.mapping import mapped_errors, read, save_revision, written

_LISTED = "api_key"
_IN_LIST = frozenset({"key_id", "listed", "listed_at"})


class DynamoApiKeys:
    """Implements `access.ports.ApiKeyRepository`."""

    def add(self, key: ApiKey) -> ApiKey:
        """Store a new key."""
        added = replace(key, revision=1)
        save_revision(_item(added), 0)
        return added

    def get(self, key_id: str) -> ApiKey | None:
        """Return a key, read consistently, or None."""
        with mapped_errors():
            try:
                return _key(ApiKeyItem.get(key_id, consistent_read=True))
            except ApiKeyItem.DoesNotExist:
                return None

    def save(self, key: ApiKey) -> ApiKey:
        """Replace the key at this revision; return it with the next one."""
        saved = replace(key, revision=key.revision + 1)
        save_revision(_item(saved), key.revision)
        return saved

    def list(self, *, limit: int, cursor: str | None) -> Page[ApiKey]:
        """Return keys, newest first."""
        listing = Listing(ApiKeyItem.listed_index, _LISTED, _IN_LIST, None)
        items, following = read_page(listing, limit=limit, cursor=cursor)
        return Page([_key(ApiKeyItem.from_raw_data(item)) for item in items], following)


def _item(key: ApiKey) -> ApiKeyItem:
    return ApiKeyItem(
        key.key_id,
        listed=_LISTED,
        listed_at=key.key_id,
        name=key.name,
        secret_hash=key.secret_hash,
        old_secrets=[[old.secret_hash, rfc3339(old.until)] for old in key.old_secrets],
        scopes=sorted(key.scopes),
        created_at=rfc3339(key.created_at),
        created_by=key.created_by,
        expires_at=written(key.expires_at),
        rotated_at=written(key.rotated_at),
        revoked_at=written(key.revoked_at),
        revision=key.revision,
    )


def _key(item: ApiKeyItem) -> ApiKey:
    return ApiKey(
        key_id=item.key_id,
        name=item.name,
        secret_hash=item.secret_hash,
        scopes=frozenset(Scope(scope) for scope in item.scopes),
        created_at=from_rfc3339(item.created_at),
        created_by=item.created_by,
        expires_at=read(item.expires_at),
        revoked_at=read(item.revoked_at),
        rotated_at=read(item.rotated_at),
        old_secrets=tuple(OldSecret(digest, from_rfc3339(until)) for digest, until in item.old_secrets),
        revision=int(item.revision),
    )
