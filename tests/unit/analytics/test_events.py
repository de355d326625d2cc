"""An event's document holds all that the event does."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.analytics.events import EVENT_FIELDS, event_id_of, read, written
from chalicelib.tracking.classified import ClassifiedEvent
from chalicelib.tracking.model import EventKind, TrackedEvent

TEXTS = st.none() | st.text(min_size=1, max_size=20)
TRACKED = st.builds(
    TrackedEvent,
    kind=st.sampled_from(EventKind),
    message_id=st.text(min_size=1, max_size=20),
    campaign_id=st.text(min_size=1, max_size=20),
    provider_id=st.text(max_size=20),
    recipient=st.text(max_size=20),
    # SES's times are of milliseconds.
    at=st.integers(0, 4_000_000_000_000).map(
        lambda millis: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
    ),
    link=TEXTS,
    user_agent=TEXTS,
    ip_address=TEXTS,
    bounce_type=TEXTS,
    bounce_subtype=TEXTS,
    diagnostic=TEXTS,
    bot=st.none() | st.booleans(),
)
CLASSIFIED = st.builds(
    ClassifiedEvent,
    event=TRACKED,
    machine=st.none() | st.booleans(),
    reasons=st.lists(st.text(min_size=1, max_size=9), max_size=3).map(tuple),
    rules=st.integers(0, 9),
)


@given(CLASSIFIED)
def test_an_event_is_read_as_it_was_written(classified: ClassifiedEvent) -> None:
    document = json.loads(json.dumps(written(classified)))
    assert read(document) == classified
    assert set(document) <= set(EVENT_FIELDS)
    assert None not in document.values()


@given(CLASSIFIED)
def test_a_classification_does_not_change_an_events_id(classified: ClassifiedEvent) -> None:
    assert event_id_of(written(read(written(classified)))) == event_id_of(written(classified))
