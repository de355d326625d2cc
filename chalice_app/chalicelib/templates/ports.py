"""What the template stage needs from outside."""

from typing import Protocol

from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.templates.model import TemplateVersion


class TemplateRepository(Protocol):
    """Keeps template versions."""

    def add(self, template: TemplateVersion) -> TemplateVersion:
        """Store a new version; return it with its revision.

        Raises:
            StaleRevisionError: there is one with its number.
        """
        ...

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion | None:
        """Return a version, the latest when none is named, or None."""
        ...

    def save(self, template: TemplateVersion) -> TemplateVersion:
        """Replace the version whose stored revision equals ``template.revision``; return it with the next one.

        Raises:
            StaleRevisionError: it was changed in between.
        """
        ...

    def list(self, *, limit: int, cursor: str | None) -> Page[TemplateVersion]:
        """Return the latest version of each template, newest template first."""
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


class StyleInliner(Protocol):
    """Applies a style sheet to a page."""

    def inline(self, html: str) -> str:
        """Return the page with the rules of its ``<style>`` in the ``style`` attributes of the elements they meet.

        Raises:
            UnreadableHtmlError: the rules cannot be applied.
        """
        ...
