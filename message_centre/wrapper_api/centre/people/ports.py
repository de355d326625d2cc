"""What signing in needs from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from message_centre.wrapper_api.centre.people.model import Person, Preferences


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What the issuer's token endpoint answered.

    Attributes:
        claims: of the identity token, checked; None: the issuer sent none, as it may when tokens are refreshed.
        refresh_token: None: the one before goes on to be good.
    """

    claims: Mapping[str, Any] | None
    refresh_token: str | None


class Issuer(Protocol):
    """Says who people are (OpenID Connect)."""

    def authorization_url(self, *, state: str, nonce: str, challenge: str) -> str:
        """Return where the browser goes to sign in; ``challenge`` is PKCE's, by S256 (RFC 7636)."""
        ...

    def exchange(self, code: str, *, verifier: str, nonce: str) -> IssuedTokens:
        """Return the tokens for a code.

        Raises:
            SignInFailedError: the issuer refuses, or its identity token is not for us.
            TemporarilyUnavailableError: it did not answer.
        """
        ...

    def refresh(self, refresh_token: str) -> IssuedTokens:
        """Return new tokens.

        Raises:
            SignedOutError: the refresh token is no longer good.
            TemporarilyUnavailableError: the issuer did not answer.
        """
        ...

    def revoke(self, refresh_token: str) -> None:
        """Make a refresh token void where the issuer offers that; an issuer that does not answer is passed over."""
        ...

    def sign_out_url(self) -> str | None:
        """Return where the browser goes to end the session with the issuer itself; None: it offers no such address."""
        ...


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which somebody is signed in.

    Attributes:
        session_hash: SHA-256 of what the browser's cookie holds.
        refresh_token: the issuer's.
        refreshed_at: when the issuer last said who the person is.
        expires_at: when the person has to sign in again, whatever the issuer says.
    """

    session_hash: str
    person: Person
    refresh_token: str
    refreshed_at: datetime
    expires_at: datetime


class Sessions(Protocol):
    """Keeps sessions."""

    def get(self, session_hash: str) -> Session | None:
        """Return a session, None if there is none."""
        ...

    def put(self, session: Session) -> None:
        """Keep a session in place of what was kept under its hash."""
        ...

    def delete(self, session_hash: str) -> None:
        """Forget a session; none is fine."""
        ...


class PreferencesOfPeople(Protocol):
    """Keeps what people prefer."""

    def get(self, person_id: str) -> Preferences:
        """Return a person's preferences."""
        ...

    def put(self, person_id: str, preferences: Preferences) -> None:
        """Keep a person's preferences."""
        ...
