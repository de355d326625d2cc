"""The activity log in DynamoDB, by month; DynamoDB removes entries at their time."""

from datetime import datetime
from typing import Any, Final

from message_centre.wrapper_api.centre.activity.model import KEPT_FOR, Activity
from message_centre.wrapper_api.centre.kernel.clock import Clock, rfc3339
from message_centre.wrapper_api.centre.kernel.ids import PATTERN
from message_centre.wrapper_api.centre.kernel.pages import Page, position_texts
from message_centre.wrapper_api.centre.people.model import PersonRef
from message_centre.wrapper_api.centre.store.conditions import mapped_errors
from message_centre.wrapper_api.centre.store.tables import ActivityItem

_MONTHS: Final = 15
"""So many months `KEPT_FOR` reaches back at most."""

_MONTH: Final = r"2\d{3}-(?:0[1-9]|1[0-2])"


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
            target_name=activity.target_name,
            plan_id=activity.plan_id,
            detail=activity.detail,
            request_id=activity.request_id,
            expires_at=int((activity.at + KEPT_FOR).timestamp()),
        )
        with mapped_errors():
            item.save()

    def page(self, *, person_id: str | None, plan_id: str | None, limit: int, position: object) -> Page[Activity]:
        """Return a page, newest first; the position is the id of the last entry that was shown."""
        start = position_texts(position, _MONTH, PATTERN)
        month, before = start or (rfc3339(self._clock.now())[:7], None)
        with mapped_errors():
            if plan_id:
                return self._index(ActivityItem.by_plan, plan_id, person_id, limit, before)
            if person_id:
                return self._index(ActivityItem.by_person, person_id, None, limit, before)
            return self._all(limit, month, before)

    @staticmethod
    def _index(index: Any, key: str, person_id: str | None, limit: int, before: str | None) -> Page[Activity]:
        condition = ActivityItem.activity_id < before if before else None
        only = ActivityItem.person_id == person_id if person_id else None
        walked = index.query(key, condition, filter_condition=only, scan_index_forward=False)
        return _page(walked, limit)

    @staticmethod
    def _all(limit: int, month: str, before: str | None) -> Page[Activity]:
        found: list[Activity] = []
        for _ in range(_MONTHS):
            condition = ActivityItem.activity_id < before if before else None
            walked = ActivityItem.query(month, condition, scan_index_forward=False, limit=limit - len(found))
            found.extend(map(_activity, walked))
            if len(found) == limit:
                return Page(found, _position(found[-1]))
            month, before = _month_before(month), None
        return Page(found)


def _page(walked: Any, limit: int) -> Page[Activity]:
    found: list[Activity] = []
    for item in walked:
        found.append(_activity(item))
        if len(found) == limit:
            return Page(found, _position(found[-1]))
    return Page(found)


def _position(activity: Activity) -> list[str]:
    return [rfc3339(activity.at)[:7], activity.activity_id]


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
        target_name=item.target_name,
        plan_id=item.plan_id,
        detail=item.detail,
        request_id=item.request_id,
    )
