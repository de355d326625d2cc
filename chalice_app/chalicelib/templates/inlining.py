"""Writes the rules of a template's ``<style>`` into the ``style`` attributes of its elements.

Some mail programs drop ``<style>``. css-inline finds out which rule meets which element, on a copy that consists of
nothing but tags; the author's own HTML is kept as it is, character by character, apart from the attributes. So
conditional comments, Jinja2 between table rows and the like are not touched by an HTML parser.
"""

import html
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate

from chalicelib.templates.html_reading import HtmlReader, attributes, name_end
from chalicelib.templates.marking import MARKED, Marked, PieceKind, mark
from chalicelib.templates.ports import StyleInliner
from chalicelib.templates.stylesheet import sort_rules

MAX_ELEMENTS = 20_000
"""Elements of a page whose styles are written into it."""

MAX_DEPTH = 256
"""How deep its elements may stand inside each other; css-inline's parser ends the process some way beyond."""

MAX_NESTING = 500_000
"""Sum of the elements' depths."""

MAX_PRODUCT = 100_000_000
"""Characters of the rules, times elements: at most so many characters come out."""

MAX_DECLARATIONS = 3_000_000
"""Declarations of the rules, times elements: css-inline looks at each of them."""

MAX_INLINED_BYTES = 1_500_000
"""Largest page with its styles in place, preheader not counted."""

MAX_PROPERTIES = 300
"""Different properties: css-inline compares the ones of an element with each other."""

_NUMBER = "data-inline-number"
_PLAIN_CONTENT = frozenset({"title", "textarea"})
_NOT_COPIED = frozenset({"script", "link", "base", "meta", "style", *_PLAIN_CONTENT, "template", "noscript"})
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"})
_ENDED_BY_THE_NEXT = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "option"})
_PROPERTY = re.compile(r"(?<![-\w])[-\w]++(?=\s*:)")
_FOR_SCREENS = frozenset({"", "all", "screen"})


class _TooMuchError(Exception):
    """The styles of a page cannot be applied in bounded time and memory."""


@dataclass(frozen=True, slots=True)
class InlinedHtml:
    """HTML with the styles in place, and what the author should know of them."""

    html: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Element:
    """A start tag of the marked source."""

    offset: int
    tag: str


@dataclass(slots=True)
class _Style:
    """A ``<style>`` of the marked source.

    Attributes:
        varies: Jinja2 decides about it.
    """

    offset: int
    varies: bool
    media: str
    css: str = ""

    @property
    def applies(self) -> bool:
        """Tell whether its rules hold in each message."""
        return not self.varies and self.media in _FOR_SCREENS


def inline_styles(source: str, inliner: StyleInliner) -> InlinedHtml:
    """Write the rules of ``<style>`` into ``style`` attributes.

    A ``<style>`` that Jinja2 decides about stays as it is, as do elements whose classes do.

    Raises:
        TemplateSyntaxError: a piece of Jinja2 is not closed.
        UnreadableHtmlError: a tag is not closed.
    """
    marked = mark(source)
    if "<style" not in marked.text.lower():
        return InlinedHtml(source)
    copy = _Copy(marked)
    try:
        copy.read(marked.text)
        return _inlined(marked, copy, inliner)
    except _TooMuchError:
        return InlinedHtml(source, ("The HTML has too many styles and elements to write the ones into the others.",))


def _inlined(marked: Marked, copy: "_Copy", inliner: StyleInliner) -> InlinedHtml:
    fixed = all(piece.kind is not PieceKind.STATEMENT for piece in marked.pieces)
    sheets = [(style, sort_rules(style.css, fixed=fixed)) for style in copy.styles if style.applies]
    warnings = tuple(
        f"HTML, line {marked.line(style.offset)}: this `<style>` depends on the recipient's fields, so its rules "
        "were not written into `style` attributes."
        for style in copy.styles
        if not style.applies and style.varies
    )
    changes = [(style.offset, len(style.css), sheet.kept) for style, sheet in sheets]
    changes += _attributes(copy, "\n".join(sheet.plain for _, sheet in sheets), inliner)
    inlined = marked.restore(_changed(marked.text, changes))
    if len(inlined.encode()) > MAX_INLINED_BYTES:
        raise _TooMuchError
    return InlinedHtml(inlined, warnings)


def _attributes(copy: "_Copy", css: str, inliner: StyleInliner) -> list[tuple[int, int, str]]:
    """Return the changes of the start tags."""
    if not css:
        return []
    elements = len(copy.elements)
    declared = _PROPERTY.findall(css)
    if (
        len(css) * elements > MAX_PRODUCT
        or len(declared) * elements > MAX_DECLARATIONS
        or len(set(declared)) > MAX_PROPERTIES
    ):
        raise _TooMuchError
    styles = _Styles(inliner.inline(f"<style>{css}</style>{copy.html()}"))
    return [_with_style(copy.elements[number], style) for number, style in styles.by_number.items() if "{" not in style]


def _with_style(element: _Element, style: str) -> tuple[int, int, str]:
    """Put declarations before those that the element has: its own win."""
    css = html.escape(style.strip().rstrip(";"))
    own = next((one for one in attributes(element.tag) if one.name == "style" and one.start >= 0), None)
    if own is None:
        return element.offset + name_end(element.tag), 0, f' style="{css}"'
    if not own.quote:
        return element.offset + own.start, len(own.value), f'"{css};{own.value}"'
    return element.offset + own.start, 0, f"{css};"


def _changed(text: str, changes: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    done = 0
    for offset, length, new in sorted(changes):
        pieces += [text[done:offset], new]
        done = offset + length
    return "".join([*pieces, text[done:]])


class _Copy(HtmlReader):
    """Collects the tags of a page, numbered and properly nested, and its style sheets.

    Proper nesting keeps the parser of css-inline from repeating what stays open (HTML, "adoption agency").
    """

    def __init__(self, marked: Marked) -> None:
        super().__init__()
        self.elements: list[_Element] = []
        self.styles: list[_Style] = []
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._opened: Counter[str] = Counter()
        self._nesting = 0
        self._plain = ""
        self._in_style = False
        statements = [(found.start(), marked.pieces[int(found[1])].depth) for found in MARKED.finditer(marked.text)]
        self._places = [place for place, _ in statements]
        self._depths = [0, *accumulate(depth for _, depth in statements)]

    def html(self) -> str:
        """Return the copy."""
        return "".join([*self._pieces, *(f"</{tag}>" for tag in reversed(self._open))])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy a tag without its styles."""
        written = self.get_starttag_text() or ""
        if self._plain:
            return
        if tag in _PLAIN_CONTENT:
            self._plain = tag
        if tag == "style":
            self._begin_style(written, dict(attrs).get("media") or "")
        if tag in _NOT_COPIED or MARKED.search(tag):
            return
        copied = "".join(
            f' {name}="{html.escape(value or "")}"' for name, value in attrs if name not in {"style", _NUMBER}
        )
        if not _is_open(written):
            copied += f' {_NUMBER}="{len(self.elements)}"'
            self.elements.append(_Element(self.place, written))
        if tag in _ENDED_BY_THE_NEXT and self._open[-1:] == [tag]:
            self.handle_endtag(tag)
        self._pieces.append(f"<{tag}{copied}>")
        if tag not in _VOID:
            self._open.append(tag)
            self._opened[tag] += 1
        self._nesting += len(self._open)
        if len(self.elements) > MAX_ELEMENTS or len(self._open) > MAX_DEPTH or self._nesting > MAX_NESTING:
            raise _TooMuchError

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy a tag like ``<p/>``, which does not end the element."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Copy the end of an element."""
        self._in_style = False
        if self._plain:
            self._plain = "" if tag == self._plain else self._plain
            return
        closed = "" if self._opened[tag] else tag
        while closed != tag:
            closed = self._open.pop()
            self._opened[closed] -= 1
            self._pieces.append(f"</{closed}>")

    def handle_data(self, data: str) -> None:
        """Take the rules of a style sheet; of text it only matters that it is there."""
        if self._in_style:
            self.styles[-1].css += data
            self.styles[-1].varies |= bool(MARKED.search(data))
        elif data.strip():
            self._pieces.append(".")

    def _begin_style(self, written: str, media: str) -> None:
        inside = self._depths[bisect_right(self._places, self.place)] > 0
        varies = inside or bool(MARKED.search(written))
        self.styles.append(_Style(self.place + len(written), varies, media.strip().lower()))
        self._in_style = True


def _is_open(tag: str) -> bool:
    """Tell whether it depends on the message which rules meet an element."""
    values = {one.start: one for one in attributes(tag)}
    outside = list(MARKED.finditer(tag))
    for one in values.values():
        if one.name in {"class", "id"} and MARKED.search(one.value):
            return True
        outside = [found for found in outside if not one.start <= found.start() < one.start + len(one.value)]
    return bool(outside)


class _Styles(HTMLParser):
    """Reads the style of each numbered element."""

    def __init__(self, inlined: str) -> None:
        super().__init__(convert_charrefs=True)
        self.by_number: dict[int, str] = {}
        self.feed(inlined)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the style of one element."""
        del tag
        values = dict(attrs)
        if values.get("style") and values.get(_NUMBER):
            self.by_number.setdefault(int(values[_NUMBER] or ""), values["style"] or "")
