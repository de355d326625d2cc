"""What the store of suppressions does: the fake and DynamoDB."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from chalicelib.kernel.addresses import address_hash
from chalicelib.kernel.errors import InvalidInputError, TemporarilyUnavailableError
from chalicelib.store.suppressions import DynamoSuppressions
from chalicelib.store.tables import SuppressionItem
from chalicelib.suppressions.model import Suppression, SuppressionFilter, SuppressionReason, SuppressionScope
from chalicelib.suppressions.ports import SuppressionRepository
from tests.contract import dynamo
from tests.fakes.suppressions import FakeSuppressions

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
ALL, CAMPAIGNS, NEWS = (SuppressionScope(name) for name in ("all", "campaigns", "topic:news"))
ANNA = "anna@example.org"
TABLE = "contract-suppressions"


@pytest.fixture
def suppressions(kind: str) -> SuppressionRepository:
    return FakeSuppressions() if kind == "fake" else DynamoSuppressions()


def suppression(
    address: str = ANNA,
    scope: SuppressionScope = ALL,
    reason: SuppressionReason = SuppressionReason.BOUNCE,
    source: str = "one",
) -> Suppression:
    return Suppression(address, scope, reason, source, NOON)


def test_a_reason_that_exists_keeps_its_source_and_time(suppressions: SuppressionRepository) -> None:
    first = suppressions.put(suppression("Anna@Example.org"))
    later = replace(suppression(source="two"), since=NOON + timedelta(days=1))
    assert first == suppression()
    assert suppressions.put(later) == first
    assert suppressions.get(" ANNA@example.org") == [first]


def test_of_causes_in_any_order_the_earliest_is_kept(suppressions: SuppressionRepository) -> None:
    moments = [NOON + timedelta(seconds=seconds) for seconds in (0, 0, 1, 60)]
    causes = [replace(suppression(source=f"m{number}"), since=moment) for number, moment in enumerate(moments)]
    for number, order in enumerate(permutations(causes)):
        address = f"u{number}@example.org"
        given = [replace(cause, address=address) for cause in order]
        kept = [suppressions.put(cause) for cause in given]
        assert suppressions.get(address) == [kept[-1]] == [replace(causes[0], address=address)]
        assert kept == [min(given[: count + 1], key=lambda one: (one.since, one.source)) for count in range(len(given))]


def test_an_earlier_cause_touches_no_other_reason(suppressions: SuppressionRepository) -> None:
    complaint = suppressions.put(suppression(reason=SuppressionReason.COMPLAINT))
    suppressions.put(suppression(source="late"))
    early = suppressions.put(replace(suppression(source="early"), since=NOON - timedelta(days=1)))
    assert suppressions.get(ANNA) == [complaint, early]


def test_every_reason_of_every_scope_is_kept_the_gravest_first(suppressions: SuppressionRepository) -> None:
    gravest_first = [
        suppression(scope=scope, reason=reason, source=f"{scope} {reason}")
        for scope in (ALL, CAMPAIGNS, NEWS)
        for reason in SuppressionReason
    ]
    for one in reversed(gravest_first):
        assert suppressions.put(one) == one
    assert suppressions.get(ANNA) == gravest_first
    assert suppressions.get("bob@example.org") == []


def test_reasons_are_lifted_one_by_one(suppressions: SuppressionRepository) -> None:
    for reason in (SuppressionReason.COMPLAINT, SuppressionReason.MANUAL):
        for scope in (ALL, CAMPAIGNS):
            suppressions.put(suppression(scope=scope, reason=reason))
    assert suppressions.delete("ANNA@example.org", ALL, SuppressionReason.MANUAL) is True
    assert suppressions.delete(ANNA, ALL, SuppressionReason.MANUAL) is False
    assert suppressions.delete(ANNA, ALL, SuppressionReason.UNSUBSCRIBE) is False
    assert suppressions.delete(ANNA, NEWS, SuppressionReason.MANUAL) is False
    assert [(one.scope, one.reason) for one in suppressions.get(ANNA)] == [
        (ALL, SuppressionReason.COMPLAINT),
        (CAMPAIGNS, SuppressionReason.COMPLAINT),
        (CAMPAIGNS, SuppressionReason.MANUAL),
    ]


def test_all_reasons_of_a_scope_are_lifted_at_once(suppressions: SuppressionRepository) -> None:
    for reason in SuppressionReason:
        suppressions.put(suppression(reason=reason))
    suppressions.put(suppression(scope=NEWS))
    assert suppressions.delete(ANNA, ALL, None) is True
    assert suppressions.delete(ANNA, ALL, None) is False
    assert suppressions.get(ANNA) == [suppression(scope=NEWS)]
    assert suppressions.blocked([ANNA], [ALL]) == {}


def test_a_lifted_reason_may_come_back_with_a_new_time(suppressions: SuppressionRepository) -> None:
    suppressions.put(suppression())
    suppressions.delete(ANNA, ALL, SuppressionReason.BOUNCE)
    again = replace(suppression(source="two"), since=NOON + timedelta(days=1))
    assert suppressions.put(again) == again


def test_blocked_addresses_come_back_as_they_were_asked_for(suppressions: SuppressionRepository) -> None:
    suppressions.put(suppression())
    suppressions.put(suppression("carl@example.org", CAMPAIGNS))
    suppressions.put(suppression("dora@example.org", NEWS))
    asked = ["Anna@example.org", "anna@EXAMPLE.org", "bob@example.org", "carl@example.org", "dora@example.org"]
    assert set(suppressions.blocked(asked, (ALL, CAMPAIGNS))) == {asked[0], asked[1], asked[3]}
    assert set(suppressions.blocked(asked, (ALL, CAMPAIGNS, NEWS))) == {asked[0], asked[1], asked[3], asked[4]}
    assert set(suppressions.blocked(asked, (ALL,))) == {asked[0], asked[1]}
    assert suppressions.blocked([], (ALL,)) == {}
    assert suppressions.blocked(asked, ()) == {}


def test_the_first_scope_and_its_gravest_reason_are_told(suppressions: SuppressionRepository) -> None:
    suppressions.put(suppression(scope=NEWS, reason=SuppressionReason.COMPLAINT))
    suppressions.put(suppression(scope=CAMPAIGNS, reason=SuppressionReason.MANUAL))
    grave = suppressions.put(suppression(scope=CAMPAIGNS, reason=SuppressionReason.UNSUBSCRIBE))
    assert suppressions.blocked([ANNA], (ALL, CAMPAIGNS, NEWS)) == {ANNA: grave}


def test_any_iterable_of_scopes_and_any_number_of_addresses_will_do(suppressions: SuppressionRepository) -> None:
    addresses = [f"u{number}@example.org" for number in range(130)]
    for address in addresses[1::2]:
        suppressions.put(suppression(address, CAMPAIGNS))
    scopes = (ALL, CAMPAIGNS, CAMPAIGNS)
    assert set(suppressions.blocked(iter(addresses * 2), iter(scopes))) == set(addresses[1::2])


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
@pytest.mark.parametrize(
    "wanted",
    [
        SuppressionFilter(),
        SuppressionFilter(scope=CAMPAIGNS),
        SuppressionFilter(reason=SuppressionReason.MANUAL),
        SuppressionFilter(ALL, SuppressionReason.BOUNCE, NOON + timedelta(hours=1), NOON + timedelta(hours=3)),
        SuppressionFilter(NEWS),
    ],
)
def test_all_are_listed_once_and_filters_take_what_they_say(
    suppressions: SuppressionRepository, wanted: SuppressionFilter, limit: int
) -> None:
    every = [
        replace(suppression(f"u{hour}@example.org", scope, reason), since=NOON + timedelta(hours=hour))
        for hour in range(4)
        for scope in (ALL, CAMPAIGNS)
        for reason in list(SuppressionReason)[hour:]
    ]
    for one in every:
        suppressions.put(one)
    seen: list[Suppression] = []
    page = suppressions.list(wanted, limit=limit, cursor=None)
    seen += page.items
    while page.next_cursor:
        assert len(page.items) == limit
        for other in (replace(wanted, scope=SuppressionScope("topic:x")), replace(wanted, until=NOON)):
            with pytest.raises(InvalidInputError):
                suppressions.list(other, limit=limit, cursor=page.next_cursor)
        page = suppressions.list(wanted, limit=limit, cursor=page.next_cursor)
        seen += page.items
    assert len(seen) == len(set(seen))
    assert set(seen) == {one for one in every if wanted.takes(one)}


@pytest.mark.parametrize("cursor", ["e30", "W10", "WyJ4Il0", "%%"])
def test_a_cursor_that_was_made_up_is_refused(suppressions: SuppressionRepository, cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        suppressions.list(SuppressionFilter(), limit=5, cursor=cursor)


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        yield boto3.client("dynamodb", region_name=dynamo.REGION)


def test_nothing_is_kept_of_an_address_that_is_free_again(dynamodb: Any) -> None:
    DynamoSuppressions().put(suppression())
    DynamoSuppressions().delete(ANNA, ALL, SuppressionReason.BOUNCE)
    assert dynamodb.scan(TableName=TABLE)["Items"] == []


def test_an_item_that_a_crash_left_without_a_reason_stands_for_nothing(dynamodb: Any) -> None:
    left = {"address_hash": {"S": address_hash(ANNA)}, "scope": {"S": "all"}, "address": {"S": ANNA}}
    dynamodb.put_item(TableName=TABLE, Item=left)
    store = DynamoSuppressions()
    assert store.get(ANNA) == []
    assert store.blocked([ANNA], [ALL]) == {}
    assert store.delete(ANNA, ALL, None) is False
    assert store.put(suppression()) == suppression()


def _key(address: str) -> dict[str, Any]:
    return {"address_hash": {"S": address_hash(address)}, "scope": {"S": "all"}}


def _answer(addresses: list[str], left_out: list[str]) -> dict[str, Any]:
    cause = {"S": '{"source": "one", "since": "2026-03-01T12:00:00.250Z"}'}
    rest = {TABLE: {"Keys": [_key(address) for address in left_out], "ConsistentRead": True}} if left_out else {}
    items = [{**_key(address), "address": {"S": address}, "bounce": cause} for address in addresses]
    return {"Responses": {TABLE: items}, "UnprocessedKeys": rest}


@contextmanager
def _answering(answers: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Answer what is asked of the suppressions' table in DynamoDB's place; give the requests as they come."""
    rest, requests = iter(answers), list[dict[str, Any]]()
    events: Any = SuppressionItem._get_connection().connection.client.meta.events

    def answer(request: Any, **_: Any) -> SimpleNamespace:
        requests.append(json.loads(request.body))
        return SimpleNamespace(status_code=200, headers={}, content=json.dumps(next(rest)).encode())

    events.register_first("before-send", answer)
    try:
        yield requests
    finally:
        events.unregister("before-send", answer)


@pytest.mark.usefixtures("dynamodb")
def test_of_two_that_store_an_earlier_cause_at_once_the_earliest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    store, other = DynamoSuppressions(), DynamoSuppressions()
    store.put(suppression(source="late"))
    early, earliest = (replace(suppression(source=f"{days}"), since=NOON - timedelta(days=days)) for days in (1, 2))
    update, interrupted = SuppressionItem.update, list[bool]()

    def interrupt(item: SuppressionItem, actions: Any, condition: Any = None) -> Any:
        if condition is not None and not interrupted:
            interrupted.append(True)
            assert other.put(earliest) == earliest
        return update(item, actions, condition=condition)

    monkeypatch.setattr(SuppressionItem, "update", interrupt)
    assert store.put(early) == earliest
    assert interrupted == [True]
    assert store.get(ANNA) == [earliest]


@pytest.mark.usefixtures("dynamodb")
def test_what_dynamodb_did_not_come_to_is_asked_for_again_after_a_pause() -> None:
    addresses = [ANNA, "bob@example.org", "carl@example.org"]
    pauses: list[float] = []
    turns: list[tuple[list[str], list[str]]] = [
        (addresses, addresses[:1]),
        (addresses[1:], addresses[1:2]),
        (addresses[2:], []),
    ]
    answers = [_answer(found, [one for one in asked if one not in found and found]) for asked, found in turns]
    with _answering(answers) as requests:
        blocked = DynamoSuppressions(pauses.append).blocked(addresses, [ALL])
    wanted = [{TABLE: {"Keys": [_key(one) for one in asked], "ConsistentRead": True}} for asked, _ in turns]
    assert [request["RequestItems"] for request in requests] == wanted
    assert set(blocked) == set(addresses[:2])
    assert len(pauses) == 2


@pytest.mark.usefixtures("dynamodb")
def test_an_address_that_could_not_be_looked_up_is_never_taken_as_free() -> None:
    with _answering(_answer([], [ANNA]) for _ in range(9)), pytest.raises(TemporarilyUnavailableError):
        DynamoSuppressions(lambda _: None).blocked([ANNA], [ALL])
