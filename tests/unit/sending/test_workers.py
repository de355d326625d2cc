"""A campaign gets as many workers as its rate keeps busy."""

import pytest

from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import Quota
from chalicelib.sending.workers import WORKER_PER_SECOND, workers_needed


@pytest.mark.parametrize(
    ("per_second", "rate_limit", "reserve", "expected"),
    [
        (1.0, None, 0, 2),
        (14.0, None, 0, 2),
        (WORKER_PER_SECOND, None, 0, 2),
        (100.0, None, 0, 4),
        (200.0, None, 0, 6),
        (200.0, None, 40, 4),
        (200.0, 10.0, 0, 2),
        (200.0, 1_000.0, 0, 6),
        (5_000.0, None, 0, 10),
        (0.0, None, 0, 1),
    ],
)
def test_workers_follow_the_rate_that_the_campaign_may_use(
    per_second: float, rate_limit: float | None, reserve: int, expected: int
) -> None:
    assert workers_needed(Quota(per_second), SendLimits(reserve), rate_limit, most=10) == expected
