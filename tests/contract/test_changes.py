"""Reading a campaign's events on from a point: the fake, SQLite and a real OpenSearch."""

import random

import pytest

from chalicelib.adapters.opensearch_changes import WRITE_SECONDS, write_stamped
from chalicelib.analytics.ports import AnalyticsStore
from chalicelib.kernel.errors import InvalidInputError, TemporarilyUnavailableError
from chalicelib.kernel.pages import encode_cursor
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind
from tests.contract.analytics import CAMPAIGN, event


def read_on(
    store: AnalyticsStore, after: str | None = None, *, limit: int = 3, kinds: set[EventKind] | None = None
) -> tuple[list[ClassifiedEvent], str]:
    """Follow the cursor until an answer is not full; return what was read and the last cursor."""
    events: list[ClassifiedEvent] = []
    while True:
        found = store.changes(CAMPAIGN, after=after, kinds=kinds, limit=limit)
        events += found.events
        after = found.cursor
        if not found.more:
            return events, after


def test_a_campaign_without_events_answers_a_point_to_go_on_from(store: AnalyticsStore) -> None:
    events, cursor = read_on(store)
    assert events == []
    assert store.changes(CAMPAIGN, after=cursor, kinds=None, limit=3).cursor == cursor
    store.record_events([event(EventKind.OPEN)])
    assert [one.event.kind for one in read_on(store, cursor)[0]] == [EventKind.OPEN]


def test_an_event_that_happened_earlier_but_came_later_is_not_skipped(store: AnalyticsStore) -> None:
    store.record_events([event(EventKind.CLICK, seconds=100, link="https://example.com/")])
    first, cursor = read_on(store)
    assert [one.event.kind for one in first] == [EventKind.CLICK]
    store.record_events([event(EventKind.SEND, seconds=-100)])
    later, end = read_on(store, cursor)
    assert [one.event.kind for one in later] == [EventKind.SEND]
    assert store.changes(CAMPAIGN, after=end, kinds=None, limit=3).cursor == end, "nothing new: the same cursor"


def test_pages_hold_every_event_once_whatever_their_order(store: AnalyticsStore) -> None:
    events = [event(EventKind.OPEN, number, seconds=second) for number in range(4) for second in range(5)]
    random.Random(7).shuffle(events)  # noqa: S311 - the same order each time, no secret
    met: list[ClassifiedEvent] = []
    cursor = None
    for start in range(0, len(events), 7):
        store.record_events(events[start : start + 7])
        found, cursor = read_on(store, cursor)
        met += found
    assert len(met) == len(events)
    assert {one.event for one in met} == {one.event for one in events}
    assert read_on(store, cursor) == ([], cursor)


def test_only_the_kinds_and_the_campaign_asked_for_are_read(store: AnalyticsStore) -> None:
    store.record_events([event(EventKind.OPEN), event(EventKind.BOUNCE, 1), event(EventKind.BOUNCE, campaign="cmp_2")])
    found, _ = read_on(store, kinds={EventKind.BOUNCE, EventKind.COMPLAINT})
    assert [(one.event.kind, one.event.campaign_id) for one in found] == [(EventKind.BOUNCE, CAMPAIGN)]


def test_an_event_about_which_something_else_is_true_now_is_met_again(store: AnalyticsStore) -> None:
    store.record_events([event(EventKind.OPEN, machine=False, rules=1)])
    _, cursor = read_on(store)
    store.record_events([event(EventKind.OPEN, machine=True, rules=2)])
    [again], cursor = read_on(store, cursor)
    assert (again.machine, again.rules) == (True, 2)
    store.record_events([event(EventKind.OPEN, machine=False, rules=1)])
    assert read_on(store, cursor)[0] == [], "older rules change nothing"


@pytest.mark.parametrize("cursor", ["nonsense", encode_cursor([-1, ""]), encode_cursor({"a": 1}), encode_cursor([1])])
def test_a_cursor_from_elsewhere_is_refused(store: AnalyticsStore, cursor: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        store.changes(CAMPAIGN, after=cursor, kinds=None, limit=3)
    assert [error.pointer for error in refusal.value.errors] == ["/after"]


def test_a_slow_write_is_stamped_anew_so_that_no_reader_has_passed_it() -> None:
    durations, clock, stamps = [WRITE_SECONDS + 1, 0.5], [0.0], list[str]()

    def write(stamp: str) -> None:
        stamps.append(stamp)
        clock[0] += durations.pop(0)

    write_stamped(write, now=lambda: clock[0], passed=lambda: clock[0])
    assert stamps == ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:08.000Z"]


def test_writes_that_stay_slow_are_handed_in_again() -> None:
    clock = [0.0]

    def write(_stamp: str) -> None:
        clock[0] += WRITE_SECONDS + 1

    with pytest.raises(TemporarilyUnavailableError):
        write_stamped(write, now=lambda: clock[0], passed=lambda: clock[0])
