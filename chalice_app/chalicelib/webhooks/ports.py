"""What webhooks need from outside."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.kernel.pages import Page
from chalicelib.webhooks.deliveries import Answer, AttemptError, Delivery, DeliveryState
from chalicelib.webhooks.model import Health, Webhook


class Webhooks(Protocol):
    """Keeps endpoints. What somebody decides on them is changed by revision; health and turns are set beside it."""

    def add(self, webhook: Webhook) -> Webhook:
        """Store a new one; return it with its revision.

        Raises:
            StaleRevisionError: there is one with its id.
        """
        ...

    def get(self, webhook_id: str) -> Webhook | None:
        """Return one, read consistently, or None."""
        ...

    def save(self, webhook: Webhook) -> Webhook:
        """Replace what is decided on the one at this revision; return it with the next one.

        Raises:
            StaleRevisionError: the stored one has another revision, or is gone.
        """
        ...

    def set_health(self, webhook_id: str, health: Health) -> None:
        """Record how an endpoint has been answering, if it is still there."""
        ...

    def remove(self, webhook: Webhook) -> None:
        """Remove the one at this revision.

        Raises:
            StaleRevisionError: the stored one has another revision, or is gone.
        """
        ...

    def list(self, *, limit: int, cursor: str | None) -> Page[Webhook]:
        """Return endpoints, newest first; one that was just made may be missing for a moment."""
        ...


class Turns(Protocol):
    """Lets one worker at a time visit an endpoint."""

    def enter(self, webhook_id: str, owner: str, *, now: datetime, until: datetime) -> bool:
        """Begin a visit.

        Returns:
            False when another worker is there, who will look once more before it leaves, or when the endpoint is gone.
        """
        ...

    def stay(self, webhook_id: str, owner: str, *, until: datetime) -> bool:
        """Go on with a visit after somebody else was turned away; False when it is no longer this worker's."""
        ...

    def leave(self, webhook_id: str, owner: str, *, turn_at: datetime | None, anyway: bool = False) -> bool:
        """End a visit.

        Args:
            webhook_id: of the endpoint.
            owner: who visits it.
            turn_at: when it is visited next because something waits.
            anyway: also if somebody was turned away meanwhile.

        Returns:
            False when somebody was turned away meanwhile, so there may be something new.
        """
        ...


class WakeUps(Protocol):
    """Has endpoints visited."""

    def send(self, webhook_id: str, *, after_seconds: int = 0) -> None:
        """Have an endpoint visited, at most `delivering.LONGEST_DELAY` from now."""
        ...


class Deliveries(Protocol):
    """Keeps deliveries for 30 days, and which of them are due when."""

    def add(self, delivery: Delivery) -> bool:
        """Store a new one and when it is due; tell whether it was new. One that is there already stays as it is."""
        ...

    def get(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        """Return one, read consistently, or None."""
        ...

    def change(self, delivery: Delivery, step: Callable[[Delivery], Delivery]) -> Delivery:
        """Apply a pure step and store its result and when it is due; on a conflict apply it to what is there.

        Raises:
            DeliveryNotFoundError: it was removed meanwhile.
        """
        ...

    def due(self, webhook_id: str, now: datetime, *, limit: int) -> Sequence[Delivery]:
        """Return deliveries that are due, the longest waiting first, read consistently."""
        ...

    def next_due(self, webhook_id: str) -> datetime | None:
        """Return when the next one may be due, read consistently; None when nothing waits."""
        ...

    def list(self, webhook_id: str, *, state: DeliveryState | None, limit: int, cursor: str | None) -> Page[Delivery]:
        """Return an endpoint's deliveries, the latest event first; with a state only those that have it now."""
        ...


class Poster(Protocol):
    """Makes requests."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer | AttemptError:
        """Make one request to an address that was checked, without following any redirection."""
        ...


class Resolver(Protocol):
    """Looks up names."""

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses that a host stands for; none when there is no such host."""
        ...


class Keys(Protocol):
    """Derives signing keys."""

    def derive(self, label: str) -> bytes:
        """Return the 32 bytes that belong to a label."""
        ...


class Pace(Protocol):
    """How much time a worker has."""

    def remaining_seconds(self) -> float:
        """Return how long the invocation may still run."""
        ...
