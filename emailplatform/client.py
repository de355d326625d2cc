"""The client: one method for each operation, with retries where they cannot do harm."""

import os
import random
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping
from http import HTTPStatus
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

import httpx

from emailplatform.answers import document_of, problem_of
from emailplatform.errors import ApiError, ConfigurationError, NoAnswerError
from emailplatform.operations import Operations
from emailplatform.uploads import Progress, Uploader

URL_VARIABLE: Final = "EMAILPLATFORM_URL"
KEY_VARIABLE: Final = "EMAILPLATFORM_KEY"

_IDEMPOTENCY_KEY = "Idempotency-Key"
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 8.0
_NEVER_REPEATED = frozenset({"sending-stopped"})
"""Problems of the status 503 that no second try within seconds mends."""


class Client(Operations):
    """The Email API.

    A call is made again when it was refused for the moment (429, 503), broke off or failed on the other side (5xx),
    with growing random pauses or after ``Retry-After``; but only where that cannot make a change twice: reading, PUT,
    DELETE, operations with an idempotency key (the client makes one for each call that gives none), and whatever was
    surely not begun. Any other call that broke off raises `NoAnswerError`.

    Args:
        url: the stage's address; ``EMAILPLATFORM_URL`` when left out. HTTPS, or HTTP on this machine.
        key: API key; ``EMAILPLATFORM_KEY`` when left out.
        signer: signs each call with credentials of IAM instead (`emailplatform.SigV4`), at the address that the
            deployment has for this (``signed_api_url``); no key is used then.
        retries: how often a call is made again at most.
        patience_seconds: the longest pause that ``Retry-After`` may ask for; a longer one raises the refusal.
        timeout_seconds: for each try.
        transport: how requests go out, for tests.
        sleep: waits for so many seconds.

    Raises:
        ConfigurationError: address or key are missing or cannot be used.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        signer: httpx.Auth | None = None,
        retries: int = 4,
        patience_seconds: float = 30.0,
        timeout_seconds: float = 35.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = checked_url(url or os.environ.get(URL_VARIABLE, ""))
        if signer and key:
            raise ConfigurationError("Give a key or a signer, not both.")
        self._auth = signer or _Bearer(key or os.environ.get(KEY_VARIABLE, ""))
        self._retries = retries
        self._patience = patience_seconds
        self._sleep = sleep
        # No redirects: a key must not follow one.
        self._http = httpx.Client(
            timeout=timeout_seconds,
            transport=transport,
            follow_redirects=False,
            headers={"User-Agent": f"emailplatform/{_version()}", "Accept": "application/json"},
        )
        self._uploader = Uploader(self._http, sleep=sleep)

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def upload(self, upload: Mapping[str, Any], file: Path | bytes, progress: Progress | None = None) -> None:
        """Upload a file straight to its bucket, by the form or in the parts that the API answered as ``upload``.

        Args:
            upload: how the file goes up.
            file: where it is, or what it holds.
            progress: is told how many bytes more have gone; a negative number takes back what has to go again.

        Raises:
            UploadError: the bucket did not take it, or it is too large.
        """
        self._uploader.upload(upload, file, progress or (lambda _bytes: None))

    def download(self, url: str, file: Path) -> int:
        """Save what lies behind a short-lived address that the API answered; return the number of bytes.

        Raises:
            UploadError: it could not be fetched; ask the API for a new address.
        """
        return self._uploader.download(url, file)

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str | None] | None = None, body: Any = None
    ) -> Any:
        """Make any call, also one that this version of the client has no method for; it is repeated as all others.

        Args:
            method: in capitals.
            path: from ``/v1`` on, with its query, encoded.
            headers: besides those that every request has.
            body: the document.

        Raises:
            ApiError: the API refused.
            NoAnswerError: no answer came.
        """
        return self._call(method, path, headers=headers, body=body)

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
    ) -> Any:
        """Make a call, and again where that can help and do no harm."""
        sent = {name: value for name, value in (headers or {}).items() if value is not None}
        if headers is not None and _IDEMPOTENCY_KEY in headers:
            sent.setdefault(_IDEMPOTENCY_KEY, str(uuid.uuid4()))
        repeatable = method in _REPEATABLE or _IDEMPOTENCY_KEY in sent
        request = self._http.build_request(
            method,
            self.url + path,
            params={name: _shown(value) for name, value in (query or {}).items() if value is not None},
            headers=sent,
            json=body,
        )
        if body is None and method not in _REPEATABLE:
            request.headers["Content-Type"] = "application/json"
        return self._answered(request, f"{method} {path}", repeatable=repeatable)

    def _answered(self, request: httpx.Request, named: str, *, repeatable: bool) -> Any:
        """Send a request until it is answered, and return the document."""
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                response = self._http.send(request, auth=self._auth)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                if last:
                    raise NoAnswerError(f"{self.url} cannot be reached: {error}", sent=False) from error
                self._sleep(_pause(attempt))
            except httpx.TransportError as error:
                if last or not repeatable:
                    raise NoAnswerError(f"{named} broke off: {error}", sent=True) from error
                self._sleep(_pause(attempt))
            else:
                if response.is_success:
                    return document_of(response)
                problem = problem_of(response)
                wait = _pause(attempt) if problem.retry_after is None else problem.retry_after
                if last or wait > self._patience or not _worth_repeating(problem, repeatable=repeatable):
                    raise problem
                self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self._call("GET", path, query={**query, "cursor": cursor})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    @staticmethod
    def _segment(value: str) -> str:
        if value in {"", ".", ".."}:
            raise ValueError(f"{value!r} is no id")
        return quote(value, safe="")


class _Bearer(httpx.Auth):
    """Shows an API key.

    Raises:
        ConfigurationError: it is missing, or is none.
    """

    def __init__(self, key: str) -> None:
        if not key:
            raise ConfigurationError(f"Give an API key, or put it into {KEY_VARIABLE}.")
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ConfigurationError("The API key has characters that no key has.")
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key}"
        yield request


def checked_url(url: str) -> str:
    """Return the address without a slash at its end.

    Raises:
        ConfigurationError: it is none, or a key would travel in the clear.
    """
    if not url:
        raise ConfigurationError(f"Say where the API is, or put its address into {URL_VARIABLE}.")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"{url!r} is no address of an API.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(f"{url!r} would send the key in the clear: use https.")
    return url.rstrip("/")


def _worth_repeating(problem: ApiError, *, repeatable: bool) -> bool:
    if problem.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True  # it was not begun
    if problem.slug == "request-in-progress":
        return repeatable  # an earlier try of this call still runs
    return repeatable and problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR and problem.slug not in _NEVER_REPEATED


def _pause(attempt: int) -> float:
    """Return a random pause, so that many callers do not come back together."""
    longest = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**attempt)
    return random.uniform(longest / 2, longest)  # noqa: S311 - spreads calls, guards nothing


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value)


def _version() -> str:
    try:
        return metadata.version("emailplatform")
    except metadata.PackageNotFoundError:  # run from the repository
        return "dev"
