"""What is found in the HTML of a template before it may be used."""

from chalicelib.templates.html_reading import HtmlReader, UnreadableHtmlError
from chalicelib.templates.marking import PieceKind, mark
from chalicelib.templates.model import MAX_HTML_BYTES

GMAIL_CLIP_BYTES = 102_400
"""Gmail cuts a message off at about this size and hides what follows."""

_ACTIVE = {
    "script": "mail clients remove scripts",
    "iframe": "mail clients remove frames",
    "form": "many mail clients refuse forms; link to a page instead",
    "object": "mail clients remove embedded objects",
    "embed": "mail clients remove embedded objects",
}


def decode_html(body: bytes) -> str:
    """Return the HTML source.

    Raises:
        UnreadableHtmlError: it is too large, not UTF-8 or binary.
    """
    if len(body) > MAX_HTML_BYTES:
        raise UnreadableHtmlError(f"The file is larger than {MAX_HTML_BYTES:,} bytes.")
    try:
        html = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise UnreadableHtmlError(
            f"HTML, line {line}: byte {error.start + 1:,} is not UTF-8. Save the file with the encoding UTF-8."
        ) from None
    if "\0" in html:
        line = html.count("\n", 0, html.index("\0")) + 1
        raise UnreadableHtmlError(f"HTML, line {line}: the file contains a NUL character; it is no text file in UTF-8.")
    return html


class Page(HtmlReader):
    """What the HTML consists of; what stands in Jinja2, comments among it, is no HTML.

    Attributes:
        warnings: elements that mail clients drop, each kind once, with its first line.
        images: number of pictures.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.warnings: list[str] = []
        self.images = 0
        self._seen: set[str] = set()
        self._marked = mark(html)
        self.read(self._marked.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        del attrs
        self.images += tag == "img"
        if tag in _ACTIVE and tag not in self._seen:
            self._seen.add(tag)
            self.warnings.append(f"HTML, line {self._marked.line(self.place)}: `<{tag}>`: {_ACTIVE[tag]}.")


def warnings(html: str, sent: str, text: str, variables: tuple[str, ...]) -> list[str]:
    """Return what is worth knowing of a template that can be used.

    Args:
        html: the uploaded HTML.
        sent: what it has become: styles in the elements, the preheader in place.
        text: source of the plain-text part.
        variables: fields that are read.
    """
    found = Page(html).warnings
    size = len(_without_comments(sent).encode())
    if size > GMAIL_CLIP_BYTES:
        found.append(f"The HTML is sent with {size:,} bytes; Gmail cuts messages off at about {GMAIL_CLIP_BYTES:,}.")
    if "unsubscribe_url" not in variables:
        found.append("Nothing links to `{{ unsubscribe_url }}`: bulk mail needs a visible way to unsubscribe.")
    else:
        found.extend(
            f"The {part} has no link to `{{{{ unsubscribe_url }}}}`."
            for part, source in (("HTML", html), ("plain text", text))
            if "unsubscribe_url" not in _without_comments(source)
        )
    return found


def _without_comments(source: str) -> str:
    """Leave out what no message has: an author's notes, or what an editor keeps in the source for the next time."""
    marked = mark(source)
    return marked.restore(marked.without(PieceKind.OTHER))
