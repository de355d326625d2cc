"""``.../test-sends`` of campaigns and templates: mails that are looked at before anybody else gets them."""

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.campaigns.model import CampaignNotFoundError
from chalicelib.entrypoints.http.api import Answer, Api, answer
from chalicelib.entrypoints.http.refusals import CONTENT, STATE
from chalicelib.entrypoints.http.schemas import SendTest
from chalicelib.entrypoints.http.template_schemas import TryTemplate, version_number
from chalicelib.preflight.proofs import Proof
from chalicelib.preflight.trying import WantedTest
from chalicelib.recipients.model import RecipientFileNotFoundError, RecipientFileNotReadyError
from chalicelib.templates.model import TemplateNotFoundError, TemplateNotReadyError

test_sends = Api(__name__)

_TEMPLATE = (
    TemplateNotFoundError,
    TemplateNotReadyError,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
)
_PREFIX = "tst"


class ProofsDocument(TypedDict):
    """What became of test mails."""

    items: list[Proof]


@test_sends.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/test-sends",
    scope=Scope.SEND,
    refuses=(CampaignNotFoundError, *CONTENT, *STATE),
    creates=_PREFIX,
)
def send_test_mails(campaign_id: str, request: SendTest) -> Answer[ProofsDocument]:
    """Send a campaign's mail to a few addresses; each call sends, but for a repeated one with its key."""
    proofs = bootstrap.campaign_test_mails(test_sends.lambda_context).send(
        campaign_id, request.addresses, fields=request.recipient.fields, row=request.recipient.row or 1
    )
    return answer({"items": list(proofs)})


@test_sends.operation(
    "POST",
    "/v1/templates/{template_id}/test-sends",
    scope=Scope.SEND,
    refuses=_TEMPLATE,
    creates=_PREFIX,
)
def send_template_test_mails(template_id: str, request: TryTemplate) -> Answer[ProofsDocument]:
    """Send the current version to a few addresses; each call sends, but for a repeated one with its key."""
    return _tried(template_id, None, request)


@test_sends.operation(
    "POST",
    "/v1/templates/{template_id}/versions/{version}/test-sends",
    scope=Scope.SEND,
    refuses=_TEMPLATE,
    creates=_PREFIX,
)
def send_template_version_test_mails(template_id: str, version: str, request: TryTemplate) -> Answer[ProofsDocument]:
    """Send a version to a few addresses; each call sends, but for a repeated one with its key."""
    return _tried(template_id, version_number(version), request)


def _tried(template_id: str, version: int | None, request: TryTemplate) -> Answer[ProofsDocument]:
    recipient = request.recipient
    wanted = WantedTest(
        addresses=request.addresses,
        sender_address=request.sender.address,
        sender_name=request.sender.name,
        reply_to=request.reply_to,
        fields=request.fields,
        file_id=recipient.file_id if recipient else None,
        row=recipient.row if recipient else 1,
        stand_ins=request.stand_ins,
    )
    proofs = bootstrap.template_test_mails(test_sends.lambda_context).send(template_id, version, wanted)
    return answer({"items": list(proofs)})
