"""Works through one part of a campaign, group by group, and keeps its account."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import GROUP_SIZE, MOST_PLACES, Message, SkipReason, is_held
from chalicelib.messages.ports import MessageRepository
from chalicelib.sending.group import LEASE, GroupSender
from chalicelib.sending.model import Claim, Directive, PartProgress, SendOrder
from chalicelib.sending.open_group import Render
from chalicelib.sending.outcomes import place_of, skipped, unknown
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

    def send_part(
        self, campaign_id: str, part: int, cursor: int, owner: str, execution: str, until: int = MOST_PLACES
    ) -> PartProgress:
        """Bring the groups of a part, from ``cursor`` on, to recorded outcomes.

        Args:
            campaign_id: the campaign.
            part: its part.
            cursor: group to begin with.
            owner: this invocation; no other one ever has the same.
            execution: the execution of ``send_campaign`` that it belongs to.
            until: the group to end before, where the part has more.
        """
        try:
            reached = self._groups(campaign_id, part, cursor, owner, execution, until)
            result = self._sender.end()
        except Exception:
            self._sender.give_back()
            raise
        group = reached.cursor if result.unfinished is None else result.unfinished
        if result.halted:
            reached = PartProgress(cursor=group, done=True, halted=result.halted)
        elif result.stopped or reached.wait_seconds:
            wait_seconds = max(result.wait_seconds, reached.wait_seconds)
            reached = PartProgress(cursor=group, done=False, wait_seconds=wait_seconds)
        if reached.done:
            self._orders.put_tally(campaign_id, part, self._messages.tally(campaign_id, part))
        return reached

    def _groups(self, campaign_id: str, part: int, cursor: int, owner: str, execution: str, until: int) -> PartProgress:
        """Go from group to group; the answers of the last ones may still be awaited."""
        prepared: tuple[SendOrder, Render] | None = None
        group = cursor
        follows: bool | None = None  # whether there is a next group, where reading the one before has shown it
        while group < until and not self._sender.stopped:
            if follows is None:
                follows = bool(self._messages.read_group(campaign_id, part, group * GROUP_SIZE, 1))
            if not follows:
                break
            directive = self._orders.directive(campaign_id, execution)
            if directive is Directive.STOP:
                break
            if self._pace.remaining_seconds() < _LEAST_REMAINING:
                return PartProgress(cursor=group, done=False)
            if directive is Directive.SEND and prepared is None:
                order = self._orders.order(campaign_id)
                prepared = order, self._renderer(order)
            wait_seconds, follows = self._work(self._claim(campaign_id, part, group, owner), directive, prepared)
            if wait_seconds:
                return PartProgress(cursor=group, done=False, wait_seconds=wait_seconds)
            group += 1
        return PartProgress(cursor=group, done=True)

    def _claim(self, campaign_id: str, part: int, group: int, owner: str) -> Claim:
        return Claim(campaign_id, part, group, owner, self._clock.now() + LEASE)

    def _work(
        self, wanted: Claim, directive: Directive, prepared: tuple[SendOrder, Render] | None
    ) -> tuple[int, bool | None]:
        """Skip the messages of a group or begin to send them.

        Returns:
            The seconds to wait for another worker's claim; and whether a group follows, None where that is not known.
        """
        claim = self._claims.take(wanted)
        if claim.closed and directive is Directive.SKIP:
            # It was closed before all of its messages were made, when a campaign is cancelled while they are.
            self._skip(claim)
            return 0, None
        before = prepared[0].resend_before if prepared else None
        if claim.closed:
            if before is None or not self._reopen(claim, wanted, before):
                return 0, None
            claim = wanted
        if claim.owner != wanted.owner:
            wait_seconds = self._take_over(claim, wanted)
            if wait_seconds:
                return wait_seconds, None
            claim = wanted
        if directive is Directive.SKIP or prepared is None:
            self._skip(claim)
            self._claims.close(claim)
            return 0, None
        # Read after the claim: what an earlier worker recorded before it gave the group back must be seen.
        messages, follows = self._group_and_more(claim)
        if before is not None:
            # Whoever reopened the group may have died before this; the decision reaches its messages all the same.
            messages = self._released(messages, before)
        self._sender.begin(claim, messages, *prepared)
        return 0, follows

    def _skip(self, claim: Claim) -> None:
        now = self._clock.now()
        self._each(self._group_of(claim), lambda m: skipped(m, now, SkipReason.CANCELLED))

    def _reopen(self, closed: Claim, mine: Claim, before: datetime) -> bool:
        """Claim a closed group for what is held in it and may be sent again; tell whether there is any."""
        return any(_is_releasable(m, before) for m in self._group_of(closed)) and self._claims.reopen(closed, mine)

    def _released(self, messages: list[Message], before: datetime) -> list[Message]:
        """Let what is held be sent again; return the messages as they are stored then."""
        now = self._clock.now()
        held = [message for message in messages if _is_releasable(message, before)]
        released = self._each(held, lambda m: m.with_facts(released_at=now) if _is_releasable(m, before) else m)
        stored = {message.seq: message for message in [*messages, *released]}
        return list(stored.values())

    def _take_over(self, claim: Claim, mine: Claim) -> int:
        """Take over a group that another worker claimed; return the seconds to wait for it, 0 if it is taken over.

        A lease that ran out is no permission to send what that worker had begun: it may have been sent.
        """
        now = self._clock.now()
        if claim.lease_until > now:
            return int((claim.lease_until - now) / timedelta(seconds=1)) + 1
        # What was begun stays written until it is settled: this worker may die as well.
        if not self._claims.take_over(claim, replace(mine, begun=claim.begun)):
            return 1
        begun = [message for message in self._group_of(claim) if place_of(message) in claim.begun]
        self._each(begun, lambda m: unknown(m, now, "the worker that had claimed it recorded no answer"))
        return 0

    def _group_of(self, claim: Claim) -> list[Message]:
        return self._messages.read_group(claim.campaign_id, claim.part, claim.group * GROUP_SIZE, GROUP_SIZE)

    def _group_and_more(self, claim: Claim) -> tuple[list[Message], bool]:
        """Return the group, and whether there is a message after it: every group has its first one."""
        first = claim.group * GROUP_SIZE
        read = self._messages.read_group(claim.campaign_id, claim.part, first, GROUP_SIZE + 1)
        messages = [message for message in read if message.seq < first + GROUP_SIZE]
        return messages, len(messages) < len(read)

    def _each(self, messages: list[Message], step: Callable[[Message], Message]) -> list[Message]:
        return self._messages.change_all([(message, step) for message in messages])


def _is_releasable(message: Message, before: datetime) -> bool:
    """Tell whether a message may be sent again by a decision of that time."""
    held_at = message.facts.held_at
    return is_held(message.facts) and held_at is not None and held_at <= before
