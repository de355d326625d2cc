"""``/v1/campaigns``: drafts made, edited, copied and removed; the archive."""

from http import HTTPStatus

from pydantic import ValidationError

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.campaigns.model import ID_PREFIX, CampaignNotFoundError, Draft
from chalicelib.entrypoints.http.api import Answer, Api, answer, nothing, refusal
from chalicelib.entrypoints.http.campaign_schemas import CreateCampaign, DuplicateCampaign, EditCampaign
from chalicelib.entrypoints.http.campaigns import CampaignDocument, campaign_document, shown
from chalicelib.entrypoints.http.refusals import CONTENT, STATE
from chalicelib.entrypoints.http.schemas import NoDetails

drafts = Api(__name__)


@drafts.operation(
    "POST",
    "/v1/campaigns",
    scope=Scope.WRITE,
    status=HTTPStatus.CREATED,
    refuses=CONTENT,
    creates=ID_PREFIX,
)
def create_campaign(request: CreateCampaign, new_id: str) -> Answer[CampaignDocument]:
    """Make a draft."""
    campaign = bootstrap.campaign_drafts().create(request.draft, campaign_id=new_id)
    return answer(campaign_document(campaign), revision=campaign.revision, location=f"/v1/campaigns/{new_id}")


@drafts.operation(
    "PATCH", "/v1/campaigns/{campaign_id}", scope=Scope.WRITE, refuses=(CampaignNotFoundError, *CONTENT, *STATE)
)
def edit_campaign(campaign_id: str, request: EditCampaign, revision: int | None) -> Answer[CampaignDocument]:
    """Change a draft; what is left out stays."""

    def change(draft: Draft) -> Draft:
        try:
            return CreateCampaign.model_validate(request.merged(draft)).draft
        except ValidationError as error:
            raise refusal(error) from None

    return shown(bootstrap.campaign_drafts().edit(campaign_id, change, revision=revision))


@drafts.operation(
    "DELETE",
    "/v1/campaigns/{campaign_id}",
    scope=Scope.WRITE,
    status=HTTPStatus.NO_CONTENT,
    refuses=(CampaignNotFoundError, *STATE),
)
def delete_campaign(campaign_id: str, revision: int | None) -> Answer[None]:
    """Remove a draft."""
    bootstrap.campaign_drafts().delete(campaign_id, revision=revision)
    return nothing()


@drafts.operation(
    "POST",
    "/v1/campaigns/{campaign_id}/duplicate",
    scope=Scope.WRITE,
    status=HTTPStatus.CREATED,
    refuses=(CampaignNotFoundError, *CONTENT),
    creates=ID_PREFIX,
)
def duplicate_campaign(campaign_id: str, request: DuplicateCampaign, new_id: str) -> Answer[CampaignDocument]:
    """Make a draft like a campaign."""
    copy = bootstrap.campaign_drafts().duplicate(campaign_id, name=request.name, copy_id=new_id)
    return answer(campaign_document(copy), revision=copy.revision, location=f"/v1/campaigns/{new_id}")


@drafts.operation(
    "POST", "/v1/campaigns/{campaign_id}/archive", scope=Scope.WRITE, refuses=(CampaignNotFoundError, *STATE)
)
def archive_campaign(campaign_id: str, _request: NoDetails, revision: int | None) -> Answer[CampaignDocument]:
    """Keep a campaign that is over out of sight."""
    return shown(bootstrap.campaign_drafts().archive(campaign_id, revision=revision))


@drafts.operation(
    "POST", "/v1/campaigns/{campaign_id}/unarchive", scope=Scope.WRITE, refuses=(CampaignNotFoundError, *STATE)
)
def unarchive_campaign(campaign_id: str, _request: NoDetails, revision: int | None) -> Answer[CampaignDocument]:
    """Take a campaign out of the archive."""
    return shown(bootstrap.campaign_drafts().unarchive(campaign_id, revision=revision))
