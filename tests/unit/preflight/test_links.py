"""Links of a template that lead nowhere, or not where they should."""

import pytest

from chalicelib.preflight.links import look_at_links
from chalicelib.preflight.model import FindingCode
from chalicelib.preflight.occurrences import Occurrences

UNUSABLE, IMAGE = FindingCode.LINK_UNUSABLE, FindingCode.IMAGE_UNUSABLE
PLACEHOLDER, INSECURE = FindingCode.LINK_PLACEHOLDER, FindingCode.LINK_INSECURE


def found(html: str, text: str = "") -> list[tuple[FindingCode, str]]:
    occurrences = Occurrences()
    look_at_links(html, text, occurrences)
    return [(code, example) for code, _, _, examples in occurrences for example in examples]


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.example.de/a?b=c#d",
        "mailto:help@shop.de",
        "tel:+49301234",
        "#top",
        "{{ url }}",
        "{{ base|default('x') }}/path",
        "{% if a %}https://a.de{% else %}https://b.de{% endif %}",
        "https://shop.de/{{ id }}?name={{ name }}",
        "HTTPS://shop.de",
        "https://examples.com/example.com",
    ],
)
def test_a_usable_link_is_no_finding(address: str) -> None:
    assert found(f'<a href="{address}">x</a>') == []


@pytest.mark.parametrize(
    "address",
    ["shop.de/page", "/page", "page.html", "javascript:void(0)", "ftp://shop.de", "//shop.de", "?id={{ id }}"],
)
def test_a_link_without_a_usable_scheme_is_found(address: str) -> None:
    assert found(f'<a href="{address}">x</a>') == [(UNUSABLE, address)]


@pytest.mark.parametrize("address", ["data:image/png;base64,AA", "cid:logo", "logo.png", "mailto:a@shop.de"])
def test_a_picture_that_cannot_be_loaded_is_found(address: str) -> None:
    assert found(f'<img src="{address}">') == [(IMAGE, address)]


@pytest.mark.parametrize(
    "address",
    [
        "#",
        "https://example.com",
        "https://www.example.org/path",
        "https://localhost:8000/",
        "https://shop.test/x",
        "https://me@example.net",
        "mailto:help@example.com",
        "https://shop.de/*|ID|*",
    ],
)
def test_a_placeholder_is_found(address: str) -> None:
    assert found(f'<a href="{address}">x</a>') == [(PLACEHOLDER, address)]


def test_an_empty_link_is_shown_as_one() -> None:
    assert found('<a href="">x</a><a href="  ">y</a>') == [(PLACEHOLDER, 'href=""')]


def test_a_link_without_encryption_is_found() -> None:
    assert found('<a href="http://shop.de">x</a>') == [(INSECURE, "http://shop.de")]


def test_an_address_is_counted_once_wherever_it_stands() -> None:
    html = '<a href="http://shop.de/{{ id }}">x</a>' * 3
    assert found(html, "See (http://shop.de/{{ id }}) or http://shop.de/{{ id }}.") == [
        (INSECURE, "http://shop.de/{{ id }}")
    ]


def test_links_in_plain_text_are_looked_at_too() -> None:
    assert found("<p>Hi</p>", "Go to http://example.com/x, or https://shop.de.") == [
        (PLACEHOLDER, "http://example.com/x"),
        (INSECURE, "http://example.com/x"),
    ]


def test_what_nobody_clicks_is_no_link() -> None:
    assert found('<link rel="stylesheet" href="a.css"><base href="/"><a name="top">x</a>') == []
