"""Judges a template's sources as a whole: usable, with warnings, or not, with the reasons."""

from dataclasses import dataclass

from jinja2.exceptions import TemplateSyntaxError

from chalicelib.templates.checks import Page, decode_html, warnings
from chalicelib.templates.html_reading import UnreadableHtmlError
from chalicelib.templates.inlining import inline_styles
from chalicelib.templates.model import MAX_TEXT_CHARACTERS, TemplateVersion
from chalicelib.templates.plaintext import text_template
from chalicelib.templates.ports import StyleInliner
from chalicelib.templates.preheader import with_preheader
from chalicelib.templates.rendering import CompiledContent, ContentRefusedError, compile_content

MAX_FINDINGS = 50
"""Findings that are kept; a source with more has one cause for most of them."""

_SENTENCES = {"subject": "Subject", "preheader": "Preheader", "html": "HTML", "text": "Plain text"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found.

    Attributes:
        findings: why it cannot be used, or warnings if it can.
        content: the compiled sources; None if it cannot be used.
        html: the HTML source to send: styles in the elements, the preheader in place.
        text: the plain-text source, made from the HTML if none was given.
    """

    html_bytes: int
    findings: tuple[str, ...]
    content: CompiledContent | None = None
    html: str = ""
    text: str | None = None


def judge(template: TemplateVersion, body: bytes, inliner: StyleInliner) -> Verdict:
    """Check the sources of a template version.

    Args:
        template: the version, with its subject, preheader, headers and, if it was given, plain text.
        body: the uploaded HTML.
        inliner: applies its style sheets.
    """
    try:
        html = decode_html(body)
        readable = text_template(html)
        source = readable if template.text is None else template.text
        compile_content(template.subject, html, source, template.headers, template.preheader)
        inlined = inline_styles(html, inliner)
        sent = with_preheader(inlined.html, template.preheader) if template.preheader else inlined.html
        content = compile_content(template.subject, sent, source, template.headers)
    except UnreadableHtmlError as error:
        return Verdict(len(body), (str(error),))
    except TemplateSyntaxError as error:
        return Verdict(len(body), (f"HTML, line {error.lineno}: {error.message}",))
    except ContentRefusedError as error:
        return Verdict(len(body), _explained(error, generated=template.text is None))
    unseen = _nothing_to_see(html, readable)
    if unseen:
        return Verdict(len(body), (unseen,))
    if len(source) > MAX_TEXT_CHARACTERS:
        detail = (
            f"The plain text made from the HTML has more than {MAX_TEXT_CHARACTERS:,} characters; give a shorter one."
        )
        return Verdict(len(body), (detail,))
    found = (*inlined.warnings, *warnings(html, sent, source, content.variables))
    return Verdict(len(body), found, content, sent, source)


def _explained(error: ContentRefusedError, *, generated: bool) -> tuple[str, ...]:
    """Say where each finding stands; a text made from the HTML is only blamed if the HTML itself is right."""
    findings = [
        f"{_SENTENCES.get(source, source)}, {finding}"
        for source, found in error.findings.items()
        for finding in found
        if not (generated and source == "text")
    ]
    if not findings:
        findings = ["No plain text can be made from this HTML: give the plain text when you create the template."]
    return tuple(findings[:MAX_FINDINGS])


def _nothing_to_see(html: str, text: str) -> str | None:
    if text.strip():
        return None
    if Page(html).images:
        return "The HTML shows only pictures without `alt`: describe them, so that they can be read as text."
    return "Nothing in the HTML is visible: no text and no picture is left without its tags and styles."
