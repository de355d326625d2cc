"""Events in any order, any number of times, lead to the same facts."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.sqlite_analytics import SqliteAnalytics
from chalicelib.analytics.model import document_of
from chalicelib.messages.model import Facts, Message, MessageStatus, status_of
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.facts import SEEN_LIMIT, apply
from chalicelib.tracking.model import EventKind, TrackedEvent
from tests.fakes.tracking import FakeTrackedMessages

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGE = Message("cmp_01k9xq8z0v5w3r7t2y4n6m8p0s", 0, 7, "anna@example.org", NOON)


BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


def event(
    kind: EventKind,
    seconds: float = 0,
    *,
    link: str | None = None,
    bounce: tuple[str, str] | None = None,
    agent: str = BROWSER,
) -> TrackedEvent:
    return TrackedEvent(
        kind=kind,
        message_id=MESSAGE.message_id,
        campaign_id=MESSAGE.campaign_id,
        provider_id="provider-1",
        recipient=MESSAGE.address,
        at=NOON + timedelta(seconds=seconds),
        link=link,
        user_agent=agent,
        bounce_type=bounce[0] if bounce else None,
        bounce_subtype=bounce[1] if bounce else None,
    )


def after(*events: TrackedEvent) -> Message:
    message = MESSAGE
    for one in events:
        message = apply(message, one)
    return message


@pytest.mark.parametrize(
    ("kind", "fact", "status"),
    [
        (EventKind.SEND, "accepted_at", MessageStatus.ACCEPTED),
        (EventKind.DELIVERY, "delivered_at", MessageStatus.DELIVERED),
        (EventKind.DELIVERY_DELAY, "delayed_at", MessageStatus.ACCEPTED),
        (EventKind.BOUNCE, "bounced_at", MessageStatus.BOUNCED),
        (EventKind.COMPLAINT, "complained_at", MessageStatus.COMPLAINED),
        (EventKind.REJECT, "rejected_at", MessageStatus.REJECTED),
        (EventKind.RENDERING_FAILURE, "rejected_at", MessageStatus.REJECTED),
        (EventKind.OPEN, "first_opened_at", MessageStatus.ACCEPTED),
        (EventKind.CLICK, "first_clicked_at", MessageStatus.ACCEPTED),
        (EventKind.SUBSCRIPTION, "accepted_at", MessageStatus.ACCEPTED),
    ],
)
def test_an_event_establishes_its_fact_and_that_the_message_was_accepted(
    kind: EventKind, fact: str, status: MessageStatus
) -> None:
    message = after(event(kind, 5))
    assert getattr(message.facts, fact) == message.facts.accepted_at == NOON + timedelta(seconds=5)
    assert message.status is status
    assert message.provider_id == "provider-1"


def test_the_earliest_time_wins() -> None:
    message = after(event(EventKind.DELIVERY, 9), event(EventKind.SEND, 2), event(EventKind.DELIVERY, 7))
    assert message.facts.accepted_at == NOON + timedelta(seconds=2)
    assert message.facts.delivered_at == NOON + timedelta(seconds=7)


def test_a_lost_answer_is_settled_by_any_event() -> None:
    unknown = MESSAGE.with_facts(unknown_since=NOON, held_at=NOON)
    assert apply(unknown, event(EventKind.SEND)).status is MessageStatus.ACCEPTED


def test_a_provider_id_that_is_known_stays() -> None:
    known = Message("cmp_01k9xq8z0v5w3r7t2y4n6m8p0s", 0, 7, "anna@example.org", NOON, provider_id="provider-0")
    assert apply(known, event(EventKind.SEND)).provider_id == "provider-0"


def test_an_event_that_tells_nothing_new_returns_the_same_message() -> None:
    message = after(event(EventKind.OPEN, 1))
    assert apply(message, event(EventKind.OPEN, 1)) is message


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (("Transient", "MailboxFull"), ("Permanent", "General")),
        (("Undetermined", "Undetermined"), ("Transient", "General")),
        (("Undetermined", "Undetermined"), ("Permanent", "NoEmail")),
    ],
)
def test_the_stronger_bounce_wins_whatever_the_order(
    weaker: tuple[str, str], stronger: tuple[str, str], *, backwards: bool
) -> None:
    events = [event(EventKind.BOUNCE, 1, bounce=weaker), event(EventKind.BOUNCE, 2, bounce=stronger)]
    message = after(*(reversed(events) if backwards else events))
    assert (message.facts.bounce_type, message.facts.bounce_subtype) == stronger
    assert message.facts.bounced_at == NOON + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("bounce", "status"),
    [
        (("Transient", "General"), MessageStatus.DELIVERED),
        (("Undetermined", "Undetermined"), MessageStatus.DELIVERED),
        (("Permanent", "General"), MessageStatus.BOUNCED),
    ],
)
def test_after_a_delivery_only_a_hard_bounce_shows_in_any_order(bounce: tuple[str, str], status: MessageStatus) -> None:
    events = [
        event(EventKind.SEND),
        event(EventKind.DELIVERY, 1),
        event(EventKind.BOUNCE, 2, bounce=bounce),
        event(EventKind.OPEN, 3),
    ]
    ends = {after(*order).facts for order in permutations(events)}
    assert [status_of(facts) for facts in ends] == [status]


def test_counters_stand_still_at_the_limit_and_depend_on_no_order() -> None:
    opens = [event(EventKind.OPEN, second) for second in range(SEEN_LIMIT + 20)]
    click = event(EventKind.CLICK, 1, link="https://example.org/")
    message = after(*reversed(opens), click)
    assert (message.facts.opens, message.facts.clicks) == (SEEN_LIMIT, 1)
    assert len(message.facts.seen) == SEEN_LIMIT + 1
    assert after(click, *opens, *reversed(opens)) == message
    assert message.facts.first_opened_at == message.facts.first_human_opened_at == NOON


EVENTS = st.builds(
    event,
    st.sampled_from(EventKind),
    st.integers(0, 20),
    link=st.sampled_from([None, "https://example.org/a", "https://example.org/b"]),
    agent=st.sampled_from([BROWSER, "Mozilla/5.0", "curl/8.5.0"]),
    bounce=st.sampled_from(
        [
            None,
            ("Transient", "General"),
            ("Transient", "MailboxFull"),
            ("Permanent", "General"),
            ("Permanent", "NoEmail"),
            ("Undetermined", "Undetermined"),
            ("New", "Thing"),
        ]
    ),
)


@settings(max_examples=40)
@given(st.lists(EVENTS, min_size=1, max_size=5))
def test_every_order_of_a_messages_events_gives_the_same_message(events: list[TrackedEvent]) -> None:
    ends = [after(*order, *events) for order in permutations(events)]
    assert all(end == ends[0] for end in ends)


KNOWN = st.sampled_from(
    [Facts(), Facts(accepted_at=NOON + timedelta(seconds=3)), Facts(unknown_since=NOON), Facts(failed_at=NOON)]
)


@st.composite
def two_ways(draw: st.DrawFn) -> tuple[list[TrackedEvent], list[TrackedEvent]]:
    """Draw events and the same ones in another order, some of them twice or more."""
    events = draw(st.lists(EVENTS, min_size=1, max_size=12))
    again = draw(st.lists(st.sampled_from(events), max_size=8))
    return events, draw(st.permutations(events + again))


@given(two_ways(), KNOWN)
def test_any_order_and_repetition_gives_the_same_message(
    ways: tuple[list[TrackedEvent], list[TrackedEvent]], known: Facts
) -> None:
    ends = []
    for events in ways:
        message = Message(MESSAGE.campaign_id, 0, 7, MESSAGE.address, NOON, facts=known)
        for one in events:
            message = apply(message, one)
        ends.append(message)
    assert ends[0] == ends[1]


@settings(max_examples=25)
@given(two_ways())
def test_any_order_and_repetition_gives_the_same_statistics(
    ways: tuple[list[TrackedEvent], list[TrackedEvent]],
) -> None:
    ends = []
    with TemporaryDirectory() as folder:
        for number, events in enumerate(ways):
            store = SqliteAnalytics(Path(folder) / f"{number}.db")
            messages = FakeTrackedMessages(MESSAGE)
            versions = []
            for one in events:
                versions.append(messages.change(MESSAGE, lambda stored, one=one: apply(stored, one)))  # type: ignore[misc]
                store.record_events([ClassifiedEvent(one)])
            # The stream to analytics may repeat and overtake, too.
            store.index_messages([document_of(version) for version in reversed(versions)])
            campaign = MESSAGE.campaign_id
            ends.append(
                (
                    store.campaign_totals(campaign),
                    store.links(campaign, limit=10),
                    store.timeline(campaign, bounds=[NOON, NOON + timedelta(minutes=1)], kinds=tuple(EventKind)),
                )
            )
    assert ends[0] == ends[1]
