"""What the account stage needs from outside."""

from typing import Protocol

from chalicelib.account.model import Account, SenderIdentity
from chalicelib.analytics.model import MessageKind, Outcome, Period


class Ses(Protocol):
    """SES, which answers these once a second."""

    def account(self) -> Account:
        """Return what SES allows.

        Raises:
            TemporarilyUnavailableError: SES did not say.
        """
        ...

    def sender(self, domain: str) -> SenderIdentity | None:
        """Return what SES knows of a domain, or None.

        Raises:
            TemporarilyUnavailableError: SES did not say.
        """
        ...


class Resolver(Protocol):
    """DNS."""

    def look_up(self, name: str, kind: str) -> tuple[str, ...]:
        """Return the values of a name's records of a type, none where there are none.

        Raises:
            TemporarilyUnavailableError: DNS did not say.
        """
        ...


class Numbers(Protocol):
    """What became of the mails of a period."""

    def period_totals(self, period: Period, kind: MessageKind) -> Outcome:
        """Count the messages of a kind that SES accepted in a period."""
        ...
