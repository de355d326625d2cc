"""What a recipient's value can become in a link, and where in a tag it cannot stand at all."""

import html
import re
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.templates.links import SCHEMES
from chalicelib.templates.rendering import ContentRefusedError, RenderError, compile_content


def link(source: str, **fields: str) -> str:
    """Render a link and return its address as a browser reads it."""
    page = compile_content("s", f'<a href="{source}">x</a>', "").render(fields).html
    found = re.fullmatch('<a href="([^"]*)">x</a>', page)
    assert found
    return html.unescape(found[1])


@given(
    st.builds("{}{}".format, st.sampled_from(["https://", "http://", "https:/", "HTTP://", ""]), st.text())
    | st.builds("https://{}".format, st.text("azAZ09-_.~!#$&'()*+,/:;=?@[]% ^`{|}", max_size=60))
)
def test_an_address_without_anything_to_encode_is_what_encoding_makes_of_it(value: str) -> None:
    address = value.strip()
    begins = re.split("[/?#]", address, maxsplit=1)[0].partition(":")
    if not address or (begins[1] and begins[0].lower() not in SCHEMES):
        return
    stray = re.sub("%(?![0-9A-Fa-f]{2})", "%25", address)
    assert link("{{ value }}", value=value) == quote(stray, safe="%!#$&'()*+,/:;=?@[]~", errors="replace")


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://e.example/a?b=1&c=2#d", "https://e.example/a?b=1&c=2#d"),
        ("HTTPS://e.example/a b", "HTTPS://e.example/a%20b"),
        (" https://e.example/%20/100%/%zz ", "https://e.example/%20/100%25/%25zz"),
        ('https://e.example/"><script>', "https://e.example/%22%3E%3Cscript%3E"),
        ("https://e.example/straße", "https://e.example/stra%C3%9Fe"),
        ("mailto:a@e.example?subject=x", "mailto:a@e.example?subject=x"),
        ("tel:+49 30 1", "tel:+49%2030%201"),
        ("www.e.example/x", "www.e.example/x"),
        ("/a:b", "/a:b"),
        ("\x01javascript/x", "%01javascript/x"),
    ],
)
def test_a_whole_address_is_encoded_where_it_must_be_and_only_once(value: str, address: str) -> None:
    assert link("{{ url }}", url=value) == address


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\tscript:x",
        "\x01javascript:x",
        "data:text/html,x",
        "vbscript:x",
    ],
)
def test_a_value_with_a_dangerous_scheme_fails_its_own_message(value: str) -> None:
    with pytest.raises(RenderError, match="html: a link begins") as failed:
        link("{{ url }}", url=value)
    assert "script" not in failed.value.reason


@pytest.mark.parametrize(
    ("source", "value", "address"),
    [
        ("https://e.example/?q={{ x }}&z=1", "C&A #1=50%", "https://e.example/?q=C%26A%20%231%3D50%25&z=1"),
        ("https://e.example/#{{ x }}", "a/b", "https://e.example/#a%2Fb"),
        ("https://e.example/{{ x }}/y", "a b/c?d#e:f", "https://e.example/a%20b/c%3Fd%23e%3Af/y"),
        ("https://{{ x }}/y", "shop.example:8080", "https://shop.example:8080/y"),
        ("https://good.example{{ x }}", "@evil.example", "https://good.example%40evil.example"),
        ("//{{ x }}/y", "a?b", "//a%3Fb/y"),
        (
            "mailto:{{ x }}?subject=Hi",
            "a+b@e.example?bcc=c",
            "mailto:a+b@e.example%3Fbcc%3Dc".replace("%3D", "=") + "?subject=Hi",
        ),
        ("java{{ x }}", "script:alert(1)", "javascript%3Aalert(1)"),
        ("https://e.example/?q={{ x|urlencode }}", "a b", "https://e.example/?q=a%20b"),
        ("{{ base }}?q={{ x }}", "a&b", "https://b.example?q=a%26b"),
        ("{{ base }}{{ x }}", "/a?b", "https://b.example/a%3Fb"),
        (
            "{% if base %}https://e.example/?q={{ x }}{% else %}{{ base }}{% endif %}",
            "a&b",
            "https://e.example/?q=a%26b",
        ),
        ("{% if not base %}a{% else %}{{ base }}{% endif %}", "", "https://b.example"),
        (
            "{% if not base %}https://a.example/{% elif x %}{{ x }}{% endif %}",
            "https://c.example/?d",
            "https://c.example/?d",
        ),
        ("https://e.example/{% if x %}{{ x }}{% endif %}?{{ x }}", "?", "https://e.example/%3F?%3F"),
        (
            "https://e.example/{% if x %}a{% endif %}{% if x %}b{% else %}c{% endif %}?{{ x }}",
            "&",
            "https://e.example/ab?%26",
        ),
        ("{# note #}{{ base }}", "", "https://b.example"),
    ],
)
def test_a_value_stays_in_the_part_of_the_address_where_it_stands(source: str, value: str, address: str) -> None:
    assert link(source, x=value, base="https://b.example") == address


@given(st.text(max_size=40))
def test_no_value_adds_a_parameter_or_changes_the_host(value: str) -> None:
    parts = urlsplit(link("https://e.example/?a={{ x }}&b=2", x=value))
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("https", "e.example", "/", "")
    assert [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)] == ["a", "b"]


@given(st.text(max_size=40))
def test_no_value_makes_a_link_with_another_scheme(value: str) -> None:
    try:
        address = link("{{ x }}", x=value)
    except RenderError:
        return
    begins = re.match("[a-zA-Z][a-zA-Z0-9+.-]*(?=:)", address)
    assert begins is None or begins[0].lower() in SCHEMES


def test_pictures_and_outlooks_own_elements_are_links_too() -> None:
    source = (
        '<img src="https://e.example/{{ x }}"><td background="{{ y }}">{{ x }}</td>'
        '<!--[if mso]><v:rect href="https://e.example/?q={{ x }}"><![endif]-->'
    )
    page = compile_content("s", source, "").render({"x": "a&b c", "y": "https://e.example/ü"}).html
    assert page == (
        '<img src="https://e.example/a&amp;b%20c"><td background="https://e.example/%C3%BC">a&amp;b c</td>'
        '<!--[if mso]><v:rect href="https://e.example/?q=a%26b%20c"><![endif]-->'
    )


def test_what_is_no_link_is_only_escaped() -> None:
    page = compile_content("s", '<p title="{{ x }}" style="color:{{ x }}">{{ x }}</p>', "").render({"x": "a:b c"}).html
    assert page == '<p title="a:b c" style="color:a:b c">a:b c</p>'


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<a href={{ x }}>", 'href="'),
        ("<p title={{ x }}>", 'title="'),
        ("<p title=a{{ x }}>", 'title="'),
        ("<p {{ x }}>", "inside a tag"),
        ("<p {{ x }}='a'>", "inside a tag"),
        ("<p class='a'{{ x }}>", "inside a tag"),
        ("<{{ x }}>", "name of a tag"),
        ("</{{ x }}>", "name of a tag"),
        ("<{% if x %}b{% endif %}>", "name of a tag"),
        ("<!--[if mso]><a href={{ x }}><![endif]-->", 'href="'),
        ("<!-- <a href={{ x }}> -->", 'href="'),
        ("<p title='{{ x }}", "not closed"),
    ],
)
def test_where_a_value_could_leave_its_place_the_source_is_refused(source: str, words: str) -> None:
    with pytest.raises(ContentRefusedError) as refused:
        compile_content("s", f"{{# one\ntwo #}}\n{source}", "")
    finding = refused.value.findings["html"][0]
    assert words in finding.detail
    assert finding.line == (1 if words == "not closed" else 3)


@pytest.mark.parametrize(
    "source", ["<p {% if x %}hidden{% endif %}>", "<p class=a{% if x %}b{% endif %}>", "<!-- 1 < 2 <a -->{{ x }}"]
)
def test_statements_in_tags_and_prose_in_comments_are_allowed(source: str) -> None:
    compile_content("s", source, "").render({"x": "y"})
