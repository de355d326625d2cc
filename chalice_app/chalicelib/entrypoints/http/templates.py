"""``/v1/templates``: templates, their versions, and what these render to."""

from http import HTTPStatus

from typing_extensions import TypedDict

from chalicelib import bootstrap
from chalicelib.access.model import Scope
from chalicelib.entrypoints.http.api import Answer, Api, PageDocument, Time, answer, page_of, shown_time
from chalicelib.entrypoints.http.schemas import ListQuery, NoDetails
from chalicelib.entrypoints.http.template_schemas import (
    CreateTemplate,
    DuplicateTemplate,
    NewVersionSources,
    PreviewTemplate,
    RenameTemplate,
    TemplateListQuery,
    version_number,
)
from chalicelib.entrypoints.http.uploads import UploadDocument, upload_document
from chalicelib.kernel.errors import ConflictError
from chalicelib.recipients.model import RecipientFileNotFoundError, RecipientFileNotReadyError
from chalicelib.templates.catalog import ListedTemplate
from chalicelib.templates.inputs import Sources
from chalicelib.templates.model import (
    ID_PREFIX,
    TemplateArchivedError,
    TemplateNotFoundError,
    TemplateNotReadyError,
    TemplateStatus,
    TemplateVersion,
)

templates = Api(__name__)


class TemplateVersionDocument(TypedDict):
    """A template version.

    Attributes:
        variables: the fields that it reads.
        required_variables: those of them that have no stand-in.
        text_generated: whether the plain text was made from the HTML.
        findings: why it is invalid, or warnings.
    """

    template_id: str
    version: int
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


class TemplateDocument(TemplateVersionDocument):
    """A template with its current version.

    Attributes:
        latest_version: the highest number that a version was given.
        archived_at: since when it is archived; null: it is not.
    """

    name: str
    latest_version: int
    archived_at: Time | None


class NewTemplateDocument(TemplateDocument):
    """A template and where the HTML of its first version goes."""

    upload: UploadDocument


class NewTemplateVersionDocument(TemplateVersionDocument):
    """A template version and where its HTML goes."""

    upload: UploadDocument


class TemplateSourceDocument(TypedDict):
    """What a version was made from, besides what the version shows.

    Attributes:
        text: the plain text that came with the version; null when it is taken from the HTML.
    """

    url: str
    text: str | None


class RenderedDocument(TypedDict):
    """A rendered mail."""

    subject: str
    preheader: str | None
    html: str
    text: str
    headers: dict[str, str]


_PREVIEW = (
    TemplateNotFoundError,
    TemplateNotReadyError,
    RecipientFileNotFoundError,
    RecipientFileNotReadyError,
)


@templates.operation("POST", "/v1/templates", scope=Scope.WRITE, status=HTTPStatus.CREATED, creates=ID_PREFIX)
def create_template(request: CreateTemplate, new_id: str) -> Answer[NewTemplateDocument]:
    """Make a template; the answer says where to upload its HTML."""
    made = bootstrap.template_catalog().create(request.name, _sources(request), template_id=new_id)
    shown = template_document(ListedTemplate(made.template, made.version))
    return answer(
        {**shown, "upload": upload_document(made.upload)},
        revision=made.template.revision,
        location=f"/v1/templates/{new_id}",
    )


@templates.operation("GET", "/v1/templates", scope=Scope.READ)
def list_templates(query: TemplateListQuery) -> Answer[PageDocument[TemplateDocument]]:
    """List templates, each with its current version."""
    page = bootstrap.template_catalog().list(query.wanted, limit=query.limit, cursor=query.cursor)
    return page_of(page, template_document)


@templates.operation("GET", "/v1/templates/{template_id}", scope=Scope.READ, refuses=(TemplateNotFoundError,))
def get_template(template_id: str) -> Answer[TemplateDocument]:
    """Show a template with its current version."""
    return _shown(bootstrap.template_catalog().get(template_id))


@templates.operation("PATCH", "/v1/templates/{template_id}", scope=Scope.WRITE, refuses=(TemplateNotFoundError,))
def rename_template(template_id: str, request: RenameTemplate, revision: int | None) -> Answer[TemplateDocument]:
    """Call a template otherwise."""
    catalog = bootstrap.template_catalog()
    return _shown(catalog.with_version(catalog.rename(template_id, request.name, revision=revision)))


@templates.operation("POST", "/v1/templates/{template_id}/archive", scope=Scope.WRITE, refuses=(TemplateNotFoundError,))
def archive_template(template_id: str, _request: NoDetails, revision: int | None) -> Answer[TemplateDocument]:
    """Keep a template out of sight; what uses it goes on."""
    catalog = bootstrap.template_catalog()
    return _shown(catalog.with_version(catalog.archive(template_id, revision=revision)))


@templates.operation(
    "POST", "/v1/templates/{template_id}/unarchive", scope=Scope.WRITE, refuses=(TemplateNotFoundError,)
)
def unarchive_template(template_id: str, _request: NoDetails, revision: int | None) -> Answer[TemplateDocument]:
    """Take a template out of the archive."""
    catalog = bootstrap.template_catalog()
    return _shown(catalog.with_version(catalog.unarchive(template_id, revision=revision)))


@templates.operation(
    "POST",
    "/v1/templates/{template_id}/duplicate",
    scope=Scope.WRITE,
    status=HTTPStatus.CREATED,
    refuses=(TemplateNotFoundError, TemplateNotReadyError),
    creates=ID_PREFIX,
)
def duplicate_template(template_id: str, request: DuplicateTemplate, new_id: str) -> Answer[TemplateDocument]:
    """Make a template of a version of another one."""
    copy = bootstrap.template_catalog().duplicate(
        template_id, name=request.name, version=request.version, copy_id=new_id
    )
    return answer(template_document(copy), revision=copy.template.revision, location=f"/v1/templates/{new_id}")


@templates.operation("POST", "/v1/templates/{template_id}/preview", scope=Scope.READ, changes=False, refuses=_PREVIEW)
def preview_template(template_id: str, request: PreviewTemplate) -> Answer[RenderedDocument]:
    """Render the current version with given fields, those of a recipient, or stand-ins."""
    return _preview(template_id, None, request)


@templates.operation(
    "POST",
    "/v1/templates/{template_id}/versions",
    scope=Scope.WRITE,
    status=HTTPStatus.CREATED,
    refuses=(TemplateNotFoundError, TemplateArchivedError, ConflictError),
    creates="ver",
)
def create_template_version(
    template_id: str, request: NewVersionSources, revision: int | None, new_id: str
) -> Answer[NewTemplateVersionDocument]:
    """Make another version of a template; it becomes current when it is ready."""
    made = bootstrap.template_catalog().add_version(template_id, _sources(request), made_by=new_id, revision=revision)
    return answer(
        {**version_document(made.version), "upload": upload_document(made.upload)},
        revision=made.version.revision,
        location=f"/v1/templates/{template_id}/versions/{made.version.version}",
    )


@templates.operation("GET", "/v1/templates/{template_id}/versions", scope=Scope.READ, refuses=(TemplateNotFoundError,))
def list_template_versions(template_id: str, query: ListQuery) -> Answer[PageDocument[TemplateVersionDocument]]:
    """List the versions of a template, the highest number first."""
    page = bootstrap.template_catalog().versions(template_id, limit=query.limit, cursor=query.cursor)
    return page_of(page, version_document)


@templates.operation(
    "GET", "/v1/templates/{template_id}/versions/{version}", scope=Scope.READ, refuses=(TemplateNotFoundError,)
)
def get_template_version(template_id: str, version: str) -> Answer[TemplateVersionDocument]:
    """Show a version of a template."""
    found = bootstrap.templates().get(template_id, version_number(version))
    return answer(version_document(found), revision=found.revision)


@templates.operation(
    "POST", "/v1/templates/{template_id}/versions/{version}/preview", scope=Scope.READ, changes=False, refuses=_PREVIEW
)
def preview_template_version(template_id: str, version: str, request: PreviewTemplate) -> Answer[RenderedDocument]:
    """Render a version with given fields, those of a recipient, or stand-ins."""
    return _preview(template_id, version_number(version), request)


@templates.operation(
    "GET",
    "/v1/templates/{template_id}/versions/{version}/upload",
    scope=Scope.WRITE,
    refuses=(TemplateNotFoundError, ConflictError),
)
def get_template_upload(template_id: str, version: str) -> Answer[UploadDocument]:
    """Answer a fresh form for a version that waits for its HTML."""
    return answer(upload_document(bootstrap.template_catalog().upload(template_id, version_number(version))))


@templates.operation(
    "GET",
    "/v1/templates/{template_id}/versions/{version}/source",
    scope=Scope.READ,
    refuses=(TemplateNotFoundError, TemplateNotReadyError),
)
def get_template_source(template_id: str, version: str) -> Answer[TemplateSourceDocument]:
    """Answer what a version was made from: a short-lived address of its HTML as it was uploaded, and its own text."""
    source = bootstrap.template_catalog().source(template_id, version_number(version))
    return answer({"url": source.url, "text": source.text})


def template_document(listed: ListedTemplate) -> TemplateDocument:
    """Show a template with its current version."""
    template = listed.template
    return {
        **version_document(listed.version),
        "name": template.name,
        "latest_version": template.latest,
        "archived_at": shown_time(template.archived_at),
        "created_at": shown_time(template.created_at),
    }


def version_document(template: TemplateVersion) -> TemplateVersionDocument:
    """Show a template version."""
    return {
        "template_id": template.template_id,
        "version": template.version,
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


def _shown(listed: ListedTemplate) -> Answer[TemplateDocument]:
    return answer(template_document(listed), revision=listed.template.revision)


def _sources(request: NewVersionSources) -> Sources:
    return Sources(request.subject, request.text, request.preheader, request.headers)


def _preview(template_id: str, version: int | None, request: PreviewTemplate) -> Answer[RenderedDocument]:
    fields = dict(request.fields)
    if request.recipient:
        given = bootstrap.sample_recipients().fields(request.recipient.file_id, request.recipient.row)
        fields = {**given, **fields}
    rendered = bootstrap.templates().preview(template_id, version, fields, stand_ins=request.stand_ins)
    return answer(
        {
            "subject": rendered.subject,
            "preheader": rendered.preheader,
            "html": rendered.html,
            "text": rendered.text,
            "headers": dict(rendered.headers),
        }
    )
