"""Links of a template that lead nowhere, or not where they should; looked at once, in the sources."""

import re
from collections.abc import Iterator

from chalicelib.preflight.model import FindingCode
from chalicelib.preflight.occurrences import Occurrences
from chalicelib.templates.html_reading import HtmlReader
from chalicelib.templates.links import LINK_ATTRIBUTES, SCHEMES
from chalicelib.templates.marking import MARKED, mark

_LOADED = frozenset({"http", "https"})
"""Schemes from which pictures are loaded; mail programs show no others, and no mail here has attachments."""

_IN_TEXT = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>\"]+", re.IGNORECASE)
_PLACEHOLDER_HOST = re.compile(
    r"(?:[^/?#@]*@)?(?:[^/?#@]+\.)?(?:example|test|invalid|localhost|example\.(?:com|org|net))(?::\d+)?(?:[/?#]|$)",
    re.IGNORECASE,
)
"""Names that lead nowhere by definition (RFC 2606, 2 and 3; RFC 6761, 6)."""

_CLICKABLE = frozenset({"href", "text"})
_FIELD = "\x02"
_LONGEST_EXAMPLE = 300
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\*\|")


def look_at_links(html: str, text: str, found: Occurrences) -> None:
    """Add what is wrong with the links of an HTML source and a plain-text source, each address once.

    An address that a field begins is not judged: each recipient's is, when it is rendered.
    """
    marked, written = mark(html), mark(text)
    reader = _Links()
    reader.read(marked.text)
    addresses = {marked.restore(address).strip(): (address, name) for name, address in reader.addresses}
    for match in _IN_TEXT.finditer(written.text):
        address = match[0].rstrip(".,;:!?)")
        addresses.setdefault(written.restore(address), (address, "text"))
    for shown, (address, name) in addresses.items():
        for code in _problems(MARKED.sub(_FIELD, address).strip(), clickable=name in _CLICKABLE):
            found.add(code, "", shown[:_LONGEST_EXAMPLE] or f'{name}=""')


class _Links(HtmlReader):
    """Collects addresses with the attributes that hold them."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the addresses of a tag."""
        if tag in {"base", "link", "html"}:
            return  # nothing to click, nothing to see
        self.addresses += [(name, value or "") for name, value in attrs if name in LINK_ATTRIBUTES]


def _problems(text: str, *, clickable: bool) -> Iterator[FindingCode]:
    if text.startswith(_FIELD):
        return
    if text in {"", "#"} or _LEFT_OVER.search(text):
        yield FindingCode.LINK_PLACEHOLDER
        return
    if text.startswith("#"):
        return  # a place in the mail itself
    scheme, colon, rest = re.split(r"[/?#]", text, maxsplit=1)[0].partition(":")
    scheme = scheme.lower() if colon else ""
    if scheme not in (SCHEMES if clickable else _LOADED):
        yield FindingCode.LINK_UNUSABLE if clickable else FindingCode.IMAGE_UNUSABLE
        return
    host = text.partition("//")[2] if scheme in _LOADED else rest.rpartition("@")[2]
    if scheme != "tel" and _PLACEHOLDER_HOST.match(host):
        yield FindingCode.LINK_PLACEHOLDER
    if scheme == "http":
        yield FindingCode.LINK_INSECURE
