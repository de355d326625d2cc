"""Takes templates in, checks them once, shows what they render to."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import FieldError, InvalidInputError, StaleRevisionError
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.pages import Page
from chalicelib.kernel.uploads import PresignedPost
from chalicelib.templates.headers import MAX_HEADER_SOURCE_CHARACTERS, MAX_HEADERS, name_problem
from chalicelib.templates.model import (
    ID_PREFIX,
    MAX_HTML_BYTES,
    MAX_NAME_CHARACTERS,
    MAX_PREHEADER_SOURCE_CHARACTERS,
    MAX_SENT_HTML_BYTES,
    MAX_SUBJECT_SOURCE_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    PROVIDED_FIELDS,
    TRANSITIONS,
    TemplateNotFoundError,
    TemplateNotReadyError,
    TemplateSources,
    TemplateStatus,
    TemplateVersion,
    sent_key,
    upload_key,
    version_of,
)
from chalicelib.templates.ports import StyleInliner, TemplateObjects, TemplateRepository
from chalicelib.templates.rendering import (
    ContentRefusedError,
    RenderedContent,
    RenderError,
    compile_content,
)
from chalicelib.templates.validation import judge

_LOG = logging.getLogger(__name__)
_SETTLED = frozenset({TemplateStatus.READY, TemplateStatus.INVALID})
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_SAMPLE_FIELDS = {"email": "preview@example.com", "unsubscribe_url": "https://example.com/unsubscribe"}


class TemplateService:
    """Templates and their versions."""

    def __init__(self, *, templates: TemplateRepository, objects: TemplateObjects, clock: Clock) -> None:
        self._templates = templates
        self._objects = objects
        self._clock = clock

    def create(
        self,
        *,
        name: str,
        subject: str,
        text: str | None = None,
        preheader: str | None = None,
        headers: Mapping[str, str] = _NO_HEADERS,
        template_id: str | None = None,
    ) -> tuple[TemplateVersion, PresignedPost]:
        """Make the first version of a template; return it with the permission to upload its HTML.

        Args:
            name: what people call it.
            subject: Jinja2 source of the subject.
            text: Jinja2 source of the plain-text part; None takes it from the HTML.
            preheader: Jinja2 source of the line that lists of messages show beside the subject.
            headers: Jinja2 sources of additional headers, by name.
            template_id: its id; one that is there was made by an earlier try of the same request.

        Raises:
            InvalidInputError: a value cannot be taken; nothing was stored.
        """
        errors = tuple(_input_errors(name, subject, text, preheader, headers))
        if errors:
            raise InvalidInputError("The template cannot be taken.", errors=errors)
        now = self._clock.now()
        template_id = template_id or new_id(ID_PREFIX, now)
        template = TemplateVersion(
            template_id=template_id,
            version=1,
            name=name.strip(),
            status=TemplateStatus.AWAITING_UPLOAD,
            subject=subject,
            object_key=upload_key(template_id, 1),
            created_at=now,
            text=text,
            preheader=preheader,
            headers=tuple(headers.items()),
        )
        post = self._objects.presign(template.object_key, content_type="text/html", max_bytes=MAX_HTML_BYTES)
        try:
            template = self._templates.add(template)
        except StaleRevisionError:
            template = self.get(template_id, 1)
        return template, post

    def get(self, template_id: str, version: int | None = None) -> TemplateVersion:
        """Return a version, the latest when none is named.

        Raises:
            TemplateNotFoundError: there is none.
        """
        template = self._templates.get(template_id, version)
        if template is None:
            which = "" if version is None else f" version {version} of"
            raise TemplateNotFoundError(f"There is no{which} template {template_id!r}.")
        return template

    def list(self, *, limit: int = 50, cursor: str | None = None) -> Page[TemplateVersion]:
        """Return the latest version of each template, newest template first."""
        return self._templates.list(limit=limit, cursor=cursor)

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
                if template.status in _SETTLED:
                    return template
                return self._templates.save(self._settled(template, inliner))
            except StaleRevisionError:
                continue  # another delivery of the event was faster; what it stored is read next

    def preview(self, template_id: str, version: int | None, fields: Mapping[str, str]) -> RenderedContent:
        """Render a version with the given fields; `email` and `unsubscribe_url` have sample values unless given.

        Raises:
            TemplateNotFoundError: there is no such version.
            TemplateNotReadyError: it cannot be rendered.
            InvalidInputError: fields are missing, or do not render.
        """
        template = self.get(template_id, version)
        sources = self._sources(template)
        missing = [name for name in template.required if name not in fields]
        if missing:
            raise InvalidInputError(
                f"The template needs {len(missing)} more field(s): {', '.join(missing)}.",
                errors=tuple(
                    FieldError(f"/fields/{name}", "The template reads it without a default.") for name in missing
                ),
            )
        content = compile_content(sources.subject, sources.html, sources.text, sources.headers, template.preheader)
        try:
            return content.render({**_SAMPLE_FIELDS, **fields})
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


def _input_errors(
    name: str, subject: str, text: str | None, preheader: str | None, headers: Mapping[str, str]
) -> Iterator[FieldError]:
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS:
        yield FieldError("/name", f"Give it a name of 1 to {MAX_NAME_CHARACTERS} characters.")
    if not subject.strip() or len(subject) > MAX_SUBJECT_SOURCE_CHARACTERS:
        yield FieldError("/subject", f"Give a subject of 1 to {MAX_SUBJECT_SOURCE_CHARACTERS:,} characters.")
    if text is not None and (not text.strip() or len(text) > MAX_TEXT_CHARACTERS):
        yield FieldError(
            "/text", f"Give 1 to {MAX_TEXT_CHARACTERS:,} characters, or leave it out to have it made from the HTML."
        )
    if preheader is not None and (not preheader.strip() or len(preheader) > MAX_PREHEADER_SOURCE_CHARACTERS):
        yield FieldError("/preheader", f"Give 1 to {MAX_PREHEADER_SOURCE_CHARACTERS} characters, or leave it out.")
    yield from _header_errors(headers)
    try:
        compile_content(subject, "", text or "", tuple(headers.items()), preheader)
    except ContentRefusedError as error:
        for source, findings in error.findings.items():
            for finding in findings:
                yield FieldError(f"/{source}", str(finding))


def _header_errors(headers: Mapping[str, str]) -> Iterator[FieldError]:
    if len(headers) > MAX_HEADERS:
        yield FieldError("/headers", f"Give at most {MAX_HEADERS} headers.")
    seen: set[str] = set()
    for name, value in headers.items():
        problem = name_problem(name)
        pointer = "/headers/" + name.replace("~", "~0").replace("/", "~1")
        if problem:
            yield FieldError(pointer, problem)
        elif name.lower() in seen:
            yield FieldError(pointer, "The same header is given twice.")
        elif not value.strip() or len(value) > MAX_HEADER_SOURCE_CHARACTERS:
            yield FieldError(pointer, f"Give a value of 1 to {MAX_HEADER_SOURCE_CHARACTERS:,} characters.")
        seen.add(name.lower())
