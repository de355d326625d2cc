"""Shows the account and its senders as SES, DNS and our own statistics have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from chalicelib.account.model import (
    Account,
    CheckedRecord,
    RecordPurpose,
    RecordState,
    SenderIdentity,
    WantedRecord,
    dmarc_policy,
    is_met,
    is_of,
    wanted_records,
)
from chalicelib.account.ports import Numbers, Resolver, Ses
from chalicelib.analytics.model import MessageKind, Period
from chalicelib.campaigns.reputation import ReputationLimits
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import NotFoundError, TemporarilyUnavailableError

REPUTATION_PERIOD: Final = timedelta(days=7)
_LEAST_LABELS = 2


class SenderNotFoundError(NotFoundError):
    """Mail cannot be from this domain here, or SES does not know it."""

    problem = "sender-not-found"


@dataclass(frozen=True, slots=True)
class Reputation:
    """How many of the mails that SES accepted in a period came back for good or were complained about.

    Attributes:
        bounce_rate: hard bounces of what was accepted; None without any.
        complaint_rate: complaints of what was delivered; None without any.
    """

    period: Period
    accepted: int
    delivered: int
    hard_bounced: int
    complained: int

    @property
    def bounce_rate(self) -> float | None:
        """Share between 0 and 1."""
        return self.hard_bounced / self.accepted if self.accepted else None

    @property
    def complaint_rate(self) -> float | None:
        """Share between 0 and 1."""
        return self.complained / self.delivered if self.delivered else None


@dataclass(frozen=True, slots=True)
class CheckedSender:
    """A sender with the DNS records that it needs.

    Attributes:
        policy: what DMARC asks receivers to do: ``none``, ``quarantine`` or ``reject``; None: no record was found.
    """

    identity: SenderIdentity
    records: tuple[CheckedRecord, ...]
    policy: str | None


class AccountService:
    """The account and its senders.

    Args:
        domains: that mail may be from, that of the stack first.
        limits: at which campaigns halt.
    """

    def __init__(
        self,
        *,
        ses: Ses,
        resolver: Resolver,
        numbers: Numbers,
        domains: Sequence[str],
        limits: ReputationLimits,
        clock: Clock,
    ) -> None:
        self._ses = ses
        self._resolver = resolver
        self._numbers = numbers
        self._domains = tuple(domains)
        self._clock = clock
        self.limits = limits

    def account(self) -> Account:
        """Return what SES allows.

        Raises:
            TemporarilyUnavailableError: SES did not say.
        """
        return self._ses.account()

    def reputation(self) -> Reputation:
        """Count what became of the mails of the last days, campaigns and transactional messages together."""
        now = self._clock.now()
        period = Period(now - REPUTATION_PERIOD, now)
        kinds = [self._numbers.period_totals(period, kind) for kind in MessageKind]
        return Reputation(
            period,
            accepted=sum(kind.accepted for kind in kinds),
            delivered=sum(kind.delivered for kind in kinds),
            hard_bounced=sum(kind.hard_bounced for kind in kinds),
            complained=sum(kind.complained for kind in kinds),
        )

    def senders(self) -> list[SenderIdentity]:
        """Return the domains that mail may be from, as far as SES knows them."""
        return [found for domain in self._domains if (found := self._ses.sender(domain))]

    def sender(self, domain: str) -> CheckedSender:
        """Return a sender, its DNS records as they are now.

        Raises:
            SenderNotFoundError: mail cannot be from this domain here, or SES does not know it.
            TemporarilyUnavailableError: SES did not say.
        """
        known = domain.casefold()
        identity = self._ses.sender(known) if known in self._domains else None
        if identity is None:
            raise SenderNotFoundError("This deployment has no such sender.")
        records = tuple(self._checked(wanted) for wanted in wanted_records(identity))
        policies = (dmarc_policy(value) for one in records for value in one.found if _is_dmarc(one))
        return CheckedSender(identity, records, next((policy for policy in policies if policy), None))

    def _checked(self, wanted: WantedRecord) -> CheckedRecord:
        try:
            found = self._found(wanted)
        except TemporarilyUnavailableError:
            return CheckedRecord(wanted, RecordState.UNKNOWN)
        # Receivers take none of several SPF or DMARC records (RFC 7208, 4.5; RFC 7489, 6.6.3).
        single = len(found) == 1 or wanted.purpose is RecordPurpose.MAIL_FROM
        if not found:
            return CheckedRecord(wanted, RecordState.MISSING)
        met = single and all(is_met(wanted, value) for value in found)
        return CheckedRecord(wanted, RecordState.FOUND if met else RecordState.DIFFERENT, found)

    def _found(self, wanted: WantedRecord) -> tuple[str, ...]:
        for name in self._deciding(wanted):
            values = self._resolver.look_up(name, wanted.type)
            if found := tuple(value for value in values if is_of(wanted.purpose, value)):
                return found
        return ()

    def _deciding(self, wanted: WantedRecord) -> list[str]:
        """Return the names whose record counts, the nearest first: DMARC of a domain stands for those below it.

        RFC 7489 asks the organisational domain only; a domain in between is looked at too, as DMARCbis does.
        """
        if wanted.purpose is not RecordPurpose.DMARC:
            return [wanted.name]
        prefix, _, domain = wanted.name.partition(".")
        labels = domain.split(".")
        return [f"{prefix}.{'.'.join(labels[first:])}" for first in range(len(labels) - _LEAST_LABELS + 1)]


def _is_dmarc(checked: CheckedRecord) -> bool:
    return checked.wanted.purpose is RecordPurpose.DMARC and checked.state is RecordState.FOUND
