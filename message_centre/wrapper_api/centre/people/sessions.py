"""Signing in by OpenID Connect's authorization code flow with PKCE; the browser keeps one opaque cookie."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from message_centre.wrapper_api.centre.kernel.clock import Clock
from message_centre.wrapper_api.centre.people.model import (
    Person,
    Role,
    SignedOutError,
    SignInFailedError,
    person_of,
)
from message_centre.wrapper_api.centre.people.ports import Issuer, Session, Sessions
from message_centre.wrapper_api.centre.people.tokens import LIFETIME_SECONDS, AccessTokens

LONGEST: Final = timedelta(days=30)
"""After this somebody signs in again, however often the session was used."""

_ASKED_AGAIN_AFTER: Final = timedelta(seconds=60)
"""Several tabs refresh at the same time: the issuer, which may take a refresh token only once, is asked once."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the browser keeps while it is at the issuer's.

    Attributes:
        back: path of the Message Centre to which it returns.
    """

    state: str
    nonce: str
    verifier: str
    back: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with an access token."""

    person: Person
    access_token: str
    expires_in: int = LIFETIME_SECONDS


def safe_path(path: str | None) -> str:
    """Return a path of the Message Centre itself; ``/`` in place of anything that would lead elsewhere."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    parts = urlsplit(path)
    return "/" if parts.scheme or parts.netloc or "\\" in path or path.startswith("/api/") else path


class SessionService:
    """Begins, keeps and ends sessions.

    Args:
        groups_claim: claim of the identity token that names the person's groups.
        roles: role by group.
    """

    def __init__(
        self,
        *,
        issuer: Issuer,
        sessions: Sessions,
        tokens: AccessTokens,
        clock: Clock,
        groups_claim: str,
        roles: Mapping[str, Role],
    ) -> None:
        self._issuer = issuer
        self._sessions = sessions
        self._tokens = tokens
        self._clock = clock
        self._groups_claim = groups_claim
        self._roles = roles

    def begin(self, back: str | None) -> tuple[str, SignIn]:
        """Return where the browser signs in, and what it keeps meanwhile."""
        sign_in = SignIn(
            secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), safe_path(back)
        )
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sign_in.verifier.encode()).digest()).decode().rstrip("=")
        url = self._issuer.authorization_url(state=sign_in.state, nonce=sign_in.nonce, challenge=challenge)
        return url, sign_in

    def complete(self, sign_in: SignIn | None, *, state: str, code: str) -> str:
        """Sign in with the issuer's code; return what the cookie holds from now on.

        Raises:
            SignInFailedError: the answer does not belong to this browser, or the issuer refuses.
        """
        if sign_in is None or not secrets.compare_digest(sign_in.state.encode(), state.encode()) or not code:
            raise SignInFailedError("This browser did not begin to sign in, or began more than ten minutes ago.")
        issued = self._issuer.exchange(code, verifier=sign_in.verifier, nonce=sign_in.nonce)
        if issued.claims is None or issued.refresh_token is None:
            raise SignInFailedError("The issuer sent no identity token or no refresh token.")
        now = self._clock.now()
        secret = secrets.token_urlsafe(32)
        self._sessions.put(
            Session(_hash(secret), self._person(issued.claims), issued.refresh_token, now, now + LONGEST)
        )
        return secret

    def refresh(self, secret: str | None) -> SignedIn:
        """Return an access token for the session of a cookie.

        Raises:
            SignedOutError: there is no such session, or the issuer has ended it.
        """
        now = self._clock.now()
        session = self._sessions.get(_hash(secret)) if secret else None
        if session is None or session.expires_at <= now:
            raise SignedOutError("Nobody is signed in in this browser.")
        if now - session.refreshed_at >= _ASKED_AGAIN_AFTER:
            session = self._renewed(session)
        return SignedIn(session.person, self._tokens.write(session.person, now))

    def end(self, secret: str | None) -> str | None:
        """End the session of a cookie; return where the browser ends the issuer's own session."""
        session = self._sessions.get(_hash(secret)) if secret else None
        if session is not None:
            self._sessions.delete(session.session_hash)
            self._issuer.revoke(session.refresh_token)
        return self._issuer.sign_out_url()

    def person(self, access_token: str) -> Person:
        """Return who makes a request.

        Raises:
            SignedOutError: the token is not good.
        """
        return self._tokens.read(access_token, self._clock.now())

    def _renewed(self, session: Session) -> Session:
        try:
            issued = self._issuer.refresh(session.refresh_token)
        except SignedOutError:
            self._sessions.delete(session.session_hash)
            raise
        person = session.person if issued.claims is None else self._person(issued.claims)
        if person.id != session.person.id:
            self._sessions.delete(session.session_hash)
            raise SignedOutError("The issuer answered for somebody else.")
        renewed = replace(
            session,
            person=person,
            refresh_token=issued.refresh_token or session.refresh_token,
            refreshed_at=self._clock.now(),
        )
        self._sessions.put(renewed)
        return renewed

    def _person(self, claims: Mapping[str, Any]) -> Person:
        return person_of(claims, self._groups_claim, self._roles)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
