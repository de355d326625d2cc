"""``/v1/templates``."""

from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Api, answer, page_of, shown_time
from chalicelib.entrypoints.http.schemas import CreateTemplate, ListQuery, PreviewTemplate
from chalicelib.entrypoints.http.uploads import upload_document
from chalicelib.templates.model import TemplateVersion

templates = Api(__name__)


@templates.operation("POST", "/v1/templates", scope=Scope.WRITE)
def create_template() -> Response:
    """Make a template; the answer says where to upload its HTML."""
    request = templates.document(CreateTemplate)
    template, post = bootstrap.templates().create(
        name=request.name,
        subject=request.subject,
        text=request.text,
        preheader=request.preheader,
        headers=request.headers,
    )
    return answer(
        {**template_document(template), "upload": upload_document(post)},
        status=HTTPStatus.CREATED,
        location=f"/v1/templates/{template.template_id}",
    )


@templates.operation("GET", "/v1/templates", scope=Scope.READ)
def list_templates() -> Response:
    """List the latest version of each template, newest template first."""
    query = templates.query(ListQuery)
    return page_of(bootstrap.templates().list(limit=query.limit, cursor=query.cursor), template_document)


@templates.operation("GET", "/v1/templates/{template_id}", scope=Scope.READ)
def get_template(template_id: str) -> Response:
    """Show the latest version of a template."""
    template = bootstrap.templates().get(template_id)
    return answer(template_document(template), revision=template.revision)


@templates.operation("POST", "/v1/templates/{template_id}/preview", scope=Scope.READ)
def preview_template(template_id: str) -> Response:
    """Render the latest version with given fields."""
    request = templates.document(PreviewTemplate)
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


def template_document(template: TemplateVersion) -> dict[str, Any]:
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
