"""``/v1/api-keys``: who may call the API."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, cast

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import (
    ID_PREFIX,
    ApiKey,
    ApiKeyNotFoundError,
    ApiKeyRevokedError,
    KeyState,
    Scope,
    ScopesExceededError,
)
from chalicelib.access.service import KeyChanges
from chalicelib.entrypoints.http.access_schemas import ChangeApiKey, CreateApiKey, RotateApiKey
from chalicelib.entrypoints.http.api import Answer, Api, PageDocument, Time, answer, page_of, shown_time
from chalicelib.entrypoints.http.schemas import ListQuery, NoDetails

api_keys = Api(__name__)

_CHANGE = (ApiKeyNotFoundError, ApiKeyRevokedError, ScopesExceededError)


class ApiKeyDocument(TypedDict):
    """An API key, without its secret.

    Attributes:
        created_by: id of the key that made it, ARN of the role or user that signed it, or `administrator`.
        rotated_at: when it got its present secret.
        old_secrets_until: until when a secret before is still good.
        last_used_at: within ten seconds.
    """

    key_id: str
    name: str
    scopes: list[Scope]
    state: KeyState
    created_at: Time | None
    created_by: str
    expires_at: Time | None
    rotated_at: Time | None
    old_secrets_until: Time | None
    revoked_at: Time | None
    last_used_at: Time | None


class IssuedApiKeyDocument(ApiKeyDocument):
    """An API key with its token, which is shown this once.

    Attributes:
        token: null when the same request was answered before.
    """

    token: str | None


@api_keys.operation(
    "POST",
    "/v1/api-keys",
    scope=Scope.KEYS,
    status=HTTPStatus.CREATED,
    refuses=(ScopesExceededError,),
    creates=ID_PREFIX,
    shown_once=("token",),
)
def create_api_key(request: CreateApiKey, new_id: str) -> Answer[IssuedApiKeyDocument]:
    """Make an API key; its token is shown this once."""
    key, token = bootstrap.access().issue_once(
        new_id, request.name, request.scopes, expires_at=request.expires_at, by=api_keys.principal
    )
    return answer({**_document(key), "token": token}, revision=key.revision, location=f"/v1/api-keys/{key.key_id}")


@api_keys.operation("GET", "/v1/api-keys", scope=Scope.KEYS)
def list_api_keys(query: ListQuery) -> Answer[PageDocument[ApiKeyDocument]]:
    """List all keys, newest first; expired and revoked ones stay in it."""
    page = bootstrap.access().list(limit=query.limit, cursor=query.cursor)
    used = bootstrap.request_limit().last_used(*(key.key_id for key in page.items))
    return page_of(page, lambda key: _document(key, used.get(key.key_id)))


@api_keys.operation("GET", "/v1/api-keys/{key_id}", scope=Scope.KEYS, refuses=(ApiKeyNotFoundError,))
def get_api_key(key_id: str) -> Answer[ApiKeyDocument]:
    """Show a key."""
    return _shown(bootstrap.access().get(key_id))


@api_keys.operation("PATCH", "/v1/api-keys/{key_id}", scope=Scope.KEYS, refuses=_CHANGE)
def change_api_key(key_id: str, request: ChangeApiKey, revision: int | None) -> Answer[ApiKeyDocument]:
    """Change a key's name, scopes or expiry."""
    changes = cast("KeyChanges", {name: getattr(request, name) for name in request.model_fields_set})
    return _shown(bootstrap.access().change(key_id, changes, by=api_keys.principal, revision=revision))


@api_keys.operation("POST", "/v1/api-keys/{key_id}/rotate", scope=Scope.KEYS, refuses=_CHANGE)
def rotate_api_key(key_id: str, request: RotateApiKey, revision: int | None) -> Answer[IssuedApiKeyDocument]:
    """Give a key a new secret; its token is shown this once, and the old one stays good for a while."""
    overlap = timedelta(seconds=request.overlap_seconds)
    key, token = bootstrap.access().rotate(key_id, overlap, by=api_keys.principal, revision=revision)
    document = _document(key, bootstrap.request_limit().last_used(key_id).get(key_id))
    return answer({**document, "token": token}, revision=key.revision)


@api_keys.operation(
    "POST", "/v1/api-keys/{key_id}/revoke", scope=Scope.KEYS, refuses=(ApiKeyNotFoundError, ScopesExceededError)
)
def revoke_api_key(key_id: str, _request: NoDetails, revision: int | None) -> Answer[ApiKeyDocument]:
    """End a key for good."""
    return _shown(bootstrap.access().revoke(key_id, by=api_keys.principal, revision=revision))


def _shown(key: ApiKey) -> Answer[Any]:
    used = bootstrap.request_limit().last_used(key.key_id)
    return answer(_document(key, used.get(key.key_id)), revision=key.revision)


def _document(key: ApiKey, last_used: datetime | None = None) -> ApiKeyDocument:
    now = bootstrap.clock().now()
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "state": key.state(now),
        "created_at": shown_time(key.created_at),
        "created_by": key.created_by,
        "expires_at": shown_time(key.expires_at),
        "rotated_at": shown_time(key.rotated_at),
        "old_secrets_until": shown_time(max((o.until for o in key.old_secrets if now < o.until), default=None)),
        "revoked_at": shown_time(key.revoked_at),
        "last_used_at": shown_time(last_used),
    }
