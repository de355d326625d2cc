"""Where the expressions of an HTML template stand: values in links are percent-encoded, unsafe places are refused.

Escaping makes a value safe in text and between quotation marks, and nowhere else. In a link a value also must not
choose the scheme (``javascript:``), nor add parameters or another host to the address that the author wrote.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from urllib.parse import quote

from jinja2.exceptions import SecurityError

from chalicelib.templates.grammar import Finding
from chalicelib.templates.html_reading import HtmlReader, UnreadableHtmlError, attributes
from chalicelib.templates.marking import MARKED, Marked, PieceKind, mark

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""What a recipient's value may begin with where it is the beginning of a link."""

LINK_ATTRIBUTES = frozenset(
    {"href", "src", "background", "action", "formaction", "poster", "cite", "longdesc", "data", "xlink:href"}
)
"""Attributes whose value is an address."""

_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/]*", re.IGNORECASE)
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9_.~!#$&'()*+,/:;=?@\[\]-]*")
_END_OF_SCHEME = re.compile(r"[/?#]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IN_A_NAME = re.compile("</?\x02")
_ENOUGH = 2_048  # characters of an address that tell which part of it follows
_UNQUOTED = 'put the value in quotation marks: `{name}="..."`'
_OUTSIDE = "inside a tag, an expression can only stand in the quoted value of an attribute"
_NAMED = "the name of a tag cannot be made by Jinja2"


class LinkPart(StrEnum):
    """Which part of an address an expression begins in."""

    WHOLE = "whole"
    AUTHORITY = "authority"
    PATH = "path"
    QUERY = "query"


def _whole(text: str) -> str:
    """Encode an address; what is encoded already stays."""
    address = text.strip()
    if _PLAIN_ADDRESS.fullmatch(address):
        return address  # as what follows would make it: most are made by this platform
    scheme, colon, _ = _END_OF_SCHEME.split(address, maxsplit=1)[0].partition(":")
    if colon and scheme.lower() not in SCHEMES:
        raise SecurityError("a link begins with a field's value, and that with no http:, https:, mailto: or tel:")
    return quote(_STRAY_PERCENT.sub("%25", address), safe="%!#$&'()*+,/:;=?@[]~", errors="replace")


ENCODERS: Mapping[LinkPart, Callable[[str], str]] = {
    LinkPart.WHOLE: _whole,
    LinkPart.AUTHORITY: lambda text: quote(text.strip(), safe="/:[]~", errors="replace"),
    LinkPart.PATH: lambda text: quote(text, safe="!$&'()*+,/;=@~", errors="replace"),
    LinkPart.QUERY: lambda text: quote(text, safe="~", errors="replace"),
}
"""How a value is encoded in each part of an address (RFC 3986, 2 and 3)."""


def link_places(source: str) -> tuple[dict[int, LinkPart], tuple[Finding, ...]]:
    """Return which expressions stand in links, by their number from 0, and those that stand where none may.

    Raises:
        TemplateSyntaxError: a piece of Jinja2 is not closed.
        UnreadableHtmlError: a tag is not closed.
    """
    marked = mark(source)
    reader = _Reader(marked)
    reader.read(marked.text)
    for found in _IN_A_NAME.finditer(marked.text):
        reader.find(found.start(), _NAMED)
    expressions = [n for n, piece in enumerate(marked.pieces) if piece.kind is PieceKind.EXPRESSION]
    places = {number: reader.parts[n] for number, n in enumerate(expressions) if n in reader.parts}
    return places, tuple(reader.findings)


class _Reader(HtmlReader):
    """Looks at the attributes that hold marks.

    Attributes:
        parts: parts of addresses by the number of the piece.
    """

    def __init__(self, marked: Marked, base: int = 0) -> None:
        super().__init__()
        self.parts: dict[int, LinkPart] = {}
        self.findings: list[Finding] = []
        self._marked = marked
        self._base = base

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        del tag, attrs
        written = self.get_starttag_text() or ""
        outside = {found.start(): found for found in MARKED.finditer(written)}
        if not outside:
            return
        for one in attributes(written):
            marks = [at for at in outside if one.start <= at < one.start + len(one.value)]
            inside = [outside.pop(at) for at in marks]
            if not one.quote and any(map(self._prints, inside)):
                self.find(self.place, _UNQUOTED.format(name=one.name))
            if one.name in LINK_ATTRIBUTES:
                self.parts |= link_parts(self._marked, one.value)
        if any(map(self._prints, outside.values())):
            self.find(self.place, _OUTSIDE)

    def handle_comment(self, data: str) -> None:
        """Look into a comment: Outlook reads ``<!--[if mso]>``, and a statement may decide whether it is one."""
        inner = _Reader(self._marked, self._base + self.place + len("<!--"))
        try:
            inner.read(re.sub(r"^\s*\[if[^\]]*\]>|<!\[endif\]\s*$", lambda found: " " * len(found[0]), data))
        except UnreadableHtmlError:
            return  # prose with a `<`
        self.parts |= inner.parts
        self.findings += inner.findings

    def find(self, offset: int, detail: str) -> None:
        """Add a finding at a place of this page."""
        self.findings.append(Finding(self._marked.line(self._base + offset), detail))

    def _prints(self, found: re.Match[str]) -> bool:
        return self._marked.pieces[int(found[1])].kind is PieceKind.EXPRESSION


def link_parts(marked: Marked, address: str) -> dict[int, LinkPart]:
    """Return the part of a marked address that each expression in it begins in, by the number of its piece."""
    parts: dict[int, LinkPart] = {}
    before = ""
    begins: list[str] = []
    done = 0
    for found in MARKED.finditer(address):
        before = _shortened(before + address[done : found.start()])
        done = found.end()
        piece = marked.pieces[int(found[1])]
        if piece.kind is PieceKind.EXPRESSION:
            parts[int(found[1])] = _part(before)
            before += "x"
        elif piece.depth > 0:
            begins.append(before)
        elif piece.keyword in {"elif", "else"} and begins:
            before = begins[-1]  # each branch goes on where the statement began
        elif piece.depth < 0 and begins:
            begun = begins.pop()
            before = before or begun
    return parts


def _shortened(before: str) -> str:
    return "?" if "?" in before or "#" in before else before.lstrip()[:_ENOUGH]


def _part(before: str) -> LinkPart:
    if not before:
        return LinkPart.WHOLE
    if before == "?":
        return LinkPart.QUERY
    return LinkPart.AUTHORITY if _AUTHORITY.fullmatch(before) else LinkPart.PATH
