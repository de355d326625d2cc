"""Answers are read as the standard library reads them, however they come in pieces and whatever else a server says."""

import socket
import threading
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.wire import answers
from chalicelib.wire.answers import HttpAnswer, read_answer

Read = tuple[HttpAnswer, bool]

_NAMES = st.sampled_from(["Date", "x-amz-crc32", "Content-Type", "X-Odd!#$%&'*+-.^_`|~", "x", "X"])
_VALUES = st.text(st.sampled_from(" \tabZ019:;=\"'(),/{}~\u00e4"), max_size=12)
_FRAMES = st.sampled_from(
    [
        "Content-Length: {}",
        "content-length:{}",
        "Content-Length: {}\r\nContent-Length: {}",
        "Content-Length: +{}",
        "Content-Length : {}",
        "Content-Length: {}\r\nConnection: close",
        "Content-Length: {}\r\nConnection: keep-alive",
        "Content-Length:\r\n {}",
        "Transfer-Encoding: chunked",
        "X: no length at all",
    ]
)


@st.composite
def _answers(draw: st.DrawFn) -> bytes:
    body = draw(st.binary(max_size=40))
    status = draw(st.sampled_from(["200 OK", "200 ", "200", "400 Bad Request", "204 No Content", "503 \u00e4"]))
    version = draw(st.sampled_from(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0"]))
    frame = draw(_FRAMES)
    lines = [f"{name}: {value}" for name, value in draw(st.lists(st.tuples(_NAMES, _VALUES), max_size=4))]
    lines.insert(draw(st.integers(0, len(lines))), frame.replace("{}", str(len(body))))
    if "chunked" in frame:
        body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    head = f"{version} {status}\r\n" + "".join(f"{line}\r\n" for line in lines) + "\r\n"
    return draw(st.sampled_from([b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n"])) + head.encode("latin-1") + body


def _by_the_library(sock: socket.socket) -> Read:
    with HTTPResponse(sock) as answer:
        answer.begin()
        body = answer.read()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return HttpAnswer(answer.status, headers, body), answer.will_close


def _read(pieces: list[bytes], *, own: bool) -> Read | None:
    """Read what a server says in pieces before it hangs up; None: it is no whole answer."""
    ours, theirs = socket.socketpair()

    def say() -> None:
        with theirs, suppress(BrokenPipeError):  # whoever has read enough hangs up
            for piece in pieces:
                theirs.sendall(piece)

    thread = threading.Thread(target=say)
    thread.start()
    try:
        with ours:
            ours.settimeout(5)
            return read_answer(ours) if own else _by_the_library(ours)
    except (HTTPException, ConnectionError):
        return None
    finally:
        thread.join()


@settings(max_examples=400)
@given(_answers(), st.lists(st.integers(0, 200), max_size=3), st.integers(0, 8))
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", [], 0)
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: \r\n\r\n{}", [17, 18], 0)
def test_an_answer_is_what_the_standard_library_reads(answer: bytes, cuts: list[int], lost: int) -> None:
    said = answer[: len(answer) - lost] if lost > 4 else answer
    places = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    pieces = [said[begin:end] for begin, end in pairwise(places)]
    assert _read(pieces, own=True) == _read(pieces, own=False)


def test_a_plain_answer_is_read_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "HTTPResponse", None)
    head = b"HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nx-amz-crc32: 1\r\nContent-Length: 100000\r\n\r\n"
    headers = {"connection": "Keep-Alive", "x-amz-crc32": "1", "content-length": "100000"}
    assert _read([head + b"x" * 100_000], own=True) == (HttpAnswer(200, headers, b"x" * 100_000), False)


def test_a_connection_on_which_more_comes_than_was_asked_for_ends() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n"
    assert _read([said], own=True) == (HttpAnswer(200, {"content-length": "2"}, b"{}"), True)


def test_a_head_without_end_is_no_answer() -> None:
    assert _read([b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000], own=True) is None
