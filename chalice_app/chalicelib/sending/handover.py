"""Hands a mail to SES in a thread, at the moment of its permit, and again while SES throttles it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import Message
from chalicelib.sending.model import (
    AccountStopped,
    Answer,
    Permit,
    PermitRequest,
    PermitsUnavailableError,
    RenderedMail,
    SendOrder,
    Throttled,
)
from chalicelib.sending.ports import Governor, Pace, Transport
from chalicelib.sending.threads import Threads

_FIRST_BACK_OFF = 0.25
_LONGEST_BACK_OFF = 4.0

_FIRST_PATIENCE = 0.02
_LONGEST_PATIENCE = 1.0


@dataclass(slots=True, eq=False)
class Ready:
    """A message with its mail.

    Attributes:
        handed_over: SES may have taken it, and no outcome is recorded.
    """

    message: Message
    mail: RenderedMail
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one mail, and when it was known."""

    ready: Ready
    answer: Answer
    at: datetime


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

    def send(self, ready: Ready, permit: Permit, until: datetime, order: SendOrder) -> Answered:
        """Hand one message over, again while SES throttles it, but begin no try after ``until``."""
        answer = self._hand_over(ready, permit, until, order)
        pause = _FIRST_BACK_OFF
        while _is_short(answer) and self._clock.now() + timedelta(seconds=pause) < until:
            self._pace.sleep_until(self._clock.now().timestamp() + pause)
            answer = self._hand_over(ready, None, until, order)
            pause = min(2 * pause, _LONGEST_BACK_OFF)
        return Answered(ready, answer, self._clock.now())

    def _hand_over(self, ready: Ready, permit: Permit | None, until: datetime, order: SendOrder) -> Answer:
        """Hand one message over once, at the moment of its permit; a permit that came too late is replaced."""
        late = 0
        while True:
            if permit is None:
                request = replace(request_of(order, [ready], 1), patience=patience(late))
                try:
                    [permit] = self._governor.acquire(request)
                except PermitsUnavailableError as error:
                    return Throttled(error.detail)
            self._pace.sleep_until(permit.moment)
            now = self._clock.now()
            if now > until:
                return Throttled("The lease of the group was too short to begin this send.")
            if now.timestamp() <= permit.expires:
                return self._try(ready)
            permit, late = None, late + 1

    def _try(self, ready: Ready) -> Answer:
        ready.handed_over = True
        began = self._clock.now()
        answer = self._transport.send(ready.mail)
        self._threads.answered((self._clock.now() - began).total_seconds())
        ready.handed_over = not isinstance(answer, Throttled | AccountStopped)
        return answer


def request_of(order: SendOrder, ready: Sequence[Ready], most: int) -> PermitRequest:
    """Ask for permits for up to ``most`` of these messages."""
    domains = tuple(one.message.address.rpartition("@")[2] for one in ready)
    return PermitRequest(order.campaign_id, domains, most, order.rate_limit)


def patience(late: int) -> float:
    """Return how many seconds late the permit may be that replaces ``late`` others in a row, none of which was used.

    On a machine that is busier than permits allow for, a message would never be on time.
    """
    return min(_FIRST_PATIENCE * 2.0 ** (late - 2), _LONGEST_PATIENCE) if late > 1 else 0.0


def _is_short(answer: Answer) -> bool:
    """Tell whether SES took nothing and may do so in a moment."""
    return isinstance(answer, Throttled) and not answer.wait_seconds
