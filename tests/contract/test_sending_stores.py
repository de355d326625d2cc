"""What the stores of messages and the send rate do: the fakes and DynamoDB."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.kernel.pages import encode_cursor
from chalicelib.messages.model import (
    Facts,
    Message,
    MessageFilter,
    MessageKey,
    MessageNotFoundError,
    MessageStatus,
    Tally,
)
from chalicelib.messages.ports import MessageRepository
from chalicelib.sending.governor import SendGovernor
from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import PermitRequest, PermitsUnavailableError, Quota
from chalicelib.sending.ports import RateLedger
from chalicelib.sending.rate import SECOND, SPACING, RateState, Taking, Terms, apply
from chalicelib.store.messages import DynamoMessages
from chalicelib.store.rate import RESERVE, DynamoRateLedger
from tests.fakes.messages import FakeMessages
from tests.fakes.sending import FakeRateLedger

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"


@pytest.fixture
def messages(kind: str) -> MessageRepository:
    return FakeMessages() if kind == "fake" else DynamoMessages()


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
    counts = {"opens": 3, "clicks": 2, "human_opens": 2, "human_clicks": 1}
    known: dict[str, object] = {**counts, "seen": frozenset({"o1", "c2"})}
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
    assert messages.glance(MessageKey(CAMPAIGN, 0, 0)) is None


def test_a_glance_shows_a_message_as_it_is_stored(messages: MessageRepository) -> None:
    messages.put_all([message()])
    messages.change(read(messages), accept)
    assert messages.glance(MessageKey(CAMPAIGN, 0, 0)) == read(messages)


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
        page = messages.list(CAMPAIGN, parts=3, wanted=MessageFilter(status), limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        seen += [(one.part, one.seq) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen
        for campaign_id, other in ((CAMPAIGN, MessageStatus.SKIPPED), ("cmp_other", status)):
            with pytest.raises(InvalidInputError):
                messages.list(campaign_id, parts=3, wanted=MessageFilter(other), limit=limit, cursor=cursor)


@pytest.mark.parametrize("limit", [1, 3, 4, 100])
def test_messages_are_listed_in_the_order_of_the_file(messages: MessageRepository, limit: int) -> None:
    places = [(part, seq) for part in range(3) for seq in range(4)]
    messages.put_all(message(seq, part) for part, seq in reversed(places))
    for part, seq in places[::3]:
        messages.change(read(messages, seq, part), accept)
    assert listed(messages, None, limit) == places
    assert listed(messages, MessageStatus.ACCEPTED, limit) == places[::3]
    assert listed(messages, MessageStatus.BOUNCED, limit) == []


def test_messages_are_listed_by_what_their_address_begins_with(messages: MessageRepository) -> None:
    messages.put_all(message(seq) for seq in range(12))
    wanted = MessageFilter(address_prefix="u0-1")
    page = messages.list(CAMPAIGN, parts=1, wanted=wanted, limit=2, cursor=None)
    rest = messages.list(CAMPAIGN, parts=1, wanted=wanted, limit=2, cursor=page.next_cursor)
    assert [one.seq for one in (*page.items, *rest.items)] == [1, 10, 11]
    with pytest.raises(InvalidInputError):
        messages.list(CAMPAIGN, parts=1, wanted=MessageFilter(), limit=2, cursor=page.next_cursor)


def test_many_messages_are_read_by_their_keys_and_those_that_are_not_there_left_out(
    messages: MessageRepository,
) -> None:
    messages.put_all(message(seq) for seq in range(130))
    keys = [MessageKey(CAMPAIGN, 0, seq) for seq in range(135)]
    found = messages.get_all(keys)
    assert sorted(one.seq for one in found) == list(range(130))
    assert messages.get_all([]) == []


@pytest.mark.parametrize("cursor", ["%%%", encode_cursor({"part": 1}), encode_cursor([0, 1])])
def test_a_cursor_that_was_made_up_is_refused(messages: MessageRepository, cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        messages.list(CAMPAIGN, parts=1, wanted=MessageFilter(), limit=5, cursor=cursor)


@pytest.fixture
def ledger(kind: str) -> RateLedger:
    return FakeRateLedger() if kind == "fake" else DynamoRateLedger()


NOW = round(NOON.timestamp()) * SECOND
TERMS = Terms(NOW, 12.5, counted=0, uncounted=0, quota_ceiling=500, day=NOON.date(), day_start=0, day_ceiling=None)
BLOCK = Taking(
    places=(0, 2),
    width=200,
    idle=True,
    soonest=NOW,
    latest=NOW + 1000,
    refreshed_at=NOW,
    ceiling=None,
    uses={"campaign c": 70, "domain gmail.com": 50},
)


def opened(ledger: RateLedger, terms: Terms = TERMS) -> RateState:
    """Make the ledger and finish its first refresh."""
    assert ledger.begin_refresh(None, NOW)
    ledger.finish_refresh(NOW, terms)
    return stored(ledger)


def stored(ledger: RateLedger) -> RateState:
    state = ledger.read()
    assert state is not None
    return state


def test_a_ledger_is_made_by_its_first_refresh(ledger: RateLedger) -> None:
    assert ledger.read() is None
    assert ledger.begin_refresh(None, NOW)
    assert stored(ledger) == RateState(0, 0, NOW, {}, None)
    assert not ledger.begin_refresh(None, NOW + 1)
    ledger.finish_refresh(NOW, TERMS)
    assert stored(ledger) == RateState(0, 0, NOW, {}, TERMS)


def test_one_worker_only_looks_at_the_quota(ledger: RateLedger) -> None:
    seen = opened(ledger)
    assert ledger.begin_refresh(seen, NOW + 5)
    assert not ledger.begin_refresh(seen, NOW + 6)
    ledger.finish_refresh(NOW, replace(TERMS, per_second=99.0))  # overtaken by the second refresh
    assert stored(ledger) == replace(seen, refresh_begun_at=NOW + 5)


def test_ceilings_that_are_gone_are_gone(ledger: RateLedger) -> None:
    opened(ledger)
    terms = replace(TERMS, quota_ceiling=None, day_ceiling=7)
    ledger.finish_refresh(NOW, terms)
    assert stored(ledger).terms == terms


def test_a_block_moves_the_frontier_on(ledger: RateLedger) -> None:
    opened(ledger)
    after = ledger.take(BLOCK)
    used = {"campaign c": NOW + 70, "domain gmail.com": NOW + 50}
    assert after == stored(ledger) == RateState(NOW + 200, 2, NOW, used, TERMS)
    running = replace(BLOCK, idle=False, uses={"campaign c": 70})
    assert ledger.take(running) == RateState(NOW + 400, 4, NOW, {**used, "campaign c": NOW + 270}, TERMS)


@pytest.mark.parametrize(
    "taking",
    [
        replace(BLOCK, idle=False, soonest=NOW + 201),  # behind
        replace(BLOCK, idle=False, latest=NOW + 199),  # too far ahead
        replace(BLOCK, idle=True, soonest=NOW + 200),  # not behind
        replace(BLOCK, idle=False, refreshed_at=NOW - 1),
        replace(BLOCK, idle=False, ceiling=3),
        replace(BLOCK, idle=False, uses={"campaign d": 1, "domain slow.example": 1}),
    ],
)
def test_a_block_whose_conditions_are_not_met_changes_nothing(ledger: RateLedger, taking: Taking) -> None:
    opened(ledger)
    before = ledger.take(replace(BLOCK, uses={"domain slow.example": 201}))
    assert ledger.take(taking) is None
    assert stored(ledger) == before


def test_a_block_may_begin_just_when_a_limit_allows_it(ledger: RateLedger) -> None:
    opened(ledger)
    ledger.take(replace(BLOCK, uses={"campaign c": 200}))
    after = ledger.take(replace(BLOCK, idle=False, uses={"campaign c": 10}, ceiling=4))
    assert after is not None
    assert (after.granted, after.used_until) == (4, {"campaign c": NOW + 210})


def test_a_limit_is_forgotten_unless_it_was_used_since(ledger: RateLedger) -> None:
    opened(ledger)
    ledger.take(BLOCK)
    ledger.forget("campaign c", NOW + 70)
    ledger.forget("domain gmail.com", NOW + 49)
    ledger.forget("domain unknown.example", NOW)
    assert stored(ledger).used_until == {"domain gmail.com": NOW + 50}


def test_the_ledger_moves_as_the_rules_say(ledger: RateLedger) -> None:
    random = Random(7)  # noqa: S311 - the same takings in every run, no secret
    state = opened(ledger)
    for _ in range(150):
        soonest = state.next_free + random.randint(-400, 300) if state.next_free else NOW
        taking = Taking(
            places=tuple(range(random.randint(1, 4))),
            width=random.randint(1, 300),
            idle=random.random() < 0.3,
            soonest=soonest,
            latest=soonest + 500,
            refreshed_at=NOW,
            ceiling=random.choice([None, 200, state.granted + 2]),
            uses={f"domain {name}.example": random.randint(1, 900) for name in "ab" if random.random() < 0.5},
        )
        after = apply(state, taking)
        assert ledger.take(taking) == after
        state = after or state
    assert state.granted > 50
    assert stored(ledger) == state


@pytest.mark.parametrize("kind", ["dynamodb"], indirect=True)  # the fakes are one ledger each
@pytest.mark.usefixtures("kind")
def test_the_reserve_is_a_ledger_of_its_own() -> None:
    campaigns, reserve = DynamoRateLedger(), DynamoRateLedger(RESERVE)
    assert campaigns.begin_refresh(None, NOW)
    campaigns.finish_refresh(NOW, TERMS)
    assert reserve.read() is None
    assert reserve.begin_refresh(None, NOW)
    reserve.finish_refresh(NOW, TERMS)
    after = reserve.take(BLOCK)
    assert after is not None
    assert reserve.read() == after
    untouched = campaigns.read()
    assert untouched is not None
    assert untouched.granted == 0


@pytest.mark.parametrize("kind", ["dynamodb"], indirect=True)  # the fakes serve one thread
@pytest.mark.usefixtures("kind")
def test_workers_in_threads_stay_within_the_rate() -> None:
    quota = Quota(2000, max_24_hours=600, sent_24_hours=100)
    asked: list[Quota] = []
    ledger = DynamoRateLedger()

    def ask() -> Quota:
        asked.append(quota)
        return quota

    def work(number: int) -> list[float]:
        """Take permits until the day's quota is used up."""
        governor = SendGovernor(
            ledger=ledger, quota=ask, limits=SendLimits(domains={"gmail.com": 40.0}), clock=SystemClock()
        )
        moments: list[float] = []
        request = PermitRequest(f"cmp_{number}", ("gmail.com", *["example.org"] * 7), 8)
        while True:
            try:
                permits = governor.acquire(request)
            except PermitsUnavailableError as error:
                if error.wait_seconds > 10:
                    return moments
                time.sleep(min(error.wait_seconds, 0.05))
            else:
                moments += [permit.moment for permit in permits]

    with ThreadPoolExecutor(8) as pool:
        moments = sorted(moment for worker in pool.map(work, range(8)) for moment in worker)
    assert len(moments) == 500
    assert len(asked) == 1
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    # Epoch seconds hold a quarter of a microsecond, the ledger whole ones.
    assert min(gaps) >= SPACING / 2000 - 2e-6
