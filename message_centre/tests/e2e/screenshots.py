"""Draws the pages at both sizes, light and dark: `python -m message_centre.tests.e2e.screenshots FOLDER [NAME...]`.

With `--whole` each page is drawn to its end, not only what the window shows.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from message_centre.tests.e2e.browser import DESKTOP, PHONE, launch, stand_in

PAGES = {
    "overview": "/",
    "campaigns": "/campaigns",
    "campaign-sending": "/campaigns/cmp_1",
    "campaign-halted": "/campaigns/cmp_4",
    "campaign-results": "/campaigns/cmp_6",
    "recipients": "/campaigns/cmp_6/messages",
    "recipient": "/recipients/anna.arslan0@gmail.com",
    "activity": "/activity",
    "audit": "/activity?show=programs",
    "api-keys": "/api-keys",
    "template": "/templates/tpl_1",
    "plan-audience": "/plans/pln_winter/audience",
    "plan-designs": "/plans/pln_winter/content",
    "plan-content": "/plans/pln_world/content",
    "plan-settings": "/plans/pln_winter/settings",
    "plan-review": "/plans/pln_members/review",
    "plan-local-times": "/plans/pln_world/review",
    "templates": "/templates",
    "recipient-files": "/recipient-files",
    "recipient-file": "/recipient-files/rcf_1",
    "recipient-file-rejected": "/recipient-files/rcf_3",
    "suppressions": "/suppressions",
    "senders": "/senders",
    "settings": "/settings",
    "nowhere": "/nowhere",
    "webhooks": "/webhooks",
    "webhook": "/webhooks/whk_2",
    "sign-in": "/sign-in?left=1",
}


def draw(page: Page, path: str, target: Path, *, whole: bool) -> None:
    """Wait until everything is there that the page shows, then draw it as a whole."""
    if path.startswith("/sign-in"):
        page.request.delete("/api/v1/session", headers={"X-Message-Centre": "1"})
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    expect(page.get_by_label("Loading")).to_have_count(0)
    page.wait_for_timeout(700)
    page.screenshot(path=target, full_page=whole)


def main(folder: Path, names: list[str], *, whole: bool) -> None:
    """Draw the pages with these names, all when there are none."""
    folder.mkdir(parents=True, exist_ok=True)
    with stand_in() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for size_name, size in (("desktop", DESKTOP), ("phone", PHONE)):
            for theme in ("light", "dark"):
                page = browser.new_page(
                    base_url=address,
                    viewport=ViewportSize(width=size["width"], height=size["height"]),
                    color_scheme="dark" if theme == "dark" else "light",
                    locale="en-GB",
                    timezone_id="Europe/Berlin",
                    reduced_motion="reduce",
                )
                page.request.get("/api/v1/session/start?return=/")  # the last page before was the one to sign in
                for name, path in PAGES.items():
                    if not names or name in names:
                        draw(page, path, folder / f"{name}-{size_name}-{theme}.png", whole=whole)
                page.close()
        browser.close()


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--whole"]
    main(Path(words[0]), words[1:], whole="--whole" in sys.argv)
