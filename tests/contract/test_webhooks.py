"""What the stores of webhooks do: the fakes and DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import boto3
import pytest

from chalicelib.kernel.errors import InvalidInputError, StaleRevisionError
from chalicelib.store.webhook_deliveries import DynamoDeliveries
from chalicelib.store.webhooks import DynamoTurns, DynamoWebhooks
from chalicelib.webhooks.deliveries import (
    Answer,
    AttemptError,
    Delivery,
    DeliveryNotFoundError,
    DeliveryState,
    asked_again,
    attempted,
    delivery_of,
)
from chalicelib.webhooks.model import DisabledReason, Health, Secret, Webhook, disabled, rotated
from chalicelib.webhooks.ports import Deliveries, Turns, Webhooks
from tests.contract import dynamo
from tests.fakes.webhooks import FakeDeliveries, FakeWebhooks
from tests.unit.webhooks.stage import DOWN, event

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
SOON = NOON + timedelta(seconds=120)
HOOK = Webhook(
    webhook_id="whk_01k9xq8z0v5w3r7t2y4n6m8p0s",
    name="CRM",
    url="https://crm.example.com/hook",
    events=None,
    secret=Secret("00ff", NOON),
    created_at=NOON,
    created_by="ci",
)
ID = HOOK.webhook_id


class Store(Webhooks, Turns, Protocol):
    """Both ports on the same endpoints."""


class _Dynamo(DynamoWebhooks, DynamoTurns):
    pass


@pytest.fixture
def webhooks(kind: str) -> Store:
    return FakeWebhooks() if kind == "fake" else _Dynamo()


@pytest.fixture
def deliveries(kind: str) -> Deliveries:
    return FakeDeliveries() if kind == "fake" else DynamoDeliveries()


def _delivery(number: int, after: timedelta = timedelta()) -> Delivery:
    return delivery_of(event(number, at=NOON + timedelta(seconds=number)), ID, NOON + after)


def _tried(outcome: Answer | AttemptError) -> Any:
    return lambda one: attempted(one, outcome, at=NOON, took=timedelta(milliseconds=12), chance=0.5)


def test_an_endpoint_is_read_as_it_was_stored(webhooks: Store) -> None:
    assert webhooks.get(ID) is None
    assert webhooks.add(HOOK) == replace(HOOK, revision=1) == webhooks.get(ID)
    with pytest.raises(StaleRevisionError):
        webhooks.save(replace(HOOK, revision=7))
    changed = rotated(replace(HOOK, events=("message.bounced",), revision=1), Secret("another", SOON))
    off = disabled(changed, DisabledReason.GONE, SOON)
    saved = webhooks.save(off)
    assert saved == replace(off, revision=2) == webhooks.get(ID)
    back = replace(saved, events=None, previous=None)
    assert webhooks.save(back) == replace(back, revision=3) == webhooks.get(ID)


def test_health_and_turns_do_not_meet_what_is_decided(webhooks: Store) -> None:
    first = webhooks.add(HOOK)
    health = Health(NOON, SOON)
    webhooks.set_health(ID, health)
    assert webhooks.enter(ID, "a", now=NOON, until=SOON)
    webhooks.save(replace(first, name="Other"))
    assert webhooks.leave(ID, "a", turn_at=SOON)
    stored = webhooks.get(ID)
    assert stored == replace(HOOK, name="Other", revision=2, health=health, turn_at=SOON)
    webhooks.set_health(ID, Health(NOON))
    assert webhooks.enter(ID, "a", now=NOON, until=SOON)
    assert webhooks.leave(ID, "a", turn_at=None)
    assert webhooks.get(ID) == replace(HOOK, name="Other", revision=2, health=Health(NOON))


def test_what_is_gone_is_not_made_again_by_who_did_not_know(webhooks: Store) -> None:
    first = webhooks.add(HOOK)
    assert webhooks.enter(ID, "a", now=NOON, until=SOON)
    with pytest.raises(StaleRevisionError):
        webhooks.remove(replace(first, revision=9))
    webhooks.remove(first)
    webhooks.set_health(ID, Health(NOON))
    with pytest.raises(StaleRevisionError):
        webhooks.save(first)
    with pytest.raises(StaleRevisionError):
        webhooks.remove(first)
    assert not webhooks.enter(ID, "b", now=NOON, until=SOON)
    assert not webhooks.stay(ID, "a", until=SOON)
    assert not webhooks.leave(ID, "a", turn_at=None)
    assert webhooks.get(ID) is None


def test_endpoints_are_listed_newest_first(webhooks: Store) -> None:
    for place in range(5):
        webhooks.add(replace(HOOK, webhook_id=f"{ID[:-1]}{place}"))
    webhooks.enter(f"{ID[:-1]}0", "a", now=NOON, until=SOON)
    first = webhooks.list(limit=3, cursor=None)
    second = webhooks.list(limit=3, cursor=first.next_cursor)
    assert [one.webhook_id[-1] for one in (*first.items, *second.items)] == list("43210")
    assert second.next_cursor is None
    with pytest.raises(InvalidInputError):
        webhooks.list(limit=3, cursor="nonsense")


def test_one_worker_at_a_time_and_who_is_turned_away_is_noticed(webhooks: Store) -> None:
    webhooks.add(HOOK)
    assert webhooks.enter(ID, "a", now=NOON, until=SOON)
    assert not webhooks.leave(ID, "b", turn_at=None)
    assert not webhooks.stay(ID, "b", until=SOON)
    assert not webhooks.enter(ID, "b", now=NOON, until=SOON)
    assert not webhooks.leave(ID, "a", turn_at=None)
    assert webhooks.stay(ID, "a", until=SOON)
    assert webhooks.leave(ID, "a", turn_at=None)
    assert webhooks.enter(ID, "b", now=NOON, until=SOON)
    assert not webhooks.enter(ID, "c", now=NOON, until=SOON)
    assert webhooks.leave(ID, "b", turn_at=None, anyway=True)
    assert webhooks.enter(ID, "c", now=NOON, until=SOON)
    assert webhooks.leave(ID, "c", turn_at=None)  # nobody was turned away since


def test_a_turn_that_is_over_is_another_workers(webhooks: Store) -> None:
    webhooks.add(HOOK)
    assert webhooks.enter(ID, "dead", now=NOON, until=SOON)
    assert not webhooks.enter(ID, "b", now=SOON - timedelta(milliseconds=1), until=SOON)
    assert webhooks.enter(ID, "b", now=SOON, until=SOON + timedelta(seconds=9))
    assert not webhooks.stay(ID, "dead", until=SOON)
    assert not webhooks.leave(ID, "dead", turn_at=None, anyway=True)
    assert webhooks.leave(ID, "b", turn_at=None)


def test_of_several_workers_one_enters(webhooks: Store) -> None:
    webhooks.add(HOOK)
    with ThreadPoolExecutor(6) as pool:
        entered = list(pool.map(lambda owner: webhooks.enter(ID, str(owner), now=NOON, until=SOON), range(6)))
    assert sum(entered) == 1


def test_a_delivery_is_kept_once_and_read_as_it_was_stored(deliveries: Deliveries) -> None:
    new = _delivery(1)
    assert deliveries.add(new)
    assert not deliveries.add(replace(new, body="other"))
    assert deliveries.get(ID, new.delivery_id) == replace(new, revision=1)
    assert deliveries.get(ID, "dlv_other") is None
    assert deliveries.due(ID, NOON, limit=9) == [replace(new, revision=1)]


def test_every_attempt_survives_the_store(deliveries: Deliveries) -> None:
    new = _delivery(1)
    deliveries.add(new)
    stored = deliveries.change(new, _tried(AttemptError.TLS))
    stored = deliveries.change(stored, _tried(Answer(503, "dówn\n", timedelta(seconds=9))))
    stored = deliveries.change(stored, _tried(Answer(200)))
    assert (stored.revision, stored.state, len(stored.attempts)) == (4, DeliveryState.DELIVERED, 3)
    assert deliveries.get(ID, new.delivery_id) == stored
    assert deliveries.next_due(ID) is None


def test_a_step_on_a_delivery_read_too_early_is_applied_to_what_is_there(deliveries: Deliveries) -> None:
    early = _delivery(1)
    deliveries.add(early)
    deliveries.change(early, _tried(Answer(200)))
    again = deliveries.change(early, lambda one: asked_again(one, SOON))
    assert (again.state, len(again.attempts), again.due_at) == (DeliveryState.WAITING, 1, SOON)
    assert deliveries.next_due(ID) == SOON
    with pytest.raises(DeliveryNotFoundError):
        deliveries.change(replace(_delivery(7), revision=3), _tried(DOWN))


def test_what_waits_longest_comes_first_and_what_is_due_later_does_not_come(deliveries: Deliveries) -> None:
    for number, seconds in ((1, 3), (2, 1), (3, 2), (4, 9)):
        deliveries.add(_delivery(number, timedelta(seconds=seconds)))
    due = deliveries.due(ID, NOON + timedelta(seconds=3), limit=9)
    assert [one.event_id[-1] for one in due] == ["2", "3", "1"]
    assert [one.event_id[-1] for one in deliveries.due(ID, SOON, limit=2)] == ["2", "3"]
    assert deliveries.due("whk_other", SOON, limit=9) == []
    assert deliveries.next_due(ID) == NOON + timedelta(seconds=1)
    for one in due:
        deliveries.change(one, _tried(Answer(204)))
    assert deliveries.next_due(ID) == NOON + timedelta(seconds=9)
    assert deliveries.due(ID, NOON + timedelta(seconds=8), limit=9) == []


def test_deliveries_are_listed_the_latest_event_first_and_by_state(deliveries: Deliveries) -> None:
    for number in range(7):
        deliveries.add(_delivery(number))
        if number % 2:
            deliveries.change(_delivery(number), _tried(Answer(204)))
    deliveries.add(replace(_delivery(9), webhook_id="whk_other"))
    first = deliveries.list(ID, state=None, limit=4, cursor=None)
    second = deliveries.list(ID, state=None, limit=4, cursor=first.next_cursor)
    assert [one.event_id[-1] for one in (*first.items, *second.items)] == list("6543210")
    assert second.next_cursor is None
    seen, cursor = list[str](), None
    while True:
        page = deliveries.list(ID, state=DeliveryState.DELIVERED, limit=2, cursor=cursor)
        seen += [one.event_id[-1] for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == list("531")
    for cursor in ("nonsense", "e30"):
        with pytest.raises(InvalidInputError):
            deliveries.list(ID, state=None, limit=2, cursor=cursor)


class _DiedError(BaseException):
    """The process died here."""


@pytest.mark.parametrize("step", ["add", "retry", "done", "again"])
@pytest.mark.parametrize("place", ["save", "_put_due", "_remove_due"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_dies_between_two_writes_leaves_nothing_that_is_not_found_again(
    step: str, place: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that says when a delivery is due may be one too many, but never one too few."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        store, new = DynamoDeliveries(), _delivery(1)
        steps = {"retry": _tried(DOWN), "done": _tried(Answer(204)), "again": lambda one: asked_again(one, SOON)}
        if step != "add":
            store.add(new)
        with monkeypatch.context() as patched:
            _die(patched, place, when)
            try:
                store.add(new) if step == "add" else store.change(new, steps[step])
            except _DiedError:
                died = True
            else:
                died = False
        if step == "add":
            store.add(new)  # its event comes again
        stored = store.get(ID, new.delivery_id)
        assert stored is not None
        late = SOON + timedelta(days=1)
        found = [one.delivery_id for one in store.due(ID, late, limit=9)]
        assert found == ([] if stored.state is DeliveryState.DELIVERED else [new.delivery_id])
        if died and stored.state is DeliveryState.WAITING and stored.due_at:
            assert store.next_due(ID) is not None
            assert (store.next_due(ID) or late) <= stored.due_at
        if stored.state is DeliveryState.DELIVERED:
            assert store.next_due(ID) is None  # the one too many is gone once it was looked at


def _die(patched: pytest.MonkeyPatch, place: str, when: str) -> None:
    from chalicelib.store import webhook_deliveries

    owner: Any = webhook_deliveries if place == "save" else DynamoDeliveries
    name = "save_revision" if place == "save" else place
    whole = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            whole(*args, **kwargs)
        raise _DiedError

    patched.setattr(owner, name, dying)


def test_dynamodb_may_forget_everything_of_a_delivery_after_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        store = DynamoDeliveries()
        store.add(_delivery(1))
        store.change(_delivery(1), _tried(DOWN))
        items = boto3.client("dynamodb", region_name=dynamo.REGION).scan(TableName="contract-webhook_deliveries")[
            "Items"
        ]
        assert {int(item["expires_at"]["N"]) for item in items} == {int((NOON + timedelta(days=30)).timestamp())}
        assert len(items) == 2
