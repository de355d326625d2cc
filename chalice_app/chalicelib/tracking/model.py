"""What comes back about a message: the closed vocabulary of SES's events, and what its recipient can leave."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.messages.model import HARD_BOUNCE
from chalicelib.suppressions.model import SuppressionScope


class EventKind(StrEnum):
    """What happened to a message."""

    SEND = "send"
    DELIVERY = "delivery"
    DELIVERY_DELAY = "delivery_delay"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    REJECT = "reject"
    RENDERING_FAILURE = "rendering_failure"
    OPEN = "open"
    CLICK = "click"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class TrackedEvent:
    """One thing that happened to one message.

    Attributes:
        message_id: our id, from the tag that the message was sent with.
        provider_id: SES's id.
        at: when it happened.
        link: the address clicked.
        bounce_type, bounce_subtype: SES's words.
        diagnostic: what the recipient's server said.
        bot: what SES itself takes the opener or clicker for; None when it does not say.
    """

    kind: EventKind
    message_id: str
    campaign_id: str
    provider_id: str
    recipient: str
    at: datetime
    link: str | None = None
    user_agent: str | None = None
    ip_address: str | None = None
    bounce_type: str | None = None
    bounce_subtype: str | None = None
    diagnostic: str | None = None
    bot: bool | None = None

    @property
    def fingerprint(self) -> str:
        """What makes two deliveries of one event recognisable: SES gives its events no id.

        All that conclusions are drawn from belongs to it, so of two events with one fingerprint either may be kept.
        """
        known = (self.link, self.user_agent, self.ip_address, self.bounce_type, self.bounce_subtype)
        bot = "" if self.bot is None else str(self.bot)
        parts = (
            self.provider_id,
            self.kind,
            self.at.isoformat(),
            self.recipient.casefold(),
            bot,
            *(text or "" for text in known),
        )
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()

    @property
    def is_hard_bounce(self) -> bool:
        """Tell whether the address is to get nothing more."""
        return self.kind is EventKind.BOUNCE and self.bounce_type == HARD_BOUNCE


class UnknownEventError(Exception):
    """SES sent something of no kind known here; it is kept, logged, counted and raises an alarm."""


class ForeignEventError(Exception):
    """The mail was sent without the tags of a message, such as a test send; it is kept and counted."""


class MalformedEventError(Exception):
    """The document is no SES event; it goes to the dead-letter queue for a person to look at."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the recipient of a message can leave: the campaigns of its topic, or all campaigns when it has none."""

    message_id: str
    topic: str | None = None

    @property
    def scope(self) -> SuppressionScope:
        """What is kept away from who leaves it."""
        return SuppressionScope.left(self.topic)
