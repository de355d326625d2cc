"""Which changes between two descriptions of the API break its callers.

What callers send must still be taken, and what is answered must still be what they read. Callers are told (docs/api.md,
versions) to pass over fields, words of a vocabulary and problem types that they do not know: these may be added.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

BASELINE: Final = Path(__file__).parents[2] / "docs" / "api-baseline.json"
"""The description as it was last promised; ``make api-baseline`` promises the present one."""

Schema = Mapping[str, Any]
_JSON: Final = "application/json"
_UPPER: Final = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_LOWER: Final = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Return what in a new description breaks callers of the old one, a line each."""
    return list(dict.fromkeys(_operations(old, new)))


def _operations(old: Schema, new: Schema) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            name = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{name} is gone"
                continue
            if before["operationId"] != after["operationId"]:
                yield f"{name} is called {after['operationId']}, no longer {before['operationId']}"
            if before.get("security") == [] and after.get("security") != []:
                yield f"{name} needs a key now"
            yield from _parameters(name, before, after, old, new)
            yield from _body(name, before, after, old, new)
            yield from _answers(name, before, after, old, new)


def _parameters(name: str, before: Schema, after: Schema, old: Schema, new: Schema) -> Iterator[str]:
    known = {(one["in"], one["name"]): one for one in before["parameters"]}
    taken = {(one["in"], one["name"]): one for one in after["parameters"]}
    asks = _Comparison(old, new, answers=False)
    for key, parameter in taken.items():
        where = f"{name}: {key[0]} {key[1]}"
        was = known.get(key)
        if parameter["required"] and (was is None or not was["required"]):
            yield f"{where} is required now"
        if was is not None:
            yield from asks.compare(was["schema"], parameter["schema"], where)
    yield from (f"{name}: {place} {gone} is taken no more" for place, gone in known.keys() - taken.keys())


def _body(name: str, before: Schema, after: Schema, old: Schema, new: Schema) -> Iterator[str]:
    was, now = before.get("requestBody"), after.get("requestBody")
    if now is None:
        if was is not None:
            yield f"{name}: the body is taken no more"
        return
    if now["required"] and (was is None or not was["required"]):
        yield f"{name}: the body is required now"
    if was is not None:
        schemas = (was["content"][_JSON]["schema"], now["content"][_JSON]["schema"])
        yield from _Comparison(old, new, answers=False).compare(*schemas, f"{name}: body")


def _answers(name: str, before: Schema, after: Schema, old: Schema, new: Schema) -> Iterator[str]:
    for status, was in before["responses"].items():
        if not status.startswith("2"):
            continue
        now = after["responses"].get(status)
        if now is None:
            yield f"{name} answers {status} no more"
        elif "content" in was and "content" not in now:
            yield f"{name}: the answer has no document any more"
        elif "content" in was:
            schemas = (now["content"][_JSON]["schema"], was["content"][_JSON]["schema"])
            yield from _Comparison(new, old, answers=True).compare(*schemas, f"{name}: answer")


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Whether whatever one schema permits, another takes.

    Of requests the giver is the old description and the taker the new one; of answers the other way round.

    Attributes:
        giver, taker: the descriptions in which their references lead.
        answers: whether these are answers, whose readers pass over what they do not know.
    """

    giver: Schema
    taker: Schema
    answers: bool

    def compare(self, gives: Schema, takes: Schema, where: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """Return what is given and not taken."""
        pair = f"{gives.get('$ref')}|{takes.get('$ref')}"
        if "$ref" in gives and "$ref" in takes:
            if pair in seen:
                return  # the schemas contain themselves; this pair is being compared
            seen |= {pair}
        takers = list(_alternatives(takes, self.taker))
        for given in _alternatives(gives, self.giver):
            tries = [list(self._one(given, taken, where, seen)) for taken in takers]
            if tries and all(tries):
                yield from min(tries, key=len)

    def _one(self, gives: Schema, takes: Schema, where: str, seen: frozenset[str]) -> Iterator[str]:
        wanted, given = takes.get("type"), gives.get("type")
        if wanted is None and "enum" not in takes and "const" not in takes:
            return
        if given != wanted and (given, wanted) != ("integer", "number"):
            yield f"{where} is {self._said(given)} now" if self.answers else f"{where} takes no {self._said(given)}"
            return
        yield from self._words(gives, takes, where)
        if not self.answers:
            yield from self._bounds(gives, takes, where)
        if wanted == "array":
            yield from self.compare(gives.get("items", {}), takes.get("items", {}), f"{where}[]", seen)
        if wanted == "object":
            yield from self._object(gives, takes, where, seen)

    def _object(self, gives: Schema, takes: Schema, where: str, seen: frozenset[str]) -> Iterator[str]:
        given, taken = gives.get("properties", {}), takes.get("properties", {})
        for name in sorted(set(takes.get("required", ())) - set(gives.get("required", ()))):
            yield f"{where}.{name} is not always there" if self.answers else f"{where}.{name} is required now"
        if self.answers:
            yield from (f"{where}.{name} is answered no more" for name in taken if name not in given)
        for name, part in given.items():
            if name in taken:
                yield from self.compare(part, taken[name], f"{where}.{name}", seen)
            elif not self.answers and takes.get("additionalProperties") is False:
                yield f"{where}.{name} is taken no more"
        more, wanted = gives.get("additionalProperties"), takes.get("additionalProperties")
        if isinstance(more, dict) and isinstance(wanted, dict):
            yield from self.compare(more, wanted, f"{where}.*", seen)
        elif not self.answers and wanted is False and (more is True or isinstance(more, dict)):
            yield f"{where} takes no names of the caller's own"

    def _words(self, gives: Schema, takes: Schema, where: str) -> Iterator[str]:
        given, taken = _vocabulary(gives), _vocabulary(takes)
        if self.answers:
            # Readers pass over words that they do not know, but may wait for one that is gone.
            if taken is not None and given is not None:
                yield from (f"{where} is never {word!r} any more" for word in taken if word not in given)
        elif taken is not None:
            if given is None:
                yield f"{where} takes some words only: {', '.join(map(repr, taken))}"
            else:
                yield from (f"{where} takes {word!r} no more" for word in given if word not in taken)

    @staticmethod
    def _bounds(gives: Schema, takes: Schema, where: str) -> Iterator[str]:
        for limit in _UPPER:
            if limit in takes and takes[limit] < gives.get(limit, float("inf")):
                yield f"{where} has a lower {limit} ({takes[limit]})"
        for limit in _LOWER:
            if limit in takes and takes[limit] > gives.get(limit, float("-inf")):
                yield f"{where} has a higher {limit} ({takes[limit]})"
        for rule in ("pattern", "format"):
            if rule in takes and takes[rule] != gives.get(rule):
                yield f"{where} has another {rule} ({takes[rule]})"

    @staticmethod
    def _said(kind: object) -> str:
        return "anything" if kind is None else str(kind)


def _alternatives(schema: Schema, description: Schema) -> Iterator[Schema]:
    """Walk what a schema may be, with references followed."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _alternatives(description["components"]["schemas"][name], description)
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _alternatives(one, description)
    else:
        yield schema


def _vocabulary(schema: Schema) -> Sequence[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    words: Sequence[Any] | None = schema.get("enum")
    return words
