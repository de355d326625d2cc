"""How OpenSearch is reached, and by whose rights.

Importing this module loads opensearch-py (about as long as boto3): import it only where the address asks for it.
"""

import re
from urllib.parse import urlsplit

from botocore.session import get_session
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

from chalicelib.kernel.errors import ConfigurationError

_AWS_DOMAIN = re.compile(r"\.(?P<region>[a-z0-9-]+)\.es\.amazonaws\.com$|\.aos\.(?P<on_aws>[a-z0-9-]+)\.on\.aws$")
_TIMEOUT_SECONDS = 20


def connect(url: str) -> OpenSearch:
    """Open a client; requests to an AWS domain are signed with the function's own role.

    Args:
        url: ``https://<endpoint>``, for a server without access control ``http://<host>:<port>``.

    Raises:
        ConfigurationError: the address has another form, or there are no credentials to sign with.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(f"{url!r} must have the form https://<OpenSearch endpoint>.")
    return OpenSearch(
        hosts=[{"host": parts.hostname, "port": parts.port or (443 if parts.scheme == "https" else 9200)}],
        use_ssl=parts.scheme == "https",
        http_auth=signer_for(parts.hostname),
        connection_class=Urllib3HttpConnection,
        timeout=_TIMEOUT_SECONDS,
        max_retries=0,  # `opensearch_calls.call` repeats, with waits
    )


def signer_for(host: str) -> Urllib3AWSV4SignerAuth | None:
    """Return what signs requests to an AWS domain, or None for any other server."""
    match = _AWS_DOMAIN.search(host)
    if match is None:
        return None
    credentials = get_session().get_credentials()
    if credentials is None:
        raise ConfigurationError("There are no AWS credentials to sign requests to OpenSearch with.")
    return Urllib3AWSV4SignerAuth(credentials, match["region"] or match["on_aws"], "es")
