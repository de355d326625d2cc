"""The built pages over the wrapper API itself, in this process, between the fake platform and the fake issuer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from message_centre.infra.response_headers import headers
from message_centre.local.server import CentreServer
from message_centre.tests.fakes import account
from message_centre.tests.fakes.issuer import FakeIssuer
from message_centre.tests.fakes.platform import FakePlatform
from message_centre.tests.fakes.servers import Asked, Told, free_port, serving
from message_centre.tests.fakes.wrapper import Browser as Caller
from message_centre.tests.fakes.wrapper import forget

_SESSION = "mc_session"


@dataclass(frozen=True, slots=True)
class ServedWrapper:
    """The Message Centre on one origin."""

    url: str
    platform: FakePlatform
    issuer: FakeIssuer

    def signed_in(self, sub: str, role: str) -> Caller:
        """Sign in without a window."""
        return Caller(self.issuer, origin=self.url).sign_in(role, sub=sub)

    def window(self, browser: Browser, caller: Caller, viewport: ViewportSize) -> BrowserContext:
        """Open a window of somebody who is signed in."""
        context = browser.new_context(
            base_url=self.url,
            viewport=viewport,
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        url = f"{self.url}/api/v1/session"
        context.add_cookies([{"name": _SESSION, "value": caller.cookies[_SESSION], "url": url}])
        return context


@contextmanager
def serving_wrapper() -> Iterator[ServedWrapper]:
    """Serve the Message Centre while the block runs."""
    with (
        pytest.MonkeyPatch.context() as patched,
        account.serving_platform() as platform,
        account.serving_issuer() as issuer,
        account.made_tables(patched) as tables,
        account.made_wrapper(patched, platform, issuer, tables),
        serving(_Function(issuer)) as stage,
    ):
        url = f"http://localhost:{free_port()}"
        patched.setenv("ORIGIN", url)
        forget()
        server = CentreServer(int(url.rpartition(":")[2]), stage, headers([], secure=False))
        try:
            yield ServedWrapper(url, platform, issuer)
        finally:
            server.stop()


class _Function:
    """The Lambda function: one request at a time, as each instance of it has."""

    def __init__(self, issuer: FakeIssuer) -> None:
        self._issuer = issuer
        self._one = threading.Lock()

    def __call__(self, asked: Asked) -> Told:
        path = quote(asked.path, safe="/@")
        if asked.query:
            path += f"?{urlencode(dict(asked.query))}"
        with self._one:
            answered = Caller(self._issuer).call(
                asked.method, path, raw=asked.body.decode(), headers=dict(asked.headers)
            )
        return Told(answered.status, answered.text.encode(), answered.headers)
