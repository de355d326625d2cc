"""Signing in, staying so and signing out."""

from urllib.parse import parse_qs, urlsplit

import pytest

from message_centre.tests.fakes.issuer import FakeIssuer
from message_centre.tests.fakes.wrapper import ORIGIN, Browser
from message_centre.wrapper_api.centre.people.sessions import safe_path


def test_a_person_signs_in_and_is_known_by_name_and_role(browser: Browser) -> None:
    browser.sign_in("author")
    me = browser.done("GET", "/me")
    assert me["name"] == "Anna"
    assert me["email"] == "anna@example.com"
    assert me["roles"] == ["viewer", "author"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    started = browser.call("GET", "/api/v1/session/start?return=/x")
    assert "; HttpOnly; SameSite=Lax; Secure" in started.cookies[0]
    assert "Path=/api/v1/session;" in started.cookies[0]
    query = browser.issuer.sign_in(started.headers["Location"])
    finished = browser.call("GET", f"/api/v1/session/callback?code={query['code']}&state={query['state']}")
    forgotten, session = finished.cookies
    assert "Max-Age=0" in forgotten
    assert "; HttpOnly; SameSite=Strict; Secure" in session


def test_the_issuer_is_asked_with_pkce_and_the_own_callback(browser: Browser) -> None:
    started = browser.call("GET", "/api/v1/session/start")
    query = parse_qs(urlsplit(started.headers["Location"]).query)
    assert query["redirect_uri"] == [f"{ORIGIN}/api/v1/session/callback"]
    assert query["code_challenge_method"] == ["S256"]
    assert "openid" in query["scope"][0]


def test_an_answer_for_another_browser_signs_nobody_in(browser: Browser, issuer: FakeIssuer) -> None:
    elsewhere = Browser(issuer)
    query = issuer.sign_in(elsewhere.call("GET", "/api/v1/session/start").headers["Location"])
    browser.call("GET", "/api/v1/session/start")
    finished = browser.call("GET", f"/api/v1/session/callback?code={query['code']}&state={query['state']}")
    assert finished.headers["Location"] == "/sign-in?problem=sign-in-failed"
    assert "mc_session" not in browser.cookies


@pytest.mark.parametrize("claims", [{"aud": "other"}, {"iss": "https://evil.example"}, {"nonce": "x"}, {"exp": 1}])
def test_an_identity_token_that_is_not_for_us_signs_nobody_in(
    browser: Browser, issuer: FakeIssuer, claims: dict[str, object]
) -> None:
    issuer.changed_claims = claims
    query = issuer.sign_in(browser.call("GET", "/api/v1/session/start").headers["Location"])
    finished = browser.call("GET", f"/api/v1/session/callback?code={query['code']}&state={query['state']}")
    assert finished.headers["Location"] == "/sign-in?problem=sign-in-failed"


def test_tabs_that_refresh_together_ask_the_issuer_once(browser: Browser, issuer: FakeIssuer) -> None:
    browser.sign_in("viewer")
    asked = issuer.asked.count("/token")
    assert [browser.refresh().status for _ in range(3)] == [200, 200, 200]
    assert issuer.asked.count("/token") == asked


def test_signing_out_ends_the_session_here_and_at_the_issuer(browser: Browser, issuer: FakeIssuer) -> None:
    browser.sign_in("viewer")
    cookies = dict(browser.cookies)
    answered = browser.call("DELETE", "/api/v1/session", headers={"x-message-centre": "1"})
    assert answered.json["sign_out_url"].startswith(f"{issuer.url}/logout?client_id=centre")
    assert issuer.refresh_tokens == {}
    browser.cookies = cookies
    assert browser.refresh().slug == "signed-out"


def test_without_a_token_or_with_a_wrong_one_nobody_is_known(browser: Browser) -> None:
    assert browser.refused("GET", "/me") == "signed-out"
    for token in ("x", "mc1.e30.x", "mc1..", "mc1.\u00fc.x"):
        assert browser.refused("GET", "/plans", headers={"authorization": f"Bearer {token}"}) == "signed-out"


def test_somebody_in_no_group_is_known_but_may_do_nothing(browser: Browser) -> None:
    browser.sign_in()
    assert browser.done("GET", "/me")["roles"] == []
    assert browser.refused("GET", "/plans") == "missing-role"


def test_preferences_are_kept(browser: Browser) -> None:
    browser.sign_in("viewer")
    browser.done("PATCH", "/me", {"time_zone": "Asia/Tokyo", "theme": "dark"})
    me = browser.done("PATCH", "/me", {"theme": None})
    assert (me["time_zone"], me["theme"]) == ("Asia/Tokyo", None)
    assert browser.refused("PATCH", "/me", {"time_zone": "Mars/Olympus"}) == "invalid-input"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("/plans/1?x=2", "/plans/1?x=2"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\tevil", "/"),
        ("/api/v1/session/start", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(given: str | None, path: str) -> None:
    assert safe_path(given) == path
