"""What several people do with a plan at the same time, and what is lost on the way to the platform."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from message_centre.tests.fakes.platform import FILE, KEY, FakePlatform
from message_centre.tests.fakes.servers import Asked, Told, serving
from message_centre.tests.fakes.stores import FakePlans
from message_centre.wrapper_api.centre.adapters.platform_api import PlatformApi
from message_centre.wrapper_api.centre.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from message_centre.wrapper_api.centre.people.model import Person, Role
from message_centre.wrapper_api.centre.plans.model import (
    Decision,
    NoApprovalAskedError,
    NotCheckedError,
    Plan,
    PlanFinishedError,
    PlanNotFoundError,
    PlanStatus,
    Settings,
)
from message_centre.wrapper_api.centre.plans.service import PlanService

ANNA, BEN, EVE = (
    Person(name.lower(), name, f"{name.lower()}@example.com", Role.SENDER) for name in ("Anna", "Ben", "Eve")
)
PLAN = "pln_" + "0" * 26
COMPLETE: dict[str, Any] = {"audience": {"file_id": FILE}, "content": {"html": "<p>Grüße {{ first_name }} 🌷</p>"}}


class _Clock:
    def __init__(self) -> None:
        self._now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


@pytest.fixture
def plans() -> FakePlans:
    return FakePlans()


def _service(plans: FakePlans, url: str) -> PlanService:
    api = PlatformApi(url, lambda: KEY, sleep=lambda _seconds: None)
    return PlanService(plans=plans, platform=api, clock=_Clock(), approval_from=lambda: 1_000)


@pytest.fixture
def service(plans: FakePlans, platform: FakePlatform) -> PlanService:
    made = _service(plans, platform.url)
    made.make(PLAN, "Spring", ANNA, Settings("news@example.com", subject="News"))
    made.edit(PLAN, None, COMPLETE, ANNA)
    return made


def _checked(service: PlanService) -> Plan:
    service.check(PLAN, None, ANNA)
    plan = service.get(PLAN)
    assert plan.status is PlanStatus.CHECKED
    return plan


def _renames(service: PlanService, name: str = "By Ben") -> Callable[[], object]:
    return lambda: service.edit(PLAN, None, {"name": name}, BEN)


def test_a_change_without_a_revision_is_made_on_top_of_somebody_elses(service: PlanService, plans: FakePlans) -> None:
    plans.before_saves = [_renames(service)]
    changed = service.edit(PLAN, None, {"settings": {"subject": "Other"}}, ANNA)
    assert (changed.name, changed.settings.subject) == ("By Ben", "Other")


def test_a_change_of_a_revision_that_is_gone_by_the_time_of_saving_is_refused(
    service: PlanService, plans: FakePlans
) -> None:
    plans.before_saves = [_renames(service)]
    with pytest.raises(StaleRevisionError):
        service.edit(PLAN, service.get(PLAN).revision, {"name": "By Anna"}, ANNA)
    assert service.get(PLAN).name == "By Ben"


def test_a_check_that_comes_to_its_end_in_between_is_nobodys_change(service: PlanService, plans: FakePlans) -> None:
    begun = service.check(PLAN, None, ANNA)
    plans.before_saves = [lambda: service.get(PLAN)]
    timing = {"timing": {"kind": "at", "local_time": "2030-01-01T09:00:00"}}
    assert service.edit(PLAN, begun.revision, timing, ANNA).status is PlanStatus.CHECKED


def test_a_plan_that_keeps_changing_is_given_up(service: PlanService, plans: FakePlans) -> None:
    def again(number: int) -> Callable[[], object]:
        def change() -> None:
            others = plans.before_saves
            plans.before_saves = []
            _renames(service, f"By Ben {number}")()
            plans.before_saves = others

        return change

    plans.before_saves = [again(number) for number in range(5)]
    with pytest.raises(StaleRevisionError):
        service.edit(PLAN, None, {"name": "By Anna"}, ANNA)
    assert service.get(PLAN).name == "By Ben 4"


def test_the_end_of_a_check_is_not_noted_over_a_change(service: PlanService, plans: FakePlans) -> None:
    service.check(PLAN, None, ANNA)
    plans.before_saves = [_renames(service)]
    seen = service.get(PLAN)
    assert (seen.name, seen.status) == ("By Ben", PlanStatus.EDITING)


def test_a_plan_that_is_removed_while_its_check_is_looked_at_is_not_found(
    service: PlanService, plans: FakePlans
) -> None:
    service.check(PLAN, None, ANNA)
    plans.before_saves = [lambda: service.delete(PLAN, None)]
    with pytest.raises(PlanNotFoundError):
        service.get(PLAN)


def test_of_two_who_decide_at_the_same_time_one_is_heard(service: PlanService, plans: FakePlans) -> None:
    _checked(service)
    service.ask_approval(PLAN, None, None, ANNA)
    plans.before_saves = [lambda: service.decide(PLAN, None, Decision.REJECTED, "No", EVE)]
    with pytest.raises(NoApprovalAskedError):
        service.decide(PLAN, None, Decision.APPROVED, None, BEN)
    assert service.get(PLAN).status is PlanStatus.REJECTED


def test_nobody_approves_what_was_changed_in_between(service: PlanService, plans: FakePlans) -> None:
    _checked(service)
    service.ask_approval(PLAN, None, None, ANNA)
    plans.before_saves = [lambda: service.edit(PLAN, None, {"content": {"html": "<p>Other</p>"}}, EVE)]
    with pytest.raises(NoApprovalAskedError):
        service.decide(PLAN, None, Decision.APPROVED, None, BEN)
    with pytest.raises(NotCheckedError):
        service.send(PLAN, None, 1_200, BEN)


def test_a_plan_that_is_sent_while_somebody_types_is_not_changed(service: PlanService, plans: FakePlans) -> None:
    _checked(service)
    service.ask_approval(PLAN, None, None, ANNA)
    service.decide(PLAN, None, Decision.APPROVED, None, BEN)
    plans.before_saves = [lambda: service.send(PLAN, None, 1_200, BEN)]
    with pytest.raises(PlanFinishedError):
        service.edit(PLAN, None, {"name": "Late"}, EVE)
    assert (service.get(PLAN).status, service.get(PLAN).name) == (PlanStatus.SENT, "Spring")


def test_a_plan_says_what_was_sent_not_what_was_typed_while_it_was(service: PlanService, plans: FakePlans) -> None:
    checked = _checked(service)
    service.ask_approval(PLAN, None, None, ANNA)
    service.decide(PLAN, None, Decision.APPROVED, None, BEN)
    plans.before_saves = [lambda: service.edit(PLAN, None, {"content": {"html": "<p>Late</p>"}}, EVE)]
    sent = service.send(PLAN, None, 1_200, BEN)
    assert (sent.status, sent.content, sent.updated_by) == (PlanStatus.SENT, checked.content, BEN.ref)
    assert sent.approval
    assert sent.revision > checked.revision + 3
    assert service.get(PLAN) == sent


def test_two_who_check_at_the_same_time_make_one_draft(
    service: PlanService, plans: FakePlans, platform: FakePlatform
) -> None:
    plans.before_saves = [lambda: service.check(PLAN, None, BEN)]
    with pytest.raises(StaleRevisionError):
        service.check(PLAN, None, ANNA)
    assert len(platform.campaigns) == 1
    assert len(platform.templates) == 1


def test_content_arrives_as_it_was_written(service: PlanService, platform: FakePlatform) -> None:
    html = "<p>漢字 \u2028 \r\n \u200f\u05e2\u05d1</p>" * 8_000
    service.edit(PLAN, None, {"content": {"html": html}}, ANNA)
    service.save_content(PLAN, None, ANNA)
    assert list(platform.html.values()) == [html]


def test_an_upload_that_fails_leaves_nothing_and_is_made_again_once(plans: FakePlans, platform: FakePlatform) -> None:
    refused = True

    def bucket(asked: Asked) -> Told:
        return Told(503) if refused and asked.path.startswith("/bucket/") else platform(asked)

    with serving(bucket) as url:
        platform.url = url
        service = _service(plans, url)
        service.make(PLAN, "Spring", ANNA, Settings("news@example.com", subject="News"))
        before = service.edit(PLAN, None, COMPLETE, ANNA)
        with pytest.raises(TemporarilyUnavailableError):
            service.save_content(PLAN, None, ANNA)
        assert service.get(PLAN) == before
        refused = False
        saved, version = service.save_content(PLAN, None, ANNA)
    assert (saved.content.version, version["status"]) == (1, "ready")
    assert len(platform.templates) == 1
