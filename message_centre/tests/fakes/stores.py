"""The stores in memory: they keep copies, heed the same conditions and hand out the same positions as DynamoDB's."""

import copy
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from message_centre.wrapper_api.centre.activity.model import Activity
from message_centre.wrapper_api.centre.centre_settings import CentreSettings
from message_centre.wrapper_api.centre.kernel.clock import TIME_PATTERN, rfc3339
from message_centre.wrapper_api.centre.kernel.errors import IdempotencyKeyReusedError, StaleRevisionError
from message_centre.wrapper_api.centre.kernel.ids import PATTERN
from message_centre.wrapper_api.centre.kernel.pages import Page, position_texts
from message_centre.wrapper_api.centre.people.model import Preferences
from message_centre.wrapper_api.centre.people.ports import Session
from message_centre.wrapper_api.centre.plans.comments import Comment
from message_centre.wrapper_api.centre.plans.model import (
    Plan,
    PlanNotFoundError,
    PlanStatus,
    PlanTooLargeError,
)

_LARGEST_BYTES = 390_000


class FakePlans:
    """Implements `plans.ports.Plans`.

    Attributes:
        before_saves: each is called once, before a save: what somebody else does in between.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Plan] = {}
        self.before_saves: list[Callable[[], object]] = []

    def get(self, plan_id: str) -> Plan:
        if plan_id not in self.kept:
            raise PlanNotFoundError(f"There is no plan {plan_id}.")
        return copy.deepcopy(self.kept[plan_id])

    def add(self, plan: Plan) -> Plan:
        if plan.plan_id not in self.kept:
            self.kept[plan.plan_id] = _small_enough(plan)
        return self.get(plan.plan_id)

    def save(self, plan: Plan) -> Plan:
        if self.before_saves:
            self.before_saves.pop(0)()
        self._unchanged(plan)
        self.kept[plan.plan_id] = _small_enough(replace(plan, writes=plan.writes + 1))
        return self.get(plan.plan_id)

    def delete(self, plan: Plan) -> None:
        self._unchanged(plan)
        del self.kept[plan.plan_id]

    def page(self, *, statuses: frozenset[PlanStatus] | None, limit: int, position: object) -> Page[Plan]:
        start = position_texts(position, TIME_PATTERN, PATTERN)
        plans = sorted(self.kept.values(), key=_place, reverse=True)
        found = [plan for plan in plans if statuses is None or plan.status in statuses]
        left = [_listed(plan) for plan in found if start is None or _place(plan) < list(start)]
        return Page(left[:limit], _place(left[limit - 1]) if len(left) >= limit else None)

    def _unchanged(self, plan: Plan) -> None:
        if plan.plan_id not in self.kept or self.kept[plan.plan_id].writes != plan.writes:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")


def _place(plan: Plan) -> list[str]:
    return [rfc3339(plan.updated_at), plan.plan_id]


def _listed(plan: Plan) -> Plan:
    shown = replace(plan, content=replace(plan.content, html=None, text=None))
    if plan.check is None:
        return shown
    return replace(shown, check=replace(plan.check, preflight={**plan.check.preflight, "report": None}))


def _small_enough(plan: Plan) -> Plan:
    report = plan.check.preflight.get("report") if plan.check else None
    large = json.dumps([plan.content.html, plan.content.text, report], ensure_ascii=False).encode()
    if len(zlib.compress(large)) > _LARGEST_BYTES:
        raise PlanTooLargeError("The plan is too large.")
    return copy.deepcopy(plan)


class FakeComments:
    """Implements `plans.ports.Comments`."""

    def __init__(self) -> None:
        self.kept: dict[str, Comment] = {}

    def add(self, comment: Comment) -> Comment:
        return self.kept.setdefault(comment.comment_id, comment)

    def page(self, plan_id: str, *, limit: int, position: object) -> Page[Comment]:
        start = position_texts(position, PATTERN)
        ids = sorted(one for one, kept in self.kept.items() if kept.plan_id == plan_id)
        left = [self.kept[one] for one in ids if start is None or one > start[0]]
        return Page(left[:limit], [left[limit - 1].comment_id] if len(left) > limit else None)


class FakeActivityLog:
    """Implements `activity.model.ActivityLog`."""

    def __init__(self) -> None:
        self.kept: list[Activity] = []

    def append(self, activity: Activity) -> None:
        self.kept.append(activity)

    def page(self, *, person_id: str | None, plan_id: str | None, limit: int, position: object) -> Page[Activity]:
        start = position_texts(position, r"\d{4}-\d\d", PATTERN)
        left = [
            one
            for one in sorted(self.kept, key=lambda one: one.activity_id, reverse=True)
            if person_id in {None, one.person.id}
            and plan_id in {None, one.plan_id}
            and (start is None or one.activity_id < start[1])
        ]
        shown = left[:limit]
        full = len(shown) == limit
        return Page(shown, [rfc3339(shown[-1].at)[:7], shown[-1].activity_id] if full else None)


class FakeSessions:
    """Implements `people.ports.Sessions`."""

    def __init__(self) -> None:
        self.kept: dict[str, Session] = {}

    def get(self, session_hash: str) -> Session | None:
        return self.kept.get(session_hash)

    def put(self, session: Session) -> None:
        self.kept[session.session_hash] = session

    def delete(self, session_hash: str) -> None:
        self.kept.pop(session_hash, None)


class FakePreferences:
    """Implements `people.ports.PreferencesOfPeople`."""

    def __init__(self) -> None:
        self.kept: dict[str, Preferences] = {}

    def get(self, person_id: str) -> Preferences:
        return self.kept.get(person_id, Preferences())

    def put(self, person_id: str, preferences: Preferences) -> None:
        self.kept[person_id] = preferences


class FakeCentreSettings:
    """Implements `centre_settings.SettingsStore`."""

    def __init__(self) -> None:
        self.kept = (CentreSettings(), 0)

    def get(self) -> tuple[CentreSettings, int]:
        return self.kept

    def put(self, settings: CentreSettings, revision: int) -> int:
        if revision != self.kept[1]:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        self.kept = (settings, revision + 1)
        return revision + 1


class FakeRequestIds:
    """Gives a repeated request the id that it got first."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[str, str, datetime]] = {}

    def claim(self, person_id: str, key: str, request: Any, fresh: str, now: datetime) -> str:
        fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        known = self.kept.get((person_id, key))
        if known is None or known[2] < now:
            self.kept[person_id, key] = (fingerprint, fresh, now + timedelta(hours=24))
            return fresh
        if known[0] != fingerprint:
            raise IdempotencyKeyReusedError("This Idempotency-Key came with another request before.")
        return known[1]
