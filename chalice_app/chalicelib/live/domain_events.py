"""What the platform tells other programs: a closed vocabulary of events, each a plain JSON object.

An event is made from one change of one record, and its id follows from what it tells. So a change that is read again
gives the same event under the same id, by which consumers drop what they have already. docs/events.md describes the
fields; docs/events.schema.json is made from these classes.
"""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal

from chalicelib.campaigns.model import CampaignState
from chalicelib.kernel.clock import rfc3339
from chalicelib.suppressions.model import SuppressionReason
from chalicelib.webhooks.model import DisabledReason

SOURCE = "email-platform"
"""The ``source`` of every event."""

SCHEMA_VERSION: Literal[1] = 1
"""Rises when a field is removed or gets another meaning; new fields do not raise it."""


class DetailType(StrEnum):
    """The ``detail-type`` of an event."""

    CAMPAIGN_STATE_CHANGED = "Campaign State Changed"
    MESSAGE_BOUNCED = "Message Bounced"
    MESSAGE_COMPLAINED = "Message Complained"
    MESSAGE_REJECTED = "Message Rejected"
    MESSAGE_UNSUBSCRIBED = "Message Unsubscribed"
    ADDRESS_SUPPRESSED = "Address Suppressed"
    SUPPRESSION_LIFTED = "Suppression Lifted"
    WEBHOOK_DISABLED = "Webhook Disabled"


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """What every event tells.

    Attributes:
        event_id: the same whenever the same thing is told: SHA-256 in hex.
        schema_version: of the fields.
        occurred_at: when it happened, RFC 3339 in UTC.
    """

    detail_type: ClassVar[DetailType]

    event_id: str
    schema_version: Literal[1] = SCHEMA_VERSION
    occurred_at: datetime

    def detail(self) -> dict[str, Any]:
        """Return the event's ``detail``; what is not known is null."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, kw_only=True)
class CampaignStateChanged(DomainEvent):
    """A campaign went into another state, or was made.

    Attributes:
        previous_state: None for a campaign that was just made.
        reason: why it stands as it does, in words for people.
        changed_by: name of the API key that paused, resumed or cancelled it last.
        revision: of the campaign; of two events the one with the larger revision is the later one.
    """

    detail_type = DetailType.CAMPAIGN_STATE_CHANGED

    campaign_id: str
    name: str
    state: CampaignState
    previous_state: CampaignState | None
    reason: str | None
    changed_by: str | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class MessageEvent(DomainEvent):
    """Something became known of a message.

    Attributes:
        campaign_id: None for a transactional message.
    """

    message_id: str
    campaign_id: str | None


@dataclass(frozen=True, kw_only=True)
class MessageBounced(MessageEvent):
    """A message came back, or a soft bounce turned out to be a hard one.

    Attributes:
        bounce_type: ``Permanent``, ``Transient`` or ``Undetermined``.
        bounce_subtype: SES's own word for the cause.
    """

    detail_type = DetailType.MESSAGE_BOUNCED

    bounce_type: str
    bounce_subtype: str


@dataclass(frozen=True, kw_only=True)
class MessageComplained(MessageEvent):
    """The recipient told the mailbox provider that a message is unwanted."""

    detail_type = DetailType.MESSAGE_COMPLAINED


@dataclass(frozen=True, kw_only=True)
class MessageRejected(MessageEvent):
    """SES took a message and then refused to send it."""

    detail_type = DetailType.MESSAGE_REJECTED


@dataclass(frozen=True, kw_only=True)
class MessageUnsubscribed(MessageEvent):
    """The recipient unsubscribed by a message's link."""

    detail_type = DetailType.MESSAGE_UNSUBSCRIBED


@dataclass(frozen=True, kw_only=True)
class AddressSuppressed(DomainEvent):
    """An address gets nothing any more in a scope. It and `SuppressionLifted` are about an address and name it.

    Attributes:
        scope: ``all``, ``campaigns`` or ``topic:<name>``.
        reason: the gravest of those that came with this change.
        cause: what the reason came from, such as a message id or the name of an API key.
    """

    detail_type = DetailType.ADDRESS_SUPPRESSED

    address: str
    scope: str
    reason: SuppressionReason
    cause: str


@dataclass(frozen=True, kw_only=True)
class SuppressionLifted(DomainEvent):
    """Reasons for which an address got nothing in a scope hold no longer.

    Attributes:
        scope: ``all``, ``campaigns`` or ``topic:<name>``.
        reasons: those that were lifted, the gravest first.
        free: whether none is left in this scope; another scope may still keep mail away.
    """

    detail_type = DetailType.SUPPRESSION_LIFTED

    address: str
    scope: str
    reasons: tuple[SuppressionReason, ...]
    free: bool


@dataclass(frozen=True, kw_only=True)
class WebhookDisabled(DomainEvent):
    """Nothing is delivered to a webhook any more.

    Attributes:
        name: of the webhook.
        reason: whether somebody asked for it, the endpoint answered 410, or it took nothing for days.
        failing_since: when it began to take nothing, if it does.
    """

    detail_type = DetailType.WEBHOOK_DISABLED

    webhook_id: str
    name: str
    reason: DisabledReason
    failing_since: datetime | None


EVENTS: tuple[type[DomainEvent], ...] = (
    CampaignStateChanged,
    MessageBounced,
    MessageComplained,
    MessageRejected,
    MessageUnsubscribed,
    AddressSuppressed,
    SuppressionLifted,
    WebhookDisabled,
)
"""Every kind of event that is published."""


def event_id(kind: DetailType, resource: str, fact: str) -> str:
    """Return the id of an event.

    Args:
        kind: of the event.
        resource: id of what it is about.
        fact: tells this event from every other of the kind about the same resource.
    """
    return hashlib.sha256(f"{kind}\n{resource}\n{fact}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    return rfc3339(value) if isinstance(value, datetime) else value
