"""Axe looks at every page at both sizes, in both appearances, and no page scrolls sideways."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from message_centre.tests.e2e.browser import violations

PAGES = {
    "/": "Good",
    "/campaigns": "Campaigns",
    "/campaigns/cmp_1": "December offers",
    "/campaigns/cmp_4": "Address check 2024",
    "/campaigns/cmp_5/messages": "Autumn catalogue",
    "/recipients/anna.arslan0@gmail.com": "anna.arslan0@gmail.com",
    "/activity": "Activity",
    "/activity?show=programs": "Activity",
    "/templates": "Templates",
    "/recipient-files": "Recipients",
    "/plans/pln_winter/audience": "Winter catalogue",
    "/plans/pln_winter/content": "Winter catalogue",
    "/plans/pln_winter/settings": "Winter catalogue",
    "/plans/pln_members/review": "Members",
    "/plans/pln_world/review": "Lemon trees",
    "/suppressions": "Do not mail",
    "/senders": "Senders",
    "/api-keys": "API keys",
    "/webhooks": "Webhooks",
    "/webhooks/whk_2": "Shop",
    "/settings": "Settings",
    "/nowhere": "There is no such page",
    "/templates/tpl_1": "Monthly newsletter",
    "/recipient-files/rcf_1": "Customers, all",
    "/recipient-files/rcf_3": "Fair contacts",
    "/plans/pln_winter/review": "Winter catalogue",
}


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_fault_for_assistive_technology(page: Page, viewport: ViewportSize, path: str) -> None:
    page.emulate_media(color_scheme="dark" if viewport["width"] < 800 else "light")
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_contain_text(PAGES[path])
    expect(page.get_by_label("Loading")).to_have_count(0)
    assert violations(page) == []
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, "the page scrolls sideways"
