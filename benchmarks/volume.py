"""Many SES events: made up, counted by a plain script, and taken through the platform into a store of statistics."""

import json
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.analytics.model import document_of
from chalicelib.analytics.ports import AnalyticsStore
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.kernel.ids import new_id
from chalicelib.messages.model import Message, MessageKey, key_of
from chalicelib.suppressions.model import Suppression
from chalicelib.tracking.model import TrackedEvent
from chalicelib.tracking.service import TrackingService
from chalicelib.tracking.ses_events import normalise
from chalicelib.transactional.model import TransactionalMessage

_START = datetime(2026, 11, 3, 9, tzinfo=UTC)
_CAMPAIGNS = 4
_PART = 1_000
_BATCH = 500
_LINKS = [f"https://shop.example/offers/{number}" for number in range(12)]
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
_HEADERS = {
    "From": "Shop <news@shop.example>",
    "Subject": "Autumn news",
    "MIME-Version": "1.0",
    "Content-Type": "multipart/alternative",
    "List-Unsubscribe": f"<https://shop.example/unsubscribe/{'x' * 120}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}
_SES_TAGS = {
    "ses:operation": ["SendEmail"],
    "ses:configuration-set": ["email-platform"],
    "ses:source-ip": ["192.0.2.1"],
    "ses:from-domain": ["shop.example"],
    "ses:caller-identity": ["email-platform-send-part"],
    "ses:outgoing-ip": ["192.0.2.2"],
}
_BOUNCED, _COMPLAINED = 0.03, 0.002
"""Shares of the messages."""
_TWICE = 0.2
"""Share of the events that come once more."""

Counts = dict[str, dict[str, int]]
"""Numbers by name, by campaign."""


def synthesise(count: int, seed: int = 7) -> list[str]:
    """Return so many different SES events as JSON, in the order of time for each message."""
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    campaigns = [new_id("cmp", _START) for _ in range(_CAMPAIGNS)]
    events: list[str] = []
    number = 0
    while len(events) < count:
        campaign = campaigns[number % _CAMPAIGNS]
        place = number // _CAMPAIGNS
        at = _START + timedelta(seconds=chance.randrange(3_600))
        events += life(f"{campaign}-{place // _PART:05d}-{place % _PART:05d}", campaign, at, chance)
        number += 1
    return events[:count]


def shuffled_with_duplicates(events: Sequence[str], seed: int = 11) -> list[str]:
    """Return the events in any order, a fifth of them twice."""
    chance = random.Random(seed)  # noqa: S311 - as above
    delivered = [*events, *chance.sample(events, int(len(events) * _TWICE))]
    chance.shuffle(delivered)
    return delivered


def life(message_id: str, campaign: str, at: datetime, chance: random.Random) -> Iterator[str]:
    """Yield the events of a message that SES took at a moment, as JSON, in the order of time."""
    address = f"{message_id[-11:]}@{chance.choice(['gmail.com', 'web.de', 'example.org'])}"
    mail = {
        "timestamp": _text(at),
        "messageId": f"provider-{message_id}",
        "source": "news@shop.example",
        "sourceArn": "arn:aws:ses:eu-central-1:123456789012:identity/shop.example",
        "sendingAccountId": "123456789012",
        "destination": [address],
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in {**_HEADERS, "To": address}.items()],
        "commonHeaders": {"from": [_HEADERS["From"]], "to": [address], "subject": _HEADERS["Subject"]},
        "tags": {**_SES_TAGS, "message_id": [message_id], "campaign_id": [campaign]},
    }

    def event(kind: str, seconds: float, **detail: Any) -> str:
        moment = _text(at + timedelta(seconds=seconds))
        return json.dumps({"eventType": kind, "mail": mail, kind.lower(): {"timestamp": moment, **detail}})

    yield event("Send", 0)
    if chance.random() < _BOUNCED:
        recipients = [{"emailAddress": address, "diagnosticCode": "smtp; 550 5.1.1 unknown"}]
        yield event("Bounce", 2, bounceType="Permanent", bounceSubType="General", bouncedRecipients=recipients)
        return
    yield event("Delivery", 3, recipients=[address])
    reader = {"userAgent": _BROWSER, "ipAddress": f"192.0.2.{chance.randrange(256)}"}
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        yield event("Open", chance.uniform(60, 200_000), **reader)
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        yield event("Click", chance.uniform(60, 200_000), link=chance.choice(_LINKS), **reader)
    if chance.random() < _COMPLAINED:
        yield event("Complaint", 300, complainedRecipients=[{"emailAddress": address}])


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain_count(events: Sequence[str]) -> Counts:
    """Count the events with sets only, knowing nothing of the platform; duplicates count once."""
    messages: dict[str, dict[str, set[str]]] = {}
    numbers: dict[str, Counter[str]] = {}
    for text in set(events):
        document = json.loads(text)
        (message_id,), (campaign,) = (document["mail"]["tags"][name] for name in ("message_id", "campaign_id"))
        kind = document["eventType"]
        messages.setdefault(campaign, {}).setdefault(kind, set()).add(message_id)
        counted = numbers.setdefault(campaign, Counter())
        if kind in {"Open", "Click"}:
            counted[f"{kind.lower()}s"] += 1
        if kind == "Click":
            counted[document["click"]["link"]] += 1
    names = {"Send": "accepted", "Delivery": "delivered", "Bounce": "bounced", "Complaint": "complained"}
    names |= {"Open": "opened", "Click": "clicked"}
    for campaign, kinds in messages.items():
        numbers[campaign].update({name: len(kinds.get(kind, ())) for kind, name in names.items()})
    return {campaign: dict(counted) for campaign, counted in numbers.items()}


def shown(store: AnalyticsStore, campaigns: Sequence[str]) -> Counts:
    """Read the same numbers from a store of statistics."""
    counts: Counts = {}
    for campaign in campaigns:
        totals = store.campaign_totals(campaign)
        names = ("accepted", "delivered", "bounced", "complained", "opened", "clicked", "opens", "clicks")
        links = {link.url: link.clicks for link in store.links(campaign, limit=100)}
        counts[campaign] = {name: getattr(totals, name) for name in names} | links
    return counts


class Messages:
    """The message store in memory, which notes what changed as a table's stream does."""

    def __init__(self) -> None:
        self._kept: dict[MessageKey, Message] = {}
        self.changed: dict[str, Message] = {}

    def get(self, key: MessageKey) -> Message | None:
        """Return a message; every one that is asked for was planned."""
        planned = Message(key.campaign_id, key.part, key.seq, f"r{key.part}.{key.seq}@example.org", _START)
        return self._kept.setdefault(key, planned)

    def glance(self, key: MessageKey) -> Message | None:
        """Return it too."""
        return self.get(key)

    def change(self, message: Message, step: Callable[[Message], Message]) -> Message:
        """Apply a step to what is kept."""
        key = key_of(message.message_id)
        before = self._kept[key]
        after = step(before)
        if after != before:
            after = replace(after, revision=before.revision + 1)
            self._kept[key] = self.changed[after.message_id] = after
        return after


class _NoTransactional:
    def get(self, message_id: str) -> TransactionalMessage | None:
        raise NotImplementedError(message_id)

    def change(
        self, message: TransactionalMessage, step: Callable[[TransactionalMessage], TransactionalMessage]
    ) -> TransactionalMessage:
        raise NotImplementedError(message.message_id)


class NoSuppressions:
    """Takes suppressions and forgets them."""

    def put(self, suppression: Suppression) -> Suppression:
        """Return what was given."""
        return suppression


def tracking_service(messages: Messages, store: AnalyticsStore) -> TrackingService:
    """Return the platform's own service over these."""
    return TrackingService(
        messages=messages, transactional=_NoTransactional(), suppressions=NoSuppressions(), events=store
    )


def ingest(
    events: Sequence[str], store: AnalyticsStore, *, between: Callable[[int], object] = lambda _batch: None
) -> int:
    """Take events into a store as queue and stream do: what was not taken comes again later.

    Args:
        events: JSON of SES's events.
        store: where statistics are kept.
        between: is called before each batch with its number.

    Returns:
        How many batches had to come again.
    """
    messages = Messages()
    tracking = tracking_service(messages, store)
    queue = deque(list(events[start : start + _BATCH]) for start in range(0, len(events), _BATCH))
    number = again = 0
    while queue or messages.changed:
        between(number)
        number += 1
        if queue:
            batch = queue.popleft()
            parsed: list[list[TrackedEvent]] = [normalise(json.loads(text)) for text in batch]
            applied = tracking.apply([event for one in parsed for event in one])
            failed = [text for text, one in zip(batch, parsed, strict=True) if one[0].message_id in applied.failed]
            if failed:
                again += 1
                queue.append(failed)
        streamed = dict(messages.changed)
        try:
            store.index_messages([document_of(message) for message in streamed.values()])
        except TemporarilyUnavailableError:
            again += 1
            continue
        for message_id, message in streamed.items():
            if messages.changed[message_id] is message:
                del messages.changed[message_id]
    return again
