"""People and machines on the whole way: whatever the order, the batches and the other workers, the end is the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.model import Facts, Message, key_of
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.machines import RULES, MachineReason
from chalicelib.tracking.model import EventKind, TrackedEvent
from chalicelib.tracking.service import TrackingService
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.tracking import CrashError, CrashPlan, FakeEventSink, FakeTrackedMessages, InterruptionPlan
from tests.fakes.transactional import FakeTransactionalMessages

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGE = Message("cmp_01k9xq8z0v5w3r7t2y4n6m8p0s", 0, 7, "anna@example.org", NOON)
KEY = key_of(MESSAGE.message_id)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"

Kept = dict[str, tuple[bool | None, tuple[str, ...], int]]


class World:
    """A service over fakes, which may be shared with another worker."""

    def __init__(self, plan: CrashPlan | InterruptionPlan | None = None, other: "World | None" = None) -> None:
        self.messages = FakeTrackedMessages(MESSAGE, plan=plan)
        self.events = FakeEventSink(plan)
        if other is not None:
            self.messages.items = other.messages.items
            self.events.items = other.events.items
        self.service = TrackingService(
            messages=self.messages,
            transactional=FakeTransactionalMessages(),
            suppressions=FakeSuppressions(),
            events=self.events,
        )

    @property
    def facts(self) -> Facts:
        return self.messages.items[KEY].facts

    @property
    def kept(self) -> Kept:
        return {
            fingerprint: (one.machine, one.reasons, one.rules) for (_, fingerprint), one in self.events.items.items()
        }


def event(kind: EventKind, seconds: float, *, link: str | None = None, agent: str = BROWSER) -> TrackedEvent:
    return TrackedEvent(
        kind=kind,
        message_id=MESSAGE.message_id,
        campaign_id=MESSAGE.campaign_id,
        provider_id="provider-1",
        recipient=MESSAGE.address,
        at=NOON + timedelta(seconds=seconds),
        link=link,
        user_agent=agent if kind in {EventKind.OPEN, EventKind.CLICK} else None,
    )


DELIVERY = event(EventKind.DELIVERY, 0)
PERSON = [event(EventKind.OPEN, 60), event(EventKind.CLICK, 90, link="https://example.org/a")]
SCANNER = [event(EventKind.CLICK, 3 + index / 10, link=f"https://example.org/{index}") for index in range(4)]
SWEEP = [event(EventKind.CLICK, 200 + index / 10, link=f"https://example.org/{index}") for index in range(4)]
EARLY = [event(EventKind.OPEN, 1), event(EventKind.OPEN, 70, agent="Mozilla/5.0")]


def applied(batches: Sequence[Sequence[TrackedEvent]]) -> World:
    world = World()
    for batch in batches:
        assert not world.service.apply(batch).failed
    return world


def test_both_numbers_and_the_reasons_are_kept() -> None:
    world = applied([[DELIVERY, *PERSON, *SCANNER, *EARLY]])
    facts = world.facts
    assert (facts.opens, facts.human_opens, facts.clicks, facts.human_clicks) == (3, 1, 5, 1)
    assert (facts.first_opened_at, facts.first_human_opened_at) == (EARLY[0].at, PERSON[0].at)
    assert (facts.first_clicked_at, facts.first_human_clicked_at) == (SCANNER[0].at, PERSON[1].at)
    kept = world.kept
    assert kept[PERSON[1].fingerprint] == (False, (), RULES)
    both = (MachineReason.AT_DELIVERY, MachineReason.LINK_SWEEP)
    assert [kept[one.fingerprint] for one in SCANNER] == [(True, both, RULES)] * 4
    assert kept[DELIVERY.fingerprint] == (None, (), RULES)


def test_what_comes_later_shows_that_earlier_events_were_a_machines() -> None:
    world = applied([SCANNER[:1]])
    assert (world.facts.human_clicks, world.kept[SCANNER[0].fingerprint][0]) == (1, False)
    world.service.apply([DELIVERY])
    assert (world.facts.human_clicks, world.facts.first_human_clicked_at) == (0, None)
    assert world.kept[SCANNER[0].fingerprint] == (True, (MachineReason.AT_DELIVERY,), RULES)
    for one in SWEEP:
        world.service.apply([one])
    assert world.facts.human_clicks == 0
    assert all(world.kept[one.fingerprint][1] == (MachineReason.LINK_SWEEP,) for one in SWEEP)


ALL = [DELIVERY, event(EventKind.SEND, -1), *PERSON, *SCANNER, *SWEEP, *EARLY]


@given(st.data())
def test_any_order_repetition_and_batching_gives_the_same_end(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(ALL), min_size=1, unique=True))
    again = data.draw(st.lists(st.sampled_from(chosen), max_size=6))
    order = data.draw(st.permutations(chosen + again))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(order)), max_size=4)))
    batches = [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    there, here = applied([chosen]), applied(batches)
    assert here.facts == there.facts
    assert here.kept == there.kept


@pytest.mark.parametrize("batches", [(SWEEP[:2], SWEEP[2:]), (SWEEP[:1], SWEEP[1:2]), (SCANNER[:1], [DELIVERY])])
def test_two_workers_on_one_message_end_as_one(batches: tuple[list[TrackedEvent], list[TrackedEvent]]) -> None:
    expected = applied([[*batches[0], *batches[1]]])
    interrupted = 0
    for mine, others in (batches, batches[::-1]):
        for point in range(30):
            acts: list[int] = []
            world = World()
            other = World(other=world)

            def act(other: World = other, events: list[TrackedEvent] = others, acts: list[int] = acts) -> None:
                acts.append(1)
                other.service.apply(events)

            worker = World(InterruptionPlan(point, act), other=world)
            worker.service.apply(mine)
            if not acts:
                break
            interrupted += 1
            assert worker.facts == expected.facts
            assert worker.kept == expected.kept
    assert interrupted >= 8  # around each change and each recording


@pytest.mark.parametrize("second", [SWEEP[1:], [DELIVERY]])
def test_a_crash_at_any_point_forgets_no_conclusion(second: list[TrackedEvent]) -> None:
    expected = applied([SCANNER[:1], SWEEP[:1], second])
    crashes = 0
    for point in range(30):
        plan = CrashPlan(point)
        world = World()
        for batch in (SCANNER[:1], SWEEP[:1], second):
            worker = World(plan, other=world)
            try:
                worker.service.apply(batch)
            except CrashError:
                crashes += 1
                worker.service.apply(batch)
        assert world.facts == expected.facts
        assert world.kept == expected.kept
    assert crashes >= 12


def test_newer_rules_replace_what_older_ones_concluded() -> None:
    world = applied([[DELIVERY, *PERSON]])
    old = ClassifiedEvent(PERSON[0], machine=True, reasons=("of-old",), rules=RULES - 1, revision=1_000)
    world.events.items[MESSAGE.message_id, PERSON[0].fingerprint] = old
    stored = world.messages.items[KEY]
    seen = frozenset(text.replace(f":{RULES}", f":{RULES - 1}a") for text in stored.facts.seen)
    world.messages.items[KEY] = replace(stored, facts=replace(stored.facts, seen=seen, human_opens=0, human_clicks=0))
    world.service.apply(PERSON, suppress=False)
    assert (world.facts.human_opens, world.facts.human_clicks) == (1, 1)
    assert world.kept[PERSON[0].fingerprint] == (False, (), RULES)
