"""Suppressions in memory."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.kernel.addresses import canonical
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor
from chalicelib.suppressions.model import (
    Suppression,
    SuppressionFilter,
    SuppressionReason,
    SuppressionScope,
    earliest,
)

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

    def list(self, wanted: SuppressionFilter, *, limit: int, cursor: str | None) -> Page[Suppression]:
        of = [str(wanted)]
        match decode_cursor(cursor):
            case None:
                after = None
            case [int(after), *rest] if rest == of:
                pass
            case _:
                raise unknown_cursor()
        every = sorted(self.items.values(), key=lambda one: (one.address, one.scope, _GRAVITY.index(one.reason)))
        first = 0 if after is None else after + 1
        found = [(place, one) for place, one in enumerate(every) if place >= first and wanted.takes(one)]
        more = len(found) > limit
        return Page([one for _, one in found[:limit]], encode_cursor([found[limit - 1][0], *of]) if more else None)

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
