"""Sends claimed groups: check suppressions, take permits, render, hand over, record the answers.

While the last answers of a group are awaited the next one is begun, so that a single worker keeps the send rate.
Answers are recorded together, as many as came in since sends were begun last, and always before the next ones are: so
a dead worker never leaves more messages open than it may have under way (docs/decisions/0026).
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from math import ceil

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import TemporarilyUnavailableError
from chalicelib.messages.model import Message, MessageStatus, SkipReason
from chalicelib.messages.ports import MessageRepository
from chalicelib.sending.flight import Flight
from chalicelib.sending.handover import HandOver, request_of
from chalicelib.sending.model import (
    AccountStopped,
    Claim,
    ClaimLostError,
    Permit,
    PermitsUnavailableError,
    SendOrder,
    Throttled,
)
from chalicelib.sending.open_group import Answered, OpenGroup, Ready, Render, RenderFailedError
from chalicelib.sending.outcomes import outcome_of, place_of, skipped
from chalicelib.sending.ports import Claims, Governor, Pace, SuppressionList, Transport
from chalicelib.sending.threads import Threads
from chalicelib.suppressions.model import campaign_scopes

LEASE = timedelta(seconds=60)
"""How long a claim holds without being renewed."""

SEND_MARGIN = timedelta(seconds=30)
"""No send begins so near to the end of the lease: the transport's own time limits must fit in."""

_THROTTLED_SECONDS = 5

_LEAD = timedelta(seconds=10)
"""A permit taken now may be due so late, and must still be within the lease."""

_SHORT_WAIT = 1.0
_SHORT_WAITS = 5
"""A worker waits for permits itself when that is short, so often in a row; then the workflow waits, which is free."""


@dataclass(slots=True)
class SendResult:
    """What became of the groups that a worker was given.

    Attributes:
        halted: why SES takes no more mail from this account, if that is so.
        wait_seconds: SES kept refusing because of a rate, or no permits were to be had: some messages are pending; try
            again after so long.
        unfinished: the first group in which a message is pending still; None: there is none.
    """

    halted: str | None = None
    wait_seconds: int = 0
    unfinished: int | None = None

    @property
    def stopped(self) -> bool:
        """No further message may be begun."""
        return bool(self.halted or self.wait_seconds)


class GroupSender:
    """Sends the pending messages of claimed groups, several calls of SES in parallel on ``pool``.

    One worker's: `begin` one group after the other, then `end`. A group is closed, or given back where messages are
    left, as soon as its last answer is recorded.

    Args:
        at_once: threads of the pool.
        bulk: messages that one call of SES carries at most. What is left of a group and fills no call waits for the
            next group, or for `end`.
    """

    def __init__(
        self,
        *,
        messages: MessageRepository,
        claims: Claims,
        suppressions: SuppressionList,
        governor: Governor,
        transport: Transport,
        pace: Pace,
        clock: Clock,
        pool: Executor,
        at_once: int,
        bulk: int = 1,
    ) -> None:
        self._messages = messages
        self._claims = claims
        self._suppressions = suppressions
        self._governor = governor
        self._transport = transport
        self._pace = pace
        self._clock = clock
        self._bulk = bulk
        self._threads = Threads(at_once, bulk)
        self._hand_over = HandOver(
            transport=transport, governor=governor, pace=pace, clock=clock, threads=self._threads
        )
        self._flight = Flight(pool, lambda: self._threads.at_once, self._landed)
        self._open: list[OpenGroup] = []
        self._ready: list[Ready] = []
        self._answered: list[Answered] = []
        self._result = SendResult()

    @property
    def stopped(self) -> bool:
        """Whether SES stopped the worker: it is to begin nothing more."""
        return self._result.stopped

    def begin(self, claim: Claim, messages: list[Message], order: SendOrder, render: Render) -> None:
        """Begin every pending message of a group, or stop where SES stops; the last answers may still be awaited."""
        group = OpenGroup(claim, order, render)
        self._open.append(group)
        pending = [message for message in messages if message.status is MessageStatus.PENDING]
        try:
            group.waiting.extend(self._without_suppressed(pending, order))
        except TemporarilyUnavailableError:
            # Nobody is mailed unchecked, and nothing was begun: the group is given back rather than left to run out.
            group.pending = True
            self._stop(wait_seconds=_THROTTLED_SECONDS)
        self._send(group, least=self._bulk)
        group.closing = True
        self._end_groups()

    def end(self) -> SendResult:
        """Wait for all answers; return what became of the groups since the last `end`."""
        if self._ready:
            self._send(self._ready[-1].group, least=1)
        self._flight.land()
        self._end_groups()
        result, self._result = self._result, SendResult()
        return result

    def give_back(self) -> None:
        """After an error, end the claims at once; one that cannot be ended runs out by itself.

        What was not handed over stays pending, and only what was handed over without a recorded outcome is left for the
        next worker to settle as unknown.
        """
        self._flight.end()
        self._record_each()
        for group in self._open:
            lost = frozenset(place_of(one.message) for one in group.begun if one.handed_over)
            with suppress(ClaimLostError, TemporarilyUnavailableError):
                if lost:
                    self._claims.renew(group.claim, self._clock.now(), lost)
                elif not group.lost:
                    self._claims.release(group.claim)
        self._open, self._ready, self._answered, self._result = [], [], [], SendResult()

    def _send(self, group: OpenGroup, least: int) -> None:
        """Begin what is ready and what waits in a group while there is so much of it.

        Then the rest is ready and nothing of the group waits; after a stop nothing is ready.
        """
        refusals = 0
        while len(self._ready) + len(group.waiting) >= least and not self.stopped:
            room = self._flight.room()
            self._end_groups()
            if self.stopped:
                break
            self._make_ready(group, room)
            if not self._ready:
                break
            # Before the permits, whose moments do not wait for a write: most often it is these that get them.
            if not self._hold(self._ready[:room]):
                break
            try:
                permits = self._governor.acquire(request_of(self._ready, room))
            except PermitsUnavailableError as error:
                refusals += 1
                self._wait(error, refusals)
                continue
            refusals = 0
            self._threads.permitted(permits)
            self._begin(permits)
        if self.stopped:
            group.pending |= bool(group.waiting)
            for one in self._ready:
                one.group.pending = True
            self._ready = []
        else:
            self._make_ready(group, len(group.waiting))

    def _stop(self, *, halted: str | None = None, wait_seconds: int = 0) -> None:
        self._result.halted = halted or self._result.halted
        self._result.wait_seconds = max(self._result.wait_seconds, wait_seconds)

    def _landed(self, answered: Answered) -> None:
        self._answered.append(answered)
        answer, group = answered.answer, answered.ready.group
        if isinstance(answer, AccountStopped):
            group.pending = True
            self._stop(halted=answer.reason)
        if isinstance(answer, Throttled):
            group.pending = True
            self._stop(wait_seconds=answer.wait_seconds or _THROTTLED_SECONDS)

    def _record(self) -> None:
        """Record every answer that is known."""
        steps = [(one, outcome_of(one.answer, one.at)) for one in self._answered]
        known = [(one.ready.message, step) for one, step in steps if step]
        if known:
            self._messages.change_all(known)
        for one in self._answered:
            one.ready.handed_over = False
        self._answered = []

    def _record_each(self) -> None:
        """After an error, record what can be recorded, each by itself; the rest is left to be settled."""
        for one in self._answered:
            step = outcome_of(one.answer, one.at)
            with suppress(Exception):  # it may be this that failed, and the error that led here is raised
                if step:
                    self._messages.change(one.ready.message, step)
                one.ready.handed_over = False

    def _end_groups(self) -> None:
        """Record what is known; close the groups of which no answer is awaited any more, or give them back."""
        self._record()
        awaited = {one.group for one in self._ready} | {one.group for one in self._flight.mails}
        for group in [group for group in self._open if group.closing and group not in awaited]:
            if group.pending or group.lost:
                first = self._result.unfinished
                number = group.claim.group
                self._result.unfinished = number if first is None else min(first, number)
            if group.lost:
                pass  # its claim is another's
            elif group.pending:
                self._claims.release(group.claim)
            else:
                self._claims.close(group.claim)
            self._open.remove(group)

    def _make_ready(self, group: OpenGroup, room: int) -> None:
        """Render as many messages as can be sent now: before their permits, whose moments do not wait.

        Those that are there already may be held back by a limit, so as many again are offered.
        """
        for _ in range(min(room, len(group.waiting))):
            message = group.waiting.popleft()
            try:
                self._ready.append(Ready(group, message, group.render(message)))
            except RenderFailedError as error:
                reason = f"{SkipReason.RENDER_FAILED}: {error}"
                self._messages.change(message, partial(skipped, at=self._clock.now(), reason=reason))

    def _hold(self, soon: Sequence[Ready]) -> bool:
        """Write down which sends are begun next, and renew the leases; not again where both are so already.

        Returns:
            Whether all of them may be begun: not where another worker took a group over.
        """
        for group in dict.fromkeys(one.group for one in soon):
            try:
                self._hold_group(group, [one for one in soon if one.group is group])
            except ClaimLostError:
                # The worker that took it over answers for what is left of it; should it die, this part is not done.
                group.lost = True
                self._stop(wait_seconds=1)
        return not self.stopped

    def _hold_group(self, group: OpenGroup, soon: Sequence[Ready]) -> None:
        now = self._clock.now()
        under_way = {place_of(one.message) for one in self._flight.mails if one.group is group}
        begun = under_way | {place_of(one.message) for one in soon}
        if group.claim.lease_until - now <= SEND_MARGIN + _LEAD or not begun <= group.claim.begun:
            group.claim = self._claims.renew(group.claim, now + LEASE, frozenset(begun))

    def _wait(self, error: PermitsUnavailableError, refusals: int) -> None:
        if error.wait_seconds <= _SHORT_WAIT and refusals <= _SHORT_WAITS:
            self._pace.sleep_until(self._clock.now().timestamp() + error.wait_seconds)
        elif not self._flight.land_one():
            # The group is given back; what was not begun stays pending.
            self._stop(wait_seconds=max(ceil(error.wait_seconds), 1))

    def _begin(self, permits: tuple[Permit, ...]) -> None:
        """Begin the sends that there are permits for; those of one moment go in as few calls as carry them."""
        chosen = {permit.place: self._ready[permit.place] for permit in permits}
        if not self._hold(list(chosen.values())):
            return
        for moment in dict.fromkeys(permit.moment for permit in permits):
            together = [permit for permit in permits if permit.moment == moment]
            begun = [chosen[permit.place] for permit in together]
            for call, prepared in self._calls(begun):
                until = min(one.group.claim.lease_until for one in call) - SEND_MARGIN
                for one in call:
                    one.group.begun.append(one)
                self._flight.add(call, partial(self._hand_over.send, call, together[0], until, prepared))
        self._ready = [one for place, one in enumerate(self._ready) if place not in chosen]

    def _calls(self, begun: list[Ready]) -> list[tuple[list[Ready], object]]:
        """Return what each call carries, and what is prepared for it."""
        if len(begun) == 1:
            return [(begun, None)]
        bundles = self._transport.bundles([one.mail for one in begun])
        return [([begun[place] for place in bundle.places], bundle.prepared) for bundle in bundles]

    def _without_suppressed(self, pending: list[Message], order: SendOrder) -> list[Message]:
        if not pending:
            return []
        blocked = self._suppressions.blocked([m.address for m in pending], campaign_scopes(order.topic))
        now = self._clock.now()
        for message in pending:
            suppression = blocked.get(message.address)
            if suppression:
                self._messages.change(
                    message, partial(skipped, at=now, reason=f"{SkipReason.SUPPRESSED}: {suppression.reason}")
                )
        return [m for m in pending if m.address not in blocked]
