"""The list of campaigns and one campaign's pages as a person uses them."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from message_centre.tests.e2e.browser import violations


def test_campaign_is_found_by_its_name_and_the_search_survives_a_reload(page: Page) -> None:
    page.goto("/campaigns")
    page.get_by_label("Search by name").fill("harvest")
    expect(page).to_have_url(re.compile("name=harvest"))
    expect(page.get_by_role("link", name=re.compile("Harvest festival")).first).to_be_visible()
    expect(page.get_by_role("link", name="December offers")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Search by name")).to_have_value("harvest")
    expect(page.get_by_role("link", name="December offers")).to_have_count(0)


def test_list_says_when_nothing_matches_and_leads_back(page: Page) -> None:
    page.goto("/campaigns?name=zzz")
    expect(page.get_by_role("heading", name="No campaign matches")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("link", name="December offers")).to_be_visible()


def test_campaign_is_cancelled_only_after_it_was_said_whom_that_hits(page: Page) -> None:
    page.goto("/campaigns/cmp_2")
    page.get_by_role("button", name="Take it back").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("128,400 people will never get this mail.")
    expect(dialog).to_contain_text("Nobody has got it yet.")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Scheduled", exact=True)).to_be_visible()


def test_history_of_a_recipient_is_one_click_away(page: Page) -> None:
    page.goto("/campaigns/cmp_5/messages")
    page.get_by_role("button", name=re.compile("What happened to the mail for anna.arslan0@")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("list", name="What happened")).to_contain_text("First opened")
    assert violations(page) == []
    dialog.get_by_role("link", name="All mails to this address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("anna.arslan0@gmail.com")


def test_recipient_is_found_by_how_the_address_begins(page: Page) -> None:
    page.goto("/campaigns/cmp_5/messages")
    page.get_by_role("searchbox", name="Address, or how it begins").fill("clara.becker")
    rows = page.get_by_role("table", name="Recipients").get_by_role("row")
    expect(page).to_have_url(re.compile("find=clara.becker"))
    expect(rows.nth(1)).to_contain_text("clara.becker")
    expect(page.get_by_text("anna.arslan0")).to_have_count(0)


def test_filter_of_messages_is_kept_in_the_address(page: Page) -> None:
    page.goto("/campaigns/cmp_5/messages?status=bounced")
    rows = page.get_by_role("table", name="Recipients").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Came back")
    expect(page.get_by_text("Delivered", exact=True)).to_have_count(0)


def test_language_and_appearance_change_without_a_reload_and_stay(page: Page) -> None:
    page.goto("/campaigns")
    page.get_by_role("button", name="Your account").click()
    with page.expect_response("**/api/v1/me"):
        page.get_by_role("menuitemradio", name="Dark").click()
    page.get_by_role("button", name="Your account").click()
    with page.expect_response("**/api/v1/me"):
        page.get_by_role("menuitemradio", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kampagnen")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kampagnen")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_page_says_when_there_is_no_network_and_recovers(page: Page) -> None:
    page.goto("/campaigns")
    expect(page.get_by_role("link", name="December offers")).to_be_visible()
    page.context.set_offline(offline=True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.context.set_offline(offline=False)
    expect(page.get_by_text("You are offline.")).to_have_count(0)


def test_page_that_gets_no_answer_at_first_is_opened_at_the_second_try(page: Page) -> None:
    page.route("**/session/refresh", lambda route: route.abort(), times=1)
    page.goto("/campaigns?show=done")
    expect(page.get_by_text("The Message Centre cannot be reached right now.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Try again").click()
    expect(page).to_have_url(re.compile(r"/campaigns\?show=done$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Campaigns")


def test_keyboard_reaches_the_content_past_the_navigation(page: Page) -> None:
    page.goto("/campaigns")
    expect(page.get_by_role("link", name="December offers")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search by name")).to_be_focused()


def test_signed_out_person_comes_back_to_where_they_wanted(page: Page) -> None:
    page.goto("/campaigns?show=done")
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    assert violations(page) == []
    page.goto("/campaigns?show=done")
    expect(page.get_by_text("Your session is over.")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/campaigns\?show=done$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Campaigns")


def test_a_draft_that_a_plan_made_does_not_stand_beside_its_plan(page: Page) -> None:
    with page.expect_request(re.compile("/platform/campaigns[?]")) as asked:
        page.goto("/campaigns")
    states = parse_qs(urlsplit(asked.value.url).query)["state"][0].split(",")
    assert "sending" in states
    assert "draft" not in states
