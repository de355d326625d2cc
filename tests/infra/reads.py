"""Which settings each Lambda function can come to read, found in the sources from its handler on.

A handler reaches the settings through `chalicelib.bootstrap` only, and what stands there is called by its name, so the
names in a function's body tell what it reaches.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from infra.chalice_manifest import CHALICE_APP, ROUTE_FUNCTIONS

_PACKAGES = ("chalicelib.bootstrap", "chalicelib.entrypoints")


class _Function(NamedTuple):
    module: str
    name: str


_ONCE = _Function("chalicelib.entrypoints.http.once", "once")
"""What an operation that creates something is called through."""

_BORDER = "chalicelib.entrypoints.http.border"


@dataclass(frozen=True)
class _Module:
    """Its functions, and the names that it has from other modules of the two packages."""

    functions: dict[str, ast.FunctionDef]
    imported: dict[str, _Function]


def read_settings() -> dict[str, set[str]]:
    """Return the environment variables that each Lambda function can read, by the function's name."""
    return {
        name: {variable for start in starts for one in _reached(start) for variable in _variables(one)}
        for name, starts in entry_points().items()
    }


def entry_points() -> dict[str, list[_Function]]:
    """Return the functions in the sources at which each Lambda function begins, by the latter's name."""
    found: dict[str, list[_Function]] = {}
    for module_name, module in _modules().items():
        for function_name, node in module.functions.items():
            starts = [_Function(module_name, function_name), *([_ONCE] if _creates(node) else [])]
            for served in _served_by(node):
                found.setdefault(served, []).extend([*starts, *_border(module_name, node)])
    return found


@cache
def _modules() -> dict[str, _Module]:
    found = {}
    for package in _PACKAGES:
        for path in sorted(CHALICE_APP.joinpath(*package.split(".")).rglob("*.py")):
            parts = path.relative_to(CHALICE_APP).with_suffix("").parts
            tree = ast.parse(path.read_text(encoding="utf-8"))
            functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
            imported = {
                name.asname or name.name: _Function(node.module, name.name)
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PACKAGES)
                for name in node.names
                if node.module
            }
            found[".".join(parts).removesuffix(".__init__")] = _Module(functions, imported)
    return found


def _creates(function: ast.FunctionDef) -> bool:
    decorators = [one for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(keyword.arg == "creates" for one in decorators for keyword in one.keywords)


def _border(module: str, function: ast.FunctionDef) -> Iterator[_Function]:
    """Yield what stands before a view: the recognition and admission of callers, the log of changes, the handler."""
    for decorator in (one for one in function.decorator_list if isinstance(one, ast.Call)):
        if not isinstance(decorator.func, ast.Attribute):
            continue
        keywords = {one.arg: one.value for one in decorator.keywords}
        if decorator.func.attr == "authorizer":
            yield _Function(module, "handle")
        if decorator.func.attr == "operation":
            scope, method = keywords["scope"], decorator.args[0]
            if not isinstance(scope, ast.Constant):
                yield from (_Function(_BORDER, "caller"), _Function(_BORDER, "admit"))
            if isinstance(method, ast.Constant) and method.value != "GET" and "changes" not in keywords:
                yield _Function(_BORDER, "record")


def _served_by(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the names of the Lambda functions whose handler this is."""
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        match decorator.func.attr:
            case "lambda_function":
                yield from (str(k.value.value) for k in decorator.keywords if isinstance(k.value, ast.Constant))
            case "authorizer":
                yield function.name
            case "operation" | "route":
                # A path that is not written out is one of the API's; a test holds that each of the others was found.
                paths = [one.value for one in decorator.args if isinstance(one, ast.Constant)]
                yield next((ROUTE_FUNCTIONS[path] for path in paths if path in ROUTE_FUNCTIONS), "api")


def _reached(start: _Function) -> list[ast.FunctionDef]:
    seen: set[_Function] = set()
    waiting, reached = [start], []
    while waiting:
        one = waiting.pop()
        if one in seen or one.module not in _modules():
            continue
        seen.add(one)
        module = _modules()[one.module]
        if one.name in module.imported:  # a package passes on what its modules hold
            waiting.append(module.imported[one.name])
        if one.name not in module.functions:
            continue
        reached.append(module.functions[one.name])
        for node in ast.walk(module.functions[one.name]):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "bootstrap":
                waiting.append(_Function("chalicelib.bootstrap", node.attr))
            elif isinstance(node, ast.Name):
                waiting.append(module.imported.get(node.id, _Function(one.module, node.id)))
    return reached


def _variables(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Name) and called.id == "settings":
                yield node.attr.upper()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bound":
            (table,) = node.args
            assert isinstance(table, ast.Constant)
            yield f"TABLE_{str(table.value).upper()}"
