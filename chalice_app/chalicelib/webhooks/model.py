"""Endpoints that events are delivered to: what is kept of them, their states, and who may have how many."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.kernel.errors import ConflictError, NotFoundError
from chalicelib.kernel.states import TransitionTable

MOST_WEBHOOKS = 20
"""Endpoints of a deployment; there are as many workers, so none waits for the worker of another."""

OLD_SECRET_VALID = timedelta(hours=24)
"""How long requests are signed by the secret before the last rotation as well."""

DISABLED_AFTER = timedelta(days=5)
"""An endpoint that took nothing for so long, though it was tried, is disabled."""

TEST_TYPE = "webhook.test"
"""Type of the event that is made to try an endpoint; no filter keeps it away."""

ID_PREFIX = "whk"


def event_type(detail_type: str) -> str:
    """Return an event's type as webhooks name it: ``Campaign State Changed`` is ``campaign.state_changed``."""
    subject, _, what = detail_type.lower().partition(" ")
    return f"{subject}.{what.replace(' ', '_')}"


class WebhookState(StrEnum):
    """Whether events are delivered to an endpoint."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class DisabledReason(StrEnum):
    """Why an endpoint is disabled."""

    ASKED = "asked"
    GONE = "gone"
    FAILING = "failing"


WEBHOOK_STATES = TransitionTable(
    "webhook",
    {
        WebhookState.ENABLED: {
            WebhookState.DISABLED: "somebody asked for it, the endpoint answered 410, or it took nothing for days",
        },
        WebhookState.DISABLED: {WebhookState.ENABLED: "somebody mended the endpoint and says so"},
    },
)


class WebhookNotFoundError(NotFoundError):
    """There is no such webhook."""

    problem = "webhook-not-found"


class TooManyWebhooksError(ConflictError):
    """The deployment has as many webhooks as it may have."""

    problem = "too-many-webhooks"


@dataclass(frozen=True, slots=True)
class Secret:
    """What a signing secret is derived from, by a key that never leaves KMS; the secret itself is kept nowhere.

    Attributes:
        seed: random text.
        made_at: when it was made.
    """

    seed: str
    made_at: datetime

    def label(self, webhook_id: str) -> str:
        """Return what KMS derives the secret from."""
        return f"webhook-1 {webhook_id} {self.seed}"


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint has been answering.

    Attributes:
        delivered_at: when it last took an event.
        failing_since: when the first attempt failed after that; None while it works.
    """

    delivered_at: datetime | None = None
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An endpoint.

    Attributes:
        events: types of events that it gets; None: every one.
        disabled_reason, disabled_at: None while it is enabled.
        previous: the secret before the last rotation.
        turn_at: when it is visited next because something waits, if that is arranged already.
        created_by: name of the API key.
        revision: counts the changes of what somebody decided; health and turns do not raise it.
    """

    webhook_id: str
    name: str
    url: str
    events: tuple[str, ...] | None
    state: WebhookState = WebhookState.ENABLED
    disabled_reason: DisabledReason | None = None
    disabled_at: datetime | None = None
    secret: Secret
    previous: Secret | None = None
    health: Health = field(default_factory=Health)
    turn_at: datetime | None = None
    created_at: datetime
    created_by: str
    revision: int = 0

    def wants(self, kind: str) -> bool:
        """Tell whether events of this type are delivered to it."""
        return self.state is WebhookState.ENABLED and (self.events is None or kind in self.events)

    def valid_secrets(self, now: datetime) -> tuple[Secret, ...]:
        """Return the secrets that requests are signed by, the present one first."""
        until = self.previous_until
        return (self.secret, self.previous) if self.previous and until and now < until else (self.secret,)

    @property
    def previous_until(self) -> datetime | None:
        """Until when the secret before the last rotation is used."""
        return self.secret.made_at + OLD_SECRET_VALID if self.previous else None


def new_secret(now: datetime) -> Secret:
    """Make what a new secret is derived from."""
    return Secret(secrets.token_hex(16), now)


def rotated(webhook: Webhook, secret: Secret) -> Webhook:
    """Give it another secret; the present one stays in use for a while, one before that does not."""
    return replace(webhook, secret=secret, previous=webhook.secret)


def disabled(webhook: Webhook, reason: DisabledReason, now: datetime) -> Webhook:
    """Deliver nothing to it any more.

    Raises:
        InvalidTransitionError: it is disabled already.
    """
    state = WEBHOOK_STATES.check(webhook.state, WebhookState.DISABLED)
    return replace(webhook, state=state, disabled_reason=reason, disabled_at=now)


def enabled(webhook: Webhook) -> Webhook:
    """Deliver to it again.

    Raises:
        InvalidTransitionError: it is enabled already.
    """
    state = WEBHOOK_STATES.check(webhook.state, WebhookState.ENABLED)
    return replace(webhook, state=state, disabled_reason=None, disabled_at=None)


def has_failed_too_long(health: Health, now: datetime) -> bool:
    """Tell whether an endpoint is to be disabled for what it does not take."""
    return health.failing_since is not None and now - health.failing_since >= DISABLED_AFTER
