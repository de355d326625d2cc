"""Request documents of templates, with the limits of every value."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.entrypoints.http.schemas import (
    ARCHIVED,
    Address,
    Archived,
    ByCreation,
    Fields,
    Identifier,
    ListQuery,
    Name,
    NamePart,
    OwnAddress,
    Request,
    SenderDocument,
)
from chalicelib.preflight.model import MAX_ADDRESSES
from chalicelib.recipients.samples import MAX_ROW
from chalicelib.templates.headers import MAX_HEADER_SOURCE_CHARACTERS, MAX_HEADERS
from chalicelib.templates.model import MAX_PREHEADER_SOURCE_CHARACTERS, MAX_TEXT_CHARACTERS, TemplateFilter


class NewVersionSources(Request):
    """What a template version consists of; its HTML is uploaded afterwards."""

    subject: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_CHARACTERS)] | None = None
    preheader: Annotated[str, StringConstraints(min_length=1, max_length=MAX_PREHEADER_SOURCE_CHARACTERS)] | None = None
    headers: dict[
        Annotated[str, StringConstraints(max_length=126)],
        Annotated[str, StringConstraints(max_length=MAX_HEADER_SOURCE_CHARACTERS)],
    ] = Field(default_factory=dict, max_length=MAX_HEADERS)


class CreateTemplate(NewVersionSources):
    """A new template; the HTML of its first version is uploaded afterwards."""

    name: Name


class RenameTemplate(Request):
    """What a template is called from now on."""

    name: Name


class DuplicateTemplate(Request):
    """Which version is copied, the current one when left out, and what the copy is called."""

    name: Name | None = None
    version: int | None = Field(None, ge=1)


class FileRow(Request):
    """An accepted row of a recipient file."""

    file_id: Identifier
    row: int = Field(1, ge=1, le=MAX_ROW)


class PreviewTemplate(Request):
    """Fields to render a template with, over those of a recipient; stand-ins for those that are missing."""

    fields: Fields = Field(default_factory=dict, max_length=200)
    recipient: FileRow | None = None
    stand_ins: bool = False


class TryTemplate(PreviewTemplate):
    """Where a test mail goes, who it is from, and what it is rendered with."""

    addresses: Annotated[list[Address], Field(min_length=1, max_length=MAX_ADDRESSES)]
    sender: SenderDocument = Field(alias="from")
    reply_to: OwnAddress | None = None


class TemplateListQuery(ListQuery):
    """Query parameters of the list of templates."""

    name: NamePart | None = None
    archived: Archived = "false"
    sort: ByCreation = "-created_at"

    @property
    def wanted(self) -> TemplateFilter:
        """Which templates are wanted."""
        return TemplateFilter(ARCHIVED[self.archived], self.name, newest_first=self.sort.startswith("-"))


_MOST_DIGITS = 10


def version_number(segment: str) -> int:
    """Read the number of a version in a path; what is none is the number of no version."""
    return int(segment) if segment.isascii() and segment.isdigit() and len(segment) < _MOST_DIGITS else 0
