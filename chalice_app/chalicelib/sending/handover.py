"""Hands mails to SES in a thread, at the moment of their permit, and again while SES throttles them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.kernel.clock import Clock
from chalicelib.sending.model import (
    Accepted,
    AccountStopped,
    Answer,
    Permit,
    PermitRequest,
    PermitsUnavailableError,
    Refused,
    Throttled,
)
from chalicelib.sending.open_group import Answered, Ready
from chalicelib.sending.ports import Governor, Pace, Transport
from chalicelib.sending.threads import Threads

_FIRST_BACK_OFF = 0.25
_LONGEST_BACK_OFF = 4.0

_FIRST_PATIENCE = 0.02
_LONGEST_PATIENCE = 1.0


class HandOver:
    """What threads share that hand mails over.

    Args:
        threads: is told how long SES takes.
    """

    def __init__(
        self,
        *,
        transport: Transport,
        governor: Governor,
        pace: Pace,
        clock: Clock,
        threads: Threads,
    ) -> None:
        self._transport = transport
        self._governor = governor
        self._pace = pace
        self._clock = clock
        self._threads = threads

    def send(self, call: Sequence[Ready], permit: Permit, until: datetime, prepared: object = None) -> list[Answered]:
        """Hand the mails of one call over, again those that SES throttles, but begin no try after ``until``.

        Args:
            call: one mail, or several that `Transport.bundles` put together.
            permit: the right to begin all of them.
            until: the leases of their groups end soon after it.
            prepared: what `Transport.bundles` gave with them.
        """
        known, throttled = self._sorted(call, self._hand_over(call, permit, until, prepared))
        if len(call) > 1 and all(isinstance(one.answer, Refused) for one in known) and not throttled:
            # A call is refused as a whole for what is wrong with one of its mails, and then nothing of it was taken.
            return [answered for one in call for answered in self._again([one], until, pause=0.0)]
        return known + self._again(throttled, until)

    def _again(self, rest: Sequence[Ready], until: datetime, pause: float = _FIRST_BACK_OFF) -> list[Answered]:
        """Hand mails over that SES did not take, with permits of their own, while it throttles them."""
        done: list[Answered] = []
        while rest and self._clock.now() + timedelta(seconds=pause) < until:
            self._pace.sleep_until(self._clock.now().timestamp() + pause)
            known, rest = self._sorted(rest, self._hand_over(rest, None, until))
            done += known
            pause = min(max(2 * pause, _FIRST_BACK_OFF), _LONGEST_BACK_OFF)
        reason = Throttled("SES did not take it while the lease of its group held.")
        return [*done, *(Answered(one, reason, self._clock.now()) for one in rest)]

    def _sorted(self, call: Sequence[Ready], answers: Sequence[Answer]) -> tuple[list[Answered], list[Ready]]:
        """Part what is known from what SES throttles and may take in a moment."""
        now = self._clock.now()
        pairs = list(zip(call, answers, strict=True))
        known = [Answered(one, answer, _at(one, answer, now)) for one, answer in pairs if not _is_short(answer)]
        return known, [one for one, answer in pairs if _is_short(answer)]

    def _hand_over(
        self, call: Sequence[Ready], permit: Permit | None, until: datetime, prepared: object = None
    ) -> list[Answer]:
        """Hand mails over once, at the moment of their permit; a permit that came too late is replaced.

        Those that a new permit is not for count as throttled: they wait for another one.
        """
        late = 0
        places = set(range(len(call)))
        while True:
            if permit is None:
                request = replace(request_of(call, len(call)), patience=patience(late))
                try:
                    permits = self._governor.acquire(request)
                except PermitsUnavailableError as error:
                    return [Throttled(error.detail)] * len(call)
                permit = min(permits, key=lambda one: one.moment)
                places = {one.place for one in permits if one.moment == permit.moment}
            self._pace.sleep_until(permit.moment)
            now = self._clock.now()
            if now > until:
                return [Throttled("The lease of the group was too short to begin this send.")] * len(call)
            if now.timestamp() <= permit.expires:
                chosen = [one for place, one in enumerate(call) if place in places]
                answers = iter(self._try(chosen, prepared if len(chosen) == len(call) else None))
                return [
                    next(answers) if place in places else Throttled("It waits for a permit.")
                    for place in range(len(call))
                ]
            permit, late = None, late + 1

    def _try(self, call: Sequence[Ready], prepared: object) -> list[Answer]:
        began = self._clock.now()
        for one in call:
            one.handed_over, one.begun_at = True, began
        mails = [one.mail for one in call]
        answers = self._transport.send_all(mails, prepared) if len(mails) > 1 else [self._transport.send(mails[0])]
        self._threads.answered((self._clock.now() - began).total_seconds())
        for one, answer in zip(call, answers, strict=True):
            one.handed_over = not isinstance(answer, Throttled | AccountStopped)
        return answers


def request_of(ready: Sequence[Ready], most: int) -> PermitRequest:
    """Ask for permits for up to ``most`` of these messages, all of one campaign."""
    domains = tuple(one.message.address.rpartition("@")[2] for one in ready)
    order = ready[0].group.order
    return PermitRequest(order.campaign_id, domains, most, order.rate_limit)


def patience(late: int) -> float:
    """Return how many seconds late the permit may be that replaces ``late`` others in a row, none of which was used.

    On a machine that is busier than permits allow for, a message would never be on time.
    """
    return min(_FIRST_PATIENCE * 2.0 ** (late - 2), _LONGEST_PATIENCE) if late > 1 else 0.0


def _at(one: Ready, answer: Answer, now: datetime) -> datetime:
    """Return the moment that is recorded.

    SES's own events bear later ones than that of the handing over, so they find an acceptance as early as it can be:
    a Send event of a message that is recorded already needs no write (docs/decisions/0042).
    """
    return one.begun_at if isinstance(answer, Accepted) and one.begun_at else now


def _is_short(answer: Answer) -> bool:
    """Tell whether SES took nothing and may do so in a moment."""
    return isinstance(answer, Throttled) and not answer.wait_seconds
