"""Requests signed with credentials of IAM (SigV4), for deployments that list their callers (``apiCallers``).

botocore signs; ``pip install 'emailplatform[iam]'`` brings it.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, urlencode

import httpx

from emailplatform.errors import ConfigurationError

if TYPE_CHECKING:
    from botocore.credentials import Credentials

_SERVICE: Final = "execute-api"
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
        try:
            from botocore.session import get_session
        except ImportError:
            raise ConfigurationError("Signing needs botocore: pip install 'emailplatform[iam]'.") from None
        found = credentials or get_session().get_credentials()
        if found is None:
            raise ConfigurationError("There are no credentials of AWS in the environment.")
        self._region = region
        self._credentials = found

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
