"""Judges a template's sources as a whole: usable, with warnings, or not, with the reasons."""

from dataclasses import dataclass

from jinja2.exceptions import TemplateSyntaxError

from chalicelib.templates.checks import Page, decode_html, warnings
from chalicelib.templates.html_reading import UnreadableHtmlError
from chalicelib.templates.model import MAX_TEXT_CHARACTERS
from chalicelib.templates.plaintext import text_template
from chalicelib.templates.rendering import CompiledContent, ContentRefusedError, compile_content

MAX_FINDINGS = 50
"""Findings that are kept; a source with more has one cause for most of them."""

_SENTENCES = {"subject": "Subject", "html": "HTML", "text": "Plain text"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found.

    Attributes:
        findings: why it cannot be used, or warnings if it can.
        content: the compiled sources; None if it cannot be used.
        text: the plain-text source, made from the HTML if none was given.
    """

    html_bytes: int
    findings: tuple[str, ...]
    content: CompiledContent | None = None
    text: str | None = None


def judge(subject: str, text: str | None, body: bytes) -> Verdict:
    """Check the sources of a template version.

    Args:
        subject: Jinja2 source of the subject.
        text: Jinja2 source of the plain text; None makes one from the HTML.
        body: the uploaded HTML.
    """
    try:
        html = decode_html(body)
        readable = text_template(html)
    except UnreadableHtmlError as error:
        return Verdict(len(body), (str(error),))
    except TemplateSyntaxError as error:
        return Verdict(len(body), (f"HTML, line {error.lineno}: {error.message}",))
    source = readable if text is None else text
    try:
        content = compile_content(subject, html, source)
    except ContentRefusedError as error:
        return Verdict(len(body), _explained(error, generated=text is None))
    unseen = _nothing_to_see(html, readable)
    if unseen:
        return Verdict(len(body), (unseen,))
    if len(source) > MAX_TEXT_CHARACTERS:
        detail = (
            f"The plain text made from the HTML has more than {MAX_TEXT_CHARACTERS:,} characters; give a shorter one."
        )
        return Verdict(len(body), (detail,))
    return Verdict(len(body), tuple(warnings(html, source, content.variables)), content, source)


def _explained(error: ContentRefusedError, *, generated: bool) -> tuple[str, ...]:
    """Say where each finding stands; a text made from the HTML is only blamed if the HTML itself is right."""
    findings = [
        f"{_SENTENCES[source]}, {finding}"
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
