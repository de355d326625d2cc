"""The filters that templates may use; each gives a bounded result for bounded input, and none gives markup.

A text value is charged to the render's `Meter`, so that no chain of filters and assignments can grow without end.
No filter returns `Markup`: whatever an HTML template prints is therefore escaped, filtered or not.
"""

import math
import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from jinja2 import Undefined, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import do_title
from jinja2.runtime import Context

MAX_VALUE_CHARACTERS = 65_536
"""Longest text that one expression may make."""

MAX_WORK_CHARACTERS = 4_194_304
"""Characters that all filters and joins of one render may make together."""

MAX_RENDER_SECONDS = 0.5
"""Processor time of the thread that one render may take, and twice that at the latest ends it: nobody looks before so
much time has passed. An ordinary one takes a few thousandths of it."""

MAX_NUMBER = 10**15
"""Largest magnitude of a number; below it, floats are exact to the thousandth."""

METER = " meter"
"""Name of the meter in a render's context; the space keeps templates from reading it."""

_MAX_DIGITS = 15

TICKS_BETWEEN_LOOKS = 16
"""Steps of a render after which the clock is looked at: a look costs as much as some of them."""


class Meter:
    """What one render may still make."""

    __slots__ = ("_ends", "_left", "_ticks", "_unwatched")

    def __init__(self) -> None:
        self._left = MAX_WORK_CHARACTERS
        self._ticks = 0
        # A thread takes no more processor time than passes, and the time that passes is had without a system call.
        self._unwatched = time.monotonic() + MAX_RENDER_SECONDS
        self._ends: float | None = None

    def tick(self, times: int = 1) -> None:
        """Look at the clock whenever 16 ticks have come together.

        Raises:
            SecurityError: the render has taken too long.
        """
        self._ticks += times
        if self._ticks < TICKS_BETWEEN_LOOKS:
            return
        self._ticks = 0
        if time.monotonic() < self._unwatched:
            return
        # The thread's own time: a worker that waits for the others, or is frozen, must not fail its message.
        used = time.thread_time()
        if self._ends is None:
            self._ends = used + MAX_RENDER_SECONDS
        if used >= self._ends:
            raise SecurityError(f"rendering took longer than {MAX_RENDER_SECONDS:g} s of processor time")

    def charge(self, characters: int) -> None:
        """Account for a text before it is made.

        Raises:
            SecurityError: it is too long, or the render made too much already.
        """
        if characters > MAX_VALUE_CHARACTERS:
            raise SecurityError(f"a text grew beyond {MAX_VALUE_CHARACTERS:,} characters")
        self.tick()
        self._left -= characters
        if self._left < 0:
            raise SecurityError(f"filters made more than {MAX_WORK_CHARACTERS:,} characters in one message")


def join_texts(context: Context, *values: Any) -> str:
    """Join values as texts; stands in for ``a ~ b``."""
    texts = [str(value) for value in values]
    context.parent[METER].charge(sum(map(len, texts)))
    return "".join(texts)


def tick(context: Context, value: None) -> None:
    """Look at the clock; stands before statements."""
    del value
    context.parent[METER].tick()


def as_number(value: object) -> float | int:
    """Return the number.

    Raises:
        SecurityError: it is none, or too large.
    """
    if isinstance(value, Undefined):
        str(value)  # says which field is missing
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SecurityError("arithmetic needs numbers: turn a field into one with |int or |float")
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise SecurityError(f"a number is beyond {MAX_NUMBER:,}")
    return value


def text_filter(change: Callable[..., str], growth: int = 1) -> Callable[..., str]:
    """Make a filter of a function of texts whose result has at most ``growth`` times the characters."""

    def apply(context: Context, value: object, *args: Any, **options: Any) -> str:
        text = str(value)
        meter = context.parent[METER]
        meter.charge(len(text))
        result = change(text, *args, **options)
        if growth > 1:
            meter.charge(len(result))
        return result

    return pass_context(apply)


def _replace(context: Context, value: object, old: str, new: str) -> str:
    text, old, new = str(value), str(old), str(new)
    meter = context.parent[METER]
    meter.charge(len(text))
    meter.charge(len(text) + text.count(old) * max(0, len(new) - len(old)))
    return text.replace(old, new)


def _truncate(text: str, length: int = 255, end: str = "…") -> str:
    if len(text) <= length:
        return text
    head = text[: max(0, int(length) - len(end))]
    return head.rpartition(" ")[0].rstrip() + end if " " in head else head + end


def _default(value: object, default_value: object = "", boolean: object = None) -> object:
    del boolean  # stock Jinja's switch for what is always so here
    return default_value if isinstance(value, Undefined) or value is None or value == "" else value


def _float(value: object, default: float = 0.0) -> float:
    if isinstance(value, Undefined):
        str(value)
    try:
        number = float(str(value)[:64])
    except ValueError:
        return default
    return number if math.isfinite(number) and abs(number) <= MAX_NUMBER else default


def _int(value: object, default: int = 0) -> int:
    text = str(value).strip()
    if re.fullmatch(r"[+-]?[0-9]{1,15}", text):
        return int(text)
    number = _float(text, math.nan)
    return default if math.isnan(number) else int(number)


def _round(value: object, precision: int = 0, method: str = "common") -> float | int:
    number = as_number(value)
    digits = max(-_MAX_DIGITS, min(_MAX_DIGITS, int(precision)))
    if method == "common":
        return round(number, digits)
    if method not in {"ceil", "floor"}:
        raise SecurityError("round knows the methods 'common', 'ceil' and 'floor'")
    factor = 10.0**digits
    return (math.ceil if method == "ceil" else math.floor)(number * factor) / factor


def _length(value: object) -> int:
    return len(str(value))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "capitalize": text_filter(str.capitalize, 3),
    "count": _length,
    "d": _default,
    "default": _default,
    "e": text_filter(str),
    "escape": text_filter(str),
    "first": text_filter(lambda text: text[:1]),
    "float": _float,
    "int": _int,
    "last": text_filter(lambda text: text[-1:]),
    "length": _length,
    "lower": text_filter(str.lower, 3),
    "replace": pass_context(_replace),
    "round": _round,
    "title": text_filter(do_title, 3),
    "trim": text_filter(lambda text: text.strip()),
    "truncate": text_filter(_truncate, 2),
    "upper": text_filter(str.upper, 3),
    "urlencode": text_filter(lambda text: quote(text, safe="", errors="replace"), 12),
}
"""Filters by name. ``default`` also stands in for an empty text, because an empty cell of a file is no value;
``escape`` changes nothing, because HTML is escaped when it is printed and plain text must not be."""
