"""The last pre-flight of each campaign in DynamoDB: an item beside the campaign, so that both live and end together."""

from dataclasses import replace

from chalicelib.kernel.clock import from_rfc3339, rfc3339
from chalicelib.preflight.model import Preflight, PreflightState
from chalicelib.store.mapping import mapped_errors, read, save_revision, written
from chalicelib.store.tables import PreflightItem


class DynamoPreflights:
    """Implements `preflight.ports.PreflightRepository`."""

    def get(self, campaign_id: str) -> Preflight | None:
        """Return the campaign's pre-flight, read consistently, or None."""
        with mapped_errors():
            try:
                return _preflight(campaign_id, PreflightItem.get(preflight_key(campaign_id), consistent_read=True))
            except PreflightItem.DoesNotExist:
                return None

    def save(self, preflight: Preflight) -> Preflight:
        """Replace the record at this revision; return it with the next one."""
        saved = replace(preflight, revision=preflight.revision + 1)
        save_revision(_item(saved), preflight.revision)
        return saved


def preflight_key(campaign_id: str) -> str:
    """Return the key of a campaign's pre-flight, which stands beside the campaign."""
    return f"{campaign_id}#preflight"


def _item(preflight: Preflight) -> PreflightItem:
    return PreflightItem(
        preflight_key(preflight.campaign_id),
        run=preflight.run,
        state=preflight.state,
        basis=preflight.basis,
        campaign_revision=preflight.campaign_revision,
        template_id=preflight.template_id,
        template_version=preflight.template_version,
        file_id=preflight.file_id,
        parts=preflight.parts,
        tolerated_failures=preflight.tolerated_failures,
        passed=preflight.passed,
        blocking=list(preflight.blocking),
        reason=preflight.reason,
        started_at=rfc3339(preflight.started_at),
        finished_at=written(preflight.finished_at),
        revision=preflight.revision,
    )


def _preflight(campaign_id: str, item: PreflightItem) -> Preflight:
    return Preflight(
        campaign_id=campaign_id,
        run=int(item.run),
        state=PreflightState(item.state),
        basis=item.basis,
        campaign_revision=int(item.campaign_revision),
        template_id=item.template_id,
        template_version=int(item.template_version),
        file_id=item.file_id,
        parts=int(item.parts),
        tolerated_failures=int(item.tolerated_failures),
        passed=item.passed,
        blocking=tuple(item.blocking),
        reason=item.reason,
        started_at=from_rfc3339(item.started_at),
        finished_at=read(item.finished_at),
        revision=int(item.revision),
    )
