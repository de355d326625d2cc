"""An issuer of identities: OpenID Connect with discovery, codes, PKCE and refresh tokens that are taken once."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from message_centre.tests.fakes.servers import Asked, Told

CLIENT = "centre"
SECRET = "s/e+cret"


class FakeIssuer:
    def __init__(self) -> None:
        self.url = ""
        self.codes: dict[str, dict[str, Any]] = {}
        self.refresh_tokens: dict[str, dict[str, Any]] = {}
        self.groups = ["author"]
        self.changed_claims: dict[str, Any] = {}
        self.asked: list[str] = []
        self.down = False

    def sign_in(self, authorization_url: str, *, sub: str = "anna", groups: list[str] | None = None) -> dict[str, str]:
        """Sign in as a person does on the issuer's page; return what the browser is sent back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(authorization_url).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT
        code = secrets.token_urlsafe(8)
        self.codes[code] = {**query, "sub": sub, "groups": self.groups if groups is None else groups}
        return {"code": code, "state": query["state"]}

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked.path)
        if self.down:
            return Told(503)
        if asked.path == "/.well-known/openid-configuration":
            return self._told(
                {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "revocation_endpoint": f"{self.url}/revoke",
                    "end_session_endpoint": f"{self.url}/logout",
                }
            )
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if asked.headers["authorization"] != "Basic " + base64.b64encode(b"centre:s%2Fe%2Bcret").decode():
            return self._told({"error": "invalid_client"}, 401)
        if asked.path == "/revoke":
            self.refresh_tokens.pop(form["token"], None)
            return Told(200)
        return self._tokens(form)

    def _tokens(self, form: dict[str, str]) -> Told:
        if form["grant_type"] == "authorization_code":
            begun = self.codes.pop(form["code"], None)
            verifier = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
            if begun is None or verifier.rstrip("=") != begun["code_challenge"]:
                return self._told({"error": "invalid_grant"}, 400)
            person = {"sub": begun["sub"], "groups": begun["groups"]}
            nonce = {"nonce": begun["nonce"]}
        else:
            kept = self.refresh_tokens.pop(form["refresh_token"], None)
            if kept is None:
                return self._told({"error": "invalid_grant"}, 400)
            person, nonce = kept, {}
        refresh_token = secrets.token_urlsafe(8)
        self.refresh_tokens[refresh_token] = person
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": person["sub"],
            "email": f"{person['sub']}@example.com",
            "name": str(person["sub"]).title(),
            "cognito:groups": person["groups"],
            "exp": time.time() + 300,
            **nonce,
            **self.changed_claims,
        }
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return self._told({"id_token": f"e30.{body}.c2ln", "refresh_token": refresh_token, "expires_in": 300})

    @staticmethod
    def _told(document: dict[str, Any], status: int = 200) -> Told:
        return Told(status, json.dumps(document).encode(), {"Content-Type": "application/json"})
