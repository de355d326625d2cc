"""A client of the SDK some of whose operations go to AWS directly: a signed request of JSON, and what it is answered.

The SDK spends most of a call on what is the same for each: user agents, endpoints, models of requests and answers, and
a general HTTP library. What comes back is the same, errors too: the SDK reads those. Its event ``before-send`` is told,
so whatever stands in for AWS in tests, or looks at requests, does so here as well.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from os import environ
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import botocore
from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.httpsession import get_cert_path
from botocore.parsers import ResponseParserError, create_parser
from botocore.utils import get_environ_proxies

from chalicelib.wire.answers import HttpAnswer
from chalicelib.wire.connections import Connections
from chalicelib.wire.signing import authorization, stamp

Client = TypeVar("Client")

_OK = 200
_AGENT = f"email-platform Botocore/{botocore.__version__}"
_AGAIN = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "RequestTimeout"}
)
_SERVER_ERRORS = range(500, 600)


def direct(client: Client, operations: Mapping[str, str], *, again: bool) -> Client:
    """Return a client like this one, some of whose methods are direct; where a proxy is used, the same client.

    Args:
        client: of a service that speaks JSON.
        operations: names of operations that have no input but a body, by method.
        again: whether a call that failed on its way, or that AWS is too busy for, is made again, by the SDK and as its
            settings say. Otherwise there is one attempt, whatever happens.
    """
    known: Any = client
    if get_environ_proxies(known.meta.endpoint_url) or known.meta.config.proxies:
        return client
    return cast("Client", _DirectClient(known, operations, again=again))


@dataclass(frozen=True, slots=True)
class _Operation:
    """What is the same for every call of an operation."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    output: Any


class _DirectClient:
    def __init__(self, client: Any, operations: Mapping[str, str], *, again: bool) -> None:
        config, service = client.meta.config, client.meta.service_model
        self._client = client
        self._again = again
        self._url = client.meta.endpoint_url.rstrip("/")
        self._host = urlsplit(self._url).netloc
        self._signing = {"region": client.meta.region_name, "service": service.signing_name}
        self._service = service.service_id.hyphenize()
        self._target = service.metadata.get("targetPrefix")
        self._parser = create_parser("json" if self._target else "rest-json")
        self._connections = Connections(
            self._url,
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            kept=config.max_pool_connections,
            trusted=environ.get("AWS_CA_BUNDLE") or str(get_cert_path(verify=True)),
        )
        for method, name in operations.items():
            model = service.operation_model(name)
            operation = _Operation(
                name,
                model.http["method"],
                urlsplit(self._url).path + model.http["requestUri"],
                self._fixed_headers(name, service.metadata.get("jsonVersion")),
                model.output_shape,
            )
            setattr(self, method, partial(self._call, operation, getattr(client, method)))

    def __getattr__(self, name: str) -> Any:
        """Return what is not direct."""
        return getattr(self._client, name)

    def _fixed_headers(self, operation: str, version: str | None) -> dict[str, str]:
        if self._target is None:
            return {"content-type": "application/json", "host": self._host}
        return {
            "content-type": f"application/x-amz-json-{version}",
            "host": self._host,
            "x-amz-target": f"{self._target}.{operation}",
        }

    def _call(self, operation: _Operation, otherwise: Any, **request: Any) -> Any:
        """Make a call.

        Raises:
            ClientError: AWS refuses it.
            BotoCoreError: there was no answer.
        """
        try:
            answer = self._exchange(operation, json.dumps(request).encode())
            document = _document(answer)
        except (BotoCoreError, ResponseParserError):
            if self._again:
                return otherwise(**request)
            raise
        if answer.status == _OK:
            return document
        if self._again and answer.status in _SERVER_ERRORS:
            return otherwise(**request)
        error = self._error(operation, answer)
        if self._again and error.response["Error"].get("Code") in _AGAIN:
            return otherwise(**request)
        raise error

    def _exchange(self, operation: _Operation, body: bytes) -> HttpAnswer:
        credentials = self._credentials()
        now = datetime.now(UTC)
        signed = {**operation.headers, "x-amz-date": stamp(now)}
        if credentials.token:
            signed["x-amz-security-token"] = credentials.token
        headers = {
            **signed,
            "authorization": authorization(
                operation.method,
                operation.path,
                signed,
                body,
                access_key=credentials.access_key,
                secret_key=credentials.secret_key,
                at=now,
                **self._signing,
            ),
            "user-agent": _AGENT,
            "content-length": str(len(body)),
        }
        told = self._told(operation, headers, body)
        if told is not None:
            return told
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return self._connections.exchange(
            f"{operation.method} {operation.path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body
        )

    def _told(self, operation: _Operation, headers: Mapping[str, str], body: bytes) -> HttpAnswer | None:
        """Tell who listens to the SDK's event; return the answer of one who gives it in AWS's place."""
        url = f"{self._url.removesuffix(urlsplit(self._url).path)}{operation.path}"
        sent: Any = HeadersDict(headers)
        prepared = AWSPreparedRequest(operation.method, url, sent, body, stream_output=False)
        event = f"before-send.{self._service}.{operation.name}"
        for _, answer in self._client.meta.events.emit(event, request=prepared):
            if answer is not None:
                answered = {name.lower(): value for name, value in answer.headers.items()}
                return HttpAnswer(answer.status_code, answered, answer.content)
        return None

    def _credentials(self) -> Any:
        credentials = self._client._request_signer._credentials  # noqa: SLF001 - the SDK has no public way to them
        if credentials is None:
            raise NoCredentialsError
        return credentials.get_frozen_credentials()

    def _error(self, operation: _Operation, answer: HttpAnswer) -> ClientError:
        raw = {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}
        parsed = self._parser.parse(raw, operation.output)
        kind = self._client.exceptions.from_code(parsed.get("Error", {}).get("Code"))
        return cast("ClientError", kind(parsed, operation.name))


def _document(answer: HttpAnswer) -> Any:
    """Read an answer of JSON.

    Raises:
        ResponseParserError: it is none, or it was damaged on its way.
    """
    if answer.status != _OK:
        return None
    checksum = answer.headers.get("x-amz-crc32")
    if checksum is not None and int(checksum) != zlib.crc32(answer.body):
        raise ResponseParserError("The answer was damaged on its way.")
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise ResponseParserError(f"The answer is no JSON: {error}") from error
