"""Requests to the platform's own API over the network, as its callers make them."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from chalicelib.kernel.errors import ConfigurationError
from chalicelib.probing.ports import Answer

_SECONDS = 30.0  # API Gateway ends a request after 29


class OwnApi:
    """Implements `probing.ports.Api`.

    Args:
        url: of the API, such as ``https://<id>.execute-api.<region>.amazonaws.com/live``.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError(f"{url!r} is no address of an API.")
        self._secure = parts.scheme == "https"
        self._host, self._port, self._path = parts.hostname, parts.port, parts.path.rstrip("/")

    def call(
        self, method: str, path: str, *, token: str, document: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        """Make a request on a connection of its own.

        Raises:
            OSError: the API was not reached, broke off or did not answer in time.
        """
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=_SECONDS)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            body = None if document is None else json.dumps(document)
            connection.request(method, self._path + path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, _read(response.read()))
        except http.client.HTTPException as error:
            raise ConnectionError(type(error).__name__) from error
        finally:
            connection.close()


def _read(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
