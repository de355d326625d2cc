"""Uploads and downloads that go straight to a bucket, without the API's key."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import httpx

from emailplatform.errors import UploadError

Progress: TypeAlias = Callable[[int], None]
"""Is told how many bytes more have gone; a negative number takes back what has to go again."""

_CHUNK_BYTES: Final = 1 << 16
_TRIES: Final = 4
_AT_ONCE: Final = 4
_TIMEOUT = httpx.Timeout(30.0, read=120.0, write=120.0)


class Uploader:
    """Sends files to addresses that the API signed.

    Args:
        http: has the connections.
        sleep: waits for so many seconds.
    """

    def __init__(self, http: httpx.Client, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._sleep = sleep

    def upload(self, upload: Mapping[str, Any], file: Path | bytes, progress: Progress) -> None:
        """Upload a file by a form or in parts; see `emailplatform.client.Client.upload`."""
        if upload["method"] == "multipart":
            self._parts(upload, file, progress)
        else:
            self._form(upload, file, progress)

    def download(self, url: str, file: Path) -> int:
        """Save what lies behind an address; return the number of bytes."""
        written = 0
        try:
            with self._http.stream("GET", url, timeout=_TIMEOUT) as response, file.open("wb") as target:
                if not response.is_success:
                    raise UploadError(f"The bucket answered {response.status_code}.")
                for chunk in response.iter_bytes():
                    written += target.write(chunk)
        except httpx.TransportError as error:
            raise UploadError(f"The download broke off: {error}") from error
        return written

    def _form(self, upload: Mapping[str, Any], file: Path | bytes, progress: Progress) -> None:
        size = len(file) if isinstance(file, bytes) else file.stat().st_size
        if size > upload["max_bytes"]:
            raise UploadError(f"The file has {size:,} bytes; at most {upload['max_bytes']:,} are taken.")

        def send() -> httpx.Response:
            with _opened(file) as body:
                counted = _Counted(body, progress)
                taken = False
                try:
                    response = self._http.post(
                        upload["url"],
                        data=dict(upload["fields"]),
                        files={"file": ("file", counted)},  # type: ignore[dict-item]  # read, seek and tell suffice
                        timeout=_TIMEOUT,
                    )
                    taken = response.is_success
                    return response
                finally:
                    if not taken:
                        progress(-counted.told)

        self._tried(send)

    def _parts(self, upload: Mapping[str, Any], file: Path | bytes, progress: Progress) -> None:
        telling = threading.Lock()

        def tell(count: int) -> None:
            with telling:
                progress(count)

        def send_part(part: Mapping[str, Any]) -> None:
            start = (part["number"] - 1) * upload["part_bytes"]

            def send() -> httpx.Response:
                told = [0]
                taken = False
                try:
                    response = self._http.put(
                        part["url"],
                        content=_range(file, start, part["bytes"], tell, told),
                        headers={"Content-Length": str(part["bytes"])},
                        timeout=_TIMEOUT,
                    )
                    taken = response.is_success
                    return response
                finally:
                    if not taken:
                        tell(-told[0])

            self._tried(send)

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            list(threads.map(send_part, upload["parts"]))

    def _tried(self, send: Callable[[], httpx.Response]) -> None:
        """Send until the bucket takes it: the same bytes under the same name, so a second try does no harm."""
        for attempt in range(_TRIES):
            try:
                response = send()
            except httpx.TransportError as error:
                if attempt == _TRIES - 1:
                    raise UploadError(f"The upload broke off: {error}") from error
            else:
                if response.is_success:
                    return
                if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR or attempt == _TRIES - 1:
                    raise UploadError(f"The bucket answered {response.status_code}: {response.text[:500]}")
            self._sleep(2.0**attempt / 2)


def _opened(file: Path | bytes) -> BinaryIO:
    return BytesIO(file) if isinstance(file, bytes) else file.open("rb")


def _range(file: Path | bytes, start: int, length: int, tell: Progress, told: list[int]) -> Iterator[bytes]:
    with _opened(file) as body:
        body.seek(start)
        left = length
        while left:
            chunk = body.read(min(left, _CHUNK_BYTES))
            if not chunk:
                raise UploadError("The file has become shorter since its upload began.")
            left -= len(chunk)
            yield chunk
            told[0] += len(chunk)
            tell(len(chunk))


class _Counted:
    """A file that tells how much of it was read."""

    def __init__(self, body: BinaryIO, progress: Progress) -> None:
        self._body = body
        self._progress = progress
        self.told = 0

    def read(self, size: int = -1) -> bytes:
        """Read, and tell how much."""
        chunk = self._body.read(size)
        self.told += len(chunk)
        if chunk:
            self._progress(len(chunk))
        return chunk

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place; from the beginning everything is told anew."""
        if (offset, whence) == (0, 0) and self.told:
            self._progress(-self.told)
            self.told = 0
        return self._body.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._body.tell()
