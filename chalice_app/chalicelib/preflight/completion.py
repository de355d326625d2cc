"""The end of a pre-flight's run: add up its parts, look at the campaign as a whole, record what follows."""

from dataclasses import replace

from chalicelib.campaigns.model import Campaign
from chalicelib.kernel.clock import Clock
from chalicelib.preflight.forecast import Stretch, forecast, forecast_waves
from chalicelib.preflight.links import look_at_links
from chalicelib.preflight.model import (
    TRANSITIONS,
    Account,
    FindingCode,
    IncompletePreflightError,
    Preflight,
    PreflightState,
    part_result_key,
    report_key,
)
from chalicelib.preflight.ports import (
    Campaigns,
    Identities,
    Orders,
    PreflightRepository,
    PreflightResults,
    QuotaSource,
    RecipientFiles,
    Templates,
)
from chalicelib.preflight.records import PreflightRecords, stop_reason
from chalicelib.preflight.report import (
    Report,
    add_up,
    counted_findings,
    field_findings,
    in_order,
    recipient_findings,
)
from chalicelib.preflight.sender import identity_findings, quota_findings
from chalicelib.preflight.wave_times import planned_waves
from chalicelib.recipients.model import RecipientFileNotReadyError
from chalicelib.sending.limits import SendLimits


class PreflightCompletion:
    """The work of ``finish_preflight``.

    Args:
        quota: asks SES what it allows.
        limits: what the operator leaves to campaigns of it.
    """

    def __init__(
        self,
        *,
        preflights: PreflightRepository,
        results: PreflightResults,
        campaigns: Campaigns,
        templates: Templates,
        files: RecipientFiles,
        orders: Orders,
        identities: Identities,
        quota: QuotaSource,
        limits: SendLimits,
        clock: Clock,
    ) -> None:
        self._preflights = preflights
        self._records = PreflightRecords(preflights)
        self._results = results
        self._campaigns = campaigns
        self._templates = templates
        self._files = files
        self._orders = orders
        self._identities = identities
        self._quota = quota
        self._limits = limits
        self._clock = clock

    def finish(self, campaign_id: str, run: int) -> Preflight | None:
        """Record what a run found; a run that has ended, or that another took the place of, changes nothing.

        Raises:
            IncompletePreflightError: a part left no result.
            RecipientFileNotReadyError: the recipient file was removed meanwhile.
            TemporarilyUnavailableError: SES did not answer; the same call may be made again.
        """
        preflight = self._records.running(campaign_id, run)
        if preflight is None:
            return self._preflights.get(campaign_id)
        campaign = self._campaigns.get(campaign_id)
        reason = stop_reason(preflight, campaign)
        if reason:
            return self._records.fail(campaign_id, run, reason, self._clock.now())
        report = self._report(preflight, campaign)
        self._results.write(report_key(preflight), report.document())
        return self._records.change(
            campaign_id,
            run,
            lambda now: replace(
                now,
                state=TRANSITIONS.check(now.state, PreflightState.FINISHED),
                passed=not report.blocking,
                blocking=report.blocking,
                finished_at=self._clock.now(),
            ),
        )

    def _report(self, preflight: Preflight, campaign: Campaign) -> Report:
        keys = [part_result_key(preflight, part) for part in range(preflight.parts)]
        documents = [document for document in self._results.read_all(keys) if document is not None]
        if len(documents) != len(keys):
            raise IncompletePreflightError(f"{len(documents)} of {len(keys)} parts left a result.")
        recipient_file = self._files.get(campaign.file_id)
        if recipient_file is None:
            raise RecipientFileNotReadyError("The recipient file was removed while the campaign was checked.")
        account, found = add_up(documents)
        order = self._orders.order(campaign.campaign_id)
        look_at_links(order.html, order.text, found)
        template = self._templates.get(campaign.template_id, campaign.template_version)
        quota, now = self._quota(), self._clock.now()
        starts_at = max(campaign.send_at or now, now)
        ahead = forecast(account.sendable, quota, self._limits, campaign.rate_limit, starts_at=starts_at, now=now)
        waves = _waves(campaign, account)
        if waves and ahead:
            ahead, waves = forecast_waves(
                waves,
                quota,
                self._limits,
                campaign.rate_limit,
                starts_at=now if campaign.local_time else starts_at,
                now=now,
            )
        findings = in_order(
            [
                *recipient_findings(account),
                *identity_findings(campaign.sender.address, self._identities),
                *quota_findings(account.sendable, quota, ahead),
                *field_findings(template, recipient_file, account.recipients),
                *counted_findings(found, preflight.tolerated_failures),
            ]
        )
        return Report(account, findings, found.count(FindingCode.RENDER_FAILED), ahead, waves)


def _waves(campaign: Campaign, account: Account) -> tuple[Stretch, ...]:
    """Return what the campaign is sent in; nothing where it is sent as a whole."""
    if campaign.local_time is not None:
        waves = planned_waves(campaign.local_time, campaign.time_zone, account.time_zones)
        return tuple(Stretch(wave.recipients, wave.at) for wave in waves)
    if campaign.canary is not None and account.sendable:
        size = campaign.canary.size(account.sendable)
        rest = account.sendable - size
        return (Stretch(size), *([Stretch(rest, pause=campaign.canary.wait)] if rest else []))
    return ()
