"""Single messages, which a person waits for, overtake campaigns: by permits of the reserve, a ledger of their own."""

from collections.abc import Callable

from chalicelib.kernel.clock import Clock
from chalicelib.sending.governor import SendGovernor
from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import Permit, PermitRequest, PermitsUnavailableError, Quota
from chalicelib.sending.ports import Governor, RateLedger
from chalicelib.sending.rate import SECOND

_HORIZON = SECOND // 4
"""The reserve is used up where its next permit is due later than this: campaigns' permits may come sooner then."""


class ReserveGovernor:
    """Implements `sending.ports.Governor` for single messages: first out of the reserve, then like a campaign.

    Both ledgers together stay within SES's rate, for campaigns leave the reserve alone. Warm-up caps and limits of
    recipient domains hold for campaigns; of the reserve only SES's own quota is asked.

    Args:
        ledger: of the reserve.
        campaigns: gives the permits that campaigns take.
    """

    def __init__(
        self,
        *,
        ledger: RateLedger,
        quota: Callable[[], Quota],
        limits: SendLimits,
        clock: Clock,
        campaigns: Governor,
    ) -> None:
        self._reserve = SendGovernor(
            ledger=ledger,
            quota=quota,
            limits=SendLimits(),
            clock=clock,
            share=limits.reserve,
            horizon=_HORIZON,
        )
        self._campaigns = campaigns

    def acquire(self, request: PermitRequest) -> tuple[Permit, ...]:
        """Take permits for some of the messages, at least for one.

        Raises:
            PermitsUnavailableError: neither ledger has one; the error says when the first of them may have.
        """
        try:
            return self._reserve.acquire(request)
        except PermitsUnavailableError as reserve:
            try:
                return self._campaigns.acquire(request)
            except PermitsUnavailableError as campaigns:
                raise min(reserve, campaigns, key=lambda error: error.wait_seconds) from None
