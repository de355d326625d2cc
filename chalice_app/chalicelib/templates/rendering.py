"""Compiles a message's three sources once and renders them for each recipient."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Template
from jinja2.exceptions import SecurityError, TemplateRuntimeError, UndefinedError

from chalicelib.templates.filters import METER, Meter
from chalicelib.templates.grammar import Finding
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
_MAX_RAW_SUBJECT = 16_384

# Control characters and line or paragraph separators, which could begin another header, and the marks that turn the
# direction of what follows, which can make a subject read as something else.
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class RenderError(Exception):
    """This message cannot be rendered; the reason names fields, never their values."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ContentRefusedError(Exception):
    """The sources cannot be used.

    Attributes:
        findings: findings by source: ``subject``, ``html``, ``text``.
    """

    def __init__(self, findings: Mapping[str, tuple[Finding, ...]]) -> None:
        super().__init__("; ".join(f"{name}, {item}" for name, items in findings.items() for item in items))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class RenderedContent:
    """What one recipient reads."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class CompiledContent:
    """The sources of a message, compiled.

    Attributes:
        variables: fields that are read, in alphabetical order; ``required`` are those without a stand-in.
    """

    subject: Template
    html: Template
    text: Template
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
        return RenderedContent(
            one_line(_render("subject", self.subject, values, _MAX_RAW_SUBJECT)),
            _render("html", self.html, values, MAX_HTML_CHARACTERS),
            _render("text", self.text, values, MAX_TEXT_CHARACTERS),
        )


def compile_content(subject: str, html: str, text: str) -> CompiledContent:
    """Compile a message's sources.

    Raises:
        ContentRefusedError: one of them is no template or one that is not allowed.
    """
    templates: dict[str, Template] = {}
    refused: dict[str, tuple[Finding, ...]] = {}
    reads = Reads()
    for name, source in (("subject", subject), ("html", html), ("text", text)):
        try:
            templates[name], tree = (_HTML if name == "html" else _PLAIN).compile_source(source)
        except SourceRefusedError as error:
            refused[name] = error.findings
        else:
            reads.add(tree)
    if refused:
        raise ContentRefusedError(refused)
    return CompiledContent(
        **templates, variables=tuple(sorted(reads.variables)), required=tuple(sorted(reads.required))
    )


def one_line(subject: str) -> str:
    """Make a subject a single line of at most `MAX_SUBJECT_CHARACTERS`.

    Raises:
        RenderError: nothing is left.
    """
    line = _UNPRINTABLE.sub(" ", subject).strip()
    if not line:
        raise RenderError("the subject is empty")
    return line if len(line) <= MAX_SUBJECT_CHARACTERS else line[: MAX_SUBJECT_CHARACTERS - 1].rstrip() + "…"


def _render(name: str, template: Template, values: dict[str, object], limit: int) -> str:
    """Render one source, counting while it is made."""
    pieces: list[str] = []
    left = limit
    try:
        for piece in template.root_render_func(template.new_context(values, shared=True)):
            left -= len(piece)
            if left < 0:
                raise RenderError(f"{name}: the result has more than {limit:,} characters")
            pieces.append(piece)
    except UndefinedError as error:
        raise RenderError(f"{name}: the field {error.message}") from None
    except (SecurityError, TemplateRuntimeError) as error:
        raise RenderError(f"{name}: {error.message}") from None
    except (TypeError, ValueError, ArithmeticError) as error:
        # The message of the exception could quote a recipient's value.
        raise RenderError(f"{name}: a value does not fit its use ({type(error).__name__})") from None
    return "".join(pieces)
