"""Makes a plain-text template out of an HTML template, Jinja2 expressions kept as they are."""

import re
from collections import Counter

from chalicelib.templates.html_reading import HtmlReader
from chalicelib.templates.links import LinkPart, link_parts
from chalicelib.templates.marking import MARKED, Marked, PieceKind, mark

# A line or a paragraph ends here, unless it has just ended.
_LINE, _PARAGRAPH = "\x04", "\x05"
_GAPS = re.compile(f"[ \n{_LINE}{_PARAGRAPH}]+")

# Preheaders are padded with these so that a client shows nothing else beside them.
_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200f\u2060\ufeff]")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_TRIMS = frozenset("-+")
_ENCODED = re.compile(r"\|\s*urlencode\s*$")

_SKIPPED = frozenset({"head", "style", "script", "title", "template", "svg", "object", "noscript"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "hr", "dl"})
_BLOCKS = frozenset(
    {"div", "li", "tr", "section", "article", "header", "footer", "main", "address", "center", "dt", "dd", "form"}
)


def text_template(html: str) -> str:
    """Return plain text that says what the HTML says; a source for a text template.

    Headings and paragraphs stand apart, lists are marked, links are written as ``text (address)``, pictures as their
    ``alt``. What is hidden (preheaders), styles, scripts and comments are left out.

    Raises:
        TemplateSyntaxError: an expression of the source is not closed.
        UnreadableHtmlError: a tag of the source is not closed.
    """
    marked = mark(html)
    reader = _Reader(marked)
    reader.read(marked.without(PieceKind.OTHER))
    # Braces that are no expression in the HTML must not become one in the text.
    text = re.sub("\\{(?=[{%#\x02])", "{{ '{' }}", reader.text())
    return MARKED.sub(lambda found: reader.source(int(found[1])), text)


class _Reader(HtmlReader):
    """Collects the text of a page line by line."""

    def __init__(self, marked: Marked) -> None:
        super().__init__()
        self._marked = marked
        self._in_queries: set[int] = set()
        self._pieces: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._opened: Counter[str] = Counter()
        self._link: tuple[str, int] | None = None
        self._lists: list[int | None] = []
        self._layout_tables: list[bool] = []

    def source(self, number: int) -> str:
        """Return what stands for a mark in the text; a value in the query of a link is encoded as in the HTML."""
        piece = self._marked.pieces[number].source.strip()
        expression = piece.removeprefix("{{").removesuffix("}}")
        expression = expression[expression[:1] in _TRIMS : len(expression) - (expression[-1:] in _TRIMS)].strip()
        if number not in self._in_queries or _ENCODED.search(expression):
            return piece
        return f"{{{{ ({expression})|urlencode }}}}"

    @property
    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        values = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            hides = tag in _SKIPPED or "hidden" in values or bool(_HIDING.search(values.get("style", "")))
            self._open.append((tag, self._hidden or hides))
            self._opened[tag] += 1
        if self._hidden:
            return
        self._break(tag)
        if tag == "a":
            self._close_link()
            self._link = (values.get("href", "").strip(), len(self._pieces))
        elif tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "table":
            self._layout_tables.append(values.get("role") == "presentation")
        self._pieces.append(self._sign(tag, values))

    def _sign(self, tag: str, values: dict[str, str]) -> str:
        """Return what stands for the beginning of an element."""
        if tag == "li":
            return self._bullet()
        if tag in {"td", "th"}:
            return _LINE if self._layout_tables and self._layout_tables[-1] else "  "
        if tag == "img":
            return _one_space(values.get("alt", ""))
        return {"br": "\n", "hr": "---" + _PARAGRAPH}.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of this name; what stands open in it is closed too."""
        if not self._opened[tag]:
            return
        hidden = self._hidden
        closed = ""
        while closed != tag:
            closed, _ = self._open.pop()
            self._opened[closed] -= 1
        if hidden:
            return
        if tag == "a":
            self._close_link()
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "table" and self._layout_tables:
            self._layout_tables.pop()
        self._break(tag)

    def handle_data(self, data: str) -> None:
        """Take the text; of hidden text only statements, because others may depend on them."""
        if self._hidden:
            self._keep_statements(data)
        else:
            self._pieces.append(_INVISIBLE.sub("", data) if self._opened["pre"] else _one_space(data))

    def handle_comment(self, data: str) -> None:
        """Take the statements that stand in a comment of the HTML."""
        self._keep_statements(data)

    def text(self) -> str:
        """Return what was collected, without needless empty lines."""
        self._close_link()
        lines: list[str] = []
        for line in _GAPS.sub(_gap, "".join(self._pieces)).strip().split("\n"):
            # What a statement leaves out takes the empty line after it along.
            if line or (lines and lines[-1] and not self._only_statements(lines[-1])):
                lines.append(line)
        return "\n".join(lines) + "\n"

    def _only_statements(self, line: str) -> bool:
        return not MARKED.sub("", line).strip() and all(map(self._is_statement, MARKED.finditer(line)))

    def _keep_statements(self, data: str) -> None:
        self._pieces.extend(found[0] for found in MARKED.finditer(data) if self._is_statement(found))

    def _is_statement(self, found: re.Match[str]) -> bool:
        return self._marked.pieces[int(found[1])].kind is PieceKind.STATEMENT

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS and not (tag in {"ul", "ol"} and self._lists):
            self._pieces.append(_PARAGRAPH)
        elif tag in _BLOCKS or tag in {"ul", "ol"}:
            self._pieces.append(_LINE)

    def _bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    def _close_link(self) -> None:
        target, start = self._link or ("", 0)
        self._link = None
        words = "".join(self._pieces[start:]).strip() if target else ""
        parts = link_parts(self._marked, target)
        self._in_queries.update(number for number, part in parts.items() if part is LinkPart.QUERY)
        if target and not target.startswith("#") and words not in {target, target.removeprefix("mailto:")}:
            self._pieces.append(f" ({target})" if words else target)


def _gap(found: re.Match[str]) -> str:
    """Return what a run of spaces and ends comes to: one empty line at most."""
    gap = found[0]
    if _PARAGRAPH in gap or gap.count("\n") > 1:
        return "\n\n"
    return "\n" if _LINE in gap or "\n" in gap else gap


def _one_space(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\xa0]+", " ", _INVISIBLE.sub("", text))
