"""Four eyes."""

import pytest

from message_centre.tests.fakes.platform import FILE
from message_centre.tests.fakes.wrapper import Browser


@pytest.fixture
def plan_id(browser: Browser) -> str:
    """A plan with 1,200 recipients that Anna checked, where 1,000 take an approval."""
    browser.sign_in("admin", sub="root")
    browser.done("PATCH", "/settings", {"approval_from_recipients": 1_000})
    browser.sign_in("sender")
    made = str(browser.done("POST", "/plans", {"name": "Spring"})["plan_id"])
    browser.done(
        "PATCH",
        f"/plans/{made}",
        {
            "audience": {"file_id": FILE},
            "content": {"html": "<p>Hello</p>"},
            "settings": {"subject": "News", "from_address": "news@example.com"},
        },
    )
    browser.done("POST", f"/plans/{made}/check")
    assert browser.done("GET", f"/plans/{made}")["approval"]["required"] is True
    return made


def test_so_many_recipients_take_a_second_person(browser: Browser, plan_id: str) -> None:
    assert browser.refused("POST", f"/plans/{plan_id}/send", {"recipients": 1_200}) == "approval-required"
    asked = browser.done("POST", f"/plans/{plan_id}/approval", {"comment": "Please look"})
    assert asked["status"] == "awaiting_approval"
    assert asked["approval"]["asked_comment"] == "Please look"
    assert browser.refused("POST", f"/plans/{plan_id}/approve", {}) == "own-request"
    browser.sign_in("sender", sub="ben")
    assert browser.done("POST", f"/plans/{plan_id}/approve", {"comment": "Fine"})["status"] == "approved"
    sent = browser.done("POST", f"/plans/{plan_id}/send", {"recipients": 1_200})
    assert sent["status"] == "sent"
    assert sent["approval"]["decided_by"]["name"] == "Ben"


@pytest.mark.parametrize("change", [{"name": "Other"}, {"timing": {"kind": "at", "local_time": "2030-01-01T09:00"}}])
def test_any_later_change_takes_the_approval_away(browser: Browser, plan_id: str, change: dict[str, object]) -> None:
    browser.done("POST", f"/plans/{plan_id}/approval", {})
    browser.sign_in("sender", sub="ben")
    browser.done("POST", f"/plans/{plan_id}/approve", {})
    assert browser.done("PATCH", f"/plans/{plan_id}", change)["status"] in {"editing", "checked"}
    assert browser.refused("POST", f"/plans/{plan_id}/send", {"recipients": 1_200}) in {
        "not-checked",
        "approval-required",
    }


def test_a_rejected_plan_is_not_sent_and_can_be_asked_for_again(browser: Browser, plan_id: str) -> None:
    browser.done("POST", f"/plans/{plan_id}/approval", {})
    browser.sign_in("sender", sub="ben")
    assert browser.done("POST", f"/plans/{plan_id}/reject", {"comment": "No"})["status"] == "rejected"
    assert browser.refused("POST", f"/plans/{plan_id}/approve", {}) == "no-approval-asked"
    assert browser.refused("POST", f"/plans/{plan_id}/send", {"recipients": 1_200}) == "approval-required"
    assert browser.done("POST", f"/plans/{plan_id}/approval", {})["status"] == "awaiting_approval"


def test_nobody_approves_what_nobody_asked_for(browser: Browser, plan_id: str) -> None:
    browser.sign_in("sender", sub="ben")
    assert browser.refused("POST", f"/plans/{plan_id}/approve", {}) == "no-approval-asked"


def test_fewer_recipients_take_no_approval(browser: Browser, plan_id: str) -> None:
    browser.sign_in("admin", sub="root")
    browser.done("PATCH", "/settings", {"approval_from_recipients": 1_201})
    assert browser.done("GET", f"/plans/{plan_id}")["approval"] is None
    assert browser.done("POST", f"/plans/{plan_id}/send", {"recipients": 1_200})["status"] == "sent"
