"""What the stores of messages, claims and the send rate do: the fakes and DynamoDB."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from chalicelib.kernel.errors import InvalidInputError
from chalicelib.kernel.pages import encode_cursor
from chalicelib.messages.model import Facts, Message, MessageKey, MessageNotFoundError, MessageStatus, Tally
from chalicelib.messages.ports import MessageRepository
from chalicelib.sending.model import Claim, ClaimLostError, Permits, Quota
from chalicelib.sending.ports import Claims, Governor
from chalicelib.store.claims import DynamoClaims
from chalicelib.store.messages import DynamoMessages
from chalicelib.store.rate import DynamoGovernor
from tests.fakes.messages import FakeMessages
from tests.fakes.sending import FakeClaims, FakeGovernor

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"


@pytest.fixture
def messages(kind: str) -> MessageRepository:
    return FakeMessages() if kind == "fake" else DynamoMessages()


@pytest.fixture
def claims(kind: str) -> Claims:
    return FakeClaims() if kind == "fake" else DynamoClaims()


def message(seq: int = 0, part: int = 0) -> Message:
    return Message(CAMPAIGN, part, seq, f"u{part}-{seq}@example.org", NOON, {"name": "Zoë", "empty": ""})


def read(messages: MessageRepository, seq: int = 0, part: int = 0) -> Message:
    found = messages.get(MessageKey(CAMPAIGN, part, seq))
    assert found is not None
    return found


def accept(one: Message) -> Message:
    return one if one.facts.accepted_at else replace(one.with_facts(accepted_at=NOON), provider_id="ses-1")


def open_once(one: Message) -> Message:
    return one.with_facts(opens=one.facts.opens + 1)


def test_every_fact_of_a_message_survives_the_store(messages: MessageRepository) -> None:
    known: dict[str, object] = {"opens": 3, "clicks": 2, "seen": frozenset({"o1", "c2"})}
    for place, name in enumerate(field.name for field in fields(Facts)):
        if name.endswith(("_at", "_since")):
            known[name] = NOON + timedelta(seconds=place)
        else:
            known.setdefault(name, f"text of {name}")
    messages.put_all([message()])
    messages.change(read(messages), lambda one: replace(one.with_facts(**known), provider_id="ses-1"))
    expected = replace(message().with_facts(**known), provider_id="ses-1", revision=2)
    assert read(messages) == expected


def test_messages_are_read_by_group_in_order(messages: MessageRepository) -> None:
    assert messages.put_all(message(seq) for seq in range(120)) == 120
    messages.put_all([message(0, part=1)])
    assert [one.seq for one in messages.read_group(CAMPAIGN, 0, 50, 50)] == list(range(50, 100))
    assert [one.seq for one in messages.read_group(CAMPAIGN, 0, 100, 50)] == list(range(100, 120))
    assert messages.read_group(CAMPAIGN, 0, 150, 50) == []
    assert messages.read_group(CAMPAIGN, 1, 0, 1) == [replace(message(0, part=1), revision=1)]


def test_making_the_messages_again_makes_the_same_ones(messages: MessageRepository) -> None:
    messages.put_all([message(0), message(1)])
    assert messages.put_all([message(0), message(1)]) == 2
    assert messages.tally(CAMPAIGN, 0) == Tally(planned=2, pending=2)


def test_a_message_that_is_not_there_is_none(messages: MessageRepository) -> None:
    assert messages.get(MessageKey(CAMPAIGN, 0, 0)) is None


def test_a_step_that_changes_nothing_writes_nothing(messages: MessageRepository) -> None:
    messages.put_all([message()])
    assert messages.change(read(messages), lambda one: one) == replace(message(), revision=1)
    assert read(messages).revision == 1


def test_a_step_on_a_message_read_too_early_is_applied_to_what_is_there(messages: MessageRepository) -> None:
    messages.put_all([message()])
    early = read(messages)
    messages.change(early, accept)
    changed = messages.change(early, open_once)
    assert changed == read(messages)
    assert (changed.status, changed.facts.opens, changed.revision) == (MessageStatus.ACCEPTED, 1, 3)


def test_a_step_that_finds_its_work_done_after_a_conflict_writes_nothing(messages: MessageRepository) -> None:
    messages.put_all([message()])
    early = read(messages)
    first = messages.change(early, accept)
    assert messages.change(early, accept) == first == read(messages)


def test_changing_a_message_that_is_gone_says_so(messages: MessageRepository) -> None:
    with pytest.raises(MessageNotFoundError):
        messages.change(replace(message(), revision=1), open_once)


@pytest.mark.parametrize("kind", ["dynamodb"], indirect=True)  # the fakes serve one thread
def test_no_change_is_lost_among_threads(messages: MessageRepository) -> None:
    messages.put_all([message()])
    early = read(messages)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: messages.change(early, open_once), range(8)))
    assert read(messages).facts.opens == 8


def test_a_part_is_counted_by_the_facts_stored_now(messages: MessageRepository) -> None:
    messages.put_all(message(seq) for seq in range(6))
    steps: list[dict[str, datetime]] = [
        {"accepted_at": NOON},
        {"accepted_at": NOON, "bounced_at": NOON},
        {"failed_at": NOON},
        {"skipped_at": NOON},
        {"unknown_since": NOON, "held_at": NOON},
    ]
    for seq, known in enumerate(steps):
        messages.change(read(messages, seq), lambda one, known=known: one.with_facts(**known))  # type: ignore[misc]  # bound default
    assert messages.tally(CAMPAIGN, 0) == Tally(6, 1, 2, 1, 1, 1, 1)
    assert messages.tally(CAMPAIGN, 1) == Tally()


def listed(messages: MessageRepository, status: MessageStatus | None, limit: int) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    cursor: str | None = None
    while True:
        page = messages.list(CAMPAIGN, parts=3, status=status, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        seen += [(one.part, one.seq) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen


@pytest.mark.parametrize("limit", [1, 3, 4, 100])
def test_messages_are_listed_in_the_order_of_the_file(messages: MessageRepository, limit: int) -> None:
    places = [(part, seq) for part in range(3) for seq in range(4)]
    messages.put_all(message(seq, part) for part, seq in reversed(places))
    for part, seq in places[::3]:
        messages.change(read(messages, seq, part), accept)
    assert listed(messages, None, limit) == places
    assert listed(messages, MessageStatus.ACCEPTED, limit) == places[::3]
    assert listed(messages, MessageStatus.BOUNCED, limit) == []


@pytest.mark.parametrize("cursor", ["%%%", encode_cursor({"part": 1}), encode_cursor([1])])
def test_a_cursor_that_was_made_up_is_refused(messages: MessageRepository, cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        messages.list(CAMPAIGN, parts=1, status=None, limit=5, cursor=cursor)


LEASE_END = NOON + timedelta(seconds=60)
MINE = Claim(CAMPAIGN, 0, 3, "mine", LEASE_END)
OTHERS = replace(MINE, owner="other", lease_until=LEASE_END + timedelta(seconds=5))


def test_the_first_claim_on_a_group_stands(claims: Claims) -> None:
    assert claims.take(MINE) == MINE
    assert claims.take(OTHERS) == MINE
    assert claims.take(replace(OTHERS, group=4)) == replace(OTHERS, group=4)
    assert claims.take(replace(OTHERS, part=1)) == replace(OTHERS, part=1)


def test_a_renewed_claim_cannot_be_taken_over_as_it_was(claims: Claims) -> None:
    claims.take(MINE)
    renewed = claims.renew(MINE, LEASE_END + timedelta(seconds=30))
    assert renewed == replace(MINE, lease_until=LEASE_END + timedelta(seconds=30))
    assert claims.take_over(MINE, OTHERS) is False
    assert claims.take_over(renewed, OTHERS) is True
    assert claims.take(MINE) == OTHERS


def test_an_abandoned_claim_is_taken_over_by_one_worker_only(claims: Claims) -> None:
    claims.take(MINE)
    assert claims.take_over(MINE, OTHERS) is True
    assert claims.take_over(MINE, replace(OTHERS, owner="third")) is False
    assert claims.take(MINE) == OTHERS


def test_a_claim_taken_over_cannot_be_renewed_closed_or_released_by_its_former_owner(claims: Claims) -> None:
    claims.take(MINE)
    claims.take_over(MINE, OTHERS)
    with pytest.raises(ClaimLostError):
        claims.renew(MINE, LEASE_END + timedelta(seconds=99))
    claims.close(MINE)
    claims.release(MINE)
    assert claims.take(MINE) == OTHERS


def test_a_closed_claim_stays_closed_and_is_not_taken_over(claims: Claims) -> None:
    claims.take(MINE)
    claims.close(MINE)
    assert claims.take(OTHERS) == replace(MINE, closed=True)
    assert claims.take_over(MINE, OTHERS) is False
    assert claims.take_over(replace(MINE, closed=True), OTHERS) is False


def test_a_released_group_is_free(claims: Claims) -> None:
    claims.take(MINE)
    claims.release(MINE)
    claims.release(MINE)
    assert claims.take(OTHERS) == OTHERS
    with pytest.raises(ClaimLostError):
        claims.renew(MINE, LEASE_END)


def governors(kind: str) -> Callable[[], Governor]:
    """Return what makes the workers' governors over one shared rate."""
    shared = FakeGovernor(10)
    return lambda: shared if kind == "fake" else DynamoGovernor(lambda: Quota(10))


def assert_apart(runs: list[Permits]) -> None:
    ordered = sorted(runs, key=lambda run: run.start)
    for earlier, later in pairwise(ordered):
        # Stored to the microsecond.
        assert later.start >= earlier.start + earlier.count * earlier.interval - 1e-5


def test_permits_of_two_workers_never_overlap(kind: str) -> None:
    make = governors(kind)
    first, second = make(), make()
    runs = [
        (second if step % 3 else first).acquire(1 + step % 8, NOON + timedelta(milliseconds=170 * step))
        for step in range(30)
    ]
    assert {run.interval for run in runs} == {0.1}
    assert runs[0].start == NOON.timestamp()
    assert_apart(runs)


def test_no_permits_are_saved_up_while_nobody_sends(kind: str) -> None:
    governor = governors(kind)()
    governor.acquire(5, NOON)
    later = NOON + timedelta(hours=1)
    assert governor.acquire(5, later).start == later.timestamp()


@pytest.mark.parametrize("kind", ["dynamodb"], indirect=True)  # the fakes serve one thread
def test_permits_taken_in_threads_never_overlap(kind: str) -> None:
    make = governors(kind)
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: make().acquire(3, NOON), range(12)))
    assert_apart(runs)
