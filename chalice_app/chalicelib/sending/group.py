"""Sends one claimed group: check suppressions, take permits, render, hand over, record each answer at once."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import Message, MessageStatus, SkipReason
from chalicelib.messages.ports import MessageRepository
from chalicelib.sending.model import (
    Accepted,
    AccountStopped,
    Answer,
    Claim,
    PermitsUnavailableError,
    Refused,
    RenderedMail,
    Throttled,
    Unanswered,
)
from chalicelib.sending.ports import Claims, Governor, Pace, SuppressionList, Transport
from chalicelib.suppressions.model import SuppressionScope

CAMPAIGN_SCOPES = (SuppressionScope.ALL, SuppressionScope.CAMPAIGNS)

LEASE = timedelta(seconds=60)
"""How long a claim holds without being renewed."""

SEND_MARGIN = timedelta(seconds=30)
"""No send begins so near to the end of the lease: the transport's own time limits must fit in."""

_FIRST_BACK_OFF = 0.25
_LONGEST_BACK_OFF = 4.0
_THROTTLED_SECONDS = 5

Render = Callable[[Message], RenderedMail]


class RenderFailedError(Exception):
    """A message cannot be made for this recipient; the reason says why."""


@dataclass(slots=True)
class GroupResult:
    """What became of a group.

    Attributes:
        halted: why SES takes no more mail from this account, if that is so.
        wait_seconds: SES kept refusing because of a rate, or no permits were to be had: some messages are pending; try
            again after so long.
    """

    halted: str | None = None
    wait_seconds: int = 0


class GroupSender:
    """Sends the pending messages of a claimed group, ``at_once`` of them in parallel on ``pool``."""

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
    ) -> None:
        self._messages = messages
        self._claims = claims
        self._suppressions = suppressions
        self._governor = governor
        self._transport = transport
        self._pace = pace
        self._clock = clock
        self._pool = pool
        self._at_once = at_once

    def send(self, claim: Claim, messages: list[Message], render: Render) -> GroupResult:
        """Bring every pending message to a recorded outcome, or stop where SES stops.

        Raises:
            ClaimLostError: another worker took the group over; nothing more may be sent.
        """
        pending = self._without_suppressed([m for m in messages if m.status is MessageStatus.PENDING])
        result = GroupResult()
        for start in range(0, len(pending), self._at_once):
            chunk = pending[start : start + self._at_once]
            claim = self._hold(claim)
            try:
                permits = self._governor.acquire(len(chunk), self._clock.now())
            except PermitsUnavailableError:
                # Nothing of this chunk was begun: the group is given back rather than left to run out as unknown.
                result.wait_seconds = _THROTTLED_SECONDS
                break
            self._pace.sleep_until(permits.start + (len(chunk) - 1) * permits.interval)
            claim = self._hold(claim)
            answers = self._send_chunk(chunk, claim.lease_until - SEND_MARGIN, render)
            result.halted = next((a.reason for a in answers if isinstance(a, AccountStopped)), None)
            if any(isinstance(a, Throttled) for a in answers):
                result.wait_seconds = _THROTTLED_SECONDS
            if result.halted or result.wait_seconds:
                break
        return result

    def _hold(self, claim: Claim) -> Claim:
        """Renew the lease when sends could run into its end."""
        now = self._clock.now()
        if claim.lease_until - now > SEND_MARGIN:
            return claim
        return self._claims.renew(claim, now + LEASE)

    def _send_chunk(self, chunk: list[Message], until: datetime, render: Render) -> list[Answer | None]:
        return list(self._pool.map(lambda message: self._send_one(message, until, render), chunk))

    def _send_one(self, message: Message, until: datetime, render: Render) -> Answer | None:
        """Hand one message over, again while SES throttles it, but begin no try after ``until``."""
        try:
            mail = render(message)
        except RenderFailedError as error:
            reason = f"{SkipReason.RENDER_FAILED}: {error}"
            self._messages.change(message, lambda m: skipped(m, self._clock.now(), reason))
            return None
        answer: Answer = self._transport.send(mail)
        pause = _FIRST_BACK_OFF
        while isinstance(answer, Throttled) and self._clock.now() + timedelta(seconds=pause) < until:
            self._pace.sleep_until(self._clock.now().timestamp() + pause)
            answer = self._transport.send(mail)
            pause = min(2 * pause, _LONGEST_BACK_OFF)
        self._record(message, answer)
        return answer

    def _record(self, message: Message, answer: Answer) -> None:
        now = self._clock.now()
        match answer:
            case Accepted(provider_id):
                self._messages.change(message, lambda m: accepted(m, now, provider_id))
            case Refused(reason):
                self._messages.change(message, lambda m: failed(m, now, reason))
            case Unanswered(reason):
                self._messages.change(message, lambda m: unknown(m, now, reason))
            case Throttled() | AccountStopped():
                pass  # nothing was taken: the message stays pending

    def _without_suppressed(self, pending: list[Message]) -> list[Message]:
        if not pending:
            return []
        blocked = self._suppressions.blocked([m.address for m in pending], CAMPAIGN_SCOPES)
        now = self._clock.now()
        for message in pending:
            suppression = blocked.get(message.address)
            if suppression:
                reason = f"{SkipReason.SUPPRESSED}: {suppression.reason}"
                self._messages.change(message, lambda m, reason=reason: skipped(m, now, reason))  # type: ignore[misc]  # bound default
        return [m for m in pending if m.address not in blocked]


def accepted(message: Message, at: datetime, provider_id: str) -> Message:
    """Record that SES took the message; a time known already from an event stays."""
    if message.facts.accepted_at is not None:
        return message if message.provider_id else replace(message, provider_id=provider_id)
    return replace(message.with_facts(accepted_at=at), provider_id=provider_id)


def failed(message: Message, at: datetime, reason: str) -> Message:
    """Record that SES will never take the message."""
    return message if message.facts.failed_at else message.with_facts(failed_at=at, reason=reason)


def skipped(message: Message, at: datetime, reason: str) -> Message:
    """Record that a message that is still pending is not sent on purpose."""
    if message.status is not MessageStatus.PENDING:
        return message
    return message.with_facts(skipped_at=at, reason=reason)


def unknown(message: Message, at: datetime, reason: str) -> Message:
    """Record that the answer to a send was lost, unless something is known of it."""
    if message.status is not MessageStatus.PENDING:
        return message
    return message.with_facts(unknown_since=at, reason=reason)
