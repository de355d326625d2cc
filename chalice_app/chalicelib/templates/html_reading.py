"""Reads HTML in linear time, whatever it is made of."""

from html.parser import HTMLParser


class UnreadableHtmlError(Exception):
    """The bytes are no HTML that could be a template; the message says why."""


class HtmlReader(HTMLParser):
    """A parser that refuses HTML which ends inside a tag; the standard one scans the rest again from each ``<``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def read(self, html: str) -> None:
        """Parse a whole page.

        Raises:
            UnreadableHtmlError: a tag, a comment, a style or a script is not closed.
        """
        self.feed(html)
        if "<" in self.rawdata or self.cdata_elem:
            what = f"<{self.cdata_elem}>" if self.cdata_elem else "tag or comment"
            raise UnreadableHtmlError(f"HTML, line {self.getpos()[0]}: a {what} that begins here is not closed.")
        self.close()
