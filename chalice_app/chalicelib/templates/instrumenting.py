"""Changes a checked syntax tree before it is compiled: metered joins, encoded links, and a look at the clock."""

from collections.abc import Iterator, Mapping
from itertools import count

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from chalicelib.templates.links import LinkPart

# The spaces keep templates from naming these filters.
JOIN = " join"
"""Filter that stands in for ``a ~ b``."""

TICK = " tick"
"""Filter that ends a render whose time is up."""

LINK_FILTERS: Mapping[LinkPart, str] = {part: f" link {part}" for part in LinkPart}
"""Filters that encode a value for its place in a link."""


class _JoinTexts(NodeTransformer):
    """Replaces ``a ~ b``, which Jinja2 joins without bounds, by the metered join."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  # the visitor looks for this name
        """Return the join."""
        first, *others = [self.visit(part) for part in node.nodes]
        return _filter(first, JOIN, others)


def instrument(tree: nodes.Template, links: Mapping[int, LinkPart]) -> nodes.Template:
    """Return the tree with its instruments.

    Args:
        tree: a tree that `grammar.check` lets pass.
        links: places of the printed expressions that stand in links, by their number in the source from 0.
    """
    _JoinTexts().visit(tree)
    tree.body = _statements(tree.body, links, count())
    return tree


def _statements(body: list[nodes.Node], links: Mapping[int, LinkPart], numbers: Iterator[int]) -> list[nodes.Node]:
    made: list[nodes.Node] = []
    for node in body:
        if isinstance(node, nodes.Output):
            node.nodes = [
                part if isinstance(part, nodes.TemplateData) else _linked(part, links.get(next(numbers)))
                for part in node.nodes
            ]
        else:
            made.append(_tick())
        if isinstance(node, nodes.If):
            for branch in [node, *node.elif_]:
                branch.body = _statements(branch.body, links, numbers)
            node.else_ = _statements(node.else_, links, numbers)
        elif isinstance(node, nodes.For):
            node.body = [_tick(), *_statements(node.body, links, numbers)]
            node.else_ = _statements(node.else_, links, numbers)
        made.append(node)
    return made


def _tick() -> nodes.Node:
    return nodes.ExprStmt(_filter(nodes.Const(None), TICK, []))


def _linked(node: nodes.Expr, part: LinkPart | None) -> nodes.Expr:
    if part is None or (isinstance(node, nodes.Filter) and node.name == "urlencode"):
        return node  # what the author encoded is not encoded again
    return _filter(node, LINK_FILTERS[part], [])


def _filter(node: nodes.Expr, name: str, arguments: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, arguments, [], None, None, lineno=node.lineno)
