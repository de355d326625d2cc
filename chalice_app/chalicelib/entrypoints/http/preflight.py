"""``/v1/campaigns/{campaign_id}/preflight``: what is looked at before a campaign is sent."""

from http import HTTPStatus
from typing import Any

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.campaigns.model import CampaignNotFoundError, CampaignNotReadyError, ClockChange
from chalicelib.entrypoints.http.api import Answer, Api, Time, answer, shown_time
from chalicelib.entrypoints.http.refusals import CONTENT, STATE
from chalicelib.entrypoints.http.schemas import LocalTimeQuery, StartPreflight
from chalicelib.preflight.model import PreflightNeededError, PreflightNotFoundError, PreflightState
from chalicelib.preflight.service import ShownPreflight

preflight = Api(__name__)


class PreflightProgress(TypedDict):
    """Parts of the recipient file, and those of them that were checked."""

    parts: int
    parts_done: int


class PreflightDocument(TypedDict):
    """The last check of a campaign.

    Attributes:
        passed: nothing found forbids to send; null until the check is done.
        outdated: the campaign is not any more what was checked.
        report: what was found; null until the check is done.
    """

    campaign_id: str
    run: int
    state: PreflightState
    reason: str | None
    passed: bool | None
    outdated: bool
    template_id: str
    template_version: int
    file_id: str
    campaign_revision: int
    tolerated_failures: int
    progress: PreflightProgress
    started_at: Time | None
    finished_at: Time | None
    report: dict[str, Any] | None


class ZoneDocument(TypedDict):
    """The recipients of one zone.

    Attributes:
        time_zone: IANA name; empty for those without one.
        clock_change: what a clock change in this zone does to the time asked for.
    """

    time_zone: str
    recipients: int
    clock_change: ClockChange | None


class PlannedWaveDocument(TypedDict):
    """Those to whom the time asked for comes at the same moment.

    Attributes:
        past: the moment is over: a campaign scheduled now sends this wave as soon as it starts.
    """

    at: Time | None
    past: bool
    recipients: int
    zones: list[ZoneDocument]


class PlannedWavesDocument(TypedDict):
    """When recipients would get their mail by their own clocks.

    Attributes:
        run: the check whose recipients these are.
        outdated: the campaign is not any more what was checked.
        at: the time asked for, without an offset.
        time_zone: where recipients without a zone are taken to be.
    """

    campaign_id: str
    run: int
    outdated: bool
    at: str
    time_zone: str
    recipients: int
    waves: list[PlannedWaveDocument]


@preflight.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/preflight",
    scope=Scope.WRITE,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        CampaignNotFoundError,
        *CONTENT,
        *STATE,
    ),
    creates="run",
)
def start_preflight(campaign_id: str, request: StartPreflight) -> Answer[PreflightDocument]:
    """Check a campaign for every recipient; a check that is under way is given up for this one."""
    started = bootstrap.preflights().start(campaign_id, tolerated_failures=request.tolerated_failures)
    return answer(
        preflight_document(started),
        revision=started.preflight.revision,
        location=f"/v1/campaigns/{campaign_id}/preflight",
    )


@preflight.operation(
    "GET",
    "/v1/campaigns/{campaign_id}/preflight",
    scope=Scope.READ,
    refuses=(CampaignNotFoundError, PreflightNotFoundError),
)
def get_preflight(campaign_id: str) -> Answer[PreflightDocument]:
    """Show how far the last check of a campaign is, or what it found."""
    shown = bootstrap.preflights().get(campaign_id)
    return answer(preflight_document(shown), revision=shown.preflight.revision)


@preflight.operation(
    "GET",
    "/v1/campaigns/{campaign_id}/preflight/waves",
    scope=Scope.READ,
    refuses=(CampaignNotFoundError, PreflightNotFoundError, PreflightNeededError, CampaignNotReadyError),
)
def get_planned_waves(campaign_id: str, query: LocalTimeQuery) -> Answer[PlannedWavesDocument]:
    """Show when each recipient counted by the last check would get the mail at a local time."""
    shown, waves = bootstrap.preflights().waves(campaign_id, query.at, query.time_zone)
    now = bootstrap.clock().now()
    return answer(
        {
            "campaign_id": campaign_id,
            "run": shown.preflight.run,
            "outdated": shown.outdated,
            "at": query.at.isoformat(),
            "time_zone": query.time_zone,
            "recipients": sum(wave.recipients for wave in waves),
            "waves": [
                {
                    "at": shown_time(wave.at),
                    "past": wave.at <= now,
                    "recipients": wave.recipients,
                    "zones": [
                        {"time_zone": zone.name, "recipients": zone.recipients, "clock_change": zone.clock_change}
                        for zone in wave.zones
                    ],
                }
                for wave in waves
            ],
        }
    )


def preflight_document(shown: ShownPreflight) -> PreflightDocument:
    """Show a pre-flight."""
    stored = shown.preflight
    return {
        "campaign_id": stored.campaign_id,
        "run": stored.run,
        "state": stored.state,
        "reason": stored.reason,
        "passed": stored.passed,
        "outdated": shown.outdated,
        "template_id": stored.template_id,
        "template_version": stored.template_version,
        "file_id": stored.file_id,
        "campaign_revision": stored.campaign_revision,
        "tolerated_failures": stored.tolerated_failures,
        "progress": {"parts": stored.parts, "parts_done": shown.parts_done},
        "started_at": shown_time(stored.started_at),
        "finished_at": shown_time(stored.finished_at),
        "report": shown.report,
    }
