"""The unsubscribe page as its own function serves it: with its own environment and nothing else."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from chalicelib import bootstrap
from chalicelib.messages.model import Message, MessageKey
from chalicelib.suppressions.model import SuppressionReason, SuppressionScope
from infra.function_specs import FUNCTIONS
from tests.integration.api import platform
from tests.integration.api.platform import Answer, Api

KEY = MessageKey("cmp_01k9xq8z0v5w3r7t2y4n6m8p0s", 0, 0)
MESSAGE = Message(KEY.campaign_id, KEY.part, KEY.seq, "Anna@example.org", datetime(2026, 3, 1, tzinfo=UTC))
BOUNDARY = "form-of-tests"
FORM = "application/x-www-form-urlencoded"
ONE_CLICK = "List-Unsubscribe=One-Click"
MULTIPART = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--{BOUNDARY}--\r\n'
)
WITHOUT_ACTION = [
    (FORM, ONE_CLICK),
    (f"multipart/form-data; boundary={BOUNDARY}", MULTIPART),
    (FORM, ""),
    (FORM, None),
    (FORM, "action="),
    (FORM, "action=other&utm_source=mail"),
    (FORM, f"{ONE_CLICK}&action=resubscribe"),
    (FORM, "action=resubscribe&x=" + "x" * 5_000),
    ("application/json", "{}"),
    ("text/plain", "action=resubscribe"),
]
SCANNER = "Mozilla/5.0 (compatible; LinkScanner/1.0)"


@pytest.fixture
def page(aws: None, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The function, with Anna's message in the store."""
    del aws
    bootstrap.message_store().put_all([MESSAGE])
    platform.forget_services()
    told = set(FUNCTIONS["unsubscribe"].environment)
    for variable in {name for spec in FUNCTIONS.values() for name in spec.environment} - told:
        monkeypatch.delenv(variable, raising=False)
    return Api(frozenset())


@pytest.fixture
def link(page: Api) -> str:
    """The path of the unsubscribe link in Anna's mail about a topic."""
    del page
    return bootstrap.token_signer().link(MESSAGE.message_id, "news")


def _post(page: Api, link: str, body: str | None, content_type: str = FORM) -> Answer:
    return page.call("POST", link, body, {"content-type": content_type})


def _reasons() -> list[tuple[str, str]]:
    return [(one.scope, one.reason) for one in bootstrap.suppression_list().get("anna@example.org")]


def _everything() -> list[Any]:
    dynamodb = boto3.client("dynamodb")
    return [dynamodb.scan(TableName=name)["Items"] for name in ("messages", "suppressions")]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_the_link_changes_nothing(method: str, page: Api, link: str) -> None:
    for _ in range(2):
        before = _everything()
        for headers in ({}, {"user-agent": SCANNER}, {"accept": "*/*", "content-type": "text/html"}):
            assert page.call(method, link, headers=headers).status == 200
        assert _everything() == before
        _post(page, link, ONE_CLICK)


def test_the_page_offers_a_button_and_tells_nothing_about_the_address(page: Api, link: str) -> None:
    shown = page.get(link)
    assert (shown.status, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<form method="post"><button type="submit">Unsubscribe</button></form>' in shown.body
    assert "anna" not in (shown.body + str(shown.headers)).casefold()
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-robots-tag"] == "noindex, nofollow"
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.headers["content-security-policy"].startswith("default-src 'none';")
    assert "set-cookie" not in shown.headers


def test_a_head_has_the_headers_of_a_get_and_no_body(page: Api, link: str) -> None:
    shown, head = page.get(link), page.call("HEAD", link)
    assert (head.status, head.body) == (shown.status, "")
    assert head.headers == shown.headers


def test_the_page_speaks_the_readers_language(page: Api, link: str) -> None:
    shown = page.get(link, headers={"accept-language": "de-CH, en;q=0.5"})
    assert (shown.headers["content-language"], shown.headers["vary"]) == ("de", "Accept-Language")
    assert '<html lang="de">' in shown.body
    assert "Abmelden" in shown.body


@pytest.mark.parametrize(("content_type", "body"), WITHOUT_ACTION)
def test_any_post_without_an_action_unsubscribes_at_once(
    content_type: str, body: str | None, page: Api, link: str
) -> None:
    for _ in range(2):
        answer = _post(page, link, body, content_type)
        assert answer.status == 200, answer.body
        assert "location" not in answer.headers
        assert "You are unsubscribed" in answer.body
    assert _reasons() == [("topic:news", "unsubscribe")]
    message = bootstrap.message_store().get(KEY)
    assert message
    assert message.facts.unsubscribed_at


def test_a_link_without_a_topic_is_about_all_campaigns(page: Api) -> None:
    link = bootstrap.token_signer().link(MESSAGE.message_id)
    for path in (link, bootstrap.token_signer().link(MESSAGE.message_id, "news")):
        _post(page, path, ONE_CLICK)
    assert _reasons() == [("campaigns", "unsubscribe"), ("topic:news", "unsubscribe")]
    _post(page, link, "action=resubscribe")
    assert _reasons() == [("topic:news", "unsubscribe")]


def test_a_later_visit_says_so_and_lets_it_be_undone(page: Api, link: str) -> None:
    for _ in range(2):
        _post(page, link, ONE_CLICK)
        shown = page.get(link)
        assert "You are unsubscribed" in shown.body
        assert '<button type="submit" name="action" value="resubscribe">Undo</button>' in shown.body
        undone = _post(page, link, "action=resubscribe", f"{FORM}; charset=UTF-8")
        assert (undone.status, _reasons()) == (200, [])
        assert "Your unsubscription is undone" in undone.body
        assert "You are unsubscribed" not in page.get(link).body


def test_undoing_lifts_no_bounce_no_complaint_and_no_other_scope(page: Api, link: str) -> None:
    service = bootstrap.suppressions()
    for scope in ("all", "campaigns", "topic:news", "topic:offers"):
        for reason in (SuppressionReason.COMPLAINT, SuppressionReason.BOUNCE, SuppressionReason.MANUAL):
            service.put("anna@example.org", SuppressionScope(scope), source="test", reason=reason)
    before = _reasons()
    assert "You are unsubscribed" not in page.get(link).body
    _post(page, link, ONE_CLICK)
    assert len(_reasons()) == len(before) + 1
    _post(page, link, "action=resubscribe")
    assert _reasons() == before


def test_undoing_what_was_never_done_changes_nothing(page: Api, link: str) -> None:
    before = _everything()
    assert _post(page, link, "action=resubscribe").status == 200
    assert _everything() == before


@pytest.mark.parametrize("token", ["nothing", "unsubscribe-1.cmp_1-00000-00000.AAAA", "other.a.b", "%3Cb%3E.a.b"])
def test_a_wrong_token_is_not_found(token: str, page: Api) -> None:
    for answer in (page.get(f"/u/{token}"), _post(page, f"/u/{token}", ONE_CLICK)):
        assert answer.status == 404
        assert "This link is not valid" in answer.body
        assert "<b>" not in answer.body
    assert page.call("HEAD", f"/u/{token}").status == 404


def test_a_link_whose_message_is_gone_is_not_found(page: Api) -> None:
    link = bootstrap.token_signer().link(f"{KEY.campaign_id}-00000-00001")
    assert [page.get(link).status, _post(page, link, ONE_CLICK).status] == [404, 404]


def test_a_store_that_is_busy_is_no_wrong_link(page: Api, link: str) -> None:
    def busy(**_arguments: Any) -> None:
        raise boto3.client("dynamodb").exceptions.ProvisionedThroughputExceededException(
            {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "busy"}}, "Query"
        )

    from chalicelib.store.tables import MessageItem

    page.get(link)
    events = MessageItem._get_connection().connection.client.meta.events
    events.register("before-call.dynamodb.GetItem", busy)
    try:
        answer = _post(page, link, ONE_CLICK)
    finally:
        events.unregister("before-call.dynamodb.GetItem", busy)
    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    assert "Please try again" in answer.body
