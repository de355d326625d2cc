"""What the suppression stage needs from outside."""

from collections.abc import Iterable
from typing import Protocol

from chalicelib.suppressions.model import Suppression, SuppressionScope


class SuppressionRepository(Protocol):
    """Keeps suppressions."""

    def put(self, suppression: Suppression) -> Suppression:
        """Store it unless the address is suppressed in that scope already; return what is stored."""
        ...

    def get(self, address: str) -> list[Suppression]:
        """Return the address's suppressions in all scopes."""
        ...

    def delete(self, address: str, scope: SuppressionScope) -> bool:
        """Remove one; tell whether it was there."""
        ...

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        """Return the suppressed ones among the addresses (as given), each with one of its suppressions."""
        ...
