"""What a Lambda function's code can come to call, found in the sources: calls by the types that the annotations say.

A call through a port reaches the methods of those implementations that the function's part of the composition root
makes (rapid type analysis), so two functions that share a service differ by what they are given. Whoever passes a
function on is taken to call it. Values without a known type call nothing here: the calls that the end-to-end tests
record, all of which must be found by this, hold it to be complete enough.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from infra.chalice_manifest import CHALICE_APP


class Function(NamedTuple):
    """A function, or a method when it has a class."""

    module: str
    owner: str | None
    name: str


class Instance(NamedTuple):
    """A value of a class, written ``module:name``; a class that is not of this program has its import path."""

    of: str


class Type(NamedTuple):
    """A class itself."""

    of: str


class Many(NamedTuple):
    """A collection whose elements, keys or results are these."""

    elements: frozenset["Value"]


Value = Instance | Type | Many | Function
Values = frozenset[Value]
NOTHING: Values = frozenset()


@dataclass
class Class:
    """A class of this program."""

    module: str
    node: ast.ClassDef
    methods: dict[str, ast.FunctionDef]
    bases: list[str] = field(default_factory=list)
    made_of: dict[str, tuple[ast.expr, ast.FunctionDef | None]] = field(default_factory=dict)
    annotated: dict[str, ast.expr] = field(default_factory=dict)

    @property
    def is_port(self) -> bool:
        """Whether it says what others do."""
        return any("Protocol" in ast.unparse(base) for base in self.node.bases)


@dataclass
class Module:
    """A module: what it defines, and what it has from others by name."""

    functions: dict[str, ast.FunctionDef]
    classes: dict[str, ast.ClassDef]
    imported: dict[str, str]
    constants: dict[str, ast.expr]


@dataclass
class Body:
    """What one function does: whom it calls, through which types, what it makes, which attributes it reads of what."""

    calls: set[Function] = field(default_factory=set)
    methods: set[tuple[str, str]] = field(default_factory=set)
    makes: set[str] = field(default_factory=set)
    reads: set[tuple["Instance | Type | None", str]] = field(default_factory=set)


@cache
def modules() -> dict[str, Module]:
    """Read every module of the application."""
    found = {}
    for path in sorted(CHALICE_APP.joinpath("chalicelib").rglob("*.py")):
        name = ".".join(path.relative_to(CHALICE_APP).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        found[name] = Module(
            {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)},
            {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)},
            dict(_imports(tree)),
            constants,
        )
    return found


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                yield name.asname or name.name, f"{node.module}:{name.name}"
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield name.asname or name.name.split(".")[0], name.name


def resolve(module: str, name: str) -> str | None:
    """Follow imports to where a name is defined: ``module:name``, or a module's own name."""
    for _ in range(9):
        if module not in modules():
            return f"{module}:{name}"
        known = modules()[module]
        if name in known.functions or name in known.classes or name in known.constants:
            return f"{module}:{name}"
        if name not in known.imported:
            return None
        target = known.imported[name]
        if ":" not in target:
            return target
        module, name = target.split(":")
        if f"{module}.{name}" in modules():
            return f"{module}.{name}"
    return None


@cache
def classes() -> dict[str, Class]:
    """Read every class of the application, by ``module:name``."""
    found = {}
    for module_name, module in modules().items():
        for name, node in module.classes.items():
            methods = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
            one = Class(module_name, node, methods)
            for base in node.bases:
                named = base.value if isinstance(base, ast.Subscript) else base
                if isinstance(named, ast.Name) and (target := resolve(module_name, named.id)):
                    one.bases.append(target)
            _read_attributes(one)
            found[f"{module_name}:{name}"] = one
    return found


def _read_attributes(one: Class) -> None:
    for statement in one.node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            one.annotated[statement.target.id] = statement.annotation
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            one.made_of[statement.targets[0].id] = (statement.value, None)
    for method in one.methods.values():
        for node in ast.walk(method):
            target, value, annotation = _own_attribute(node)
            if target and annotation is not None:
                one.annotated.setdefault(target, annotation)
            elif target and value is not None:
                one.made_of.setdefault(target, (value, method))


def _own_attribute(statement: ast.AST) -> tuple[str | None, ast.expr | None, ast.expr | None]:
    targets: list[ast.expr] = []
    value = annotation = None
    if isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    elif isinstance(statement, ast.AnnAssign):
        targets, value, annotation = [statement.target], statement.value, statement.annotation
    for target in targets:
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            return target.attr, value, annotation
    return None, None, None


@cache
def lineage(name: str) -> tuple[str, ...]:
    """Return a class and its bases, nearest first."""
    if name not in classes():
        return (name,)
    return (name, *(one for base in classes()[name].bases for one in lineage(base)))


@cache
def method_of(name: str, method: str) -> Function | None:
    """Return where a class has a method from."""
    for one in lineage(name):
        if one in classes() and method in classes()[one].methods:
            module, _, short = one.partition(":")
            return Function(module, short, method)
    return None


@cache
def implements(name: str, wanted: str) -> bool:
    """Tell whether values of a class stand where another is asked for: a subclass, or what has a port's methods."""
    if wanted in lineage(name):
        return True
    if wanted not in classes() or not classes()[wanted].is_port:
        return False
    asked = {m for one in lineage(wanted) if one in classes() for m in classes()[one].methods}
    return bool(asked) and all(
        (own := method_of(name, method)) and _is_called_alike(own, method_of(wanted, method)) for method in asked
    )


def _is_called_alike(own: Function, port: Function | None) -> bool:
    """Tell whether a method takes what is given through a port: mypy holds the names of parameters to be the same."""
    must, may = _parameters(own)
    asked, given = _parameters(port)
    return must <= given and asked <= may


@cache
def _parameters(function: Function | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of what must be given, and of what may be."""
    node = node_of(function) if function else None
    if node is None:
        return frozenset(), frozenset()
    keywords = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    positional = node.args.posonlyargs + node.args.args
    must = {one.arg for one in positional[: len(positional) - len(node.args.defaults)]}
    must |= {one.arg for one, default in keywords if default is None}
    return frozenset(must), frozenset({one.arg for one in (*positional, *node.args.kwonlyargs)})


def node_of(function: Function) -> ast.FunctionDef | None:
    """Return a function's source."""
    if function.owner is None:
        return modules()[function.module].functions.get(function.name)
    return classes()[f"{function.module}:{function.owner}"].methods.get(function.name)


def reached(starts: Iterable[Function]) -> tuple[dict[Function, set[Function]], set[str]]:
    """Return every function that can come to run, with whom it calls, and the classes of which values are made."""
    from tests.infra.function_bodies import body_of

    found: dict[Function, set[Function]] = {}
    made: set[str] = set()
    waiting = list(starts)
    while waiting:
        while waiting:
            one = waiting.pop()
            if one in found or one.module not in modules() or node_of(one) is None:
                continue
            body = body_of(one)
            made |= body.makes
            found[one] = set(body.calls)
            waiting += body.calls
        # What is made later stands behind calls that were seen before.
        for one, callees in found.items():
            for wanted, method in body_of(one).methods:
                for maker in made:
                    target = method_of(maker, method) if implements(maker, wanted) else None
                    if target and target not in callees:
                        callees.add(target)
                        waiting.append(target)
    return found, made
