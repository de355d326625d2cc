import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.recipients import seen as seen_addresses
from chalicelib.recipients.seen import SeenAddresses
from tests.unit.recipients.reference import repetitions

_BLOCKS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2, 70, 300]), st.lists(st.sampled_from(["", *(f"{c}@example.org" for c in "abcdefgh")]))
    )
)


@given(_BLOCKS, st.integers(0, 30))
def test_it_agrees_with_a_dictionary_wherever_it_goes_on_to_disk(
    blocks: list[tuple[int, list[str]]], in_memory: int
) -> None:
    seen = SeenAddresses(in_memory=in_memory)
    for line, addresses, expected in repetitions(blocks):
        assert seen.add(line, addresses) == expected
    seen.close()


@pytest.mark.parametrize("in_memory", [0, 2_500, 500_000])
def test_every_duplicate_is_found_whatever_is_in_memory(in_memory: int) -> None:
    seen = SeenAddresses(in_memory=in_memory)
    addresses = [f"user{number}@example.org" for number in range(5_000)]
    for start in range(0, 5_000, 500):
        assert seen.add(2 * start + 3, addresses[start : start + 500]) == {}
    assert seen.add(20_000, addresses) == {
        number: 2 * (number - number % 500) + 3 + number % 500 for number in range(5_000)
    }
    seen.close()


@pytest.mark.parametrize(("expected", "most_in_memory"), [(0, 40), (40, 40), (41, 20)])
def test_a_file_that_seems_large_goes_on_to_disk_early(
    monkeypatch: pytest.MonkeyPatch, expected: int, most_in_memory: int
) -> None:
    monkeypatch.setattr(seen_addresses, "MOST_WITHOUT_LOG", 40)
    monkeypatch.setattr(seen_addresses, "MOST_BEFORE_LOG", 20)
    seen = SeenAddresses(expected=expected)
    for line in range(1, most_in_memory + 1):
        seen.add(line, [f"{line}@example.org"])
    assert seen._log is None
    seen.add(most_in_memory + 1, ["last@example.org"])
    assert seen._log is not None
    assert seen.add(most_in_memory + 2, ["1@example.org", "last@example.org"]) == {0: 1, 1: most_in_memory + 1}
    seen.close()
