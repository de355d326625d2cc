"""Compiles templates that can run no code, cannot loop or grow without end, and read nothing but their fields.

`grammar` refuses what is not on its allow-list; what is left runs in Jinja2's sandbox without globals, with bounded
filters and operators and a limit on its time. The sandbox refuses attributes and calls again, in case the grammar
should ever let one by.
"""

from itertools import islice
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Template, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS

from chalicelib.templates.filters import FILTERS, as_number, join_texts, text_filter, tick
from chalicelib.templates.grammar import LOOP_ATTRIBUTES, TESTS, Finding, check
from chalicelib.templates.html_reading import UnreadableHtmlError
from chalicelib.templates.instrumenting import JOIN, LINK_FILTERS, TICK, instrument
from chalicelib.templates.links import ENCODERS, LinkPart, link_places

MAX_TOKENS = 150_000
"""Words and signs of a source; parsing them takes a few seconds at most, whatever they are."""

_URL_GROWTH = 12
"""Characters that one character becomes at most when it is percent-encoded."""

_TOO_DEEP = "it is nested too deeply"


class SourceRefusedError(Exception):
    """A source cannot be used; the findings say where and why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings


class Sandbox(SandboxedEnvironment):
    """The environment in which templates are compiled and rendered."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(
            autoescape=autoescape,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            cache_size=0,
        )
        self.globals = {}
        links = {name: text_filter(ENCODERS[part], _URL_GROWTH) for part, name in LINK_FILTERS.items()}
        self.filters = {**FILTERS, **links, JOIN: pass_context(join_texts), TICK: pass_context(tick)}
        self.tests = {name: JINJA_TESTS[name] for name in TESTS}
        del self.binop_table["**"]

    def compile_source(self, source: str) -> tuple[Template, nodes.Template]:
        """Compile a source; return it with its syntax tree.

        Raises:
            SourceRefusedError: it is no template, or one that is not allowed.
        """
        tree = self.parse_source(source)
        findings = check(tree)
        if findings:
            raise SourceRefusedError(tuple(findings))
        try:
            code = self.compile(instrument(tree, self._links(source)))
        except TemplateSyntaxError as error:
            raise SourceRefusedError((Finding(error.lineno, error.message or "it cannot be read"),)) from None
        except (RecursionError, MemoryError, SyntaxError):
            raise SourceRefusedError((Finding(1, _TOO_DEEP),)) from None
        return Template.from_code(self, code, {}), tree

    def _links(self, source: str) -> dict[int, LinkPart]:
        """Return which expressions stand in links; plain text has none."""
        if not self.autoescape:
            return {}
        try:
            places, findings = link_places(source)
        except UnreadableHtmlError as error:
            raise SourceRefusedError((Finding(1, str(error)),)) from None
        if findings:
            raise SourceRefusedError(findings)
        return places

    def parse_source(self, source: str) -> nodes.Template:
        """Parse a source.

        Raises:
            SourceRefusedError: it is no template.
        """
        try:
            if next(islice(self.lexer.tokeniter(source, None), MAX_TOKENS, None), None):
                raise SourceRefusedError((Finding(1, f"it has more than {MAX_TOKENS:,} words and signs to work out"),))
            return self.parse(source)
        except TemplateSyntaxError as error:
            raise SourceRefusedError((Finding(error.lineno, error.message or "it cannot be read"),)) from None
        except (RecursionError, MemoryError):
            raise SourceRefusedError((Finding(1, _TOO_DEEP),)) from None
        except ValueError:
            raise SourceRefusedError((Finding(1, "a number in it has too many digits"),)) from None

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read what the grammar allows of ``loop``; everything else has no parts."""
        if isinstance(obj, LoopContext) and attribute in LOOP_ATTRIBUTES:
            return super().getattr(obj, attribute)
        raise SecurityError("fields have no attributes")

    def getitem(self, obj: Any, argument: Any) -> NoReturn:
        """Refuse: fields have no parts."""
        del obj, argument
        raise SecurityError("fields have no items")

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing can be called."""
        del obj
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate with bounded numbers; ``+`` also joins two texts."""
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return join_texts(context, left, right)
        return as_number(self.binop_table[operator](as_number(left), as_number(right)))

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """Calculate with a bounded number."""
        del context
        return self.unop_table[operator](as_number(arg))
