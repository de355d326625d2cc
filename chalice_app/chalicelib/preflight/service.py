"""Pre-flights as the API starts and shows them, and as scheduling asks for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.campaigns.model import Campaign, CampaignState
from chalicelib.campaigns.waves import check_recipient_local, without_zones
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import ConflictError, StaleRevisionError, TemporarilyUnavailableError
from chalicelib.kernel.zones import zone_of
from chalicelib.preflight.model import (
    TRANSITIONS,
    Preflight,
    PreflightBlockedError,
    PreflightNeededError,
    PreflightNotFoundError,
    PreflightState,
    basis_of,
    is_outdated,
    part_folder,
    report_key,
)
from chalicelib.preflight.ports import (
    Campaigns,
    PreflightRepository,
    PreflightResults,
    PreflightWorkflows,
    RecipientFiles,
    Templates,
)
from chalicelib.preflight.records import PreflightRecords
from chalicelib.preflight.wave_times import PlannedWave, planned_waves
from chalicelib.recipients.model import RecipientFileNotReadyError, RecipientFileStatus
from chalicelib.recipients.places import part_list_key
from chalicelib.templates.model import TemplateNotReadyError, TemplateStatus

_TRIES = 5

_OVER = frozenset({CampaignState.FINISHING, CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.FAILED})
"""States in which nothing is left to be sent."""


@dataclass(frozen=True, slots=True)
class ShownPreflight:
    """A pre-flight as the API shows it.

    Attributes:
        outdated: the campaign changed since, or what was found is not kept any more.
        parts_done: parts that were checked.
        report: what was found, as `report.Report.document` wrote it; None until it is finished.
    """

    preflight: Preflight
    outdated: bool
    parts_done: int
    report: dict[str, Any] | None


class PreflightService:
    """Pre-flights of campaigns."""

    def __init__(
        self,
        *,
        preflights: PreflightRepository,
        results: PreflightResults,
        campaigns: Campaigns,
        templates: Templates,
        files: RecipientFiles,
        workflows: PreflightWorkflows,
        clock: Clock,
    ) -> None:
        self._preflights = preflights
        self._results = results
        self._campaigns = campaigns
        self._templates = templates
        self._files = files
        self._workflows = workflows
        self._clock = clock

    def start(self, campaign_id: str, *, tolerated_failures: int = 0) -> ShownPreflight:
        """Check a campaign; a check that is under way is given up for this one.

        Args:
            campaign_id: the campaign.
            tolerated_failures: so many recipients may be left out because their message cannot be rendered.

        Raises:
            CampaignNotFoundError: there is no such campaign.
            ConflictError: nothing of it is left to be sent.
            TemplateNotReadyError: its template version cannot be rendered.
            RecipientFileNotReadyError: its recipient file cannot be used.
            TemporarilyUnavailableError: the workflow did not start; call it again.
        """
        campaign = self._campaigns.get(campaign_id)
        if campaign.state in _OVER:
            raise ConflictError(f"The campaign is {campaign.state}: nothing is left to be sent.")
        begun = self._begin(campaign, self._parts_of(campaign), tolerated_failures)
        try:
            self._workflows.check_campaign(campaign_id, run=begun.run, part_list_key=part_list_key(campaign.file_id))
        except TemporarilyUnavailableError as error:
            # Without its workflow it would be checked for ever.
            reason = f"The workflow could not be started: {error.detail}"
            PreflightRecords(self._preflights).fail(campaign_id, begun.run, reason, self._clock.now())
            raise
        return ShownPreflight(begun, outdated=False, parts_done=0, report=None)

    def get(self, campaign_id: str) -> ShownPreflight:
        """Return the campaign's last pre-flight.

        Raises:
            CampaignNotFoundError: there is no such campaign.
            PreflightNotFoundError: it has had none.
        """
        campaign = self._campaigns.get(campaign_id)
        stored = self._preflights.get(campaign_id)
        if stored is None:
            raise PreflightNotFoundError("The campaign has had no pre-flight.")
        outdated = is_outdated(stored, campaign)
        if stored.state is not PreflightState.FINISHED:
            return ShownPreflight(stored, outdated, self._results.count(part_folder(stored)), None)
        report = self._results.read(report_key(stored))
        return ShownPreflight(stored, outdated or report is None, stored.parts, report)

    def waves(self, campaign_id: str, local: datetime, zone: str) -> tuple[ShownPreflight, tuple[PlannedWave, ...]]:
        """Return when the recipients would get their mail by their own clocks, as the last pre-flight counted them.

        Args:
            campaign_id: whatever state the campaign is in.
            local: wall-clock time without an offset.
            zone: IANA name of the zone for those who name none.

        Raises:
            CampaignNotFoundError: there is no such campaign.
            PreflightNotFoundError: it has had no pre-flight.
            PreflightNeededError: the last one did not come to its end, or what it found is not kept any more.
            ConflictError: the recipient file has no column of zones.
            InvalidInputError: the campaign has a canary, or the time is none that comes in every zone.
        """
        shown = self.get(campaign_id)
        check_recipient_local(self._campaigns.get(campaign_id).canary, local)
        zone_of(zone, "/time_zone")
        if shown.report is None:
            raise PreflightNeededError(f"Its zones are not counted: POST /v1/campaigns/{campaign_id}/preflight.")
        counted = shown.report["time_zones"]
        if not counted and shown.report["sendable"]:
            raise without_zones()
        return shown, planned_waves(local, zone, counted)

    def require(self, campaign: Campaign) -> None:
        """Pass if the campaign, as it stands, was checked and nothing blocks it.

        Raises:
            PreflightNeededError: it was not; the detail says what to do.
            PreflightBlockedError: something does; the detail names it.
        """
        path = f"/v1/campaigns/{campaign.campaign_id}/preflight"
        stored = self._preflights.get(campaign.campaign_id)
        if stored is None:
            raise PreflightNeededError(f"Check the campaign first: POST {path}.")
        if is_outdated(stored, campaign):
            raise PreflightNeededError(f"The campaign changed after it was checked: POST {path} again.")
        if stored.state is PreflightState.CHECKING:
            raise PreflightNeededError(f"The campaign is being checked: wait until GET {path} says `finished`.")
        if stored.state is PreflightState.FAILED:
            raise PreflightNeededError(f"The check broke off ({stored.reason}): POST {path} again.")
        if not stored.passed:
            codes = ", ".join(stored.blocking)
            raise PreflightBlockedError(
                f"The pre-flight found what keeps the campaign from being sent: {codes}. GET {path} says more; "
                f"put it right, then POST {path} again."
            )

    def _parts_of(self, campaign: Campaign) -> int:
        template = self._templates.get(campaign.template_id, campaign.template_version)
        if template.status is not TemplateStatus.READY:
            raise TemplateNotReadyError(f"The template version is {template.status}; it must be ready.")
        recipient_file = self._files.get(campaign.file_id)
        status = recipient_file.status if recipient_file else "gone"
        if recipient_file is None or status is not RecipientFileStatus.READY:
            raise RecipientFileNotReadyError(f"The recipient file is {status}; it must be ready.")
        return recipient_file.parts

    def _begin(self, campaign: Campaign, parts: int, tolerated_failures: int) -> Preflight:
        """Store the record of the next run."""
        for _ in range(_TRIES):
            before = self._preflights.get(campaign.campaign_id)
            state = PreflightState.CHECKING
            preflight = Preflight(
                campaign_id=campaign.campaign_id,
                run=before.run + 1 if before else 1,
                state=TRANSITIONS.check(before.state, state) if before else state,
                basis=basis_of(campaign),
                campaign_revision=campaign.revision,
                template_id=campaign.template_id,
                template_version=campaign.template_version,
                file_id=campaign.file_id,
                parts=parts,
                tolerated_failures=tolerated_failures,
                started_at=self._clock.now(),
                revision=before.revision if before else 0,
            )
            try:
                return self._preflights.save(preflight)
            except StaleRevisionError:
                continue  # its workflow, or another caller, was faster
        raise StaleRevisionError("The pre-flight kept changing; try again.")
