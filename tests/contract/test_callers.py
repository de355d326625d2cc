"""What the stores of API keys, of their use and of the audit log do: the fakes and DynamoDB."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from chalicelib.access.audit import AuditEntry, AuditFilter
from chalicelib.access.model import ApiKey, OldSecret, Scope
from chalicelib.access.ports import ApiKeyRepository, AuditLog, CallerUse
from chalicelib.kernel.errors import InvalidInputError, StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.store.api_keys import DynamoApiKeys
from chalicelib.store.audit import DynamoAuditLog
from chalicelib.store.caller_use import DynamoCallerUse
from tests.fakes.access import FakeApiKeys, FakeAuditLog, FakeCallerUse

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
KEY = ApiKey(
    "key_1",
    "CI",
    "ab" * 32,
    frozenset({Scope.READ, Scope.SEND}),
    NOON,
    "key_0",
    expires_at=NOON + timedelta(days=9),
    revoked_at=NOON + timedelta(days=1),
    rotated_at=NOON + timedelta(hours=1),
    old_secrets=(OldSecret("cd" * 32, NOON + timedelta(hours=2)),),
)


@pytest.fixture
def keys(kind: str) -> ApiKeyRepository:
    return FakeApiKeys() if kind == "fake" else DynamoApiKeys()


@pytest.fixture
def use(kind: str) -> CallerUse:
    return FakeCallerUse() if kind == "fake" else DynamoCallerUse()


@pytest.fixture
def log(kind: str) -> AuditLog:
    return FakeAuditLog() if kind == "fake" else DynamoAuditLog(kept_for=timedelta(days=30))


def test_an_api_key_is_added_once_and_read_as_it_was_stored(keys: ApiKeyRepository) -> None:
    keys.add(KEY)
    assert keys.get("key_1") == replace(KEY, revision=1)
    assert keys.get("key_2") is None
    with pytest.raises(StaleRevisionError):
        keys.add(KEY)


def test_a_key_is_saved_in_place_of_its_revision(keys: ApiKeyRepository) -> None:
    keys.add(KEY)
    saved = keys.save(replace(KEY, name="other", revoked_at=None, old_secrets=(), revision=1))
    assert (saved.name, saved.revision) == ("other", 2)
    assert keys.get("key_1") == saved
    with pytest.raises(StaleRevisionError):
        keys.save(replace(KEY, revision=1))


def test_keys_are_listed_newest_first(keys: ApiKeyRepository) -> None:
    ids = [new_id("key", NOON + timedelta(seconds=number)) for number in range(5)]
    for key_id in ids:
        keys.add(replace(KEY, key_id=key_id))
    first = keys.list(limit=3, cursor=None)
    rest = keys.list(limit=3, cursor=first.next_cursor)
    assert [key.key_id for key in (*first.items, *rest.items)] == ids[::-1]
    assert rest.next_cursor is None
    with pytest.raises(InvalidInputError):
        keys.list(limit=3, cursor="e30")


def take(use: CallerUse, permits: int, seconds: float, bucket: str = "key#1") -> float:
    now = NOON + timedelta(seconds=seconds)
    return use.take(bucket, permits=permits, per_second=10, burst=20, now=now, remembered=True)


def test_a_bucket_gives_its_burst_and_then_what_comes_in(use: CallerUse) -> None:
    assert [take(use, 10, 0), take(use, 10, 0)] == [0, 0]
    assert take(use, 10, 0) == pytest.approx(1)
    assert take(use, 10, 0.5) == pytest.approx(0.5)
    assert take(use, 10, 1) == 0
    assert take(use, 1, 1) == pytest.approx(0.1)
    assert take(use, 10, 1, bucket="key#2") == 0


def test_a_refusal_takes_nothing(use: CallerUse) -> None:
    assert take(use, 20, 0) == 0
    assert all(take(use, 10, 0.9) for _ in range(5))
    assert take(use, 10, 1) == 0


def test_a_full_bucket_saves_up_nothing(use: CallerUse) -> None:
    assert take(use, 20, 0) == 0
    assert [take(use, 10, 3600), take(use, 10, 3600)] == [0, 0]
    assert take(use, 10, 3600) > 0


def test_who_takes_at_the_same_time_gets_no_more_together(use: CallerUse) -> None:
    waits: list[float] = []
    threads = [Thread(target=lambda: waits.append(take(use, 5, 0))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wait == 0 for wait in waits) == [False] * 8 + [True] * 4


def test_the_last_use_is_known(use: CallerUse) -> None:
    take(use, 1, 0)
    take(use, 1, 5)
    assert use.last_used(["key#1", "key#2"]) == {"key#1": NOON + timedelta(seconds=5)}
    assert use.last_used([]) == {}


def entry(number: int, **change: object) -> AuditEntry:
    at = NOON + timedelta(hours=number)
    made = AuditEntry(
        entry_id=new_id("aud", at),
        at=at,
        actor=f"key_{number % 2}",
        actor_name="CI",
        action="pause_campaign",
        resource=f"/v1/campaigns/cmp_{number}/pause",
        request_id=f"request-{number}",
        source="192.0.2.7",
        status=200,
    )
    return replace(made, **change)  # type: ignore[arg-type]  # of any field


ALL = AuditFilter(NOON - timedelta(days=1), NOON + timedelta(days=9))


def read(log: AuditLog, wanted: AuditFilter, limit: int = 50) -> list[AuditEntry]:
    page = log.list(wanted, limit=limit, cursor=None)
    found = list(page.items)
    while page.next_cursor:
        for other in (replace(wanted, actor="key_9"), replace(wanted, resource="/v9")):
            with pytest.raises(InvalidInputError):
                log.list(other, limit=limit, cursor=page.next_cursor)
        page = log.list(wanted, limit=limit, cursor=page.next_cursor)
        assert len(page.items) <= limit
        found += page.items
    return found


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_entries_are_listed_newest_first_over_days(log: AuditLog, limit: int) -> None:
    entries = [entry(number, source=None, problem="conflict", status=409) for number in range(0, 60, 7)]
    for one in entries:
        log.append(one)
    assert read(log, ALL, limit) == entries[::-1]


@pytest.mark.parametrize(
    "wanted",
    [
        replace(ALL, actor="key_1"),
        replace(ALL, action="send_campaign"),
        replace(ALL, resource="/v1/campaigns/cmp_3"),
        replace(ALL, since=NOON + timedelta(hours=3), until=NOON + timedelta(hours=20)),
        replace(ALL, actor="key_0", action="pause_campaign", since=NOON + timedelta(hours=2)),
        replace(ALL, actor="nobody"),
        replace(ALL, until=NOON - timedelta(hours=2)),
    ],
)
def test_filters_take_what_they_say(log: AuditLog, wanted: AuditFilter) -> None:
    entries = [entry(number) for number in range(40)]
    entries[5] = replace(entries[5], action="send_campaign")
    for one in entries:
        log.append(one)
    assert read(log, wanted, limit=4) == [one for one in reversed(entries) if wanted.takes(one)]


@pytest.mark.parametrize("cursor", ["e30", "WyJ4Il0", "MQ", "WzFd", "%%"])
def test_a_cursor_that_was_made_up_is_refused(log: AuditLog, cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        log.list(ALL, limit=3, cursor=cursor)
