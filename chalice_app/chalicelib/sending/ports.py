"""What the send stage needs from outside."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.messages.model import Tally
from chalicelib.sending.model import (
    Answer,
    Bundle,
    Claim,
    Directive,
    Permit,
    PermitRequest,
    Quota,
    RenderedMail,
    SendOrder,
)
from chalicelib.sending.rate import RateState, Taking, Terms
from chalicelib.suppressions.model import Suppression, SuppressionScope


class Orders(Protocol):
    """The campaigns, as far as a worker looks at them."""

    def order(self, campaign_id: str) -> SendOrder:
        """Return what the campaign's messages have in common."""
        ...

    def directive(self, campaign_id: str, execution: str) -> Directive:
        """Return what a worker of this execution does with messages now, read consistently."""
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

    def reopen(self, closed: Claim, claim: Claim) -> bool:
        """Replace a closed claim, if it is still the stored one; tell whether it was."""
        ...

    def renew(self, claim: Claim, lease_until: datetime, begun: frozenset[int]) -> Claim:
        """Change the end of the own lease, and say of which messages a send may be begun from now on.

        Raises:
            ClaimLostError: another worker took the group over.
        """
        ...

    def close(self, claim: Claim) -> None:
        """Mark the group as done; closing a claim that was taken over changes nothing."""
        ...

    def release(self, claim: Claim) -> None:
        """Give the own claim back: every send that was begun has its outcome recorded, or SES took nothing."""
        ...


class SuppressionList(Protocol):
    """The suppressions, as far as a worker looks at them."""

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        """Return the suppressed ones among the addresses."""
        ...


class Governor(Protocol):
    """The send rate that all workers and campaigns share."""

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        """Take a block of permits for some of the messages, at least for one; ask again for the others.

        Raises:
            PermitsUnavailableError: none can be had now; the error says when.
        """
        ...


class RateLedger(Protocol):
    """Where the send rate is kept; each change is one conditional write."""

    def read(self) -> RateState | None:
        """Return what is stored, read consistently; None before the first refresh began."""
        ...

    def take(self, taking: Taking) -> RateState | None:
        """Move on as `sending.rate.apply` says; return what is stored then, None where a condition is not met."""
        ...

    def begin_refresh(self, seen: RateState | None, now: int) -> bool:
        """Reserve the next look at SES's quota, if nobody else did since; tell whether it is reserved.

        Args:
            seen: what was read; None makes the ledger.
            now: microseconds since the epoch.
        """
        ...

    def finish_refresh(self, begun_at: int, terms: Terms) -> None:
        """Store what the refresh brought; nothing happens if another refresh has begun since."""
        ...

    def forget(self, limit: str, used_until: int) -> None:
        """Drop a limit that nobody uses any more, unless it was used since."""
        ...


class Transport(Protocol):
    """SES, as far as sending goes."""

    def send(self, mail: RenderedMail) -> Answer:
        """Hand one mail over; never raises for what SES or the network answers."""
        ...

    def send_all(self, mails: Sequence[RenderedMail], prepared: object = None) -> list[Answer]:
        """Hand several mails over in one call; return what becomes of each, in order.

        Args:
            mails: one of the `bundles`, or some mails of it.
            prepared: what was prepared for exactly these.
        """
        ...

    def bundles(self, mails: Sequence[RenderedMail]) -> list[Bundle]:
        """Return which of these mails, by their places, one call carries: each mail in exactly one call."""
        ...

    def quota(self) -> Quota:
        """Return what SES allows now."""
        ...


class UnsubscribeLinks(Protocol):
    """Addresses under which a recipient can unsubscribe from what one message stands for."""

    def link(self, message_id: str, topic: str | None) -> str:
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
