"""Checks the versions of templates once, shows what they render to, hands out their sources."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.kernel.errors import FieldError, InvalidInputError, StaleRevisionError
from chalicelib.templates.fields import completed
from chalicelib.templates.model import (
    MAX_HTML_BYTES,
    MAX_SENT_HTML_BYTES,
    PROVIDED_FIELDS,
    TRANSITIONS,
    Template,
    TemplateNotFoundError,
    TemplateNotReadyError,
    TemplateSources,
    TemplateStatus,
    TemplateVersion,
    sent_key,
    version_of,
)
from chalicelib.templates.ports import StyleInliner, TemplateObjects, TemplateRepository
from chalicelib.templates.records import change, existing, in_use
from chalicelib.templates.rendering import (
    RenderedContent,
    RenderError,
    compile_content,
)
from chalicelib.templates.validation import judge

_LOG = logging.getLogger(__name__)
_SETTLED = frozenset({TemplateStatus.READY, TemplateStatus.INVALID})
_SAMPLE_FIELDS = {"email": "preview@example.com", "unsubscribe_url": "https://example.com/unsubscribe"}


class TemplateService:
    """Templates and their versions."""

    def __init__(self, *, templates: TemplateRepository, objects: TemplateObjects) -> None:
        self._templates = templates
        self._objects = objects

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion:
        """Return a version, the current one when none is named.

        Raises:
            TemplateNotFoundError: there is none.
        """
        number = existing(self._templates, template_id).current if version is None else version
        template = self._templates.get(template_id, number)
        if template is None:
            raise TemplateNotFoundError(f"There is no version {number} of template {template_id!r}.")
        return template

    def choose(self, template_id: str, version: int | None = None) -> TemplateVersion:
        """Return a version that something new is to be made of, the current one when none is named.

        Raises:
            TemplateNotFoundError: there is none.
            TemplateArchivedError: the template is archived.
        """
        template = in_use(existing(self._templates, template_id))
        return self.get(template_id, template.current if version is None else version)

    def validate(self, key: str, object_version: str | None, size: int, inliner: StyleInliner) -> TemplateVersion:
        """Check an upload and settle its version as ready or invalid; called for each event of the bucket.

        The first upload that is seen is pinned; the result is the same however often this runs, and a later upload
        under the same key changes nothing.

        Args:
            key: the object's key.
            object_version: the object's version id, None in a bucket without versions.
            size: the object's size in bytes.
            inliner: applies the style sheets of the HTML.

        Raises:
            TemplateNotFoundError: the key belongs to no template.
        """
        try:
            template_id, version = version_of(key)
        except ValueError as error:
            raise TemplateNotFoundError(str(error)) from None
        while True:
            template = self.get(template_id, version)
            try:
                if template.status is TemplateStatus.AWAITING_UPLOAD:
                    template = self._templates.save(
                        _with_status(template, TemplateStatus.VALIDATING, object_version=object_version)
                    )
                if template.object_version != object_version:
                    _LOG.warning(
                        "upload ignored: an earlier one is in force",
                        extra={"template_id": template_id, "version": version, "bytes": size},
                    )
                if template.status not in _SETTLED:
                    template = self._templates.save(self._settled(template, inliner))
            except StaleRevisionError:
                continue  # another delivery of the event was faster; what it stored is read next
            if template.status is TemplateStatus.READY:
                self._make_current(template)
            return template

    def _make_current(self, ready: TemplateVersion) -> None:
        """Let a ready version be the one that is meant where none is named, unless a newer one is."""

        def step(template: Template) -> Template:
            version = max(template.current, ready.version)
            return template if version == template.current else replace(template, current=version)

        change(self._templates, ready.template_id, step)

    def preview(
        self, template_id: str, version: int | None, fields: Mapping[str, str], *, stand_ins: bool = False
    ) -> RenderedContent:
        """Render a version with the given fields; `email` and `unsubscribe_url` have sample values unless given.

        Args:
            template_id: the template.
            version: None: the current one.
            fields: values by name.
            stand_ins: show the names of fields that are not given, in brackets.

        Raises:
            TemplateNotFoundError: there is no such version.
            TemplateNotReadyError: it cannot be rendered.
            InvalidInputError: fields are missing, or do not render.
        """
        template = self.get(template_id, version)
        sources = self._sources(template)
        given = completed(template, fields, stand_ins=stand_ins)
        content = compile_content(sources.subject, sources.html, sources.text, sources.headers, template.preheader)
        try:
            return content.render({**_SAMPLE_FIELDS, **given})
        except RenderError as error:
            raise InvalidInputError(
                f"The template cannot be rendered with these fields: {error.reason}.",
                errors=(FieldError("/fields", error.reason),),
            ) from None

    def content(self, template_id: str, version: int) -> TemplateSources:
        """Return the sources that messages are rendered from.

        Raises:
            TemplateNotFoundError: there is no such version.
            TemplateNotReadyError: it cannot be rendered.
        """
        return self._sources(self.get(template_id, version))

    def _sources(self, template: TemplateVersion) -> TemplateSources:
        if template.status is not TemplateStatus.READY or template.sent_key is None:
            which = f"Version {template.version} of template {template.template_id!r}"
            raise TemplateNotReadyError(f"{which} is {template.status.value}, not ready.")
        body = self._objects.read(template.sent_key, None, max_bytes=MAX_SENT_HTML_BYTES)
        return TemplateSources(template.subject, body.decode(), template.text or "", template.headers)

    def _settled(self, template: TemplateVersion, inliner: StyleInliner) -> TemplateVersion:
        """Check the upload and store what messages are to be rendered from."""
        body = self._objects.read(template.object_key, template.object_version, max_bytes=MAX_HTML_BYTES)
        verdict = judge(template, body, inliner)
        counted = replace(template, html_bytes=verdict.html_bytes, findings=verdict.findings)
        if verdict.content is None:
            return _with_status(counted, TemplateStatus.INVALID)
        html = verdict.html.encode()
        key = sent_key(template.template_id, template.version, html)
        self._objects.write(key, html, content_type="text/html; charset=utf-8")
        return _with_status(
            counted,
            TemplateStatus.READY,
            sent_key=key,
            text=verdict.text,
            text_generated=template.text is None,
            variables=verdict.content.variables,
            required=tuple(name for name in verdict.content.required if name not in PROVIDED_FIELDS),
        )


def _with_status(template: TemplateVersion, status: TemplateStatus, **changes: object) -> TemplateVersion:
    return replace(template, status=TRANSITIONS.check(template.status, status), **changes)  # type: ignore[arg-type]  # names are the version's own
