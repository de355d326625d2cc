"""A browser and pages of the Message Centre over its stand-in; any error in the browser's console fails a test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from message_centre.tests.e2e.browser import DESKTOP, PHONE, launch, stand_in


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def centre() -> Iterator[str]:
    """Return the address of the Message Centre with made-up data."""
    with stand_in() as address:
        yield address


@pytest.fixture(params=["desktop", "phone"])
def viewport(request: pytest.FixtureRequest) -> ViewportSize:
    size = DESKTOP if request.param == "desktop" else PHONE
    return ViewportSize(width=size["width"], height=size["height"])


@pytest.fixture
def page(browser: Browser, centre: str, viewport: ViewportSize) -> Iterator[Page]:
    context = browser.new_context(
        base_url=centre, viewport=viewport, locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce"
    )
    # The stand-in remembers what tests before this one chose.
    context.request.get("/api/v1/session/start?return=/")
    context.request.patch("/api/v1/me", data={"language": None, "theme": None})
    opened = context.new_page()
    errors: list[str] = []
    # A session that is over is answered by 401, and a page without a network gets no answer: browsers log both.
    expected = ("status of 401", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    opened.on(
        "console",
        lambda message: (
            errors.append(message.text)
            if message.type == "error" and not any(each in message.text for each in expected)
            else None
        ),
    )
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []
