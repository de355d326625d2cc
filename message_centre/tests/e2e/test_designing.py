"""A mail is made of blocks, by mouse and by keyboard alone, at both sizes; what was written as code stays code."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from message_centre.tests.e2e.browser import violations


def _block(page: Page, text: str) -> Locator:
    """Return the innermost block that holds a text."""
    return page.locator("mc-block-frame").filter(has_text=text).last


def _order(page: Page, until: Callable[[list[str]], bool] = bool) -> list[str]:
    """Return the first words of each text from top to bottom, once they are as they should be."""
    deadline = time.monotonic() + 10
    while True:
        texts = page.locator("mc-design-canvas [role=textbox]").all_inner_texts()
        order = [text.strip()[:12] for text in texts]
        if until(order):
            return order
        assert time.monotonic() < deadline, order
        page.wait_for_timeout(50)


def _kept(page: Page) -> None:
    page.get_by_role("button", name="Save as new version").click()
    expect(page.get_by_role("status").filter(has_text=re.compile(r"Version \d+ as it was saved"))).to_be_visible()


def test_mail_is_made_of_a_design_and_is_a_design_again_after_a_reload(page: Page) -> None:
    page.goto("/templates")
    page.get_by_role("button", name="New template").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("iframe")).to_have_count(6)
    dialog.get_by_role("textbox", name="Name").fill("Spring offer")
    dialog.get_by_role("button", name=re.compile("^An offer with a voucher")).click()
    assert violations(page) == []
    dialog.get_by_role("button", name="Make template").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Spring offer")
    expect(page.get_by_label("Subject")).to_have_value("{{ first_name|default('For you') }}: 20 % until Sunday")

    heading = page.get_by_role("textbox", name="Heading").first
    heading.fill("Twelve soups for ")
    page.get_by_role("toolbar", name=re.compile("^Undo")).get_by_role("button", name="Insert a field").click()
    asking = page.get_by_role("dialog", name="Insert a field")
    asking.get_by_label("For people without one, write").fill("everybody")
    assert violations(page) == []
    asking.get_by_role("button", name="Insert", exact=True).click()
    expect(heading).to_contain_text("Twelve soups for first_name")
    expect(page.get_by_text("It still leads to the example's address").first).to_be_visible()
    _kept(page)
    page.get_by_role("radio", name="Preview").click()
    expect(page.frame_locator("mc-mail-preview iframe").get_by_role("heading", level=1).first).to_have_text(
        "Twelve soups for Anna"
    )
    page.reload()
    expect(page.get_by_role("textbox", name="Heading").first).to_contain_text("Twelve soups for first_name")


def test_blocks_are_added_moved_doubled_and_deleted_by_keyboard(page: Page) -> None:
    page.goto("/templates/tpl_1")
    expect(page.get_by_role("textbox", name="Heading").first).to_be_visible()
    before = _order(page)
    _block(page, "Begin with the one thing").focus()
    page.keyboard.press("Alt+ArrowUp")
    moved = _order(page, lambda order: order.index("Begin with t") == before.index("Begin with t") - 1)
    expect(_block(page, "Begin with the one thing").get_by_role("button", name="Move up")).to_be_focused()
    _block(page, "Begin with the one thing").focus()
    page.keyboard.press("Control+d")
    _order(page, lambda order: order.count("Begin with t") == 2)
    page.keyboard.press("Delete")
    _order(page, lambda order: order == moved)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    _order(page, lambda order: order == before)
    page.keyboard.press("Control+Shift+z")
    _order(page, lambda order: order == moved)

    page.get_by_role("button", name="Add a block").first.press("Enter")
    page.get_by_role("menuitem", name="Two columns").press("Enter")
    expect(page.get_by_role("group", name="Block: Two columns").first).to_be_visible()
    assert violations(page) == []


def test_block_is_dragged_into_a_column(page: Page) -> None:
    page.goto("/templates/tpl_1")
    text = _block(page, "Begin with the one thing")
    text.locator("[role=textbox]").click()
    story = _block(page, "Another one")
    story.scroll_into_view_if_needed()
    grip = text.locator(".grip").bounding_box()
    target = story.bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + 6, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + 2, steps=8)
    page.mouse.up()
    expect(page.locator("[data-list$=':right']").first).to_contain_text("Begin with the one thing")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-list$=':right']").first).not_to_contain_text("Begin with the one thing")


def test_html_that_was_changed_as_code_stays_code_until_somebody_goes_back(page: Page) -> None:
    page.goto("/templates/tpl_1")
    page.get_by_role("button", name="Edit the HTML instead").click()
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text("<!doctype html>")
    page.get_by_role("button", name="Back to the blocks").click()
    expect(page.get_by_role("textbox", name="Heading").first).to_be_visible()

    page.get_by_role("button", name="Edit the HTML instead").click()
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("<!-- mine -->")
    expect(page.get_by_text("was changed as code, so it stays code")).to_be_visible()
    _kept(page)
    page.reload()
    expect(page.get_by_text("was changed as code, so it stays code")).to_be_visible()
    page.locator(".cm-content").press("Control+End")
    expect(page.locator(".cm-content")).to_contain_text("<!-- mine -->")
    assert violations(page) == []
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    expect(page.locator(".cm-mergeView")).not_to_contain_text("message-centre design")
    page.get_by_role("tab", name="Write").click()
    page.get_by_role("button", name="Back to the blocks").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Back to the blocks").click()
    expect(page.get_by_role("textbox", name="Heading").first).to_be_visible()
    _kept(page)  # the stand-in remembers it for the next test


def test_recipient_is_found_by_the_address(page: Page) -> None:
    page.goto("/templates/tpl_1")
    page.get_by_role("radio", name="Preview").click()
    page.get_by_role("combobox", name="Shown for").click()
    page.get_by_role("option", name=re.compile("^Customers, all")).click()
    page.get_by_role("button", name="Find a recipient by the address").click()
    page.get_by_role("searchbox", name="Find a recipient by the address").fill("person20017@")
    expect(page.get_by_text("Looked at 20,000 recipients so far.")).to_be_visible()
    page.get_by_role("button", name="Look further").click()
    page.get_by_role("button", name=re.compile("^person20017@example.com")).click()
    expect(page.get_by_label("Recipient", exact=True)).to_have_value("20017")
    assert violations(page) == []
