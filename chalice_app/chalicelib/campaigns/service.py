"""A campaign's life as the API and the workflows drive it."""

from dataclasses import replace
from datetime import datetime

from chalicelib.campaigns.changes import end, existing
from chalicelib.campaigns.model import (
    TRANSITIONS,
    Campaign,
    CampaignNotReadyError,
    CampaignState,
    ScheduleInPastError,
    Sender,
)
from chalicelib.campaigns.ports import CampaignRepository, RecipientFiles, Scheduler, Templates, Workflows
from chalicelib.campaigns.schedule import instant
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldError, StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.pages import Page
from chalicelib.recipients.model import RecipientFileNotReadyError, RecipientFileStatus, part_list_key
from chalicelib.templates.model import TemplateNotReadyError, TemplateStatus

_WITHOUT_WORKER = frozenset({CampaignState.SCHEDULED, CampaignState.PAUSED, CampaignState.HALTED})
"""States in which messages exist and no execution is there to mark them as skipped."""

_AGAIN = "cancelled-again"


class CampaignService:
    """Campaigns."""

    def __init__(
        self,
        *,
        campaigns: CampaignRepository,
        templates: Templates,
        files: RecipientFiles,
        workflows: Workflows,
        scheduler: Scheduler,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._templates = templates
        self._files = files
        self._workflows = workflows
        self._scheduler = scheduler
        self._clock = clock

    def create(
        self,
        *,
        name: str,
        template_id: str,
        template_version: int | None,
        file_id: str,
        sender: Sender,
        reply_to: str | None,
    ) -> Campaign:
        """Make a draft; the template's version is fixed here."""
        template = self._templates.get(template_id, template_version)
        self._files.get(file_id)
        now = self._clock.now()
        campaign = Campaign(
            campaign_id=new_id("cmp", now),
            name=name,
            state=CampaignState.DRAFT,
            template_id=template.template_id,
            template_version=template.version,
            file_id=file_id,
            sender=sender,
            reply_to=reply_to,
            created_at=now,
        )
        self._campaigns.add(campaign)
        return campaign

    def get(self, campaign_id: str) -> Campaign:
        """Return a campaign.

        Raises:
            CampaignNotFoundError: there is none.
        """
        return existing(self._campaigns, campaign_id)

    def list(self, *, limit: int, cursor: str | None) -> Page[Campaign]:
        """Return campaigns, newest first."""
        return self._campaigns.list(limit=limit, cursor=cursor)

    def schedule(self, campaign_id: str, local: datetime, zone: str, *, revision: int | None) -> Campaign:
        """Make the messages now and send at a time to come.

        Args:
            campaign_id: a draft.
            local: wall-clock time in ``zone``, or a time with its own offset.
            zone: IANA name.
            revision: change it only if this is its revision (If-Match); None: whatever it is.
        """
        at = instant(local, zone)
        if at <= self._clock.now():
            raise ScheduleInPastError(
                f"{at.isoformat()} has passed.",
                errors=(FieldError("/at", "Give a time to come, or send now."),),
            )
        return self._prepare(campaign_id, at, zone, revision)

    def send_now(self, campaign_id: str, *, revision: int | None) -> Campaign:
        """Make the messages and send as soon as they exist."""
        return self._prepare(campaign_id, None, "UTC", revision)

    def _prepare(self, campaign_id: str, at: datetime | None, zone: str, revision: int | None) -> Campaign:
        campaign = _at_revision(self.get(campaign_id), revision)
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
        prepared = self._campaigns.save(
            replace(
                campaign,
                state=state,
                send_at=at,
                time_zone=zone,
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

    def cancel(self, campaign_id: str, *, revision: int | None) -> Campaign:
        """Stop a campaign for good; whatever was not sent becomes skipped, with the reason ``cancelled``.

        Cancelling again repeats what the first call may not have come to: the schedule's removal and the winding down.
        """
        campaign = _at_revision(self.get(campaign_id), revision)
        if campaign.state is CampaignState.CANCELLED:
            self._wind_down(campaign, needed=bool(campaign.planned) and campaign.tally.planned == 0, run=_AGAIN)
            return campaign
        state = TRANSITIONS.check(campaign.state, CampaignState.CANCELLED)
        cancelled = self._campaigns.save(replace(campaign, state=state, finished_at=self._clock.now()))
        self._wind_down(cancelled, needed=campaign.state in _WITHOUT_WORKER, run=CampaignState.CANCELLED)
        return cancelled

    def _wind_down(self, campaign: Campaign, *, needed: bool, run: str) -> None:
        self._scheduler.cancel(campaign.campaign_id)
        if needed:
            self._workflows.send_campaign(campaign.campaign_id, part_list_key=part_list_key(campaign.file_id), run=run)


def _at_revision(campaign: Campaign, revision: int | None) -> Campaign:
    if revision is not None and revision != campaign.revision:
        raise StaleRevisionError(
            f"The campaign is at revision {campaign.revision}, not {revision}; read it again and decide anew."
        )
    return campaign
