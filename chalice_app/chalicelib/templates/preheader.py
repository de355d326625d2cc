"""The preheader: a line that mail programs show beside the subject in the list of messages."""

import html

from chalicelib.templates.headers import printable_line
from chalicelib.templates.html_reading import HtmlReader
from chalicelib.templates.marking import MARKED, mark

_STYLE = (
    "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;"
    "visibility:hidden;mso-hide:all"
)

# Invisible, but it takes room: without it a list shows the beginning of the mail behind a short preheader.
_PADDING = "&#847;&zwnj;&nbsp;" * 80


def with_preheader(source: str, preheader: str) -> str:
    """Put a preheader, Jinja2 source of plain text, at the top of an HTML source as hidden text.

    Raises:
        TemplateSyntaxError: a piece of Jinja2 is not closed.
        UnreadableHtmlError: a tag is not closed.
    """
    line = mark(preheader)
    hidden = f'<div style="{_STYLE}">{line.restore(html.escape(_one_line(line.text)))}{_PADDING}</div>'
    page = mark(source)
    top = _Top()
    top.read(page.text)
    return page.restore(page.text[: top.end]) + hidden + page.restore(page.text[top.end :])


def _one_line(marked: str) -> str:
    """Put the text around the marks on one line."""
    pieces = MARKED.split(marked)
    return "".join(f"\x02{piece}\x03" if n % 2 else _squeezed(piece) for n, piece in enumerate(pieces))


def _squeezed(text: str) -> str:
    return printable_line(f"|{text}|")[1:-1]


class _Top(HtmlReader):
    """Finds where the body of a page begins.

    Attributes:
        end: behind ``<body>``, or ``</head>``, or the document type; 0 if there is none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.end = 0
        self._in_body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look for the body."""
        del attrs
        if tag == "body" and not self._in_body:
            self._in_body = True
            self.end = self.place + len(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Look for the end of the head."""
        if tag == "head" and not self._in_body:
            self.end = self.place + len("</head>")

    def handle_decl(self, decl: str) -> None:
        """Look for the document type."""
        if not self.end:
            self.end = self.place + len(f"<!{decl}>")
