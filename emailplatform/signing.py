"""Requests signed with credentials of IAM (SigV4), for deployments that list their callers (``apiCallers``).

botocore signs; ``pip install 'emailplatform[iam]'`` brings it.
"""

import os
import re
from collections.abc import Generator
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx

from emailplatform.errors import ConfigurationError

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from botocore.session import Session

_SERVICE: Final = "execute-api"
_HOST: Final = re.compile(r"[a-z0-9-]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")
_ADDED: Final = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token")


class SigV4(httpx.Auth):
    """Signs each try of a call anew, so that credentials may be renewed in between.

    Args:
        region: where the API is, such as ``eu-central-1``.
        credentials: whose; those of the environment, as every SDK of AWS finds them, when left out.

    Raises:
        ConfigurationError: botocore or credentials are missing.
    """

    requires_request_body = True

    def __init__(self, region: str, credentials: "Credentials | None" = None) -> None:
        found = credentials or _session().get_credentials()
        if found is None:
            raise ConfigurationError("There are no credentials of AWS in the environment.")
        self._region = region
        self._credentials = found

    @classmethod
    def for_api(cls, url: str, region: str | None = None) -> Self:
        """Sign with the credentials of the environment for the API at an address.

        Args:
            url: the stage's address.
            region: where it is; read off the address or else taken from the environment when left out.

        Raises:
            ConfigurationError: botocore, credentials or the region are missing.
        """
        named = _HOST.fullmatch(urlsplit(url).hostname or "")
        known = region or (named[1] if named else os.environ.get("AWS_REGION"))
        known = known or _session().get_config_variable("region")
        if not known:
            raise ConfigurationError(f"Name the region of {url}: --region, or AWS_REGION in the environment.")
        return cls(known)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request."""
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        # The query is signed as it is sent, and SigV4 encodes a space as %20, which httpx writes as +.
        query = urlencode(parse_qsl(request.url.query.decode(), keep_blank_values=True), quote_via=quote, safe="-_.~")
        request.url = request.url.copy_with(query=query.encode() or None)
        # Only what proxies leave alone is signed; of the body its hash is.
        signed = AWSRequest(request.method, str(request.url), {"Host": request.headers["Host"]}, request.content)
        SigV4Auth(self._credentials.get_frozen_credentials(), _SERVICE, self._region).add_auth(signed)
        for name in _ADDED:
            if name in signed.headers:
                request.headers[name] = signed.headers[name]
        yield request


def _session() -> "Session":
    """Return a session of the environment.

    Raises:
        ConfigurationError: botocore is missing.
    """
    try:
        from botocore.session import get_session
    except ImportError:
        raise ConfigurationError("Signing needs botocore: pip install 'emailplatform[iam]'.") from None
    return get_session()
