"""Documents and events for the tests of analytics stores."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.analytics.model import (
    MessageDocument,
)
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind, TrackedEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_1"


def document(number: int = 0, *, version: int = 0, campaign: str = CAMPAIGN, part: int = 0) -> MessageDocument:
    return MessageDocument(
        message_id=f"{campaign}-{part:05d}-{number:05d}",
        version=version,
        kind="campaign",
        campaign_id=campaign,
        address_hash=f"hash-{number}",
        recipient_domain="example.org",
        status="pending",
        created_at=NOON,
    )


def event(
    kind: EventKind,
    number: int = 0,
    *,
    seconds: float = 0,
    link: str | None = None,
    campaign: str = CAMPAIGN,
    machine: bool | None = None,
    rules: int = 1,
    **rest: Any,
) -> ClassifiedEvent:
    tracked = TrackedEvent(
        kind=kind,
        message_id=f"{campaign}-00000-{number:05d}",
        campaign_id=campaign,
        provider_id=f"provider-{number}",
        recipient=f"r{number}@example.org",
        at=NOON + timedelta(seconds=seconds),
        link=link,
        **rest,
    )
    return ClassifiedEvent(tracked, machine=machine, reasons=("scanner",) if machine else (), rules=rules)
