"""The archive's objects: every record comes out as it went in, under the hour of its arrival."""

import gzip
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.errors import InvalidInputError
from chalicelib.tracking import archive
from chalicelib.tracking.archive import MOST_HOURS, Received, hour_prefix, hours, key_of, packed, unpacked

NOON = datetime(2026, 3, 1, 12, 34, 56, 789_000, tzinfo=UTC)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
BODIES = (
    st.text()
    | VALUES.map(json.dumps)
    | VALUES.map(lambda value: json.dumps(value, indent=2))
    | VALUES.map(lambda value: json.dumps(value, ensure_ascii=False))
)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), BODIES), max_size=5))
def test_every_record_comes_out_as_it_went_in(given_records: list[tuple[str, str]]) -> None:
    records = [Received.of(record, body) for record, body in given_records]
    found = list(unpacked(packed(records, NOON)))
    assert [one.record for one in found] == [one.record for one in records]
    assert [one.document for one in found] == [one.document for one in records]
    assert [one.body for one in found if one.document is None] == [one.body for one in records if one.document is None]


def test_a_line_is_json_and_an_event_stands_in_it_as_it_came() -> None:
    body = '{"eventType": "Open",  "open": {"x": 1.50}}'
    content = gzip.decompress(
        packed([Received.of("a", body), Received.of("b", "no JSON"), Received.of("c", "[1,\n2]")], NOON)
    )
    first, second, third = content.decode().splitlines()
    assert f'"event":{body}' in first
    assert json.loads(first) == {"record": "a", "received_at": "2026-03-01T12:34:56.789Z", "event": json.loads(body)}
    assert json.loads(second)["text"] == "no JSON"
    assert json.loads(third)["event"] == [1, 2]


def test_what_is_nested_too_deeply_is_kept_as_text() -> None:
    body = "[" * 200_000
    record = Received.of("deep", body)
    assert record.document is None
    assert next(unpacked(packed([record], NOON))).body == body


@given(st.lists(VALUES.filter(lambda value: value is not None), max_size=5), st.sampled_from(["\n", "", " ", "\r\n"]))
def test_a_delivery_streams_object_gives_its_events_and_names_them_by_it(values: list[Any], between: str) -> None:
    texts = [json.dumps([value]) for value in values]
    found = list(unpacked(gzip.compress("".join(text + between for text in texts).encode()), "object"))
    assert [one.document for one in found] == [[value] for value in values]
    assert [one.body for one in found] == texts
    assert [one.record for one in found] == [f"object#{number}" for number in range(len(values))]


def test_what_is_damaged_in_a_delivery_streams_object_is_a_text_up_to_the_end_of_its_line() -> None:
    content = gzip.compress(b'{"a": 1}{"b": \n\xff\n{"c": 3}\n')
    found = [(one.record, one.body, one.document) for one in unpacked(content, "object")]
    assert found == [
        ("object#0", '{"a": 1}', {"a": 1}),
        ("object#1", '{"b":', None),
        ("object#2", "\ufffd", None),
        ("object#3", '{"c": 3}', {"c": 3}),
    ]


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LONGEST_LINE", 100)
    with pytest.raises(ValueError, match="object has a line of 100 bytes"):
        list(unpacked(gzip.compress(b'{"a": 1}\n' + b"x" * 200), "object"))


def test_no_batch_has_a_name_that_is_announced() -> None:
    assert not key_of([Received("a", "1")], NOON).endswith(archive.STREAMED)


def test_keys_stand_under_the_hour_in_utc_and_tell_batches_apart() -> None:
    one, other = [Received("a", "1")], [Received("a", "1"), Received("b", "2")]
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    key = key_of(one, berlin)
    assert key.startswith("events/raw/2026/03/01/12/3456-")
    assert key.endswith(".jsonl.gz")
    assert key == key_of(one, NOON)
    assert key != key_of(other, NOON)
    assert packed(one, NOON) == packed(one, NOON)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (NOON, NOON + timedelta(minutes=1), ["12"]),
        (NOON, NOON.replace(hour=13, minute=0, second=0, microsecond=0), ["12"]),
        (NOON, NOON + timedelta(hours=1), ["12", "13"]),
        (NOON.replace(hour=23), NOON.replace(hour=23) + timedelta(minutes=30), ["23", "00"]),
    ],
)
def test_the_hours_of_a_replay(start: datetime, end: datetime, expected: list[str]) -> None:
    found = hours(start, end)
    assert [prefix.split("/")[-2] for prefix in found] == expected
    assert found[0] == hour_prefix(start)


@pytest.mark.parametrize("length", [timedelta(0), -timedelta(hours=2), timedelta(hours=MOST_HOURS + 1)])
def test_a_replay_of_no_hours_or_too_many_is_refused(length: timedelta) -> None:
    start = NOON.replace(minute=0, second=0, microsecond=0)
    assert len(hours(start, start + timedelta(hours=MOST_HOURS))) == MOST_HOURS
    with pytest.raises(InvalidInputError):
        hours(start, start + length)
