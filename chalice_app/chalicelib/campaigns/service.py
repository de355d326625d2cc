"""A campaign's life as the API and the workflows drive it."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.campaigns.changes import apply, at_revision, end, existing
from chalicelib.campaigns.model import (
    ALL_CAMPAIGNS,
    TRANSITIONS,
    Campaign,
    CampaignFilter,
    CampaignNotReadyError,
    CampaignState,
    ClockChange,
    ScheduleInPastError,
    WavesFixedError,
)
from chalicelib.campaigns.planning import put_schedule, start
from chalicelib.campaigns.ports import (
    CampaignRepository,
    Preflights,
    RecipientFiles,
    Scheduler,
    Templates,
    Workflows,
)
from chalicelib.campaigns.schedule import clock_change, instant
from chalicelib.campaigns.waves import ZONE_FIELD, check_recipient_local, timed, without_zones
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldError, TemporarilyUnavailableError
from chalicelib.kernel.pages import Page
from chalicelib.recipients.model import RecipientFileNotReadyError, RecipientFileStatus
from chalicelib.recipients.places import part_list_key
from chalicelib.templates.model import TemplateNotReadyError, TemplateStatus

_NOT_STARTED = frozenset({CampaignState.PREPARING, CampaignState.SCHEDULED})
"""States in which the messages are made or exist, and sending has not begun."""


class CampaignService:
    """Campaigns up to their start."""

    def __init__(
        self,
        *,
        campaigns: CampaignRepository,
        templates: Templates,
        files: RecipientFiles,
        preflights: Preflights,
        workflows: Workflows,
        scheduler: Scheduler,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._templates = templates
        self._files = files
        self._preflights = preflights
        self._workflows = workflows
        self._scheduler = scheduler
        self._clock = clock

    def get(self, campaign_id: str) -> Campaign:
        """Return a campaign.

        Raises:
            CampaignNotFoundError: there is none.
        """
        return existing(self._campaigns, campaign_id)

    def list(self, wanted: CampaignFilter = ALL_CAMPAIGNS, *, limit: int, cursor: str | None) -> Page[Campaign]:
        """Return the campaigns that are wanted; a page may be short though more follow."""
        return self._campaigns.list(wanted, limit=limit, cursor=cursor)

    def schedule(
        self, campaign_id: str, local: datetime, zone: str, *, revision: int | None, recipient_local: bool = False
    ) -> Campaign:
        """Make the messages now and send at a time to come; until it starts, the time can be changed.

        Args:
            campaign_id: a draft, or a campaign that waits for its start.
            local: wall-clock time in ``zone``, or a time with its own offset.
            zone: IANA name.
            revision: change it only if this is its revision (If-Match); None: whatever it is.
            recipient_local: each recipient gets the mail when this wall-clock time comes in the own zone, which the
                column ``timezone`` names; in ``zone`` where it names none. Whether it is so cannot be changed
                afterwards, for the messages are divided by zones or are not.

        Raises:
            WavesFixedError: the messages are not divided as this time needs it.
        """
        at = instant(local, zone)
        if at <= self._clock.now():
            raise ScheduleInPastError(
                f"{at.isoformat()} has passed.",
                errors=(FieldError("/at", "Give a time to come, or send now."),),
            )
        campaign = self.get(campaign_id)
        if recipient_local:
            check_recipient_local(campaign.canary, local)
        timing = _Timing(at, zone, clock_change(local, zone), local if recipient_local else None)
        if campaign.state not in _NOT_STARTED:
            return self._prepare(campaign_id, timing, revision)

        def step(now: Campaign) -> Campaign:
            # Sending may have begun meanwhile: then it is refused like any other campaign that is no draft.
            if now.state not in _NOT_STARTED:
                TRANSITIONS.check(now.state, CampaignState.PREPARING)
            if (now.local_time is not None) is not recipient_local or (
                recipient_local and any(wave.zone is None for wave in now.waves)
            ):
                raise WavesFixedError(
                    "The messages were made for another kind of time; cancel the campaign and make another."
                )
            return timed(timing.of(now))

        return self._arranged(apply(self._campaigns, campaign_id, step, revision=revision))

    def _arranged(self, campaign: Campaign) -> Campaign:
        """See to it that a campaign whose time was changed starts then, at once where its first wave is past.

        A call that broke off before is mended by the same call again. A schedule of before that is left over does
        no harm: too early, its execution waits; too late, it finds another one at work.
        """
        if campaign.state is CampaignState.SCHEDULED and campaign.send_at and campaign.send_at <= self._clock.now():
            start(self._workflows, campaign, run=f"scheduled-{campaign.revision}")
            self._scheduler.cancel(campaign.campaign_id)
            return campaign
        return put_schedule(self._campaigns, self._scheduler, campaign)

    def send_now(self, campaign_id: str, *, revision: int | None) -> Campaign:
        """Make the messages and send as soon as they exist."""
        return self._prepare(campaign_id, _Timing(None, "UTC", None, None), revision)

    def _prepare(self, campaign_id: str, timing: "_Timing", revision: int | None) -> Campaign:
        campaign = at_revision(self.get(campaign_id), revision)
        state = TRANSITIONS.check(campaign.state, CampaignState.PREPARING)
        recipient_file = self._files.get(campaign.file_id)
        if recipient_file.status is not RecipientFileStatus.READY:
            raise RecipientFileNotReadyError(f"The recipient file is {recipient_file.status}; it must be ready.")
        template = self._templates.get(campaign.template_id, campaign.template_version)
        if template.status is not TemplateStatus.READY:
            raise TemplateNotReadyError(f"The template version is {template.status}; it must be ready.")
        missing = sorted(set(template.required) - set(recipient_file.columns.values()))
        if missing:
            raise CampaignNotReadyError(
                "The recipient file lacks fields that the template needs.",
                errors=tuple(
                    FieldError("/file_id", f"No column gives {name!r}; add it or use a default.") for name in missing
                ),
            )
        if timing.local_time is not None and ZONE_FIELD not in recipient_file.columns.values():
            raise without_zones()
        self._preflights.require(campaign)
        prepared = self._campaigns.save(
            replace(
                timing.of(campaign),
                state=state,
                parts=recipient_file.parts,
                planned=recipient_file.account.accepted,
            )
        )
        try:
            self._workflows.create_messages(campaign_id, part_list_key=part_list_key(campaign.file_id))
        except TemporarilyUnavailableError as error:
            # Without its workflow the campaign would stay in preparation for ever.
            end(
                self._campaigns, campaign_id, CampaignState.FAILED, f"The workflow could not be started: {error.detail}"
            )
            raise
        return prepared


@dataclass(frozen=True, slots=True)
class _Timing:
    """When to send, and how that was asked for."""

    send_at: datetime | None
    time_zone: str
    clock_change: ClockChange | None
    local_time: datetime | None

    def of(self, campaign: Campaign) -> Campaign:
        """Return the campaign with this timing."""
        return replace(
            campaign,
            send_at=self.send_at,
            time_zone=self.time_zone,
            clock_change=self.clock_change,
            local_time=self.local_time,
        )
