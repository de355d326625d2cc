"""Orders exports and shows what became of them."""

import re
from dataclasses import dataclass

from chalicelib.exports.model import ID_PREFIX, Export, ExportNotFoundError, ExportState
from chalicelib.exports.ports import ExportLinks, ExportRecords, ExportWorkflows
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.ids import new_id
from chalicelib.messages.model import MessageStatus

_ID = re.compile(rf"{ID_PREFIX}_[0-9a-z]{{26}}")


@dataclass(frozen=True, slots=True)
class ShownExport:
    """An export and, once it is ready, a short-lived address of its file."""

    export: Export
    url: str | None


class ExportService:
    """Exports as the API offers them."""

    def __init__(self, *, records: ExportRecords, links: ExportLinks, workflows: ExportWorkflows, clock: Clock) -> None:
        self._records = records
        self._links = links
        self._workflows = workflows
        self._clock = clock

    def order(
        self,
        campaign_id: str,
        *,
        parts: int,
        status: MessageStatus | None,
        gzip: bool,
        export_id: str | None = None,
    ) -> Export:
        """Have a campaign's messages written into a file.

        Args:
            campaign_id: whose messages.
            parts: how many parts they lie in; without any the file holds the names of the columns only.
            status: only messages with it; None: all.
            gzip: compress the file.
            export_id: its id; one that is there was ordered by an earlier try of the same request.

        Raises:
            TemporarilyUnavailableError: the workflow could not be started.
        """
        now = self._clock.now()
        export = self._records.get(campaign_id, export_id) if export_id else None
        if export is None:
            export_id = export_id or new_id(ID_PREFIX, now)
            export = Export(export_id, campaign_id, ExportState.WRITING, parts, status, gzip, now)
            self._records.put(export)
        self._workflows.export_messages(campaign_id, export.export_id)
        return export

    def get(self, campaign_id: str, export_id: str) -> ShownExport:
        """Return an export.

        Raises:
            ExportNotFoundError: there is none, or it has expired.
        """
        export = self._records.get(campaign_id, export_id) if _ID.fullmatch(export_id) else None
        if export is None or export.expires_at <= self._clock.now():
            raise ExportNotFoundError(f"The campaign has no export {export_id!r}; exports are kept for 7 days.")
        ready = export.state is ExportState.READY
        return ShownExport(export, self._links.link(export.key, filename=export.filename) if ready else None)
