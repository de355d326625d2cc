"""The template stage's ports, in memory."""

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.kernel.errors import StaleRevisionError
from chalicelib.kernel.pages import Page, decode_cursor, encode_cursor
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.templates.model import TemplateVersion


class FakeTemplates:
    """The `TemplateRepository` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, int], TemplateVersion] = {}

    def add(self, template: TemplateVersion) -> TemplateVersion:
        key = (template.template_id, template.version)
        if key in self.items:
            raise StaleRevisionError("There is one already.")
        added = self.items[key] = replace(template, revision=1)
        return added

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion | None:
        found = [item for item in self.items.values() if item.template_id == template_id]
        if version is not None:
            found = [item for item in found if item.version == version]
        return max(found, key=lambda item: item.version, default=None)

    def save(self, template: TemplateVersion) -> TemplateVersion:
        key = (template.template_id, template.version)
        if key not in self.items or self.items[key].revision != template.revision:
            raise StaleRevisionError("Somebody else changed it in between; read it again.")
        self.items[key] = replace(template, revision=template.revision + 1)
        return self.items[key]

    def list(self, *, limit: int, cursor: str | None) -> Page[TemplateVersion]:
        before = decode_cursor(cursor)
        ids = sorted({key[0] for key in self.items if before is None or key[0] < before}, reverse=True)
        latest = [item for template_id in ids[:limit] if (item := self.get(template_id))]
        return Page(latest, encode_cursor(ids[limit - 1]) if len(ids) > limit else None)


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

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        del content_type
        self.items[key, None] = body


class NoStyles:
    """The `StyleInliner` port, for pages without rules."""

    def inline(self, html: str) -> str:
        return html
