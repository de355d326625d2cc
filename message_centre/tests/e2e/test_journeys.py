"""From sign-in to the numbers on a local stack with IAM enforced: over the wrapper API, and in a browser."""

import html
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from local.stack import LocalStack, Options
from message_centre.local.centre import LocalCentre, LocalPerson, origin
from message_centre.tests.e2e.browser import DESKTOP, PHONE, violations

_T = TypeVar("_T")
_LONGEST_SECONDS = 900.0
_LONG_AGO = "2020-01-01T00:00:00Z"
_BUSY = frozenset({502, 503, 504})
pytestmark = pytest.mark.timeout(_LONGEST_SECONDS)


@dataclass(frozen=True)
class Caller:
    """A person with an access token; a call that the busy machine did not answer in time is made again."""

    http: httpx.Client

    def done(self, method: str, path: str, body: Any = None) -> Any:
        answered = self.http.request(method, path, json=body)
        for _ in range(9):
            if answered.status_code not in _BUSY:
                break
            time.sleep(2)
            answered = self.http.request(method, path, json=body)
        assert answered.status_code < 300, answered.text
        return answered.json() if answered.content else None

    def refused(self, method: str, path: str, body: Any = None) -> str:
        answered = self.http.request(method, path, json=body)
        assert answered.status_code >= 400
        return str(answered.json()["type"]).rpartition("/")[2]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCentre]:
    folder: Path = tmp_path_factory.mktemp("stack")
    url = origin(folder)
    options = Options(folder, enforce_iam=True, settle_seconds=5, cors_origins=(url,))
    with LocalStack(options) as stack, LocalCentre(stack, url) as running:
        yield running


@pytest.fixture
def people(centre: LocalCentre) -> Iterator[dict[str, Caller]]:
    """One caller of each role."""
    callers = {role: _signed_in(centre, role) for role in ("author", "sender", "admin")}
    yield callers
    for caller in callers.values():
        caller.http.close()


def _signed_in(centre: LocalCentre, role: str) -> Caller:
    with _in_a_browser(centre, role) as browser:
        token = _refreshed(browser, centre)["access_token"]
    return Caller(
        httpx.Client(base_url=f"{centre.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60.0)
    )


@contextmanager
def _in_a_browser(centre: LocalCentre, role: str) -> Iterator[httpx.Client]:
    """Sign in as a person of a role does; yield the browser with its cookie."""
    person = next(one for one in centre.people if one.role == role)
    with httpx.Client(timeout=60.0) as browser:
        started = browser.get(f"{centre.url}/api/v1/session/start?return=/campaigns")
        issuers_page = browser.get(started.headers["Location"])
        hidden = re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', issuers_page.text)
        form = {html.unescape(name): html.unescape(value) for name, value in hidden}
        form |= {"username": person.address, "password": person.password}
        action = html.unescape(re.findall(r'action="([^"]+)"', issuers_page.text)[0])
        entered = browser.post(urljoin(started.headers["Location"], action), data=form)
        back = browser.get(entered.headers["Location"])
        assert back.headers["Location"] == "/campaigns"
        yield browser


def _refreshed(browser: httpx.Client, centre: LocalCentre) -> Any:
    headers = {"X-Message-Centre": "1", "Origin": centre.url}
    return browser.post(f"{centre.url}/api/v1/session/refresh", headers=headers).raise_for_status().json()


def test_a_session_keeps_its_role_when_the_issuer_is_asked_again(centre: LocalCentre) -> None:
    database, table = centre.emulator.client("dynamodb"), centre.outputs["table_names"]["sessions"]
    with _in_a_browser(centre, "sender") as browser:
        for session in database.scan(TableName=table)["Items"]:
            database.put_item(TableName=table, Item={**session, "refreshed_at": {"S": _LONG_AGO}})
        assert _refreshed(browser, centre)["person"]["roles"][-1] == "sender"
    assert any(session["refreshed_at"]["S"] > _LONG_AGO for session in database.scan(TableName=table)["Items"])


def _until(look: Callable[[], _T], done: Callable[[_T], bool]) -> _T:
    deadline = time.monotonic() + _LONGEST_SECONDS / 3
    while not done(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(1)
    return seen


def test_a_campaign_is_planned_approved_sent_and_followed(centre: LocalCentre, people: dict[str, Caller]) -> None:
    author, sender, admin = people["author"], people["sender"], people["admin"]
    admin.done("PATCH", "/settings", {"approval_from_recipients": 2})

    rows = "".join(f"p{number}@example.com,P{number}\n" for number in range(5))
    content = f"email,first_name\n{rows}broken,x\n".encode()
    made = author.done("POST", "/platform/recipient-files", {"name": "People", "file_bytes": len(content)})
    upload, from_page = made["upload"], {"Origin": centre.url}
    uploaded = httpx.post(
        upload["url"], data=upload["fields"], files={"file": ("people.csv", content)}, headers=from_page
    )
    assert uploaded.headers["Access-Control-Allow-Origin"] == centre.url
    path = f"/platform/recipient-files/{made['file_id']}"
    file = _until(lambda: author.done("GET", path), lambda seen: bool(seen["status"] in {"ready", "rejected"}))
    assert file["account"]["accepted"] == 5
    report = httpx.get(author.done("GET", f"{path}/report")["url"], headers=from_page)
    assert report.headers["Access-Control-Allow-Origin"] == centre.url
    assert "broken" in report.text

    plan_path = f"/plans/{author.done('POST', '/plans', {'name': 'Spring'})['plan_id']}"
    source = '<p>Hello {{ first_name }}</p><a href="{{ unsubscribe_url }}">unsubscribe</a>'
    author.done(
        "PATCH",
        plan_path,
        {
            "audience": {"file_id": made["file_id"]},
            "content": {"html": source},
            "settings": {"subject": "News for {{ first_name }}", "from_address": "news@news.example.com"},
        },
    )
    saved = author.done("POST", f"{plan_path}/content")
    assert saved["template_version"]["variables"] == ["first_name", "unsubscribe_url"]
    [proof] = author.done("POST", f"{plan_path}/test-sends", {"addresses": ["me@example.com"]})["items"]
    assert proof["status"] == "accepted"
    author.done("POST", f"{plan_path}/check")
    checked = _until(lambda: author.done("GET", plan_path), lambda seen: seen["status"] != "checking")
    assert checked["preflight"]["passed"], checked["preflight"]
    assert checked["approval"]["required"]

    assert sender.refused("POST", f"{plan_path}/send", {"recipients": 5}) == "approval-required"
    author.done("POST", f"{plan_path}/approval", {"comment": "Please look"})
    sender.done("POST", f"{plan_path}/approve", {})
    sent = sender.done("POST", f"{plan_path}/send", {"recipients": 5})
    assert sent["status"] == "sent"

    campaign_path = f"/platform/campaigns/{sent['campaign_id']}"
    campaign = _until(
        lambda: sender.done("GET", campaign_path), lambda seen: seen["state"] in {"finished", "failed", "halted"}
    )
    assert campaign["account"]["accepted"] == 5
    _until(lambda: sender.done("GET", f"{campaign_path}/statistics")["totals"], lambda totals: totals["delivered"] == 5)
    board = _until(lambda: sender.done("GET", "/dashboard"), lambda seen: not seen["problems"])
    assert board["recent"][0]["campaign"]["campaign_id"] == sent["campaign_id"]
    did = [entry["action"] for entry in admin.done("GET", "/activity")["items"]]
    assert did[:3] == ["send_plan", "approve_plan", "ask_approval"]
    members = {member["email"]: member["role"] for member in admin.done("GET", "/people")["items"]}
    assert members == {f"{role}@example.com": role for role in ("viewer", "author", "sender", "admin")}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_campaign_is_sent_and_followed_in_a_browser(
    centre: LocalCentre, people: dict[str, Caller], browser: Browser, tmp_path: Path, size: dict[str, int]
) -> None:
    people["admin"].done("PATCH", "/settings", {"approval_from_recipients": None})
    journey(browser, centre.url, next(one for one in centre.people if one.role == "sender"), tmp_path, size)
    for number in range(5):
        mail = _newest_mail(centre.inbox_url, f"p{number}@example.com")
        assert mail["subject"] == f"Six soups for P{number}"
        for part in (mail["html"], mail["text"]):
            assert f"Soups for P{number}: Dear P{number}," in " ".join(part.split())
            assert "everybody" not in part
            assert "message-centre design" not in part


def _newest_mail(inbox_url: str, address: str) -> dict[str, Any]:
    found = httpx.get(f"{inbox_url}/inbox/api/messages", params={"to": address, "limit": 1}).json()["messages"]
    mail: dict[str, Any] = httpx.get(f"{inbox_url}/inbox/api/messages/{found[0]['id']}").json()
    return mail


def journey(browser: Browser, url: str, sender: LocalPerson, folder: Path, size: dict[str, int]) -> None:
    """Sign in, plan a campaign of five recipients, send it, follow it to its end and to one recipient's mails."""
    name = f"Soups of the winter, {size['width']} wide"
    context = browser.new_context(
        base_url=url,
        viewport=ViewportSize(width=size["width"], height=size["height"]),
        has_touch=size is PHONE,
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    page = context.new_page()
    page.route(re.compile(r"/api/v1/(?!session)"), _answered)
    page.set_default_timeout(_LONGEST_SECONDS / 10 * 1000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    _enter(page, url, sender)
    _plan(page, folder, name)
    page.get_by_role("button", name="Send to 5 recipients").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 mails go out at once.")
    _fits(page)
    dialog.get_by_role("button", name="Send to 5 recipients").click()

    page.wait_for_url(re.compile("/campaigns/cmp_"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    longest = _LONGEST_SECONDS / 5 * 1000
    expect(page.get_by_text("Finished", exact=True).first).to_be_visible(timeout=longest)
    expect(page.get_by_text("of 5 delivered").first).to_be_visible(timeout=longest)
    assert violations(page) == []
    _fits(page)
    page.get_by_role("navigation", name="Views of this campaign").get_by_role("link", name="Recipients").click()
    page.get_by_text("p3@example.com").first.click()
    expect(page.get_by_role("dialog", name="p3@example.com")).to_contain_text("Taken by the mail service")
    _fits(page)
    page.get_by_role("link", name="All mails to this address").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("p3@example.com")
    expect(page.get_by_role("button", name=name)).to_be_visible(timeout=longest)
    _fits(page)
    page.unroute_all(behavior="ignoreErrors")
    context.close()
    assert faults == []


def _change_the_letter(page: Page) -> None:
    """Write in the mail itself, with a field of the recipients' file."""
    text = page.locator("mc-design-canvas").get_by_role("textbox", name="Text").first
    text.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Soups for ")
    page.get_by_role("toolbar", name=re.compile("^Undo")).get_by_role("button", name="Insert a field").click()
    asking = page.get_by_role("dialog", name="Insert a field")
    asking.get_by_role("combobox", name="Field").click()
    page.get_by_role("option", name="first_name").click()
    asking.get_by_label("For people without one, write").fill("everybody")
    asking.get_by_role("button", name="Insert", exact=True).click()
    expect(text).to_contain_text("Soups for first_name")
    expect(text).to_be_focused()
    page.keyboard.type(": ")


def _fits(page: Page) -> None:
    """Hold that nothing of the page lies beside the window."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), page.url


def _answered(route: Route) -> None:
    """Make a call again that the busy machine did not answer in time, as `Caller` does."""
    answer = route.fetch(timeout=60_000)
    for _ in range(9):
        if answer.status not in _BUSY:
            break
        time.sleep(2)
        answer = route.fetch(timeout=60_000)
    route.fulfill(response=answer)


def _enter(page: Page, url: str, sender: LocalPerson) -> None:
    page.goto("/campaigns")
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=username]").fill(sender.address)
    page.locator("input[name=password]").fill(sender.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/campaigns")


def _plan(page: Page, folder: Path, name: str) -> None:
    rows = "".join(f"p{number}@example.com,P{number}\n" for number in range(5))
    people = folder / "people.csv"
    people.write_text(f"email,first_name\n{rows}broken,x\n", encoding="utf-8")
    page.get_by_role("button", name="New campaign").first.click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.set_input_files("input[type=file]", people)
    expect(page.get_by_text("5 recipients", exact=True).first).to_be_visible(timeout=_LONGEST_SECONDS / 5 * 1000)
    expect(page.get_by_text("broken").first).to_be_visible()

    _fits(page)
    page.get_by_role("link", name="Next: Mail").click()
    page.get_by_role("button", name=re.compile("^A letter")).click()
    _change_the_letter(page)
    page.get_by_label("Subject").fill("Six soups for {{ first_name }}")
    page.get_by_label("Subject").blur()
    page.get_by_role("button", name="Show with real data").click()
    expect(page.get_by_text("This is what your recipients get.")).to_be_visible()
    side = page.get_by_role("radio", name="Preview")
    if side.is_visible():  # narrow windows show one side at a time
        side.click()
    expect(page.get_by_text("Six soups for P0").filter(visible=True).first).to_be_visible()
    # A frame without scripts tells no sizes: its text is there, though it counts as hidden.
    expect(page.frame_locator("mc-mail-preview iframe").get_by_text("Soups for P0: Dear P0,")).to_have_count(1)

    _fits(page)
    page.get_by_role("link", name="Next: Settings").click()
    page.get_by_label("Sender's address").fill("news@news.example.com")
    page.get_by_label("Sender's name").fill("Greenhouse")
    _fits(page)
    page.get_by_role("link", name="Next: Check and send").click()
    page.get_by_role("button", name="Check now").click()
