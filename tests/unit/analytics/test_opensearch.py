"""Bulk requests, repeated calls and signing, without a server."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from opensearchpy.exceptions import ConnectionError as NoConnectionError
from opensearchpy.exceptions import TransportError

from chalicelib.adapters import opensearch_bulk
from chalicelib.adapters.opensearch_bulk import Action, chunks, write
from chalicelib.adapters.opensearch_calls import TRIES, call
from chalicelib.adapters.opensearch_connection import connect, signer_for
from chalicelib.adapters.opensearch_schema import KINDS, SCHEMA_VERSION, Generation, message_action, template
from chalicelib.analytics.events import EVENT_FIELDS
from chalicelib.analytics.model import MessageDocument
from chalicelib.analytics.ports import DocumentsRefusedError, DocumentsWaitingError
from chalicelib.kernel.errors import ConfigurationError, TemporarilyUnavailableError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeBulk:
    """Answers each document with the next status that is planned for it, at the end with 201."""

    def __init__(self, **statuses: list[int]) -> None:
        self.statuses = statuses
        self.requests: list[list[str]] = []
        self.params: list[Any] = []

    def bulk(self, *, body: Any, params: Any = None) -> Any:
        ids = [json.loads(line)["index"]["_id"] for line in body.decode().splitlines()[::2]]
        self.requests.append(ids)
        self.params.append(params)
        return {"items": [{"index": self._result(name)} for name in ids]}

    def _result(self, name: str) -> dict[str, Any]:
        planned = self.statuses.get(name)
        status = planned.pop(0) if planned else 201
        return {"status": status, "error": {"type": f"error_{status}"}}


def action(name: str, size: int = 1) -> Action:
    return {"index": {"_id": name}}, {"text": "ä" * size}


def test_a_stale_version_is_no_failure() -> None:
    client = FakeBulk(a=[409])
    write(client, [action("a"), action("b")])
    assert client.requests == [["a", "b"]]


def test_only_what_was_not_taken_is_sent_again() -> None:
    waits: list[float] = []
    client = FakeBulk(b=[429, 503], c=[500])
    write(client, [action("a"), action("b"), action("c")], sleep=waits.append)
    assert client.requests == [["a", "b", "c"], ["b", "c"], ["b"]]
    assert len(waits) == 2
    assert waits[1] > waits[0] / 2


def test_refused_documents_are_counted_after_all_others_are_written() -> None:
    client = FakeBulk(a=[400], b=[429], c=[400])
    with pytest.raises(DocumentsRefusedError, match=r"refused 2 documents: error_400 \(2\)") as refusal:
        write(client, [action("a"), action("b"), action("c")], sleep=lambda _seconds: None)
    assert refusal.value.refused == {"a": "error_400", "c": "error_400"}
    assert client.requests == [["a", "b", "c"], ["b"]]


def test_documents_that_are_never_taken_are_a_passing_failure() -> None:
    client = FakeBulk(a=[429] * TRIES, c=[400])
    with pytest.raises(DocumentsWaitingError, match="1 documents") as failure:
        write(client, [action("a"), action("b"), action("c")], sleep=lambda _seconds: None)
    assert (set(failure.value.waiting), failure.value.refused) == ({"a"}, {"c": "error_400"})
    assert len(client.requests) == TRIES


def test_what_was_not_sent_at_all_waits_too() -> None:
    client = FakeBulk(a=[503] * TRIES)
    large = "x" * (opensearch_bulk.LARGEST_REQUEST - 40)
    with pytest.raises(DocumentsWaitingError) as failure:
        write(client, [action("a"), ({"index": {"_id": "b"}}, {"text": large})], sleep=lambda _seconds: None)
    assert set(failure.value.waiting) == {"a", "b"}
    assert client.requests == [["a"]] * TRIES


def test_documents_wait_while_there_is_no_server() -> None:
    class Away:
        def bulk(self, *, body: Any, params: Any = None) -> Any:
            del body, params
            raise NoConnectionError("N/A", "refused", None)

    with pytest.raises(DocumentsWaitingError) as failure:
        write(Away(), [action("a"), action("b")], sleep=lambda _seconds: None)
    assert set(failure.value.waiting) == {"a", "b"}


def test_nothing_to_write_is_no_request() -> None:
    client = FakeBulk()
    write(client, [])
    assert client.requests == []


def test_only_tests_wait_for_a_refresh() -> None:
    client = FakeBulk()
    write(client, [action("a")])
    write(client, [action("a")], refresh=True)
    assert client.params == [{}, {"refresh": "true"}]


def test_the_mapping_of_messages_names_every_field_of_their_documents() -> None:
    templates = [template("mail", kind, "1.2", in_force=True) for kind in KINDS]
    mappings = {name: body["template"]["mappings"] for name, body in templates}
    assert set(mappings) == {"mail-messages-v1.2", "mail-events-v1.2", "mail-links-v1.2"}
    assert {field.name for field in fields(MessageDocument)} == set(mappings["mail-messages-v1.2"]["properties"])
    assert {*EVENT_FIELDS, "recorded_at"} == set(mappings["mail-events-v1.2"]["properties"])
    assert {mapping["dynamic"] for mapping in mappings.values()} == {"strict"}


def test_only_indices_in_force_stand_behind_the_alias() -> None:
    _, building = template("mail", "events", "2", in_force=False)
    _, reading = template("mail", "events", "2", in_force=True)
    assert "aliases" not in building["template"]
    assert reading["template"]["aliases"] == {"mail-events": {}}
    assert reading["index_patterns"] == ["mail-events-v2-*"]


def test_indices_of_another_schema_get_only_the_fields_that_they_know() -> None:
    document = MessageDocument("cmp_1-00000-00001", 3, "campaign", "cmp_1", "hash", "example.org", "pending", NOON)
    older = Generation("0", {"messages": ["message_id", "status"]})
    _, source = message_action("mail", older, document)
    assert source == {"message_id": "cmp_1-00000-00001", "status": "pending"}
    action, source = message_action("mail", Generation(f"{SCHEMA_VERSION}.7", {}), document)
    assert source is not None
    assert source["recipient_domain"] == "example.org"
    assert action["index"]["_index"] == f"mail-messages-v{SCHEMA_VERSION}.7-undated"


def test_requests_are_cut_by_bytes() -> None:
    small = len(next(chunks([action("a", 100)]))[0].lines)
    parts = list(chunks([action(name, 100) for name in "abcde"], largest=2 * small))
    assert [len(part) for part in parts] == [2, 2, 1]
    assert max(sum(len(entry.lines) for entry in part) for part in parts) == 2 * small
    assert [len(part) for part in chunks([action("a", 999), action("b")], largest=10)] == [1, 1]


def _failing(*errors: Exception) -> tuple[Callable[[], str], list[Exception]]:
    left = list(errors)

    def request() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return request, left


@pytest.mark.parametrize(
    "error", [TransportError(429, "busy"), TransportError(503, "away"), NoConnectionError("N/A", "refused", None)]
)
def test_a_passing_error_is_tried_again(error: Exception) -> None:
    request, _left = _failing(error, error)
    assert call(request, sleep=lambda _seconds: None) == "answer"


def test_a_call_that_keeps_failing_is_given_up() -> None:
    request, left = _failing(*[TransportError(503, "away")] * 10)
    with pytest.raises(TemporarilyUnavailableError):
        call(request, sleep=lambda _seconds: None)
    assert len(left) == 10 - TRIES


def test_a_mistake_is_not_tried_again() -> None:
    request, left = _failing(TransportError(400, "mistake"), TransportError(400, "mistake"))
    with pytest.raises(TransportError):
        call(request)
    assert len(left) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_a_configuration_error(status: int) -> None:
    request, _left = _failing(TransportError(status, "no"))
    with pytest.raises(ConfigurationError, match="role"):
        call(request)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("search-mail-abc.eu-west-1.es.amazonaws.com", "eu-west-1"),
        ("vpc-mail-abc.us-east-1.es.amazonaws.com", "us-east-1"),
        ("search-mail-abc.aos.ap-southeast-2.on.aws", "ap-southeast-2"),
    ],
)
def test_requests_to_an_aws_domain_are_signed(host: str, region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    sign = signer_for(host)
    assert sign is not None
    headers = sign("POST", f"https://{host}:443/_bulk?refresh=true", b"{}")
    assert f"/{region}/es/aws4_request" in headers["Authorization"]
    assert "x-amz-content-sha256" in headers["Authorization"]


def test_no_other_server_gets_a_signature() -> None:
    assert signer_for("127.0.0.1") is None
    assert signer_for("es.amazonaws.com.example.org") is None


@pytest.mark.parametrize("url", ["sqlite:///a", "opensearch.example.org", "https://"])
def test_another_address_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="https://<OpenSearch endpoint>"):
        connect(url)
