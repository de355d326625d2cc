"""``/v1/campaigns/{campaign_id}/exports``: a campaign's messages as a CSV file."""

from http import HTTPStatus

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.campaigns.model import CampaignNotFoundError
from chalicelib.entrypoints.http.api import Answer, Api, Time, answer, shown_time
from chalicelib.entrypoints.http.schemas import OrderExport
from chalicelib.exports.model import ID_PREFIX, Export, ExportNotFoundError, ExportState
from chalicelib.messages.model import MessageStatus

exports = Api(__name__)


class ExportDocument(TypedDict):
    """An export.

    Attributes:
        status: only messages of this status are in it.
        url: where the file can be downloaded for a short while; null until it is ready.
    """

    export_id: str
    campaign_id: str
    state: ExportState
    reason: str | None
    status: MessageStatus | None
    gzip: bool
    rows: int | None
    url: str | None
    created_at: Time | None
    finished_at: Time | None
    expires_at: Time | None


@exports.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/exports",
    scope=Scope.READ,
    status=HTTPStatus.ACCEPTED,
    refuses=(CampaignNotFoundError,),
    creates=ID_PREFIX,
)
def order_export(campaign_id: str, request: OrderExport, new_id: str) -> Answer[ExportDocument]:
    """Have a campaign's messages written into a file."""
    campaign = bootstrap.campaigns().get(campaign_id)
    export = bootstrap.exports().order(
        campaign_id, parts=campaign.parts, status=request.status, gzip=request.gzip, export_id=new_id
    )
    return answer(
        _document(export, None),
        revision=_revision(export),
        location=f"/v1/campaigns/{campaign_id}/exports/{export.export_id}",
    )


@exports.operation(
    "GET",
    "/v1/campaigns/{campaign_id}/exports/{export_id}",
    scope=Scope.READ,
    refuses=(CampaignNotFoundError, ExportNotFoundError),
)
def get_export(campaign_id: str, export_id: str) -> Answer[ExportDocument]:
    """Show an export, once it is ready with a short-lived address of its file."""
    bootstrap.campaigns().get(campaign_id)
    shown = bootstrap.exports().get(campaign_id, export_id)
    return answer(_document(shown.export, shown.url), revision=_revision(shown.export))


def _revision(export: Export) -> int:
    """Return the revision of a record that changes once, at its end."""
    return 1 if export.state is ExportState.WRITING else 2


def _document(export: Export, url: str | None) -> ExportDocument:
    return {
        "export_id": export.export_id,
        "campaign_id": export.campaign_id,
        "state": export.state,
        "reason": export.reason,
        "status": export.status,
        "gzip": export.gzip,
        "rows": export.rows,
        "url": url,
        "created_at": shown_time(export.created_at),
        "finished_at": shown_time(export.finished_at),
        "expires_at": shown_time(export.expires_at),
    }
