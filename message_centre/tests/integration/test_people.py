"""Who may sign in, in a Cognito user pool (moto)."""

import boto3
import pytest

from message_centre.tests.fakes.wrapper import Browser, forget


@pytest.fixture
def admin(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """An administrator, of a stack with a user pool of its own."""
    client = boto3.client("cognito-idp")
    pool = client.create_user_pool(PoolName="people", UsernameAttributes=["email"])["UserPool"]["Id"]
    for role in ("viewer", "author", "sender", "admin"):
        client.create_group(UserPoolId=pool, GroupName=role)
    monkeypatch.setenv("USER_POOL_ID", pool)
    forget()
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
