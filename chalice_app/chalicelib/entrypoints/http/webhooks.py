"""``/v1/webhooks``: endpoints that events are delivered to."""

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema
from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import (
    Answer,
    Api,
    PageDocument,
    Time,
    answer,
    nothing,
    page_of,
    shown_time,
)
from chalicelib.entrypoints.http.schemas import ListQuery, Name, NoDetails, Request
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.live.domain_events import DetailType
from chalicelib.webhooks.model import (
    ID_PREFIX,
    DisabledReason,
    TooManyWebhooksError,
    Webhook,
    WebhookNotFoundError,
    WebhookState,
    event_type,
)
from chalicelib.webhooks.service import WithSecret
from chalicelib.webhooks.targets import LONGEST_URL, URL_CHARACTERS

webhooks = Api(__name__)

EVENT_TYPES = tuple(event_type(kind) for kind in DetailType)
"""Types of events that a webhook may choose."""


def _known(text: str) -> str:
    if text not in EVENT_TYPES:
        raise ValueError(f"no type of event; there are {', '.join(EVENT_TYPES)}")
    return text


EventType = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(EVENT_TYPES)}, mode="validation")
]
Events = Annotated[list[EventType], Field(min_length=1, max_length=len(EVENT_TYPES))]
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_URL),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_URL,
            "pattern": rf"^[Hh][Tt][Tt][Pp][Ss]?://{URL_CHARACTERS}+$",
            "description": "An `https://` address in ASCII, percent-encoded where needed, without user, password and "
            "fragment, on port 443 or one from 1024 on; `http://` within `webhookNetworks` only.",
            "examples": ["https://crm.example.com/hook"],
        }
    ),
]
"""An address whose form the stage itself checks."""


class CreateWebhook(Request):
    """A new endpoint; without a choice of events it gets every one."""

    name: Name
    url: Url
    events: Events | None = None


class ChangeWebhook(Request):
    """What is given is changed; ``events`` that are null stand for every one."""

    name: Name = Field(default_factory=str)
    url: Url = Field(default_factory=str)
    events: Events | None = None


class WebhookDocument(TypedDict):
    """An endpoint.

    Attributes:
        events: null: every one.
        failing_since: when an attempt first failed after the last one that went well.
        previous_secret_until: until when requests are signed by the former secret as well.
    """

    webhook_id: str
    name: str
    url: str
    events: list[str] | None
    state: WebhookState
    disabled_reason: DisabledReason | None
    disabled_at: Time | None
    delivered_at: Time | None
    failing_since: Time | None
    secret_made_at: Time | None
    previous_secret_until: Time | None
    created_at: Time | None
    created_by: str


class WebhookWithSecret(WebhookDocument):
    """An endpoint with its secret, which is shown this once; null when the answer is given again."""

    secret: str | None


@webhooks.operation(
    "POST",
    "/v1/webhooks",
    scope=Scope.ADMIN,
    status=HTTPStatus.CREATED,
    refuses=(TooManyWebhooksError,),
    creates=ID_PREFIX,
    shown_once=("secret",),
)
def create_webhook(request: CreateWebhook, new_id: str) -> Answer[WebhookWithSecret]:
    """Register an endpoint that events are delivered to; the answer shows its secret, this once."""
    made = bootstrap.webhooks().create(
        name=request.name,
        url=request.url,
        events=request.events,
        created_by=webhooks.principal.name,
        webhook_id=new_id,
    )
    return answer(
        _with_secret(made), revision=made.webhook.revision, location=f"/v1/webhooks/{made.webhook.webhook_id}"
    )


@webhooks.operation("GET", "/v1/webhooks", scope=Scope.READ)
def list_webhooks(query: ListQuery) -> Answer[PageDocument[WebhookDocument]]:
    """List the endpoints, newest first."""
    return page_of(bootstrap.webhooks().list(limit=query.limit, cursor=query.cursor), webhook_document)


@webhooks.operation("GET", "/v1/webhooks/{webhook_id}", scope=Scope.READ, refuses=(WebhookNotFoundError,))
def get_webhook(webhook_id: str) -> Answer[WebhookDocument]:
    """Show an endpoint and how it has been answering."""
    return _shown(bootstrap.webhooks().get(webhook_id))


@webhooks.operation("PATCH", "/v1/webhooks/{webhook_id}", scope=Scope.ADMIN, refuses=(WebhookNotFoundError,))
def change_webhook(webhook_id: str, request: ChangeWebhook, revision: int | None) -> Answer[WebhookDocument]:
    """Change an endpoint's name, address or choice of events."""
    given: dict[str, Any] = {name: getattr(request, name) for name in request.model_fields_set}
    return _shown(bootstrap.webhooks().change(webhook_id, revision, given))


@webhooks.operation(
    "DELETE",
    "/v1/webhooks/{webhook_id}",
    scope=Scope.ADMIN,
    status=HTTPStatus.NO_CONTENT,
    refuses=(WebhookNotFoundError,),
)
def delete_webhook(webhook_id: str, revision: int | None) -> Answer[None]:
    """Remove an endpoint; what waits for it is not delivered any more."""
    bootstrap.webhooks().delete(webhook_id, revision)
    return nothing()


@webhooks.operation(
    "POST",
    "/v1/webhooks/{webhook_id}/rotate-secret",
    scope=Scope.ADMIN,
    refuses=(WebhookNotFoundError,),
    creates="sec",
    shown_once=("secret",),
)
def rotate_webhook_secret(
    webhook_id: str, request: NoDetails, revision: int | None, new_id: str
) -> Answer[WebhookWithSecret]:
    """Give an endpoint another secret; requests are signed by both for a day."""
    del request
    made = bootstrap.webhooks().rotate_secret(webhook_id, revision, made_by=new_id)
    return answer(_with_secret(made), revision=made.webhook.revision)


@webhooks.operation(
    "POST",
    "/v1/webhooks/{webhook_id}/disable",
    scope=Scope.ADMIN,
    refuses=(WebhookNotFoundError, InvalidTransitionError),
)
def disable_webhook(webhook_id: str, request: NoDetails, revision: int | None) -> Answer[WebhookDocument]:
    """Deliver nothing to an endpoint until it is enabled."""
    del request
    return _shown(bootstrap.webhooks().disable(webhook_id, revision))


@webhooks.operation(
    "POST",
    "/v1/webhooks/{webhook_id}/enable",
    scope=Scope.ADMIN,
    refuses=(WebhookNotFoundError, InvalidTransitionError),
)
def enable_webhook(webhook_id: str, request: NoDetails, revision: int | None) -> Answer[WebhookDocument]:
    """Deliver to an endpoint again, first what still waits for it."""
    del request
    return _shown(bootstrap.webhooks().enable(webhook_id, revision))


def webhook_document(webhook: Webhook) -> WebhookDocument:
    """Show an endpoint."""
    return {
        "webhook_id": webhook.webhook_id,
        "name": webhook.name,
        "url": webhook.url,
        "events": None if webhook.events is None else list(webhook.events),
        "state": webhook.state,
        "disabled_reason": webhook.disabled_reason,
        "disabled_at": shown_time(webhook.disabled_at),
        "delivered_at": shown_time(webhook.health.delivered_at),
        "failing_since": shown_time(webhook.health.failing_since),
        "secret_made_at": shown_time(webhook.secret.made_at),
        "previous_secret_until": shown_time(webhook.previous_until),
        "created_at": shown_time(webhook.created_at),
        "created_by": webhook.created_by,
    }


def _shown(webhook: Webhook) -> Answer[WebhookDocument]:
    return answer(webhook_document(webhook), revision=webhook.revision)


def _with_secret(made: WithSecret) -> WebhookWithSecret:
    return {**webhook_document(made.webhook), "secret": made.secret}
