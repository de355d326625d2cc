"""Which change of a record is which event: pure functions of the record before and after."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.campaigns.model import Campaign
from chalicelib.kernel.addresses import address_hash
from chalicelib.kernel.clock import rfc3339
from chalicelib.live.domain_events import (
    AddressSuppressed,
    CampaignStateChanged,
    DetailType,
    DomainEvent,
    MessageBounced,
    MessageComplained,
    MessageRejected,
    MessageUnsubscribed,
    SuppressionLifted,
    WebhookDisabled,
    event_id,
)
from chalicelib.messages.model import Facts, Message, has_bounced
from chalicelib.suppressions.model import Suppression
from chalicelib.transactional.model import TransactionalMessage
from chalicelib.webhooks.model import Webhook

AnyMessage = Message | TransactionalMessage
Made = Callable[..., MessageComplained | MessageRejected | MessageUnsubscribed]


def of_campaign(old: Campaign | None, new: Campaign, at: datetime) -> list[DomainEvent]:
    """Return what a change of a campaign tells.

    Args:
        old: before; None when it was just made.
        new: after.
        at: when it was stored.
    """
    if old is not None and old.state is new.state:
        return []
    return [
        CampaignStateChanged(
            event_id=event_id(DetailType.CAMPAIGN_STATE_CHANGED, new.campaign_id, str(new.revision)),
            occurred_at=at,
            campaign_id=new.campaign_id,
            name=new.name,
            state=new.state,
            previous_state=old.state if old else None,
            reason=new.reason,
            changed_by=new.changed_by,
            revision=new.revision,
        )
    ]


_FACTS: tuple[tuple[str, DetailType, Made], ...] = (
    ("complained_at", DetailType.MESSAGE_COMPLAINED, MessageComplained),
    ("rejected_at", DetailType.MESSAGE_REJECTED, MessageRejected),
    ("unsubscribed_at", DetailType.MESSAGE_UNSUBSCRIBED, MessageUnsubscribed),
)
"""Facts that are told when they appear; none of them is ever taken back, so a message tells each once."""


def of_message(old: AnyMessage | None, new: AnyMessage) -> list[DomainEvent]:
    """Return what a change of a message tells; a soft bounce after a delivery is no bounce here either."""
    before = old.facts if old else Facts()
    campaign_id = new.campaign_id if isinstance(new, Message) else None
    told: list[DomainEvent] = []
    facts = new.facts
    known = has_bounced(before) and before.bounce_type == facts.bounce_type
    if facts.bounced_at is not None and has_bounced(facts) and not known:
        kind = facts.bounce_type or "Undetermined"
        told.append(
            MessageBounced(
                event_id=event_id(DetailType.MESSAGE_BOUNCED, new.message_id, kind),
                occurred_at=facts.bounced_at,
                message_id=new.message_id,
                campaign_id=campaign_id,
                bounce_type=kind,
                bounce_subtype=facts.bounce_subtype or "Undetermined",
            )
        )
    for fact, detail_type, make in _FACTS:
        moment = getattr(new.facts, fact)
        if moment is not None and getattr(before, fact) is None:
            told.append(
                make(
                    event_id=event_id(detail_type, new.message_id, ""),
                    occurred_at=moment,
                    message_id=new.message_id,
                    campaign_id=campaign_id,
                )
            )
    return told


def of_webhook(old: Webhook | None, new: Webhook) -> list[DomainEvent]:
    """Return what a change of a webhook tells."""
    if new.disabled_reason is None or new.disabled_at is None or (old is not None and old.disabled_at is not None):
        return []
    return [
        WebhookDisabled(
            event_id=event_id(DetailType.WEBHOOK_DISABLED, new.webhook_id, str(new.revision)),
            occurred_at=new.disabled_at,
            webhook_id=new.webhook_id,
            name=new.name,
            reason=new.disabled_reason,
            failing_since=new.health.failing_since,
        )
    ]


def of_suppressions(old: Sequence[Suppression], new: Sequence[Suppression], at: datetime) -> list[DomainEvent]:
    """Return what a change of an address's suppressions in one scope tells.

    Args:
        old: before, one a reason.
        new: after, one a reason, the gravest first.
        at: when it was stored.
    """
    return [*_suppressed(old, new), *_lifted(old, new, at)]


def _suppressed(old: Sequence[Suppression], new: Sequence[Suppression]) -> list[DomainEvent]:
    known = {one.reason for one in old}
    for one in new:
        if one.reason not in known:
            resource, fact = f"{address_hash(one.address)} {one.scope}", f"{one.reason} {rfc3339(one.since)}"
            return [
                AddressSuppressed(
                    event_id=event_id(DetailType.ADDRESS_SUPPRESSED, resource, fact),
                    occurred_at=one.since,
                    address=one.address,
                    scope=one.scope,
                    reason=one.reason,
                    cause=one.source,
                )
            ]
    return []


def _lifted(old: Sequence[Suppression], new: Sequence[Suppression], at: datetime) -> list[DomainEvent]:
    left = {one.reason for one in new}
    lifted = [one for one in old if one.reason not in left]
    if not lifted:
        return []
    gravest = lifted[0]
    # The moment since when it held tells this lifting from one of a later suppression.
    facts = " ".join(f"{one.reason} {rfc3339(one.since)}" for one in lifted)
    return [
        SuppressionLifted(
            event_id=event_id(DetailType.SUPPRESSION_LIFTED, f"{address_hash(gravest.address)} {gravest.scope}", facts),
            occurred_at=at,
            address=gravest.address,
            scope=gravest.scope,
            reasons=tuple(one.reason for one in lifted),
            free=not new,
        )
    ]
