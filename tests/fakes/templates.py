"""The template stage's ports, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.templates.model import Template, TemplateFilter, TemplateVersion
from tests.fakes.pages import page_of


class FakeTemplates:
    """The `TemplateRepository` port.

    Attributes:
        items: versions by template and number.
        heads: templates by id.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, int], TemplateVersion] = {}
        self.heads: dict[str, Template] = {}

    def add_template(self, template: Template) -> Template:
        if template.template_id in self.heads:
            raise StaleRevisionError("There is one already.")
        added = self.heads[template.template_id] = replace(template, revision=1)
        return added

    def template(self, template_id: str) -> Template | None:
        return self.heads.get(template_id)

    def save_template(self, template: Template) -> Template:
        stored = self.heads.get(template.template_id)
        if stored is None or stored.revision != template.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        saved = self.heads[template.template_id] = replace(template, revision=template.revision + 1)
        return saved

    def list(self, wanted: TemplateFilter, *, limit: int, cursor: str | None) -> Page[Template]:
        found = [
            one
            for one in self.heads.values()
            if (wanted.archived is None or wanted.archived is (one.archived_at is not None))
            and (wanted.name is None or wanted.name.casefold() in one.name.casefold())
        ]
        return page_of(
            found,
            lambda one: one.template_id,
            wanted=wanted,
            limit=limit,
            cursor=cursor,
            descending=wanted.newest_first,
        )

    def add(self, template: TemplateVersion) -> TemplateVersion:
        key = (template.template_id, template.version)
        if key in self.items:
            raise StaleRevisionError("There is one already.")
        added = self.items[key] = replace(template, revision=1)
        return added

    def get(self, template_id: str, version: int) -> TemplateVersion | None:
        return self.items.get((template_id, version))

    def several(self, keys: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], TemplateVersion]:
        return {key: self.items[key] for key in keys if key in self.items}

    def versions(self, template_id: str, *, limit: int, cursor: str | None) -> Page[TemplateVersion]:
        found = [one for one in self.items.values() if one.template_id == template_id]
        return page_of(found, lambda one: one.version, wanted=template_id, limit=limit, cursor=cursor)

    def save(self, template: TemplateVersion) -> TemplateVersion:
        key = (template.template_id, template.version)
        if key not in self.items or self.items[key].revision != template.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        self.items[key] = replace(template, revision=template.revision + 1)
        return self.items[key]


class FakeTemplateObjects:
    """The `TemplateObjects` port; `upload` does what a browser does with the presigned post."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str | None], bytes] = {}
        self.reads = 0

    def upload(self, key: str, body: bytes, version: str | None = "v1") -> None:
        self.items[key, version] = body

    def presign(self, key: str, *, content_type: str, max_bytes: int) -> PresignedPost:
        fields = {"key": key, "Content-Type": content_type}
        return PresignedPost("https://bucket.example", fields, datetime(2030, 1, 1, tzinfo=UTC), max_bytes)

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        self.reads += 1
        return self.items[key, version][: max_bytes + 1]

    def link(self, key: str, *, filename: str, version: str | None = None) -> str:
        return f"https://bucket.example/{key}?version={version}&filename={filename}"

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        del content_type
        self.items[key, None] = body


class NoStyles:
    """The `StyleInliner` port, for pages without rules."""

    def inline(self, html: str) -> str:
        return html
