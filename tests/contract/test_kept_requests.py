"""What the store of requests with a key does: the fake and DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from chalicelib.idempotency.model import KeptAnswer, KeptRequest, KeyUse
from chalicelib.idempotency.ports import KeptRequests
from chalicelib.store.idempotency import DynamoKeptRequests
from tests.contract import dynamo
from tests.fakes.idempotency import FakeKeptRequests

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 2, 12, tzinfo=UTC)
USE = KeyUse("key_1", 'order "1"', "fingerprint-1")
REQUEST = KeptRequest(USE, "cmp_1", "req_1", NOON + timedelta(seconds=30), TOMORROW)
ANSWER = KeptAnswer(201, {"Location": "/v1/campaigns/cmp_1", "ETag": '"1"'}, '{"name": "Grüße"}' + " " * 500_000)


@pytest.fixture
def requests(kind: str) -> KeptRequests:
    return FakeKeptRequests() if kind == "fake" else DynamoKeptRequests()


def other(**changes: object) -> KeptRequest:
    """Return another request under the same key."""
    return replace(
        REQUEST,
        use=replace(USE, fingerprint="fingerprint-2"),
        resource_id="cmp_2",
        owner="req_2",
        **changes,  # type: ignore[arg-type]  # names are the request's own
    )


def test_a_key_belongs_to_its_first_request_until_it_expires(requests: KeptRequests) -> None:
    assert requests.take(REQUEST, NOON) == REQUEST
    assert requests.take(other(), NOON) == REQUEST
    assert requests.take(other(), TOMORROW - timedelta(seconds=1)) == REQUEST
    later = other(expires_at=TOMORROW + timedelta(days=1))
    assert requests.take(later, TOMORROW) == later == requests.take(REQUEST, TOMORROW)


def test_keys_of_different_callers_do_not_meet(requests: KeptRequests) -> None:
    requests.take(REQUEST, NOON)
    elsewhere = replace(other(), use=replace(USE, caller="key_2"))
    assert requests.take(elsewhere, NOON) == elsewhere


def test_an_answer_is_read_as_it_was_kept_however_long(requests: KeptRequests) -> None:
    requests.take(REQUEST, NOON)
    answered = replace(REQUEST, answer=ANSWER)
    assert requests.replace(REQUEST, answered)
    assert requests.take(other(), NOON) == answered


@pytest.mark.parametrize("change", [{"owner": "req_2"}, {"lease_until": NOON}])
def test_only_who_holds_a_request_changes_it(requests: KeptRequests, change: dict[str, object]) -> None:
    held = replace(REQUEST, **change)  # type: ignore[arg-type]  # names are the request's own
    requests.take(held, NOON)
    assert not requests.replace(REQUEST, replace(REQUEST, answer=ANSWER))
    assert not requests.remove(REQUEST)
    assert requests.take(other(), NOON) == held


def test_a_request_that_is_forgotten_frees_its_key(requests: KeptRequests) -> None:
    requests.take(REQUEST, NOON)
    assert requests.remove(REQUEST)
    assert not requests.remove(REQUEST)
    assert not requests.replace(REQUEST, replace(REQUEST, answer=ANSWER))
    assert requests.take(other(), NOON) == other()


def test_of_several_requests_with_one_key_one_takes_it(requests: KeptRequests) -> None:
    tries = [replace(REQUEST, resource_id=f"cmp_{number}", owner=f"req_{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        in_force = list(pool.map(lambda one: requests.take(one, NOON), tries))
    assert len({one.resource_id for one in in_force}) == 1


def test_of_several_that_take_over_one_does(requests: KeptRequests) -> None:
    requests.take(REQUEST, NOON)
    tries = [replace(REQUEST, owner=f"req_{number}") for number in range(2, 8)]
    with ThreadPoolExecutor(6) as pool:
        took = list(pool.map(lambda one: requests.replace(REQUEST, one), tries))
    assert took.count(True) == 1


def test_a_key_is_not_kept_in_clear_and_dynamodb_may_forget_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        DynamoKeptRequests().take(REQUEST, NOON)
        [item] = boto3.client("dynamodb", region_name=dynamo.REGION).scan(TableName="contract-requests")["Items"]
        assert "order" not in str(item)
        assert float(item["expires_at"]["N"]) == TOMORROW.timestamp()
