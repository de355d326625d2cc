"""Writing parts on several threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.recipients.output import PartWrites, part_list
from tests.fakes.recipients import FakeRecipientObjects


class Counting(FakeRecipientObjects):
    """Knows how many writes were under way at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0
        self.gate = threading.Barrier(3, timeout=10)

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.gate.wait()
        with self._lock:
            self._now -= 1
        super().write(key, body, content_type=content_type)


def _put(parts: PartWrites, count: int, error: Exception | None = None) -> None:
    with parts:
        for _ in range(count):
            parts.put(1, b"a")
        if error:
            raise error


def test_no_more_parts_than_allowed_are_under_way_and_all_are_there_at_the_end() -> None:
    objects = Counting()
    with ThreadPoolExecutor(8) as pool, PartWrites(objects, "rcp_1", pool, 3) as parts:
        for number in range(9):
            parts.put(number, b"%d" % number)
    assert objects.most == 3
    assert parts.sizes == list(range(9))
    assert [objects.items[key] for key in sorted(objects.items, key=str)] == [b"%d" % n for n in range(9)]


def test_an_error_of_a_write_is_raised_at_the_latest_at_the_end() -> None:
    objects = FakeRecipientObjects()
    objects.fail_after = 1
    with ThreadPoolExecutor(2) as pool, pytest.raises(ConnectionError):
        _put(PartWrites(objects, "rcp_1", pool, 4), 2)
    assert len(objects.items) == 1


def test_after_an_error_of_the_caller_nothing_is_being_written_any_more() -> None:
    objects = Counting()
    with ThreadPoolExecutor(8) as pool:
        with pytest.raises(RuntimeError, match="stopped"):
            _put(PartWrites(objects, "rcp_1", pool, 3), 3, RuntimeError("stopped"))
        assert len(objects.items) == 3


def test_the_list_of_parts_is_one_line_each() -> None:
    assert part_list([1000, 7]) == b'{"part": 0, "recipients": 1000}\n{"part": 1, "recipients": 7}\n'
