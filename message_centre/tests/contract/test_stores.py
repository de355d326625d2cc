"""What the Message Centre's stores do: the fakes and DynamoDB."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from message_centre.tests.fakes import stores as fakes
from message_centre.wrapper_api.centre.activity.model import Activity, ActivityLog
from message_centre.wrapper_api.centre.centre_settings import CentreSettings, SettingsStore
from message_centre.wrapper_api.centre.kernel.errors import (
    IdempotencyKeyReusedError,
    InvalidInputError,
    StaleRevisionError,
)
from message_centre.wrapper_api.centre.kernel.ids import new_id
from message_centre.wrapper_api.centre.kernel.pages import Page, decode_cursor, encode_cursor
from message_centre.wrapper_api.centre.people.model import Person, PersonRef, Preferences, Role
from message_centre.wrapper_api.centre.people.ports import PreferencesOfPeople, Session, Sessions
from message_centre.wrapper_api.centre.plans.comments import Comment
from message_centre.wrapper_api.centre.plans.model import (
    Approval,
    Audience,
    Check,
    Content,
    Decision,
    Plan,
    PlanNotFoundError,
    PlanStatus,
    PlanTooLargeError,
    Saved,
    Settings,
    Timing,
    TimingKind,
)
from message_centre.wrapper_api.centre.plans.ports import Comments, Plans
from message_centre.wrapper_api.centre.store.activity import DynamoActivityLog
from message_centre.wrapper_api.centre.store.people import (
    DynamoCentreSettings,
    DynamoPreferences,
    DynamoRequestIds,
    DynamoSessions,
)
from message_centre.wrapper_api.centre.store.plans import DynamoComments, DynamoPlans

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
ANNA = PersonRef("anna", "Anna Ångström 安娜 👩‍💻")
BEN = PersonRef("ben", "Ben")
FOREIGN: tuple[Any, ...] = (
    1,
    "x",
    [],
    {},
    ["x"],
    [1, 2],
    ["x", "y"],
    ["2026-03-01T12:00:00.000Z"],
    {"plan_id": {"S": "x"}},
    ["", ""],
)
"""Positions that no list handed out, however well their cursor can be read."""


class _Noon:
    def now(self) -> datetime:
        return NOON


@pytest.fixture(params=["fake", "dynamodb"])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "dynamodb":
        request.getfixturevalue("tables")
    return str(request.param)


@pytest.fixture
def plans(kind: str) -> Plans:
    return fakes.FakePlans() if kind == "fake" else DynamoPlans()


@pytest.fixture
def comments(kind: str) -> Comments:
    return fakes.FakeComments() if kind == "fake" else DynamoComments()


@pytest.fixture
def log(kind: str) -> ActivityLog:
    return fakes.FakeActivityLog() if kind == "fake" else DynamoActivityLog(_Noon())


@pytest.fixture
def sessions(kind: str) -> Sessions:
    return fakes.FakeSessions() if kind == "fake" else DynamoSessions()


@pytest.fixture
def preferences(kind: str) -> PreferencesOfPeople:
    return fakes.FakePreferences() if kind == "fake" else DynamoPreferences()


@pytest.fixture
def settings(kind: str) -> SettingsStore:
    return fakes.FakeCentreSettings() if kind == "fake" else DynamoCentreSettings()


@pytest.fixture
def request_ids(kind: str) -> fakes.FakeRequestIds | DynamoRequestIds:
    return fakes.FakeRequestIds() if kind == "fake" else DynamoRequestIds()


def _plan(minutes: int = 0, **said: Any) -> Plan:
    at = NOON + timedelta(minutes=minutes)
    begun = {"revision": 1, "writes": 1, "name": "Spring", "created_by": ANNA, "created_at": at}
    return Plan(**{"plan_id": new_id("pln", at), **begun, "updated_by": BEN, "updated_at": at, **said})


def _full() -> Plan:
    """A plan in which every field says something else than its default."""
    report = {"sendable": 41_233, "findings": [{"code": "x", "detail": "ß 漢字 🎉"}]}
    return _plan(
        name="Frühling 🌷 עברית \u202e",
        audience=Audience("rcf_" + "1" * 26),
        content=Content("tpl_" + "2" * 26, 7, "<p>Grüße {{ имя }} \0 \u2028</p>", "Grüße"),
        settings=Settings(
            "a@example.com", "安娜", "r@example.com", "S 🎉", "p", "news", 12.5, {"share": 0.1, "wait_minutes": 30}, 3
        ),
        timing=Timing(TimingKind.LOCAL, "2030-12-01T09:00:00", "Pacific/Chatham"),
        campaign_id="cmp_" + "3" * 26,
        saved=Saved("tpl_" + "2" * 26, 7, "d" * 64, own=False),
        check=Check(4, {"state": "finished", "passed": True, "report": report}),
        approval=Approval(41_233, ANNA, NOON, "Bitte", BEN, NOON + timedelta(hours=1), Decision.APPROVED, "Ja ✓"),
        outcome=PlanStatus.SCHEDULED,
    )


def _walked(page: Any, **asked: Any) -> list[Any]:
    """Read a list to its end, its cursors written and read as a browser gives them back."""
    found: list[Any] = []
    position = None
    for _ in range(100):
        part: Page[Any] = page(**asked, position=position)
        assert len(part.items) <= asked["limit"]
        found += part.items
        position = decode_cursor(encode_cursor(part.next_position))
        if position is None:
            return found
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("plan", [_plan(), _full()], ids=["empty", "full"])
def test_a_plan_comes_back_as_it_was_kept(plans: Plans, plan: Plan) -> None:
    assert plans.add(plan) == plan
    assert plans.get(plan.plan_id) == plan


def test_what_is_not_there_is_not_found(plans: Plans) -> None:
    with pytest.raises(PlanNotFoundError):
        plans.get("pln_" + "0" * 26)


def test_a_plan_that_is_added_twice_is_the_first_one(plans: Plans) -> None:
    first = plans.add(_plan())
    assert plans.add(replace(first, name="Other")) == first
    assert plans.get(first.plan_id) == first


def test_of_two_who_save_the_same_state_the_second_is_refused(plans: Plans) -> None:
    read = plans.add(_plan())
    kept = plans.save(replace(read, name="One"))
    assert (kept.name, kept.writes, kept.revision) == ("One", 2, 1)
    with pytest.raises(StaleRevisionError):
        plans.save(replace(read, name="Two"))
    assert plans.get(read.plan_id) == kept


def test_what_was_removed_is_not_saved_back_and_not_removed_twice(plans: Plans) -> None:
    read = plans.add(_plan())
    plans.delete(read)
    for late in (plans.save, plans.delete):
        with pytest.raises(StaleRevisionError):
            late(read)
    with pytest.raises(PlanNotFoundError):
        plans.get(read.plan_id)


def test_what_somebody_changed_meanwhile_is_not_removed(plans: Plans) -> None:
    read = plans.add(_plan())
    kept = plans.save(read)
    with pytest.raises(StaleRevisionError):
        plans.delete(read)
    assert plans.get(read.plan_id) == kept


def test_a_mail_of_the_largest_size_is_kept_whole(plans: Plans) -> None:
    html = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz <>{}=\"'\n", k=262_144))  # noqa: S311 - text
    plan = plans.add(_plan(content=Content(html=html, text="漢" * 100_000)))
    assert plans.get(plan.plan_id).content == plan.content


def test_what_does_not_fit_is_refused_and_changes_nothing(plans: Plans) -> None:
    kept = plans.add(_plan())
    noise = "".join(chr(number) for number in random.Random(2).choices(range(0x4E00, 0x9FFF), k=250_000))  # noqa: S311
    with pytest.raises(PlanTooLargeError):
        plans.save(replace(kept, content=Content(html=noise)))
    with pytest.raises(PlanTooLargeError):
        plans.add(_plan(content=Content(text=noise)))
    assert plans.get(kept.plan_id) == kept


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_plans_are_listed_changed_last_first_each_once(plans: Plans, limit: int) -> None:
    made = [plans.add(_plan(minutes)) for minutes in (3, 1, 1, 7, 5, 0, 2)]
    listed = _walked(plans.page, statuses=None, limit=limit)
    order = sorted(made, key=lambda plan: (plan.updated_at, plan.plan_id), reverse=True)
    assert listed == order


def test_a_plan_that_is_saved_goes_to_the_front(plans: Plans) -> None:
    first, second = (plans.add(_plan(minutes)) for minutes in (0, 1))
    changed = plans.save(replace(first, updated_at=NOON + timedelta(hours=1)))
    assert plans.page(statuses=None, limit=5, position=None).items == [changed, second]


def test_a_list_of_plans_is_narrowed_by_status_across_pages(plans: Plans) -> None:
    for minutes in range(9):
        plans.add(_plan(minutes, outcome=PlanStatus.SENT if minutes % 3 == 0 else None))
    for limit in (1, 2, 4):
        sent = _walked(plans.page, statuses=frozenset({PlanStatus.SENT}), limit=limit)
        assert [plan.created_at.minute for plan in sent] == [6, 3, 0]
    assert _walked(plans.page, statuses=frozenset({PlanStatus.CHECKED}), limit=2) == []


def test_a_list_of_plans_leaves_out_what_is_large(plans: Plans) -> None:
    plan = plans.add(_full())
    [listed] = plans.page(statuses=None, limit=1, position=None).items
    assert (listed.content.html, listed.content.text) == (None, None)
    assert listed.check is not None
    assert listed.check.recipients is None
    assert replace(listed, content=plan.content, check=plan.check) == plan


@pytest.mark.parametrize("position", FOREIGN)
def test_a_position_that_no_list_handed_out_is_refused(
    plans: Plans, comments: Comments, log: ActivityLog, position: object
) -> None:
    with pytest.raises(InvalidInputError):
        plans.page(statuses=None, limit=1, position=position)
    with pytest.raises(InvalidInputError):
        comments.page("pln_x", limit=1, position=position)
    for asked in ({}, {"person_id": "anna"}, {"plan_id": "pln_x"}):
        with pytest.raises(InvalidInputError):
            log.page(**{"person_id": None, "plan_id": None, **asked}, limit=1, position=position)


def _comment(plan_id: str, minutes: int, text: str = "Looks good") -> Comment:
    at = NOON + timedelta(minutes=minutes)
    return Comment(new_id("cmt", at), plan_id, text, ANNA, at)


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_comments_are_listed_oldest_first_each_once_and_of_one_plan(comments: Comments, limit: int) -> None:
    said = [_comment("pln_a", minutes, f"{minutes} 🎉 " + "ü" * 1_990) for minutes in range(5)]
    for one in (*reversed(said), _comment("pln_b", 2)):
        assert comments.add(one) == one
    assert _walked(lambda **asked: comments.page("pln_a", **asked), limit=limit) == said


def test_a_comment_that_is_added_twice_is_the_first_one(comments: Comments) -> None:
    first = comments.add(_comment("pln_a", 0))
    assert comments.add(replace(first, text="Other")) == first
    assert comments.page("pln_a", limit=5, position=None).items == [first]


def _done(days: float, person: PersonRef = ANNA, plan_id: str | None = None) -> Activity:
    at = NOON - timedelta(days=days)
    return Activity(new_id("act", at), at, person, "edit_plan", "/plans/x", plan_id and "Spring", plan_id, None, "req")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 9])
def test_activity_is_listed_newest_first_across_months(log: ActivityLog, limit: int) -> None:
    done = [_done(days, plan_id="pln_a" if days else None) for days in (0, 0.5, 1.2, 40, 41, 200, 399)]
    for one in reversed(done):
        log.append(one)
    assert _walked(log.page, person_id=None, plan_id=None, limit=limit) == done


@pytest.mark.parametrize("limit", [1, 2, 9])
def test_activity_is_narrowed_by_person_by_plan_and_by_both(log: ActivityLog, limit: int) -> None:
    done = [_done(days, (ANNA, BEN)[days % 2], f"pln_{days % 3}") for days in range(12)]
    for one in done:
        log.append(one)
    for person in (None, "anna", "ben", "nobody"):
        for plan_id in (None, "pln_0", "pln_2", "pln_9"):
            wanted = [one for one in done if person in {None, one.person.id} and plan_id in {None, one.plan_id}]
            assert _walked(log.page, person_id=person, plan_id=plan_id, limit=limit) == wanted


def test_a_session_is_kept_replaced_and_forgotten(sessions: Sessions) -> None:
    anna = Person(ANNA.id, ANNA.name, "anna@example.com", Role.SENDER)
    session = Session("h" * 64, anna, "r" * 2_000, NOON, NOON.replace(microsecond=0) + timedelta(days=30))
    assert sessions.get(session.session_hash) is None
    sessions.put(session)
    assert sessions.get(session.session_hash) == session
    renewed = replace(session, person=replace(anna, role=None), refresh_token="new", refreshed_at=NOON)
    sessions.put(renewed)
    assert sessions.get(session.session_hash) == renewed
    for _ in range(2):
        sessions.delete(session.session_hash)
    assert sessions.get(session.session_hash) is None


def test_preferences_are_of_one_person(preferences: PreferencesOfPeople) -> None:
    assert preferences.get("anna") == Preferences()
    preferences.put("anna", Preferences("Asia/Tokyo", "de", "dark"))
    assert preferences.get("anna") == Preferences("Asia/Tokyo", "de", "dark")
    assert preferences.get("ben") == Preferences()
    assert preferences.get("centre") == Preferences()


def test_settings_are_changed_in_the_state_that_was_read(settings: SettingsStore) -> None:
    assert settings.get() == (CentreSettings(), 0)
    one = CentreSettings(1_000, "news@example.com", "Zoë", "Asia/Tokyo")
    assert settings.put(one, 0) == 1
    for stale in (0, 2):
        with pytest.raises(StaleRevisionError):
            settings.put(CentreSettings(), stale)
    assert settings.get() == (one, 1)
    assert settings.put(CentreSettings(), 1) == 2


def test_a_repeated_request_has_the_first_ones_id_for_a_day(
    request_ids: fakes.FakeRequestIds | DynamoRequestIds,
) -> None:
    request = ["POST", "/plans", {"name": "Früh 🌷", "settings": None}]
    reordered = ["POST", "/plans", {"settings": None, "name": "Früh 🌷"}]

    def claim(fresh: str, hours: float = 0, person: str = "anna", key: str = "k", said: Any = request) -> str:
        return request_ids.claim(person, key, said, fresh, NOON + timedelta(hours=hours))

    assert claim("one") == "one"
    assert claim("two", hours=23, said=reordered) == "one"
    assert claim("two", person="ben") == "two"
    assert claim("three", key="K") == "three"
    with pytest.raises(IdempotencyKeyReusedError):
        claim("four", said=["POST", "/plans", {"name": "Other"}])
    assert claim("five", hours=25, said=["POST", "/plans", {"name": "Other"}]) == "five"
    assert claim("six", hours=26, said=["POST", "/plans", {"name": "Other"}]) == "five"
