"""SES's account, DNS and the statistics of a period, as a test wants them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.account.model import Account, SenderIdentity
from chalicelib.analytics.model import MessageKind, Outcome, Period
from chalicelib.kernel.errors import TemporarilyUnavailableError

DOMAIN = "mail.example.com"
HEALTHY = Account(
    sending_enabled=True,
    production=True,
    status="HEALTHY",
    per_second=14.0,
    max_24_hours=50_000.0,
    sent_24_hours=120.0,
)
IDENTITY = SenderIdentity(
    domain=DOMAIN,
    verified=True,
    dkim_status="SUCCESS",
    dkim_signing=True,
    dkim_tokens=("one", "two"),
    mail_from=f"bounce.{DOMAIN}",
    mail_from_status="SUCCESS",
    region="eu-central-1",
)


@dataclass
class FakeSes:
    """The `Ses` port."""

    identity: SenderIdentity | None = IDENTITY

    def account(self) -> Account:
        return HEALTHY

    def sender(self, domain: str) -> SenderIdentity | None:
        return self.identity if self.identity and self.identity.domain == domain else None


@dataclass
class FakeResolver:
    """The `Resolver` port; names that are ``silent`` are not answered."""

    records: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def look_up(self, name: str, kind: str) -> tuple[str, ...]:
        if name in self.silent:
            raise TemporarilyUnavailableError("DNS did not say.")
        return self.records.get((name, kind), ())


@dataclass
class FakeNumbers:
    """The `Numbers` port."""

    totals: Mapping[MessageKind, Outcome]
    asked: list[Period] = field(default_factory=list)

    def period_totals(self, period: Period, kind: MessageKind) -> Outcome:
        self.asked.append(period)
        return self.totals[kind]
