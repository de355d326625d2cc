"""What analytics keeps of a message, and the numbers that are counted from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.kernel.addresses import address_hash
from chalicelib.messages.model import Facts, Message, status_of
from chalicelib.transactional.model import CAMPAIGN, TransactionalMessage


class MessageKind(StrEnum):
    """What a message was sent as."""

    CAMPAIGN = "campaign"
    TRANSACTIONAL = "transactional"


@dataclass(frozen=True, slots=True)
class MessageDocument:
    """A message as analytics keeps it: facts only, no address and no personalisation fields.

    Attributes:
        version: the message's revision; an older version never replaces a newer one.
        campaign_id: `chalicelib.transactional.model.CAMPAIGN` for transactional messages.
        address_hash: SHA-256 of the canonical address in hex, the key under which suppressions know it too.
    """

    message_id: str
    version: int
    kind: str
    campaign_id: str
    address_hash: str
    recipient_domain: str
    status: str
    created_at: datetime
    accepted_at: datetime | None = None
    delivered_at: datetime | None = None
    bounced_at: datetime | None = None
    bounce_type: str | None = None
    bounce_subtype: str | None = None
    complained_at: datetime | None = None
    unsubscribed_at: datetime | None = None
    first_opened_at: datetime | None = None
    first_clicked_at: datetime | None = None
    first_human_opened_at: datetime | None = None
    first_human_clicked_at: datetime | None = None
    opens: int = 0
    clicks: int = 0
    human_opens: int = 0
    human_clicks: int = 0
    reason: str | None = None


_FACTS = tuple(each.name for each in fields(MessageDocument) if each.name in Facts.__slots__)
"""The facts of a message that its document holds too, under the same names."""


def document_of(message: Message | TransactionalMessage) -> MessageDocument:
    """Return the analytics document of a message."""
    facts = message.facts
    if isinstance(message, Message):
        kind, campaign_id = MessageKind.CAMPAIGN, message.campaign_id
    else:
        kind, campaign_id = MessageKind.TRANSACTIONAL, CAMPAIGN
    return MessageDocument(
        message_id=message.message_id,
        version=message.revision,
        kind=kind,
        campaign_id=campaign_id,
        address_hash=address_hash(message.address),
        recipient_domain=message.address.rpartition("@")[2].casefold(),
        status=status_of(facts),
        created_at=message.created_at,
        **{name: getattr(facts, name) for name in _FACTS},
    )


UNDETERMINED: Final = "Undetermined"
"""SES's word for a bounce whose type or subtype it cannot tell; here also where it names none."""

COUNTED: Final[Mapping[str, str]] = {
    "accepted": "accepted_at",
    "delivered": "delivered_at",
    "complained": "complained_at",
    "unsubscribed": "unsubscribed_at",
    "opened": "first_opened_at",
    "human_opened": "first_human_opened_at",
    "clicked": "first_clicked_at",
    "human_clicked": "first_human_clicked_at",
}
"""The fact that a message must have to be counted, by the name of the number.

Bounces are counted as `chalicelib.messages.model.has_bounced` tells: ``bounced_at`` and either the type `Permanent` or
no ``delivered_at``.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some messages; each message counts once in each number whose fact is known of it.

    Attributes:
        planned: the messages.
        hard_bounced: came back for good.
        soft_bounced: came back otherwise and were not delivered either.
        opened, clicked: opened or clicked at least once, by whomever.
        human_opened, human_clicked: by a person at least once, as the rules of `chalicelib.tracking` tell.
    """

    planned: int = 0
    accepted: int = 0
    delivered: int = 0
    bounced: int = 0
    hard_bounced: int = 0
    soft_bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0
    opened: int = 0
    human_opened: int = 0
    clicked: int = 0
    human_clicked: int = 0

    @property
    def numbers(self) -> dict[str, int]:
        """These numbers by their names."""
        return {name: getattr(self, name) for name in Outcome.__slots__}


def outcome_numbers(planned: int, *, hard_bounced: int, soft_bounced: int, facts: Mapping[str, int]) -> dict[str, int]:
    """Return the attributes of an `Outcome`; ``facts`` has the numbers of `COUNTED`."""
    bounced = hard_bounced + soft_bounced
    return {"planned": planned, "bounced": bounced, "hard_bounced": hard_bounced, "soft_bounced": soft_bounced, **facts}


SUMMED: Final = ("opens", "human_opens", "clicks", "human_clicks")
"""Counters of a message that are added up."""


@dataclass(frozen=True, slots=True)
class CampaignTotals(Outcome):
    """Exact numbers of a campaign, or of a period, from one document a message.

    Attributes:
        by_status: messages by their present status; sums up to ``planned``.
        bounces: bounced messages by ``Type/SubType``; sums up to ``bounced``.
        opens, clicks: sums over the messages, each of which counts up to `chalicelib.tracking.facts.SEEN_LIMIT`.
        human_opens, human_clicks: those of them that a person did.
        reasons: failed and skipped messages by reason.
    """

    by_status: Mapping[str, int] = field(default_factory=dict)
    bounces: Mapping[str, int] = field(default_factory=dict)
    opens: int = 0
    human_opens: int = 0
    clicks: int = 0
    human_clicks: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """What became of the messages that share a value, such as the recipients' domain."""

    key: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LinkCount:
    """One link of a campaign.

    Attributes:
        clicks: every click on it.
        human_clicks: those of them that a person did.
        messages: the messages that it was clicked in.
    """

    url: str
    clicks: int
    human_clicks: int
    messages: int


@dataclass(frozen=True, slots=True)
class BounceCause:
    """Bounces that say the same.

    Attributes:
        diagnostic: what the recipients' servers said, without what differs from message to message
            (`chalicelib.analytics.diagnostics.diagnostic_group`); None where they said nothing.
        events: bounce events; a message may have more than one.
    """

    bounce_type: str
    bounce_subtype: str
    diagnostic: str | None
    events: int


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """Events in the interval that begins at ``start``.

    Attributes:
        counts: events by kind; kinds without any are left out.
        machine: those opens and clicks among them that a machine did.
    """

    start: datetime
    counts: Mapping[str, int]
    machine: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Period:
    """The time from ``start`` up to, but not including, ``end``."""

    start: datetime
    end: datetime


RATES: Final[Mapping[str, tuple[str, str]]] = {
    "delivery_rate": ("delivered", "accepted"),
    "bounce_rate": ("bounced", "accepted"),
    "hard_bounce_rate": ("hard_bounced", "accepted"),
    "complaint_rate": ("complained", "delivered"),
    "unsubscribe_rate": ("unsubscribed", "delivered"),
    "open_rate": ("opened", "delivered"),
    "human_open_rate": ("human_opened", "delivered"),
    "click_rate": ("clicked", "delivered"),
    "human_click_rate": ("human_clicked", "delivered"),
    "click_to_open_rate": ("human_clicked", "human_opened"),
}
"""Each rate as one number of an `Outcome` divided by another."""

RATE_DEFINITIONS: Final[Mapping[str, str]] = {name: f"{part} / {whole}" for name, (part, whole) in RATES.items()}
"""How each rate is defined, as the API's answers and docs/api.md say it."""


def rates_of(outcome: Outcome) -> dict[str, float | None]:
    """Return the rates: shares between 0 and 1, None where nothing is there to divide by.

    Events may overtake each other, so a share of ``delivered`` can exceed 1 for a short while.
    """
    return {name: _share(getattr(outcome, part), getattr(outcome, whole)) for name, (part, whole) in RATES.items()}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
