"""What the suppression stage needs from outside."""

from collections.abc import Iterable
from typing import Protocol

from chalicelib.kernel.pages import Page
from chalicelib.suppressions.model import Suppression, SuppressionFilter, SuppressionReason, SuppressionScope


class SuppressionRepository(Protocol):
    """Keeps suppressions: of one address and scope each reason by itself."""

    def put(self, suppression: Suppression) -> Suppression:
        """Store it unless an earlier cause of that scope and reason is stored; return what is stored."""
        ...

    def get(self, address: str) -> list[Suppression]:
        """Return the address's suppressions, by scope and then by reason, the gravest first."""
        ...

    def list(self, wanted: SuppressionFilter, *, limit: int, cursor: str | None) -> Page[Suppression]:
        """Return a page of all suppressions, in an order of no meaning that stays the same.

        It may hold fewer than ``limit``, even none, though more follow.

        Raises:
            InvalidInputError: the cursor was not made by this list.
        """
        ...

    def delete(self, address: str, scope: SuppressionScope, reason: SuppressionReason | None) -> bool:
        """Remove one reason of a scope, or every one with None; tell whether any was there."""
        ...

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        """Return the suppressed ones among the addresses (as given).

        Each comes with its gravest reason in the first of the scopes that it is suppressed in.

        Raises:
            TemporarilyUnavailableError: not every address could be looked up, so none may be taken as free.
        """
        ...


class AccountList(Protocol):
    """The account's own list in SES, which SES heeds whatever is listed here."""

    def put(self, address: str, reason: SuppressionReason) -> None:
        """Add an address.

        Raises:
            TemporarilyUnavailableError: SES did not say.
        """
        ...

    def delete(self, address: str) -> bool:
        """Take an address off; tell whether it was on it.

        Raises:
            TemporarilyUnavailableError: SES did not say.
        """
        ...
