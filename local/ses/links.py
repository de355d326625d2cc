"""Open and click tracking as a configuration set does it: links lead over the tracking endpoint, a pixel is added.

Only the value of a link's ``href`` changes; every other byte of the HTML stays. The attributes ``ses:no-track`` and
``ses:tags`` are SES's own and are taken out, as SES does.
"""

import html as html_text
import re
from dataclasses import dataclass, field

# A comment or a style sheet may hold what looks like a link; they are matched first and left alone. No part of a
# pattern can be tried twice over the same text, so a hostile document takes linear time.
_ANCHOR = re.compile(
    r"""<!--(?:.*?-->|.*)|<(style|script)\b(?:.*?</\1|.*)|(?P<tag><(?:a|area)\s(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>)""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""\s(?P<name>[^\s"'<>/=]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+)))?"""
)
_TEXT_LINK = re.compile(r"""https?://[^\s<>"]+""", re.IGNORECASE)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_AFTER_TEXT_LINK = ".,;:!?'*_"
_NO_TRACK = "ses:no-track"
_LINK_TAGS = "ses:tags"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a tracked link leads, and the tags that its author gave it (name -> values)."""

    target: str
    tags: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tracked:
    """The two bodies after tracking, and the links in the order of their numbers."""

    html: str | None
    text: str | None
    links: tuple[Link, ...] = ()


def track(html: str | None, text: str | None, *, link_url: str, pixel_url: str | None, clicks: bool = True) -> Tracked:
    """Rewrite the links and add the pixel.

    Args:
        html: the HTML body.
        text: the plain-text body.
        link_url: the address that link ``n`` (counted from 0) leads over is this with ``n`` behind it.
        pixel_url: the address of the open pixel; ``None`` adds none.
        clicks: whether links are tracked.
    """
    links: list[Link] = []
    if clicks and html is not None:
        html = _ANCHOR.sub(lambda found: _anchor(found, links, link_url), html)
    if clicks and text is not None:
        text = _TEXT_LINK.sub(lambda found: _text_link(found[0], links, link_url), text)
    if pixel_url is not None and html is not None:
        html = _with_pixel(html, pixel_url)
    return Tracked(html, text, tuple(links))


def _anchor(found: re.Match[str], links: list[Link], link_url: str) -> str:
    tag = found["tag"]
    if tag is None:
        return found[0]
    attributes = {attribute["name"].lower(): attribute for attribute in _ATTRIBUTE.finditer(tag)}
    edits = [(*attributes[name].span(), "") for name in (_NO_TRACK, _LINK_TAGS) if name in attributes]
    href = attributes.get("href")
    target = html_text.unescape(_value(href)).strip()
    if href is not None and _NO_TRACK not in attributes and target.lower().startswith(("http://", "https://")):
        edits.append((*href.span(_value_group(href)), f"{link_url}{len(links)}"))
        links.append(Link(target, _parse_tags(_value(attributes.get(_LINK_TAGS)))))
    for start, end, replacement in sorted(edits, reverse=True):
        tag = f"{tag[:start]}{replacement}{tag[end:]}"
    return tag


def _value_group(attribute: re.Match[str]) -> str:
    return next((group for group in ("double", "single", "bare") if attribute[group] is not None), "name")


def _value(attribute: re.Match[str] | None) -> str:
    if attribute is None or (group := _value_group(attribute)) == "name":
        return ""
    return attribute[group]


def _parse_tags(text: str) -> dict[str, list[str]]:
    """Read ``product:book;genre:fiction;`` (SES's notation)."""
    tags: dict[str, list[str]] = {}
    for item in text.split(";"):
        name, colon, value = item.strip().partition(":")
        if colon:
            tags.setdefault(name, []).append(value)
    return tags


def _text_link(found: str, links: list[Link], link_url: str) -> str:
    target = found.rstrip(_AFTER_TEXT_LINK)
    # A closing parenthesis belongs to the address only if one was opened in it.
    unopened = max(target.count(")") - target.count("("), 0)
    closing = len(target) - len(target.rstrip(")"))
    target = target[: len(target) - min(unopened, closing)].rstrip(_AFTER_TEXT_LINK)
    links.append(Link(target))
    return f"{link_url}{len(links) - 1}{found[len(target) :]}"


def _with_pixel(html: str, pixel_url: str) -> str:
    pixel = f'<img alt="" src="{pixel_url}" style="display:none" width="1" height="1">'
    ends = list(_BODY_END.finditer(html))
    at = ends[-1].start() if ends else len(html)
    return f"{html[:at]}{pixel}{html[at:]}"
