"""Cursors, identifiers, times, addresses and log lines."""

import base64
import json
import logging
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.kernel.addresses import address_hash, canonical, mask_address
from chalicelib.kernel.clock import SystemClock, from_rfc3339, rfc3339
from chalicelib.kernel.errors import InvalidInputError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.logs import JsonFormatter
from chalicelib.kernel.pages import decode_cursor, encode_cursor

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
MILLISECONDS = st.integers(0, 4_000_000_000_000)


@given(position=JSON)
def test_a_cursor_brings_its_position_back_and_needs_no_escaping_in_a_url(position: object) -> None:
    cursor = encode_cursor(position)
    assert decode_cursor(cursor) == position
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)


def test_no_cursor_is_no_position() -> None:
    assert decode_cursor(None) is None


def test_a_cursor_nested_too_deeply_is_refused_like_any_made_up_one() -> None:
    nested = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
    with pytest.raises(InvalidInputError):
        decode_cursor(nested)


@pytest.mark.parametrize("cursor", ["", "a", "%%%", "größe", "bm8", "_w", "e30 "])
def test_a_made_up_cursor_is_refused_with_a_pointer(cursor: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        decode_cursor(cursor)
    assert [error.pointer for error in refusal.value.errors] == ["/cursor"]


@given(earlier=MILLISECONDS, later=MILLISECONDS)
def test_ids_sort_by_the_time_they_were_made(earlier: int, later: int) -> None:
    assume(later - earlier > 1)  # a float holds a moment to less than a millisecond
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    first = new_id("cmp", epoch + timedelta(milliseconds=earlier))
    assert first < new_id("cmp", epoch + timedelta(milliseconds=later))


def test_ids_of_one_moment_differ_and_have_one_form() -> None:
    ids = {new_id("cmp", NOON) for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(re.fullmatch(r"cmp_[0-9a-hjkmnp-tv-z]{26}", one) for one in ids)


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_a_time_survives_as_text_to_the_millisecond(moment: datetime) -> None:
    assert from_rfc3339(rfc3339(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_times_are_written_in_utc_so_that_text_order_is_time_order() -> None:
    in_berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    assert rfc3339(in_berlin) == rfc3339(NOON) == "2026-03-01T12:00:00.000Z"
    assert from_rfc3339("2026-03-01T13:00:00+01:00") == NOON


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="names no zone"):
        from_rfc3339("2026-03-01T12:00:00")


def test_the_machines_clock_tells_its_zone() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_two_spellings_of_a_mailbox_are_one() -> None:
    assert canonical(" Anna@Example.ORG ") == "anna@example.org"
    assert address_hash("Anna@example.org") == address_hash("anna@EXAMPLE.org") != address_hash("ann@example.org")


def test_a_masked_address_keeps_its_first_letter_and_its_domain() -> None:
    assert mask_address("anna@example.org") == "a***@example.org"
    assert mask_address("@example.org") == "***@example.org"


def test_a_log_line_is_one_json_object_with_its_extras() -> None:
    record = logging.makeLogRecord({"name": "chalicelib.x", "levelname": "INFO", "msg": "done %s", "args": ("now",)})
    record.campaign_id = "cmp_1"
    record.at = NOON
    line = JsonFormatter().format(record)
    document = json.loads(line)
    assert "\n" not in line
    assert (document["message"], document["level"], document["campaign_id"]) == ("done now", "INFO", "cmp_1")
    assert document["at"] == "2026-03-01 12:00:00+00:00"
