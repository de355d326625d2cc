"""Writes the generated half of the Python client from the description of the API.

Three modules: ``models`` (a TypedDict for each document), ``operations`` (a method for each operation) and ``problems``
(an exception for each problem type). A description that says something this module does not know is an error here, not
a wrong type in the client.
"""

import keyword
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from local.published.registry import problem_types

FOLDER: Final = Path(__file__).parents[2] / "emailplatform"

_HEADER = (
    '"""{summary}\n\nWritten by `make openapi` from the description of the API; do not change it by hand.\n"""\n\n'
)
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_JSON = "application/json"
_FAMILIES = {404: "NotFoundError", 409: "ConflictError", 422: "InvalidInputError"}
"""Statuses whose problems share a base class: that of the most general problem."""

Schema = Mapping[str, Any]


def sources(description: Schema) -> dict[Path, str]:
    """Return the text of each generated module by its file."""
    return {
        FOLDER / "models.py": _formatted(_models(description)),
        FOLDER / "operations.py": _formatted(_operations(description)),
        FOLDER / "problems.py": _formatted(_problems()),
    }


def _formatted(text: str) -> str:
    ruff = str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "format", "--stdin-filename", "emailplatform/generated.py", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=FOLDER.parent).stdout


def _models(description: Schema) -> str:
    schemas: Mapping[str, Schema] = description["components"]["schemas"]
    named = {name: schema for name, schema in schemas.items() if schema.get("type") == "object"}
    aliases = {name: schema for name, schema in schemas.items() if name not in named}
    lines = [
        _HEADER.format(summary="The documents that the API reads and answers."),
        "from typing import Any, Literal, NotRequired, TypeAlias, TypedDict\n\n",
    ]
    for name, schema in aliases.items():
        lines.append(f"{model_name(name)}: TypeAlias = {_kind(schema)}\n{_docstring(schema)}\n\n")
    for name, schema in named.items():
        lines.append(_model(model_name(name), schema))
    return "".join(lines)


def _model(name: str, schema: Schema) -> str:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    required = set(schema.get("required", ()))
    kinds = {key: _quoted(_kind(part)) for key, part in properties.items()}
    kinds = {key: kind if key in required else f"NotRequired[{kind}]" for key, kind in kinds.items()}
    if any(not key.isidentifier() or keyword.iskeyword(key) for key in kinds):
        # A name such as `from` cannot be written as an attribute.
        listed = ", ".join(f'"{key}": {kind}' for key, kind in kinds.items())
        return f'{name} = TypedDict("{name}", {{{listed}}})\n{_docstring(schema)}\n\n'
    body = "".join(f"    {key}: {kind}\n" for key, kind in kinds.items())
    return f"class {name}(TypedDict):\n    {_docstring(schema)}\n\n{body}\n\n"


def _quoted(kind: str) -> str:
    """Quote what names a document that may be defined further down."""
    return f'"{kind}"' if re.search(r"\b(?!Any\b|Literal\b|NotRequired\b|None\b)[A-Z]\w*", _bare(kind)) else kind


def _bare(kind: str) -> str:
    return re.sub(r"Literal\[[^\]]*\]", "Literal", kind)


def _docstring(schema: Schema) -> str:
    text = " ".join(str(schema.get("description", "A document.")).split()).replace("``", "`")
    return f'"""{text}"""'


def model_name(schema_name: str) -> str:
    """Name the class of a schema: a page of campaigns is ``CampaignDocumentPage``."""
    page = re.fullmatch(r"PageDocument_(\w+)_", schema_name)
    return f"{page[1]}Page" if page else schema_name.replace("_", "")


def _kind(schema: Schema, prefix: str = "") -> str:  # noqa: C901, PLR0911 - a case for each kind of schema
    """Return the annotation of a schema.

    Args:
        schema: of a value.
        prefix: what stands before the names of documents.

    Raises:
        ValueError: the schema says something that is not known here.
    """
    match schema:
        case {"$ref": str(reference)}:
            return prefix + model_name(reference.rpartition("/")[2])
        case {"anyOf": [*kinds]} | {"oneOf": [*kinds]}:
            return " | ".join(dict.fromkeys(_kind(kind, prefix) for kind in kinds))
        case {"enum": [*values]}:
            return f"Literal[{', '.join(_literal(value) for value in values)}]"
        case {"const": value}:
            return f"Literal[{_literal(value)}]"
        case {"type": "array", **rest}:
            return f"list[{_kind(rest['items'], prefix)}]" if "items" in rest else "list[Any]"
        case {"type": "object", "patternProperties": dict(patterns)} if len(patterns) == 1:
            return f"dict[str, {_kind(next(iter(patterns.values())), prefix)}]"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"dict[str, {_kind(values, prefix)}]"
        case {"type": "object"} if "properties" not in schema:
            return "dict[str, Any]"
        case {"type": str(name)} if name in _SCALARS:
            return _SCALARS[name]
        case {**rest} if not rest.keys() - {"title", "description", "default", "examples"}:
            return "Any"
    raise ValueError(f"no type is known for {schema}")


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _operations(description: Schema) -> str:
    methods = [
        _method(path, method, operation, description)
        for path, taken in description["paths"].items()
        for method, operation in taken.items()
    ]
    return "".join(
        [
            _HEADER.format(summary="A method for each operation of the API."),
            "from abc import ABC, abstractmethod\nfrom collections.abc import Iterator, Mapping, Sequence\n",
            "from typing import Any, Literal, cast\n\n",
            "from emailplatform import models\n\n\n",
            "class Operations(ABC):\n",
            '    """Every operation; `emailplatform.client.Client` makes the calls."""\n\n',
            *_CALLS,
            *methods,
        ]
    )


_CALLS: Final = (
    "    @abstractmethod\n    def _call(\n",
    "        self,\n        method: str,\n        path: str,\n        *,\n",
    "        query: Mapping[str, Any] | None = None,\n        headers: Mapping[str, str | None] | None = None,\n",
    '        body: Any = None,\n    ) -> Any:\n        """Make a call."""\n\n',
    "    @abstractmethod\n    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:\n",
    '        """Walk the items of a list."""\n\n',
    "    @staticmethod\n    @abstractmethod\n    def _segment(value: str) -> str:\n",
    '        """Write a path segment."""\n\n',
)


def _method(path: str, method: str, operation: Schema, description: Schema) -> str:
    parameters: list[Schema] = operation["parameters"]
    place = re.sub(r"{(\w+)}", r"{self._segment(\1)}", path)
    place = f'f"{place}"' if "{" in place else f'"{place}"'
    in_path = [one["name"] for one in parameters if one["in"] == "path"]
    query = [one for one in parameters if one["in"] == "query"]
    headers = [one for one in parameters if one["in"] == "header"]
    positional = [*(f"{name}: str" for name in in_path), *(["/"] if in_path else []), *_body_parameter(operation)]
    named = [*(_parameter(one) for one in (*query, *headers))]
    kind = _answer(operation)
    call = [f'"{method.upper()}"', place]
    if query:
        call.append(f"query={_mapping(query)}")
    if headers:
        call.append(f"headers={_mapping(headers)}")
    if "requestBody" in operation:
        call.append("body=body" if operation["requestBody"]["required"] else "body=body or {}")
    signature = ", ".join(["self", *positional, *(["*", *named] if named else [])])
    returned = f"self._call({', '.join(call)})"
    done = f"return cast({_cast(kind)}, {returned})" if kind != "None" else returned
    text = f"    def {operation['operationId']}({signature}) -> {kind}:\n{_explained(operation)}        {done}\n\n"
    return text + _iterator(place, operation, query, description, in_path)


def _cast(kind: str) -> str:
    return f'"{kind}"' if "[" in kind or "|" in kind or "." in kind else kind


def _body_parameter(operation: Schema) -> Iterator[str]:
    if "requestBody" in operation:
        body = operation["requestBody"]
        kind = _kind(body["content"][_JSON]["schema"], "models.")
        yield f"body: {kind}" if body["required"] else f"body: {kind} | None = None"


def _parameter(one: Schema) -> str:
    kind = _kind(one["schema"], "models.").replace("list[", "Sequence[")
    # The client makes a key of its own for whoever gives none.
    wanted = one["required"] and one["in"] == "query"
    return f"{_argument(one['name'])}: {kind}" if wanted else f"{_argument(one['name'])}: {kind} | None = None"


def _argument(name: str) -> str:
    given = name.lower().replace("-", "_")
    return f"{given}_" if keyword.iskeyword(given) else given


def _mapping(parameters: list[Schema]) -> str:
    return "{" + ", ".join(f'"{one["name"]}": {_argument(one["name"])}' for one in parameters) + "}"


def _answer(operation: Schema) -> str:
    [answered] = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    content = answered.get("content")
    return _kind(content[_JSON]["schema"], "models.") if content else "None"


def _explained(operation: Schema, summary: str | None = None) -> str:
    slugs = sorted(
        {
            slug
            for status, refused in operation["responses"].items()
            if not status.startswith("2") and status != "default"
            for slug in re.findall(r"`([a-z-]+)`", refused["description"])
        }
    )
    description = "\n\n".join(
        "\n".join(f"        {line}".rstrip() for line in paragraph.splitlines())
        for paragraph in operation["description"].replace("``", "`").split("\n\n")
    )
    listed = ", ".join(class_name(slug) for slug in slugs)
    # Broken where the formatter, which leaves docstrings alone, would leave a line too long.
    refusals = "".join(f"            {line}\n" for line in _wrapped(f"ApiError: as {listed}.", 100))
    return (
        f'        """{(summary or operation["summary"]).replace("``", "`")}\n\n{description}\n\n'
        f'        Raises:\n{refusals}        """\n'
    )


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            yield line
            line = "    " + word
        else:
            line = f"{line} {word}".strip() if not line.startswith(" ") else f"{line} {word}"
    yield line


def _iterator(place: str, operation: Schema, query: list[Schema], description: Schema, in_path: list[str]) -> str:
    """Write the method that walks a whole list, where the operation answers pages."""
    if not any(one["name"] == "cursor" for one in query):
        return ""
    [answered] = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    page = description["components"]["schemas"][answered["content"][_JSON]["schema"]["$ref"].rpartition("/")[2]]
    item = _kind(page["properties"]["items"]["items"], "models.")
    filters = [one for one in query if one["name"] != "cursor"]
    positional = [*(f"{name}: str" for name in in_path), *(["/"] if in_path else [])]
    signature = ", ".join(["self", *positional, "*", *(_parameter(one) for one in filters)])
    name = f"iter_{operation['operationId'].removeprefix('list_')}"
    explained = _explained(operation, f"Walk all pages of `{operation['operationId']}`; `limit` bounds one page.")
    return (
        f"    def {name}({signature}) -> Iterator[{item}]:\n{explained}"
        f'        return cast("Iterator[{item}]", self._pages({place}, {_mapping(filters)}))\n\n'
    )


def _problems() -> str:
    """Write a class for each problem type below the class of its family."""
    known = problem_types()
    lines = [
        _HEADER.format(summary="An exception for each problem type of the API."),
        "from typing import Final\n\nfrom emailplatform.errors import ApiError\n\n",
    ]
    heads = sorted(known, key=lambda slug: class_name(slug) not in _FAMILIES.values())
    for slug in heads:
        statuses = known[slug].statuses
        family = _FAMILIES.get(next(iter(statuses)), "ApiError") if len(statuses) == 1 else "ApiError"
        base = family if family != class_name(slug) else "ApiError"
        shown = f"{', '.join(map(str, sorted(statuses)))}: " if statuses else ""
        lines.append(
            f'\nclass {class_name(slug)}({base}):\n    """`{slug}` ({shown}see docs/problems/{slug}.md)."""\n\n'
        )
    listed = ", ".join(f'"{slug}": {class_name(slug)}' for slug in known)
    lines.extend(
        [
            f"\nBY_SLUG: Final[dict[str, type[ApiError]]] = {{{listed}}}\n",
            '"""The class of a problem by the last segment of its `type`."""\n',
        ]
    )
    return "".join(lines)


def class_name(slug: str) -> str:
    """Name the exception of a problem type: ``campaign-not-found`` is ``CampaignNotFoundError``."""
    name = "".join(word.capitalize() for word in slug.split("-"))
    return name if name.endswith("Error") else f"{name}Error"
