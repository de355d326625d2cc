"""A campaign while ``send_campaign`` works on it: claimed by one execution, settled at the end."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from chalicelib.campaigns.changes import Step, apply, change, end, existing
from chalicelib.campaigns.model import TRANSITIONS, Campaign, CampaignState
from chalicelib.campaigns.ports import CampaignRepository
from chalicelib.kernel.clock import Clock
from chalicelib.messages.model import Tally

_LONGEST_WAIT = timedelta(days=1)
"""A start that came too early looks again after so long."""

_INTERRUPTED = frozenset({CampaignState.PAUSED, CampaignState.HALTED})


@dataclass(frozen=True, slots=True)
class Entry:
    """What an execution may do with a campaign.

    Attributes:
        proceed: it works on the campaign.
        wait_seconds: the time of the campaign, or of its next wave, is still to come: ask again after so long; 0: no
            other start is needed.
        settle: the campaign is this execution's and stopped, or ended: it closes the account.
        judge: the canary's outcomes are to be judged first: ask again afterwards.
        wave: the wave to work on; None: everything that is left.
        last: nothing follows it.
    """

    proceed: bool
    wait_seconds: int = 0
    settle: bool = False
    judge: bool = False
    wave: int | None = None
    last: bool = True


class CampaignExecution:
    """The campaign's side of ``send_campaign``."""

    def __init__(self, *, campaigns: CampaignRepository, clock: Clock) -> None:
        self._campaigns = campaigns
        self._clock = clock

    def get(self, campaign_id: str) -> Campaign:
        """Return a campaign.

        Raises:
            CampaignNotFoundError: there is none.
        """
        return existing(self._campaigns, campaign_id)

    def claim(self, campaign_id: str, execution: str, done_wave: int | None = None) -> Entry:
        """Let one execution of ``send_campaign`` work on the campaign; tell whether this one may.

        The scheduler may fire twice, or for a time that was changed meanwhile, and a claim may be retried: only the
        execution recorded first goes on. One that came too early waits: should the schedule for the new time have been
        lost, the campaign is started all the same. A cancelled campaign is worked through too, so that each of its
        messages is accounted for as skipped, those of all waves at once.

        Args:
            campaign_id: the campaign.
            execution: who asks.
            done_wave: the wave whose parts it has worked through; the next one begins when it is due.
        """
        campaign = apply(
            self._campaigns,
            campaign_id,
            lambda now: self._claimed(self._advanced(now, execution, done_wave), execution),
        )
        if campaign.state is CampaignState.CANCELLED:
            return Entry(proceed=campaign.unaccounted)
        if campaign.execution != execution:
            return Entry(proceed=False, wait_seconds=self._seconds_until_start(campaign))
        if campaign.state is not CampaignState.SENDING:
            return Entry(proceed=False, settle=True)
        return self._wave(campaign)

    def _wave(self, campaign: Campaign) -> Entry:
        if campaign.resend_before or campaign.wave >= len(campaign.waves):
            return Entry(proceed=True)
        at, judged = campaign.waves[campaign.wave].at, True
        if campaign.canary and campaign.wave and campaign.canary_judged_at is None:
            at, judged = campaign.canary_ends_at, False
        wait_seconds = self._seconds_until(at) if at else 0
        if wait_seconds:
            return Entry(proceed=False, wait_seconds=wait_seconds)
        if not judged:
            return Entry(proceed=False, judge=True)
        return Entry(proceed=True, wave=campaign.wave, last=campaign.wave == len(campaign.waves) - 1)

    def _advanced(self, campaign: Campaign, execution: str, done_wave: int | None) -> Campaign:
        """Return the campaign at its next wave, once the execution that sends it has worked through the one before.

        A worker that was told to stop has worked through nothing; then the campaign stands differently, or belongs to
        another execution.
        """
        own = campaign.state is CampaignState.SENDING and campaign.execution == execution
        if not own or done_wave != campaign.wave or campaign.wave >= len(campaign.waves):
            return campaign
        ends_at = campaign.canary_ends_at
        if campaign.canary and done_wave == 0:
            ends_at = self._clock.now() + campaign.canary.wait
        return replace(campaign, wave=campaign.wave + 1, canary_ends_at=ends_at)

    def _claimed(self, campaign: Campaign, execution: str) -> Campaign:
        if campaign.state is CampaignState.SENDING and campaign.execution is None:
            return replace(campaign, execution=execution, started_at=campaign.started_at or self._clock.now())
        if campaign.state is not CampaignState.SCHEDULED or self._seconds_until_start(campaign):
            return campaign
        state = TRANSITIONS.check(campaign.state, CampaignState.SENDING)
        return replace(campaign, state=state, execution=execution, started_at=self._clock.now())

    def _seconds_until_start(self, campaign: Campaign) -> int:
        if campaign.state is not CampaignState.SCHEDULED or campaign.send_at is None:
            return 0
        return self._seconds_until(campaign.send_at)

    def _seconds_until(self, moment: datetime) -> int:
        return max(ceil(min(moment - self._clock.now(), _LONGEST_WAIT) / timedelta(seconds=1)), 0)

    def settle(self, campaign_id: str, tally: Tally, execution: str) -> bool:
        """Close the account of a campaign whose parts were worked through; tell whether nothing is left to wait for.

        Args:
            campaign_id: the campaign.
            tally: its account as counted now.
            execution: who worked on it. When another one goes on with it, this one has nothing to close.
        """
        campaign = existing(self._campaigns, campaign_id)
        if campaign.execution == execution and campaign.state is CampaignState.SENDING:
            finishing = TRANSITIONS.check(campaign.state, CampaignState.FINISHING)
            # Whatever goes on after this looks at every part anew.
            campaign = self._while(
                campaign, lambda now: replace(now, state=finishing, tally=tally, wave=len(now.waves))
            )
        if campaign.state is CampaignState.CANCELLED:
            return self._settle_cancelled(campaign, tally)
        if campaign.execution != execution:
            return True
        if campaign.state in _INTERRUPTED:
            # The execution ends; what is unknown is settled by events meanwhile, or when somebody resumes it.
            self._while(campaign, lambda now: replace(now, tally=tally) if now.execution == execution else now)
            return True
        if tally.unknown > tally.held:
            return False
        if campaign.state is CampaignState.FINISHING:
            self._close(campaign, tally)
        return True

    def _settle_cancelled(self, campaign: Campaign, tally: Tally) -> bool:
        if tally.pending:
            return True  # the execution that was started to skip what is left closes the account
        if tally.unknown > tally.held:
            return False
        self._while(campaign, lambda now: replace(now, tally=tally))
        return True

    def _close(self, campaign: Campaign, tally: Tally) -> None:
        if tally.balanced and tally.planned == campaign.planned:
            finished = TRANSITIONS.check(campaign.state, CampaignState.FINISHED)
            at = self._clock.now()
            self._while(campaign, lambda now: replace(now, state=finished, tally=tally, finished_at=at))
        else:
            end(
                self._campaigns,
                campaign.campaign_id,
                CampaignState.HALTED,
                f"The account does not balance: {tally.pending} of {campaign.planned} messages were not worked on.",
            )

    def _while(self, campaign: Campaign, step: Step) -> Campaign:
        """Apply a step unless the state has changed."""
        return change(self._campaigns, campaign.campaign_id, campaign.state, step)

    def halt(self, campaign_id: str, reason: str, execution: str) -> Campaign:
        """Record why sending stopped; what was not sent stays pending and can be resumed.

        When another execution works on the campaign, it is left alone.
        """
        campaign = existing(self._campaigns, campaign_id)
        if campaign.execution not in {None, execution}:
            return campaign
        return end(self._campaigns, campaign_id, CampaignState.HALTED, reason)

    def fail(self, campaign_id: str, reason: str) -> Campaign:
        """Record an error that no retry mended before anything was sent."""
        return end(self._campaigns, campaign_id, CampaignState.FAILED, reason)
