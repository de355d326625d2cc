"""What tests in a browser and the screenshots share: the stand-in of the wrapper API, Chromium, axe."""

import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, expect

from message_centre.infra.response_headers import headers
from message_centre.tests.fakes.servers import free_port

WEB = Path(__file__).parents[2] / "web"
DESKTOP = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}
NODE = WEB / "node_modules/node/bin/node"
_AXE = WEB / "node_modules/axe-core/axe.min.js"
_BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
_SECONDS = 20

expect.set_options(timeout=15_000)


def chromium() -> str:
    """Return the browser's path: `CHROMIUM`, else what is on the path."""
    wanted = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if not wanted:
        message = "no Chromium: apt-get install chromium, or say where it is by CHROMIUM"
        raise LookupError(message)
    return wanted


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a window; its own sandbox needs privileges that containers do not give."""
    return playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])


@contextmanager
def stand_in(*options: str) -> Iterator[str]:
    """Serve the built pages with made-up data (`web/mock`) and the headers of CloudFront; return their address."""
    if not (WEB / "dist/browser/index.html").exists():
        message = "the pages are not built: make web"
        raise LookupError(message)
    port = free_port()
    with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as sent:
        json.dump(headers([], secure=False), sent)
        sent.flush()
        command = [str(NODE), "mock/server.ts", "--port", str(port), "--headers", sent.name, *options]
        with subprocess.Popen(command, cwd=WEB) as server:
            try:
                address = f"http://localhost:{port}"
                _wait(f"{address}/api/v1/config", server)
                yield address
            finally:
                server.terminate()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            with urllib.request.urlopen(url):  # noqa: S310 - an address of this machine
                return
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.1)


def violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it is, each with the first element that has it."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})",
    )
    return [f"{each['id']}: {each['help']} at {json.dumps(each['nodes'][0]['html'])}" for each in found["violations"]]
