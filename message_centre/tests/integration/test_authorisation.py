"""Who may call what: every operation of the wrapper and every one that it passes on, by nobody and by each role."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from message_centre.tests.fakes.platform import FILE, FakePlatform
from message_centre.tests.fakes.wrapper import ORIGIN, Browser
from message_centre.wrapper_api.app import APIS, app
from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.entrypoints.forward import PLATFORM
from message_centre.wrapper_api.centre.people.model import RANKS, Person, Role
from message_centre.wrapper_api.centre.people.tokens import LIFETIME_SECONDS
from message_centre.wrapper_api.centre.platform.operations import FORWARDED

OF_A_COOKIE = {("POST", "/api/v1/session/refresh"), ("DELETE", "/api/v1/session")}
OF_ANYBODY_SIGNED_IN = {("GET", "/api/v1/me"), ("PATCH", "/api/v1/me")}
OF_EVERYBODY = {
    ("GET", "/api/v1/config"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/session/start"),
    ("GET", "/api/v1/session/callback"),
}


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    role: Role | None

    @property
    def filled(self) -> str:
        return self.path.format_map(_Anything())


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return {"version": "1", "address": "ann%40example.com", "domain": "example.com"}.get(key, FILE)


ROUTES = (
    *(Route(one.method, one.path, one.role) for api in APIS for one in api.operations),
    *(Route(one.method, PLATFORM + one.path, one.role) for one in FORWARDED),
)
GUARDED = [route for route in ROUTES if route.role is not None]


def _token(role: Role | None, *, age: timedelta = timedelta()) -> str:
    tokens = bootstrap.session_service()._tokens
    return tokens.write(Person("anna", "Anna", "anna@example.com", role), bootstrap.clock().now() - age)


def _forged(token: str) -> Iterator[str]:
    """Make a token of an administrator out of somebody's."""
    kind, body, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    for more in ({"role": "admin"}, {"exp": said["exp"] + 9_999}):
        forged = base64.urlsafe_b64encode(json.dumps(said | more).encode()).decode().rstrip("=")
        yield f"{kind}.{forged}.{signature}"
        yield f"{kind}.{forged}."
    yield f"{kind}.{body}.{signature[:-4]}"
    yield body


def test_every_route_that_is_served_stands_in_the_table_with_its_role() -> None:
    served = {(method, path) for path, methods in app.routes.items() for method in methods}
    assert {(route.method, route.path) for route in ROUTES} == served
    without = {(route.method, route.path) for route in ROUTES if route.role is None}
    assert without == OF_A_COOKIE | OF_ANYBODY_SIGNED_IN | OF_EVERYBODY


@pytest.mark.usefixtures("wrapper")
def test_nobody_comes_in_without_a_good_token(browser: Browser, platform: FakePlatform) -> None:
    expired = _token(Role.ADMIN, age=timedelta(seconds=LIFETIME_SECONDS + 1))
    headers = [f"Bearer {token}" for token in (expired, *_forged(_token(Role.VIEWER)))]
    headers += ["", "Bearer", f"Basic {_token(Role.ADMIN)}"]
    for route in (*GUARDED, *(Route(*one, None) for one in OF_ANYBODY_SIGNED_IN)):
        assert browser.call(route.method, route.filled, {}).slug == "signed-out", route
        for header in headers:
            answered = browser.call(route.method, route.filled, {}, headers={"authorization": header})
            assert answered.slug == "signed-out", (route, header)
            assert answered.status == 401
    assert platform.calls == []


def test_every_lesser_role_is_refused_before_anything_is_read(browser: Browser, platform: FakePlatform) -> None:
    for route in GUARDED:
        assert route.role
        for role in (None, *RANKS[: RANKS.index(route.role)]):
            browser.token = _token(role)
            answered = browser.call(route.method, route.filled, raw="{no json")
            assert (answered.status, answered.slug) == (403, "missing-role"), (route, role)
    assert platform.calls == []
    browser.token = _token(Role.VIEWER)
    assert browser.done("GET", "/activity")["items"] == []


def test_the_role_of_a_route_and_every_higher_one_comes_in(browser: Browser) -> None:
    for route in (one for one in GUARDED if not one.path.startswith(PLATFORM)):
        assert route.role
        for role in RANKS[RANKS.index(route.role) :]:
            browser.token = _token(role)
            answered = browser.call(route.method, route.filled, raw="{no json")
            assert answered.status not in {401, 403}, (route, role)


@pytest.mark.parametrize(("method", "path"), sorted(OF_A_COOKIE))
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": ORIGIN, "x-message-centre": ""},
        {"origin": "https://evil.example", "x-message-centre": "1"},
        {"origin": "null", "x-message-centre": "1"},
        {"origin": f"{ORIGIN}.evil.example", "x-message-centre": "1"},
        {"origin": ORIGIN.replace("https", "http"), "x-message-centre": "1"},
    ],
)
def test_a_cookie_alone_is_of_no_use_to_another_site(
    browser: Browser, method: str, path: str, headers: dict[str, str]
) -> None:
    browser.sign_in("admin")
    assert browser.call(method, path, headers=headers).slug == "foreign-request"
    assert browser.refresh().status == 200


def test_a_cookie_opens_nothing_but_the_session(browser: Browser) -> None:
    browser.sign_in("admin")
    browser.token = None
    for route in GUARDED:
        answered = browser.call(route.method, route.filled, {}, headers={"x-message-centre": "1"})
        assert answered.status == 401, route


def test_a_session_that_expired_or_was_ended_gives_no_more_tokens(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in("admin")
    clock = bootstrap.clock()
    later = clock.now() + timedelta(days=30, seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(type(clock), "now", lambda _self: later)
        assert browser.refresh().slug == "signed-out"
    assert browser.refresh().status == 200
    cookies = dict(browser.cookies)
    browser.done("DELETE", "/session", headers={"x-message-centre": "1"})
    browser.cookies = cookies
    assert browser.refresh().slug == "signed-out"
