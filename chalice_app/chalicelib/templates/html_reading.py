"""Reads HTML in linear time, whatever it is made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate

from chalicelib.templates.marking import MARKED

_TAG_NAME = re.compile(r"<[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"""[^\s/>=][^\s/>=]*(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"'][^\s>]*|))?""")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as it is written in a tag.

    Attributes:
        name: in lower case, without marks of Jinja2.
        value: as written, without quotes, character references not resolved.
        quote: the quotation mark, empty if there is none.
        start: where the value begins in the tag, behind its quotation mark; -1 if there is none.
    """

    name: str
    value: str
    quote: str
    start: int


def name_end(tag: str) -> int:
    """Return where the name of a written start tag ends."""
    match = _TAG_NAME.match(tag)
    return match.end() if match else 1


def attributes(tag: str) -> Iterator[Attribute]:
    """Yield the attributes of a written start tag, ``<p class="x">``."""
    for found in _ATTRIBUTE.finditer(tag, name_end(tag)):
        name = MARKED.sub("", found[0].partition("=")[0]).strip().lower()
        written = found[1] or ""
        quote = written[:1] if written[:1] in {'"', "'"} else ""
        value = written[1:-1] if quote else written
        yield Attribute(name, value, quote, -1 if found[1] is None else found.start(1) + len(quote))


class UnreadableHtmlError(Exception):
    """The bytes are no HTML that could be a template; the message says why."""


class HtmlReader(HTMLParser):
    """A parser that refuses HTML which ends inside a tag; the standard one scans the rest again from each ``<``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [0]

    def read(self, html: str) -> None:
        """Parse a whole page.

        Raises:
            UnreadableHtmlError: a tag, a comment, a style or a script is not closed.
        """
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self.feed(html)
        if "<" in self.rawdata or self.cdata_elem:
            what = f"<{self.cdata_elem}>" if self.cdata_elem else "tag or comment"
            raise UnreadableHtmlError(f"HTML, line {self.getpos()[0]}: a {what} that begins here is not closed.")
        self.close()

    @property
    def place(self) -> int:
        """Return where in the page the element begins that is being handled."""
        line, column = self.getpos()
        return self._lines[line - 1] + column
