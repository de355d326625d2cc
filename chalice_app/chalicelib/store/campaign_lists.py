"""Which index and conditions answer a list of campaigns."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.campaigns.model import ID_PREFIX, CampaignFilter
from chalicelib.kernel.clock import rfc3339
from chalicelib.kernel.ids import time_digits
from chalicelib.store.listing import Listing, all_of, folded
from chalicelib.store.tables import CampaignItem

LISTED = "campaign"
"""What campaigns carry as ``listed``; what stands beside them carries nothing."""

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)


def listing_of(wanted: CampaignFilter) -> Listing:
    """Return what is read: in the order of sending, of one state, or of the making."""
    index: Any
    made = _made_between(CampaignItem.listed_at, wanted)
    sent = _sent_between(wanted)
    conditions = _conditions(wanted)
    if wanted.by_send_time:
        index, hash_key, places, between = CampaignItem.send_time_index, LISTED, ("listed", "send_at"), sent
        conditions += [_states(wanted), made]
    elif len(wanted.states) == 1:
        [state] = wanted.states
        places = ("listed_state", "listed_at")
        index, hash_key, between = CampaignItem.state_index, f"{LISTED}#{state}", made
        conditions += [sent]
    else:
        index, hash_key, places, between = CampaignItem.listed_index, LISTED, ("listed", "listed_at"), made
        conditions += [_states(wanted), sent]
    return Listing(
        index,
        hash_key,
        frozenset({"campaign_id", *places}),
        wanted=_sorted(wanted),
        only=all_of(condition for condition in conditions if condition is not None),
        between=between,
        forward=not wanted.descending,
    )


def _sorted(wanted: CampaignFilter) -> object:
    """Return what tells this list from others; a set has no order of its own."""
    return (sorted(wanted.states), *(getattr(wanted, name) for name in wanted.__slots__ if name != "states"))


def _conditions(wanted: CampaignFilter) -> list[Any]:
    conditions: list[Any] = [
        getattr(CampaignItem, name) == value
        for name in ("template_id", "file_id", "topic")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.name is not None:
        conditions.append(CampaignItem.name_folded.contains(folded(wanted.name)))
    if wanted.archived is not None:
        archived = CampaignItem.archived_at
        conditions.append(archived.exists() if wanted.archived else archived.does_not_exist())
    return conditions


def _states(wanted: CampaignFilter) -> Any:
    return CampaignItem.state.is_in(*sorted(wanted.states)) if wanted.states else None


def _made_between(attribute: Any, wanted: CampaignFilter) -> Any:
    """Compare ids, which sort by the time of the making."""
    if wanted.created_from is None and wanted.created_to is None:
        return None
    first, last = (f"{ID_PREFIX}_{time_digits(at)}" for at in _ends(wanted.created_from, wanted.created_to))
    return attribute.between(first, last)


def _sent_between(wanted: CampaignFilter) -> Any:
    if wanted.send_from is None and wanted.send_to is None:
        return None
    first, last = (rfc3339(at) for at in _ends(wanted.send_from, wanted.send_to))
    return CampaignItem.send_at.between(first, last)


def _ends(first: datetime | None, last: datetime | None) -> tuple[datetime, datetime]:
    start = max(first or _FIRST, _FIRST)  # ids hold no earlier time
    # DynamoDB refuses a range that ends before it begins; nothing lies in one that ends where it begins.
    return start, max(last or _LAST, start)
