"""Sorts the rules of a style sheet: what can stand in an element's ``style``, and what must stay in ``<style>``.

What depends on the client (``@media``) or on the reader (``:hover``) stays. It would lose against the ``style``
attributes that the other rules become, so its declarations get ``!important``. Rules about what stands around an
element (``:first-child``, ``+``) become attributes only where the same elements stand in every message.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\\.|[{}()\[\];,]|<!--|-->""", re.DOTALL
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_QUOTED = re.compile(r"""/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\])*+\\?(?:"|\Z)|'(?:\\.|[^'\\])*+\\?(?:'|\Z)""", re.DOTALL)
_CONDITIONAL = re.compile(r"@(?:media|supports|container)\b", re.IGNORECASE)
_PSEUDO = re.compile(r"::?[-a-z]+", re.IGNORECASE)
_AROUND = re.compile(r"[+~]|:")
_STRUCTURE = frozenset(
    {
        *(":first-child", ":last-child", ":only-child", ":nth-child", ":nth-last-child", ":empty", ":root", ":not"),
        *(":first-of-type", ":last-of-type", ":only-of-type", ":nth-of-type", ":nth-last-of-type"),
    }
)
_INTERACTION = frozenset({":hover", ":active", ":focus", ":focus-within", ":focus-visible", ":checked", ":target"})
_IMPORTANT = re.compile(r"!\s*important\s*$", re.IGNORECASE)
_OPEN, _CLOSE = "([", ")]"
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """The rules of a style sheet.

    Attributes:
        plain: CSS of the rules that can become ``style`` attributes.
        kept: CSS for ``<style>``: all rules, those that depend on client or reader with ``!important``.
    """

    plain: str
    kept: str


def sort_rules(css: str, *, fixed: bool) -> StyleSheet:
    """Sort the rules of a style sheet without Jinja2 in it; broken ones stay as they are.

    Args:
        css: the text of a ``<style>``.
        fixed: no statement decides which elements a message has.
    """
    plain: list[str] = []
    kept: list[str] = []
    for head, block in _rules(css):
        if block is None:
            kept.append(head)
        elif _bare(head).startswith("@"):
            kept.append(f"{head}{{{_insistent_rules(block, 1) if _CONDITIONAL.match(_bare(head)) else block}}}")
        elif "{" in _QUOTED.sub("", block):
            kept.append(f"{head}{{{block}}}")  # nested rules: css-inline cannot tell them from declarations
        else:
            still, insistent = _selectors(head, fixed=fixed)
            if still:
                plain.append(f"{','.join(still)}{{{block}}}")
            kept.append(f"{head}{{{block}}}")
            if insistent:
                kept.append(f"{','.join(insistent)}{{{_insistent(block)}}}")
    return StyleSheet("\n".join(plain), "".join(kept))


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield what stands before each block, and the block; None for what has no block."""
    start, depth, opened = 0, 0, -1
    brackets = 0
    for token in _TOKEN.finditer(css):
        sign = token[0]
        if sign in _OPEN:
            brackets += 1
        elif sign in _CLOSE:
            brackets = max(0, brackets - 1)
        elif sign == "{":
            brackets = 0
            if not depth:
                opened = token.start()
            depth += 1
        elif sign == "}":
            brackets = 0
            depth = max(0, depth - 1)
            if not depth and opened >= 0:
                yield css[start:opened], css[opened + 1 : token.start()]
                start, opened = token.end(), -1
        elif sign == ";" and not depth and not brackets:
            yield css[start : token.end()], None
            start = token.end()
    if css[start:]:
        yield css[start:], None


def _split(text: str, sign: str) -> Iterator[str]:
    """Split at a sign, but not inside of strings, comments and brackets."""
    start = brackets = 0
    for token in _TOKEN.finditer(text):
        if token[0] in _OPEN:
            brackets += 1
        elif token[0] in _CLOSE:
            brackets = max(0, brackets - 1)
        elif token[0] == sign and not brackets:
            yield text[start : token.start()]
            start = token.end()
    yield text[start:]


def _selectors(head: str, *, fixed: bool) -> tuple[list[str], list[str]]:
    """Return the selectors that css-inline can apply, and those that must win over what it applied."""
    still: list[str] = []
    insistent: list[str] = []
    for part in _split(_bare(head), ","):
        words = _QUOTED.sub("", part)
        pseudo = {name.lower() for name in _PSEUDO.findall(words)}
        if pseudo & _INTERACTION:
            insistent.append(part.strip())
        elif pseudo <= _STRUCTURE and (fixed or not _AROUND.search(words)):
            still.append(part.strip())
    return still, insistent


def _bare(head: str) -> str:
    return _COMMENT.sub(" ", head).strip()


def _insistent_rules(css: str, depth: int) -> str:
    """Give the declarations of all rules ``!important``."""
    made: list[str] = []
    for head, block in _rules(css):
        bare = _bare(head)
        if block is None:
            made.append(head)
        elif _CONDITIONAL.match(bare) and depth < _MAX_DEPTH:
            made.append(f"{head}{{{_insistent_rules(block, depth + 1)}}}")
        elif bare.startswith("@") or "{" in _QUOTED.sub("", block):
            made.append(f"{head}{{{block}}}")
        else:
            made.append(f"{head}{{{_insistent(block)}}}")
    return "".join(made)


def _insistent(block: str) -> str:
    return ";".join(
        f"{declaration.rstrip()} !important" if _is_weak(declaration) else declaration
        for declaration in _split(block, ";")
    )


def _is_weak(declaration: str) -> bool:
    bare = _COMMENT.sub(" ", declaration).strip()
    return ":" in bare and not _IMPORTANT.search(bare)
