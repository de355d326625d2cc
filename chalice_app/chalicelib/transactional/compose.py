"""Makes the mail of a request: from a template, or as it was given."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formataddr
from functools import lru_cache

from chalicelib.kernel.errors import FieldError, InvalidInputError
from chalicelib.recipients.addresses import InvalidAddressError, parse_address
from chalicelib.sending.model import RenderedMail
from chalicelib.templates.headers import MAX_HEADER_CHARACTERS, MAX_HEADERS, header_value, name_problem
from chalicelib.templates.rendering import CompiledContent, RenderedContent, RenderError, compile_content
from chalicelib.transactional.ports import Templates
from chalicelib.transactional.request import InlineContent, MailRequest, Pairs, TemplateUse

COMPILED_TEMPLATES = 8
"""Compiled template versions that are kept; large ones take some 20 MB each."""

_OWN_TAGS = frozenset({"message_id", "campaign_id"})


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail, but for the platform's tags, and the template version that it was made from."""

    mail: RenderedMail
    template_version: int | None = None


class Composer:
    """Makes mails; versions never change once ready, so each is read and compiled once."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._compiled = lru_cache(maxsize=COMPILED_TEMPLATES)(self._compile)

    def compose(self, request: MailRequest) -> Composed:
        """Make the mail of a request.

        Raises:
            InvalidInputError: a value cannot be taken, or a field is missing; every fault is named.
            TemplateNotFoundError: there is no such template or version.
            TemplateNotReadyError: it cannot be rendered.
        """
        errors = tuple(_errors(request))
        if errors:
            raise InvalidInputError("The message cannot be taken; see errors.", errors=errors)
        recipient = parse_address(request.to).value
        content, version = request.content, None
        headers: Pairs = ()
        if isinstance(content, TemplateUse):
            version = content.version or self._templates.get(content.template_id).version
            parts = self._rendered(content, version, request.to)
            subject, html, text, headers = parts.subject, parts.html, parts.text, parts.headers
        else:
            subject, html, text = content.subject, content.html or "", content.text or ""
        mail = RenderedMail(
            sender=formataddr((request.sender_name, request.sender_address)),
            recipient=recipient,
            subject=subject,
            html=html,
            text=text,
            reply_to=request.reply_to,
            headers=_merged(headers, request.headers),
            tags=request.tags,
        )
        return Composed(mail, version)

    def _rendered(self, use: TemplateUse, version: int, to: str) -> RenderedContent:
        content = self._compiled(use.template_id, version)
        fields = {"email": to, **use.fields}
        missing = [name for name in content.required if name not in fields]
        if missing:
            raise InvalidInputError(
                f"The template needs {len(missing)} more field(s): {', '.join(missing)}.",
                errors=tuple(
                    FieldError(f"/template/fields/{name}", "The template reads it without a default.")
                    for name in missing
                ),
            )
        try:
            return content.render(fields)
        except RenderError as error:
            raise InvalidInputError(
                f"The template cannot be rendered with these fields: {error.reason}.",
                errors=(FieldError("/template/fields", error.reason),),
            ) from None

    def _compile(self, template_id: str, version: int) -> CompiledContent:
        sources = self._templates.content(template_id, version)
        return compile_content(sources.subject, sources.html, sources.text, sources.headers)


def _merged(template: Pairs, own: Pairs) -> Pairs:
    """Join the headers; the caller's own replace the template's."""
    named = {name.lower() for name, _ in own}
    headers = (*((name, value) for name, value in template if name.lower() not in named), *own)
    if len(headers) > MAX_HEADERS:
        raise InvalidInputError(
            f"A mail has at most {MAX_HEADERS} additional headers, the template's included.",
            errors=(FieldError("/headers", f"With the template's there are {len(headers)}."),),
        )
    return tuple((name, header_value(value)) for name, value in headers)


def _errors(request: MailRequest) -> Iterator[FieldError]:
    try:
        if parse_address(request.to).repaired:
            yield FieldError("/to", "Give the address alone.")
    except InvalidAddressError as error:
        yield FieldError("/to", str(error))
    content = request.content
    if isinstance(content, InlineContent) and not (content.html or content.text):
        yield FieldError("/inline", "Give `html`, `text` or both.")
    for name, _ in request.tags:
        if name in _OWN_TAGS:
            yield FieldError(f"/tags/{name}", "The platform sets this tag.")
    yield from _header_errors(request.headers)


def _header_errors(headers: Pairs) -> Iterator[FieldError]:
    seen: set[str] = set()
    for name, value in headers:
        pointer = "/headers/" + name.replace("~", "~0").replace("/", "~1")
        problem = name_problem(name)
        line = header_value(value)
        if problem:
            yield FieldError(pointer, problem)
        elif name.lower() in seen:
            yield FieldError(pointer, "The same header is given twice.")
        elif not line or len(name) + len(line) > MAX_HEADER_CHARACTERS:
            yield FieldError(pointer, f"Name and value have at most {MAX_HEADER_CHARACTERS} characters, the value one.")
        seen.add(name.lower())
