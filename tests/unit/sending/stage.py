"""A send worker over fakes, as the tests of sending use it."""

from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from chalicelib.campaigns.execution import CampaignExecution
from chalicelib.messages.model import MOST_PLACES, Message, MessageKey, MessageStatus
from chalicelib.sending.compose import composer
from chalicelib.sending.group import GroupSender
from chalicelib.sending.model import PartProgress
from chalicelib.sending.service import SendingService
from chalicelib.sending.settlement import SettlementService
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.templates.rendering import RenderError, compile_content
from chalicelib.tracking.facts import apply
from chalicelib.tracking.model import EventKind, TrackedEvent
from tests.fakes.campaigns import FakeCampaigns
from tests.fakes.messages import FakeMessages
from tests.fakes.sending import (
    FakeClaims,
    FakeGovernor,
    FakeOrders,
    FakePace,
    FakeTransport,
    Fuse,
    Fused,
    InlineExecutor,
)
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
EXECUTION = "run-1"
SETTLE_SECONDS = 600
_COMPILE = lru_cache(compile_content)


class Links:
    """The `UnsubscribeLinks` port."""

    def link(self, message_id: str, topic: str | None) -> str:
        return f"https://example.com/u/{message_id}" + (f".{topic}" if topic else "")


class Stage:
    """One part of a campaign, everything that its workers share, and a fuse on all of it."""

    def __init__(self, recipients: int) -> None:
        self.clock = FixedClock(NOON)
        self.pace = FakePace(self.clock)
        self.fuse = Fuse()
        self.messages = FakeMessages()
        self.claims = FakeClaims()
        self.suppressions = FakeSuppressions()
        self.governor = FakeGovernor(self.clock)
        self.transport = FakeTransport()
        self.orders = FakeOrders()
        self.bulk = 1
        self.accounts = FakeCampaigns()
        self.recipients = [f"u{number}@example.org" for number in range(recipients)]
        self.messages.put_all(
            Message(CAMPAIGN, 0, seq, address, NOON, {"name": "Zoë"}) for seq, address in enumerate(self.recipients)
        )

    def send_part(
        self,
        owner: str,
        cursor: int = 0,
        *,
        at_once: int = 8,
        part: int = 0,
        execution: str = EXECUTION,
        pool: Executor | None = None,
        until: int = MOST_PLACES,
    ) -> PartProgress:
        """Do what one invocation does, with ``bulk`` messages in a call at most."""
        messages = Fused(self.messages, self.fuse)
        claims = Fused(self.claims, self.fuse)
        sender = GroupSender(
            messages=messages,
            claims=claims,
            suppressions=Fused(self.suppressions, self.fuse),
            governor=Fused(self.governor, self.fuse),
            transport=Fused(self.transport, self.fuse),
            pace=self.pace,
            clock=self.clock,
            pool=pool or InlineExecutor(),
            at_once=at_once,
            bulk=self.bulk,
        )
        service = SendingService(
            orders=Fused(self.orders, self.fuse),
            messages=messages,
            claims=claims,
            sender=sender,
            renderer=composer(_COMPILE, RenderError, Links()),
            pace=self.pace,
            clock=self.clock,
        )
        return service.send_part(CAMPAIGN, part, cursor, owner, execution, until)

    def settlement(self) -> SettlementService:
        for part, tally in self.orders.tallies.items():
            self.accounts.put_tally(CAMPAIGN, part, tally)
        return SettlementService(
            accounts=self.accounts, messages=self.messages, clock=self.clock, settle_seconds=SETTLE_SECONDS
        )

    def execution(self) -> CampaignExecution:
        return CampaignExecution(campaigns=self.accounts, clock=self.clock)

    def message(self, seq: int) -> Message:
        return self.messages.items[MessageKey(CAMPAIGN, 0, seq)]

    def statuses(self) -> list[MessageStatus]:
        return [self.message(seq).status for seq in range(len(self.recipients))]

    def pass_time(self, seconds: float) -> None:
        self.clock.time += timedelta(seconds=seconds)

    def send_events_arrive(self) -> None:
        """Apply SES's Send event of every mail that was taken."""
        for address in self.transport.taken:
            message = self.message(self.recipients.index(address))
            event = TrackedEvent(
                EventKind.SEND, message.message_id, CAMPAIGN, f"ses-{address}", address, self.clock.now()
            )
            self.messages.change(message, lambda stored, event=event: apply(stored, event))  # type: ignore[misc]  # bound default

    def suppress(self, address: str) -> None:
        """Suppress an address as a complaint does."""
        self.suppressions.put(Suppression(address, SuppressionScope.ALL, SuppressionReason.COMPLAINT, "test", NOON))

    def unsubscribe(self, address: str, topic: str | None = None) -> None:
        """Suppress an address as its owner does."""
        scope = SuppressionScope.left(topic)
        self.suppressions.put(Suppression(address, scope, SuppressionReason.UNSUBSCRIBE, "test", NOON))

    def forget_fields(self, seq: int) -> None:
        """Take the fields that the template needs from a message."""
        self.messages.put_all([replace(self.message(seq), fields={})])
