"""Puts a mark in the place of each piece of Jinja2, so that what stands around it can be read as HTML or text."""

import re
from dataclasses import dataclass
from enum import StrEnum

from jinja2.sandbox import SandboxedEnvironment

_LEXER = SandboxedEnvironment(cache_size=0, keep_trailing_newline=True)

# Neither character occurs in readable text; control characters of the source are turned into spaces.
_MARK = "\x02{}\x03"
MARKED = re.compile("\x02([0-9]+)\x03")
"""A mark; its group is the number of the piece."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_OPENING = frozenset({"if", "for"})
_CLOSING = frozenset({"endif", "endfor"})


class PieceKind(StrEnum):
    """What a piece of Jinja2 is."""

    EXPRESSION = "expression"
    STATEMENT = "statement"
    OTHER = "other"
    """A comment, or the beginning or end of raw text: it prints nothing and decides nothing."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of Jinja2, from its opening to its closing sign.

    Attributes:
        keyword: first word of a statement.
    """

    kind: PieceKind
    source: str
    keyword: str = ""

    @property
    def depth(self) -> int:
        """Return by how many levels of statements what follows is deeper."""
        return (self.keyword in _OPENING) - (self.keyword in _CLOSING)


@dataclass(frozen=True, slots=True)
class Marked:
    """A source whose pieces of Jinja2 are marks."""

    text: str
    pieces: tuple[Piece, ...]

    def restore(self, text: str) -> str:
        """Put the pieces back in the place of their marks."""
        return MARKED.sub(lambda mark: self.pieces[int(mark[1])].source, text)

    def line(self, offset: int) -> int:
        """Return the line of the source, from 1, that a place in the marked text stands in."""
        return self.restore(self.text[:offset]).count("\n") + 1

    def without(self, *kinds: PieceKind) -> str:
        """Return the marked text without the marks of some kinds."""
        return MARKED.sub(lambda mark: "" if self.pieces[int(mark[1])].kind in kinds else mark[0], self.text)


def mark(source: str) -> Marked:
    """Put a mark in the place of each piece of Jinja2.

    Raises:
        TemplateSyntaxError: a piece is not closed.
    """
    texts: list[str] = []
    pieces: list[Piece] = []
    current: list[str] = []
    keyword = ""

    def end(kind: PieceKind) -> None:
        texts.append(_MARK.format(len(pieces)))
        pieces.append(Piece(kind, "".join(current), keyword))
        current.clear()

    for _, token, value in _LEXER.lex(source):
        if token == "data":  # noqa: S105  # a kind of token, no secret
            texts.append(_CONTROL.sub(" ", value))
            continue
        current.append(value)
        if token == "block_begin":  # noqa: S105  # as above
            keyword = ""
        elif token == "name" and not keyword:  # noqa: S105  # as above
            keyword = value
        elif token == "variable_end":  # noqa: S105  # as above
            keyword = ""
            end(PieceKind.EXPRESSION)
        elif token == "block_end":  # noqa: S105  # as above
            end(PieceKind.STATEMENT)
        elif token in {"comment_end", "raw_begin", "raw_end"}:
            keyword = ""
            end(PieceKind.OTHER)
    return Marked("".join(texts), tuple(pieces))
