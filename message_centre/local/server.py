"""One origin on this machine, as CloudFront serves it: the pages, and ``/api/`` handed on to the wrapper API."""

import mimetypes
import sys
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from message_centre.infra.pages import WEB

_HOST = "127.0.0.1"
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length"})
_NOT_HANDED_ON = _HOP_BY_HOP | {"host", "accept-encoding"}
_NO_PAGES = (
    b"<!doctype html><title>Message Centre</title><h1>The pages are not built</h1>"
    b"<p>Run <code>make web</code>, then load this again. The API answers below <code>/api/v1</code>."
)


class _Site(ThreadingHTTPServer):
    """What the handlers of requests know."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over browsers that went away before they had their answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def __init__(self, port: int, stage: str, headers: Mapping[str, str], pages: Path) -> None:
        super().__init__((_HOST, port), _Handler)
        self.client = httpx.Client(timeout=35.0, follow_redirects=False)
        self.stage = stage.rstrip("/")
        self.headers = headers
        self.pages = pages.resolve()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _site(self) -> _Site:
        assert isinstance(self.server, _Site)
        return self.server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if urlsplit(self.path).path.startswith("/api/"):
            self._hand_on(body)
        elif self.command in {"GET", "HEAD"}:
            self._page()
        else:
            self._tell(HTTPStatus.METHOD_NOT_ALLOWED, [], b"")

    def _hand_on(self, body: bytes) -> None:
        sent = [(name, value) for name, value in self.headers.items() if name.lower() not in _NOT_HANDED_ON]
        url = self._site.stage + self.path
        try:
            answered = self._site.client.request(self.command, url, headers=sent, content=body or None)
        except httpx.TransportError:
            self._tell(HTTPStatus.BAD_GATEWAY, [], b"")
            return
        told = [(name, value) for name, value in answered.headers.multi_items() if name.lower() not in _HOP_BY_HOP]
        self._tell(HTTPStatus(answered.status_code), told, answered.content)

    def _page(self) -> None:
        root = self._site.pages
        wanted = (root / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
        found = wanted.is_file() and wanted.is_relative_to(root)
        if not found and "." in wanted.name:
            self._tell(HTTPStatus.NOT_FOUND, [], b"")
            return
        file = wanted if found else root / "index.html"  # the page knows its routes itself
        content = file.read_bytes() if file.is_file() else _NO_PAGES
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self._tell(HTTPStatus.OK, [("Content-Type", kind), ("Cache-Control", "no-cache")], content)

    def _tell(self, status: HTTPStatus, told: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in [*told, *self._site.headers.items()]:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    # The base class looks for these names.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep the terminal quiet."""


class CentreServer:
    """Serves pages and API until it is stopped.

    Args:
        port: on 127.0.0.1.
        api_url: the wrapper API's stage.
        headers: of every answer.
        pages: folder of the built pages.
    """

    def __init__(self, port: int, api_url: str, headers: Mapping[str, str], *, pages: Path = WEB) -> None:
        self._site = _Site(port, api_url, headers, pages)
        self._thread = threading.Thread(target=self._site.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Serve no longer."""
        self._site.shutdown()
        self._site.server_close()
        self._thread.join()
        self._site.client.close()
