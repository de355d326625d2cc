"""What a template may be made of: an allow-list over Jinja2's syntax tree, with a bound on the steps of a render.

Loops run over literal lists only, so the number of steps is known before anything is rendered: a template that
compiles cannot loop without end.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import nodes

from chalicelib.templates.filters import FILTERS, MAX_NUMBER

MAX_STEPS = 20_000
"""Pieces of a template that one render may work through, loops multiplied out."""

MAX_DEPTH = 40
"""How deep statements and expressions may stand inside each other."""

MAX_LITERAL_CHARACTERS = 4_096
"""Longest text literal inside an expression."""

TESTS = frozenset({"defined", "undefined", "none", "even", "odd", "divisibleby", "in", "eq", "equalto", "ne"})
"""Tests that templates may use after ``is``."""

LOOP_ATTRIBUTES = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
"""What may be read of ``loop``."""

_FORBIDDEN_NAMES = frozenset({"self", "super", "caller", "varargs", "kwargs"})

_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign),
    *(nodes.Name, nodes.Const, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Test, nodes.Filter, nodes.Keyword, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div),
    *(nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos),
)

_FLAT = "fields are plain texts without parts: write `first_name`, not `person.first_name` or `person['first_name']`"
_OWN = "a template stands by itself; blocks, macros and other templates cannot be used"

_HINTS: dict[type[nodes.Node], str] = {
    nodes.Getattr: _FLAT,
    nodes.Getitem: _FLAT,
    nodes.Slice: _FLAT,
    nodes.NSRef: _FLAT,
    nodes.Call: "calls such as `name.upper()` or `range(3)` cannot be used; filters can: `name|upper`",
    nodes.CallBlock: _OWN,
    nodes.Macro: _OWN,
    nodes.Block: _OWN,
    nodes.Extends: _OWN,
    nodes.Include: _OWN,
    nodes.Import: _OWN,
    nodes.FromImport: _OWN,
    nodes.AssignBlock: "`set` needs a value: `{% set name = value %}`",
    nodes.FilterBlock: "`{% filter %}` cannot be used; filter each value: `{{ name|upper }}`",
    nodes.ScopedEvalContextModifier: "`autoescape` cannot be changed: HTML is always escaped",
    nodes.Pow: "`**` cannot be used",
    nodes.List: "a list can only stand in `{% for x in [...] %}` or after `in`",
    nodes.Tuple: "a list can only stand in `{% for x in [...] %}` or after `in`",
    nodes.With: "`{% with %}` cannot be used; use `{% set name = value %}`",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a source that keeps it from being used.

    Attributes:
        line: where it stands, from 1.
    """

    line: int
    detail: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.detail}"


def check(tree: nodes.Template) -> list[Finding]:
    """Return what the template must not contain, in the order of the source."""
    checker = _Checker()
    checker.visit(tree, times=1, depth=0, in_loop=False)
    if checker.steps > MAX_STEPS and not checker.findings:
        steps = f"it would take {checker.steps:,} steps to render; at most {MAX_STEPS:,} are allowed"
        return [Finding(1, f"{steps}: nest fewer loops or shorten their lists")]
    return checker.findings


class _Checker:
    """Walks a tree once; `steps` counts what a render may do."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.steps = 0

    def visit(self, node: nodes.Node, *, times: int, depth: int, in_loop: bool) -> None:
        """Check a node that one render reaches ``times`` times, and what stands in it."""
        self.steps += times
        if depth > MAX_DEPTH:
            self._find(node, f"it is nested deeper than {MAX_DEPTH} levels")
        elif isinstance(node, nodes.For):
            self._visit_for(node, times=times, depth=depth, in_loop=in_loop)
        elif in_loop and _is_loop_attribute(node):
            pass
        elif not isinstance(node, _ALLOWED):
            self._find(node, _HINTS.get(type(node), f"`{type(node).__name__}` cannot be used in a template"))
        else:
            self._check_one(node, in_loop=in_loop)
            for child in self._children(node):
                self.visit(child, times=times, depth=depth + 1, in_loop=in_loop)

    def _visit_for(self, node: nodes.For, *, times: int, depth: int, in_loop: bool) -> None:
        if node.recursive:
            self._find(node, "a loop cannot be recursive")
            return
        if not isinstance(node.iter, nodes.List | nodes.Tuple):
            self._find(node, "a loop runs over a list that stands in it: `{% for x in ['a', 'b'] %}`")
            return
        targets = node.target.items if isinstance(node.target, nodes.Tuple) else [node.target]
        for target in targets:
            self.visit(target, times=times, depth=depth + 1, in_loop=in_loop)
        for item in node.iter.items:
            # Each name takes one text or number: nested lists could grow without bounds.
            values = item.items if isinstance(item, nodes.Tuple) and len(targets) > 1 else [item]
            if len(values) != len(targets):
                self._find(item, f"an entry of the list has {len(values)} values for {len(targets)} names")
            for value in values:
                self.visit(value, times=times, depth=depth + 1, in_loop=in_loop)
        inner = [node.test, *node.body] if node.test else node.body
        for child in inner:
            self.visit(child, times=times * len(node.iter.items), depth=depth + 1, in_loop=True)
        for child in node.else_:
            self.visit(child, times=times, depth=depth + 1, in_loop=in_loop)

    def _check_one(self, node: nodes.Node, *, in_loop: bool) -> None:
        if isinstance(node, nodes.Name):
            if node.name in _FORBIDDEN_NAMES or (node.name == "loop" and (in_loop or node.ctx == "store")):
                self._find(node, f"`{node.name}` is no field; of `loop` only {_listed(LOOP_ATTRIBUTES)} can be read")
        elif isinstance(node, nodes.Const):
            self._check_const(node)
        elif isinstance(node, nodes.Filter):
            if node.name not in FILTERS:
                self._find(node, f"there is no filter `{node.name}`; there are {_listed(FILTERS)}")
        elif isinstance(node, nodes.Test):
            if node.name not in TESTS:
                self._find(node, f"there is no test `{node.name}`; there are {_listed(TESTS)}")
        elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
            self._find(node, "`a if b` needs an `else`: `{{ a if b else '' }}`")
        elif isinstance(node, nodes.Assign) and not isinstance(node.target, nodes.Name):
            self._find(node, "`set` takes one plain name: `{% set name = value %}`")

    def _check_const(self, node: nodes.Const) -> None:
        value = node.value
        if isinstance(value, str) and len(value) > MAX_LITERAL_CHARACTERS:
            self._find(node, f"a text in an expression may have {MAX_LITERAL_CHARACTERS:,} characters")
        elif isinstance(value, int | float) and abs(value) > MAX_NUMBER:
            self._find(node, f"a number may be at most {MAX_NUMBER:,}")

    @staticmethod
    def _children(node: nodes.Node) -> Iterable[nodes.Node]:
        for child in node.iter_child_nodes():
            if isinstance(node, nodes.Assign) and child is node.target and isinstance(child, nodes.Tuple):
                continue  # `_check_one` refuses it
            if isinstance(node, nodes.Operand | nodes.Test) and isinstance(child, nodes.List | nodes.Tuple):
                yield from child.items
            else:
                yield child

    def _find(self, node: nodes.Node, detail: str) -> None:
        self.findings.append(Finding(node.lineno or 1, detail))


def _is_loop_attribute(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Getattr)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "loop"
        and node.attr in LOOP_ATTRIBUTES
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
