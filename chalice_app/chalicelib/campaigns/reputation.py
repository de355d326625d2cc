"""Halts a campaign when the share of hard bounces or complaints surely lies above the limit.

Mailbox providers and SES judge a sender by these two rates; SES reviews an account above 5 % of bounces or 0.1 % of
complaints (Amazon SES Developer Guide, "Reputation metrics"). Facts come from the messages themselves.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt
from typing import Any, Protocol

from chalicelib.campaigns.changes import change, existing
from chalicelib.campaigns.model import LEAST_CANARY, TRANSITIONS, Campaign, CampaignState
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.campaigns.waves import most_in_part
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import ConfigurationError
from chalicelib.messages.model import MOST_PLACES, Facts, Message, Tally

_Z = 1.959964
"""Standard normal quantile of a two-sided interval of 95 %."""

_MOST_PARTS = 50
"""Parts that one check reads, spread over all that were begun: 50,000 recipients say enough, at 6,250 read units."""

_MOST_CANARY_PARTS = 2_000
"""Parts of which the verdict on a canary reads its few messages, one query each: some 10 s."""

_SHORTEST_WAIT, _LONGEST_WAIT = 60, 3_600
_WAIT_SHARE = 20
"""The wait is a 20th of the time since sending began, so that weeks of sending fit in one execution's history."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of messages that SES took: a hard bounce, or a delivery and perhaps a complaint."""

    delivered: int = 0
    bounced: int = 0
    complained: int = 0

    def __add__(self, other: "Outcomes") -> "Outcomes":
        """Add two counts."""
        return Outcomes(
            self.delivered + other.delivered, self.bounced + other.bounced, self.complained + other.complained
        )


@dataclass(frozen=True, slots=True)
class ReputationLimits:
    """When a campaign halts; percentages from 0 to 100.

    Attributes:
        bounce_percent: hard bounces among all outcomes.
        complaint_percent: complaints among deliveries.
        least_deliveries: outcomes that are needed to judge at all.
    """

    bounce_percent: float = 5.0
    complaint_percent: float = 0.1
    least_deliveries: int = 1_000

    def verdict(self, outcomes: Outcomes) -> str | None:
        """Return why the campaign must halt, or None."""
        known = outcomes.delivered + outcomes.bounced
        if known < self.least_deliveries:
            return None
        rates = (
            ("hard bounces", outcomes.bounced, known, self.bounce_percent),
            ("complaints", outcomes.complained, outcomes.delivered, self.complaint_percent),
        )
        for name, count, total, limit in rates:
            lowest = 100 * lower_bound(count, total)
            if lowest > limit:
                return (
                    f"Reputation guard: {count} {name} among {total} messages; with 95 % confidence that is more than "
                    f"{lowest:.3g} %, and the limit is {limit:g} %."
                )
        return None


def lower_bound(count: int, total: int) -> float:
    """Return the lower end of Wilson's 95 % interval of a share (E. B. Wilson, JASA 22, 1927)."""
    if not total:
        return 0.0
    share, spread = count / total, _Z * _Z / total
    margin = _Z * sqrt(share * (1 - share) / total + spread / (4 * total))
    return max((share + spread / 2 - margin) / (1 + spread), 0.0)


def outcome(facts: Facts, since: datetime | None) -> Outcomes:
    """Return what became of one message, nothing if SES took it before ``since``."""
    if facts.accepted_at is None or (since and facts.accepted_at < since):
        return Outcomes()
    if facts.bounced_at and facts.bounce_type == "Permanent":
        return Outcomes(bounced=1)
    complained = facts.complained_at is not None
    return Outcomes(delivered=int(complained or facts.delivered_at is not None), complained=int(complained))


def read_limits(text: str) -> ReputationLimits:
    """Read the setting REPUTATION_LIMITS: a JSON object with the names of `ReputationLimits`.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        document: dict[str, Any] = json.loads(text)
        return ReputationLimits(
            float(document["bounce_percent"]),
            float(document["complaint_percent"]),
            int(document["least_deliveries"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"REPUTATION_LIMITS cannot be read: {type(error).__name__}: {error}") from error


class Messages(Protocol):
    """The messages, as far as the guard looks at them."""

    def read_group(self, campaign_id: str, part: int, first: int, count: int) -> list[Message]:
        """Return the messages whose ``seq`` is in ``first`` .. ``first + count - 1``, read consistently."""
        ...


@dataclass(frozen=True, slots=True)
class Watch:
    """Whether the workflow checks again, and after how many seconds."""

    go_on: bool
    wait_seconds: int = 0


class ReputationGuard:
    """The work of ``check_reputation``."""

    def __init__(
        self, *, campaigns: CampaignRepository, messages: Messages, limits: ReputationLimits, clock: Clock
    ) -> None:
        self._campaigns = campaigns
        self._messages = messages
        self._limits = limits
        self._clock = clock

    def check(self, campaign_id: str, execution: str, workers: int) -> Watch:
        """Judge what became of the campaign's messages; halt it where that is too bad.

        Whoever resumes it has seen the rates: from then on only what is accepted afterwards counts.

        Args:
            campaign_id: the campaign.
            execution: who sends it; when another one does, there is nothing to watch.
            workers: how many parts are sent at the same time.
        """
        campaign = existing(self._campaigns, campaign_id)
        if campaign.state is not CampaignState.SENDING or campaign.execution != execution:
            return Watch(go_on=False)
        if (campaign.planned or 0) < self._limits.least_deliveries:
            return Watch(go_on=False)  # too small ever to be judged
        tallies = self._campaigns.tallies(campaign_id, campaign.parts)
        outcomes = sum((self._part(campaign, part) for part in _begun(tallies, workers)), Outcomes())
        reason = self._limits.verdict(outcomes)
        if reason:
            halted = TRANSITIONS.check(campaign.state, CampaignState.HALTED)
            change(
                self._campaigns,
                campaign_id,
                campaign.state,
                lambda now: (
                    replace(now, state=halted, reason=reason, changed_by=None) if now.execution == execution else now
                ),
            )
            return Watch(go_on=False)
        if all(tally.pending == 0 for tally in tallies.values()):
            return Watch(go_on=False)
        begun = campaign.resumed_at or campaign.started_at or self._clock.now()
        wait = int((self._clock.now() - begun).total_seconds() / _WAIT_SHARE)
        return Watch(go_on=True, wait_seconds=min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT))

    def judge_canary(self, campaign_id: str, execution: str) -> None:
        """Judge what became of the canary, once: halt the campaign where that is too bad, else let it go on.

        The limits are those of the whole campaign, and so is the confidence; fewer than `waves.LEAST_CANARY` known
        outcomes say nothing, and the campaign goes on.
        """
        campaign = existing(self._campaigns, campaign_id)
        canary, planned = campaign.canary, campaign.planned or 0
        own = campaign.state is CampaignState.SENDING and campaign.execution == execution
        if not own or canary is None or campaign.canary_judged_at is not None:
            return
        tallies = self._campaigns.tallies(campaign_id, campaign.parts)
        outcomes = Outcomes()
        for part in _spread(sorted(tallies), _MOST_CANARY_PARTS):
            drawn = most_in_part(canary, planned, tallies[part].planned)
            outcomes += self._part(campaign, part, drawn)
        reason = replace(self._limits, least_deliveries=LEAST_CANARY).verdict(outcomes)
        at = self._clock.now()

        def step(now: Campaign) -> Campaign:
            if now.execution != execution:
                return now
            if reason is None:
                return replace(now, canary_judged_at=at)
            halted = TRANSITIONS.check(now.state, CampaignState.HALTED)
            return replace(now, state=halted, reason=f"Canary: {reason}", changed_by=None, canary_judged_at=at)

        change(self._campaigns, campaign_id, campaign.state, step)

    def _part(self, campaign: Campaign, part: int, places: int = MOST_PLACES) -> Outcomes:
        found = self._messages.read_group(campaign.campaign_id, part, 0, places)
        return sum((outcome(message.facts, campaign.resumed_at) for message in found), Outcomes())


def _begun(tallies: Mapping[int, Tally], workers: int) -> list[int]:
    """Choose parts to read: spread over those that were worked on, and those that are worked on now."""
    parts = sorted(tallies)
    counted = [part for part in parts if tallies[part].pending < tallies[part].planned]
    current = [part for part in parts if tallies[part].pending == tallies[part].planned > 0][:workers]
    return _spread(counted + current, _MOST_PARTS)


def _spread(parts: list[int], most: int) -> list[int]:
    """Choose so many parts, at equal distances."""
    if len(parts) <= most:
        return parts
    return [parts[place * len(parts) // most] for place in range(most)]
