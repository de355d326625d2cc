"""Works through one part of a campaign, group by group, and keeps its account."""

from collections.abc import Callable
from datetime import timedelta

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import GROUP_SIZE, Message, SkipReason
from chalicelib.messages.ports import MessageRepository
from chalicelib.sending.group import LEASE, GroupResult, GroupSender, Render, skipped, unknown
from chalicelib.sending.model import Claim, ClaimLostError, Directive, PartProgress, SendOrder
from chalicelib.sending.ports import Claims, Orders, Pace

_LEAST_REMAINING = 90.0
"""Seconds that must be left of the invocation to begin a group: its sends, back-off and records fit in."""


class SendingService:
    """The work of ``send_part``."""

    def __init__(
        self,
        *,
        orders: Orders,
        messages: MessageRepository,
        claims: Claims,
        sender: GroupSender,
        renderer: Callable[[SendOrder], Render],
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._orders = orders
        self._messages = messages
        self._claims = claims
        self._sender = sender
        self._renderer = renderer
        self._pace = pace
        self._clock = clock

    def send_part(self, campaign_id: str, part: int, cursor: int, owner: str) -> PartProgress:
        """Bring the groups of a part, from ``cursor`` on, to recorded outcomes.

        Args:
            campaign_id: the campaign.
            part: its part.
            cursor: group to begin with.
            owner: this invocation; no other one ever has the same.
        """
        render: Render | None = None
        group = cursor
        while self._messages.read_group(campaign_id, part, group * GROUP_SIZE, 1):
            directive = self._orders.directive(campaign_id)
            if directive is Directive.STOP:
                break
            if self._pace.remaining_seconds() < _LEAST_REMAINING:
                return PartProgress(cursor=group, done=False)
            if directive is Directive.SEND and render is None:
                render = self._renderer(self._orders.order(campaign_id))
            result = self._work(self._claim(campaign_id, part, group, owner), directive, render)
            if result.wait_seconds:
                return PartProgress(cursor=group, done=False, wait_seconds=result.wait_seconds)
            if result.halted:
                self._orders.put_tally(campaign_id, part, self._messages.tally(campaign_id, part))
                return PartProgress(cursor=group, done=True, halted=result.halted)
            group += 1
        self._orders.put_tally(campaign_id, part, self._messages.tally(campaign_id, part))
        return PartProgress(cursor=group, done=True)

    def _claim(self, campaign_id: str, part: int, group: int, owner: str) -> Claim:
        return Claim(campaign_id, part, group, owner, self._clock.now() + LEASE)

    def _work(self, wanted: Claim, directive: Directive, render: Render | None) -> GroupResult:
        claim = self._claims.take(wanted)
        if claim.closed:
            return GroupResult()
        if claim.owner != wanted.owner:
            return GroupResult(wait_seconds=self._settle_foreign(claim, wanted))
        # Read after the claim: what an earlier worker recorded before it gave the group back must be seen.
        messages = self._group_of(claim)
        if directive is Directive.SKIP or render is None:
            now = self._clock.now()
            self._each(messages, lambda m: skipped(m, now, SkipReason.CANCELLED))
            self._claims.close(claim)
            return GroupResult()
        try:
            result = self._sender.send(claim, messages, render)
        except ClaimLostError:
            return GroupResult()  # the worker that took the group over answers for what is left of it
        if result.halted or result.wait_seconds:
            self._claims.release(claim)
        else:
            self._claims.close(claim)
        return result

    def _settle_foreign(self, claim: Claim, mine: Claim) -> int:
        """Deal with a group that another worker claimed; return the seconds to wait for it, 0 if it is dealt with.

        A lease that ran out is no permission to send: its messages without an outcome may have been sent.
        """
        now = self._clock.now()
        if claim.lease_until > now:
            return int((claim.lease_until - now) / timedelta(seconds=1)) + 1
        if not self._claims.take_over(claim, mine):
            return 1
        self._each(
            self._group_of(claim), lambda m: unknown(m, now, "the worker that had claimed it recorded no answer")
        )
        self._claims.close(mine)
        return 0

    def _group_of(self, claim: Claim) -> list[Message]:
        return self._messages.read_group(claim.campaign_id, claim.part, claim.group * GROUP_SIZE, GROUP_SIZE)

    def _each(self, messages: list[Message], step: Callable[[Message], Message]) -> None:
        for message in messages:
            self._messages.change(message, step)
