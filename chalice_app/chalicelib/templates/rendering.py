"""Compiles a message's sources once and renders them for each recipient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

from jinja2 import Template
from jinja2.exceptions import SecurityError, TemplateRuntimeError, UndefinedError

from chalicelib.templates.filters import METER, TICKS_BETWEEN_LOOKS, Meter
from chalicelib.templates.grammar import Finding
from chalicelib.templates.headers import MAX_HEADER_CHARACTERS, header_value, printable_line
from chalicelib.templates.sandbox import Sandbox, SourceRefusedError
from chalicelib.templates.variables import Reads

MAX_HTML_CHARACTERS = 2 * 1_048_576
"""Longest rendered HTML part."""

MAX_TEXT_CHARACTERS = 262_144
"""Longest rendered plain-text part."""

MAX_SUBJECT_CHARACTERS = 250
"""Longest subject; the rest is cut off."""

MAX_FIELDS_CHARACTERS = 65_536
"""Characters that a recipient's values may have together."""

_HTML = Sandbox(autoescape=True)
_PLAIN = Sandbox(autoescape=False)
_MAX_RAW_LINE = 16_384
_HEADER = "headers/"


class RenderError(Exception):
    """This message cannot be rendered; the reason names fields, never their values."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ContentRefusedError(Exception):
    """The sources cannot be used.

    Attributes:
        findings: findings by source: ``subject``, ``preheader``, ``html``, ``text``, ``headers/X-Name``.
    """

    def __init__(self, findings: Mapping[str, tuple[Finding, ...]]) -> None:
        super().__init__("; ".join(f"{name}, {item}" for name, items in findings.items() for item in items))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class RenderedContent:
    """What one recipient reads.

    Attributes:
        html_pieces, text_pieces: the same in the pieces that the templates made, which are those of every recipient
            where they are not the recipient's own.
        preheader: empty if it was not compiled; it stands in the HTML anyway.
        headers: additional headers, each one line of printable ASCII; empty ones are left out.
    """

    subject: str
    html: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()
    preheader: str = ""
    html_pieces: tuple[str, ...] = field(default=(), compare=False, repr=False)
    text_pieces: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CompiledContent:
    """The sources of a message, compiled.

    Attributes:
        variables: fields that are read, in alphabetical order; ``required`` are those without a stand-in.
    """

    subject: Template
    html: Template
    text: Template
    headers: tuple[tuple[str, Template], ...]
    preheader: Template | None
    variables: tuple[str, ...]
    required: tuple[str, ...]

    def render(self, fields: Mapping[str, str]) -> RenderedContent:
        """Render the message for one recipient, whose fields include those that every message has.

        Raises:
            RenderError: a required field is missing, the subject is empty, or a limit is reached.
        """
        if sum(map(len, fields.values())) > MAX_FIELDS_CHARACTERS:
            raise RenderError(f"the recipient's fields have more than {MAX_FIELDS_CHARACTERS:,} characters")
        values: dict[str, object] = {**fields, METER: Meter()}
        preheader = _render("preheader", self.preheader, values, _MAX_RAW_LINE) if self.preheader else ""
        headers = ((name, _header(name, template, values)) for name, template in self.headers)
        subject = one_line(_render("subject", self.subject, values, _MAX_RAW_LINE))
        html = _pieces("html", self.html, values, MAX_HTML_CHARACTERS)
        text = _pieces("text", self.text, values, MAX_TEXT_CHARACTERS)
        return RenderedContent(
            subject,
            "".join(html),
            "".join(text),
            tuple((name, value) for name, value in headers if value),
            printable_line(preheader),
            html,
            text,
        )


def compile_content(
    subject: str, html: str, text: str, headers: tuple[tuple[str, str], ...] = (), preheader: str | None = None
) -> CompiledContent:
    """Compile a message's sources.

    Args:
        subject: source of the subject.
        html: source of the HTML part.
        text: source of the plain-text part.
        headers: names and sources of additional headers.
        preheader: source of the preheader, where it is to be rendered by itself.

    Raises:
        ContentRefusedError: one of them is no template or one that is not allowed.
    """
    sources = [("subject", subject), ("html", html), ("text", text)]
    sources += [(_HEADER + name, source) for name, source in headers]
    if preheader is not None:
        sources.append(("preheader", preheader))
    templates: dict[str, Template] = {}
    refused: dict[str, tuple[Finding, ...]] = {}
    reads = Reads()
    for name, source in sources:
        try:
            templates[name], tree = (_HTML if name == "html" else _PLAIN).compile_source(source)
        except SourceRefusedError as error:
            refused[name] = error.findings
        else:
            reads.add(tree)
    if refused:
        raise ContentRefusedError(refused)
    return CompiledContent(
        subject=templates["subject"],
        html=templates["html"],
        text=templates["text"],
        headers=tuple((name, templates[_HEADER + name]) for name, _ in headers),
        preheader=templates.get("preheader"),
        variables=tuple(sorted(reads.variables)),
        required=tuple(sorted(reads.required)),
    )


def one_line(subject: str) -> str:
    """Make a subject a single line of at most `MAX_SUBJECT_CHARACTERS`.

    Raises:
        RenderError: nothing is left.
    """
    line = printable_line(subject)
    if not line:
        raise RenderError("the subject is empty")
    return line if len(line) <= MAX_SUBJECT_CHARACTERS else line[: MAX_SUBJECT_CHARACTERS - 1].rstrip() + "…"


def _header(name: str, template: Template, values: dict[str, object]) -> str:
    value = header_value(_render(_HEADER + name, template, values, _MAX_RAW_LINE))
    if len(name) + len(value) > MAX_HEADER_CHARACTERS:
        raise RenderError(f"{_HEADER}{name}: name and value have more than {MAX_HEADER_CHARACTERS} characters")
    return value


def _render(name: str, template: Template, values: dict[str, object], limit: int) -> str:
    return "".join(_pieces(name, template, values, limit))


def _pieces(name: str, template: Template, values: dict[str, object], limit: int) -> tuple[str, ...]:
    """Render one source, counting while it is made, a few pieces at a time."""
    made: list[str] = []
    left = limit
    meter = cast("Meter", values[METER])
    try:
        making = iter(template.root_render_func(template.new_context(values, shared=True)))
        while pieces := list(islice(making, TICKS_BETWEEN_LOOKS)):
            meter.tick(len(pieces))
            left -= sum(map(len, pieces))
            if left < 0:
                raise RenderError(f"{name}: the result has more than {limit:,} characters")
            made += pieces
    except UndefinedError as error:
        raise RenderError(f"{name}: the field {error.message}") from None
    except (SecurityError, TemplateRuntimeError) as error:
        raise RenderError(f"{name}: {error.message}") from None
    except (TypeError, ValueError, ArithmeticError) as error:
        # The message of the exception could quote a recipient's value.
        raise RenderError(f"{name}: a value does not fit its use ({type(error).__name__})") from None
    return tuple(made)
