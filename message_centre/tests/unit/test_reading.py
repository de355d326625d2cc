"""Files of the platform's stores that a page shows: sources of templates, rows of reports."""

import pytest

from message_centre.tests.fakes.platform import FILE, FakePlatform
from message_centre.tests.fakes.wrapper import Browser
from message_centre.wrapper_api.centre.platform.row_reports import REPORT_BYTES, ReportKind, ReportRow, first_rows

REPORT = (
    "\ufeffline,reason,detail,value\r\n"
    '17,invalid_address,"There is no @, so it is none.",anna.example.org\r\n'
    '18,bad_quotes,,"a ""b""\nc"\r\n'
    "31,no_address,,\r\n"
).encode()


def test_the_rows_of_a_report_are_read_as_the_platform_writes_them() -> None:
    rows, more = first_rows(REPORT, ReportKind.REJECTED, 10)
    assert rows == [
        ReportRow(17, "invalid_address", "There is no @, so it is none.", "anna.example.org"),
        ReportRow(18, "bad_quotes", "", 'a "b"\nc'),
        ReportRow(31, "no_address", "", ""),
    ]
    assert not more


def test_no_more_rows_come_than_were_asked_for() -> None:
    rows, more = first_rows(REPORT, ReportKind.REJECTED, 2)
    assert [row.line for row in rows] == [17, 18]
    assert more


def test_a_row_that_is_cut_off_is_left_out() -> None:
    head = b"line,flag,detail,value\r\n"
    row = b"5,role_address,,info@example.com\r\n"
    content = (head + row * (REPORT_BYTES // len(row) + 1))[:REPORT_BYTES]
    rows, more = first_rows(content, ReportKind.FLAGGED, 100_000)
    assert {(row.word, row.value) for row in rows} == {("role_address", "info@example.com")}
    assert more


def test_a_page_gets_the_rows_of_a_report(browser: Browser, platform: FakePlatform) -> None:
    browser.sign_in("author")
    platform.html["report"] = REPORT.decode()
    shown = browser.done("GET", f"/recipient-files/{FILE}/rejected-rows?limit=1")
    assert shown["items"] == [
        {
            "line": 17,
            "word": "invalid_address",
            "detail": "There is no @, so it is none.",
            "value": "anna.example.org",
        }
    ]
    assert shown["more"] is True
    assert platform.names() == ["get_recipient_file_report"]


def test_reports_are_for_authors(browser: Browser) -> None:
    browser.sign_in("viewer")
    assert browser.refused("GET", f"/recipient-files/{FILE}/flagged-rows") == "missing-role"


@pytest.mark.parametrize("version", ["one", "1.5"])
def test_a_version_is_a_number(browser: Browser, version: str) -> None:
    browser.sign_in("viewer")
    assert browser.refused("GET", f"/templates/tpl_1/versions/{version}/source") == "not-found"


def test_a_page_gets_the_source_of_a_template(browser: Browser) -> None:
    browser.sign_in("author")
    plan = browser.done("POST", "/plans", {"name": "Spring"})
    change = {"content": {"html": "<p>Hello {{ email }}</p>"}, "settings": {"subject": "Hello"}}
    browser.done("PATCH", f"/plans/{plan['plan_id']}", change)
    content = browser.done("POST", f"/plans/{plan['plan_id']}/content")["content"]
    path = f"/templates/{content['template_id']}/versions/{content['version']}/source"
    assert browser.done("GET", path) == {"html": "<p>Hello {{ email }}</p>"}
