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


class SenderIdentities(Protocol):
    """The identities that SES sends from; SES answers each of these once a second.

    All of them raise ``TemporarilyUnavailableError`` when SES did not say.
    """

    def create(self, domain: str) -> None:
        """Make the identity of a domain, with DKIM by SES's own keys; one that is there stays as it is."""
        ...

    def set_mail_from(self, domain: str, subdomain: str | None) -> None:
        """Address bounces to a subdomain; None: to SES's own."""
        ...

    def renew(self, domain: str) -> None:
        """Have SES look for the DKIM records of a domain anew, after it gave up."""
        ...

    def delete(self, domain: str) -> bool:
        """Remove the identity of a domain; tell whether it was there."""
        ...
