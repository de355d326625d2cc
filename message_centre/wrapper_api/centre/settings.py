"""The environment of the function, typed; a variable is read when it is first used, never at import."""

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from message_centre.wrapper_api.centre.kernel.errors import ConfigurationError
from message_centre.wrapper_api.centre.people.model import Role

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings:
    """What the deployment tells the function."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def _text(self, name: str) -> str:
        value = self._environ.get(name, "")
        if not value:
            raise ConfigurationError(f"The environment variable {name} is not set.")
        return value

    def _url(self, name: str, default: str | None = None) -> str:
        url = (self._environ.get(name) or default or self._text(name)).rstrip("/")
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ConfigurationError(f"{name} must be an https address, not {url!r}.")
        return url

    def _document(self, name: str) -> Any:
        try:
            return json.loads(self._text(name))
        except ValueError:
            raise ConfigurationError(f"{name} is no JSON.") from None

    def table(self, name: str) -> str:
        """Name of the DynamoDB table that holds one aggregate (``plans``, ``sessions``, ...)."""
        return self._text(f"TABLE_{name.upper()}")

    @property
    def origin(self) -> str:
        """Where the browser finds the Message Centre, such as ``https://centre.example.com``."""
        return self._url("ORIGIN")

    @property
    def platform_url(self) -> str:
        """The stage's address of the Email Platform."""
        return self._url("PLATFORM_URL")

    @property
    def platform_key_secret(self) -> str:
        """Secret in Secrets Manager that holds the platform's API key."""
        return self._text("PLATFORM_KEY_SECRET")

    @property
    def upload_origins(self) -> tuple[str, ...]:
        """Where browsers upload to: the origins of the platform's buckets."""
        return tuple(self._document("UPLOAD_ORIGINS"))

    @property
    def default_time_zone(self) -> str:
        """Zone of people who chose none."""
        return self._text("DEFAULT_TIME_ZONE")

    @property
    def issuer(self) -> str:
        """The issuer, as identity tokens name it in ``iss``."""
        return self._url("OIDC_ISSUER")

    @property
    def issuer_discovery(self) -> str:
        """Where the issuer describes itself; below its own address unless said otherwise (OpenID Discovery 1.0, 4)."""
        return self._url("OIDC_DISCOVERY", f"{self.issuer}/.well-known/openid-configuration")

    @property
    def issuer_name(self) -> str:
        """How the page for signing in calls the issuer."""
        return self._text("OIDC_ISSUER_NAME")

    @property
    def client_id(self) -> str:
        """How the issuer knows the Message Centre."""
        return self._text("OIDC_CLIENT_ID")

    @property
    def client_secret_secret(self) -> str:
        """Secret in Secrets Manager that holds the Message Centre's own secret with the issuer."""
        return self._text("OIDC_CLIENT_SECRET_SECRET")

    @property
    def groups_claim(self) -> str:
        """Claim of the identity token that names the person's groups."""
        return self._text("GROUPS_CLAIM")

    @property
    def roles(self) -> dict[str, Role]:
        """Role by group."""
        try:
            return {group: Role(role) for group, role in self._document("ROLE_GROUPS").items()}
        except (ValueError, AttributeError):
            raise ConfigurationError("ROLE_GROUPS must be an object of roles by group.") from None

    @property
    def session_key_id(self) -> str:
        """KMS HMAC key from which the key of access tokens is derived."""
        return self._text("SESSION_KEY_ID")

    @property
    def user_pool_id(self) -> str | None:
        """The Cognito user pool in which people are managed; None where another issuer knows them."""
        return self._environ.get("USER_POOL_ID") or None
