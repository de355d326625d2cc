"""What a caller of the public API needs to run a campaign: requests with a key, uploads, waiting for a state."""

import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

_TIMEOUT_SECONDS = 60
_POLL_SECONDS = 0.5
_READ_AGAIN = Retry(
    4, status_forcelist=(502, 503, 504), allowed_methods={"GET"}, backoff_factor=1, raise_on_status=False
)
"""A busy machine answers late what AWS answers at once; reading again changes nothing."""


class ApiError(RuntimeError):
    """The API refused a request; the message is its problem document."""


class ApiClient:
    """The Email API.

    Args:
        url: where it answers, without a slash at the end.
        key: API key.
    """

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.mount("http://", HTTPAdapter(max_retries=_READ_AGAIN))
        self._session.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """GET a resource."""
        return self._document(self._session.get(self.url + path, params=query, timeout=_TIMEOUT_SECONDS))

    def post(
        self, path: str, document: dict[str, Any] | None = None, *, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """POST a document."""
        answer = self._session.post(self.url + path, json=document or {}, headers=headers, timeout=_TIMEOUT_SECONDS)
        return self._document(answer)

    def delete(self, path: str) -> dict[str, Any]:
        """DELETE a resource that goes in steps; `wait_gone` waits for the last one."""
        return self._document(self._session.delete(self.url + path, timeout=_TIMEOUT_SECONDS))

    def upload(self, upload: dict[str, Any], file: Path) -> None:
        """Upload a file straight to its bucket, by the presigned form or in the parts that the API answered."""
        with file.open("rb") as body:
            if upload["method"] == "multipart":
                for part in upload["parts"]:
                    body.seek((part["number"] - 1) * upload["part_bytes"])
                    _taken(requests.put(part["url"], data=body.read(part["bytes"]), timeout=_TIMEOUT_SECONDS))
            else:
                files = {"file": (file.name, body)}
                _taken(requests.post(upload["url"], data=upload["fields"], files=files, timeout=_TIMEOUT_SECONDS))

    def wait(self, path: str, done: Callable[[dict[str, Any]], bool], *, seconds: float) -> dict[str, Any]:
        """GET a resource until it is as wanted.

        Raises:
            TimeoutError: it was not in time; the message holds its last state.
        """
        deadline = time.monotonic() + seconds
        while True:
            document = self.get(path)
            if done(document):
                return document
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} after {seconds:.0f} s: {document}")
            time.sleep(_POLL_SECONDS)

    def wait_gone(self, path: str, *, seconds: float) -> None:
        """GET a resource until it is there no more.

        Raises:
            TimeoutError: it was still there at the end.
        """
        deadline = time.monotonic() + seconds
        while True:
            answer = self._session.get(self.url + path, timeout=_TIMEOUT_SECONDS)
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return
            document = self._document(answer)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} is still there after {seconds:.0f} s: {document}")
            time.sleep(_POLL_SECONDS)

    def pages(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """GET all items of a list."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            items.extend(page["items"])
            cursor = page.get("next")
            if not cursor:
                return items

    def _document(self, answer: requests.Response) -> dict[str, Any]:
        if not answer.ok:
            raise ApiError(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:2000]}")
        document: dict[str, Any] = answer.json() if answer.content else {}
        return document


def _taken(answer: requests.Response) -> None:
    if not answer.ok:
        raise ApiError(f"the bucket answered {answer.status_code}: {answer.text[:500]}")
