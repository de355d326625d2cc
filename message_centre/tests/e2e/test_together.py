"""Two people with one campaign: one asks, the other approves or rejects; both change it at the same time."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from message_centre.tests.e2e.browser import violations
from message_centre.tests.e2e.wrapper_server import ServedWrapper, serving_wrapper
from message_centre.tests.fakes.platform import FILE
from message_centre.tests.fakes.wrapper import Browser as Caller

COMPLETE = {
    "audience": {"file_id": FILE},
    "content": {"html": "<p>Hello</p>"},
    "settings": {"subject": "News", "from_address": "news@example.com", "from_name": "Greenhouse"},
}


@pytest.fixture(scope="module")
def served() -> Iterator[ServedWrapper]:
    with serving_wrapper() as wrapper:
        wrapper.signed_in("root", "admin").done("PATCH", "/settings", {"approval_from_recipients": 1_000})
        yield wrapper


@pytest.fixture
def plan_id(served: ServedWrapper) -> str:
    author = served.signed_in("anna", "author")
    made = str(author.done("POST", "/plans", {"name": "Spring"})["plan_id"])
    author.done("PATCH", f"/plans/{made}", COMPLETE)
    return made


@contextmanager
def opened(served: ServedWrapper, browser: Browser, who: Caller, viewport: ViewportSize, path: str) -> Iterator[Page]:
    """Show a page to somebody; anything that throws in it fails the test."""
    context = served.window(browser, who, viewport)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(path)
    yield page
    context.close()
    assert faults == []


def test_a_large_campaign_is_approved_by_a_second_person(
    served: ServedWrapper, browser: Browser, viewport: ViewportSize, plan_id: str
) -> None:
    author, sender = served.signed_in("anna", "author"), served.signed_in("ben", "sender")
    review = f"/plans/{plan_id}/review"
    with opened(served, browser, author, viewport, review) as page:
        page.get_by_role("button", name="Check now").click()
        expect(page.get_by_text("This many recipients need a second person's approval before sending.")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Send to 1,200"))).to_be_disabled()
        page.get_by_label("What should be said about it (optional)").fill("Prices are checked with the shop.")
        page.get_by_role("button", name="Ask for approval").click()
        expect(page.get_by_text("You asked for it yourself: somebody else has to approve it.")).to_be_visible()
        assert violations(page) == []

        with opened(served, browser, sender, viewport, review) as other:
            expect(other.get_by_text(re.compile("Anna asked for approval"))).to_be_visible()
            expect(other.get_by_text("Prices are checked with the shop.")).to_be_visible()
            expect(other.get_by_role("button", name=re.compile("^Send to 1,200"))).to_be_disabled()
            assert violations(other) == []
            other.get_by_label("What should be said about it (optional)").fill("Good.")
            other.get_by_role("button", name="Approve for 1,200 recipients").click()
            expect(other.get_by_text("Approved", exact=True).first).to_be_visible()
            # The page of the one who asked notices by itself.
            expect(page.get_by_text(re.compile("Approved by Ben"))).to_be_visible(timeout=30_000)
            expect(page.get_by_text("Good.", exact=True)).to_be_visible()
            other.get_by_role("button", name="Send to 1,200 recipients").click()
            other.get_by_role("dialog").get_by_role("button", name="Send to 1,200 recipients").click()
            expect(other).to_have_url(re.compile("/campaigns/"))
    assert "send_campaign" in served.platform.names()


def test_a_campaign_that_is_rejected_says_why_and_is_not_sent(
    served: ServedWrapper, browser: Browser, viewport: ViewportSize, plan_id: str
) -> None:
    author, sender = served.signed_in("anna", "author"), served.signed_in("ben", "sender")
    author.done("POST", f"/plans/{plan_id}/check")
    author.done("GET", f"/plans/{plan_id}")
    author.done("POST", f"/plans/{plan_id}/approval", {})
    review = f"/plans/{plan_id}/review"
    with opened(served, browser, sender, viewport, review) as page:
        page.get_by_label("What should be said about it (optional)").fill("The second price is last year's.")
        page.get_by_role("button", name="Do not approve").click()
        expect(page.get_by_text(re.compile("Not approved by Ben"))).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Send to 1,200"))).to_be_disabled()
    with opened(served, browser, author, viewport, review) as page:
        expect(page.get_by_text("The second price is last year's.")).to_be_visible()
        page.get_by_role("button", name="Ask for approval").click()
        expect(page.get_by_text("You asked for it yourself: somebody else has to approve it.")).to_be_visible()


@pytest.mark.parametrize("mine", [True, False], ids=["mine", "theirs"])
def test_two_who_change_the_same_are_asked_whose_it_shall_be(
    served: ServedWrapper, browser: Browser, viewport: ViewportSize, plan_id: str, *, mine: bool
) -> None:
    anna, ben = served.signed_in("anna", "author"), served.signed_in("ben", "author")
    with ExitStack() as windows:
        path = f"/plans/{plan_id}/settings"
        first, second = (windows.enter_context(opened(served, browser, who, viewport, path)) for who in (anna, ben))
        for page in (first, second):
            expect(page.get_by_label("Sender's name")).to_have_value("Greenhouse")
        second.get_by_label("Sender's name").fill("Greenhouse, by Ben")
        expect(second.get_by_text(re.compile("^Saved .* by Ben"))).to_be_visible()

        first.get_by_label("Sender's name").fill("Greenhouse, by Anna")
        asked = first.get_by_role("alert").filter(has_text="Ben changed the same")
        expect(asked).to_be_visible()
        assert violations(first) == []
        assert ben.done("GET", f"/plans/{plan_id}")["settings"]["from_name"] == "Greenhouse, by Ben"
        first.get_by_role("button", name="Keep mine" if mine else "Take theirs").click()
        expect(asked).to_have_count(0)
        wanted = f"Greenhouse, by {'Anna' if mine else 'Ben'}"
        expect(first.get_by_label("Sender's name")).to_have_value(wanted)
        expect(first.get_by_text(re.compile("^Saved"))).to_be_visible()
    assert ben.done("GET", f"/plans/{plan_id}")["settings"]["from_name"] == wanted


def test_two_who_change_different_things_both_have_their_way(
    served: ServedWrapper, browser: Browser, viewport: ViewportSize, plan_id: str
) -> None:
    anna, ben = served.signed_in("anna", "author"), served.signed_in("ben", "author")
    with opened(served, browser, anna, viewport, f"/plans/{plan_id}/settings") as page:
        expect(page.get_by_label("Sender's name")).to_have_value("Greenhouse")
        ben.done("PATCH", f"/plans/{plan_id}", {"settings": {"subject": "News, by Ben"}})
        page.get_by_label("Sender's name").fill("Greenhouse, by Anna")
        expect(page.get_by_text(re.compile("^Saved .* by Anna"))).to_be_visible()
        expect(page.get_by_role("alert").filter(has_text="changed the same")).to_have_count(0)
    settings = ben.done("GET", f"/plans/{plan_id}")["settings"]
    assert (settings["subject"], settings["from_name"]) == ("News, by Ben", "Greenhouse, by Anna")


def test_what_somebody_else_has_just_changed_is_seen_before_it_is_deleted(
    served: ServedWrapper, browser: Browser, viewport: ViewportSize, plan_id: str
) -> None:
    anna, ben = served.signed_in("anna", "author"), served.signed_in("ben", "author")
    with opened(served, browser, anna, viewport, f"/plans/{plan_id}/settings") as page:
        expect(page.get_by_label("Sender's name")).to_have_value("Greenhouse")
        ben.done("PATCH", f"/plans/{plan_id}", {"settings": {"subject": "News, by Ben"}})
        page.get_by_role("button", name="Delete draft").click()
        dialog = page.get_by_role("alertdialog")
        dialog.get_by_role("button", name="Delete draft").click()
        expect(dialog).to_contain_text("Somebody else changed this meanwhile")
        assert violations(page) == []
        dialog.get_by_role("button", name="Back").click()
        expect(
            page.get_by_role("status").filter(has_text="Ben changed this while you were here: subject")
        ).to_be_visible()
        page.get_by_role("button", name="Delete draft").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Delete draft").click()
        expect(page).to_have_url(re.compile("/campaigns$"))
    assert ben.refused("GET", f"/plans/{plan_id}") == "not-found"
