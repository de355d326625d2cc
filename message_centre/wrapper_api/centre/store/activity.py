"""The activity log in DynamoDB, by month; DynamoDB removes entries at their time."""

from datetime import datetime
from typing import Any, Final

from message_centre.wrapper_api.centre.activity.model import KEPT_FOR, Activity
from message_centre.wrapper_api.centre.kernel.clock import Clock, rfc3339
from message_centre.wrapper_api.centre.kernel.pages import Page
from message_centre.wrapper_api.centre.people.model import PersonRef
from message_centre.wrapper_api.centre.store.conditions import mapped_errors
from message_centre.wrapper_api.centre.store.tables import ActivityItem

_MONTHS: Final = 14
"""So many months `KEPT_FOR` reaches back at most."""


class DynamoActivityLog:
    """Implements `activity.model.ActivityLog`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def append(self, activity: Activity) -> None:
        """Keep one."""
        item = ActivityItem(
            rfc3339(activity.at)[:7],
            activity.activity_id,
            at=rfc3339(activity.at),
            person_id=activity.person.id,
            person_name=activity.person.name,
            action=activity.action,
            target=activity.target,
            plan_id=activity.plan_id,
            detail=activity.detail,
            request_id=activity.request_id,
            expires_at=int((activity.at + KEPT_FOR).timestamp()),
        )
        with mapped_errors():
            item.save()

    def page(self, *, person_id: str | None, plan_id: str | None, limit: int, position: object) -> Page[Activity]:
        """Return a page, newest first; the position is the id of the last entry that was shown."""
        before = str(position) if position else None
        with mapped_errors():
            if plan_id:
                return self._index(ActivityItem.by_plan, plan_id, person_id, limit, before)
            if person_id:
                return self._index(ActivityItem.by_person, person_id, None, limit, before)
            return self._all(limit, position)

    def _index(self, index: Any, key: str, person_id: str | None, limit: int, before: str | None) -> Page[Activity]:
        condition = ActivityItem.activity_id < before if before else None
        only = ActivityItem.person_id == person_id if person_id else None
        walked = index.query(key, condition, filter_condition=only, scan_index_forward=False)
        return _page(walked, limit)

    def _all(self, limit: int, position: object) -> Page[Activity]:
        month, before = position if isinstance(position, list) else (rfc3339(self._clock.now())[:7], None)
        found: list[Activity] = []
        for _ in range(_MONTHS):
            condition = ActivityItem.activity_id < before if before else None
            walked = ActivityItem.query(month, condition, scan_index_forward=False, limit=limit - len(found))
            found.extend(map(_activity, walked))
            if len(found) == limit:
                return Page(found, [month, found[-1].activity_id])
            month, before = _month_before(month), None
        return Page(found)


def _page(walked: Any, limit: int) -> Page[Activity]:
    found: list[Activity] = []
    for item in walked:
        found.append(_activity(item))
        if len(found) == limit:
            return Page(found, found[-1].activity_id)
    return Page(found)


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1:04}-12" if number == 1 else f"{year:04}-{number - 1:02}"


def _activity(item: ActivityItem) -> Activity:
    return Activity(
        activity_id=item.activity_id,
        at=datetime.fromisoformat(item.at),
        person=PersonRef(item.person_id, item.person_name),
        action=item.action,
        target=item.target,
        plan_id=item.plan_id,
        detail=item.detail,
        request_id=item.request_id,
    )
