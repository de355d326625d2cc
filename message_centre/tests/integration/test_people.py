"""Who may sign in, in a Cognito user pool (moto)."""

import pytest

from message_centre.tests.fakes.account import make_user_pool
from message_centre.tests.fakes.wrapper import Browser
from message_centre.wrapper_api.centre.kernel.pages import encode_cursor


@pytest.fixture
def admin(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """An administrator, of a stack with a user pool of its own."""
    make_user_pool(monkeypatch)
    return browser.sign_in("admin", sub="root")


def test_somebody_is_invited_listed_given_another_role_and_disabled(admin: Browser) -> None:
    invited = admin.done("POST", "/people", {"email": "ben@example.com", "name": "Ben", "role": "author"})
    assert (invited["name"], invited["role"], invited["invited"]) == ("Ben", "author", True)
    path = f"/people/{invited['id']}"
    assert admin.done("PATCH", path, {"role": "sender"})["role"] == "sender"
    changed = admin.done("PATCH", path, {"disabled": True})
    assert (changed["disabled"], changed["role"]) == (True, "sender")
    assert admin.done("PATCH", path, {"disabled": False})["disabled"] is False
    [listed] = admin.done("GET", "/people")["items"]
    assert (listed["email"], listed["role"]) == ("ben@example.com", "sender")
    assert [entry["action"] for entry in admin.done("GET", "/activity")["items"]] == [
        "change_person",
        "change_person",
        "change_person",
        "invite_person",
    ]


def test_nobody_is_invited_twice(admin: Browser) -> None:
    ben = {"email": "ben@example.com", "name": "Ben", "role": "viewer"}
    admin.done("POST", "/people", ben)
    assert admin.refused("POST", "/people", ben) == "person-known"


def test_nobody_takes_the_own_rights_away(admin: Browser) -> None:
    invited = admin.done("POST", "/people", {"email": "eve@example.com", "name": "Eve", "role": "admin"})
    admin.sign_in("admin", sub=invited["id"])
    assert admin.refused("PATCH", f"/people/{invited['id']}", {"role": "viewer"}) == "own-account"


def test_somebody_unknown_is_not_found(admin: Browser) -> None:
    assert admin.refused("PATCH", "/people/nobody", {"role": "viewer"}) == "not-found"


def test_where_another_issuer_knows_the_people_that_is_said(browser: Browser) -> None:
    browser.sign_in("admin")
    assert browser.refused("GET", "/people") == "people-elsewhere"


def test_only_administrators_manage_people(browser: Browser) -> None:
    browser.sign_in("sender")
    assert browser.refused("GET", "/people") == "missing-role"


def test_an_address_that_cognito_does_not_take_is_the_callers_fault(admin: Browser) -> None:
    nobody = {"email": "0@0", "name": "Nobody", "role": "viewer"}
    assert admin.refused("POST", "/people", nobody) == "invalid-input"
    assert admin.done("GET", "/people")["items"] == []


def test_people_are_listed_in_pages_and_a_made_up_cursor_is_refused(admin: Browser) -> None:
    for number in range(3):
        admin.done("POST", "/people", {"email": f"p{number}@example.com", "name": f"P {number}", "role": "viewer"})
    first = admin.done("GET", "/people?limit=2")
    rest = admin.done("GET", f"/people?limit=2&cursor={first['next']}")
    assert [one["name"] for one in first["items"] + rest["items"]] == ["P 0", "P 1", "P 2"]
    for position in (1, "x", [], {"a": "b"}, [["x"]], [""]):
        assert admin.refused("GET", f"/people?cursor={encode_cursor(position)}") == "invalid-input"
