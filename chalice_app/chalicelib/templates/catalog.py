"""Makes templates and versions of them, and keeps them in order: names, archive, copies, lists."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import ConflictError, StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.templates.inputs import Sources, check, checked_name
from chalicelib.templates.model import (
    ID_PREFIX,
    MAX_HTML_BYTES,
    Template,
    TemplateFilter,
    TemplateNotFoundError,
    TemplateNotReadyError,
    TemplateStatus,
    TemplateVersion,
    upload_key,
)
from chalicelib.templates.ports import TemplateObjects, TemplateRepository
from chalicelib.templates.records import change, existing, in_use

_HTML = "text/html"
_LOOKED_BACK = 20
"""Versions among which a request that broke off looks for its own."""


@dataclass(frozen=True, slots=True)
class ListedTemplate:
    """A template with its current version."""

    template: Template
    version: TemplateVersion


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that waits for its HTML, and the permission to upload it."""

    template: Template
    version: TemplateVersion
    upload: PresignedPost


@dataclass(frozen=True, slots=True)
class Source:
    """What a person made a version from, besides its subject, preheader and headers.

    Attributes:
        url: short-lived address of the HTML as it was uploaded.
        text: Jinja2 source of the plain text; None: it is taken from the HTML.
    """

    url: str
    text: str | None


class TemplateCatalog:
    """Templates as their authors see them. ``revision`` is what If-Match says; None: any."""

    def __init__(self, *, templates: TemplateRepository, objects: TemplateObjects, clock: Clock) -> None:
        self._templates = templates
        self._objects = objects
        self._clock = clock

    def create(self, name: str, sources: Sources, *, template_id: str | None = None) -> NewVersion:
        """Make a template with its first version.

        Args:
            name: what people call it.
            sources: what the version consists of besides its HTML.
            template_id: its id; one that is there was made by an earlier try of the same request.

        Raises:
            InvalidInputError: a value cannot be taken; nothing was stored.
        """
        check(sources, name)
        template_id = template_id or new_id(ID_PREFIX, self._clock.now())
        version = self._version(template_id, 1, sources, None)
        post = self._form(version)
        # The template comes last: what is listed has a version.
        version = self._added(version)
        return NewVersion(self._added_template(template_id, name.strip(), version), version, post)

    def add_version(
        self, template_id: str, sources: Sources, *, made_by: str | None = None, revision: int | None = None
    ) -> NewVersion:
        """Make another version of a template; it becomes current when it is ready.

        Args:
            template_id: the template.
            sources: what the version consists of besides its HTML.
            made_by: the same in every try of one request; a version that an earlier try made is returned.
            revision: see above.

        Raises:
            InvalidInputError: a value cannot be taken; nothing was stored.
            TemplateNotFoundError: there is no such template.
            TemplateArchivedError: it is archived.
        """
        check(sources)
        before = self._templates.versions(template_id, limit=_LOOKED_BACK, cursor=None).items if made_by else ()
        version = next((one for one in before if one.made_by == made_by), None)
        if version is not None:
            return NewVersion(existing(self._templates, template_id), version, self._form(version))
        # The number is taken first, so that no two requests make the same version; one that breaks off leaves a gap.
        template = change(
            self._templates,
            template_id,
            lambda now: replace(in_use(now), latest=now.latest + 1),
            revision=revision,
        )
        version = self._templates.add(self._version(template_id, template.latest, sources, made_by))
        return NewVersion(template, version, self._form(version))

    def duplicate(
        self, template_id: str, *, name: str | None, version: int | None, copy_id: str | None = None
    ) -> ListedTemplate:
        """Make a template of a version of another one; it is checked like an upload.

        Args:
            template_id: the template.
            name: what the copy is called; None: as the original.
            version: which version; None: the current one.
            copy_id: the id of the copy; one that is there was made by an earlier try of the same request.

        Raises:
            TemplateNotFoundError: there is no such template or version.
            TemplateNotReadyError: its HTML was never uploaded.
        """
        original = existing(self._templates, template_id)
        source = self._existing_version(template_id, original.current if version is None else version)
        if source.object_version is None and source.status is TemplateStatus.AWAITING_UPLOAD:
            raise TemplateNotReadyError(f"Version {source.version} waits for its upload: there is nothing to copy.")
        called = original.name if name is None else checked_name(name)
        copy_id = copy_id or new_id(ID_PREFIX, self._clock.now())
        text = None if source.text_generated else source.text
        sources = Sources(source.subject, text, source.preheader, dict(source.headers))
        copy = self._added(self._version(copy_id, 1, sources, None))
        template = self._added_template(copy_id, called, copy)
        html = self._objects.read(source.object_key, source.object_version, max_bytes=MAX_HTML_BYTES)
        self._objects.write(copy.object_key, html, content_type=_HTML)
        return ListedTemplate(template, copy)

    def rename(self, template_id: str, name: str, *, revision: int | None = None) -> Template:
        """Call a template otherwise.

        Raises:
            InvalidInputError: it cannot be called so.
            TemplateNotFoundError: there is no such template.
        """
        called = checked_name(name)
        return change(
            self._templates,
            template_id,
            lambda now: now if now.name == called else replace(now, name=called),
            revision=revision,
        )

    def archive(self, template_id: str, *, revision: int | None = None) -> Template:
        """Keep a template out of sight: what uses it goes on, nothing new is begun with it. Repeating it is harmless.

        Raises:
            TemplateNotFoundError: there is no such template.
        """
        return change(
            self._templates,
            template_id,
            lambda now: now if now.archived_at else replace(now, archived_at=self._clock.now()),
            revision=revision,
        )

    def unarchive(self, template_id: str, *, revision: int | None = None) -> Template:
        """Take a template out of the archive. Repeating it is harmless.

        Raises:
            TemplateNotFoundError: there is no such template.
        """
        return change(
            self._templates,
            template_id,
            lambda now: replace(now, archived_at=None) if now.archived_at else now,
            revision=revision,
        )

    def get(self, template_id: str) -> ListedTemplate:
        """Return a template with its current version.

        Raises:
            TemplateNotFoundError: there is none.
        """
        template = existing(self._templates, template_id)
        return ListedTemplate(template, self._existing_version(template_id, template.current))

    def with_version(self, template: Template) -> ListedTemplate:
        """Return a template with its current version."""
        return ListedTemplate(template, self._existing_version(template.template_id, template.current))

    def list(self, wanted: TemplateFilter, *, limit: int = 50, cursor: str | None = None) -> Page[ListedTemplate]:
        """Return templates in the order of their making, each with its current version."""
        page = self._templates.list(wanted, limit=limit, cursor=cursor)
        keys = [(one.template_id, one.current) for one in page.items]
        versions = self._templates.several(keys)
        listed: Sequence[ListedTemplate] = [
            ListedTemplate(one, versions[key]) for one, key in zip(page.items, keys, strict=True) if key in versions
        ]
        return Page(listed, page.next_cursor)

    def versions(self, template_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[TemplateVersion]:
        """Return the versions of a template, the highest number first.

        Raises:
            TemplateNotFoundError: there is no such template.
        """
        existing(self._templates, template_id)
        return self._templates.versions(template_id, limit=limit, cursor=cursor)

    def upload(self, template_id: str, version: int) -> PresignedPost:
        """Return a fresh form for the HTML of a version that waits for it.

        Raises:
            TemplateNotFoundError: there is no such version.
            ConflictError: it waits for no upload.
        """
        waiting = self._existing_version(template_id, version)
        if waiting.status is not TemplateStatus.AWAITING_UPLOAD:
            raise ConflictError(f"The version is {waiting.status} and waits for no upload.")
        return self._form(waiting)

    def source(self, template_id: str, version: int) -> Source:
        """Return a short-lived address of a version's HTML as it was uploaded, and its own plain text.

        Raises:
            TemplateNotFoundError: there is no such version.
            TemplateNotReadyError: it was never uploaded.
        """
        found = self._existing_version(template_id, version)
        if found.status is TemplateStatus.AWAITING_UPLOAD:
            raise TemplateNotReadyError(f"Version {version} waits for its upload.")
        name = f"{template_id}-{version}.html"
        url = self._objects.link(found.object_key, filename=name, version=found.object_version)
        return Source(url, None if found.text_generated else found.text)

    def _existing_version(self, template_id: str, version: int) -> TemplateVersion:
        found = self._templates.get(template_id, version)
        if found is None:
            raise TemplateNotFoundError(f"There is no version {version} of template {template_id!r}.")
        return found

    def _version(self, template_id: str, number: int, sources: Sources, made_by: str | None) -> TemplateVersion:
        return TemplateVersion(
            template_id=template_id,
            version=number,
            status=TemplateStatus.AWAITING_UPLOAD,
            subject=sources.subject,
            object_key=upload_key(template_id, number),
            created_at=self._clock.now(),
            text=sources.text,
            preheader=sources.preheader,
            headers=tuple(sources.headers.items()),
            made_by=made_by,
        )

    def _added(self, first: TemplateVersion) -> TemplateVersion:
        """Store the first version of a template, unless an earlier try did."""
        try:
            return self._templates.add(first)
        except StaleRevisionError:
            return self._existing_version(first.template_id, first.version)

    def _added_template(self, template_id: str, name: str, first: TemplateVersion) -> Template:
        try:
            return self._templates.add_template(Template(template_id, name, first.created_at))
        except StaleRevisionError:
            return existing(self._templates, template_id)

    def _form(self, version: TemplateVersion) -> PresignedPost:
        return self._objects.presign(version.object_key, content_type=_HTML, max_bytes=MAX_HTML_BYTES)
