"""The unsubscribe page: in the reader's language, readable by everybody, and closed to everything from outside."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entrypoints.http.unsubscribe_page import SECURITY_POLICY, PageState, page, preferred_language

LANGUAGES = ["en", "de", "fr", "es"]
EVERY_PAGE = [(state, language, topic) for state in PageState for language in LANGUAGES for topic in (None, "news")]


class Reader(HTMLParser):
    """Takes a page apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts[self.elements[-1][0]] = data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("FR-ca", "fr"),
        ("ja, es;q=0.3, de;q=0.7", "de"),
        ("en;q=0.2, es;q=0.2", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=0", "en"),
        ("ja", "en"),
        ("*", "en"),
        ("*;q=0.1, es;q=0.5", "es"),
        ("de;q=2", "en"),
        ("de;level=1", "en"),
        (",;,=", "en"),
        (", " * 30 + "de", "en"),
    ],
)
def test_the_language_that_the_reader_likes_best_is_chosen(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language


@given(st.text())
def test_any_header_gives_a_language(accepted: str) -> None:
    assert preferred_language(accepted) in LANGUAGES


@pytest.mark.parametrize(("state", "language", "topic"), EVERY_PAGE)
def test_every_page_is_one_that_a_screen_reader_can_read(state: PageState, language: str, topic: str | None) -> None:
    read = Reader(page(state, language, topic))
    assert read.of("html") == [{"lang": language}]
    assert len(read.of("main")) == len(read.of("h1")) == 1
    assert read.texts["title"] == read.texts["h1"]
    assert read.texts["p"]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in read.of("meta")
    assert all(read.texts["button"] for _ in read.of("button"))


@pytest.mark.parametrize(("state", "language", "topic"), EVERY_PAGE)
def test_a_page_loads_nothing_and_runs_nothing(state: PageState, language: str, topic: str | None) -> None:
    read = Reader(page(state, language, topic))
    allowed = {"html", "head", "meta", "title", "style", "body", "main", "h1", "p", "form", "button"}
    assert {tag for tag, _ in read.elements} <= allowed
    assert not [one for _, one in read.elements if one.keys() & {"src", "href", "action", "style"}]
    assert not re.search(r"url\(|@import|https?:", read.texts["style"])
    digest = base64.b64encode(hashlib.sha256(read.texts["style"].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in SECURITY_POLICY
    assert "default-src 'none'" in SECURITY_POLICY
    assert "frame-ancestors 'none'" in SECURITY_POLICY
    assert {"name": "robots", "content": "noindex"} in read.of("meta")


def test_only_who_is_unsubscribed_is_offered_the_way_back() -> None:
    buttons = {state: Reader(page(state, "en", None)).of("button") for state in PageState}
    unsubscribe, resubscribe = {"type": "submit"}, {"type": "submit", "name": "action", "value": "resubscribe"}
    assert buttons == {
        PageState.SUBSCRIBED: [unsubscribe],
        PageState.UNSUBSCRIBED: [resubscribe],
        PageState.RESUBSCRIBED: [unsubscribe],
        PageState.INVALID: [],
        PageState.BUSY: [],
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [PageState.SUBSCRIBED, PageState.UNSUBSCRIBED, PageState.RESUBSCRIBED])
def test_a_topic_is_named_where_the_link_is_about_one(state: PageState, language: str) -> None:
    assert "spring-sale" in page(state, language, "spring-sale")
    assert "topic" not in page(state, language, None)
    assert "{" not in Reader(page(state, language, "news")).texts["p"]


def test_text_is_readable_in_light_and_dark() -> None:
    style = Reader(page(PageState.SUBSCRIBED, "en", None)).texts["style"]
    schemes = [dict(re.findall(r"--(\w+):(#\w+)", block)) for block in re.findall(r":root\{([^}]*)\}", style)]
    assert len(schemes) == 2
    for colours in schemes:
        for one, other in (("text", "card"), ("label", "button"), ("button", "card")):
            # WCAG 2.2, 1.4.3: 4.5 for text; 1.4.11 asks 3 for the outline of a control
            assert _contrast(colours[one], colours[other]) >= 4.5


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    pairs = [digits[n : n + 2] for n in (0, 2, 4)] if len(digits) == 6 else [digit * 2 for digit in digits]
    shares = [int(pair, 16) / 255 for pair in pairs]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
