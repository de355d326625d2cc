"""Suppressions in memory."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.kernel.addresses import canonical
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope, earliest

_GRAVITY = list(SuppressionReason)


class FakeSuppressions:
    """The `SuppressionRepository` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, SuppressionScope, SuppressionReason], Suppression] = {}

    def put(self, suppression: Suppression) -> Suppression:
        address = canonical(suppression.address)
        key = (address, suppression.scope, suppression.reason)
        given = replace(suppression, address=address)
        self.items[key] = earliest(self.items.get(key, given), given)
        return self.items[key]

    def get(self, address: str) -> list[Suppression]:
        found = [one for one in self.items.values() if one.address == canonical(address)]
        return sorted(found, key=lambda one: (one.scope, _GRAVITY.index(one.reason)))

    def delete(self, address: str, scope: SuppressionScope, reason: SuppressionReason | None) -> bool:
        lifted = [one for one in self.get(address) if one.scope == scope and reason in {None, one.reason}]
        for one in lifted:
            del self.items[one.address, one.scope, one.reason]
        return bool(lifted)

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        wanted = list(scopes)
        found = {
            address: [one for scope in wanted for one in self.get(address) if one.scope == scope]
            for address in addresses
        }
        return {address: those[0] for address, those in found.items() if those}
