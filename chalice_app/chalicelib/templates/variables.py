"""Which fields a template reads, and which of them a recipient must have."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jinja2 import nodes

_Names = frozenset[str]
_NONE: _Names = frozenset()


@dataclass(slots=True)
class Reads:
    """The fields that a template reads.

    Attributes:
        variables: every field.
        required: those that are read where nothing stands in for them: no ``default``, no ``is defined``.
    """

    variables: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)

    def add(self, tree: nodes.Template) -> None:
        """Add what one template reads."""
        _Walk(self).statements(tree.body, _NONE, _NONE)


class _Walk:
    """Follows a tree; ``own`` are names that the template set itself, ``safe`` those known to be defined."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    def statements(self, body: Iterable[nodes.Node], own: _Names, safe: _Names) -> _Names:
        """Follow statements in order; return the names set when they are through."""
        for node in body:
            own = self._statement(node, own, safe)
        return own

    def _statement(self, node: nodes.Node, own: _Names, safe: _Names) -> _Names:
        if isinstance(node, nodes.If):
            return self._if(node, own, safe)
        if isinstance(node, nodes.For):
            self._expression(node.iter, own, safe)
            targets = [node.target, *node.target.find_all(nodes.Name)]
            inner = own | {target.name for target in targets if isinstance(target, nodes.Name)} | {"loop"}
            if node.test:
                self._expression(node.test, inner, safe)
            self.statements(node.body, inner, safe)
            self.statements(node.else_, own, safe)
            return own
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            self._expression(node.node, own, safe)
            return own | {node.target.name}
        for child in node.iter_child_nodes():
            self._expression(child, own, safe)
        return own

    def _if(self, node: nodes.If, own: _Names, safe: _Names) -> _Names:
        ends: list[_Names] = []
        for branch in [node, *node.elif_]:
            self._expression(branch.test, own, safe)
            when_true, when_false = _known(branch.test)
            ends.append(self.statements(branch.body, own, safe | when_true))
            safe |= when_false
        ends.append(self.statements(node.else_, own, safe))
        return frozenset.intersection(*ends)

    def _expression(self, node: nodes.Node, own: _Names, safe: _Names) -> None:
        if isinstance(node, nodes.Name):
            self._read(node.name, own, safe)
        elif (isinstance(node, nodes.Filter) and node.name in {"default", "d"} and node.node) or (
            isinstance(node, nodes.Test) and node.name in {"defined", "undefined"}
        ):
            guarded = {node.node.name} if isinstance(node.node, nodes.Name) else _NONE
            for child in node.iter_child_nodes():
                self._expression(child, own, safe | guarded if child is node.node else safe)
        elif isinstance(node, nodes.And | nodes.Or):
            self._expression(node.left, own, safe)
            when_true, when_false = _known(node.left)
            self._expression(node.right, own, safe | (when_true if isinstance(node, nodes.And) else when_false))
        elif isinstance(node, nodes.CondExpr):
            self._expression(node.test, own, safe)
            when_true, when_false = _known(node.test)
            self._expression(node.expr1, own, safe | when_true)
            if node.expr2:
                self._expression(node.expr2, own, safe | when_false)
        else:
            for child in node.iter_child_nodes():
                self._expression(child, own, safe)

    def _read(self, name: str, own: _Names, safe: _Names) -> None:
        if name in own:
            return
        self._reads.variables.add(name)
        if name not in safe:
            self._reads.required.add(name)


def _known(test: nodes.Node) -> tuple[_Names, _Names]:
    """Return the names that are defined if the test holds, and those that are if it does not."""
    if isinstance(test, nodes.Test) and isinstance(test.node, nodes.Name):
        name = frozenset({test.node.name})
        return {"defined": (name, _NONE), "undefined": (_NONE, name)}.get(test.name, (_NONE, _NONE))
    if isinstance(test, nodes.Not):
        when_true, when_false = _known(test.node)
        return when_false, when_true
    if isinstance(test, nodes.And | nodes.Or):
        left, right = _known(test.left), _known(test.right)
        if isinstance(test, nodes.And):
            return left[0] | right[0], left[1] & right[1]
        return left[0] & right[0], left[1] | right[1]
    return _NONE, _NONE
