"""Suppressions in DynamoDB: one item for an address and scope, with an attribute for each reason.

So a reason is put or lifted by one write that cannot touch another, and whoever asks whether an address is suppressed
reads one item a scope, however many reasons there are. An item without a reason stands for nothing.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel.addresses import address_hash, canonical
from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor
from chalicelib.store.batches import read_all
from chalicelib.store.clients import client_of
from chalicelib.store.mapping import is_refused, mapped_errors
from chalicelib.store.tables import SuppressionItem
from chalicelib.suppressions.model import (
    Suppression,
    SuppressionFilter,
    SuppressionReason,
    SuppressionScope,
    earliest,
)

_SCANNED = 500
"""Items that one Scan reads: some 125 kB, 16 read units."""

_MOST_SCANS = 20
"""So many are made for a page."""


class DynamoSuppressions:
    """Implements `suppressions.ports.SuppressionRepository`.

    Args:
        sleep: waits for so many seconds when DynamoDB is busy.
    """

    def __init__(self, sleep: Callable[[float], object] = time.sleep) -> None:
        self._sleep = sleep

    def put(self, suppression: Suppression) -> Suppression:
        """Store it unless an earlier cause of that scope and reason is stored; return what is stored."""
        item = SuppressionItem(address_hash(suppression.address), suppression.scope)
        reason = getattr(SuppressionItem, suppression.reason)
        cause = {"source": suppression.source, "since": rfc3339(suppression.since)}
        while True:
            with mapped_errors():
                item.update([SuppressionItem.address.set(canonical(suppression.address)), reason.set(reason | cause)])
            stored = next(one for one in _suppressions(item) if one.reason is suppression.reason)
            if earliest(stored, suppression) is stored:
                return stored
            # Events come in any order. What was read is replaced unless somebody else has changed it meanwhile.
            known = getattr(item, suppression.reason)
            _taken(item.update, [reason.set(cause)], condition=reason == known)

    def get(self, address: str) -> list[Suppression]:
        """Return the address's suppressions, by scope and then by reason, the gravest first."""
        with mapped_errors():
            found = SuppressionItem.query(address_hash(address), consistent_read=True)
            return [suppression for item in found for suppression in _suppressions(item)]

    def list(self, wanted: SuppressionFilter, *, limit: int, cursor: str | None) -> Page[Suppression]:
        """Return a page of all suppressions, in the order of the table: that of the addresses' hashes."""
        after, shown = _position(cursor, wanted)
        of = _named(wanted)
        found: list[Suppression] = []
        for _ in range(_MOST_SCANS):
            with mapped_errors():
                items, following = _scanned(after)
            for item in items:
                for number, one in enumerate(_suppressions(item)):
                    if number < shown or not wanted.takes(one):
                        continue
                    if len(found) == limit:
                        return Page(found, encode_cursor([after, number, *of]))
                    found.append(one)
                after, shown = [item.address_hash, item.scope], 0
            if following is None:
                return Page(found)
            after = following
        return Page(found, encode_cursor([after, 0, *of]))

    def delete(self, address: str, scope: SuppressionScope, reason: SuppressionReason | None) -> bool:
        """Remove one reason of a scope, or every one with None; tell whether any was there."""
        item = SuppressionItem(address_hash(address), scope)
        lifted = [getattr(SuppressionItem, one) for one in ([reason] if reason else SuppressionReason)]
        if not _taken(
            item.update, [one.remove() for one in lifted], condition=reduce(or_, (one.exists() for one in lifted))
        ):
            return False
        # Nothing may be known of an address that is free again, but a reason that has just come must stay.
        left = (getattr(SuppressionItem, one).does_not_exist() for one in SuppressionReason)
        _taken(item.delete, condition=reduce(and_, left))
        return True

    def blocked(self, addresses: Iterable[str], scopes: Iterable[SuppressionScope]) -> dict[str, Suppression]:
        """Return the suppressed ones among the addresses (as given).

        Each comes with its gravest reason in the first of the scopes that it is suppressed in.

        Raises:
            TemporarilyUnavailableError: not every address could be looked up, so none may be taken as free.
        """
        by_hash: dict[str, list[str]] = {}
        for address in addresses:
            by_hash.setdefault(address_hash(address), []).append(address)
        wanted = tuple(dict.fromkeys(scopes))
        keys = [{"address_hash": {"S": key}, "scope": {"S": scope}} for key in by_hash for scope in wanted]
        found: dict[tuple[str, str], Suppression] = {}
        with mapped_errors():
            for image in read_all(_read, keys, sleep=self._sleep):
                item = SuppressionItem.from_raw_data(image)
                for suppression in _suppressions(item)[:1]:
                    found[item.address_hash, item.scope] = suppression
        return {
            address: found[key, scope]
            for key, spellings in by_hash.items()
            for scope in reversed(wanted)  # the first scope is set last, so it is the one that stays
            if (key, scope) in found
            for address in spellings
        }


def _scanned(after: list[str] | None) -> tuple[list[SuppressionItem], list[str] | None]:
    """Read the items behind a key, and the key to go on behind if there may be more."""
    start = {"address_hash": {"S": after[0]}, "scope": {"S": after[1]}} if after else None
    page = next(SuppressionItem.scan(page_size=_SCANNED, last_evaluated_key=start).page_iter)
    following = page.get("LastEvaluatedKey")
    return (
        [SuppressionItem.from_raw_data(item) for item in page["Items"]],
        following and [following["address_hash"]["S"], following["scope"]["S"]],
    )


def _named(wanted: SuppressionFilter) -> list[str | None]:
    """Return a filter as a cursor is bound to it."""
    times = [None if moment is None else rfc3339(moment) for moment in (wanted.since, wanted.until)]
    return [wanted.scope, wanted.reason, *times]


def _position(cursor: str | None, wanted: SuppressionFilter) -> tuple[list[str] | None, int]:
    """Read behind which item a page begins, and how many suppressions of the next one were shown already.

    Raises:
        InvalidInputError: the cursor is of a list with another filter, or of none.
    """
    if cursor is None:
        return None, 0
    match decode_cursor(cursor):
        case [None, int(shown), *rest] if rest == _named(wanted):
            return None, shown
        case [[str(key), str(scope)], int(shown), *rest] if key and scope and rest == _named(wanted):
            return [key, scope], shown
    raise unknown_cursor()


def suppressions_of_image(image: Mapping[str, Any]) -> list[Suppression]:
    """Read what an item stands for from a stream record's image (DynamoDB JSON), the gravest reason first."""
    return _suppressions(SuppressionItem.from_raw_data(dict(image)))


def _read(keys: list[Any]) -> tuple[list[Any], list[Any]]:
    """Make one BatchGetItem; return the items and the keys that DynamoDB did not come to."""
    table = SuppressionItem.Meta.table_name
    # PynamoDB's own batch_get asks again without a pause and without an end.
    wanted: Any = {table: {"Keys": keys, "ConsistentRead": True}}
    answer: Any = client_of(SuppressionItem).batch_get_item(RequestItems=wanted)
    return answer["Responses"].get(table, []), answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])


def _taken(write: Callable[..., object], *arguments: object, condition: object) -> bool:
    """Make a conditional write; tell whether its condition held."""
    with mapped_errors():
        try:
            write(*arguments, condition=condition)
        except PynamoDBException as error:
            if is_refused(error):
                return False
            raise
    return True


def _suppressions(item: SuppressionItem) -> list[Suppression]:
    causes = [(reason, getattr(item, reason)) for reason in SuppressionReason]
    return [
        Suppression(
            address=item.address,
            scope=SuppressionScope(item.scope),
            reason=reason,
            source=cause["source"],
            since=from_rfc3339(cause["since"]),
        )
        for reason, cause in causes
        if cause
    ]
