"""How many workers a campaign needs: as many as its rate keeps busy, and one more (docs/decisions/0003)."""

from math import ceil

from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import Quota

WORKER_PER_SECOND = 40.0
"""Messages a second that one worker sends: its threads at 200 ms a message, slow for SES in the same region."""

BULK_WORKER_CALLS = 2.0
"""Calls a second that one worker makes where a call carries several messages: two at once, at a second each."""


def workers_needed(quota: Quota, limits: SendLimits, rate_limit: float | None, most: int) -> int:
    """Return how many workers the send rate keeps busy, from 1 to ``most``.

    Args:
        quota: what SES allows the account.
        limits: what the operator leaves to campaigns of it.
        rate_limit: messages per second that the campaign sends at most; None: what the account allows.
        most: workers of one campaign at most.
    """
    per_second = quota.per_second * limits.campaigns.rate
    if rate_limit is not None:
        per_second = min(per_second, rate_limit)
    busy = ceil(per_second / max(WORKER_PER_SECOND, BULK_WORKER_CALLS * limits.bulk))
    return max(1, min(busy + 1, most))
