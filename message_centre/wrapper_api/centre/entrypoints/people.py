"""``/api/v1/session`` and ``/api/v1/me``: signing in and out, and who one is."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, replace
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Final

from typing_extensions import TypedDict

from message_centre.wrapper_api.centre import bootstrap
from message_centre.wrapper_api.centre.entrypoints.api import PREFIX, Answer, Api, answer
from message_centre.wrapper_api.centre.entrypoints.schemas import CallbackQuery, EditPreferences, NoDetails, StartQuery
from message_centre.wrapper_api.centre.kernel.errors import CentreError
from message_centre.wrapper_api.centre.people.model import (
    ForeignRequestError,
    Person,
    Preferences,
    Role,
    SignedOutError,
)
from message_centre.wrapper_api.centre.people.sessions import LONGEST, SignIn

people = Api(__name__)

_PATH: Final = f"{PREFIX}/session"
_SESSION: Final = "mc_session"
_SIGN_IN: Final = "mc_sign_in"
_SIGN_IN_SECONDS: Final = 600
GUARD: Final = "X-Message-Centre"
"""Header that only the Message Centre's own pages send: a form of another site cannot."""


class PersonDocument(TypedDict):
    """Somebody who is signed in, with what the person may do and prefers."""

    id: str
    name: str
    email: str
    roles: list[Role]
    time_zone: str | None
    language: str | None
    theme: str | None


class SignedInDocument(TypedDict):
    """An access token, for how many seconds it is good, and for whom."""

    access_token: str
    expires_in: int
    person: PersonDocument


class SignedOutDocument(TypedDict):
    """Where the browser ends its session with the issuer too; null: the issuer offers no such address."""

    sign_out_url: str | None


def _person(person: Person, preferences: Preferences) -> PersonDocument:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "roles": list(person.roles),
        "time_zone": preferences.time_zone,
        "language": preferences.language,
        "theme": preferences.theme,
    }


@people.operation("GET", "/session/start", role=None, status=HTTPStatus.FOUND)
def start_session(query: StartQuery) -> Answer[None]:
    """Send the browser to the issuer to sign in; `return` is a path of the Message Centre to come back to."""
    url, sign_in = bootstrap.session_service().begin(query.return_)
    kept = urlsafe_b64encode(json.dumps(asdict(sign_in)).encode()).decode()
    return _redirect(url, [_cookie(_SIGN_IN, kept, seconds=_SIGN_IN_SECONDS, same_site="Lax")])


@people.operation("GET", "/session/callback", role=None, status=HTTPStatus.FOUND)
def finish_session(query: CallbackQuery) -> Answer[None]:
    """Take the issuer's answer, set the session's cookie and send the browser back into the Message Centre."""
    sign_in = _kept_sign_in()
    forget = _cookie(_SIGN_IN, "", seconds=0, same_site="Lax")
    try:
        secret = bootstrap.session_service().complete(sign_in, state=query.state, code=query.code)
    except CentreError as error:
        return _redirect(f"/sign-in?problem={error.problem}", [forget])
    session = _cookie(_SESSION, secret, seconds=int(LONGEST.total_seconds()), same_site="Strict")
    return _redirect(sign_in.back if sign_in else "/", [forget, session])


@people.operation("POST", "/session/refresh", role=None, refuses=(SignedOutError, ForeignRequestError))
def refresh_session(_document: NoDetails) -> Answer[SignedInDocument]:
    """Give an access token to the browser that holds the session's cookie; needs the header `X-Message-Centre: 1`."""
    _guard()
    signed_in = bootstrap.session_service().refresh(_cookies().get(_SESSION))
    preferences = bootstrap.preferences().get(signed_in.person.id)
    return answer(
        {
            "access_token": signed_in.access_token,
            "expires_in": signed_in.expires_in,
            "person": _person(signed_in.person, preferences),
        }
    )


@people.operation("DELETE", "/session", role=None, refuses=(ForeignRequestError,))
def end_session() -> Answer[SignedOutDocument]:
    """End the session; needs the header `X-Message-Centre: 1`. An access token stays good until it expires."""
    _guard()
    url = bootstrap.session_service().end(_cookies().get(_SESSION))
    answered = answer(SignedOutDocument(sign_out_url=url))
    answered.headers["Set-Cookie"] = _cookie(_SESSION, "", seconds=0, same_site="Strict")
    return answered


@people.operation("GET", "/me", role=None, refuses=(SignedOutError,))
def get_me() -> Answer[PersonDocument]:
    """Show who one is and may do; also somebody without any role may ask."""
    person = people.somebody()
    return answer(_person(person, bootstrap.preferences().get(person.id)))


@people.operation("PATCH", "/me", role=None, refuses=(SignedOutError,))
def change_me(document: EditPreferences) -> Answer[PersonDocument]:
    """Change what one prefers; what is left out stays."""
    person = people.somebody()
    kept = bootstrap.preferences()
    preferences = replace(kept.get(person.id), **document.model_dump(exclude_unset=True))
    kept.put(person.id, preferences)
    return answer(_person(person, preferences))


def _guard() -> None:
    """Let only the Message Centre's own pages use the cookie.

    Raises:
        ForeignRequestError: the request came from elsewhere.
    """
    headers: Mapping[str, str] = people.current_request.headers
    if headers.get(GUARD.lower()) != "1" or headers.get("origin") not in {None, bootstrap.settings().origin}:
        raise ForeignRequestError("This is only for the pages of the Message Centre.")


def _cookies() -> dict[str, str]:
    jar = SimpleCookie()
    try:
        jar.load(people.current_request.headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _kept_sign_in() -> SignIn | None:
    try:
        return SignIn(**json.loads(urlsafe_b64decode(_cookies().get(_SIGN_IN, ""))))
    except (ValueError, TypeError):
        return None


def _cookie(name: str, value: str, *, seconds: int, same_site: str) -> str:
    secure = "; Secure" if bootstrap.settings().origin.startswith("https:") else ""
    return f"{name}={value}; Path={_PATH}; Max-Age={seconds}; HttpOnly; SameSite={same_site}{secure}"


def _redirect(url: str, cookies: list[str]) -> Answer[None]:
    headers: dict[str, str | list[str]] = {"Location": url, "Set-Cookie": list(cookies)}
    return Answer(body="", headers=headers)
