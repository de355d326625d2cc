"""Closes a campaign's account: waits for lost answers, then says what every message came to."""

from datetime import timedelta
from typing import Protocol

from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import GROUP_SIZE, Message, MessageStatus, Tally, is_held
from chalicelib.messages.ports import MessageRepository

POLL_SECONDS = 10
"""How long the workflow waits before it looks for SES's events again."""


class Accounts(Protocol):
    """The accounts of a campaign's parts."""

    def tallies(self, campaign_id: str, parts: int) -> dict[int, Tally]:
        """Return the accounts stored so far, by part."""
        ...

    def put_tally(self, campaign_id: str, part: int, tally: Tally) -> None:
        """Store a part's account, replacing the one before."""
        ...


class SettlementService:
    """Adds up the parts and settles what is unknown."""

    def __init__(self, *, accounts: Accounts, messages: MessageRepository, clock: Clock, settle_seconds: int) -> None:
        self._accounts = accounts
        self._messages = messages
        self._clock = clock
        self._window = timedelta(seconds=settle_seconds)

    def account(self, campaign_id: str, parts: int) -> Tally:
        """Return the campaign's account now; parts with unsettled messages are counted anew."""
        total = Tally()
        stored = self._accounts.tallies(campaign_id, parts)
        for part in range(parts):
            tally = stored.get(part)
            if tally is None or tally.pending or tally.unknown > tally.held:
                tally = self._settle_part(campaign_id, part)
            total += tally
        return total

    def _settle_part(self, campaign_id: str, part: int) -> Tally:
        """Hold the unknown messages whose time ran out, and count the part."""
        now = self._clock.now()
        first = 0
        while messages := self._messages.read_group(campaign_id, part, first, GROUP_SIZE):
            for message in messages:
                since = message.facts.unknown_since
                if message.status is MessageStatus.UNKNOWN and since and now - since >= self._window:
                    self._messages.change(message, lambda m: _held(m, self._clock))
            first += GROUP_SIZE
        tally = self._messages.tally(campaign_id, part)
        self._accounts.put_tally(campaign_id, part, tally)
        return tally


def _held(message: Message, clock: Clock) -> Message:
    if message.status is not MessageStatus.UNKNOWN or is_held(message.facts):
        return message
    return message.with_facts(held_at=clock.now())
