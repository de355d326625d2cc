"""One function's body for `tests.infra.callgraph`: the types of its expressions, and what follows from them."""

import ast
from functools import cache

from tests.infra.callgraph import (
    NOTHING,
    Body,
    Function,
    Instance,
    Many,
    Type,
    Value,
    Values,
    classes,
    lineage,
    method_of,
    modules,
    node_of,
    resolve,
)

_SAME = frozenset({"replace", "cast", "partial", "copy"})
"""Functions whose result is taken to be of their first argument's type (``cast``: of its second's)."""


@cache
def body_of(function: Function) -> Body:
    """Read what a function does."""
    node = node_of(function)
    assert node is not None
    return _Reader(function, node).read()


@cache
def result_of(function: Function) -> Values:
    """Return what a function returns, by its annotation."""
    node = node_of(function)
    if node is None or node.returns is None:
        return NOTHING
    owner = f"{function.module}:{function.owner}" if function.owner else None
    return annotated(function.module, node.returns, owner)


def is_property(function: Function) -> bool:
    """Tell whether reading the attribute calls it."""
    node = node_of(function)
    return node is not None and any("property" in ast.unparse(one) for one in node.decorator_list)


def annotated(  # noqa: PLR0911 - a case for each form of annotation
    module: str, annotation: ast.expr, owner: str | None = None
) -> Values:
    """Return the values that an annotation stands for."""
    match annotation:
        case ast.Constant(value=str(text)):
            return annotated(module, ast.parse(text, mode="eval").body, owner)
        case ast.BinOp(left=left, right=right):
            return annotated(module, left, owner) | annotated(module, right, owner)
        case ast.Name(id="Any"):
            return NOTHING
        case ast.Name(id="Self"):
            return frozenset({Instance(owner)}) if owner else NOTHING
        case ast.Name(id=name):
            return _named(module, name)
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            target = resolve(module, name)
            return _named(target, attribute) if target in modules() else NOTHING
        case ast.Subscript(value=ast.Name(id="type"), slice=inner):
            return frozenset(Type(one.of) for one in annotated(module, inner, owner) if isinstance(one, Instance))
        case ast.Subscript(value=outer, slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            elements: Values = frozenset().union(*(annotated(module, part, owner) for part in parts))
            base = annotated(module, outer, owner)
            return base | ({Many(elements)} if elements else NOTHING)
        case ast.List(elts=parts):
            return frozenset().union(*(annotated(module, part, owner) for part in parts))
        case _:
            return NOTHING


def _named(module: str | None, name: str) -> Values:
    target = resolve(module, name) if module else None
    if target is None or ":" not in target:
        return NOTHING
    home, _, short = target.partition(":")
    if home in modules() and short in modules()[home].constants:
        alias = modules()[home].constants[short]
        return annotated(home, alias) if isinstance(alias, (ast.Name, ast.BinOp, ast.Subscript)) else NOTHING
    return frozenset({Instance(target)})


@cache
def attribute_of(of: str, name: str) -> Values:
    """Return what an attribute of a class's values holds."""
    for one in lineage(of):
        if one not in classes():
            continue
        known = classes()[one]
        if name in known.annotated:
            return annotated(known.module, known.annotated[name], one)
        if name in known.made_of:
            value, method = known.made_of[name]
            home = Function(known.module, known.node.name, method.name if method else "")
            reader = _Reader(home, method)
            reader.bind()
            return reader.typed(value)
    return NOTHING


class _Reader:
    """Goes through a body twice, so that what is bound late is known early."""

    def __init__(self, function: Function, node: ast.FunctionDef | None) -> None:
        self._function = function
        self._node = node
        self._bound: dict[str, Values] = {}
        self._body = Body()
        self._owner = f"{function.module}:{function.owner}" if function.owner else None

    def bind(self) -> None:
        """Know the parameters."""
        if self._node is None:
            return
        if self._owner:
            kind: Value = Instance(self._owner)
            decorators = {ast.unparse(one) for one in self._node.decorator_list}
            first = self._node.args.posonlyargs + self._node.args.args
            if first and "staticmethod" not in decorators:
                self._bound[first[0].arg] = frozenset({Type(self._owner) if "classmethod" in decorators else kind})
        for function in ast.walk(self._node):
            if isinstance(function, (ast.FunctionDef, ast.Lambda)):
                arguments = function.args
                for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                    if one.annotation is not None:
                        self._add(one.arg, annotated(self._function.module, one.annotation, self._owner))
                for rest in (arguments.vararg, arguments.kwarg):
                    if rest and rest.annotation is not None:
                        self._add(
                            rest.arg,
                            frozenset({Many(annotated(self._function.module, rest.annotation, self._owner))}),
                        )

    def read(self) -> Body:
        self.bind()
        assert self._node is not None
        for _ in range(2):
            for statement in self._node.body:
                for node in ast.walk(statement):
                    self._visit(node)
        return self._body

    def _visit(self, node: ast.AST) -> None:  # noqa: C901 - a case for each statement that binds names
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, self.typed(value))
            case ast.AnnAssign(target=target, annotation=annotation):
                self._assign(target, annotated(self._function.module, annotation, self._owner))
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, self.typed(value))
            case ast.For(target=target, iter=iterated) | ast.comprehension(target=target, iter=iterated):
                self._assign(target, _elements(self.typed(iterated)))
            case ast.withitem(context_expr=value, optional_vars=target):
                entered = self.typed(value)
                for one in entered:
                    if isinstance(one, Instance) and (enter := method_of(one.of, "__enter__")):
                        self._body.calls.add(enter)
                        if leave := method_of(one.of, "__exit__"):
                            self._body.calls.add(leave)
                if target is not None:
                    self._assign(target, entered | _elements(entered))
            case ast.expr():
                self.typed(node)

    def _assign(self, target: ast.expr, values: Values) -> None:
        match target:
            case ast.Name(id=name):
                self._add(name, values)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._assign(part, values | _elements(values))

    def _add(self, name: str, values: Values) -> None:
        self._bound[name] = self._bound.get(name, NOTHING) | values

    def typed(self, node: ast.expr) -> Values:  # noqa: C901, PLR0911 - a case for each kind of expression
        """Return what an expression may be; note what its evaluation calls."""
        match node:
            case ast.Name(id=name):
                return self._bound[name] if name in self._bound else self._global(self._function.module, name)
            case ast.Attribute(value=value, attr=name):
                return self._attribute(value, name)
            case ast.Call():
                return self._call(node)
            case ast.BoolOp(values=parts):
                return frozenset().union(*(self.typed(part) for part in parts))
            case ast.IfExp(body=one, orelse=other):
                return self.typed(one) | self.typed(other)
            case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.typed(value)
            case ast.Subscript(value=value):
                return _elements(self.typed(value))
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                held = frozenset().union(*(self.typed(part) for part in parts))
                return frozenset({Many(held)}) if held else NOTHING
            case ast.Dict(values=parts):
                held = frozenset().union(*(self.typed(part) for part in parts))
                return frozenset({Many(held)}) if held else NOTHING
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                held = self.typed(element)
                return frozenset({Many(held)}) if held else NOTHING
            case ast.DictComp(value=element):
                held = self.typed(element)
                return frozenset({Many(held)}) if held else NOTHING
            case _:
                return NOTHING

    def _global(self, module: str, name: str) -> Values:
        target = resolve(module, name)
        if target is None:
            return NOTHING
        home, _, short = target.partition(":")
        if not short or home not in modules():
            return frozenset({Type(target)})
        if short in modules()[home].functions:
            function = Function(home, None, short)
            self._body.calls.add(function)
            return frozenset({function})
        if short in modules()[home].classes:
            return frozenset({Type(target)})
        reader = _Reader(Function(home, None, ""), None)
        values = reader.typed(modules()[home].constants[short])
        self._body.calls |= reader._body.calls
        self._body.makes |= reader._body.makes
        return values

    def _attribute(self, value: ast.expr, name: str) -> Values:
        found: set[Value] = set()
        receivers = self.typed(value)
        if not receivers:
            self._body.reads.add((None, name))
        for one in receivers:
            match one:
                case Type(of=of) if of in modules():
                    found |= self._global(of, name)
                case Type(of=of) | Instance(of=of):
                    self._body.reads.add((one, name))
                    method = method_of(of, name)
                    if method is None:
                        found |= attribute_of(of, name) if of in classes() else {Instance(f"{of}.{name}")}
                        continue
                    self._body.calls.add(method)
                    self._body.methods.add((of, name))
                    found |= result_of(method) if is_property(method) else {method}
                case Many():
                    found.add(one)  # a method of the collection, whose results are its elements
                case Function():
                    pass
        return frozenset(found)

    def _call(self, node: ast.Call) -> Values:
        called = self.typed(node.func)
        for argument in (*node.args, *(one.value for one in node.keywords)):
            self.typed(argument)
        found = self._passed_on(node)
        for one in called:
            match one:
                case Function():
                    found |= result_of(one)
                case Type(of=of) if of in classes():
                    self._body.makes.add(of)
                    self._body.calls |= {m for name in ("__init__", "__post_init__") if (m := method_of(of, name))}
                    found.add(Instance(of))
                case Type(of=of) if of.partition(":")[2] in _SAME and node.args:
                    found |= self.typed(node.args[of.endswith(":cast")])
                case Type(of="boto3"):
                    pass
                case Instance(of=of) if method := method_of(of, "__call__"):
                    self._body.calls.add(method)
                    self._body.methods.add((of, "__call__"))
                    found |= result_of(method)
                case Many():
                    found.add(one)
                case _:
                    pass
        return frozenset(found)

    def _passed_on(self, node: ast.Call) -> set[Value]:
        """Return what a builtin function gives back of what it is given."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        given: Values = frozenset().union(*(self.typed(argument) for argument in node.args))
        if name in {"list", "sorted", "iter", "reversed", "set", "tuple"}:
            return set(given)
        if name in {"zip", "enumerate"}:
            return {Many(_elements(given))}
        return set(_elements(given)) if name in {"next", "min", "max"} else set()


def _elements(values: Values) -> Values:
    found: set[Value] = set()
    for one in values:
        if isinstance(one, Many):
            found |= one.elements
    return frozenset(found)
