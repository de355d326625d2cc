"""Suppressions in DynamoDB."""

from collections.abc import Iterable

from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel.addresses import address_hash, canonical
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.store.mapping import is_refused, mapped_errors
from chalicelib.store.tables import SuppressionItem
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope


class DynamoSuppressions:
    """Implements `suppressions.ports.SuppressionRepository`."""

    def put(self, suppression: Suppression) -> Suppression:
        """Store it unless the address is suppressed in that scope already; return what is stored."""
        item = SuppressionItem(
            address_hash(suppression.address),
            suppression.scope,
            address=canonical(suppression.address),
            reason=suppression.reason,
            source=suppression.source,
            since=rfc3339(suppression.since),
        )
        with mapped_errors():
            try:
                item.save(condition=SuppressionItem.address_hash.does_not_exist())
            except PynamoDBException as error:
                if not is_refused(error):
                    raise
                stored = {one.scope: one for one in self.get(suppression.address)}
                return stored.get(suppression.scope, suppression)
        return _suppression(item)

    def get(self, address: str) -> list[Suppression]:
        """Return the address's suppressions in all scopes."""
        with mapped_errors():
            found = SuppressionItem.query(address_hash(address), consistent_read=True)
            return [_suppression(item) for item in found]

    def delete(self, address: str, scope: SuppressionScope) -> bool:
        """Remove one; tell whether it was there."""
        with mapped_errors():
            try:
                SuppressionItem(address_hash(address), scope).delete(condition=SuppressionItem.address_hash.exists())
            except PynamoDBException as error:
                if is_refused(error):
                    return False
                raise
        return True

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        """Return the suppressed ones among the addresses (as given), each with one of its suppressions."""
        by_hash: dict[str, list[str]] = {}
        for address in addresses:
            by_hash.setdefault(address_hash(address), []).append(address)
        wanted = tuple(scopes)
        keys = [(key, scope) for key in by_hash for scope in wanted]
        with mapped_errors():
            items = list(SuppressionItem.batch_get(keys, consistent_read=True)) if keys else []
        return {address: _suppression(item) for item in items for address in by_hash[item.address_hash]}


def _suppression(item: SuppressionItem) -> Suppression:
    return Suppression(
        address=item.address,
        scope=SuppressionScope(item.scope),
        reason=SuppressionReason(item.reason),
        source=item.source,
        since=from_rfc3339(item.since),
    )
