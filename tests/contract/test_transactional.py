"""What the stores of transactional messages and idempotency keys do: the fakes and DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from chalicelib.idempotency.model import KeyUse
from chalicelib.messages.model import Facts, MessageNotFoundError
from chalicelib.store import transactional
from chalicelib.store.transactional import DynamoIdempotencyKeys, DynamoTransactionalMessages
from chalicelib.transactional.idempotency import KeyRecord
from chalicelib.transactional.model import TransactionalMessage, accepted, claimed
from chalicelib.transactional.ports import IdempotencyKeys, TransactionalMessages
from tests.contract import dynamo
from tests.fakes.transactional import FakeIdempotencyKeys, FakeTransactionalMessages

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MESSAGE = TransactionalMessage(
    "txn_01k9xq8z0v5w3r7t2y4n6m8p0s",
    "anna@example.org",
    "Shop <login@example.com>",
    NOON,
    "key_1",
    template_id="tpl_01k9xq8z0v5w3r7t2y4n6m8p0s",
    template_version=3,
    tags=(("flow", "reset"), ("a", "b")),
)
USE = KeyUse("key_1", 'order "1"', "fingerprint-1")
RECORD = KeyRecord(USE, MESSAGE.message_id, TOMORROW)


@pytest.fixture
def messages(kind: str) -> TransactionalMessages:
    return FakeTransactionalMessages() if kind == "fake" else DynamoTransactionalMessages()


@pytest.fixture
def keys(kind: str) -> IdempotencyKeys:
    return FakeIdempotencyKeys() if kind == "fake" else DynamoIdempotencyKeys()


def take(message: TransactionalMessage) -> TransactionalMessage:
    return accepted(message, NOON, "ses-1")


def test_a_message_is_read_as_it_was_stored(messages: TransactionalMessages) -> None:
    added = messages.add(MESSAGE, TOMORROW)
    assert added == replace(MESSAGE, revision=1) == messages.get(MESSAGE.message_id)
    inline = replace(
        MESSAGE, message_id=MESSAGE.message_id[:-1] + "t", template_id=None, template_version=None, tags=()
    )
    messages.add(inline, TOMORROW)
    assert messages.get(inline.message_id) == replace(inline, revision=1)


def test_every_fact_and_the_claim_survive_the_store(messages: TransactionalMessages) -> None:
    known: dict[str, object] = {"opens": 3, "clicks": 2, "seen": frozenset({"o1", "c2"})}
    for place, name in enumerate(field.name for field in fields(Facts)):
        if name.endswith(("_at", "_since")):
            known[name] = NOON + timedelta(seconds=place)
        else:
            known.setdefault(name, f"text of {name}")
    added = messages.add(MESSAGE, TOMORROW)
    held = messages.change(added, lambda one: claimed(one, "req_1", NOON))
    stored = messages.change(held, lambda one: replace(one.with_facts(**known), provider_id="ses-1"))
    assert stored.revision == 3
    assert stored == messages.get(MESSAGE.message_id)
    assert (stored.owner, stored.lease_until) == ("req_1", NOON + timedelta(seconds=60))


def test_of_several_claims_one_holds(messages: TransactionalMessages) -> None:
    added = messages.add(MESSAGE, TOMORROW)
    with ThreadPoolExecutor(6) as pool:
        owners = [f"req_{number}" for number in range(6)]
        after = list(pool.map(lambda owner: messages.change(added, lambda one: claimed(one, owner, NOON)), owners))
    assert len({one.owner for one in after}) == 1
    assert {one.revision for one in after} == {2}


def test_a_step_on_a_message_read_too_early_is_applied_to_what_is_there(messages: TransactionalMessages) -> None:
    early = messages.add(MESSAGE, TOMORROW)
    messages.change(early, lambda one: claimed(one, "req_1", NOON))
    changed = messages.change(early, take)
    assert (changed.owner, changed.provider_id, changed.revision) == ("req_1", "ses-1", 3)
    assert messages.change(early, take) == changed == messages.get(MESSAGE.message_id)


def test_only_a_message_that_nobody_changed_is_deleted(messages: TransactionalMessages) -> None:
    early = messages.add(MESSAGE, TOMORROW)
    held = messages.change(early, lambda one: claimed(one, "req_1", NOON))
    assert not messages.delete(early)
    assert messages.delete(held)
    assert not messages.delete(held)
    assert messages.get(MESSAGE.message_id) is None
    with pytest.raises(MessageNotFoundError):
        messages.change(held, take)


def test_a_key_leads_to_its_message_until_it_expires(keys: IdempotencyKeys) -> None:
    assert keys.get(USE, NOON) is None
    assert keys.take(RECORD, NOON) == RECORD
    other = replace(RECORD, use=replace(USE, fingerprint="fingerprint-2"), message_id="txn_other")
    assert keys.take(other, NOON) == RECORD == keys.get(other.use, NOON)
    assert keys.get(USE, TOMORROW - timedelta(seconds=1)) == RECORD
    assert keys.get(USE, TOMORROW) is None
    renewed = replace(other, expires_at=TOMORROW + timedelta(days=1))
    assert keys.take(renewed, TOMORROW) == renewed == keys.get(USE, TOMORROW)


def test_keys_of_different_callers_do_not_meet(keys: IdempotencyKeys) -> None:
    keys.take(RECORD, NOON)
    elsewhere = replace(RECORD, use=replace(USE, caller="key_2"), message_id="txn_other")
    assert keys.get(elsewhere.use, NOON) is None
    assert keys.take(elsewhere, NOON) == elsewhere
    assert keys.get(USE, NOON) == RECORD


def test_only_the_message_that_a_key_stands_for_frees_it(keys: IdempotencyKeys) -> None:
    keys.take(RECORD, NOON)
    keys.drop(replace(RECORD, message_id="txn_other"))
    assert keys.get(USE, NOON) == RECORD
    keys.drop(RECORD)
    keys.drop(RECORD)
    assert keys.get(USE, NOON) is None


def test_of_several_requests_with_one_key_one_takes_it(keys: IdempotencyKeys) -> None:
    records = [replace(RECORD, message_id=f"txn_{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        in_force = list(pool.map(lambda record: keys.take(record, NOON), records))
    assert len({record.message_id for record in in_force}) == 1


def test_what_dynamodb_may_forget_is_what_no_request_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        store = DynamoTransactionalMessages()
        added = store.add(MESSAGE, TOMORROW)
        DynamoIdempotencyKeys().take(RECORD, NOON)
        assert _expiry() == {"txn": TOMORROW.timestamp(), "key": TOMORROW.timestamp()}
        store.change(added, lambda one: claimed(one, "req_1", NOON))
        assert _expiry() == {"txn": None, "key": TOMORROW.timestamp()}


def test_a_key_is_no_message_and_is_not_kept_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", dynamo.REGION)
    with dynamo.tables():
        DynamoIdempotencyKeys().take(RECORD, NOON)
        [item] = _items()
        assert "order" not in str(item)
        assert DynamoTransactionalMessages().get(item["record_id"]["S"]) is None


def _items() -> list[dict[str, dict[str, str]]]:
    client = boto3.client("dynamodb", region_name=dynamo.REGION)
    items: list[dict[str, dict[str, str]]] = client.scan(TableName="contract-transactional")["Items"]  # type: ignore[assignment]  # strings only
    return items


def _expiry() -> dict[str, float | None]:
    """Return when DynamoDB may remove each item, by the kind of it."""
    found = {item["record_id"]["S"][:3]: item.get("expires_at") for item in _items()}
    return {kind: float(value["N"]) if value else None for kind, value in found.items()}


@pytest.mark.parametrize("lanes", [1, 3])
def test_pages_of_all_lanes_hold_every_message_once_and_no_key(kind: str, keys: IdempotencyKeys, lanes: int) -> None:
    messages = FakeTransactionalMessages() if kind == "fake" else DynamoTransactionalMessages()
    ids = sorted(f"txn_{number:026d}" for number in range(7))
    for name in ids:
        messages.add(replace(MESSAGE, message_id=name), TOMORROW)
    keys.take(RECORD, NOON)
    found: list[str] = []
    for lane in range(lanes):
        cursor = None
        while True:
            page = messages.page(lane, lanes, cursor)
            found += [message.message_id for message in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert sorted(found) == ids


def test_pages_of_dynamodb_go_on_where_the_last_one_ended(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactional, "_PAGE", 3)
    messages = FakeTransactionalMessages() if kind == "fake" else DynamoTransactionalMessages()
    for number in range(7):
        messages.add(replace(MESSAGE, message_id=f"txn_{number:026d}"), TOMORROW)
    pages = [messages.page(0, 1, None)]
    while pages[-1].next_cursor:
        pages.append(messages.page(0, 1, pages[-1].next_cursor))
    assert len(pages) >= 3
    assert len({message.message_id for page in pages for message in page.items}) == 7
