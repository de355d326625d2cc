"""Translates the Handlebars of Amazon Pinpoint's templates into the Jinja2 that this platform takes.

Carried over: variables, comments, ``if``, ``unless``, ``else`` and ``else if``, the comparisons ``eq``, ``neq``,
``gt``, ``gte``, ``lt``, ``lte``, ``and``, ``or``, ``not`` as blocks and as subexpressions, and the helpers ``upper``,
``lower``, ``trim``, ``capitalize`` and ``replace``. A variable that a recipient lacks prints nothing in Handlebars, so
each gets a stand-in. Whatever else there is becomes a field ``carry_over_<n>`` that no recipient file has: the
pre-flight then stops the campaign, instead of a mail going out without it.

The language: https://handlebarsjs.com/guide/ ; the helpers:
https://docs.aws.amazon.com/pinpoint/latest/userguide/message-templates-helpers.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

_TAG: Final = re.compile(
    r"(?P<escape>\\)?(?:\{\{(?P<lead>~)?!--.*?--(?P<trail>~)?\}\}|\{\{\{(?P<triple>.*?)\}\}\}|\{\{(?P<plain>.*?)\}\})",
    re.DOTALL,
)
_WORD: Final = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<number>-?\d+(?:\.\d+)?)(?=[\s)]|$)|(?P<option>[\w-]+=)|(?P<path>[^\s()"'=|]+))"""
)
_COMPARISONS: Final = {"eq": "==", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_NUMERIC: Final = frozenset({"gt", "gte", "lt", "lte"})
_FILTERS: Final = {"upper": "upper", "lower": "lower", "trim": "trim", "capitalize": "title"}
_LITERALS: Final = {"true": "true", "false": "false"}
_NOTHING: Final = frozenset({"null", "undefined"})

NameOf: TypeAlias = Callable[[str], str | None]
"""Gives the field of a variable such as ``User.UserAttributes.FirstName``; None where there is none."""


@dataclass(frozen=True, slots=True)
class NotCarried:
    """Something that has no counterpart here.

    Attributes:
        line: where it stands, from 1.
        source: as it stands there, shortened.
        field: what stands in its place.
        why: why it was not carried over.
    """

    line: int
    source: str
    field: str
    why: str


@dataclass(slots=True)
class Translation:
    """A translated template.

    Attributes:
        source: Jinja2.
        fields: which fields it reads.
        not_carried: what somebody has to rewrite.
    """

    source: str = ""
    fields: set[str] = field(default_factory=set)
    not_carried: list[NotCarried] = field(default_factory=list)


class _UnknownError(Exception):
    """An expression that has no counterpart."""


@dataclass(slots=True)
class _Tag:
    content: str
    source: str
    line: int
    before: bool
    after: bool


_Piece: TypeAlias = str | _Tag


def translate(
    source: str, name_of: NameOf, stand_ins: Mapping[str, str] | None = None, *, first: int = 1
) -> Translation:
    """Translate a template.

    Args:
        source: Handlebars.
        name_of: names the fields.
        stand_ins: what a variable prints where a recipient has none, by variable (Pinpoint's ``DefaultSubstitutions``).
        first: number of the first field that stands for what is not carried over.
    """
    return _Translator(name_of, stand_ins or {}, first).run(list(_pieces(source)))


def _pieces(source: str) -> Iterator[_Piece]:
    end = 0
    for found in _TAG.finditer(source):
        yield source[end : found.start()]
        end = found.end()
        text = found[0]
        if found["escape"]:
            yield text[1:]
            continue
        line = source.count("\n", 0, found.start()) + 1
        before, after = text.lstrip("{").startswith("~"), text.rstrip("}").endswith("~")
        content = found["triple"] if found["triple"] is not None else found["plain"]
        if content is None:
            yield _Tag("!", text, line, before, after)  # a comment with dashes
        else:
            mark = "&" if found["triple"] is not None else ""
            yield _Tag(mark + content.strip().strip("~").strip(), text, line, before, after)
    yield source[end:]


class _Translator:
    """Reads the pieces in order; blocks call themselves."""

    def __init__(self, name_of: NameOf, stand_ins: Mapping[str, str], first: int) -> None:
        self._name_of = name_of
        self._stand_ins = stand_ins
        self._number = first
        self._pieces: list[_Piece] = []
        self._place = 0
        self.result = Translation()

    def run(self, pieces: list[_Piece]) -> Translation:
        """Translate everything."""
        self._pieces = pieces
        written: list[str] = []
        while self._place < len(pieces):
            written.append(self._body())
            if self._place < len(pieces):  # an end or an else without its beginning
                tag = self._take()
                written.append(self._lost(tag, "there is no block that this belongs to"))
        self.result.source = "".join(written)
        return self.result

    def _body(self) -> str:
        """Translate up to the end of the block, or of everything."""
        written: list[str] = []
        while self._place < len(self._pieces):
            piece = self._pieces[self._place]
            if isinstance(piece, str):
                written.append(_literal_text(piece))
                self._place += 1
            elif piece.content.startswith("/") or _is_else(piece.content):
                break
            else:
                self._place += 1
                written.append(self._tag(piece))
        return "".join(written)

    def _take(self) -> _Tag:
        tag = self._pieces[self._place]
        assert isinstance(tag, _Tag)  # noqa: S101 - bodies end at tags only
        self._place += 1
        return tag

    def _tag(self, tag: _Tag) -> str:
        if tag.content.startswith("!"):
            return ""
        if tag.content.startswith(("#", "^")):
            return self._block(tag)
        if tag.content.startswith((">", "*", "{")):
            return self._lost(tag, "partials and raw blocks do not exist here")
        try:
            return self._dashed(tag, "{{", f"{{{{ {self._printed(tag.content.lstrip('&').strip())} }}}}")
        except _UnknownError as error:
            return self._lost(tag, str(error))

    def _block(self, tag: _Tag) -> str:
        name, _, rest = tag.content[1:].strip().partition(" ")
        start, known = self._place, len(self.result.not_carried)
        number = self._number
        try:
            condition = (
                self._condition(name, rest) if tag.content[0] == "#" else self._negated(self._test(f"{name} {rest}"))
            )
        except _UnknownError as error:
            condition, why = None, str(error)
        else:
            why = ""
        otherwise = False
        branches = [self._dashed(tag, "{%", f"{{% if {condition} %}}"), self._body()]
        while self._place < len(self._pieces):
            tail = self._take()
            if tail.content.startswith("/"):
                ends = tail.content[1:].strip()
                if ends != name:
                    why = why or f"it ends with {ends}"
                branches.append(self._dashed(tail, "{%", "{% endif %}"))
                break
            if otherwise:
                why = why or "something follows its else"
            otherwise = _is_plain_else(tail.content)
            try:
                branches.append(self._branch(tail))
            except _UnknownError as error:
                why = why or str(error)
            branches.append(self._body())
        else:
            why = why or "it has no end"
        if condition is None or why:
            # The whole block goes: what stands in it makes no sense without it.
            del self.result.not_carried[known:]
            self._number = number
            inside = "".join(one if isinstance(one, str) else one.source for one in self._pieces[start : self._place])
            return self._lost(tag, why, tag.source + inside)
        return "".join(branches)

    def _branch(self, tag: _Tag) -> str:
        if _is_plain_else(tag.content):
            return self._dashed(tag, "{%", "{% else %}")
        name, _, rest = tag.content.removeprefix("else").strip().partition(" ")
        return self._dashed(tag, "{%", f"{{% elif {self._condition(name, rest)} %}}")

    def _condition(self, name: str, rest: str) -> str:
        if name == "if":
            return self._test(rest)
        if name == "unless":
            return self._negated(self._test(rest))
        if name in _COMPARISONS or name in {"and", "or", "not"}:
            return self._test(f"({name} {rest})")
        raise _UnknownError(
            "fields are plain texts: there is nothing to walk or to go into"
            if name in {"each", "with"}
            else f"there is no block {name}"
        )

    @staticmethod
    def _negated(condition: str) -> str:
        return f"not ({condition})"

    def _test(self, text: str) -> str:
        """Translate what is true or false."""
        value, rest = self._value(list(_words(text)))
        if rest:
            raise _UnknownError(f"{text!r} is more than one value")
        return value

    def _printed(self, text: str) -> str:
        words = list(_words(text))
        if len(words) > 1 and words[0][0] == "path":
            words = [("open", "("), *words, ("close", ")")]  # a helper with what it is given
        value, rest = self._value(words)
        if rest:
            raise _UnknownError(f"{text!r} is more than one value")
        if value in _LITERALS.values() or value.startswith(("(", "not ")):
            raise _UnknownError("it prints true or false")
        return value

    def _value(self, words: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
        """Translate the first value; return it with the words behind it."""
        if not words:
            raise _UnknownError("a value is missing")
        (kind, word), rest = words[0], words[1:]
        if kind == "string":
            return _quoted(re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL)), rest
        if kind == "number":
            return _quoted(word), rest  # fields are texts, so they are compared as texts
        if kind == "open":
            return self._helper(rest)
        if kind != "path":
            raise _UnknownError(f"{word!r} is not understood")
        if word in _NOTHING:
            return "''", rest
        return (_LITERALS[word] if word in _LITERALS else self._variable(word)), rest

    def _helper(self, words: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
        if not words or words[0][0] != "path":
            raise _UnknownError("a helper's name is missing")
        name, rest = words[0][1], words[1:]
        given: list[str] = []
        while rest and rest[0][0] != "close":
            value, rest = self._value(rest)
            given.append(value)
        if not rest:
            raise _UnknownError("a bracket is not closed")
        return self._called(name, given), rest[1:]

    def _called(self, name: str, given: list[str]) -> str:
        match name, given:
            case ("not", [value]):
                return f"(not {value})"
            case ("and" | "or", [_, _, *_]):
                return f"({f' {name} '.join(given)})"
            case (_, [left, right]) if name in _NUMERIC:
                return f"({left}|float {_COMPARISONS[name]} {right}|float)"
            case (_, [left, right]) if name in _COMPARISONS:
                return f"({left} {_COMPARISONS[name]} {right})"
            case (_, [value]) if name in _FILTERS:
                return f"{value}|{_FILTERS[name]}"
            case ("replace", [value, old, new]):
                return f"{value}|replace({old}, {new})"
        raise _UnknownError(f"there is no helper {name} with {len(given)} values")

    def _variable(self, path: str) -> str:
        plain = re.sub(r"\.\[0\]", "", path)
        name = None if re.search(r"[@/\[\]]|^this\b|\.\.", plain) else self._name_of(plain)
        if name is None:
            raise _UnknownError(f"there is no field for {path}")
        self.result.fields.add(name)
        stand_in = self._stand_ins.get(plain, self._stand_ins.get(path, ""))
        return f"{name}|default({_quoted(stand_in)})"

    def _lost(self, tag: _Tag, why: str, source: str | None = None) -> str:
        name = f"carry_over_{self._number}"
        self._number += 1
        shown = " ".join((source or tag.source).split())
        self.result.not_carried.append(NotCarried(tag.line, shown[:200], name, why))
        return f"{{{{ {name} }}}}"

    @staticmethod
    def _dashed(tag: _Tag, opening: str, written: str) -> str:
        """Carry ``~`` over, which takes away the white space beside the tag."""
        if tag.before:
            written = written.replace(opening, opening + "-", 1)
        return f"{written[:-2]}-{written[-2:]}" if tag.after else written


def _is_else(content: str) -> bool:
    return content == "^" or re.match(r"else\b", content) is not None


def _is_plain_else(content: str) -> bool:
    return content in {"^", "else"}


def _words(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text.rstrip()):
        found = _WORD.match(text, place)
        if found is None:
            raise _UnknownError(f"{text[place:].strip()[:40]!r} is not understood")
        place = found.end()
        if found.lastgroup == "option":
            raise _UnknownError("named values are not understood")
        yield str(found.lastgroup), found[str(found.lastgroup)]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def _literal_text(text: str) -> str:
    """Keep what Jinja2 would take for its own signs."""
    return re.sub(r"\{(?=[{%#])|\{$", "{{ '{' }}", text)
