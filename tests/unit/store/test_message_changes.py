"""What a worker writes of a message is the difference of the whole, however it is worked out."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.model import Facts, Message
from chalicelib.store.message_images import changes_of, image_of, message_of_image, state_of

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MOMENTS = st.none() | st.integers(0, 3_000).map(lambda milliseconds: NOON + timedelta(milliseconds=milliseconds))
TEXTS = st.none() | st.sampled_from(["", "Permanent", "550 no such user"])
COUNTS = st.integers(0, 3)


def _values(name: str) -> st.SearchStrategy[Any]:
    if name.endswith(("_at", "_since")):
        return MOMENTS
    if name == "seen":
        return st.frozensets(st.sampled_from(["open-1", "click-2", "open-3"]))
    return COUNTS if name in {"opens", "clicks", "human_opens", "human_clicks"} else TEXTS


CHANGES = st.fixed_dictionaries({}, optional={one.name: _values(one.name) for one in fields(Facts)})
FACTS = CHANGES.map(lambda known: Facts(**known))


def _message(facts: Facts, provider_id: str | None, revision: int) -> Message:
    return Message("cmp_1", 0, 7, "anna@example.org", NOON, {"city": "Köln\n"}, provider_id, facts, revision)


MESSAGES = st.builds(_message, FACTS, TEXTS, st.integers(0, 3))


@given(before=MESSAGES, changes=CHANGES, provider_id=TEXTS, revision=st.integers(0, 3))
def test_what_changes_is_what_is_written_otherwise(
    before: Message, changes: dict[str, Any], provider_id: str | None, revision: int
) -> None:
    after = replace(before, facts=replace(before.facts, **changes), provider_id=provider_id, revision=revision)
    known, wanted = state_of(before), state_of(after)
    put, removed = changes_of(before, after)
    assert list(put.items()) == [(name, value) for name, value in wanted.items() if known.get(name) != value]
    assert removed == [name for name in known if name not in wanted]


@given(facts=FACTS, changes=CHANGES)
def test_facts_are_replaced_as_by_the_standard_library(facts: Facts, changes: dict[str, Any]) -> None:
    assert facts.known_with(**changes) == replace(facts, **changes)


@given(message=MESSAGES)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert message_of_image(image_of(message)) == message
