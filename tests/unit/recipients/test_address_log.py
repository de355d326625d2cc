from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients.address_log import AddressLog
from tests.unit.recipients.reference import repetitions


@pytest.fixture
def seen() -> Iterator[AddressLog]:
    addresses = AddressLog()
    yield addresses
    addresses.close()


def test_a_duplicate_names_the_line_of_the_first(seen: AddressLog) -> None:
    assert seen.add(2, ["a@example.org", "b@example.org"]) == {}
    assert seen.add(7, ["c@example.org", "b@example.org", "a@example.org"]) == {1: 3, 2: 2}


def test_duplicates_in_one_block_are_seen(seen: AddressLog) -> None:
    assert seen.add(5, ["a@example.org", "", "a@example.org", "", "a@example.org"]) == {2: 5, 4: 5}


def test_an_address_that_begins_like_another_is_another(seen: AddressLog) -> None:
    assert seen.add(2, ["a@example.org", "a@example.or", "a@example.org.uk", "aa@example.org"]) == {}


def test_lines_without_address_do_not_shift_the_others(seen: AddressLog) -> None:
    seen.add(2, ["", "", "a@example.org"])
    seen.add(1000, ["", "b@example.org"])
    assert seen.add(5000, ["b@example.org", "a@example.org"]) == {0: 1001, 1: 4}


@pytest.mark.parametrize("expected", [0, 100_000])
def test_every_duplicate_is_found_when_the_table_has_grown(expected: int) -> None:
    seen = AddressLog(expected=expected)
    count, block = 40_000, 500
    addresses = [f"user{number}@example{number % 7}.org" for number in range(count)]
    for start in range(0, count, block):
        assert seen.add(start + 1, addresses[start : start + block]) == {}
    for start in range(0, count, block):
        found = seen.add(count + start + 1, addresses[start : start + block])
        assert found == {position: start + position + 1 for position in range(block)}
    seen.close()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 2, 70, 300]), st.lists(st.sampled_from(["", "a@b.cc", "a@b.c", "aa@b.cc", "x@y.zz"]))
        )
    )
)
def test_it_agrees_with_a_dictionary(blocks: list[tuple[int, list[str]]]) -> None:
    seen = AddressLog()
    for line, addresses, expected in repetitions(blocks):
        assert seen.add(line, addresses) == expected
    seen.close()
