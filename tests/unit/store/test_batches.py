"""Reading many keys in chunks: nothing is left out silently, and a busy table is given time."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.store.batches import CHUNK, read_all


class Table:
    """Answers as BatchGetItem does.

    Args:
        left_out: says of a call, counted from 0, how many of its keys are not come to.
    """

    def __init__(self, left_out: Callable[[int], int] = lambda _: 0) -> None:
        self.calls: list[list[int]] = []
        self._left_out = left_out

    def read(self, keys: list[int]) -> tuple[list[str], list[int]]:
        assert 0 < len(keys) <= CHUNK
        come_to = max(0, len(keys) - self._left_out(len(self.calls)))
        self.calls.append(keys)
        return [f"item {key}" for key in keys[:come_to] if key % 2], keys[come_to:]


def never(seconds: float) -> None:
    raise AssertionError(f"paused for {seconds} s without a need")


@given(st.integers(0, 450))
def test_no_call_asks_for_more_than_100_keys_and_every_key_is_asked_for(count: int) -> None:
    table = Table()
    items = list(read_all(table.read, iter(range(count)), sleep=never))
    assert items == [f"item {key}" for key in range(1, count, 2)]
    assert len(table.calls) == -(-count // CHUNK)


@given(st.integers(1, 250), st.lists(st.integers(0, 100), max_size=5))
def test_keys_that_were_left_out_are_asked_for_again(count: int, left_out: list[int]) -> None:
    table = Table(lambda call: left_out[call] if call < len(left_out) else 0)
    items = list(read_all(table.read, range(count), sleep=lambda _: None))
    assert sorted(items) == sorted(f"item {key}" for key in range(1, count, 2))


def test_each_pause_is_longer_than_the_one_before_up_to_two_seconds() -> None:
    pauses: list[float] = []
    table = Table(lambda call: 1 if call < 8 else 0)
    list(read_all(table.read, range(10), sleep=pauses.append))
    assert [len(keys) for keys in table.calls] == [10, *[1] * 8]
    longest = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, longest, strict=True))


def test_a_table_that_stays_busy_is_an_error_and_never_an_answer() -> None:
    pauses: list[float] = []
    with pytest.raises(TemporarilyUnavailableError):
        list(read_all(Table(lambda _: 1).read, range(10), sleep=pauses.append))
    assert sum(pauses) < 10
