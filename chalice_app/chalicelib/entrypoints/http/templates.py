"""``/v1/templates``."""

from http import HTTPStatus

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Answer, Api, PageDocument, Time, answer, page_of, shown_time
from chalicelib.entrypoints.http.schemas import CreateTemplate, ListQuery, PreviewTemplate
from chalicelib.entrypoints.http.uploads import UploadDocument, upload_document
from chalicelib.templates.model import (
    ID_PREFIX,
    TemplateNotFoundError,
    TemplateNotReadyError,
    TemplateStatus,
    TemplateVersion,
)

templates = Api(__name__)


class TemplateDocument(TypedDict):
    """A template version.

    Attributes:
        variables: the fields that it reads.
        required_variables: those of them that have no stand-in.
        text_generated: whether the plain text was made from the HTML.
        findings: why it is invalid, or warnings.
    """

    template_id: str
    version: int
    name: str
    status: TemplateStatus
    subject: str
    preheader: str | None
    headers: dict[str, str]
    variables: list[str]
    required_variables: list[str]
    text_generated: bool
    html_bytes: int | None
    findings: list[str]
    created_at: Time | None


class NewTemplateDocument(TemplateDocument):
    """A template version and where its HTML goes."""

    upload: UploadDocument


class RenderedDocument(TypedDict):
    """A rendered mail."""

    subject: str
    preheader: str | None
    html: str
    text: str
    headers: dict[str, str]


@templates.operation("POST", "/v1/templates", scope=Scope.WRITE, status=HTTPStatus.CREATED, creates=ID_PREFIX)
def create_template(request: CreateTemplate, new_id: str) -> Answer[NewTemplateDocument]:
    """Make a template; the answer says where to upload its HTML."""
    template, post = bootstrap.templates().create(
        name=request.name,
        subject=request.subject,
        text=request.text,
        preheader=request.preheader,
        headers=request.headers,
        template_id=new_id,
    )
    return answer(
        {**template_document(template), "upload": upload_document(post)},
        revision=template.revision,
        location=f"/v1/templates/{template.template_id}",
    )


@templates.operation("GET", "/v1/templates", scope=Scope.READ)
def list_templates(query: ListQuery) -> Answer[PageDocument[TemplateDocument]]:
    """List the latest version of each template, newest template first."""
    return page_of(bootstrap.templates().list(limit=query.limit, cursor=query.cursor), template_document)


@templates.operation("GET", "/v1/templates/{template_id}", scope=Scope.READ, refuses=(TemplateNotFoundError,))
def get_template(template_id: str) -> Answer[TemplateDocument]:
    """Show the latest version of a template."""
    template = bootstrap.templates().get(template_id)
    return answer(template_document(template), revision=template.revision)


@templates.operation(
    "POST",
    "/v1/templates/{template_id}/preview",
    scope=Scope.READ,
    refuses=(TemplateNotFoundError, TemplateNotReadyError),
)
def preview_template(template_id: str, request: PreviewTemplate) -> Answer[RenderedDocument]:
    """Render the latest version with given fields."""
    template = bootstrap.templates().get(template_id)
    rendered = bootstrap.templates().preview(template_id, template.version, request.fields)
    return answer(
        {
            "subject": rendered.subject,
            "preheader": rendered.preheader,
            "html": rendered.html,
            "text": rendered.text,
            "headers": dict(rendered.headers),
        }
    )


def template_document(template: TemplateVersion) -> TemplateDocument:
    """Show a template version."""
    return {
        "template_id": template.template_id,
        "version": template.version,
        "name": template.name,
        "status": template.status,
        "subject": template.subject,
        "preheader": template.preheader,
        "headers": dict(template.headers),
        "variables": list(template.variables),
        "required_variables": list(template.required),
        "text_generated": template.text_generated,
        "html_bytes": template.html_bytes,
        "findings": list(template.findings),
        "created_at": shown_time(template.created_at),
    }
