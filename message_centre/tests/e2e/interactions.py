"""Measures how long the list of ten thousand recipients takes to answer (`python -m` this module).

Prints for each kind of interaction the milliseconds from the input to the next paint (INP), and those of the processor
that the page's main thread took. The trace is kept for the performance panel of Chromium (`--trace FILE`).
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from message_centre.tests.e2e.browser import DESKTOP, launch, stand_in

ROWS = 10_000
LIST = "/campaigns/cmp_5/messages"
_LOADED_WITHIN_SECONDS = 120
_OBSERVE = """() => {
  window.interactions = [];
  new PerformanceObserver((list) => {
    for (const {interactionId, name, startTime, processingStart, processingEnd, duration} of list.getEntries()) {
      if (interactionId) {
        window.interactions.push({
          id: interactionId, name, duration,
          waited: processingStart - startTime, worked: processingEnd - processingStart,
        });
      }
    }
  }).observe({type: 'event', durationThreshold: 16});
}"""
_MARK = "step: "


def load_all(page: Page) -> None:
    """Open the list and scroll until every row is loaded; stay at its end."""
    page.goto(LIST)
    table = page.get_by_role("table", name="Recipients")
    expect(table.get_by_role("row").nth(1)).to_be_visible()
    body = page.locator("cdk-virtual-scroll-viewport")
    end = page.get_by_text(f"{ROWS:,} recipients", exact=True)
    patience = time.monotonic() + _LOADED_WITHIN_SECONDS
    while time.monotonic() < patience:
        body.evaluate("list => list.scrollTo(0, list.scrollHeight)")
        if end.is_visible():
            break
        page.wait_for_timeout(50)
    expect(end).to_be_visible()
    body.evaluate("list => list.scrollTo(0, list.scrollHeight)")
    expect(table.get_by_role("row").last).to_have_attribute("aria-rowindex", str(ROWS + 1))


def use(page: Page, step: Callable[[str], None] = lambda _what: None) -> None:
    """Do with the list what a person does; `step` is called after each kind of thing that was done."""
    body = page.locator("cdk-virtual-scroll-viewport")
    body.focus()
    for key in ["Home", *["PageDown"] * 10, "End", "PageUp", "Home"]:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    step("scroll")
    page.get_by_role("button", name="What happened to the mail for").nth(2).click()
    expect(page.get_by_role("list", name="What happened")).to_be_visible()
    step("open one")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    step("close it")
    page.get_by_role("combobox", name="Show").click()
    expect(page.get_by_role("option", name="Came back")).to_be_visible()
    step("open the filter")
    page.get_by_role("option", name="Came back").click()
    expect(page.get_by_role("table", name="Recipients").get_by_text("Came back").first).to_be_visible()
    expect(page.get_by_role("table", name="Recipients").get_by_text("Delivered", exact=True)).to_have_count(0)
    step("filter")


def measure(page: Page) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the interactions above 16 ms of each step, the slowest event of each."""
    load_all(page)
    page.evaluate(_OBSERVE)
    page.evaluate("name => performance.mark(name)", f"{_MARK}load")
    found: list[tuple[str, list[dict[str, Any]]]] = []

    def step(what: str) -> None:
        page.wait_for_timeout(300)
        page.evaluate("name => performance.mark(name)", f"{_MARK}{what}")
        by_id: dict[int, dict[str, Any]] = {}
        for event in page.evaluate("window.interactions.splice(0)"):
            if event["duration"] > by_id.get(event["id"], event | {"duration": -1})["duration"]:
                by_id[event["id"]] = event
        found.append((what, sorted(by_id.values(), key=lambda one: -float(one["duration"]))))

    use(page, step)
    return found


def processor_time(trace: Path) -> dict[str, tuple[float, float]]:
    """Return the milliseconds of the processor that the page's main thread took in each step, in all and at once.

    Unlike the time to the next paint they are the same on a machine that is busy with other things.
    """
    events = json.loads(trace.read_text(encoding="utf-8"))["traceEvents"]
    marks = sorted((one["ts"], one["name"].removeprefix(_MARK)) for one in events if one["name"].startswith(_MARK))
    [(page, _)] = Counter((one["pid"], one["tid"]) for one in events if one["name"] == "EventDispatch").most_common(1)
    tasks = (one for one in events if (one["pid"], one["tid"]) == page and one.get("ph") == "X" and "tdur" in one)
    spent: dict[str, list[float]] = {}
    ended = 0
    for task in sorted(tasks, key=lambda one: (one["ts"], -one["dur"])):
        if task["ts"] < ended:
            continue  # a part of the one before
        ended = task["ts"] + task["dur"]
        step = next((name for at, name in marks if task["ts"] < at), None)
        if step:
            spent.setdefault(step, []).append(task["tdur"] / 1000)
    return {step: (sum(times), max(times)) for step, times in spent.items()}


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trace", type=Path, default=Path("build/interactions.json"))
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    with stand_in() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for turn in range(1, arguments.turns + 1):
            size = ViewportSize(width=DESKTOP["width"], height=DESKTOP["height"])
            page = browser.new_page(base_url=address, viewport=size, locale="en-GB")
            page.request.get("/api/v1/session/start?return=/")
            browser.start_tracing(
                page=page, path=arguments.trace, categories=["devtools.timeline", "blink.user_timing"]
            )
            found = measure(page)
            browser.stop_tracing()
            took = processor_time(arguments.trace)
            for what, interactions in found:
                slowest = max((float(one["duration"]) for one in interactions), default=16.0)
                whole, longest = took[what]
                print(  # noqa: T201
                    f"turn {turn}  {what:<16} {slowest:4.0f} ms to the next paint at most; main thread: "
                    f"{whole:3.0f} ms of the processor, {longest:2.0f} ms at once",
                    flush=True,
                )
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
