"""OpenID Connect: any issuer with discovery, such as Amazon Cognito.

The identity token is read only from the issuer's token endpoint, over TLS and with the client's secret, so its
signature need not be checked besides (OpenID Connect Core 1.0, 3.1.3.7, point 6); its claims are.
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx

from message_centre.wrapper_api.centre.kernel.errors import TemporarilyUnavailableError
from message_centre.wrapper_api.centre.people.model import SignedOutError, SignInFailedError
from message_centre.wrapper_api.centre.people.ports import IssuedTokens

_SCOPES: Final = "openid email profile"
_SKEW_SECONDS: Final = 60
_DISCOVERED_SECONDS: Final = 3600.0
_TIMEOUT_SECONDS: Final = 10.0


class OidcIssuer:
    """An issuer.

    Args:
        issuer: as it names itself in ``iss``.
        discovery: where it describes itself.
        client_id: how it knows the Message Centre.
        fetch_secret: returns the Message Centre's secret with it.
        callback: where it sends the browser back to.
        home: where the browser is after the issuer's own session was ended.
        transport: how requests go out, for tests.
        now: seconds since the epoch.
    """

    def __init__(
        self,
        *,
        issuer: str,
        discovery: str,
        client_id: str,
        fetch_secret: Callable[[], str],
        callback: str,
        home: str,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._discovery = discovery
        self._client_id = client_id
        self._fetch_secret = fetch_secret
        self._callback = callback
        self._home = home
        self._now = now
        self._http = httpx.Client(timeout=_TIMEOUT_SECONDS, transport=transport, follow_redirects=False)
        self._description: Mapping[str, Any] = {}
        self._described_at = 0.0

    def authorization_url(self, *, state: str, nonce: str, challenge: str) -> str:
        """Return where the browser goes to sign in."""
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._callback,
            "scope": _SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(query, quote_via=quote)}"

    def exchange(self, code: str, *, verifier: str, nonce: str) -> IssuedTokens:
        """Return the tokens for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": verifier,
        }
        answered = self._tokens(form)
        if answered is None or not isinstance(answered.get("id_token"), str):
            raise SignInFailedError("The issuer refused the code.")
        claims = self._claims(answered["id_token"])
        if claims.get("nonce") != nonce:
            raise SignInFailedError("The identity token belongs to another sign-in.")
        return IssuedTokens(claims, answered.get("refresh_token"))

    def refresh(self, refresh_token: str) -> IssuedTokens:
        """Return new tokens."""
        answered = self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})
        if answered is None:
            raise SignedOutError("The issuer has ended the session.")
        identity = answered.get("id_token")
        try:
            claims = self._claims(identity) if isinstance(identity, str) else None
        except SignInFailedError as error:
            raise SignedOutError(error.detail) from error
        return IssuedTokens(claims, answered.get("refresh_token"))

    def revoke(self, refresh_token: str) -> None:
        """Make a refresh token void (RFC 7009) where the issuer offers that."""
        try:
            endpoint = self._described().get("revocation_endpoint")
            if endpoint:
                self._http.post(endpoint, data={"token": refresh_token}, auth=self._credentials())
        except (httpx.TransportError, TemporarilyUnavailableError):
            return  # the session is forgotten here, and the token with it

    def sign_out_url(self) -> str | None:
        """Return where the browser ends the issuer's own session (OpenID Connect RP-Initiated Logout 1.0)."""
        try:
            endpoint = self._described().get("end_session_endpoint")
        except TemporarilyUnavailableError:
            return None
        if not endpoint:
            return None
        # Cognito reads logout_uri, others post_logout_redirect_uri.
        query = {"client_id": self._client_id, "logout_uri": self._home, "post_logout_redirect_uri": self._home}
        return f"{endpoint}?{urlencode(query, quote_via=quote)}"

    def _tokens(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """Ask the token endpoint; None: it refuses (RFC 6749, 5.2)."""
        try:
            response = self._http.post(self._endpoint("token_endpoint"), data=dict(form), auth=self._credentials())
            document = response.json()
        except (httpx.TransportError, ValueError) as error:
            raise TemporarilyUnavailableError("The issuer of identities did not answer.") from error
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or not isinstance(document, dict):
            raise TemporarilyUnavailableError("The issuer of identities cannot answer now.")
        return document if response.is_success else None

    def _claims(self, token: str) -> dict[str, Any]:
        """Return the claims of an identity token that came from the token endpoint.

        Raises:
            SignInFailedError: it is not from this issuer, not for us, or has expired.
        """
        try:
            body = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            audience, expires = claims["aud"], float(claims["exp"])
            subject = claims["sub"]
        except (ValueError, IndexError, KeyError, TypeError) as error:
            raise SignInFailedError("The issuer sent something that is no identity token.") from error
        audiences = [audience] if isinstance(audience, str) else audience
        if claims.get("iss") != self._issuer or self._client_id not in audiences or not subject:
            raise SignInFailedError("The identity token is not for the Message Centre.")
        if len(audiences) > 1 and claims.get("azp") != self._client_id:
            raise SignInFailedError("The identity token is not for the Message Centre.")
        if expires + _SKEW_SECONDS < self._now():
            raise SignInFailedError("The identity token has expired.")
        return dict(claims)

    def _credentials(self) -> httpx.BasicAuth:
        return httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._fetch_secret(), safe=""))

    def _endpoint(self, name: str) -> str:
        try:
            return str(self._described()[name])
        except KeyError:
            raise TemporarilyUnavailableError(f"The issuer of identities describes no {name}.") from None

    def _described(self) -> Mapping[str, Any]:
        if self._description and self._now() - self._described_at < _DISCOVERED_SECONDS:
            return self._description
        try:
            response = self._http.get(self._discovery)
            document = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise TemporarilyUnavailableError("The issuer of identities did not describe itself.") from error
        if document.get("issuer") != self._issuer:
            raise TemporarilyUnavailableError("The issuer of identities describes itself as another one.")
        self._description, self._described_at = document, self._now()
        return self._description
