"""The transactional stage over fakes, with a fuse on everything that a request does."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.idempotency.model import KeyUse
from chalicelib.messages.model import MessageStatus
from chalicelib.sending.model import Accepted, Answer, RenderedMail, Unanswered
from chalicelib.sending.ports import Governor
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.templates.model import Template, TemplateStatus, TemplateVersion
from chalicelib.templates.service import TemplateService
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.tracking.service import TrackingService
from chalicelib.transactional.compose import Composer
from chalicelib.transactional.model import CAMPAIGN, TransactionalMessage
from chalicelib.transactional.request import InlineContent, MailRequest
from chalicelib.transactional.sender import MessageSender
from chalicelib.transactional.service import TransactionalSending
from tests.fakes.messages import FakeMessages
from tests.fakes.sending import FakeGovernor, FakeTransport, Fuse, Fused
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.templates import FakeTemplateObjects, FakeTemplates
from tests.fakes.tracking import FakeEventSink, FixedClock
from tests.fakes.transactional import FakeIdempotencyKeys, FakeTransactionalMessages

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEMPLATE = "tpl_01k9xq8z0v5w3r7t2y4n6m8p0s"
RESET = MailRequest(
    to="Anna@example.org",
    sender_address="login@example.com",
    sender_name="Shop",
    content=InlineContent("Your code", "<p>4711 &amp; {{ done }}</p>", "4711"),
)
USE = KeyUse("key_1", "order-1", "fingerprint-1")


@dataclass
class RequestPace:
    """The `Pace` port of one request: sleeping moves the clock and uses up the request's time.

    Attributes:
        until: when the request is ended.
    """

    clock: FixedClock
    until: datetime

    def sleep_until(self, moment: float) -> None:
        self.clock.time = max(self.clock.time, datetime.fromtimestamp(moment, UTC))

    def remaining_seconds(self) -> float:
        return (self.until - self.clock.time).total_seconds()


class Stage:
    """Everything that requests share.

    Args:
        fuse: what happens at one point of one request.
        refusing: the fuse stands for a service that refuses; SES's transport answers that instead of raising.
    """

    def __init__(self, fuse: Fuse | None = None, *, refusing: bool = False) -> None:
        self.clock = FixedClock(NOON)
        self.fuse = fuse or Fuse()
        self.refusing = refusing
        self.messages = FakeTransactionalMessages()
        self.keys = FakeIdempotencyKeys()
        self.suppressions = FakeSuppressions()
        self.governor: Governor = FakeGovernor(self.clock)
        self.transport = FakeTransport()
        self.events = FakeEventSink()
        self.template_items = FakeTemplates()
        self.objects = FakeTemplateObjects()
        self.composer = Composer(TemplateService(templates=self.template_items, objects=self.objects))

    def send(self, request: MailRequest = RESET, use: KeyUse = USE) -> TransactionalMessage:
        """Do what one request does."""
        messages, keys = Fused(self.messages, self.fuse), Fused(self.keys, self.fuse)
        sender = MessageSender(
            messages=messages,
            keys=keys,
            governor=Fused(self.governor, self.fuse),
            transport=self.transport if self.refusing else Fused(self.transport, self.fuse),
            pace=RequestPace(self.clock, self.clock.time + timedelta(seconds=29)),
            clock=self.clock,
        )
        return (
            TransactionalSending(
                messages=messages,
                keys=keys,
                composer=self.composer,
                suppressions=Fused(self.suppressions, self.fuse),
                sender=sender,
                clock=self.clock,
            )
            .send(request, use)
            .message
        )

    def status(self, message_id: str) -> MessageStatus:
        """Return what GET shows."""
        return self.messages.items[message_id].status_at(self.clock.now())

    def pass_time(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.time += timedelta(seconds=seconds)

    def suppress(self, scope: SuppressionScope, reason: SuppressionReason) -> None:
        """Suppress the recipient."""
        self.suppressions.put(Suppression("anna@example.org", scope, reason, "tests", NOON))

    def answer(self, *answers: Answer) -> None:
        """Let SES give these answers in turn, and then take everything."""
        left = list(answers)
        self.transport.answer = lambda mail: left.pop(0) if left else taken(mail)

    def template(self, subject: str, html: str, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Keep a ready template."""
        self.objects.upload("ready/1", html.encode(), None)
        self.template_items.add_template(Template(TEMPLATE, "Reset", NOON))
        self.template_items.add(
            TemplateVersion(
                TEMPLATE,
                1,
                TemplateStatus.READY,
                subject,
                "uploads/1",
                NOON,
                text=text,
                headers=headers,
                sent_key="ready/1",
            )
        )

    def track(self, kind: EventKind, message_id: str, *, bounce: str | None = None, provider_id: str = "") -> None:
        """Apply an event of SES."""
        service = TrackingService(
            messages=FakeMessages(),
            transactional=self.messages,
            suppressions=self.suppressions,
            events=self.events,
        )
        event = TrackedEvent(
            kind,
            message_id,
            CAMPAIGN,
            provider_id or f"ses-{RESET.to}",
            "anna@example.org",
            self.clock.time,
            bounce_type=bounce,
            bounce_subtype="General" if bounce else None,
        )
        assert service.apply([event]).orphans == 0

    @property
    def empty(self) -> bool:
        """Whether nothing is stored."""
        return not self.messages.items and not self.keys.items

    @property
    def mails(self) -> int:
        """How many mails SES took, answered or not."""
        return len(self.transport.taken)

    def settle(self) -> None:
        """Publish SES's Send event of every mail that it took."""
        for mail, answer in self.transport.tries:
            if isinstance(answer, Accepted | Unanswered):
                self.track(EventKind.SEND, dict(mail.tags)["message_id"])


def taken(mail: RenderedMail) -> Answer:
    """Take a mail."""
    return Accepted(f"ses-{mail.recipient}")
