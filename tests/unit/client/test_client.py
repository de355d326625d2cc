"""Which calls the client makes again, what it answers and raises, and where its key goes."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emailplatform import ApiError, Client, NoAnswerError, SigV4, etag_of
from emailplatform.answers import retry_after
from emailplatform.errors import ConfigurationError
from emailplatform.problems import BY_SLUG, CampaignNotFoundError, ConflictError, NotFoundError, StaleRevisionError

URL = "https://api.example.com/live"
KEY = "ep.key_1.secret"
CAMPAIGN = {"campaign_id": "cmp_1", "state": "draft"}
Step = httpx.Response | Exception


class Server:
    """Answers one step after the other, and keeps what it was asked."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.asked: list[httpx.Request] = []
        self.slept: list[float] = []

    def client(self, **wishes: Any) -> Client:
        return Client(URL, KEY, transport=httpx.MockTransport(self._answer), sleep=self.slept.append, **wishes)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


def refusal(status: int, slug: str, **headers: str) -> httpx.Response:
    document = {"type": f"https://emailplatform.dev/problems/{slug}", "title": "", "status": status, "detail": "So."}
    return httpx.Response(status, json=document, headers={"X-Request-Id": "r-1", **headers})


def done(document: Any = CAMPAIGN, **headers: str) -> httpx.Response:
    return httpx.Response(200, json=document, headers=headers)


def test_a_call_carries_the_key_and_gives_the_document() -> None:
    server = Server(done(ETag='"3"'))
    campaign = server.client().get_campaign("cmp_1")
    assert dict(campaign) == CAMPAIGN
    assert etag_of(campaign) == '"3"'
    [request] = server.asked
    assert (request.method, str(request.url)) == ("GET", f"{URL}/v1/campaigns/cmp_1")
    assert request.headers["Authorization"] == f"Bearer {KEY}"


def test_queries_are_written_as_the_api_reads_them() -> None:
    server = Server(done({"items": []}))
    server.client().compare_campaigns(ids=["cmp_1", "cmp_2"])
    assert server.asked[0].url.params["ids"] == "cmp_1,cmp_2"


def test_what_is_not_given_is_not_sent() -> None:
    server = Server(done({"items": [], "next": None}))
    server.client().list_campaigns(limit=5)
    assert dict(server.asked[0].url.params) == {"limit": "5"}


@pytest.mark.parametrize("address", ["anna+news@example.org", "a/b@example.org", "ü@example.org", "a%40b@example.org"])
def test_a_segment_of_the_path_arrives_as_it_was_given(address: str) -> None:
    server = Server(done({"items": []}))
    server.client().get_suppression(address)
    raw = server.asked[0].url.raw_path.decode()
    assert raw.startswith("/live/v1/suppressions/")
    assert raw.count("/") == 4
    assert httpx.URL(f"http://x?{raw.rpartition('/')[2].replace('+', '%2B')}=").params.keys() == {address}


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_a_segment_that_would_be_another_path_is_refused(segment: str) -> None:
    with pytest.raises(ValueError, match="is no id"):
        Server().client().get_campaign(segment)


def test_all_pages_of_a_list_are_walked() -> None:
    server = Server(done({"items": [1, 2], "next": "c2"}), done({"items": [3], "next": None}))
    walked: list[Any] = list(server.client().iter_campaigns(limit=2))
    assert walked == [1, 2, 3]
    assert [dict(one.url.params) for one in server.asked] == [{"limit": "2"}, {"limit": "2", "cursor": "c2"}]


def test_a_refusal_is_an_exception_of_its_type() -> None:
    server = Server(refusal(404, "campaign-not-found"))
    with pytest.raises(CampaignNotFoundError) as raised:
        server.client().get_campaign("cmp_1")
    assert isinstance(raised.value, NotFoundError)
    assert (raised.value.status, raised.value.detail, raised.value.request_id) == (404, "So.", "r-1")
    assert KEY not in str(raised.value)


def test_a_refusal_of_a_type_that_is_not_known_yet_is_still_one() -> None:
    with pytest.raises(ApiError, match="brand-new") as raised:
        Server(refusal(409, "brand-new")).client().get_campaign("cmp_1")
    assert raised.value.slug == "brand-new"


def test_an_answer_from_something_in_between_is_a_refusal() -> None:
    page = httpx.Response(403, text="<html>blocked</html>")
    with pytest.raises(ApiError, match="blocked"):
        Server(page).client().get_campaign("cmp_1")


def test_no_redirect_is_followed() -> None:
    server = Server(httpx.Response(302, headers={"Location": "https://elsewhere.example"}))
    with pytest.raises(ApiError):
        server.client().get_campaign("cmp_1")
    assert len(server.asked) == 1


Call = Callable[[Client], object]
READ: Call = lambda client: client.get_campaign("cmp_1")  # noqa: E731
PUT: Call = lambda client: client.put_suppression("a@example.org")  # noqa: E731
SEND: Call = lambda client: client.send_campaign("cmp_1")  # noqa: E731
TEST: Call = lambda client: client.send_test_mails("cmp_1", {"addresses": ["a@example.org"]})  # noqa: E731
MESSAGE: Call = lambda client: client.send_message({"to": "a@example.org", "from": {"address": "b@example.org"}})  # noqa: E731
BROKEN = httpx.ReadTimeout("late")
UNREACHED = httpx.ConnectError("nobody there")
REPEATED: list[tuple[str, Call, Step, bool]] = [
    ("a read that was throttled", READ, refusal(429, "too-many-requests"), True),
    ("a send that was throttled", TEST, refusal(429, "too-many-requests"), True),
    ("a read of what is away", READ, refusal(503, "temporarily-unavailable"), True),
    ("a PUT of what is away", PUT, refusal(503, "temporarily-unavailable"), True),
    ("a change that may have been made", SEND, refusal(504, "temporarily-unavailable"), False),
    ("a test mail with a key", TEST, refusal(500, "internal-error"), True),
    ("a change that may be under way", SEND, refusal(500, "internal-error"), False),
    ("a message with a key", MESSAGE, refusal(500, "internal-error"), True),
    ("a message whose first try still runs", MESSAGE, refusal(409, "request-in-progress"), True),
    ("a message that SES does not take", MESSAGE, refusal(503, "sending-stopped"), False),
    ("a refusal", READ, refusal(404, "campaign-not-found"), False),
    ("a state", SEND, refusal(409, "conflict"), False),
    ("a read that broke off", READ, BROKEN, True),
    ("a change that broke off", SEND, BROKEN, False),
    ("a message that broke off", MESSAGE, BROKEN, True),
    ("a change that never left", SEND, UNREACHED, True),
    ("a page of a proxy", READ, httpx.Response(502, text="bad gateway"), True),
]


@pytest.mark.parametrize(("call", "first", "again"), [one[1:] for one in REPEATED], ids=[one[0] for one in REPEATED])
def test_only_what_cannot_be_done_twice_is_made_again(call: Call, first: Step, again: bool) -> None:  # noqa: FBT001
    server = Server(first, done())
    if again:
        call(server.client())
    else:
        with pytest.raises((ApiError, NoAnswerError)):
            call(server.client())
    assert len(server.asked) == (2 if again else 1)


def test_every_try_of_a_message_has_the_same_key_and_another_message_another() -> None:
    server = Server(BROKEN, refusal(500, "internal-error"), done(), done())
    client = server.client()
    MESSAGE(client)
    MESSAGE(client)
    keys = [one.headers["Idempotency-Key"] for one in server.asked]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert len({one.content for one in server.asked}) == 1


def test_a_key_that_is_given_is_used() -> None:
    server = Server(done())
    server.client().send_message({"to": "a@b.example", "from": {"address": "c@d.example"}}, idempotency_key="order-7")
    assert server.asked[0].headers["Idempotency-Key"] == "order-7"


def test_it_gives_up_in_the_end_and_says_whether_the_request_left() -> None:
    server = Server(*[BROKEN] * 3)
    with pytest.raises(NoAnswerError) as lost:
        server.client(retries=2).get_campaign("cmp_1")
    assert lost.value.sent
    assert len(server.slept) == 2
    with pytest.raises(NoAnswerError) as unreached:
        Server(UNREACHED).client(retries=0).send_campaign("cmp_1")
    assert not unreached.value.sent


def test_it_waits_as_long_as_it_is_told_but_not_for_ever() -> None:
    told = refusal(429, "too-many-requests", **{"Retry-After": "7"})
    server = Server(told, done())
    server.client().get_campaign("cmp_1")
    assert server.slept == [7.0]
    with pytest.raises(ApiError) as raised:
        Server(refusal(503, "temporarily-unavailable", **{"Retry-After": "600"})).client().get_campaign("cmp_1")
    assert raised.value.retry_after == 600.0


def test_pauses_grow() -> None:
    server = Server(*[refusal(503, "temporarily-unavailable")] * 4, done())
    server.client().get_campaign("cmp_1")
    assert all(0.25 * 2**n <= pause <= 0.5 * 2**n for n, pause in enumerate(server.slept))


@pytest.mark.parametrize(
    ("given", "seconds"), [("3", 3.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("", None)]
)
def test_retry_after_is_a_number_or_a_date(given: str, seconds: float | None) -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": given})) == seconds


def test_a_revision_is_passed_on() -> None:
    server = Server(refusal(412, "stale-revision"))
    with pytest.raises(StaleRevisionError):
        server.client().pause_campaign("cmp_1", {"reason": "typo"}, if_match='"3"')
    assert server.asked[0].headers["If-Match"] == '"3"'
    assert json.loads(server.asked[0].content) == {"reason": "typo"}
    assert issubclass(BY_SLUG["invalid-state"], ConflictError)


def test_an_answer_without_a_document_is_none() -> None:
    server = Server(httpx.Response(204))
    assert server.client().delete_suppression("a@example.org", reason="manual") is None  # type: ignore[func-returns-value]


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMAILPLATFORM_URL", "EMAILPLATFORM_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "url", ["", "ftp://x.example", "https://", "api.example.com", "http://api.example.com", "https://a?b=c"]
)
@pytest.mark.usefixtures("no_environment")
def test_an_address_to_which_no_key_should_go_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Client(url, KEY)


@pytest.mark.parametrize("key", ["", "with space", "line\nbreak", "ключ"])
@pytest.mark.usefixtures("no_environment")
def test_what_cannot_be_a_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Client(URL, key)
    assert not key or key not in str(raised.value)


def test_address_and_key_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAILPLATFORM_URL", "http://127.0.0.1:8000/")
    monkeypatch.setenv("EMAILPLATFORM_KEY", KEY)
    client = Client()
    assert repr(client) == "Client('http://127.0.0.1:8000')"


CREDENTIALS = Credentials("AKIDEXAMPLE", "secret", "session")


def _signing(server: Server) -> Client:
    transport = httpx.MockTransport(server._answer)
    return Client(URL, signer=SigV4("eu-central-1", CREDENTIALS), transport=transport, sleep=server.slept.append)


def test_a_signed_call_carries_a_signature_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAILPLATFORM_KEY", KEY)
    server = Server(done({"items": [], "next": None}))
    _signing(server).list_templates(name="a b+c")
    (request,) = server.asked
    algorithm, _, rest = request.headers["Authorization"].partition(" ")
    assert algorithm == "AWS4-HMAC-SHA256"
    assert "/eu-central-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token" in rest
    assert request.headers["X-Amz-Security-Token"] == "session"
    assert request.url.query == b"name=a%20b%2Bc"


def test_each_try_is_signed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[str | None] = []
    sign = SigV4Auth.add_auth

    def noted(auth: SigV4Auth, request: AWSRequest) -> None:
        signed.append(request.url)
        sign(auth, request)

    monkeypatch.setattr(SigV4Auth, "add_auth", noted)
    server = Server(refusal(503, "temporarily-unavailable"), done())
    _signing(server).get_campaign("cmp_1")
    assert signed == [f"{URL}/v1/campaigns/cmp_1"] * 2


def test_neither_a_key_nor_a_signature_goes_to_a_bucket() -> None:
    for make in (Server.client, _signing):
        server = Server(httpx.Response(204))
        form = {"method": "form", "url": "https://bucket.example.com/", "fields": {"key": "k"}, "max_bytes": 10}
        make(server).upload(form, b"x")
        assert "Authorization" not in server.asked[0].headers


def test_a_key_and_a_signer_together_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="not both"):
        Client(URL, KEY, signer=SigV4("eu-central-1", CREDENTIALS))


def test_without_credentials_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _session: None)
    with pytest.raises(ConfigurationError, match="no credentials"):
        SigV4("eu-central-1")


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://abc123.execute-api.eu-central-1.amazonaws.com/live", "eu-central-1"),
        ("https://abc123.execute-api.cn-north-1.amazonaws.com.cn/live", "cn-north-1"),
        ("http://127.0.0.1:4566/_aws/execute-api/abc123/live", "ap-south-1"),
        ("https://execute-api.eu-central-1.amazonaws.com.example.com/live", "ap-south-1"),
    ],
)
def test_the_region_is_read_off_the_address_or_taken_from_the_environment(
    url: str, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _session: CREDENTIALS)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    server = Server(done())
    transport = httpx.MockTransport(server._answer)
    Client(url, signer=SigV4.for_api(url), transport=transport).get_campaign("cmp_1")
    assert f"/{region}/execute-api/aws4_request" in server.asked[0].headers["Authorization"]
