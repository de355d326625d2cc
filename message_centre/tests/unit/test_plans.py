"""A plan from its name to its sending."""

from typing import Any

from message_centre.tests.fakes.platform import FILE, FakePlatform
from message_centre.tests.fakes.wrapper import Browser

_COMPLETE = {
    "audience": {"file_id": FILE},
    "content": {"html": "<p>Hello {{ first_name }}</p>"},
    "settings": {"subject": "News", "from_address": "news@example.com", "from_name": "Example"},
}


def _made(browser: Browser, change: dict[str, Any] | None = None) -> str:
    plan_id = str(browser.done("POST", "/plans", {"name": "Spring"})["plan_id"])
    browser.done("PATCH", f"/plans/{plan_id}", _COMPLETE if change is None else change)
    return plan_id


def _checked(browser: Browser, change: dict[str, Any] | None = None) -> str:
    plan_id = _made(browser, change)
    assert browser.done("POST", f"/plans/{plan_id}/check")["status"] == "checking"
    assert browser.done("GET", f"/plans/{plan_id}")["status"] == "checked"
    return plan_id


def test_a_plan_is_made_filled_in_checked_and_sent(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("sender")
    plan_id = _made(browser)
    checking = browser.done("POST", f"/plans/{plan_id}/check")
    assert checking["status"] == "checking"
    [campaign] = platform.campaigns.values()
    assert campaign["name"] == "Spring"
    assert campaign["file_id"] == FILE
    assert campaign["sender"] == {"address": "news@example.com", "name": "Example"}
    assert list(platform.html.values()) == ["<p>Hello {{ first_name }}</p>"]
    checked = browser.done("GET", f"/plans/{plan_id}")
    assert checked["preflight"]["report"]["sendable"] == 1_200
    sent = browser.done("POST", f"/plans/{plan_id}/send", {"recipients": 1_200})
    assert sent["status"] == "sent"
    assert sent["campaign_id"] == campaign["campaign_id"]
    assert platform.names()[-1] == "send_campaign"


def test_only_what_the_person_saw_is_sent(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("sender")
    plan_id = _checked(browser)
    assert browser.refused("POST", f"/plans/{plan_id}/send", {"recipients": 1_199}) == "recipients-changed"
    assert "send_campaign" not in platform.names()


def test_what_is_missing_is_named_all_at_once(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    plan_id = _made(browser, {"timing": {"kind": "at"}})
    answered = browser.call("POST", f"/api/v1/plans/{plan_id}/check")
    assert answered.slug == "incomplete-plan"
    assert [error["pointer"] for error in answered.json["errors"]] == [
        "/audience/file_id",
        "/content",
        "/settings/subject",
        "/settings/from_address",
        "/timing/local_time",
    ]
    assert platform.calls == []


def test_a_change_after_the_check_takes_a_new_check(browser: Browser) -> None:
    browser.sign_in("sender")
    plan_id = _checked(browser)
    changed = browser.done("PATCH", f"/plans/{plan_id}", {"settings": {"subject": "Other news"}})
    assert changed["status"] == "editing"
    assert changed["preflight"] is None
    assert browser.refused("POST", f"/plans/{plan_id}/send", {"recipients": 1_200}) == "not-checked"


def test_another_time_keeps_the_check_and_is_what_the_platform_is_told(
    browser: Browser, platform: FakePlatform
) -> None:
    browser.sign_in("sender")
    plan_id = _checked(browser)
    timing = {"kind": "local", "local_time": "2030-12-01T09:00", "time_zone": "Europe/Berlin"}
    assert browser.done("PATCH", f"/plans/{plan_id}", {"timing": timing})["status"] == "checked"
    assert browser.done("POST", f"/plans/{plan_id}/send", {"recipients": 1_200})["status"] == "scheduled"
    assert platform.calls[-1][1].body == (
        b'{"at":"2030-12-01T09:00:00","time_zone":"Europe/Berlin","recipient_local":true}'
    )


def test_a_send_that_is_repeated_sends_once(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("sender")
    plan_id = _checked(browser)
    for _ in range(2):
        assert browser.done("POST", f"/plans/{plan_id}/send", {"recipients": 1_200})["status"] == "sent"
    assert platform.names().count("send_campaign") == 1


def test_a_send_whose_answer_was_lost_is_noted_when_it_is_repeated(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("sender")
    plan_id = _checked(browser)
    [campaign] = platform.campaigns.values()
    campaign["state"] = "preparing"
    assert browser.done("POST", f"/plans/{plan_id}/send", {"recipients": 1_200})["status"] == "sent"


def test_what_was_sent_changes_no_more(browser: Browser) -> None:
    browser.sign_in("sender")
    plan_id = _checked(browser)
    browser.done("POST", f"/plans/{plan_id}/send", {"recipients": 1_200})
    assert browser.refused("PATCH", f"/plans/{plan_id}", {"name": "Other"}) == "plan-finished"
    assert browser.refused("POST", f"/plans/{plan_id}/check") == "plan-finished"


def test_a_check_that_blocks_is_shown_and_holds_back(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("sender")
    platform.passes = False
    plan_id = _checked(browser)
    assert browser.refused("POST", f"/plans/{plan_id}/send", {"recipients": 1_200}) == "not-checked"
    assert browser.refused("POST", f"/plans/{plan_id}/approval", {}) == "not-checked"


def test_somebody_elses_change_is_not_overwritten(browser: Browser) -> None:
    browser.sign_in("author")
    plan_id = _made(browser)
    before = browser.call("GET", f"/api/v1/plans/{plan_id}").headers["ETag"]
    browser.done("PATCH", f"/plans/{plan_id}", {"name": "Two"}, headers={"if-match": before})
    stale = {"if-match": before}
    assert browser.refused("PATCH", f"/plans/{plan_id}", {"name": "Three"}, headers=stale) == "stale-revision"


def test_a_check_that_ends_is_no_change_of_the_plan(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    platform.checks_take = 2
    plan_id = _made(browser)
    revision = browser.done("POST", f"/plans/{plan_id}/check")["revision"]
    assert [browser.done("GET", f"/plans/{plan_id}")["status"] for _ in range(2)] == ["checking", "checked"]
    assert browser.done("GET", f"/plans/{plan_id}")["revision"] == revision


def test_null_takes_a_value_out_and_what_is_left_out_stays(browser: Browser) -> None:
    browser.sign_in("author")
    plan_id = _made(browser)
    change = {"settings": {"from_name": None}, "content": None}
    changed = browser.done("PATCH", f"/plans/{plan_id}", change)
    assert changed["settings"]["from_name"] is None
    assert changed["settings"]["subject"] == "News"
    assert changed["content"] == {"template_id": None, "version": None, "html": None, "text": None}
    assert changed["audience"]["file_id"] == FILE


def test_a_template_of_the_list_is_used_as_it_is(browser: Browser, platform: FakePlatform) -> None:
    template_id = platform.library_template("<p>Hello</p>", "From the list")
    browser.sign_in("author")
    plan_id = _checked(
        browser,
        {**_COMPLETE, "content": {"template_id": template_id}, "settings": {"from_address": "news@example.com"}},
    )
    [campaign] = platform.campaigns.values()
    assert (campaign["template_id"], campaign["template_version"]) == (template_id, 1)
    assert browser.done("GET", f"/plans/{plan_id}")["content"]["version"] == 1
    assert "create_template" not in platform.names()


def test_another_subject_for_a_template_of_the_list_leaves_the_list_alone(
    browser: Browser, platform: FakePlatform
) -> None:
    template_id = platform.library_template("<p>Hello</p>", "From the list")
    browser.sign_in("author")
    _checked(browser, {**_COMPLETE, "content": {"template_id": template_id}})
    [campaign] = platform.campaigns.values()
    assert campaign["template_id"] != template_id
    assert len(platform.templates[template_id]) == 1
    assert platform.html[f"{campaign['template_id']}-1"] == "<p>Hello</p>"


def test_content_is_saved_once_and_again_when_it_changes(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    plan_id = _made(browser)
    first = browser.done("POST", f"/plans/{plan_id}/content")
    assert first["template_version"]["status"] == "ready"
    assert first["content"]["html"] == _COMPLETE["content"]["html"]
    assert browser.done("POST", f"/plans/{plan_id}/content")["content"]["version"] == 1
    browser.done("PATCH", f"/plans/{plan_id}", {"content": {"html": "<p>Two</p>"}})
    assert browser.done("POST", f"/plans/{plan_id}/content")["content"]["version"] == 2
    assert [name for name in platform.names() if name.startswith("create_t")] == [
        "create_template",
        "create_template_version",
    ]


def test_content_that_the_platform_does_not_take_is_told_and_kept(browser: Browser) -> None:
    browser.sign_in("author")
    plan_id = _made(browser)
    browser.done("PATCH", f"/plans/{plan_id}", {"content": {"html": "{% broken"}})
    saved = browser.done("POST", f"/plans/{plan_id}/content")
    assert saved["template_version"]["status"] == "invalid"
    assert saved["template_version"]["findings"]
    assert saved["content"]["html"] == "{% broken"
    assert browser.refused("POST", f"/plans/{plan_id}/check") == "template-invalid"


def test_choosing_another_template_drops_what_was_written(browser: Browser, platform: FakePlatform) -> None:
    template_id = platform.library_template("<p>Hello</p>", "From the list")
    browser.sign_in("author")
    plan_id = _made(browser)
    browser.done("POST", f"/plans/{plan_id}/content")
    changed = browser.done("PATCH", f"/plans/{plan_id}", {"content": {"template_id": template_id}})
    assert changed["content"] == {"template_id": template_id, "version": None, "html": None, "text": None}


def test_a_test_mail_goes_out_before_the_check(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    plan_id = _made(browser)
    body = {"addresses": ["me@example.com"], "sample": {"row": 7}}
    assert "items" in browser.done("POST", f"/plans/{plan_id}/test-sends", body)
    assert platform.calls[-1][1].body == b'{"addresses":["me@example.com"],"recipient":{"row":7}}'


def test_a_draft_that_somebody_removed_is_made_again(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    plan_id = _checked(browser)
    platform.campaigns.clear()
    browser.done("PATCH", f"/plans/{plan_id}", {"name": "Again"})
    browser.done("POST", f"/plans/{plan_id}/check")
    assert [campaign["name"] for campaign in platform.campaigns.values()] == ["Again"]


def test_a_plan_is_removed_with_its_draft(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    plan_id = _checked(browser)
    browser.done("DELETE", f"/plans/{plan_id}")
    assert platform.campaigns == {}
    assert browser.refused("GET", f"/plans/{plan_id}") == "not-found"


def test_a_plan_says_what_a_campaign_says(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    _checked(browser)
    [campaign_id] = platform.campaigns
    platform.campaigns[campaign_id]["campaign_id"] = campaign_id
    copied = browser.done("POST", "/plans", {"from_campaign_id": campaign_id})
    assert copied["name"] == "Spring"
    assert copied["audience"]["file_id"] == FILE
    assert copied["settings"]["from_address"] == "news@example.com"
    assert copied["campaign_id"] is None


def test_the_same_request_makes_one_plan(browser: Browser) -> None:
    browser.sign_in("author")
    key = {"idempotency-key": "k1"}
    first, second = (browser.call("POST", "/api/v1/plans", {"name": "Once"}, headers=key) for _ in range(2))
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(browser.done("GET", "/plans")["items"]) == 1
    assert browser.refused("POST", "/plans", {"name": "Other"}, headers=key) == "idempotency-key-reused"


def test_plans_are_listed_changed_last_first_by_status_and_page(browser: Browser) -> None:
    browser.sign_in("author")
    ids = [_made(browser) for _ in range(3)]
    browser.done("PATCH", f"/plans/{ids[0]}", {"name": "Last"})
    first = browser.done("GET", "/plans?limit=2&status=editing,checking")
    assert [plan["plan_id"] for plan in first["items"]] == [ids[0], ids[2]]
    assert first["items"][0]["content"]["html"] is None
    rest = browser.done("GET", f"/plans?limit=2&status=editing,checking&cursor={first['next']}")
    assert [plan["plan_id"] for plan in rest["items"]] == [ids[1]]
    assert browser.done("GET", "/plans?status=sent")["items"] == []


def test_people_talk_about_a_plan(browser: Browser) -> None:
    browser.sign_in("author")
    plan_id = _made(browser)
    browser.sign_in("viewer", sub="ben")
    browser.done("POST", f"/plans/{plan_id}/comments", {"text": "Looks good"})
    browser.done("POST", f"/plans/{plan_id}/comments", {"text": "But the picture"})
    comments = browser.done("GET", f"/plans/{plan_id}/comments")["items"]
    assert [(one["by"]["name"], one["text"]) for one in comments] == [
        ("Ben", "Looks good"),
        ("Ben", "But the picture"),
    ]
    assert browser.refused("POST", f"/plans/{plan_id}/comments", {"text": "  "}) == "invalid-input"


def test_a_large_mail_is_kept_whole_and_too_large_a_one_refused(browser: Browser) -> None:
    browser.sign_in("author")
    plan_id = _made(browser)
    html = "<p>ä</p>" * 29_000
    assert browser.done("PATCH", f"/plans/{plan_id}", {"content": {"html": html}})["content"]["html"] == html
    assert browser.done("GET", f"/plans/{plan_id}")["content"]["html"] == html
    assert browser.refused("PATCH", f"/plans/{plan_id}", {"content": {"html": html * 2}}) == "invalid-input"
