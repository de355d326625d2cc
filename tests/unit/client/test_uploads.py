"""Uploads by form and in parts: what is sent, how it is counted, what is tried again."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from emailplatform import Client, UploadError

FORM = {
    "method": "post",
    "url": "https://bucket.example/",
    "fields": {"key": "k1", "policy": "p"},
    "max_bytes": 500_000,
}
BODY = bytes(range(256)) * 800


class Bucket:
    """Takes uploads, or answers as it is told first."""

    def __init__(self, *first: int | Exception) -> None:
        self.first = list(first)
        self.taken: list[tuple[str, bytes, dict[str, str]]] = []
        self.told: list[int] = []

    def client(self) -> Client:
        transport = httpx.MockTransport(self._take)
        return Client("https://api.example.com", "ep.k.s", transport=transport, sleep=lambda _seconds: None)

    def _take(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        if self.first:
            step = self.first.pop(0)
            if isinstance(step, Exception):
                raise step
            return httpx.Response(step, text="<Error/>")
        self.taken.append((str(request.url), body, dict(request.headers)))
        return httpx.Response(204, content=b"saved")


def parts(sizes: list[int]) -> dict[str, Any]:
    listed = [{"number": n, "url": f"https://bucket.example/{n}", "bytes": size} for n, size in enumerate(sizes, 1)]
    return {"method": "multipart", "part_bytes": sizes[0], "parts": listed, "arrived": []}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "recipients.csv"
    path.write_bytes(BODY)
    return path


def test_a_form_has_its_fields_in_order_and_the_file_last_and_no_key(file: Path) -> None:
    bucket = Bucket()
    bucket.client().upload(FORM, file, bucket.told.append)
    [(_, body, headers)] = bucket.taken
    assert re.findall(rb' name="(\w+)"', body.replace(BODY, b"")) == [b"key", b"policy", b"file"]
    assert BODY in body
    assert int(headers["content-length"]) == len(body)
    assert "authorization" not in headers
    assert sum(bucket.told) == len(BODY)


def test_a_form_that_broke_off_goes_again_and_counts_once(file: Path) -> None:
    bucket = Bucket(httpx.WriteError("gone"), 503)
    bucket.client().upload(FORM, file, bucket.told.append)
    assert len(bucket.taken) == 1
    assert sum(bucket.told) == len(BODY)


def test_parts_are_the_file(file: Path) -> None:
    bucket = Bucket()
    sizes = [100_000, 100_000, 4_800]
    bucket.client().upload(parts(sizes), file, bucket.told.append)
    sent = {url: body for url, body, _ in bucket.taken}
    assert b"".join(sent[f"https://bucket.example/{n}"] for n in (1, 2, 3)) == BODY
    assert sorted(int(headers["content-length"]) for _, _, headers in bucket.taken) == sorted(sizes)
    assert all("transfer-encoding" not in headers for _, _, headers in bucket.taken)
    assert sum(bucket.told) == len(BODY)


def test_a_part_that_broke_off_goes_again_and_counts_once(file: Path) -> None:
    bucket = Bucket(503, httpx.WriteError("gone"))
    bucket.client().upload(parts([100_000, 100_000, 4_800]), file, bucket.told.append)
    assert sorted(len(body) for _, body, _ in bucket.taken) == [4_800, 100_000, 100_000]
    assert sum(bucket.told) == len(BODY)


def test_only_the_parts_that_are_named_are_sent(file: Path) -> None:
    bucket = Bucket()
    upload = parts([100_000, 100_000, 4_800])
    upload["parts"] = upload["parts"][1:2]
    bucket.client().upload(upload, file)
    assert [body for _, body, _ in bucket.taken] == [BODY[100_000:200_000]]


@pytest.mark.parametrize("make", [lambda: FORM, lambda: parts([len(BODY)])], ids=["form", "parts"])
def test_what_the_bucket_refuses_is_not_tried_again(file: Path, make: Callable[[], dict[str, Any]]) -> None:
    bucket = Bucket(403, 403)
    with pytest.raises(UploadError, match="403"):
        bucket.client().upload(make(), file)
    assert len(bucket.first) == 1


def test_it_gives_up_after_some_tries(file: Path) -> None:
    with pytest.raises(UploadError, match="broke off"):
        Bucket(*[httpx.ConnectError("down")] * 9).client().upload(FORM, file)


def test_a_file_that_is_too_large_does_not_leave() -> None:
    bucket = Bucket()
    with pytest.raises(UploadError, match="at most 500,000"):
        bucket.client().upload(FORM, b"x" * 500_001)
    assert bucket.taken == []


def test_a_file_that_became_shorter_is_noticed(file: Path) -> None:
    with pytest.raises(UploadError, match="shorter"):
        Bucket().client().upload(parts([len(BODY) + 1]), file)


def test_a_download_is_saved(tmp_path: Path) -> None:
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, content=b"a,b\n1,2\n") if "ok" in str(request.url) else httpx.Response(403)
    )
    client = Client("https://api.example.com", "ep.k.s", transport=transport)
    assert client.download("https://bucket.example/ok", tmp_path / "report.csv") == 8
    assert (tmp_path / "report.csv").read_bytes() == b"a,b\n1,2\n"
    with pytest.raises(UploadError, match="403"):
        client.download("https://bucket.example/gone", tmp_path / "no.csv")
