"""A campaign is planned from the first file to its sending, and what belongs to it is managed, at both sizes."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from message_centre.tests.e2e.browser import violations


def test_campaign_is_planned_checked_and_scheduled(page: Page, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("email,first_name\nanna@example.com,Anna\n", encoding="utf-8")
    page.goto("/campaigns")
    page.get_by_role("button", name="New campaign").first.click()
    page.set_input_files("input[type=file]", people)
    expect(page.get_by_text("Checking every row")).to_be_visible()
    expect(page.get_by_text("23,568 recipients")).to_be_visible()
    expect(page.get_by_text("Rows that were left out")).to_be_visible()

    page.get_by_role("link", name="Next: Mail").click()
    page.get_by_role("button", name=re.compile("^A letter")).click()
    page.get_by_label("Subject").fill("Six soups for {{ first_name }}")
    page.get_by_label("Subject").blur()
    page.get_by_role("button", name="Show with real data").click()
    expect(page.get_by_text("This is what your recipients get.")).to_be_visible()

    page.get_by_role("link", name="Next: Settings").click()
    page.get_by_label("Sender's address").fill("news@example.com")
    page.get_by_label("Sender's name").fill("Greenhouse")
    page.get_by_role("radio", name=re.compile("^At a time Everybody")).check()
    page.get_by_label("Day and time").fill("2031-03-30T02:30")
    expect(page.get_by_text("The clocks jump over this time that night.")).to_be_visible()

    page.get_by_role("link", name="Next: Check and send").click()
    page.get_by_role("button", name="Check now").click()
    page.get_by_role("button", name="Schedule for 23,474 recipients").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("23,474 mails go out: 30 Mar 2031, 02:30 Europe/Berlin (UTC+2)")
    expect(dialog).to_contain_text("94 recipients on the do-not-mail list are left out")
    assert violations(page) == []
    dialog.get_by_role("button", name="Schedule for 23,474 recipients").click()
    expect(page).to_have_url(re.compile("/campaigns/cmp_2$"))


def test_the_mail_is_seen_as_soon_as_it_is_shown_with_real_data(page: Page) -> None:
    page.goto("/campaigns")
    page.get_by_role("button", name="New campaign").first.click()
    page.get_by_role("link", name="Next: Mail").click()
    page.get_by_role("button", name=re.compile("^A letter")).click()
    page.get_by_label("Subject").fill("Six soups")
    page.get_by_role("button", name="Show with real data").click()
    expect(page.get_by_text("This is what your recipients get.")).to_be_visible()
    expect(page.locator("iframe")).to_be_visible()


def test_mail_at_local_times_shows_when_each_zone_gets_it(page: Page) -> None:
    page.goto("/plans/pln_world/review")
    waves = page.get_by_role("region", name="When each time zone gets it").get_by_role("listitem")
    expect(waves).to_have_count(3)
    expect(waves.nth(0)).to_contain_text("Australia/Brisbane")
    expect(waves.nth(1)).to_contain_text("Europe/Berlin, Europe/Vienna: the clocks jump over this time.")
    expect(waves.nth(1)).to_contain_text("without a time zone of their own")
    ends = page.get_by_label("Summary").get_by_role("definition").filter(has_text="takes").inner_text().splitlines()[0]
    assert re.fullmatch(r"\d+ (Mar|Apr) \d{4}, \d\d:\d\d", ends)
    page.get_by_role("button", name=re.compile("^Schedule for")).click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Done by {ends}")


def test_the_column_of_addresses_is_chosen_where_none_is_known(page: Page) -> None:
    page.goto("/recipient-files/rcf_3")
    expect(page.get_by_text("Which column holds the e-mail addresses?")).to_be_visible()
    page.get_by_label("Column with the addresses").press("Enter")
    page.get_by_role("option", name="Kontakt").click()
    assert violations(page) == []
    # The stand-in would take the column, and other tests need the file as it is.
    page.route(re.compile("/rcf_3/retry"), lambda route: route.fulfill(status=202, json={}))
    with page.expect_request(re.compile("/rcf_3/retry")) as asked:
        page.get_by_role("button", name="Use this column").click()
    assert asked.value.post_data_json == {"address_column": "Kontakt"}


def test_a_spreadsheet_is_not_uploaded(page: Page) -> None:
    page.goto("/plans/pln_winter/audience")
    page.set_input_files("input[type=file]", {"name": "people.xlsx", "mimeType": "", "buffer": b"PK"})
    expect(page.get_by_role("alert")).to_contain_text("This is a spreadsheet, not a CSV file")
    assert violations(page) == []


def test_what_was_typed_survives_a_reload(page: Page) -> None:
    page.goto("/plans/pln_winter/settings")
    page.get_by_label("Sender's name").fill("Greenhouse, winter")
    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    page.reload()
    expect(page.get_by_label("Sender's name")).to_have_value("Greenhouse, winter")


def test_version_with_an_error_says_where(page: Page) -> None:
    page.goto("/templates/tpl_2")
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("{% if %}")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("This version cannot be sent")).to_be_visible()
    expect(page.get_by_text("Expected an expression after if.").first).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()


def test_suppression_is_lifted_only_after_it_was_said_what_that_means(page: Page) -> None:
    page.goto("/suppressions")
    page.get_by_role("button", name=re.compile("^Allow mail to person0@")).click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("This person unsubscribed.")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_token_of_a_new_key_is_shown_this_once(page: Page) -> None:
    page.goto("/api-keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_role("textbox", name="Name").fill("CRM")
    page.get_by_role("button", name="Make key").click()
    dialog = page.get_by_role("dialog", name="Token of “CRM”")
    expect(dialog).to_contain_text("ep.key_made.")
    assert violations(page) == []
    dialog.get_by_role("button", name="I have stored it").click()
    expect(page.get_by_text("CRM", exact=True).first).to_be_visible()
