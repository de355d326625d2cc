"""What the template stage needs from outside."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.templates.model import Template, TemplateFilter, TemplateVersion


class TemplateRepository(Protocol):
    """Keeps templates and their versions."""

    def add_template(self, template: Template) -> Template:
        """Store a new template; return it with its revision.

        Raises:
            StaleRevisionError: there is one with its id.
        """
        ...

    def template(self, template_id: str) -> Template | None:
        """Return a template, read consistently, or None."""
        ...

    def save_template(self, template: Template) -> Template:
        """Replace the template whose stored revision equals this one's; return it with the next one.

        Raises:
            StaleRevisionError: it was changed in between.
        """
        ...

    def list(self, wanted: TemplateFilter, *, limit: int, cursor: str | None) -> Page[Template]:
        """Return templates in the order of their making."""
        ...

    def add(self, template: TemplateVersion) -> TemplateVersion:
        """Store a new version; return it with its revision.

        Raises:
            StaleRevisionError: there is one with its number.
        """
        ...

    def get(self, template_id: str, version: int) -> TemplateVersion | None:
        """Return a version, read consistently, or None."""
        ...

    def several(self, keys: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], TemplateVersion]:
        """Return those of the versions that exist, by template id and number."""
        ...

    def versions(self, template_id: str, *, limit: int, cursor: str | None) -> Page[TemplateVersion]:
        """Return the versions of a template, the highest number first."""
        ...

    def save(self, template: TemplateVersion) -> TemplateVersion:
        """Replace the version whose stored revision equals ``template.revision``; return it with the next one.

        Raises:
            StaleRevisionError: it was changed in between.
        """
        ...


class TemplateObjects(Protocol):
    """The template bucket."""

    def presign(self, key: str, *, content_type: str, max_bytes: int) -> PresignedPost:
        """Permit one upload under exactly this key, type and size range."""
        ...

    def read(self, key: str, version: str | None, *, max_bytes: int) -> bytes:
        """Return an object's bytes, at most ``max_bytes`` + 1 of them."""
        ...

    def write(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store an object, replacing what is there."""
        ...

    def link(self, key: str, *, filename: str, version: str | None = None) -> str:
        """Return an address under which the object, or one version of it, can be downloaded for a short time."""
        ...


class StyleInliner(Protocol):
    """Applies a style sheet to a page."""

    def inline(self, html: str) -> str:
        """Return the page with the rules of its ``<style>`` in the ``style`` attributes of the elements they meet.

        Raises:
            UnreadableHtmlError: the rules cannot be applied.
        """
        ...
