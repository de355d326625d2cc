"""Suppressions in memory."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.kernel.addresses import canonical
from chalicelib.suppressions.model import Suppression, SuppressionScope


class FakeSuppressions:
    """The `SuppressionRepository` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, SuppressionScope], Suppression] = {}

    def put(self, suppression: Suppression) -> Suppression:
        address = canonical(suppression.address)
        return self.items.setdefault((address, suppression.scope), replace(suppression, address=address))

    def get(self, address: str) -> list[Suppression]:
        wanted = canonical(address)
        return [self.items[key] for key in sorted(self.items) if key[0] == wanted]

    def delete(self, address: str, scope: SuppressionScope) -> bool:
        return self.items.pop((canonical(address), scope), None) is not None

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        wanted = set(scopes)
        found = {address: [one for one in self.get(address) if one.scope in wanted] for address in addresses}
        return {address: those[0] for address, those in found.items() if those}
