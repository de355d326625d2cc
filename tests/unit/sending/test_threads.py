"""A worker uses as many threads as the rate of its permits and the latency of SES need."""

import pytest

from chalicelib.sending.model import Permit
from chalicelib.sending.threads import LEAST, MOST, Threads


def _measured(interval: float, answer: float, most: int = MOST) -> int:
    threads = Threads(most)
    for _ in range(100):
        threads.permitted([Permit(place, place * interval, place * interval + 1) for place in range(4)])
        threads.answered(answer)
    return threads.at_once


@pytest.mark.parametrize(
    ("per_second", "answer", "expected"),
    [
        (14, 0.2, LEAST),
        (40, 0.1, LEAST),
        (40, 0.15, 12),
        (40, 0.2, MOST),
        (40, 5.0, MOST),
        (40, 0.0, LEAST),
    ],
)
def test_threads_follow_rate_and_latency(per_second: int, answer: float, expected: int) -> None:
    assert _measured(1 / per_second, answer) == expected


def test_there_are_never_more_than_the_pool_has() -> None:
    assert _measured(1 / 100, 1.0, most=3) == 3


def test_before_anything_is_measured_and_after_single_permits_the_least_is_used() -> None:
    threads = Threads(MOST)
    threads.permitted([Permit(0, 1.0, 2.0)])
    threads.answered(1.0)
    assert threads.at_once == LEAST


def test_one_slow_answer_does_not_open_all_threads() -> None:
    threads = Threads(MOST)
    threads.permitted([Permit(0, 0.0, 1.0), Permit(1, 0.1, 1.1)])
    for _ in range(20):
        threads.answered(0.1)
    threads.answered(3.0)
    assert threads.at_once == LEAST
