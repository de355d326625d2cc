"""What the mails of one call have in common is told once, in a template; what differs stands in its placeholders.

A template of SES knows ``{{name}}``, which it replaces by a value as it is. Whatever comes out is to the character what
went in, whichever pieces are found to be common: only how much is repeated depends on that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

_WORTH = 24
"""Characters from which common text between two values is not repeated with them; naming one more value takes 14."""

_JOINS_NEXT = "{\\"
"""What a template's reader might take together with a placeholder that follows it."""

_JOINS_LAST = "}"
"""The same of one that it follows."""

Pieces = Sequence[str]


@dataclass(frozen=True, slots=True)
class SharedContent:
    """One part of several mails.

    Attributes:
        template: text with placeholders.
        values: what stands in them, for each mail by name.
    """

    template: str
    values: list[dict[str, str]]


def share(name: str, mails: Sequence[Pieces]) -> SharedContent:
    """Find what texts have in common.

    Args:
        name: begins the names of placeholders: letters.
        mails: of each mail the text in pieces, best as its template makes them; without ``{{``.
    """
    segments = _segments(_aligned(mails))
    template: list[str] = []
    values: list[dict[str, str]] = [{} for _ in mails]
    for place, segment in enumerate(segments):
        if isinstance(segment, str):
            template.append(segment)
            continue
        begin = end = ""
        if place and isinstance(before := segments[place - 1], str):
            template[-1] = before.rstrip(_JOINS_NEXT)
            begin = before[len(template[-1]) :]
        if place + 1 < len(segments) and isinstance(after := segments[place + 1], str):
            segments[place + 1] = after.lstrip(_JOINS_LAST)
            end = after[: len(after) - len(segments[place + 1])]
        own = f"{name}{place}"
        template.append(f"{{{{{own}}}}}")
        for of_mail, value in zip(values, segment, strict=True):
            of_mail[own] = begin + value + end if begin or end else value
    return SharedContent("".join(template), values)


def _segments(mails: Sequence[Pieces]) -> list[str | list[str]]:
    """Return by turns what all mails have and what each has."""
    segments: list[str | list[str]] = []
    for common, group in groupby(zip(*mails, strict=True), _is_common):
        run = list(group)
        if common and len(text := "".join(column[0] for column in run)) >= _WORTH:
            segments.append(text)
            continue
        own = run[0] if len(run) == 1 else map("".join, zip(*run, strict=True))
        if segments and not isinstance(last := segments[-1], str):
            segments[-1] = [first + second for first, second in zip(last, own, strict=True)]
        else:
            segments.append(list(own))
    return segments


def _is_common(column: Sequence[str]) -> bool:
    return column.count(column[0]) == len(column)


def _aligned(mails: Sequence[Pieces]) -> Sequence[Pieces]:
    """Make as many pieces of each mail: where a template made more for some, the middle of each is one.

    What the pieces have in common from the front on goes as far as it can, then what they have from the back on.
    """
    least = min(map(len, mails))
    if least == max(map(len, mails)):
        return mails
    front = _last_common([mail[:least] for mail in mails])
    back = _last_common([mail[len(mail) - least + front :][::-1] for mail in mails])
    return [[*mail[:front], "".join(mail[front : len(mail) - back]), *mail[len(mail) - back :]] for mail in mails]


def _last_common(mails: Sequence[Pieces]) -> int:
    """Return up to which column there is a common one."""
    return max((place for place, column in enumerate(zip(*mails, strict=True), 1) if _is_common(column)), default=0)
