"""Statistics of a campaign."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.messages.model import Message


@dataclass(frozen=True, slots=True)
class MessageDocument:
    """A message as analytics keeps it: facts only, no personalisation fields.

    Attributes:
        version: the message's revision; an older version never replaces a newer one.
    """

    message_id: str
    version: int
    campaign_id: str
    recipient_domain: str
    status: str
    created_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    bounced_at: datetime | None
    bounce_type: str | None
    bounce_subtype: str | None
    complained_at: datetime | None
    unsubscribed_at: datetime | None
    first_opened_at: datetime | None
    first_clicked_at: datetime | None
    opens: int
    clicks: int
    reason: str | None


def document_of(message: Message) -> MessageDocument:
    """Return the analytics document of a message."""
    facts = message.facts
    return MessageDocument(
        message_id=message.message_id,
        version=message.revision,
        campaign_id=message.campaign_id,
        recipient_domain=message.address.rpartition("@")[2].casefold(),
        status=message.status,
        created_at=message.created_at,
        accepted_at=facts.accepted_at,
        delivered_at=facts.delivered_at,
        bounced_at=facts.bounced_at,
        bounce_type=facts.bounce_type,
        bounce_subtype=facts.bounce_subtype,
        complained_at=facts.complained_at,
        unsubscribed_at=facts.unsubscribed_at,
        first_opened_at=facts.first_opened_at,
        first_clicked_at=facts.first_clicked_at,
        opens=facts.opens,
        clicks=facts.clicks,
        reason=facts.reason,
    )


@dataclass(frozen=True, slots=True)
class CampaignTotals:
    """Exact numbers of a campaign, from one document a message.

    Attributes:
        planned: messages indexed so far.
        by_status: messages by their present status; sums up to ``planned``.
        accepted, delivered, bounced, complained, unsubscribed: messages of which the fact is known, whatever else is.
        bounces: bounced messages by ``Type/SubType``.
        opened, clicked: messages opened or clicked at least once.
        opens, clicks: sums over the messages, each of which counts up to `chalicelib.tracking.facts.SEEN_LIMIT`.
        reasons: failed and skipped messages by reason.
    """

    planned: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    accepted: int = 0
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0
    bounces: Mapping[str, int] = field(default_factory=dict)
    opened: int = 0
    opens: int = 0
    clicked: int = 0
    clicks: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkCount:
    """One link of a campaign: every click on it and the messages it was clicked in."""

    url: str
    clicks: int
    messages: int


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """Events by kind in the interval that starts at ``start`` (UTC)."""

    start: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares between 0 and 1; None where nothing is there to divide by.

    Events may overtake each other, so a share of ``delivered`` can exceed 1 for a short while.

    Attributes:
        delivery_rate: delivered / accepted.
        bounce_rate: bounced / accepted.
        complaint_rate: complained / delivered.
        open_rate: opened / delivered.
        click_rate: clicked / delivered.
    """

    delivery_rate: float | None
    bounce_rate: float | None
    complaint_rate: float | None
    open_rate: float | None
    click_rate: float | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the API answers for a campaign."""

    totals: CampaignTotals
    rates: Rates


def rates_of(totals: CampaignTotals) -> Rates:
    """Return the rates that follow from a campaign's numbers."""
    return Rates(
        delivery_rate=_share(totals.delivered, totals.accepted),
        bounce_rate=_share(totals.bounced, totals.accepted),
        complaint_rate=_share(totals.complained, totals.delivered),
        open_rate=_share(totals.opened, totals.delivered),
        click_rate=_share(totals.clicked, totals.delivered),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


class Interval(StrEnum):
    """The lengths of a time line's intervals."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def seconds(self) -> int:
        """The length in seconds."""
        return _SECONDS[self]


_SECONDS = {Interval.MINUTE: 60, Interval.HOUR: 3600, Interval.DAY: 86400}
