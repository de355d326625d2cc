"""``/v1/campaigns/{campaign_id}/preflight`` and ``.../test-sends``: what is looked at before a campaign is sent."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Api, answer, shown_time
from chalicelib.entrypoints.http.schemas import SendTest, StartPreflight
from chalicelib.preflight.service import ShownPreflight

preflight = Api(__name__)


@preflight.operation("POST", "/v1/campaigns/{campaign_id}/preflight", scope=Scope.WRITE)
def start_preflight(campaign_id: str) -> Response:
    """Check a campaign for every recipient; a check that is under way is given up for this one."""
    request = preflight.document(StartPreflight)
    started = bootstrap.preflights().start(campaign_id, tolerated_failures=request.tolerated_failures)
    return answer(
        preflight_document(started), status=HTTPStatus.ACCEPTED, location=f"/v1/campaigns/{campaign_id}/preflight"
    )


@preflight.operation("GET", "/v1/campaigns/{campaign_id}/preflight", scope=Scope.READ)
def get_preflight(campaign_id: str) -> Response:
    """Show how far the last check of a campaign is, or what it found."""
    return answer(preflight_document(bootstrap.preflights().get(campaign_id)))


@preflight.operation("POST", "/v1/campaigns/{campaign_id}/test-sends", scope=Scope.SEND)
def send_test_mails(campaign_id: str) -> Response:
    """Send a campaign's mail to a few addresses; each call sends."""
    request = preflight.document(SendTest)
    proofs = bootstrap.proofs(preflight.lambda_context).send(
        campaign_id, request.addresses, fields=request.recipient.fields, row=request.recipient.row or 1
    )
    return answer({"items": [asdict(proof) for proof in proofs]})


def preflight_document(shown: ShownPreflight) -> dict[str, Any]:
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
