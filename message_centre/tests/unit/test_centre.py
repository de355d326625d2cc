"""What concerns everybody: configuration, dashboard, activity, settings, the description."""

import json
import time
from datetime import timedelta

from openapi_spec_validator import validate

from message_centre.tests.fakes.dashboard import SlowNumbers
from message_centre.tests.fakes.platform import FILE, FakePlatform
from message_centre.tests.fakes.stores import FakePlans
from message_centre.tests.fakes.wrapper import Browser
from message_centre.wrapper_api.app import APIS
from message_centre.wrapper_api.centre.dashboard import Dashboard
from message_centre.wrapper_api.centre.entrypoints.centre import DESCRIPTION_FILE
from message_centre.wrapper_api.centre.entrypoints.openapi import written
from message_centre.wrapper_api.centre.kernel.clock import SystemClock


def test_anybody_may_read_the_configuration_and_the_description(browser: Browser) -> None:
    config = browser.done("GET", "/config")
    assert config["issuer_name"] == "Example Company"
    assert config["upload_origins"] == ["https://uploads.example.com"]
    assert config["default_time_zone"] == "Europe/Berlin"
    assert browser.done("GET", "/openapi.json")["info"]["title"] == "Message Centre"


def test_the_description_is_up_to_date_and_valid() -> None:
    kept = DESCRIPTION_FILE.read_text(encoding="utf-8")
    assert kept == written(APIS), "run `python -m message_centre.wrapper_api`"
    validate(json.loads(kept))


def test_the_description_says_which_operations_take_nobody() -> None:
    description = json.loads(DESCRIPTION_FILE.read_text(encoding="utf-8"))
    open_to_all = {
        method["operationId"]
        for methods in description["paths"].values()
        for method in methods.values()
        if method.get("security") == []
    }
    assert open_to_all == {
        "get_config",
        "get_description",
        "start_session",
        "finish_session",
        "end_session",
    }


def test_the_dashboard_shows_what_can_be_read(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    browser.done("POST", "/plans", {"name": "Spring"})
    platform.refusals["get_account"] = (503, "sending-stopped")
    board = browser.done("GET", "/dashboard")
    assert board["account"] is None
    assert [(one["part"], one["type"].rpartition("/")[2]) for one in board["problems"]] == [
        ("account", "sending-stopped")
    ]
    assert board["overview"] is not None
    assert board["senders"] == []
    assert [plan["name"] for plan in board["editing"]] == ["Spring"]


def test_a_part_of_the_dashboard_that_takes_too_long_holds_nothing_up() -> None:
    numbers = SlowNumbers(seconds=2.0)
    began = time.monotonic()
    found = Dashboard(platform=numbers, plans=FakePlans(), clock=SystemClock(), patience=timedelta(seconds=0.3)).read()
    assert time.monotonic() - began < 1.5
    assert found.account == {"sending": {}}
    assert found.overview is None
    assert [(part, error.problem) for part, error in found.problems] == [("overview", "temporarily-unavailable")]


def test_settings_are_changed_by_an_administrator_and_not_over_somebody_elses(browser: Browser) -> None:
    browser.sign_in("admin")
    before = browser.call("GET", "/api/v1/settings").headers["ETag"]
    change = {"default_from_address": "news@example.com", "default_time_zone": "Asia/Tokyo"}
    browser.done("PATCH", "/settings", change, headers={"if-match": before})
    assert browser.refused("PATCH", "/settings", change, headers={"if-match": before}) == "stale-revision"
    assert browser.done("GET", "/config")["default_time_zone"] == "Asia/Tokyo"
    plan = browser.done("POST", "/plans", {"name": "Spring"})
    assert plan["settings"]["from_address"] == "news@example.com"


def test_activity_is_listed_by_person_by_plan_and_in_pages(browser: Browser) -> None:
    browser.sign_in("author")
    one = browser.done("POST", "/plans", {"name": "One"})["plan_id"]
    browser.sign_in("author", sub="ben")
    two = browser.done("POST", "/plans", {"name": "Two"})["plan_id"]
    browser.done("PATCH", f"/plans/{one}", {"name": "One, by Ben"})
    browser.done("PATCH", f"/plans/{one}", {"audience": {"file_id": FILE}})

    def actions(query: str) -> list[tuple[str, str]]:
        items = browser.done("GET", f"/activity{query}")["items"]
        return [(entry["person"]["name"], entry["action"]) for entry in items]

    everything = [("Ben", "edit_plan"), ("Ben", "create_plan"), ("Anna", "create_plan")]
    assert actions("") == everything
    assert actions(f"?plan_id={one}") == [("Ben", "edit_plan"), ("Anna", "create_plan")]
    assert actions("?person=anna") == [("Anna", "create_plan")]
    assert actions(f"?person=ben&plan_id={two}") == [("Ben", "create_plan")]
    first = browser.done("GET", "/activity?limit=2")
    rest = browser.done("GET", f"/activity?limit=2&cursor={first['next']}")
    assert len(first["items"] + rest["items"]) == len(everything)


def test_what_was_refused_stands_in_the_activity_log_with_its_reason(browser: Browser) -> None:
    browser.sign_in("author")
    plan_id = browser.done("POST", "/plans", {"name": "One"})["plan_id"]
    browser.refused("POST", f"/plans/{plan_id}/check")
    refused, done = browser.done("GET", f"/activity?plan_id={plan_id}")["items"]
    assert (refused["action"], done["action"]) == ("check_plan", "create_plan")
    assert "Choose who gets the mail." in refused["detail"]
    assert done["detail"] is None


def test_activity_calls_what_was_changed_by_the_name_that_it_had_then(browser: Browser) -> None:
    browser.sign_in("author")
    plan_id = browser.done("POST", "/plans", {"name": "Spring"})["plan_id"]
    browser.sign_in("author", sub="ben")
    browser.done("PATCH", f"/plans/{plan_id}", {"name": "Summer"})
    browser.done("POST", f"/plans/{plan_id}/comments", {"text": "Why summer?"})
    browser.refused("POST", f"/plans/{plan_id}/check")
    entries = browser.done("GET", f"/activity?plan_id={plan_id}")["items"]
    assert [(entry["action"], entry["target_name"]) for entry in entries] == [
        ("check_plan", None),
        ("write_comment", None),
        ("edit_plan", "Summer"),
        ("create_plan", "Spring"),
    ]


def test_what_is_no_request_of_this_api_is_told_as_a_problem(browser: Browser) -> None:
    browser.sign_in("author")
    assert browser.refused("POST", "/plans", raw="{") == "malformed-body"
    assert browser.refused("POST", "/plans", {"nam": "x"}) == "invalid-input"
    assert browser.refused("GET", "/plans?cursor=x") == "invalid-input"
    assert browser.refused("GET", "/plans?limit=0") == "invalid-input"
    assert browser.refused("DELETE", "/plans") == "method-not-allowed"
