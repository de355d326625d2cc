"""What the dashboard reads, slowly."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from message_centre.wrapper_api.centre.kernel.pages import Page
from message_centre.wrapper_api.centre.plans.model import Plan, PlanStatus


class SlowNumbers:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def account(self) -> Mapping[str, Any]:
        return {"sending": {}}

    def overview(self, _since: datetime, _until: datetime) -> Mapping[str, Any]:
        time.sleep(self._seconds)
        return {}

    def campaigns(self, _states: tuple[str, ...], _limit: int, _sort: str) -> list[Mapping[str, Any]]:
        return []

    def statistics(self, _campaign_id: str) -> Mapping[str, Any]:
        return {}

    def senders(self) -> list[Mapping[str, Any]]:
        return []


class NoPlans:
    def get(self, plan_id: str) -> Plan:
        raise NotImplementedError(plan_id)

    def add(self, plan: Plan) -> Plan:
        raise NotImplementedError(plan)

    def save(self, plan: Plan) -> Plan:
        raise NotImplementedError(plan)

    def delete(self, plan: Plan) -> None:
        raise NotImplementedError(plan)

    def page(self, *, statuses: frozenset[PlanStatus] | None, limit: int, position: object) -> Page[Plan]:
        del statuses, limit, position
        return Page(())
