"""What a person does with a campaign after it was scheduled: pause, resume, cancel, send again what is held."""

from contextlib import suppress
from dataclasses import replace

from chalicelib.campaigns.changes import Step, apply
from chalicelib.campaigns.model import (
    TRANSITIONS,
    Campaign,
    CampaignNotSettledError,
    CampaignState,
    NothingHeldError,
)
from chalicelib.campaigns.ports import CampaignRepository, Scheduler, Workflows
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.states import InvalidTransitionError
from chalicelib.recipients.places import part_list_key

_WITHOUT_WORKER = frozenset({CampaignState.SCHEDULED, CampaignState.PAUSED, CampaignState.HALTED})
"""States in which messages exist and no execution is there to mark them as skipped."""

_RESUMABLE = frozenset({CampaignState.PAUSED, CampaignState.HALTED})


class CampaignControl:
    """Campaigns under way. ``by`` is always the name of who asks; ``revision`` what If-Match says, None: any."""

    def __init__(
        self, *, campaigns: CampaignRepository, workflows: Workflows, scheduler: Scheduler, clock: Clock
    ) -> None:
        self._campaigns = campaigns
        self._workflows = workflows
        self._scheduler = scheduler
        self._clock = clock

    def pause(self, campaign_id: str, *, reason: str | None, by: str, revision: int | None) -> Campaign:
        """Stop sending until somebody resumes it: each worker comes to the end of its group, then its execution ends.

        Pausing a paused campaign changes nothing.
        """

        def step(now: Campaign) -> Campaign:
            if now.state is CampaignState.PAUSED:
                return now
            state = TRANSITIONS.check(now.state, CampaignState.PAUSED)
            return replace(now, state=state, reason=reason, changed_by=by)

        return apply(self._campaigns, campaign_id, step, revision=revision)

    def resume(self, campaign_id: str, *, by: str, revision: int | None) -> Campaign:
        """Send the rest of a paused or halted campaign, in an execution of its own.

        Resuming again starts that execution if the first call did not come to it.
        """

        def step(now: Campaign) -> Campaign:
            if _is_unstarted(now):
                return now
            if now.state not in _RESUMABLE:
                raise InvalidTransitionError(f"A campaign that is {now.state} cannot be resumed.")
            judged = now.canary_judged_at
            if now.state is CampaignState.HALTED and now.canary_ends_at:
                judged = judged or self._clock.now()  # whoever goes on has seen what became of the canary
            return replace(self._going_on(now), reason=None, changed_by=by, canary_judged_at=judged)

        return self._go_on(campaign_id, step, revision)

    def resend_unknown(self, campaign_id: str, *, by: str, revision: int | None) -> Campaign:
        """Send again what is held as unknown, though SES may have taken it the first time.

        Raises:
            CampaignNotSettledError: the campaign is not finished.
            NothingHeldError: it holds nothing.
        """

        def step(now: Campaign) -> Campaign:
            if now.resend_before and _is_unstarted(now):
                return now
            if now.state is not CampaignState.FINISHED:
                raise CampaignNotSettledError(
                    f"The campaign is {now.state}; what is unknown is sent again only when it is finished."
                )
            if not now.tally.held:
                raise NothingHeldError("The campaign holds no message as unknown.")
            return replace(self._going_on(now), resend_before=self._clock.now(), finished_at=None, changed_by=by)

        return self._go_on(campaign_id, step, revision)

    def cancel(self, campaign_id: str, *, reason: str | None, by: str, revision: int | None) -> Campaign:
        """Stop a campaign for good; whatever was not sent becomes skipped, with the reason ``cancelled``.

        Cancelling again repeats what the first call may not have come to: the schedule's removal and the winding down.
        """
        needed = False

        def step(now: Campaign) -> Campaign:
            nonlocal needed
            if now.state is CampaignState.CANCELLED:
                needed = now.unaccounted
                # Another revision, so that another execution is started should the one before have failed.
                return replace(now, changed_by=by) if needed else now
            state = TRANSITIONS.check(now.state, CampaignState.CANCELLED)
            # Between two waves an execution only waits, and what is left is not to wait with it.
            needed = now.state in _WITHOUT_WORKER or _is_unstarted(now) or bool(now.waves)
            return replace(now, state=state, reason=reason, changed_by=by, finished_at=self._clock.now())

        cancelled = apply(self._campaigns, campaign_id, step, revision=revision)
        self._scheduler.cancel(campaign_id)
        if needed:
            self._send(cancelled, f"cancelled-{cancelled.revision}")
        return cancelled

    def _going_on(self, campaign: Campaign) -> Campaign:
        """Return the campaign as an execution yet to come will claim it."""
        state = TRANSITIONS.check(campaign.state, CampaignState.SENDING)
        return replace(campaign, state=state, execution=None, resumed_at=self._clock.now(), archived_at=None)

    def _go_on(self, campaign_id: str, step: Step, revision: int | None) -> Campaign:
        """Apply a step and start an execution; where none can be started, the campaign stands where it stood."""
        before: list[Campaign] = []

        def remembering(now: Campaign) -> Campaign:
            before[:] = [now]
            return step(now)

        resumed = apply(self._campaigns, campaign_id, remembering, revision=revision)
        try:
            self._send(resumed, f"resumed-{resumed.revision}")
        except TemporarilyUnavailableError:
            if resumed is not before[0]:
                with suppress(StaleRevisionError):  # it was started all the same, or somebody else decided meanwhile
                    self._campaigns.save(replace(before[0], revision=resumed.revision))
            raise
        return resumed

    def _send(self, campaign: Campaign, run: str) -> None:
        self._workflows.send_campaign(campaign.campaign_id, part_list_key=part_list_key(campaign.file_id), run=run)


def _is_unstarted(campaign: Campaign) -> bool:
    """Tell whether somebody resumed the campaign and no execution has claimed it yet."""
    return campaign.state is CampaignState.SENDING and campaign.execution is None
