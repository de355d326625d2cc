"""Pages of lists in memory; a cursor belongs to what the list was asked for, as in the store."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor, unknown_cursor

Item = TypeVar("Item")


def page_of(
    items: Iterable[Item],
    place: Callable[[Item], Any],
    *,
    wanted: object,
    limit: int,
    cursor: str | None,
    descending: bool = True,
) -> Page[Item]:
    """Return a page of items in the order of their places, from behind the cursor."""
    ordered = sorted(items, key=place, reverse=descending)
    if cursor is not None:
        position = decode_cursor(cursor)
        if not isinstance(position, dict) or position.get("of") != repr(wanted):
            raise unknown_cursor()
        after = position["after"]
        behind = [place(one) < after if descending else place(one) > after for one in ordered]
        ordered = [one for one, ahead in zip(ordered, behind, strict=True) if ahead]
    page = ordered[:limit]
    more = len(ordered) > limit
    return Page(page, encode_cursor({"after": place(page[-1]), "of": repr(wanted)}) if more else None)
