"""Which fields must not be empty: those that a template reads without a stand-in and without asking."""

import re
from collections.abc import Iterator

from chalicelib.sending.model import SendOrder
from chalicelib.templates.marking import PieceKind, mark
from chalicelib.templates.model import PROVIDED_FIELDS, TemplateVersion

_NAME = re.compile(r"[^\W\d]\w*")
_INLINE_CONDITION = re.compile(r"\bif\b(.*)", re.DOTALL)


def fields_to_fill(template: TemplateVersion, order: SendOrder) -> tuple[str, ...]:
    """Return the fields that leave a gap in the mail where they are empty.

    A field that stands in a condition is none of them: the template says itself what it does without a value.
    """
    headers = (source for _, source in order.headers)
    asked = {name for source in (order.subject, order.html, order.text, *headers) for name in _asked_for(source)}
    return tuple(name for name in template.required if name not in asked | PROVIDED_FIELDS)


def _asked_for(source: str) -> Iterator[str]:
    for piece in mark(source).pieces:
        if piece.kind is PieceKind.STATEMENT and piece.keyword in {"if", "elif"}:
            yield from _NAME.findall(piece.source)
        elif piece.kind is PieceKind.EXPRESSION:
            for condition in _INLINE_CONDITION.findall(piece.source):
                yield from _NAME.findall(condition)
