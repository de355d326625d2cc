"""What the send stage needs from outside."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from chalicelib.messages.model import Tally
from chalicelib.sending.model import Answer, Claim, Directive, Permits, Quota, RenderedMail, SendOrder
from chalicelib.suppressions.model import Suppression, SuppressionScope


class Orders(Protocol):
    """The campaigns, as far as a worker looks at them."""

    def order(self, campaign_id: str) -> SendOrder:
        """Return what the campaign's messages have in common."""
        ...

    def directive(self, campaign_id: str) -> Directive:
        """Return what to do with messages now, read consistently."""
        ...

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        """Store a part's account, replacing the one before."""
        ...


class Claims(Protocol):
    """Claims on groups; each change is one conditional write."""

    def take(self, claim: Claim) -> Claim:
        """Claim a group that nobody has claimed; return the claim in force, which may be another's."""
        ...

    def take_over(self, abandoned: Claim, claim: Claim) -> bool:
        """Replace a claim whose lease ran out, if it is still the stored one; tell whether it was."""
        ...

    def renew(self, claim: Claim, lease_until: datetime) -> Claim:
        """Extend the own lease.

        Raises:
            ClaimLostError: another worker took the group over.
        """
        ...

    def close(self, claim: Claim) -> None:
        """Mark the group as done; closing a claim that was taken over changes nothing."""
        ...

    def release(self, claim: Claim) -> None:
        """Give the own claim back: every send that was begun has its outcome recorded."""
        ...


class SuppressionList(Protocol):
    """The suppressions, as far as a worker looks at them."""

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        """Return the suppressed ones among the addresses."""
        ...


class Governor(Protocol):
    """The send rate that all workers share."""

    def acquire(self, count: int, now: datetime) -> Permits:
        """Take permits for ``count`` sends.

        Raises:
            PermitsUnavailableError: too many workers asked at once.
        """
        ...


class Transport(Protocol):
    """SES, as far as sending goes."""

    def send(self, mail: RenderedMail) -> Answer:
        """Hand one mail over; never raises for what SES or the network answers."""
        ...

    def quota(self) -> Quota:
        """Return what SES allows now."""
        ...


class UnsubscribeLinks(Protocol):
    """Addresses under which a recipient can unsubscribe from what one message stands for."""

    def link(self, message_id: str) -> str:
        """Return the HTTPS address; it holds no e-mail address."""
        ...


class Pace(Protocol):
    """How a worker waits and how much of its invocation is left."""

    def sleep_until(self, moment: float) -> None:
        """Return at the moment (seconds since the epoch), at once if it has passed."""
        ...

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...
