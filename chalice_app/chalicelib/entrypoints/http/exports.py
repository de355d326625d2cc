"""``/v1/campaigns/{campaign_id}/exports``: a campaign's messages as a CSV file."""

from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Api, answer, shown_time
from chalicelib.entrypoints.http.schemas import OrderExport
from chalicelib.exports.model import Export

exports = Api(__name__)


@exports.operation("POST", "/v1/campaigns/{campaign_id}/exports", scope=Scope.READ)
def order_export(campaign_id: str) -> Response:
    """Have a campaign's messages written into a file."""
    request = exports.document(OrderExport)
    campaign = bootstrap.campaigns().get(campaign_id)
    export = bootstrap.exports().order(campaign_id, parts=campaign.parts, status=request.status, gzip=request.gzip)
    return answer(
        _document(export, None),
        status=HTTPStatus.ACCEPTED,
        location=f"/v1/campaigns/{campaign_id}/exports/{export.export_id}",
    )


@exports.operation("GET", "/v1/campaigns/{campaign_id}/exports/{export_id}", scope=Scope.READ)
def get_export(campaign_id: str, export_id: str) -> Response:
    """Show an export, once it is ready with a short-lived address of its file."""
    bootstrap.campaigns().get(campaign_id)
    shown = bootstrap.exports().get(campaign_id, export_id)
    return answer(_document(shown.export, shown.url))


def _document(export: Export, url: str | None) -> dict[str, Any]:
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
